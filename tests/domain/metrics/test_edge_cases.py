"""The edge cases of issue histories that no other test shows, by their numbers in the catalogue.

Each test of an edge case, wherever it stands, names it in its docstring: `Edge case 7.` finds
all of them. How the trackers tell such cases is tested with the connectors.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from service.domain.metrics import StatusSets
from service.domain.tracking import Field, Person, Status, StatusCategory, Team
from tests.domain.builders import (
    STATUSES,
    a_change,
    a_history,
    a_project,
    an_issue,
    assigned,
    estimated,
    issues_of,
    joined,
    left,
)
from tests.domain.metrics.report import report, texts, value


def test_an_initiative_groups_issues_and_is_none_itself() -> None:
    """Edge case 4: kept as grouping, excluded from counts."""
    found = report(
        an_issue("APOLLO-1", kind="Initiative", estimate=8),
        an_issue("APOLLO-2", estimate=3, parent="APOLLO-1"),
        close=10,
    )

    assert ("APOLLO-2",) == found["scope.final"].issues
    assert value(found, "scope.final_points") == 3


def test_a_parent_and_its_sub_tasks_are_never_added_up() -> None:
    """Edge case 4: the parent says 8, two sub-tasks 2 and 3; a third one has no size."""
    found = report(
        an_issue("APOLLO-1", estimate=8),
        an_issue("APOLLO-2", estimate=2, parent="APOLLO-1"),
        an_issue("APOLLO-3", estimate=3, parent="APOLLO-1"),
        an_issue("APOLLO-4", parent="APOLLO-1"),
        close=10,
    )

    assert value(found, "scope.final_points") == 5
    assert value(found, "scope.final") == 4


def test_an_estimate_that_went_from_hours_to_points_is_added_up_in_neither() -> None:
    """Edge case 5: 8 hours at the kick-off, cleared on day 2, when 5 points were set."""
    to_points = (a_change(Field.HOURS, "8", None, 2), estimated(None, "5", 2))
    found = report(an_issue("APOLLO-1", changes=to_points, estimate=5), close=10)

    sizes = {
        name: value(found, f"scope.{name}")
        for name in ("base_hours", "final_hours", "reestimated_hours", "base_points")
    }
    assert sizes == {
        "base_hours": 8.0,
        "final_hours": 0.0,
        "reestimated_hours": -8.0,
        "base_points": 0.0,
    }
    assert (value(found, "scope.final_points"), value(found, "scope.reestimated_points")) == (5, 5)
    assert found["earned_value.bac"].unit == "hours"
    assert value(found, "earned_value.bac") == 8


def test_an_estimate_that_was_cleared_is_none_and_not_zero() -> None:
    """Edge case 5."""
    cleared = an_issue("APOLLO-1", changes=[estimated("3", None, 2)])
    found = report(cleared, an_issue("APOLLO-2", estimate=0), close=10)

    points = found["scope.final_points"]
    assert [("APOLLO-1", "no estimate")] == [(one.issue, one.reason) for one in points.excluded]
    assert ("APOLLO-2",) == points.issues
    assert value(found, "scope.reestimated_points") == -3


def test_a_clock_that_went_wrong_is_named_and_makes_no_negative_length() -> None:
    """Edge case 6, fault F15 of the peers: done on day 3 of what was begun on day 5."""
    skewed = (
        a_change(Field.STATUS, "in_progress", "done", 3),
        a_change(Field.STATUS, "todo", "in_progress", 5),
    )
    found = report(an_issue("APOLLO-1", skewed, created=1, status="done"), close=10)

    assert "APOLLO-1: a change of its status after 2024-03-07 09:00 UTC is not recorded" in texts(
        found
    )
    for name in ("flow.cycle_time_p50_days", "flow.lead_time_p50_days"):
        assert "-" not in str(found[name].reason).replace("APOLLO-1", ""), name
    times = found["flow.time_in_status_days"].as_json()["value"]
    assert isinstance(times, list)
    assert all(one["value"] >= 0 for one in times)


def test_reopened_after_the_close_changes_no_figure_and_is_noted() -> None:
    """Edge case 7."""
    before = an_issue("APOLLO-1", "todo 1d, in_progress 3d, done")
    again = an_issue("APOLLO-1", "todo 1d, in_progress 3d, done 8d, in_progress 2d, done")

    then, now = report(before, close=10), report(again, close=10)

    assert then.as_json()["metrics"] == now.as_json()["metrics"]
    assert then.as_json()["series"] == now.as_json()["series"]
    assert ["APOLLO-1: was reopened after the close, which changes no figure"] == texts(now)


def test_resolved_as_dropped_without_a_change_of_the_status_is_still_open() -> None:
    """Edge case 7: only what stands in a done status can have been dropped by its resolution."""
    open_issue = an_issue("APOLLO-1", "todo 1d, in_progress", dropped=True)

    found = report(open_issue, close=10)

    assert ("APOLLO-1",) == found["scope.carried_over"].issues
    assert value(found, "scope.dropped") == value(found, "scope.done") == 0


def test_dropped_by_its_resolution_is_in_no_value_and_in_what_became_of_the_scope() -> None:
    """Edge case 8: out of throughput, velocity and EV; 3 of 8 points were delivered."""
    dropped = an_issue("APOLLO-1", "todo 1d, in_progress 3d, done", estimate=5, dropped=True)
    done = an_issue("APOLLO-2", "todo 1d, in_progress 3d, done", estimate=3)

    found = report(dropped, done, close=10)

    assert ("APOLLO-1",) == found["scope.dropped"].issues
    for name in ("scope.delivered", "earned_value.ev", "flow.delivered_cycle_time_n"):
        assert ("APOLLO-2",) == found[name].issues, name
    assert (value(found, "earned_value.ev"), value(found, "earned_value.dropped")) == (3, 5)
    assert value(found, "scope.delivered_of_base") == 0.5
    weeks = value(found, "flow.throughput_weekly")
    assert isinstance(weeks, list)
    assert sum(week["value"] for week in weeks) == 1


def test_a_status_that_moved_to_another_category_counts_as_what_it_is_now() -> None:
    """Edge case 12: every stay in it, by its id."""
    issue = an_issue("APOLLO-1", "todo 1d, review 2d, done")
    moved = {**STATUSES, "review": Status("review", "Waiting", StatusCategory.TODO)}

    found = report(given=replace(issues_of(issue), statuses=moved), close=10)

    assert ("APOLLO-1",) == found["flow.never_started_n"].issues


def test_a_status_that_was_merged_away_counts_as_what_its_id_is_said_to_be() -> None:
    """Edge case 12: `review` is in no list any more; the status map names its id."""
    issue = an_issue("APOLLO-1", "todo 1d, review 2d, done")
    known = {id_: status for id_, status in STATUSES.items() if id_ != "review"}
    given = replace(issues_of(issue), statuses=known)

    unnamed = report(given=given, close=10)
    named = report(given=given, close=10, status_sets=StatusSets(active=frozenset({"review"})))

    assert value(unnamed, "flow.cycle_time_n") == 0
    assert "APOLLO-1: the status 'review' is no longer known and counts as not started" in texts(
        unnamed
    )
    assert value(named, "flow.cycle_time_n") == 1


def test_a_release_script_closes_many_at_once_on_the_day_of_the_release() -> None:
    """Edge case 14: done time is the release, throughput spikes, and it is annotated."""
    issues = [
        an_issue(
            f"APOLLO-{number}",
            (a_change(Field.STATUS, "in_progress", "done", 9, by="script"),),
        )
        for number in range(20)
    ]

    found = report(*issues, close=14)

    weeks = value(found, "flow.throughput_weekly")
    assert isinstance(weeks, list)
    spikes = {week["name"]: week["value"] for week in weeks if week["value"]}
    assert spikes == {"2024-03-11": 20}
    assert texts(found)[0].startswith("20 issues became done within one minute")


def test_a_renamed_or_merged_account_is_no_handoff() -> None:
    """Edge case 15: the last change does not lead to whom it is today; nobody is named."""
    issue = an_issue(
        "APOLLO-1",
        "todo 1d, in_progress 3d, done",
        changes=[assigned(None, "ada.old", 0.5)],
        assignee=Person("ada", "Ada"),
    )

    found = report(issue, close=10)

    assert value(found, "flow.handoffs") == 0
    assert [
        "APOLLO-1: the last recorded change of its assignee does not lead to what it is today"
    ] == texts(found)


def test_a_change_by_nobody_known_is_kept() -> None:
    """Edge case 15: a null author is unknown; what was changed is not lost."""
    history = (
        a_change(Field.STATUS, "todo", "in_progress", 1, by=None),
        a_change(Field.STATUS, "in_progress", "done", 3, by=None),
    )

    found = report(an_issue("APOLLO-1", history), close=10)

    assert value(found, "flow.cycle_time_n") == 1
    assert value(found, "flow.handoffs") == 0
    assert [] == texts(found)


def test_a_straggler_stands_beside_the_date_on_which_nearly_all_was_done() -> None:
    """Edge case 17: 20 issues, one of them done 1,125 days after the rest (Fedora 3.4)."""
    issues = [an_issue(f"APOLLO-{n}", "todo 1d, done") for n in range(19)]
    late = an_issue("APOLLO-99", "todo 1126d, done")

    found = report(*issues, late, project=a_project(target="2024-03-05"), close=1200)

    assert value(found, "schedule.slip_days") == 1125
    assert value(found, "schedule.slip_days_95") == 0


def test_a_project_of_one_issue_has_figures_and_no_percentile() -> None:
    """Edge case 18."""
    found = report(an_issue("APOLLO-1", "todo 1d, in_progress 3d, done", estimate=3), close=10)

    assert value(found, "scope.final") == 1
    assert value(found, "earned_value.complete") == 1
    assert value(found, "flow.delivered_cycle_time_p50_days") is None
    reason = found["flow.delivered_cycle_time_p50_days"].reason
    assert reason == "fewer than 5 delivered issues were measured: APOLLO-1 3.0 days"


def test_all_added_after_the_kick_off_leaves_nothing_planned_and_no_index() -> None:
    """Edge case 18."""
    found = report(an_issue("APOLLO-1", "todo 5d, done", changes=[joined(2)]), close=10)

    assert (value(found, "scope.base"), value(found, "scope.added")) == (0, 1)
    for name in ("scope.creep", "earned_value.bac", "earned_value.spi", "earned_value.spi_t"):
        assert found[name].value is None, name
        assert found[name].reason, name


def test_points_of_several_scales_make_earned_value_count_items() -> None:
    """Edge case 19: never summed, but the indices are not lost."""
    teams = Team("1", "CORE", "Core"), Team("2", "WEB", "Web")
    found = report(
        an_issue("APOLLO-1", "todo 2d, done", estimate=1, team=teams[0]),
        an_issue("APOLLO-2", estimate=100, team=teams[1]),
        close=10,
    )

    assert value(found, "scope.final_points") is None
    assert (value(found, "earned_value.bac"), value(found, "earned_value.ev")) == (2, 1)
    assert found["earned_value.bac"].unit == "issues"
    assert "item-count EV" in found["earned_value.bac"].formula


@pytest.mark.parametrize(
    ("at", "late"),
    [
        pytest.param("2024-03-08T23:30:00-05:00", False, id="the last half hour of the day"),
        pytest.param("2024-03-09T00:00:00-05:00", True, id="the next day"),
    ],
)
def test_a_finish_is_late_only_after_the_end_of_the_local_day(at: str, *, late: bool) -> None:
    """Edge case 10: 23:30 in New York is the next day in UTC already."""
    done = an_issue("APOLLO-1", done_on=at, due_on=date(2024, 3, 8))

    found = report(
        done,
        project=a_project(target="2024-03-08"),
        timezone=ZoneInfo("America/New_York"),
        close=30,
    )

    assert value(found, "schedule.slip_days") == int(late)
    assert value(found, "schedule.due_hit_rate") == int(not late)


def test_work_that_is_begun_and_done_on_one_day_took_a_part_of_a_day() -> None:
    """Edge case 11: never 0 or 1. Three hours are an eighth of a day."""
    issues = [an_issue(f"APOLLO-{n}", "todo 1h, in_progress 3h, done") for n in range(5)]

    found = report(*issues, close=10)

    assert value(found, "flow.cycle_time_p50_days") == 0.125


def test_what_left_and_joined_again_on_the_way_counts_by_its_stays() -> None:
    """Edge case 3: gone from day 3 to day 5, so neither added nor removed."""
    issue = an_issue("APOLLO-1", a_history("todo 8d, done"), changes=[left(3), joined(5)])

    away, back = report(issue, close=4), report(issue, close=10)

    assert ("APOLLO-1",) == away["scope.removed"].issues
    assert value(away, "scope.final") == 0
    assert (value(back, "scope.added"), value(back, "scope.removed")) == (0, 0)
    assert ("APOLLO-1",) == back["scope.delivered"].issues
