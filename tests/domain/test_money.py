"""Rounding, hourly rates and exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from service.domain.money import ExchangeTable, RateCard, rounded
from tests.domain.metrics.timesheet import a_rate, an_exchange

ON = date(2024, 3, 6)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("2.675", "EUR", "2.68"),
        ("2.665", "EUR", "2.66"),
        ("-0.004", "EUR", "0.00"),
        ("0.5", "JPY", "0"),
        ("1.5", "JPY", "2"),
        ("1.2345", "KWD", "1.234"),
        ("1.23455", "CLF", "1.2346"),
    ],
)
def test_amounts_are_rounded_half_to_even_in_the_minor_unit_of_their_currency(
    amount: str, currency: str, expected: str
) -> None:
    found = rounded(Decimal(amount), currency)

    assert expected == str(found)


def test_the_most_particular_rate_in_force_holds() -> None:
    card = RateCard(
        [
            a_rate("50"),
            a_rate("60", role="developer"),
            a_rate("70", person="ada"),
            a_rate("80", person="ada", role="architect"),
        ]
    )

    rates = [
        card.rate_of(names, role, ON)
        for names, role in (
            (["ada"], "Architect"),
            (["ada"], "developer"),
            (["grace"], "Developer"),
            (["grace"], None),
        )
    ]

    assert [80, 70, 60, 50] == [rate and rate.an_hour.amount for rate in rates]


def test_a_rate_holds_from_its_day_on_until_the_next_one() -> None:
    card = RateCard([a_rate("60", since="2024-03-06"), a_rate("50", since="2024-03-01")])

    rates = [card.rate_of([], None, date(2024, *day)) for day in ((2, 29), (3, 1), (3, 5), (3, 6))]

    assert [None, 50, 50, 60] == [rate and rate.an_hour.amount for rate in rates]


def test_a_rate_of_a_person_that_has_not_begun_leaves_the_one_of_the_role() -> None:
    card = RateCard(
        [a_rate("60", role="developer"), a_rate("90", person="ada", since="2024-04-01")]
    )

    rate = card.rate_of(["ada"], "developer", ON)

    assert rate is not None
    assert rate.an_hour.amount == 60


def test_an_exchange_holds_until_the_next_one_and_may_be_read_backwards() -> None:
    table = ExchangeTable(
        [an_exchange("EUR", "USD", "1.25"), an_exchange("EUR", "USD", "2", "2024-03-06")]
    )

    assert table.rate("EUR", "USD", date(2024, 3, 5)) == Decimal("1.25")
    assert table.rate("USD", "EUR", date(2024, 3, 5)) == Decimal("0.8")
    assert table.rate("USD", "EUR", ON) == Decimal("0.5")
    assert table.rate("EUR", "EUR", ON) == 1


def test_an_exchange_is_not_known_before_its_first_day_nor_over_a_third_currency() -> None:
    table = ExchangeTable([an_exchange("EUR", "USD", "1.25"), an_exchange("USD", "JPY", "150")])

    assert table.rate("EUR", "USD", date(2023, 12, 31)) is None
    assert table.rate("EUR", "JPY", ON) is None


def test_of_both_ways_round_the_later_one_holds() -> None:
    table = ExchangeTable(
        [an_exchange("EUR", "USD", "1.25"), an_exchange("USD", "EUR", "0.5", "2024-03-01")]
    )

    assert table.rate("EUR", "USD", ON) == 2
