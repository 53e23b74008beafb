"""Planned and actual hours, how much the figures cover, how estimates moved, what points meant."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot
from service.domain.metrics.effort.points_to_time import average_ranks, spearman
from service.domain.tracking import Field, Issue, Team
from tests.domain.builders import a_change, an_issue, estimated, joined, left
from tests.domain.metrics.report import report, value
from tests.domain.metrics.timesheet import hours, with_time

CORE, INFRA = Team("core", "CORE", "Core"), Team("infra", "INFRA", "Infra")


def sized(number: int, points: float | None, days: float, **more: object) -> Issue:
    """Return an issue with points that was in progress for so many working days (up to 4)."""
    history = f"todo 1h, in_progress {days}d, done"
    return an_issue(f"APOLLO-{number}", history, estimate=points, **more)  # type: ignore[arg-type]


def parts(found: Snapshot, name: str) -> dict[str, tuple[object, int]]:
    told = found[name].value
    assert isinstance(told, tuple)
    return {part.name: (part.value, part.n) for part in told}  # type: ignore[union-attr]


def test_the_bridge_leads_from_planned_to_actual_hours() -> None:
    """Planned 8 + 5, later 20; took 10 on the planned, 3 on an unplanned, 4 on an added issue."""
    issues = [
        an_issue("APOLLO-1", hours=20, changes=[a_change(Field.HOURS, "8", "20", 3)]),
        an_issue("APOLLO-2", hours=5, changes=[left(9)]),
        an_issue("APOLLO-3"),
        an_issue("APOLLO-4", hours=6, changes=[joined(2)]),
    ]
    entries = [
        hours(9, "APOLLO-1"),
        hours(1, "APOLLO-2"),
        hours(3, "APOLLO-3"),
        hours(4, "APOLLO-4", 3),
        hours(0.5, None),
    ]

    found = report(given=with_time(issues, *entries), close=20)

    assert value(found, "effort.estimated_hours") == 13
    assert value(found, "effort.variance_hours") == -3
    assert value(found, "effort.variance_added_hours") == 4
    assert value(found, "effort.variance_unplanned_hours") == 3.5
    assert value(found, "effort.actual_hours") == 17.5
    assert found["effort.variance_hours"].issues == ("APOLLO-1", "APOLLO-2")
    assert found["effort.variance_added_hours"].issues == ("APOLLO-4",)
    assert found["effort.variance_unplanned_hours"].issues == ("APOLLO-3",)


def test_planned_hours_are_a_parents_or_its_sub_tasks_and_never_both() -> None:
    """Edge case 4."""
    issues = [
        an_issue("APOLLO-1", hours=10),
        an_issue("APOLLO-2", hours=4, parent="APOLLO-1"),
        an_issue("APOLLO-3", parent="APOLLO-1"),
        an_issue("APOLLO-4", hours=6),
        an_issue("APOLLO-5", parent="APOLLO-4"),
    ]
    entries = [hours(1, f"APOLLO-{number}") for number in range(1, 6)]

    found = report(given=with_time(issues, *entries), close=20)

    assert value(found, "effort.estimated_hours") == 10
    assert value(found, "effort.variance_hours") == -5
    assert value(found, "effort.variance_unplanned_hours") == 0


def test_without_an_estimate_at_the_kick_off_there_is_no_variance() -> None:
    late = an_issue("APOLLO-1", hours=8, changes=[a_change(Field.HOURS, None, "8", 2)])

    found = report(given=with_time([late], hours(3)), close=20)

    reason = "no issue that was in the project at the kick-off had an estimate in hours then"
    assert found["effort.estimated_hours"].reason == reason
    assert found["effort.variance_hours"].reason == reason
    assert value(found, "effort.variance_unplanned_hours") == 3


def test_coverage_tells_estimate_actual_and_both_of_the_finished_issues() -> None:
    """Of four, three are estimated, one of these in points only; two have time recorded."""
    done = "todo 1d, in_progress 1d, done"
    issues = [
        an_issue("APOLLO-1", done, hours=4),
        an_issue("APOLLO-2", done, hours=4),
        an_issue("APOLLO-3", done, estimate=3),
        an_issue("APOLLO-4", done),
        an_issue("APOLLO-5"),
    ]
    entries = [hours(2, "APOLLO-1"), hours(2, "APOLLO-4"), hours(2, "APOLLO-5")]

    found = report(given=with_time(issues, *entries), close=20)

    assert value(found, "effort.coverage_estimate") == 0.75
    assert value(found, "effort.coverage_actual") == 0.5
    assert value(found, "effort.coverage") == 0.25
    assert found["effort.coverage"].n == 4
    assert found["effort.coverage"].issues == ("APOLLO-1",)
    assert [(one.issue, one.reason) for one in found["effort.coverage"].excluded] == [
        ("APOLLO-2", "no time is recorded on it"),
        ("APOLLO-3", "has no estimate in hours"),
        ("APOLLO-4", "has no estimate in hours"),
    ]


def test_without_time_coverage_is_of_points_and_cycle_times_and_says_that_it_is_a_proxy() -> None:
    skipped = an_issue("APOLLO-2", "todo 1d, done", estimate=3)

    found = report(sized(1, 3, 2), skipped, close=20)

    assert value(found, "effort.coverage") == 0.5
    assert "proxy" in found["effort.coverage"].formula
    assert value(found, "effort.coverage_actual") == 0.5


def test_with_nothing_finished_no_share_is_made_up() -> None:
    found = report(an_issue(), close=20)

    for name in ("coverage", "coverage_estimate", "coverage_actual"):
        assert found[f"effort.{name}"].value is None
        assert found[f"effort.{name}"].reason == "no issue was delivered by the close"


def test_changes_after_the_start_are_counted_and_added_up() -> None:
    """Started on day 1: 2 to 3 before it, then 3 to 8 and 8 to 5; and one first set on day 2."""
    moved = an_issue(
        "APOLLO-1",
        "todo 1d, in_progress",
        estimate=5,
        changes=[estimated("2", "3", 0.5), estimated("3", "8", 2), estimated("8", "5", 3)],
    )
    set_late = an_issue(
        "APOLLO-2", "todo 1d, in_progress", estimate=3, changes=[estimated(None, "3", 2)]
    )
    after_the_close = an_issue(
        "APOLLO-3", "todo 1d, in_progress", estimate=3, changes=[estimated("1", "3", 30)]
    )

    found = report(moved, set_late, after_the_close, close=20)

    changes = found["effort.estimate_changes_after_start"]
    assert (changes.value, changes.n, changes.issues) == (3, 3, ("APOLLO-1", "APOLLO-2"))
    assert value(found, "effort.estimate_change_points") == 2
    assert value(found, "effort.estimate_change_hours") == 0


def test_estimates_set_after_start_and_after_done_are_told_apart() -> None:
    """Of four estimated ones two were set after the start, one of these after it was done.

    Edge case 5.
    """
    issues = [
        sized(1, 3, 2),
        sized(2, 0, 2),
        sized(3, 3, 2, changes=[estimated(None, "3", 1)]),
        sized(4, 3, 2, changes=[estimated(None, "3", 9)]),
        sized(5, None, 2),
    ]

    found = report(*issues, close=20)

    assert value(found, "effort.set_after_start_share") == 0.5
    assert value(found, "effort.set_after_done_share") == 0.25
    assert found["effort.set_after_done_share"].issues == ("APOLLO-4",)


def test_points_and_time_are_correlated_by_rank() -> None:
    """Points 1 2 3 5 8 took 1 2 4 3 3.5 days: ranks 1 2 5 3 4; rho = 1 - 6 x 6 / 120 = 0.7."""
    points, days = (1, 2, 3, 5, 8), (1, 2, 4, 3, 3.5)
    issues = [sized(*one) for one in zip(range(1, 6), points, days, strict=True)]

    found = report(*issues, close=20)

    assert value(found, "effort.points_to_time") == 0.7
    assert "proxy" in found["effort.points_to_time"].formula


def test_one_outlier_does_not_make_the_correlation() -> None:
    """Bigger took less long, but for one of 300 days: Pearson's r would be 0.8.

    The ranks of the days are 5 4 3 2 1 6: rho = 1 - 6 x (16 + 4 + 0 + 4 + 16 + 0) / 210.

    Fault F8 of the peers.
    """
    issues = [sized(number, number, 4 - number / 2) for number in range(1, 6)]
    outlier = an_issue("APOLLO-6", "todo 1h, in_progress 300d, done", estimate=8)

    found = report(*issues, outlier, close=330)

    assert value(found, "effort.points_to_time") == round(1 - 240 / 210, 6)


def test_time_is_told_for_each_number_of_points() -> None:
    issues = [sized(1, 0, 1), sized(2, 3, 2), sized(3, 3, 3), sized(4, 3, 4), sized(5, 2.5, 1)]

    found = report(*issues, close=20)

    told = parts(found, "effort.time_per_point")
    assert told == {"0": (1, 1), "2.5": (1, 1), "3": (3, 3)}


def test_few_issues_or_equal_ones_have_no_correlation() -> None:
    few = report(*(sized(number, number, 1) for number in range(1, 5)), close=20)
    equal = report(*(sized(number, 3, number / 2) for number in range(1, 6)), close=20)

    assert few["effort.points_to_time"].reason == (
        "fewer than 5 finished issues had points and a cycle time: 4"
    )
    assert equal["effort.points_to_time"].reason == "all had the same points, or took the same time"


def test_times_that_are_equal_are_equal_in_rank_whenever_they_were() -> None:
    """Five hours each, begun an hour after one another: bigger took no longer, by no hair."""
    issues = [
        an_issue(f"APOLLO-{hour}", f"todo {hour}h, in_progress 5h, done", estimate=float(hour))
        for hour in range(1, 9)
    ]

    found = report(*issues, close=20)["effort.points_to_time"]

    assert (found.value, found.reason) == (None, "all had the same points, or took the same time")


def test_scales_of_several_teams_are_never_mixed() -> None:
    """In each team bigger took longer; on one scale the 40 of the one would beat the 3 of the other.

    Edge case 19.
    """
    days = (1, 2, 3)
    core = [sized(n, n, took, team=CORE) for n, took in zip(range(1, 4), days, strict=True)]
    infra = [
        sized(10 * n, 10 * n, took, team=INFRA) for n, took in zip((1, 2, 4), days, strict=True)
    ]

    found = report(*core, *infra, close=20)

    assert value(found, "effort.points_to_time") == 1
    told = parts(found, "effort.time_per_point")
    assert list(told) == ["CORE 1", "CORE 2", "CORE 3", "INFRA 10", "INFRA 20", "INFRA 40"]
    chart = found.series["estimate_actual"].as_json()
    assert chart["points"] == []
    assert "2 teams" in str(chart["reason"])


def test_the_chart_falls_back_on_points_and_says_so_in_its_unit() -> None:
    found = report(sized(1, 3, 2), close=20)

    assert found.series["estimate_actual"].as_json() == {
        "unit": "points, working days",
        "points": [{"issue": "APOLLO-1", "estimate": 3, "actual": 2}],
        "reason": None,
    }


def test_a_chart_of_nothing_says_why() -> None:
    chart = report(an_issue(), close=20).series["estimate_actual"].as_json()

    assert chart["reason"] == "no points: not one issue of the project carries an estimate"


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert average_ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2]
    assert spearman([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(4.5 / math.sqrt(4.5 * 5))


ROWS = st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=20)


@given(ROWS)
def test_a_correlation_is_within_bounds_and_the_same_both_ways(
    rows: list[tuple[float, float]],
) -> None:
    left_, right = [one for one, _ in rows], [other for _, other in rows]

    rho = spearman(left_, right)

    assert rho is None or -1 <= rho <= 1
    assert rho == spearman(right, left_)
    if rho is not None:
        opposite = spearman(left_, [-one for one in right])
        assert opposite == pytest.approx(-rho)
