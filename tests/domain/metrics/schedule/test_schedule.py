"""The plan as it stood at the kick-off, what became of it, and how late it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.domain.builders import a_plan_change, a_project, an_issue, day
from tests.domain.metrics.report import report, texts, value

MOVED_TWICE = [
    a_plan_change("2024-03-15", "2024-03-31", 3),
    a_plan_change("2024-03-31", "2024-04-05", 9),
]


def test_the_planned_finish_is_the_one_of_the_kick_off_and_not_todays() -> None:
    project = a_project(target="2024-04-05", plan_changes=MOVED_TWICE)

    found = report(an_issue(), project=project, close=30)

    assert value(found, "schedule.planned_finish") == "2024-03-15"
    assert value(found, "schedule.last_planned_finish") == "2024-04-05"


def test_every_re_plan_is_told_with_its_instant() -> None:
    project = a_project(target="2024-04-05", plan_changes=MOVED_TWICE)

    found = report(an_issue(), project=project, close=30)

    assert value(found, "schedule.replans") == 2
    assert value(found, "schedule.replan_history") == [
        {"at": "2024-03-07T09:00:00Z", "before": "2024-03-15", "after": "2024-03-31"},
        {"at": "2024-03-13T09:00:00Z", "before": "2024-03-31", "after": "2024-04-05"},
    ]
    assert value(found, "schedule.drift_days") == 21


def test_planning_before_the_kick_off_and_moving_after_the_close_are_no_re_plans() -> None:
    changes = [
        a_plan_change("2024-03-10", "2024-03-15", -2),
        a_plan_change("2024-03-15", "2024-04-05", 40),
    ]
    project = a_project(target="2024-04-05", plan_changes=changes)

    found = report(an_issue(), project=project, close=30)

    assert value(found, "schedule.replans") == 0
    assert value(found, "schedule.planned_finish") == "2024-03-15"
    assert value(found, "schedule.last_planned_finish") == "2024-03-15"


def test_slip_is_measured_from_the_plan_of_the_kick_off() -> None:
    """Planned 15 March, done 18 March: three days late, though the last plan was kept."""
    project = a_project(target="2024-04-05", plan_changes=MOVED_TWICE)

    found = report(an_issue(done_on="2024-03-18"), project=project, close=30)

    assert value(found, "schedule.actual_finish") == "2024-03-18"
    assert value(found, "schedule.slip_days") == 3
    assert found["schedule.slip_days"].issues == ("APOLLO-1",)


def test_an_early_finish_is_a_negative_slip() -> None:
    found = report(an_issue(done_on="2024-03-18"), project=a_project(target="2024-03-20"), close=30)

    assert value(found, "schedule.slip_days") == -2


def test_unreadable_plan_changes_make_the_plan_unknown_and_todays_the_last_one() -> None:
    project = a_project(target="2024-04-05", plan_changes=None)

    found = report(an_issue(done_on="2024-04-10"), project=project, close=60)

    reason = "the tracker keeps no earlier target dates"
    for name in ("planned_finish", "replans", "replan_history", "drift_days", "slip_days"):
        assert value(found, f"schedule.{name}") is None
        assert found[f"schedule.{name}"].reason == reason
    assert value(found, "schedule.last_planned_finish") == "2024-04-05"


def test_a_project_without_a_target_has_no_slip_and_says_why() -> None:
    found = report(an_issue(done_on="2024-03-18"), project=a_project(target=None), close=30)

    reason = "no target date was set at the kick-off"
    assert found["schedule.planned_finish"].reason == reason
    assert found["schedule.slip_days"].reason == reason
    assert found["schedule.last_planned_finish"].reason == "no target date is set"


def test_a_target_set_after_the_kick_off_is_no_plan_of_the_kick_off() -> None:
    project = a_project(target="2024-04-05", plan_changes=[a_plan_change(None, "2024-04-05", 2)])

    found = report(an_issue(), project=project, close=30)

    assert found["schedule.planned_finish"].value is None
    assert found["schedule.last_planned_finish"].value == date(2024, 4, 5)
    assert value(found, "schedule.replans") == 1


def test_a_kick_off_before_the_project_existed_knows_no_plan() -> None:
    found = report(an_issue(), project=a_project(created=5), baseline=day(1), close=30)

    reason = "the project did not exist yet at the kick-off"
    assert found["schedule.planned_finish"].reason == reason


def test_plan_changes_that_do_not_join_are_named() -> None:
    project = a_project(target="2024-05-01", plan_changes=MOVED_TWICE)

    found = report(an_issue(), project=project, close=30)

    assert "a change of the target date after 2024-03-13 09:00 UTC is not recorded" in texts(found)


def test_a_coarse_target_is_named() -> None:
    found = report(an_issue(), project=a_project(target="2024-06-30", coarse=True), close=30)

    assert "the target date is a month or longer; slip is measured from its last day" in texts(
        found
    )


@pytest.mark.parametrize(
    ("zone", "slip"), [("UTC", 0), ("Pacific/Auckland", 1), ("America/Los_Angeles", 0)]
)
def test_the_day_of_the_finish_is_that_of_the_projects_zone(zone: str, slip: int) -> None:
    """Edge case 10."""
    late = an_issue(done_on="2024-03-15T22:30:00+00:00")
    project = a_project(target="2024-03-15")

    found = report(late, project=project, close=30, timezone=ZoneInfo(zone))

    assert value(found, "schedule.slip_days") == slip


def test_the_target_day_itself_is_on_time_until_it_ends() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    project = a_project(target="2024-03-31")  # a day of 23 hours there

    on_time = report(
        an_issue(done_on="2024-03-31T21:59:00+00:00"), project=project, close=60, timezone=berlin
    )
    late = report(
        an_issue(done_on="2024-03-31T22:00:00+00:00"), project=project, close=60, timezone=berlin
    )

    assert (value(on_time, "schedule.slip_days"), value(late, "schedule.slip_days")) == (0, 1)


def test_one_straggler_does_not_hide_when_nearly_all_was_done() -> None:
    """Nineteen of twenty were done on 15 March, the last one 100 days later. Edge case 17."""
    most = [an_issue(f"APOLLO-{n}", done_on="2024-03-15") for n in range(1, 20)]
    straggler = an_issue("APOLLO-20", done_on="2024-06-23")

    found = report(*most, straggler, project=a_project(target="2024-03-15"), close=200)

    assert value(found, "schedule.slip_days") == 100
    assert value(found, "schedule.slip_days_95") == 0


def test_dropped_issues_do_not_count_against_the_95_per_cent() -> None:
    done, dropped = (
        an_issue("APOLLO-1", done_on="2024-03-15"),
        an_issue("APOLLO-2", "todo 1d, cancelled"),
    )

    found = report(done, dropped, project=a_project(target="2024-03-15"), close=30)

    assert value(found, "schedule.slip_days_95") == 0
    assert ("APOLLO-2", "dropped") in found["schedule.slip_days_95"].excluded


def test_with_too_few_done_the_95_per_cent_date_is_unknown() -> None:
    found = report(an_issue("APOLLO-1", done_on="2024-03-15"), an_issue("APOLLO-2"), close=30)

    reason = "1 of 2 issues were done at the close, fewer than 95 %"
    assert found["schedule.slip_days_95"].reason == reason


def test_a_project_in_which_nothing_was_done_has_no_finish() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, cancelled"), close=30)

    reason = "no issue that was in the project at the close is done"
    assert found["schedule.actual_finish"].reason == reason
    assert found["schedule.slip_days"].reason == reason


def test_done_after_the_close_is_not_done() -> None:
    found = report(an_issue(done_on="2024-03-20"), close=datetime(2024, 3, 19, tzinfo=UTC))

    assert found["schedule.actual_finish"].value is None
