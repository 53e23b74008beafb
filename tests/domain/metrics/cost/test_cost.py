"""Budget against what was spent: rates, currencies, what is missing, and whom it must not tell of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot
from service.domain.money import DirectCost, Finances, Rate
from service.domain.tracking import Issue, TimeEntry
from tests.domain.builders import a_person, an_issue, estimated, left
from tests.domain.metrics.report import report, value
from tests.domain.metrics.timesheet import (
    a_budget,
    a_cost,
    a_rate,
    an_exchange,
    hours,
    with_time,
)

ONE = an_issue("APOLLO-1", "todo 1d, in_progress 9d, done", estimate=5)
EUROS = (a_rate("80"),)


def spent(
    *entries: TimeEntry, issues: tuple[Issue, ...] = (ONE,), close: float = 20, **money: object
) -> Snapshot:
    """Return the figures of a project with these hours and this money; 80 EUR an hour."""
    finances = Finances(**{"rates": EUROS, **money})  # type: ignore[arg-type]
    return report(given=with_time(issues, *entries), finances=finances, close=close)


def test_the_budget_is_the_last_one_approved_by_the_kick_off() -> None:
    budgets = (
        a_budget("900", approved=-9),
        a_budget("1000", approved=0),
        a_budget("1500", approved=5),
        a_budget("9000", approved=30),
    )

    found = spent(hours(2), budgets=budgets)

    assert value(found, "cost.budget") == 1000
    assert found["cost.budget"].unit == "EUR"
    assert value(found, "cost.budget_last") == 1500


def test_what_was_spent_is_hours_by_rates_and_direct_costs() -> None:
    """2 h and 1.5 h at 80 EUR, and a licence of 19.99 EUR; what came after the close does not count."""
    costs = (a_cost("19.99"), a_cost("500", on="2024-04-30"))

    found = spent(hours(2), hours(1.5), hours(7, at=25), costs=costs, budgets=(a_budget("400"),))

    assert value(found, "cost.actual") == 299.99
    assert value(found, "cost.direct") == 19.99
    assert value(found, "cost.variance") == -100.01
    assert value(found, "cost.variance_percent") == -25.0025
    assert found["cost.actual"].issues == ("APOLLO-1",)


def test_a_cost_of_the_day_of_the_close_counts() -> None:
    found = spent(hours(1), costs=(a_cost("20", on="2024-03-24"),))

    assert value(found, "cost.actual") == 100


def test_the_rate_is_the_one_in_force_on_the_day_of_the_work() -> None:
    """The local day: 23:30 UTC on the 5th is the 6th in Berlin, from when on it is 100."""
    late = datetime(2024, 3, 5, 23, 30, tzinfo=UTC)
    rates = (a_rate("80"), a_rate("100", since="2024-03-06"))
    given_ = with_time([ONE], hours(1, at=1), hours(1, at=late))
    berlin = ZoneInfo("Europe/Berlin")

    found = report(given=given_, finances=Finances(rates=rates), timezone=berlin, close=20)

    assert value(found, "cost.actual") == 180


def test_roles_and_people_have_rates_of_their_own() -> None:
    rates = (*EUROS, a_rate("100", role="lead"), a_rate("120", person="grace"))
    entries = [hours(1), hours(1, role="lead"), hours(1, person="grace", role="lead")]

    found = spent(*entries, rates=rates)

    assert value(found, "cost.actual") == 300


def test_a_rate_by_mail_address_is_that_of_the_account() -> None:
    grace = a_person("Grace", "Grace@example.com")
    assigned = an_issue("APOLLO-2", assignee=grace)
    rates = (*EUROS, a_rate("120", person="grace@example.com"))

    found = spent(
        hours(1), hours(1, "APOLLO-2", person="grace"), issues=(ONE, assigned), rates=rates
    )

    assert value(found, "cost.actual") == 200


def test_amounts_are_rounded_once_at_the_end() -> None:
    """Three times 10 minutes at 0.05: 0.00833 each, 0.025 in all, which is 0.02 half to even."""
    found = spent(*(hours(1 / 6) for _ in range(3)), rates=(a_rate("0.05"),))

    assert value(found, "cost.actual") == 0.02
    assert found["cost.actual"].value == Decimal("0.02")


def test_a_currency_without_a_minor_unit_is_shown_without_one() -> None:
    found = spent(hours(1.5), rates=(a_rate("3333", "JPY"),))

    assert str(found["cost.actual"].value) == "5000"
    assert found["cost.actual"].unit == "JPY"


def test_each_amount_is_converted_at_the_rate_of_its_own_day() -> None:
    """100 USD an hour, worth 0.8 EUR at the kick-off and 0.9 from 6 March on.

    An hour before and one after it cost 80 + 90, a licence of 100 USD on 5 March 80 EUR; at the
    rates of the kick-off all would have been 240. The budget of 1,000 USD was worth 800 EUR.

    Edge case 16.
    """
    found = spent(
        hours(1, at=1),
        hours(1, at=2),
        currency="EUR",
        rates=(a_rate("100", "USD"),),
        costs=(a_cost("100", "USD", on="2024-03-05"),),
        budgets=(a_budget("1000", "USD"),),
        exchanges=(
            an_exchange("USD", "EUR", "0.8"),
            an_exchange("USD", "EUR", "0.9", "2024-03-06"),
        ),
    )

    assert value(found, "cost.actual") == 250
    assert value(found, "cost.exchange_effect") == 10
    assert value(found, "cost.budget") == 800


def test_the_currency_is_that_of_the_budget_at_the_kick_off_where_none_is_chosen() -> None:
    rates, budget = (a_rate("100", "USD"),), (a_budget("1000", "EUR"),)

    found = spent(
        hours(1), rates=rates, budgets=budget, exchanges=(an_exchange("EUR", "USD", "1.25"),)
    )

    assert (found["cost.actual"].unit, value(found, "cost.actual")) == ("EUR", 80)


def test_several_currencies_without_a_choice_are_not_added_up() -> None:
    """Edge case 16."""
    found = spent(hours(1), costs=(a_cost("10", "USD"),))

    reason = "amounts in several currencies and no budget at the kick-off: choose the currency"
    assert found["cost.actual"].reason == reason
    assert found["cost.direct"].reason == reason


def test_hours_without_a_rate_make_the_total_unknown_and_are_listed() -> None:
    """An hour at 80 is known; two of a role without a rate are not, nor half an hour on nothing.

    Edge case 16.
    """
    two = an_issue("APOLLO-2")
    rates = (a_rate("80", role="developer"),)
    entries = [
        hours(1, role="developer"),
        hours(2, "APOLLO-2", role="tester"),
        hours(0.5, None, role="tester"),
    ]

    found = spent(*entries, issues=(ONE, two), rates=rates, budgets=(a_budget("100"),))

    actual, unpriced = found["cost.actual"], found["cost.unpriced_hours"]
    assert actual.value is None
    assert actual.reason == "no hourly rate was in force for 2.5 hours; known is 80.00 EUR"
    assert value(found, "cost.variance") is None
    assert value(found, "cost.budget") == 100
    assert (unpriced.value, unpriced.issues) == (2.5, ("APOLLO-2",))
    assert [(one.issue, one.reason) for one in unpriced.excluded] == [
        ("(project)", "0.5 hours: no hourly rate was in force"),
        ("APOLLO-2", "2 hours: no hourly rate was in force"),
    ]


def test_an_exchange_rate_that_is_missing_makes_the_total_unknown() -> None:
    """Edge case 16."""
    found = spent(
        hours(1),
        hours(1, role="lead"),
        currency="EUR",
        rates=(*EUROS, a_rate("100", "USD", role="lead")),
        costs=(a_cost("10", "USD"),),
    )

    assert found["cost.actual"].reason == (
        "no exchange rate from USD to EUR is known for the day for 1 hour; "
        "no exchange rate is known for 1 direct cost; known is 80.00 EUR"
    )
    assert found["cost.direct"].reason == "no exchange rate from USD to EUR is known for the day"


def test_without_time_only_the_direct_costs_are_known() -> None:
    given_ = with_time([ONE], unknown="the tracker keeps no working time")
    finances = Finances(rates=EUROS, costs=(a_cost("10"),))

    found = report(given=given_, finances=finances, close=20)

    assert found["cost.actual"].reason == "the tracker keeps no working time; known is 10.00 EUR"
    assert value(found, "cost.direct") == 10
    assert found["cost.unpriced_hours"].reason == "the tracker keeps no working time"


def test_without_any_money_every_figure_says_what_to_give() -> None:
    found = report(given=with_time([ONE], hours(1)), close=20)

    nothing = "no hourly rates and no costs were given; give the rate of a role or of everybody"
    budget = "no budget was given; give the approved one, and since when it is"
    assert found["cost.actual"].reason == nothing
    assert found["cost.rework"].reason == nothing
    assert found["cost.unpriced_hours"].reason == nothing
    assert found["cost.budget"].reason == budget
    assert found["cost.direct"].reason == "no direct costs were given"


def test_a_budget_that_was_approved_after_the_kick_off_is_not_the_plan() -> None:
    found = spent(hours(1), budgets=(a_budget("100", approved=2),))

    assert found["cost.budget"].reason == "no budget was approved by the kick-off"
    assert found["cost.variance"].reason == "no budget was approved by the kick-off"
    assert value(found, "cost.budget_last") == 100


def test_a_budget_of_nothing_has_no_percentage() -> None:
    found = spent(hours(1), budgets=(a_budget("0"),))

    assert value(found, "cost.variance") == 80
    assert found["cost.variance_percent"].reason == "the budget at the kick-off is 0"


def test_the_weekly_burn_keeps_weeks_in_which_nothing_was_spent() -> None:
    """Monday 4 March: an hour; the week after nothing; on Sunday 24 March a licence of 10."""
    found = spent(hours(1, at=0), costs=(a_cost("10", on="2024-03-24"),))

    assert value(found, "cost.burn_weekly") == [
        {"name": "2024-03-04", "value": 80, "n": 1, "issues": ["APOLLO-1"], "reason": None},
        {"name": "2024-03-11", "value": 0, "n": 0, "issues": [], "reason": None},
        {"name": "2024-03-18", "value": 10, "n": 0, "issues": [], "reason": None},
    ]


def test_the_cost_of_an_item_and_of_a_point_is_that_of_what_was_delivered() -> None:
    """3 h, 240 EUR: for two delivered items, 5 points and 1; the open one costs and counts not."""
    two = an_issue("APOLLO-2", "todo 1d, done", estimate=1, changes=[estimated("9", "1", 3)])
    three = an_issue("APOLLO-3", estimate=100)
    entries = [hours(1, f"APOLLO-{number}") for number in (1, 2, 3)]

    found = spent(*entries, issues=(ONE, two, three))

    assert value(found, "cost.per_item") == 120
    assert value(found, "cost.per_point") == 40


def test_nothing_delivered_has_no_price() -> None:
    found = spent(hours(1), issues=(an_issue("APOLLO-1"),))

    assert found["cost.per_item"].reason == "nothing was delivered by the close"
    assert found["cost.per_point"].value is None


def test_rework_costs_what_was_recorded_after_the_first_completion() -> None:
    """Done on day 2, taken up again on day 5, done on day 7: an hour before, 2 h after; 160 EUR."""
    again = an_issue("APOLLO-1", "todo 1d, in_progress 1d, done 3d, in_progress 2d, done")
    other = an_issue("APOLLO-2", "todo 1d, in_progress")
    imported = an_issue("APOLLO-3", "done")
    entries = [
        hours(1, at=1),
        hours(2, at=6),
        hours(4, "APOLLO-2", 6),
        hours(5, "APOLLO-3", 6),
    ]

    found = spent(*entries, issues=(again, other, imported))

    assert value(found, "cost.rework") == 160
    assert found["cost.rework"].issues == ("APOLLO-1",)


def test_what_was_spent_on_an_issue_after_it_left_is_not_the_projects() -> None:
    gone = an_issue("APOLLO-1", changes=[left(5)])

    found = spent(hours(1, at=3), hours(2, at=6), issues=(gone,))

    assert value(found, "cost.actual") == 80
    assert [(one.issue, one.reason) for one in found["cost.actual"].excluded] == [
        ("APOLLO-1", "2 hours recorded while it was not in the project")
    ]


WITHHELD = (
    "withheld: all priced hours are of one person with a rate of their own, which it would tell; "
    "give the rate of a role instead"
)


def test_cost_by_hours_never_gives_away_the_rate_of_one_person() -> None:
    """Ada worked alone, at a rate of hers: 5 h and the cost would tell it. So would what is known."""
    alone = spent(hours(5), rates=(a_rate("73.21", person="ada"),), budgets=(a_budget("500"),))
    unpriced = spent(hours(5), hours(1, person="grace"), rates=(a_rate("73.21", person="ada"),))

    for found in (alone, unpriced):
        for name in ("actual", "burn_weekly", "per_item", "per_point", "rework", "exchange_effect"):
            assert found[f"cost.{name}"].value is None
            assert found[f"cost.{name}"].reason == WITHHELD
        assert "366.05" not in json.dumps(found.as_json())
    assert value(alone, "cost.variance") is None
    assert value(alone, "cost.budget") == 500


def test_with_a_second_person_or_the_rate_of_a_role_there_is_nothing_to_give_away() -> None:
    rates = (*EUROS, a_rate("120", person="ada"))

    two = spent(hours(1), hours(1, person="grace"), rates=rates)
    role = spent(hours(1))

    assert value(two, "cost.actual") == 200
    assert value(role, "cost.actual") == 80


def test_no_figure_and_no_text_names_a_person() -> None:
    people = ["person-ada-1", "person-grace-2"]
    rates = (a_rate("80", person=people[0]), a_rate("90", person=people[1]))
    entries = [hours(30, person=one, recorded=40) for one in people] + [
        hours(-1, person="nobody-3")
    ]

    found = spent(*entries, rates=rates)

    published = json.dumps(found.as_json(), default=str)
    assert [name for name in (*people, "nobody-3") if name in published] == []


AMOUNTS = st.decimals("0.01", "500", places=2).map(str)
ENTRIES = st.lists(
    st.builds(
        hours,
        st.floats(0, 20),
        st.sampled_from(["APOLLO-1", "APOLLO-2", None]),
        st.floats(0, 19),
        person=st.sampled_from(["ada", "grace", None]),
        role=st.sampled_from(["lead", "tester", None]),
    ),
    max_size=10,
)
RATES = st.lists(
    st.builds(
        a_rate,
        AMOUNTS,
        st.sampled_from(["EUR", "USD"]),
        since=st.sampled_from(["2024-01-01", "2024-03-08"]),
        role=st.sampled_from([None, "lead"]),
    ),
    max_size=4,
    unique_by=lambda rate: (rate.since, rate.role),
)


@given(ENTRIES, RATES, st.lists(st.builds(a_cost, AMOUNTS), max_size=3), st.randoms())
def test_whatever_order_it_came_in_the_sum_is_the_same_and_is_finite(
    entries: list[TimeEntry], rates: list[Rate], costs: list[DirectCost], random: Random
) -> None:
    exchanges = [an_exchange("EUR", "USD", "1.07"), an_exchange("EUR", "USD", "1.11", "2024-03-12")]
    straight = Finances("EUR", tuple(rates), tuple(exchanges), (), tuple(costs))
    time = list(entries)
    for rows in (time, rates, costs, exchanges):
        random.shuffle(rows)
    shuffled = Finances("EUR", tuple(rates), tuple(exchanges), (), tuple(costs))

    one, other = published(entries, straight), published(time, shuffled)

    assert one == other


def published(time: Iterable[TimeEntry], finances: Finances) -> str:
    """Return the figures of cost as text; ValueError where one is not finite."""
    issues = (ONE, replace(ONE, id="APOLLO-2", key="APOLLO-2"))
    found = report(given=with_time(issues, *time), finances=finances, close=20)
    figures = {name: one.as_json() for name, one in found.metrics["cost"].items()}
    return json.dumps(figures, allow_nan=False)
