"""The scope in points and in hours."""

from __future__ import annotations

from service.domain.metrics import Excluded
from service.domain.tracking import Field, Team
from tests.domain.builders import a_change, an_issue, estimated, joined, left
from tests.domain.metrics.report import report, texts, value


def test_points_are_those_of_their_own_instant() -> None:
    """Base 3 + 5, added 2 at its last size, removed 5, the first re-estimated from 3 to 8."""
    found = report(
        an_issue("APOLLO-1", estimate=8, changes=[estimated("3", "8", 2)]),
        an_issue("APOLLO-2", estimate=1, changes=[left(1), estimated("5", "1", 2)]),
        an_issue("APOLLO-3", estimate=2, created=-1, changes=[joined(1), estimated("9", "2", 2)]),
        close=5,
    )

    names = ("base", "added", "removed", "reestimated", "final")
    assert [value(found, f"scope.{name}_points") for name in names] == [8, 2, 5, 5, 10]
    assert found["scope.reestimated_points"].issues == ("APOLLO-1",)


def test_points_of_a_visitor_are_those_it_left_with() -> None:
    visitor = an_issue(
        "APOLLO-1",
        created=-5,
        estimate=8,
        changes=[joined(1), estimated("2", "3", 2), left(3), estimated("3", "8", 4)],
    )

    found = report(visitor, close=5)

    assert value(found, "scope.transient_points") == 3


def test_points_of_visitors_that_left_together_are_not_counted_twice() -> None:
    visit = [joined(1), left(3)]
    found = report(
        an_issue("APOLLO-1", created=-5, estimate=8, changes=visit),
        an_issue("APOLLO-2", created=-5, estimate=3, changes=visit, parent="APOLLO-1"),
        close=5,
    )

    assert value(found, "scope.transient_points") == 3


def test_an_issue_without_estimate_is_left_out_of_the_points_with_the_reason() -> None:
    found = report(
        an_issue("APOLLO-1", estimate=3), an_issue("APOLLO-2"), an_issue("APOLLO-3", estimate=0)
    )

    points = found["scope.final_points"]
    assert (points.value, points.n) == (3, 2)
    assert points.issues == ("APOLLO-1", "APOLLO-3")
    assert points.excluded == (Excluded("APOLLO-2", "no estimate"),)


def test_without_any_estimate_points_are_unknown() -> None:
    found = report(an_issue("APOLLO-1"), close=5)

    for name in ("base", "added", "removed", "final", "done", "reestimated"):
        points = found[f"scope.{name}_points"]
        assert points.value is None
        assert points.reason == "no points: not one issue of the project carries an estimate"


def test_without_any_estimate_in_hours_hours_are_unknown() -> None:
    found = report(an_issue("APOLLO-1", estimate=3), close=5)

    for name in ("base", "added", "removed", "final", "done", "reestimated"):
        hours = found[f"scope.{name}_hours"]
        assert (hours.value, hours.unit) == (None, "hours")
        assert hours.reason == "no hours: not one issue of the project carries an estimate in hours"


def test_hours_are_those_of_their_own_instant_as_points_are() -> None:
    """Base 8 + 4, added 2, removed 4, the first re-estimated from 8 to 10: final 12."""
    found = report(
        an_issue("APOLLO-1", hours=10, changes=[a_change(Field.HOURS, "8", "10", 2)]),
        an_issue("APOLLO-2", hours=4, changes=[left(1)]),
        an_issue("APOLLO-3", hours=2, created=-1, changes=[joined(1)]),
        close=5,
    )

    names = ("base", "added", "removed", "reestimated", "final")
    assert [value(found, f"scope.{name}_hours") for name in names] == [12, 2, 4, 2, 12]
    assert found["scope.final_points"].value is None


def test_hours_count_by_sub_tasks_where_these_have_some_whatever_their_points() -> None:
    found = report(
        an_issue("APOLLO-1", estimate=8, hours=40),
        an_issue("APOLLO-2", hours=6, parent="APOLLO-1"),
        close=5,
    )

    assert value(found, "scope.final_hours") == 6
    assert value(found, "scope.final_points") == 8


def test_a_parent_counts_as_an_item_and_its_points_by_its_sub_tasks() -> None:
    """Edge case 4."""
    found = report(
        an_issue("APOLLO-1", estimate=8),
        an_issue("APOLLO-2", estimate=3, parent="APOLLO-1"),
        an_issue("APOLLO-3", parent="APOLLO-1"),
        close=5,
    )

    points = found["scope.final_points"]
    assert value(found, "scope.final") == 3
    assert points.value == 3
    assert points.excluded == (
        Excluded("APOLLO-1", "counted by its sub-tasks"),
        Excluded("APOLLO-3", "no estimate"),
    )


def test_a_parent_keeps_its_points_where_no_sub_task_has_any() -> None:
    """Edge case 4."""
    found = report(
        an_issue("APOLLO-1", estimate=8), an_issue("APOLLO-2", parent="APOLLO-1"), close=5
    )

    assert value(found, "scope.final_points") == 8


def test_a_sub_task_outside_of_the_project_takes_nothing_off_its_parent() -> None:
    """Edge case 4."""
    found = report(
        an_issue("APOLLO-1", estimate=8),
        an_issue("APOLLO-2", estimate=3, parent="APOLLO-1", projects={"gemini"}),
        close=5,
    )

    assert value(found, "scope.final_points") == 8


WEB, OPS, LAB = (
    Team("t1", "WEB", "Web"),
    Team("t2", "OPS", "Operations"),
    Team("t3", "LAB", "Lab"),
)


def test_points_of_several_teams_are_never_added_up() -> None:
    """Edge case 19."""
    found = report(
        an_issue("APOLLO-1", estimate=1, hours=4, team=WEB),
        an_issue("APOLLO-2", estimate=2, hours=5, team=OPS),
        an_issue("APOLLO-3", team=LAB),
        close=5,
    )

    reason = "points of 2 teams cannot be added up: their scales may differ"
    assert reason in texts(found)
    for name in ("base", "final", "reestimated", "creep"):
        assert found[f"scope.{name}_points"].reason == reason
    assert value(found, "scope.final") == 3
    assert value(found, "scope.final_hours") == 9


def test_points_of_the_only_team_that_has_some_are_added_up() -> None:
    found = report(
        an_issue("APOLLO-1", estimate=1, team=WEB),
        an_issue("APOLLO-2", estimate=2, team=WEB),
        an_issue("APOLLO-3", team=LAB),
        close=5,
    )

    assert value(found, "scope.final_points") == 3
    assert texts(found) == []


def test_a_team_that_left_before_the_kick_off_brings_no_scale_of_its_own() -> None:
    found = report(
        an_issue("APOLLO-1", estimate=1, team=WEB),
        an_issue("APOLLO-2", estimate=2, team=OPS, created=-5, changes=[left(-1)]),
        close=5,
    )

    assert value(found, "scope.final_points") == 1


def test_an_issue_brings_the_scale_of_the_team_it_had_at_the_close() -> None:
    moved = an_issue(
        "APOLLO-2", estimate=2, team=OPS, changes=[a_change(Field.TEAM, "t1", "t2", 9)]
    )

    found = report(an_issue("APOLLO-1", estimate=1, team=WEB), moved, close=5)

    assert value(found, "scope.final_points") == 3
