"""How late the project began and ended: in days, in working days, in % of what was planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from service.domain.metrics import Calendar
from tests.domain.builders import a_project, an_issue, day, joined
from tests.domain.metrics.report import report, value

#: Friday 15 March; the kick-off is Monday 4 March.
PLANNED = a_project(target="2024-03-15")


def test_slip_in_per_cent_is_of_the_planned_length() -> None:
    """Eleven days were planned, and it took eleven more."""
    found = report(an_issue(done_on="2024-03-26"), project=PLANNED, close=30)

    assert value(found, "schedule.slip_days") == 11
    assert value(found, "schedule.slip_percent") == 100
    assert found["schedule.slip_percent"].issues == ("APOLLO-1",)


def test_an_early_finish_is_a_negative_per_cent() -> None:
    found = report(an_issue(done_on="2024-03-04"), project=PLANNED, close=30)

    assert value(found, "schedule.slip_percent") == -100


@pytest.mark.parametrize("target", ["2024-03-04", "2024-03-01"])
def test_a_plan_without_length_has_no_per_cent(target: str) -> None:
    found = report(an_issue(done_on="2024-03-05"), project=a_project(target=target), close=30)

    reason = "the planned finish does not lie after the day of the kick-off"
    assert found["schedule.slip_percent"].reason == reason


def test_what_makes_the_slip_unknown_makes_its_other_units_unknown() -> None:
    found = report(an_issue(), project=PLANNED, close=30)

    reason = "no issue that was in the project at the close is done"
    for name in ("slip_days", "slip_percent", "slip_working_days"):
        assert found[f"schedule.{name}"].reason == reason


@pytest.mark.parametrize(
    ("done_on", "days", "working"),
    [
        pytest.param("2024-03-15", 0, 0, id="on the day"),
        pytest.param("2024-03-17", 2, 0, id="on the weekend after"),
        pytest.param("2024-03-18", 3, 1, id="on the Monday after"),
        pytest.param("2024-03-22", 7, 5, id="a week late"),
        pytest.param("2024-03-14", -1, -1, id="a day early"),
    ],
)
def test_slip_in_working_days_leaves_out_weekends(done_on: str, days: int, working: int) -> None:
    """Edge case 11."""
    found = report(an_issue(done_on=done_on), project=PLANNED, close=30)

    assert value(found, "schedule.slip_days") == days
    assert value(found, "schedule.slip_working_days") == working


def test_slip_in_working_days_leaves_out_holidays_and_halves_half_days() -> None:
    calendar = Calendar(holidays={date(2024, 3, 18)}, half_days={date(2024, 3, 19)})

    found = report(an_issue(done_on="2024-03-20"), project=PLANNED, close=30, calendar=calendar)

    assert value(found, "schedule.slip_working_days") == 1.5


def test_a_slip_over_the_change_of_the_clocks_is_counted_in_whole_days() -> None:
    """The clocks of Berlin go forward on Sunday 31 March: Friday to Tuesday is two working days."""
    berlin = ZoneInfo("Europe/Berlin")
    project = a_project(target="2024-03-29")

    found = report(an_issue(done_on="2024-04-02"), project=project, close=60, timezone=berlin)

    assert value(found, "schedule.slip_days") == 4
    assert value(found, "schedule.slip_working_days") == 2


def test_a_coarse_plan_is_marked_where_it_is_measured_from() -> None:
    project = a_project(target="2024-03-31", coarse=True)

    found = report(an_issue(done_on="2024-04-02"), project=project, close=60)

    assert value(found, "schedule.slip_days") == 2
    assert "measured from the end" in found["schedule.slip_days"].formula
    assert "the last day" in found["schedule.planned_finish"].formula


@pytest.mark.parametrize("given_up_on", ["2024-03-14", "2024-04-15"])
def test_an_issue_done_by_giving_it_up_is_neither_waited_for_nor_counted(given_up_on: str) -> None:
    """Of three, two are delivered on 15 and 20 March; the other one is closed as a duplicate."""
    dropped = replace(an_issue("APOLLO-3", done_on=given_up_on), dropped=True)
    delivered = [
        an_issue("APOLLO-1", done_on="2024-03-15"),
        an_issue("APOLLO-2", done_on="2024-03-20"),
    ]

    found = report(*delivered, dropped, project=PLANNED, close=60)

    assert value(found, "schedule.slip_days_95") == 5
    assert ("APOLLO-3", "dropped") in found["schedule.slip_days_95"].excluded


def test_a_project_that_was_given_up_has_no_slip_but_the_day_on_which_it_was() -> None:
    """Edge case 18."""
    project = a_project(target="2024-03-15", status="cancelled", closed=3)

    found = report(an_issue("APOLLO-1", "todo 1d, done"), project=project)

    reason = "the project was given up and not finished; abandoned_on says when"
    assert value(found, "schedule.planned_finish") == "2024-03-15"
    assert value(found, "schedule.abandoned_on") == "2024-03-07"
    for name in ("actual_finish", "slip_days", "slip_days_95", "slip_percent"):
        assert found[f"schedule.{name}"].reason == reason


def test_a_project_given_up_after_the_close_is_none_that_was() -> None:
    project = a_project(target="2024-03-15", status="cancelled", closed=9)

    found = report(an_issue("APOLLO-1", "todo 1d, done"), project=project, close=5)

    assert value(found, "schedule.slip_days") == -10
    assert found["schedule.abandoned_on"].value is None


def test_the_start_is_as_late_as_the_first_issue_in_progress() -> None:
    project = a_project(start_on=date(2024, 3, 4))
    first = an_issue("APOLLO-1", "todo 2d, in_progress")
    second = an_issue("APOLLO-2", "todo 3d, in_progress")

    found = report(second, first, project=project, close=9)

    assert value(found, "schedule.start_delay_days") == 2
    assert found["schedule.start_delay_days"].issues == ("APOLLO-1",)


def test_progress_before_an_issue_joined_or_after_the_close_starts_no_project() -> None:
    project = a_project(start_on=date(2024, 3, 4), started=None)
    elsewhere = an_issue("APOLLO-1", "todo 1d, in_progress", changes=[joined(3)])
    later = an_issue("APOLLO-2", "todo 12d, in_progress")

    found = report(elsewhere, later, project=project, baseline=day(0), close=9)

    reason = "no issue of the project went into progress"
    assert found["schedule.start_delay_days"].reason == reason


def test_without_any_progress_the_start_of_the_project_itself_is_compared() -> None:
    project = a_project(start_on=date(2024, 3, 1), started=0)

    found = report(an_issue(), project=project, close=9)

    assert value(found, "schedule.start_delay_days") == 3
    assert "no issue was in progress" in found["schedule.start_delay_days"].formula


def test_a_project_without_a_start_date_has_no_delay_and_says_why() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, in_progress"), close=9)

    assert found["schedule.start_delay_days"].reason == "no start date is set"
