"""How good the estimates in hours were: each figure by hand, then what holds for any pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot
from service.domain.metrics.effort.accuracy import Pair, standardised_accuracy, typical_factor
from service.domain.tracking import Field, Issue, ProjectIssues
from tests.domain.builders import a_change, an_issue, joined
from tests.domain.metrics.report import report, value
from tests.domain.metrics.timesheet import hours, with_time

FIGURES = (
    *("mdmre", "mmre", "pred25", "pred50", "mae_hours", "bias_total", "bias", "factor"),
    "bre_median",
)


def finished(number: int, estimate: float | None, **more: object) -> Issue:
    """Return an issue that was in progress from day 1 to day 4."""
    history = "todo 1d, in_progress 3d, done"
    return an_issue(f"APOLLO-{number}", history, hours=estimate, **more)  # type: ignore[arg-type]


def told(pairs: Sequence[tuple[float, float]]) -> ProjectIssues:
    """Return an issue for each pair of estimated and recorded hours, and the time on it."""
    numbered = list(enumerate(pairs, 1))
    entries = [hours(actual, f"APOLLO-{number}") for number, (_, actual) in numbered]
    return with_time([finished(number, estimate) for number, (estimate, _) in numbered], *entries)


def reasons(found: Snapshot, name: str) -> dict[str, str]:
    return {one.issue: one.reason for one in found[name].excluded}


def test_each_figure_of_accuracy_is_what_its_definition_gives() -> None:
    """Estimates 8, 4, 10, 2 took 10, 4, 8, 6 hours.

    |A - E| is 2, 0, 2, 4; by A that is 0.2, 0, 0.25, 2/3; by the smaller 0.25, 0, 0.25, 2.
    A / E is 1.25, 1, 0.8, 3. The logs of these are off by factors 1.25, 1, 1.25, 3.
    """
    found = report(given=told([(8, 10), (4, 4), (10, 8), (2, 6)]), close=20)

    assert value(found, "effort.mdmre") == 0.225
    assert value(found, "effort.mmre") == round((0.2 + 0.25 + 2 / 3) / 4, 6)
    assert value(found, "effort.pred25") == 0.75
    assert value(found, "effort.pred50") == 0.75
    assert value(found, "effort.bias") == 1.125
    assert value(found, "effort.bias_total") == round(28 / 24 - 1, 6)
    assert value(found, "effort.mae_hours") == 2
    assert value(found, "effort.factor") == 1.25
    assert value(found, "effort.bre_median") == 0.25
    assert value(found, "effort.coverage") == 1
    assert found["effort.mdmre"].n == 4


def test_one_outlier_moves_the_mean_and_not_the_median() -> None:
    """Nine estimates that hold, and 100 hours that took 1: MRE 99."""
    found = report(given=told([(4, 4)] * 9 + [(100, 1)]), close=20)

    assert value(found, "effort.mmre") == 9.9
    assert value(found, "effort.mdmre") == 0
    assert value(found, "effort.pred25") == 0.9


def test_the_estimate_is_the_one_of_the_start_even_if_set_at_creation_and_raised_later() -> None:
    """Set to 8 at creation, so that no change says so; raised to 20 on day 2, after the start.

    Edge case 1. Edge case 5.
    """
    raised = a_change(Field.HOURS, "8", "20", 2)
    issue = finished(1, 20, changes=[raised])

    found = report(given=with_time([issue], hours(10)), close=20)

    assert value(found, "effort.bias") == 1.25


def test_an_estimate_changed_before_the_start_counts_as_changed() -> None:
    issue = finished(1, 5, changes=[a_change(Field.HOURS, "8", "5", 0.5)])

    found = report(given=with_time([issue], hours(10)), close=20)

    assert value(found, "effort.bias") == 2


def test_an_estimate_of_after_the_start_is_kept_out_and_named() -> None:
    """Edge case 5."""
    issue = finished(1, 8, changes=[a_change(Field.HOURS, None, "8", 2)])

    found = report(given=with_time([issue], hours(10)), close=20)

    assert value(found, "effort.mdmre") is None
    assert reasons(found, "effort.mdmre") == {
        "APOLLO-1": "was estimated only after work on it had begun"
    }
    assert value(found, "effort.set_after_start_share") == 1


def test_an_estimate_that_was_cleared_and_set_again_after_the_close_is_none() -> None:
    """Edge case 5."""
    changes = [a_change(Field.HOURS, "4", None, 0.5), a_change(Field.HOURS, None, "8", 30)]

    found = report(given=with_time([finished(1, 8, changes=changes)], hours(10)), close=20)

    assert value(found, "effort.mdmre") is None
    assert reasons(found, "effort.mdmre") == {"APOLLO-1": "has no estimate in hours"}


def test_work_that_was_never_in_progress_began_with_its_first_hour() -> None:
    """Estimated 8; work was recorded from day 2 on; 20 was set on day 3."""
    raised = a_change(Field.HOURS, "8", "20", 3)
    issue = an_issue("APOLLO-1", "todo 4d, done", hours=20, changes=[raised])

    found = report(given=with_time([issue], hours(4, at=2), hours(6, at=3.5)), close=20)

    assert value(found, "effort.bias") == 1.25


def test_all_time_of_an_issue_is_its_actual_also_that_from_before_it_joined() -> None:
    issue = finished(1, 8, changes=[joined(3)])

    found = report(given=with_time([issue], hours(6, at=2), hours(4, at=3.5)), close=20)

    assert value(found, "effort.bias") == 1.25
    assert value(found, "effort.actual_hours") == 4


def test_issues_that_make_no_pair_are_each_named_with_the_reason() -> None:
    issues = [
        finished(1, None),
        finished(2, 4),
        finished(3, 4),
        finished(4, 4),
        finished(5, -1),
        finished(6, 4),
    ]
    entries = [hours(2, f"APOLLO-{number}") for number in (1, 3, 4, 5)]
    back = hours(-2, "APOLLO-3")

    found = report(given=with_time(issues, *entries, back, partial=["APOLLO-6"]), close=20)

    assert found["effort.mdmre"].issues == ("APOLLO-4",)
    assert reasons(found, "effort.mdmre") == {
        "APOLLO-1": "has no estimate in hours",
        "APOLLO-2": "no time is recorded on it",
        "APOLLO-3": "the time recorded on it does not add up to more than 0",
        "APOLLO-5": "an estimate of -1 hours cannot be meant",
        "APOLLO-6": "the tracker gave only a part of its time",
    }


def test_an_estimate_of_nothing_is_an_estimate_but_has_no_ratio() -> None:
    """Edge case 5."""
    found = report(given=told([(0, 5)]), close=20)

    assert value(found, "effort.mdmre") == 1
    assert value(found, "effort.bias") is None
    assert reasons(found, "effort.bias") == {"APOLLO-1": "its estimate is 0"}
    assert found["effort.bias_total"].reason == "each of the estimates is 0"


def test_a_parent_counts_by_its_sub_tasks_where_these_are_estimated() -> None:
    """Edge case 4."""
    parent, part = finished(1, 10), finished(2, 4, parent="APOLLO-1")

    found = report(given=with_time([parent, part], hours(1), hours(5, "APOLLO-2")), close=20)

    assert found["effort.bias"].issues == ("APOLLO-2",)
    assert value(found, "effort.bias") == 1.25
    assert reasons(found, "effort.bias") == {"APOLLO-1": "counted by its sub-tasks"}


def test_a_parents_estimate_covers_the_time_on_sub_tasks_that_have_none() -> None:
    parent, part = finished(1, 10), finished(2, None, parent="APOLLO-1")

    found = report(given=with_time([parent, part], hours(3), hours(5, "APOLLO-2")), close=20)

    assert value(found, "effort.bias") == 0.8
    assert value(found, "effort.actual_hours") == 8
    assert reasons(found, "effort.bias") == {"APOLLO-2": "has no estimate in hours"}


def test_without_time_there_is_no_accuracy_and_the_reason_says_so() -> None:
    found = report(finished(1, 8), close=20)

    reason = "the tracker keeps no working time; import it to have this figure"
    for name in FIGURES:
        assert found[f"effort.{name}"].value is None
        assert found[f"effort.{name}"].reason == reason


def test_points_are_never_compared_with_hours() -> None:
    issue = an_issue("APOLLO-1", "todo 1d, in_progress 3d, done", estimate=8)

    found = report(given=with_time([issue], hours(8)), close=20)

    assert value(found, "effort.mdmre") is None
    assert value(found, "effort.coverage") == 0


def test_dropped_and_open_work_is_no_evidence_of_accuracy() -> None:
    dropped = an_issue("APOLLO-2", "todo 1d, in_progress 1d, cancelled", hours=4)
    given_up = finished(3, 4, dropped=True)
    open_ = an_issue("APOLLO-4", "todo 1d, in_progress", hours=4)
    issues = [finished(1, 8), dropped, given_up, open_]
    entries = [hours(8, issue.key) for issue in issues]

    found = report(given=with_time(issues, *entries), close=20)

    assert found["effort.mdmre"].issues == ("APOLLO-1",)


def test_comparing_with_guessing_needs_thirty_issues() -> None:
    found = report(given=told([(4, 4)] * 29), close=20)

    assert found["effort.sa"].reason == "fewer than 30 issues can be compared: 29"


def test_perfect_estimates_are_fully_accurate_and_equal_actuals_leave_it_undefined() -> None:
    perfect = report(given=told([(hours_, hours_) for hours_ in range(1, 31)]), close=20)
    equal = report(given=told([(2, 4)] * 30), close=20)

    assert value(perfect, "effort.sa") == 1
    assert (
        equal["effort.sa"].reason == "each issue took the same time: a guess would be right as well"
    )


def test_the_chart_shows_the_pairs_in_hours() -> None:
    found = report(given=told([(8, 10), (4, 4)]), close=20)

    assert found.series["estimate_actual"].as_json() == {
        "unit": "hours",
        "points": [
            {"issue": "APOLLO-1", "estimate": 8, "actual": 10},
            {"issue": "APOLLO-2", "estimate": 4, "actual": 4},
        ],
        "reason": None,
    }


AMOUNTS = st.floats(0, 5000) | st.sampled_from([0.0, 5e-324, 1e-9, 1e6, 2e6])
PAIRS = st.lists(st.tuples(AMOUNTS, st.floats(0, 1000)), max_size=8)


@given(PAIRS)
def test_every_figure_is_finite_and_within_its_bounds(pairs: list[tuple[float, float]]) -> None:
    found = report(given=told(pairs), close=20)

    figures = {name: found[f"effort.{name}"].value for name in FIGURES}
    for name, figure in figures.items():
        if figure is None:
            assert found[f"effort.{name}"].reason
            continue
        number = float(str(figure))
        assert math.isfinite(number)
        assert number >= {"bias_total": -1, "factor": 1}.get(name, 0)
        assert number <= (1 if name.startswith("pred") else math.inf)
    if figures["pred25"] is not None:
        assert float(str(figures["pred25"])) <= float(str(figures["pred50"]))


POSITIVE = st.floats(0.01, 1000)


@given(POSITIVE, POSITIVE)
def test_the_balanced_figures_are_the_same_for_too_much_and_too_little(
    one: float, other: float
) -> None:
    forth, back = Pair("A-1", one, other), Pair("A-1", other, one)

    assert math.isclose(forth.bre, back.bre)
    assert math.isclose(typical_factor([forth]), typical_factor([back]))
    assert forth.bre >= forth.mre


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=30, max_size=33))
def test_guessing_is_worked_out_as_trying_every_guess_would(
    pairs: list[tuple[float, float]],
) -> None:
    told_ = [Pair("A-1", estimate, actual) for estimate, actual in pairs]

    found = standardised_accuracy(told_)

    guessing = fmean(abs(a.actual - b.actual) for a, b in permutations(told_, 2))
    if guessing == 0:
        assert isinstance(found, str)
        return
    error = fmean(abs(pair.actual - pair.estimate) for pair in told_)
    assert found == pytest.approx(1 - error / guessing, rel=1e-6, abs=1e-6)
