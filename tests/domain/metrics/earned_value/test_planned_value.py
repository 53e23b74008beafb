"""Planned value: how the plan of the kick-off is spread over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.domain.tracking import Field
from tests.domain.builders import (
    a_change,
    an_issue,
)
from tests.domain.metrics.earned_value.ten_days import (
    TEN_DAYS,
    at,
    done_after,
    ev,
    lines_of,
    open_issue,
    told,
)
from tests.domain.metrics.report import report


def test_each_issue_is_planned_evenly_over_the_working_days_to_its_due_date() -> None:
    """Monday to Friday 8 March, and to Tuesday 12 March: 5 and 7 working days, none on a weekend.

    By Monday's end 5/5 + 7/7 are planned, by Friday's 5 + 5, by the next Monday's 5 + 6.
    """
    issues = [
        open_issue("APOLLO-1", 5, due_on=date(2024, 3, 8)),
        open_issue("APOLLO-2", 7, due_on=date(2024, 3, 12)),
    ]
    project = replace(TEN_DAYS, target_on=None)

    found = report(*issues, project=project, close=at(8))

    planned = lines_of(found)["planned"]
    assert [2, 4, 6, 8, 10, 10, 10, 11, 12] == pytest.approx(planned)
    assert 9.0 == ev(found, "pd")
    assert 11.0 == pytest.approx(found["earned_value.pv"].value)


def test_the_dates_of_the_kick_off_are_the_plan_and_not_those_of_today() -> None:
    moved = a_change(Field.DUE_ON, "2024-03-05", "2024-03-31", at(3))
    issue = open_issue("APOLLO-1", 5, due_on=date(2024, 3, 31), changes=[moved])

    found = told(issue, target_on=None)

    assert 2.0 == ev(found, "pd")


def test_the_end_of_a_weekend_is_the_schedule_of_what_was_planned_before_it() -> None:
    """5 of 10 points planned by Friday evening are the schedule up to Monday morning: 7 days."""
    history = (a_change(Field.STATUS, "todo", "done", at(4)),)
    issues = [
        an_issue("APOLLO-1", history, created=at(-1), estimate=5),
        open_issue("APOLLO-2", 5),
    ]
    project = replace(TEN_DAYS, target_on=date(2024, 3, 15))

    found = report(*issues, project=project, close=at(8))

    assert 7.0 == pytest.approx(found["earned_value.es"].value)
    assert 12.0 == ev(found, "pd")


def test_issues_without_a_date_go_to_the_planned_finish() -> None:
    """One of two is due after five days, the other goes evenly to the finish after ten."""
    due = open_issue("APOLLO-1", 5, due_on=date(2024, 3, 8))

    found = told(due, open_issue("APOLLO-2", 10), close=5)

    assert 10.0 == ev(found, "pv")
    assert "1 without one to 2024-03-13" in found["earned_value.pv"].formula


def test_without_any_plan_the_schedule_is_unknown_and_the_rest_is_not() -> None:
    found = told(done_after(5, "APOLLO-1", 4), target_on=None)

    unknown = ("pv", "sv", "spi", "es", "pd", "sv_t", "spi_t", "tspi", "ieac_t", "ieac_t_at_50")
    for name in unknown:
        assert ev(found, name) is None
        reason = found[f"earned_value.{name}"].reason or ""
        assert reason.startswith("no target date was set at the kick-off, and none of its issues")
    assert (4.0, 4.0, 5.0) == (ev(found, "bac"), ev(found, "ev"), ev(found, "at"))
    assert ["earned"] == list(lines_of(found))
    assert {} == lines_of(found, "performance_indices")


def test_a_few_due_dates_are_no_plan_of_the_whole() -> None:
    dated = open_issue("APOLLO-1", 1, due_on=date(2024, 3, 8))

    found = told(dated, open_issue("APOLLO-2", 2), target_on=None)

    assert "too few of its issues had a due date" in (found["earned_value.pd"].reason or "")


@pytest.mark.parametrize("finish", [date(2024, 3, 1), date(2099, 1, 1)])
def test_a_planned_finish_before_the_kick_off_or_in_another_age_is_none(finish: date) -> None:
    """Edge case 18."""
    found = told(open_issue("APOLLO-1", 4), target_on=finish)

    assert "before the kick-off, or years after" in (found["earned_value.pd"].reason or "")


def test_a_plan_of_sixty_days_and_more_is_told_in_weeks() -> None:
    """Planned for 70 days, done after 84: 10 weeks and 12."""
    found = told(done_after(84, "APOLLO-1", 1), close=90, target_on=date(2024, 5, 12))

    assert "weeks" == found["earned_value.es"].unit
    assert (10.0, 12.0, -2.0) == (ev(found, "es"), ev(found, "at"), ev(found, "sv_t"))
