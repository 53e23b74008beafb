"""What must hold for the earned value of any project, whatever its history."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import (
    a_project,
    day,
)
from tests.domain.lives import Life, as_issues, many_lives, shifted, shifted_project
from tests.domain.metrics.report import report
from tests.domain.metrics.ten_days import (
    lines_of,
)


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
def test_all_planned_work_done_is_all_of_the_budget_earned(told: list[Life]) -> None:
    found = report(given=as_issues(told), baseline=day(0), close=day(6))

    base = set(found["scope.base"].issues)
    if not base or base - set(found["scope.delivered"].issues):
        return
    assert found["earned_value.bac"].value == found["earned_value.ev"].value
    assert found["earned_value.pd"].value == found["earned_value.es"].value


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


@given(many_lives(), st.integers(1, 20))
def test_moving_everything_by_whole_weeks_changes_no_length(told: list[Life], weeks: int) -> None:
    by, project = timedelta(weeks=weeks), a_project()

    before = report(given=as_issues(told), project=project, baseline=day(0), close=day(6))
    issues = [shifted(life.issue, by) for life in told]
    after = report(
        *issues, project=shifted_project(project, by), baseline=day(0) + by, close=day(6) + by
    )

    for name, figure in before.metrics["earned_value"].items():
        later = after.metrics["earned_value"][name].value
        if isinstance(figure.value, date):
            assert later == figure.value + by
        elif isinstance(figure.value, float):
            assert later == pytest.approx(figure.value)
        else:
            assert later == figure.value
