"""What must hold for the earned value of any project, whatever its history."""

from __future__ import annotations

import math

from hypothesis import given

from tests.domain.builders import (
    day,
)
from tests.domain.lives import Life, as_issues, many_lives
from tests.domain.metrics.earned_value.ten_days import (
    lines_of,
)
from tests.domain.metrics.report import report


@given(many_lives())
def test_earned_is_never_more_than_the_budget_nor_schedule_than_planned(told: list[Life]) -> None:
    found = report(given=as_issues(told), baseline=day(0), close=day(6))

    figures = found.metrics["earned_value"]
    bac, earned = figures["bac"].value, figures["ev"].value
    if not isinstance(bac, float) or not isinstance(earned, float):
        return
    assert 0 <= earned <= bac
    for line in lines_of(found)["earned"]:
        assert line is None or 0 <= line <= bac + 1e-6
    es, planned = figures["es"].value, figures["pd"].value
    assert isinstance(es, float)
    assert isinstance(planned, float)
    assert 0 <= es <= planned
    parts = [figures[name].value for name in ("ev", "descoped", "dropped")]
    assert sum(part for part in parts if isinstance(part, float)) <= bac + 1e-6


@given(many_lives())
def test_every_figure_is_finite_or_says_why_not(told: list[Life]) -> None:
    found = report(given=as_issues(told), baseline=day(0), close=day(6))

    for area in ("earned_value", "forecast"):
        for figure in found.metrics[area].values():
            assert (figure.value is None) is (figure.reason is not None)
            assert not isinstance(figure.value, float) or math.isfinite(figure.value)
    for name in ("earned_value", "performance_indices"):
        for line in lines_of(found, name).values():
            assert all(one is None or math.isfinite(one) for one in line)
