"""Earned value of a project: its unit, what was earned of it, and what that took."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service.domain.money import Exchange, Finances, Money, Rate
from service.domain.tracking import Field, Issue
from tests.domain.builders import (
    a_change,
    a_project,
    an_issue,
    estimated,
    joined,
    left,
)
from tests.domain.metrics.earned_value.ten_days import (
    EVERY_DAY,
    at,
    done_after,
    ev,
    hours,
    lines_of,
    open_issue,
    told,
)
from tests.domain.metrics.report import report


def test_half_of_the_points_earned_when_all_were_planned() -> None:
    """10 points planned for ten days; 4 are done on day 5. On day 8: PV = 8, EV = 4, ES = 4."""
    found = told(done_after(5, "APOLLO-1", 4), open_issue("APOLLO-2", 6), close=8)

    assert {
        "bac": 10.0,
        "pv": 8.0,
        "ev": 4.0,
        "sv": -4.0,
        "spi": 0.5,
        "complete": 0.4,
        "es": 4.0,
        "at": 8.0,
        "pd": 10.0,
        "sv_t": -4.0,
        "spi_t": 0.5,
        "ieac_t": 20.0,
        "tspi": 3.0,  # (10 - 4) / (10 - 8)
    } == {
        name: ev(found, name)
        for name in (
            *("bac", "pv", "ev", "sv", "spi", "complete"),
            *("es", "at", "pd", "sv_t", "spi_t", "ieac_t", "tspi"),
        )
    }
    assert ("APOLLO-1",) == found["earned_value.ev"].issues
    assert ("APOLLO-1", "APOLLO-2") == found["earned_value.bac"].issues
    assert "linear plan" in found["earned_value.pv"].formula


def test_a_late_finish_is_perfect_by_spi_and_late_by_earned_schedule() -> None:
    """Planned for ten days, done after 12.5: SPI = 1, SPI(t) = PD / AD = 10 / 12.5."""
    found = told(done_after(5, "APOLLO-1", 4), done_after(12.5, "APOLLO-2", 6), close=20)

    assert (1.0, 0.0) == (ev(found, "spi"), ev(found, "sv"))
    assert (12.5, 0.8, -2.5) == tuple(ev(found, name) for name in ("at", "spi_t", "sv_t"))
    assert 12.5 == ev(found, "ieac_t")


def test_a_finish_before_the_plan_is_early_in_time_too() -> None:
    found = told(done_after(5, "APOLLO-1", 4), done_after(8, "APOLLO-2", 6), close=20)

    assert (1.25, 2.0) == (ev(found, "spi_t"), ev(found, "sv_t"))


def test_a_later_estimate_earns_no_more_than_was_planned() -> None:
    """Estimated 2 at the kick-off and 50 afterwards: the plan is 2, and so is what is earned.

    Fault F9 of the peers.
    """
    issue = done_after(5, "APOLLO-1", 50, changes=[estimated("2", "50", at(3))])

    found = told(issue, open_issue("APOLLO-2", 3))

    assert (5.0, 2.0) == (ev(found, "bac"), ev(found, "ev"))


def test_a_reopening_takes_back_what_was_earned() -> None:
    """Edge case 7."""
    issue = an_issue("APOLLO-1", "todo 3d, done 2d, todo", created=at(0), estimate=4)

    found = told(replace(issue, created_at=at(-1)), open_issue("APOLLO-2", 6), close=8)

    assert 0.0 == ev(found, "ev")
    assert [0.0, 4.0, 4.0, 0.0] == list(lines_of(found)["earned"][2:6])


def test_what_was_dropped_or_removed_stays_unearned() -> None:
    """10 planned: 1 delivered, 2 dropped while done, 3 removed after it was done, 4 left open.

    Edge case 8.
    """
    dropped = done_after(4, "APOLLO-2", 2, changes=[a_change(Field.DROPPED, None, "true", at(4))])
    found = told(
        done_after(5, "APOLLO-1", 1),
        replace(dropped, dropped=True),
        done_after(3, "APOLLO-3", 3, changes=[left(at(6))]),
        open_issue("APOLLO-4", 4),
    )

    assert {"bac": 10.0, "ev": 1.0, "descoped": 3.0, "dropped": 2.0} == {
        name: ev(found, name) for name in ("bac", "ev", "descoped", "dropped")
    }
    assert (5.0, 1.0) == (ev(found, "bac_adjusted"), ev(found, "ev_adjusted"))
    assert ("APOLLO-3",) == found["earned_value.descoped"].issues
    assert ("APOLLO-2",) == found["earned_value.dropped"].issues
    assert ("APOLLO-1", "APOLLO-4") == found["earned_value.bac_adjusted"].issues


def test_added_issues_count_in_the_adjusted_line_alone() -> None:
    added = done_after(6, "APOLLO-2", 5, changes=[joined(at(4))])
    bare = open_issue("APOLLO-3", changes=[joined(at(4))])

    found = told(done_after(5, "APOLLO-1", 4), added, bare)

    assert (4.0, 4.0) == (ev(found, "bac"), ev(found, "ev"))
    assert (9.0, 9.0) == (ev(found, "bac_adjusted"), ev(found, "ev_adjusted"))
    assert [("APOLLO-3", "no estimate in points")] == list(
        found["earned_value.bac_adjusted"].excluded
    )


def test_one_issue_without_points_makes_every_issue_count_as_1() -> None:
    found = told(done_after(5, "APOLLO-1", 4), open_issue("APOLLO-2"), close=8)

    assert (2.0, 1.0) == (ev(found, "bac"), ev(found, "ev"))
    assert "issues" == found["earned_value.bac"].unit
    formula = found["earned_value.bac"].formula
    assert "item-count EV" in formula
    assert "1 of 2 had no estimate in points at the kick-off" in formula


def test_points_that_add_up_to_nothing_make_every_issue_count_as_1() -> None:
    """Edge case 18."""
    found = told(done_after(5, "APOLLO-1", 0), open_issue("APOLLO-2", 0))

    assert (2.0, 1.0) == (ev(found, "bac"), ev(found, "ev"))
    assert "the estimates in points add up to 0" in found["earned_value.bac"].formula


def test_sub_tasks_and_their_parent_count_once() -> None:
    """One parent counts by its part of 2 (its other part has none), the other by its own 5."""
    found = told(
        open_issue("APOLLO-1", 8),
        done_after(5, "APOLLO-2", 2, parent="APOLLO-1"),
        open_issue("APOLLO-3", parent="APOLLO-1"),
        open_issue("APOLLO-4", 5),
        open_issue("APOLLO-5", parent="APOLLO-4"),
    )

    assert (7.0, 2.0) == (ev(found, "bac"), ev(found, "ev"))
    assert [
        ("APOLLO-1", "counted by its sub-tasks"),
        ("APOLLO-3", "counted with its parent"),
        ("APOLLO-5", "counted with its parent"),
    ] == list(found["earned_value.bac"].excluded)


def test_a_parent_that_is_weighed_keeps_the_weight_of_sub_tasks_that_come_later() -> None:
    late = done_after(6, "APOLLO-2", 3, parent="APOLLO-1", changes=[joined(at(4))])

    found = told(done_after(7, "APOLLO-1", 5), late)

    assert (5.0, 5.0) == (ev(found, "bac_adjusted"), ev(found, "ev_adjusted"))
    assert [("APOLLO-2", "counted with its parent")] == list(
        found["earned_value.bac_adjusted"].excluded
    )


def test_without_any_actual_cost_the_schedule_is_known_all_the_same() -> None:
    found = told(done_after(5, "APOLLO-1", 4), open_issue("APOLLO-2", 6), close=8)

    reason = "what was spent is not measured in points: give estimates in hours"
    of_cost = ("ac", "ac_added", "cv", "cpi", "eac", "etc", "vac", "tcpi", "spent", "stable_after")
    for name in of_cost:
        assert ev(found, name) is None
        assert reason == found[f"earned_value.{name}"].reason
    assert 0.5 == ev(found, "spi_t")
    assert ["planned", "earned"] == list(lines_of(found))


def test_hours_are_earned_against_hours_worked() -> None:
    """20 hours planned, 8 earned by 10 worked (2 of them on an added issue): CPI = 0.8, EAC 25."""
    found = told(
        done_after(4, "APOLLO-1", hours=8.0),
        open_issue("APOLLO-2", hours=12.0),
        open_issue("APOLLO-3", hours=1.0, changes=[joined(at(3))]),
        close=8,
        time=[hours("APOLLO-1", 2, 8), hours("APOLLO-3", 4, 2)],
    )

    assert "hours" == found["earned_value.ac"].unit
    assert {
        "bac": 20.0,
        "ev": 8.0,
        "ac": 10.0,
        "ac_added": 2.0,
        "cv": -2.0,
        "cpi": 0.8,
        "eac": 25.0,
        "eac_atypical": 22.0,
        "etc": 15.0,
        "vac": -5.0,
        "tcpi": 1.2,
        "spent": 0.5,
    } == {
        name: ev(found, name)
        for name in (
            *("bac", "ev", "ac", "ac_added", "cv", "cpi"),
            *("eac", "eac_atypical", "etc", "vac", "tcpi", "spent"),
        )
    }
    assert ("APOLLO-1", "APOLLO-3") == found["earned_value.ac"].issues
    assert (0.0, 0.0, 8.0, 8.0, 10.0) == lines_of(found)["actual"][:5]


RATES = (
    Rate(date(2024, 1, 1), Money(Decimal("33.335"), "EUR")),
    Rate(date(2024, 3, 6), Money(Decimal(50), "EUR")),
)


def test_with_an_hourly_rate_everything_is_in_money() -> None:
    """At the kick-off an hour cost 33.335 EUR: 3 hours are 100.005, half to even 100.00 EUR."""
    found = told(
        done_after(4, "APOLLO-1", hours=3.0),
        open_issue("APOLLO-2", hours=1.0),
        close=8,
        finances=Finances("EUR", RATES),
        time=[hours("APOLLO-1", 3, 2)],
    )

    assert "EUR" == found["earned_value.bac"].unit
    assert Decimal("133.34") == found["earned_value.bac"].value
    assert Decimal("100.00") == found["earned_value.ev"].value
    assert Decimal("100.00") == found["earned_value.ac"].value  # 2 hours at the 50 of that day
    assert 1.00005 == pytest.approx(found["earned_value.cpi"].value)


def test_a_rate_in_another_currency_is_taken_as_it_was_worth_at_the_kick_off() -> None:
    rates = (Rate(date(2024, 1, 1), Money(Decimal(100), "USD")),)
    exchanges = (Exchange(date(2024, 3, 1), "USD", "EUR", Decimal("0.9")),)

    found = told(open_issue("APOLLO-1", hours=2.0), finances=Finances("EUR", rates, exchanges))
    unknown = told(open_issue("APOLLO-1", hours=2.0), finances=Finances("EUR", rates))

    assert Decimal("180.00") == found["earned_value.bac"].value
    assert "hours" == unknown["earned_value.bac"].unit
    assert "what USD was worth in EUR" in unknown["earned_value.bac"].formula


def test_the_cost_of_added_issues_is_withheld_where_it_would_tell_a_persons_rate() -> None:
    rates = (*RATES, Rate(date(2024, 1, 1), Money(Decimal(90), "EUR"), person_id="grace"))
    found = told(
        open_issue("APOLLO-1", hours=2.0),
        open_issue("APOLLO-2", hours=2.0, changes=[joined(at(1))]),
        finances=Finances("EUR", rates),
        time=[hours("APOLLO-1", 3, 1), hours("APOLLO-2", 3, 1, person="grace")],
    )

    assert ev(found, "ac") is not None
    assert ev(found, "ac_added") is None
    assert "withheld" in (found["earned_value.ac_added"].reason or "")


def test_a_project_that_was_given_up_is_planned_against_abandoned_with_no_estimate() -> None:
    """Edge case 18."""
    project = a_project(
        created=at(-9), started=at(0), closed=at(8), status="cancelled", target="2024-03-13"
    )

    found = report(
        done_after(5, "APOLLO-1", 4),
        open_issue("APOLLO-2", 6),
        project=project,
        calendar=EVERY_DAY,
    )

    assert (10.0, 4.0, 0.5) == (ev(found, "bac"), ev(found, "ev"), ev(found, "spi_t"))
    for name in ("eac", "eac_atypical", "etc", "vac", "tcpi", "tspi", "ieac_t", "eac_at_50"):
        assert ev(found, name) is None
        assert "given up" in (found[f"earned_value.{name}"].reason or "")


@pytest.mark.parametrize(
    ("issues", "reason"),
    [
        pytest.param((), "no issue was in the project at the kick-off", id="nothing at all"),
        pytest.param(
            (done_after(5, "APOLLO-1", 4, changes=[joined(at(2))]),),
            "no issue was in the project at the kick-off",
            id="all added later",
        ),
    ],
)
def test_a_project_without_planned_issues_has_no_figure(
    issues: tuple[Issue, ...], reason: str
) -> None:
    """Edge case 18."""
    found = told(*issues)

    for figure in found.metrics["earned_value"].values():
        assert figure.value is None
        assert reason == figure.reason
    assert reason == found.series["earned_value"].reason


def test_without_a_kick_off_every_figure_says_why() -> None:
    found = told(open_issue("APOLLO-1", 4), started_at=at(30), close=8)
    nothing = report(project=a_project(started=None), close=8)

    assert ev(found, "bac") is not None  # an issue of before says when it began
    for figure in nothing.metrics["earned_value"].values():
        assert figure.value is None
        assert nothing.window.baseline_reason == figure.reason


def test_closed_at_the_instant_of_the_kick_off_there_is_no_pace() -> None:
    """Edge case 18."""
    found = told(open_issue("APOLLO-1", 4), close=0)

    assert (0.0, 0.0) == (ev(found, "pv"), ev(found, "at"))
    assert "nothing was planned to be done by then" == found["earned_value.spi"].reason
    assert "no time passed since the kick-off" == found["earned_value.spi_t"].reason
    assert "no time passed since the kick-off" == found["earned_value.spi_t_below_09_on"].reason


def test_work_that_was_done_before_the_kick_off_is_earned_from_the_beginning() -> None:
    found = told(done_after(-0.5, "APOLLO-1", 4))

    assert (4.0, 0.0) == (ev(found, "ev"), ev(found, "at"))
    assert ev(found, "spi_t") is None
