"""Money: amounts in a currency, what an hour costs, what a currency is worth on a day.

Decimal throughout; an amount is rounded once, where it is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

#: Amounts are multiplied and added up with so many digits that nothing is lost before the rounding.
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)

# What the ISO 4217 currencies are parted into, where that is not hundredths.
_WHOLE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI")
_WHOLE_TOO = ("VND", "VUV", "XAF", "XOF", "XPF")
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_TEN_THOUSANDTHS = ("CLF", "UYW")

#: How many decimals the minor unit of a currency has, 2 where it is not named.
MINOR_UNITS = {
    **dict.fromkeys((*_WHOLE, *_WHOLE_TOO), 0),
    **dict.fromkeys(_THOUSANDTHS, 3),
    **dict.fromkeys(_TEN_THOUSANDTHS, 4),
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (its ISO 4217 code)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour of work costs from a day on.

    It is of one person (an account id or mail address), of a role, or of everybody where both are
    None; the most particular one that is in force holds.
    """

    since: date
    an_hour: Money
    role: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one unit of `base` was worth in `quote` on a day, as somebody published it."""

    on: date
    base: str
    quote: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """What a project may cost, from the instant of its approval on."""

    approved_at: datetime
    money: Money


@dataclass(frozen=True, slots=True)
class DirectCost:
    """Something that was paid for besides working time."""

    on: date
    money: Money
    what: str


@dataclass(frozen=True, slots=True)
class Finances:
    """What is known of a project's money; empty parts are not known.

    - `currency` is the one that figures are shown in; None: that of the budget at the kick-off.
    - `exchanges` hold on their day and until the next one that is given.
    """

    currency: str | None = None
    rates: tuple[Rate, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    budgets: tuple[Budget, ...] = ()
    costs: tuple[DirectCost, ...] = ()


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round an amount to the currency's minor unit, half to even: 12.345 USD is 12.34."""
    unit = Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))
    return EXACT.plus(amount.quantize(unit, context=EXACT))  # plus: no "-0.00"


class RateCard:
    """Which hourly rate is in force for whom on a day."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        by_whom: defaultdict[tuple[str | None, str | None], list[Rate]] = defaultdict(list)
        for rate in sorted(rates, key=lambda rate: rate.since):
            by_whom[_folded(rate.person_id), _folded(rate.role)].append(rate)
        self._by_whom = dict(by_whom)

    def rate_of(self, names: Iterable[str], role: str | None, on: date) -> Rate | None:
        """Return the most particular rate in force: the person's, else the role's, else anybody's.

        `names` are what the person is known by: account id, mail address. Of two rates since the
        same day the one that was given last holds.
        """
        roles = (_folded(role), None) if role else (None,)
        for whom in (*map(_folded, names), None):
            for what in roles:
                if (rate := _in_force(self._by_whom.get((whom, what), ()), on)) is not None:
                    return rate
        return None


class ExchangeTable:
    """What currencies were worth in each other, day by day."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        by_pair: defaultdict[tuple[str, str], list[Exchange]] = defaultdict(list)
        for one in sorted(exchanges, key=lambda one: one.on):
            if one.rate > 0:
                by_pair[one.base, one.quote].append(one)
        self._by_pair = dict(by_pair)

    def rate(self, base: str, quote: str, on: date) -> Decimal | None:
        """Return what one unit of `base` was worth in `quote` on the day, None where unknown.

        It is that of the day or of the last day before it, read either way round; a way over a
        third currency is not taken.
        """
        if base == quote:
            return Decimal(1)
        forth = self._last(base, quote, on)
        back = self._last(quote, base, on)
        if forth is not None and (back is None or back.on <= forth.on):
            return forth.rate
        return None if back is None else EXACT.divide(Decimal(1), back.rate)

    def _last(self, base: str, quote: str, on: date) -> Exchange | None:
        known = self._by_pair.get((base, quote), [])
        index = bisect_right(known, on, key=lambda one: one.on)
        return known[index - 1] if index else None


def _in_force(rates: Iterable[Rate], on: date) -> Rate | None:
    """Return the last of the rates, which are in order of time, that had begun by the day."""
    found = None
    for rate in rates:
        if rate.since <= on:
            found = rate
    return found


def _folded(text: str | None) -> str | None:
    return text.strip().casefold() if text else None
