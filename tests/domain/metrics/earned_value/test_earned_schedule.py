"""Earned schedule by itself: any curve, any value."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics.earned_value.earned_schedule import (
    NO_TIME,
    NONE_EARNED,
    TIME_IS_UP,
    Curve,
    earned_schedule,
    schedule_indices,
)
from service.domain.metrics.earned_value.indices import (
    BUDGET_SPENT,
    NO_BUDGET,
    NONE_PLANNED,
    NONE_SPENT,
    TOO_LARGE,
    Index,
    indices,
)
from service.domain.metrics.earned_value.indices import NONE_EARNED as NO_VALUE_EARNED
from tests.domain.metrics.earned_value.curves import by_period

AMOUNTS = st.floats(0, 1e12)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Draw a curve that never falls, with flat stretches, and rises at its end."""
    steps = draw(st.lists(st.sampled_from([0.0, 0.0, 0.1, 1.0, 7.3]), min_size=1, max_size=12))
    values, total = [], 0.0
    for step in [*steps, 1.0]:
        total += step
        values.append(total)
    return by_period(values)


@given(curves(), st.floats(0, 1), st.floats(0, 1))
def test_more_earned_is_never_less_schedule_and_never_more_than_planned(
    curve: Curve, one: float, other: float
) -> None:
    less, more = sorted((one * curve.whole, other * curve.whole))

    assert 0 <= earned_schedule(curve, less) <= earned_schedule(curve, more) <= curve.duration


@given(curves(), st.floats(0, 1))
def test_what_was_planned_by_the_earned_schedule_is_what_was_earned(
    curve: Curve, share: float
) -> None:
    earned = share * curve.whole

    assert earned == pytest.approx(curve.at(earned_schedule(curve, earned)), abs=1e-6)


@given(curves())
def test_all_of_it_is_the_whole_planned_duration(curve: Curve) -> None:
    assert curve.duration == earned_schedule(curve, curve.whole)


@given(curves(), st.floats(0, 1), st.floats(0, 1e6))
def test_nothing_undefined_is_a_number(curve: Curve, share: float, at: float) -> None:
    found = schedule_indices(curve, share * curve.whole, at)

    for one in (found.spi_t, found.tspi, found.ieac_t):
        assert (one.value is None) is (one.reason is not None)
        assert one.value is None or math.isfinite(one.value)


@given(AMOUNTS, st.none() | AMOUNTS, AMOUNTS, st.none() | AMOUNTS)
def test_an_index_is_a_number_or_says_why_not(
    bac: float, pv: float | None, ev: float, ac: float | None
) -> None:
    for one in indices(bac, pv, min(ev, bac), ac):
        assert (one.value is None) is (one.reason is not None)
        assert one.value is None or math.isfinite(one.value)


def test_a_part_of_a_period_counts_and_not_only_whole_ones() -> None:
    """Cut to whole periods this would be 1: a loss of almost one. Fault F10 of the peers."""
    curve = by_period([10, 20, 30])

    assert 1.9 == pytest.approx(earned_schedule(curve, 19))


def test_what_is_planned_before_the_beginning_is_earned_first() -> None:
    """10 were due before the kick-off: of these 4 are no schedule at all, 15 half of it."""
    curve = by_period([20])
    curve.values[0] = 10

    assert [0, 0.5] == [earned_schedule(curve, earned) for earned in (4, 15)]


@pytest.mark.parametrize(
    ("name", "four", "reason"),
    [
        pytest.param("spi", (10, 0, 0, 5), NONE_PLANNED, id="nothing planned"),
        pytest.param("cpi", (10, 5, 5, 0), NONE_SPENT, id="nothing spent"),
        pytest.param("eac", (10, 5, 0, 5), NO_VALUE_EARNED, id="nothing earned"),
        pytest.param("eac", (10, 5, 5, 0), NONE_SPENT, id="no efficiency"),
        pytest.param("vac", (10, 5, 0, 5), NO_VALUE_EARNED, id="no estimate"),
        pytest.param("eac_cost_schedule", (10, 0, 5, 5), NONE_PLANNED, id="no pace"),
        pytest.param("tcpi", (10, 5, 5, 10), BUDGET_SPENT, id="budget spent"),
        pytest.param("tcpi", (10, 5, 5, 12), BUDGET_SPENT, id="budget overspent"),
        pytest.param("complete", (0, 0, 0, 0), NO_BUDGET, id="no budget"),
        pytest.param("eac", (1e300, 1, 1e-10, 1e3), TOO_LARGE, id="no finite number"),
    ],
)
def test_an_undefined_ratio_says_why_and_is_never_0(
    name: str, four: tuple[float, float, float, float], reason: str
) -> None:
    """Edge case 18. Fault F11 of the peers."""
    bac, pv, ev, ac = four

    assert Index(None, reason) == getattr(indices(bac, pv, ev, ac), name)


def test_without_a_plan_or_a_cost_only_the_other_half_is_known() -> None:
    found = indices(10, None, 5, None, no_plan="never planned", no_actual="never counted")

    assert {
        "sv": "never planned",
        "spi": "never planned",
        **dict.fromkeys(("cv", "cpi", "eac", "eac_atypical", "etc", "vac"), "never counted"),
        "eac_cost_schedule": "never counted",
        "tcpi": "never counted",
        "spent": "never counted",
    } == {name: one.reason for name, one in found._asdict().items() if one.reason}
    assert Index(0.5) == found.complete


def test_a_pace_needs_time_to_pass_and_something_to_be_earned() -> None:
    """Edge case 18."""
    curve = by_period([10, 20])

    at_once, nothing, late = (
        schedule_indices(curve, earned, at) for earned, at in ((5, 0), (0, 1), (15, 2))
    )

    assert Index(None, NO_TIME) == at_once.spi_t == at_once.ieac_t
    assert Index(0) == nothing.spi_t
    assert Index(None, NONE_EARNED) == nothing.ieac_t
    assert Index(None, TIME_IS_UP) == late.tspi
