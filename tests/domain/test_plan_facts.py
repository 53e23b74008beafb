"""Our own record of a plan: what it adds to a project, and what it never says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from service.domain.money import Budget, DirectCost, Money
from service.domain.plan_facts import (
    FactName,
    FactSource,
    PlanFact,
    amount,
    budgets,
    chosen_baseline,
    direct_costs,
    enriched,
    moment,
    news,
)
from service.domain.tracking import Milestone, PlanChange, Project, ProjectRef
from tests.domain.builders import a_project, day
from tests.domain.metrics.report import report

REF = ProjectRef("acme", "apollo")
BERLIN = ZoneInfo("Europe/Berlin")


def a_fact(
    name: FactName, told: float, source: FactSource = FactSource.CLI, **value: object
) -> PlanFact:
    by = None if source is FactSource.TRACKER else "Robin Vega"
    return PlanFact(REF, name, day(told), value, source, by)


def a_target(on: str | None, at: float) -> PlanFact:
    return a_fact(FactName.TARGET, at, FactSource.TRACKER, on=on, coarse=False)


def unkept(target: str | None) -> Project:
    """A project whose tracker keeps no earlier target dates."""
    return a_project(target=target, plan_changes=None)


def looked_at(project: Project, at: float, before: list[PlanFact]) -> list[PlanFact]:
    return [*before, *news(project, before, day(at))]


def test_the_first_look_keeps_all_and_the_next_only_what_changed() -> None:
    first = looked_at(unkept("2024-04-05"), 0, [])

    second = news(unkept("2024-04-05"), first, day(1))
    third = news(unkept("2024-04-12"), first, day(2))

    assert [FactName.TARGET, FactName.START, FactName.MILESTONES] == [one.name for one in first]
    assert [] == second
    assert [(FactName.TARGET, "2024-04-12")] == [(one.name, one.value["on"]) for one in third]


def test_a_milestone_that_moves_is_news() -> None:
    moved = [Milestone("Beta", date(2024, 4, on), done=False, id="m-1") for on in (1, 8)]
    before, after = (a_project(milestones=(one,)) for one in moved)

    found = news(after, looked_at(before, 0, []), day(1))

    assert [FactName.MILESTONES] == [one.name for one in found]


def test_a_plan_that_comes_back_to_what_it_was_is_news_as_well() -> None:
    facts = looked_at(unkept("2024-04-05"), 0, [])
    facts = looked_at(unkept("2024-04-12"), 1, facts)

    facts = looked_at(unkept("2024-04-05"), 2, facts)

    found = enriched(unkept("2024-04-05"), facts).plan_changes
    april = [date(2024, 4, on) for on in (5, 12)]
    assert (PlanChange(day(1), *april), PlanChange(day(2), april[1], april[0])) == found


def test_a_tracker_that_keeps_its_plan_is_believed() -> None:
    project = a_project(target="2024-04-05", plan_changes=[])

    assert project == enriched(project, [a_target("2024-03-01", 0), a_target("2024-04-05", 1)])


def test_without_a_record_nothing_is_known_of_the_plan() -> None:
    assert enriched(unkept("2024-04-05"), []).plan_changes is None


def test_a_kick_off_after_the_first_record_has_the_plan_of_then() -> None:
    facts = [a_target("2024-04-05", -1), a_target("2024-04-12", 3)]

    found = report(project=enriched(unkept("2024-04-12"), facts))

    assert date(2024, 4, 5) == found["schedule.planned_finish"].value
    assert 1 == found["schedule.replans"].value


def test_a_kick_off_before_the_first_record_has_no_plan_and_says_since_when_it_is_kept() -> None:
    facts = [a_target("2024-04-05", 1), a_target("2024-04-12", 3)]

    found = report(project=enriched(unkept("2024-04-12"), facts))

    since = "Closeout has kept them since 2024-03-05 09:00 UTC"
    for name in ("planned_finish", "replans", "replan_history", "slip_days"):
        assert since in (found[f"schedule.{name}"].reason or ""), name


def test_the_last_choice_of_a_kick_off_holds_and_never_says_who_made_it() -> None:
    facts = [
        a_fact(FactName.BASELINE, 1, at="2024-03-01T00:00:00Z", reason="the contract"),
        a_fact(FactName.BASELINE, 2.7, at="2024-03-02T00:00:00Z", reason="signed late"),
    ]

    found = chosen_baseline(facts, BERLIN)

    # 2.7 days after Monday 09:00 UTC is Thursday 01:48 UTC.
    expected = (datetime(2024, 3, 2, tzinfo=UTC), "chosen on 7 Mar 2024: signed late")
    assert expected == found


def test_a_cleared_choice_is_none() -> None:
    facts = [
        a_fact(FactName.BASELINE, 1, at="2024-03-01T00:00:00Z", reason="the contract"),
        a_fact(FactName.BASELINE, 2, at=None, reason="a mistake"),
    ]

    assert chosen_baseline(facts, UTC) is None
    assert chosen_baseline([], UTC) is None


def test_of_budgets_approved_at_one_instant_the_last_told_holds() -> None:
    def told(amount: str, approved_at: str) -> PlanFact:
        return a_fact(FactName.BUDGET, 1, amount=amount, currency="EUR", approved_at=approved_at)

    facts = [
        told("150", "2024-05-01T00:00:00Z"),
        told("100", "2024-03-01T00:00:00Z"),
        told("120.50", "2024-03-01T00:00:00Z"),
    ]

    assert (
        Budget(datetime(2024, 3, 1, tzinfo=UTC), Money(Decimal("120.50"), "EUR")),
        Budget(datetime(2024, 5, 1, tzinfo=UTC), Money(Decimal(150), "EUR")),
    ) == budgets(facts)


def test_every_cost_counts() -> None:
    facts = [
        a_fact(FactName.COST, 1, amount="9.90", currency="EUR", on="2024-03-09", what=what)
        for what in ("a licence", "another one")
    ]

    found = direct_costs(facts)

    cost = DirectCost(date(2024, 3, 9), Money(Decimal("9.90"), "EUR"), "a licence")
    assert (cost, "another one") == (found[0], found[1].what)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("2026-01-05", "2026-01-04T23:00:00+00:00", id="a local day"),
        pytest.param("2026-07-05T09:30", "2026-07-05T07:30:00+00:00", id="local time"),
        pytest.param("2026-07-05 09:30", "2026-07-05T07:30:00+00:00", id="with a space"),
        pytest.param("2026-07-05T09:30:00Z", "2026-07-05T09:30:00+00:00", id="with a zone"),
    ],
)
def test_an_instant_is_read_as_people_write_it(text: str, at: str) -> None:
    assert datetime.fromisoformat(at) == moment(text, BERLIN)


@pytest.mark.parametrize("text", ["", "soon", "05.01.2026", "2026-13-01", "0001-01-01"])
def test_what_is_no_instant_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="write 2026-01-05"):
        moment(text, BERLIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120000 EUR", Money(Decimal(120000), "EUR")),
        ("1 250.50 usd", Money(Decimal("1250.50"), "USD")),
        ("1'250CHF", Money(Decimal(1250), "CHF")),
    ],
)
def test_an_amount_has_its_currency(text: str, expected: Money) -> None:
    assert expected == amount(text)


@pytest.mark.parametrize("text", ["", "120000", "EUR", "1,250 EUR", "-5 EUR", "12 0 EUR", "5 €"])
def test_what_is_no_amount_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="such as 120000 EUR"):
        amount(text)
