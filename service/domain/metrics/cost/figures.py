"""Money: the budget as it stood at the kick-off, what was spent, and what a piece of work cost.

A budget is converted at what the currencies were worth at the kick-off, what was spent at what they
were worth on its day; the difference that this makes is a figure of its own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from service.domain.metrics.cost.spent import (
    AN_HOUR,
    NO_CURRENCY,
    amount_of,
    budget_at,
    exchanges_of,
    spent_of,
)
from service.domain.metrics.effort.worked import HOUR, hours_told, worked_of
from service.domain.metrics.scope.amounts import POINTS, why_not
from service.domain.metrics.values import Excluded, Part, Value, unknown
from service.domain.money import EXACT, rounded
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.cost.spent import Line, Spent
    from service.domain.metrics.past import Past
    from service.domain.tracking import TimeEntry

DONE = StatusCategory.DONE
WEEK = timedelta(days=7)

NO_BUDGET = "no budget was given; give the approved one, and since when it is"

#: Stands where an issue's key would, for hours that were recorded for the project as a whole.
WHOLE = "(project)"

_BUDGET = "the budget that was approved last by the kick-off, at the exchange rate of that day"
_LAST = "the budget that was approved last by the close, at the exchange rate of the kick-off"
_ACTUAL = (
    "hours by the rate in force on their day (a person's, else a role's, else everybody's) plus "
    "direct costs, up to the close, each at the exchange rate of its day"
)
_VARIANCE = "what was spent minus the budget at the kick-off; positive is over it"
_PERCENT = "what was spent minus the budget at the kick-off, in percent of that budget"
_WEEKLY = "what was spent in each week, named by its Monday, from the first to the last with a cost"
_PER_ITEM = "what was spent, by the number of issues delivered by the close"
_PER_POINT = "what was spent, by the points delivered by the close, as estimated then"
_REWORK = "cost of the hours recorded on issues after they were first done"
_DIRECT = "what was paid for besides working time, up to the close"
_EXCHANGE = "what was spent, minus the same at the exchange rates of the kick-off"
_UNPRICED = "hours up to the close for which no rate, or no exchange rate, was known"

#: An amount, exact, or why it is not known.
_Amount = Decimal | str


def cost_figures(basis: Basis) -> dict[str, Value]:
    """Return the budget, what was spent, how the two compare, and what the work cost."""
    spent = spent_of(basis)
    book = _Book(basis, spent)
    budget = _budget(basis, spent, basis.window.baseline)
    last = _budget(basis, spent, basis.window.close)
    return {
        "budget": book.figure(budget, _BUDGET),
        "budget_last": book.figure(last, _LAST),
        "actual": book.whole(spent.total, _ACTUAL),
        "variance": book.whole(_over(spent, budget), _VARIANCE),
        "variance_percent": _percent(book, spent, budget),
        "burn_weekly": _weekly(book, spent),
        "per_item": _per_item(basis, book, spent),
        "per_point": _per_point(basis, book, spent),
        "rework": _rework(basis, book, spent),
        "direct": _direct(basis, book, spent),
        "exchange_effect": book.whole(_exchange_effect(basis, spent), _EXCHANGE),
        "unpriced_hours": _unpriced(basis, book, spent),
    }


class _Book:
    """What the figures of money share: the currency, the issues behind them, what is left out."""

    def __init__(self, basis: Basis, spent: Spent) -> None:
        known = basis.issues.issues if spent.lines or spent.unpriced else ()
        self._keys = {issue.id: issue.key for issue in known}
        self._reason = spent.reason
        self.unit = spent.currency or "currency"
        self.issues = self.keys(spent.lines)
        self.unpriced = tuple(self._unpriced(spent))
        self.excluded = (*worked_of(basis).excluded, *self.unpriced)

    def keys(self, lines: Iterable[Line]) -> tuple[str, ...]:
        """Return the keys of the issues that lines are about, each once."""
        ids = dict.fromkeys(line.entry.issue_id for line in lines if line.entry is not None)
        return tuple(self._keys[one] for one in ids if one is not None)

    def figure(
        self, amount: _Amount, formula: str, n: int = 1, issues: tuple[str, ...] = ()
    ) -> Value:
        """Return an amount, rounded once."""
        if isinstance(amount, str):
            return unknown(self.unit, formula, amount)
        return Value(rounded(amount, self.unit), self.unit, n, formula, issues)

    def whole(self, amount: _Amount, formula: str) -> Value:
        """Return an amount that all that was spent is a part of: unknown where that is."""
        reason = self._reason if self._reason is not None else amount
        if isinstance(reason, str):
            return unknown(self.unit, formula, reason, self.excluded)
        value, n = rounded(reason, self.unit), len(self.issues)
        return Value(value, self.unit, n, formula, self.issues, self.excluded)

    def _unpriced(self, spent: Spent) -> Iterator[Excluded]:
        seconds: defaultdict[tuple[str, str], int] = defaultdict(int)
        for one in spent.unpriced:
            if one.entry is not None:
                key = self._keys.get(one.entry.issue_id or "", WHOLE)
                seconds[key, one.reason] += one.entry.seconds
        for (key, reason), those in sorted(seconds.items()):
            yield Excluded(key, f"{hours_told(those)}: {reason}")


def _budget(basis: Basis, spent: Spent, at: datetime | None) -> _Amount:
    """Return the budget in force at an instant, at the exchange rate of the kick-off."""
    start = basis.window.baseline
    if not basis.finances.budgets:
        return NO_BUDGET
    if at is None:
        return basis.window.baseline_reason
    budget = budget_at(basis, at)
    if budget is None:
        return f"no budget was approved by the {'kick-off' if at == start else 'close'}"
    if spent.currency is None:
        return NO_CURRENCY
    amount, currency = budget.money.amount, budget.money.currency
    worth = _worth(basis, currency, spent.currency, start)
    if worth is None:
        return _no_worth(currency, spent.currency)
    return EXACT.multiply(amount, worth)


def _worth(basis: Basis, base: str, quote: str, at: datetime | None) -> Decimal | None:
    if base == quote:
        return Decimal(1)
    if at is None:
        return None
    return exchanges_of(basis).rate(base, quote, basis.calendar.day_of(at))


def _no_worth(base: str, quote: str) -> str:
    return f"no exchange rate from {base} to {quote} is known for the kick-off"


def _over(spent: Spent, budget: _Amount) -> _Amount:
    return budget if isinstance(budget, str) else EXACT.subtract(spent.total, budget)


def _percent(book: _Book, spent: Spent, budget: _Amount) -> Value:
    over = spent.reason or _over(spent, budget)
    if isinstance(over, str) or isinstance(budget, str):
        return unknown("%", _PERCENT, str(over), book.excluded)
    if not budget:
        return unknown("%", _PERCENT, "the budget at the kick-off is 0", book.excluded)
    percent = float(over / budget * 100)
    return Value(percent, "%", len(book.issues), _PERCENT, book.issues, book.excluded)


def _weekly(book: _Book, spent: Spent) -> Value:
    if spent.reason is not None or not spent.lines:
        reason = spent.reason or "nothing was spent up to the close"
        return unknown(book.unit, _WEEKLY, reason, book.excluded)
    weeks: defaultdict[date, list[Line]] = defaultdict(list)
    for line in spent.lines:
        weeks[line.day - timedelta(days=line.day.weekday())].append(line)
    monday, last = min(weeks), max(weeks)
    parts = []
    while monday <= last:
        lines = weeks.get(monday, [])
        keys = book.keys(lines)
        cost = rounded(amount_of(lines), book.unit)
        parts.append(Part(monday.isoformat(), cost, len(keys), keys))
        monday += WEEK
    n = len(book.issues)
    return Value(tuple(parts), book.unit, n, _WEEKLY, book.issues, book.excluded)


def _per_item(basis: Basis, book: _Book, spent: Spent) -> Value:
    delivered = basis.scope["delivered"]
    if not delivered:
        return book.whole("nothing was delivered by the close", _PER_ITEM)
    return book.whole(EXACT.divide(spent.total, Decimal(len(delivered))), _PER_ITEM)


def _per_point(basis: Basis, book: _Book, spent: Spent) -> Value:
    end, sizes = basis.window.close, basis.sizes
    reason = spent.reason or why_not(POINTS, basis.scope)
    if reason is not None:
        return book.whole(reason, _PER_POINT)
    points = math.fsum(sizes.at(past, end) or 0.0 for past in basis.scope["delivered"])
    if not points > 0:
        return book.whole("no points were delivered by the close", _PER_POINT)
    return book.whole(EXACT.divide(spent.total, Decimal(repr(points))), _PER_POINT)


def _rework(basis: Basis, book: _Book, spent: Spent) -> Value:
    """Sum up the hours after the first completion; those before it were the work itself."""
    reason = worked_of(basis).reason
    if spent.withheld or not spent.lines:
        reason = spent.reason or reason
    if reason is not None:
        return unknown(book.unit, _REWORK, reason, book.excluded)
    first = {past.issue.id: _first_done(past) for past in basis.scope.counted}

    def again(entry: TimeEntry | None) -> bool:
        done = first.get(entry.issue_id or "") if entry is not None else None
        return entry is not None and done is not None and entry.at >= done

    if any(again(one.entry) for one in spent.unpriced):
        return unknown(book.unit, _REWORK, spent.reason or "", book.unpriced)
    lines = [line for line in spent.lines if again(line.entry)]
    keys = book.keys(lines)
    return book.figure(amount_of(lines), _REWORK, len(keys), keys)


def _first_done(past: Past) -> datetime | None:
    """Return the first entry to done, None where there is none, or where it was created done."""
    if past.kinds[0] is DONE:
        return None
    return next(
        (at for at, kind in zip(past.entered, past.kinds, strict=True) if kind is DONE), None
    )


def _direct(basis: Basis, book: _Book, spent: Spent) -> Value:
    if not basis.finances.costs:
        return unknown(book.unit, _DIRECT, "no direct costs were given")
    if spent.currency is None:
        return unknown(book.unit, _DIRECT, NO_CURRENCY)
    unpriced = [one.reason for one in spent.unpriced if one.entry is None]
    if unpriced:
        return unknown(book.unit, _DIRECT, unpriced[0])
    lines = [line for line in spent.lines if line.entry is None]
    return book.figure(amount_of(lines), _DIRECT, len(lines))


def _exchange_effect(basis: Basis, spent: Spent) -> _Amount:
    """Return what was spent minus the same at the exchange rates of the kick-off."""
    natives: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in spent.lines:
        natives[line.currency] = EXACT.add(natives[line.currency], line.native)
    effect = spent.total
    for currency, native in natives.items():
        quote = spent.currency or currency
        worth = _worth(basis, currency, quote, basis.window.baseline)
        if worth is None:
            return _no_worth(currency, quote)
        effect = EXACT.subtract(effect, EXACT.divide(EXACT.multiply(native, worth), AN_HOUR))
    return effect


def _unpriced(basis: Basis, book: _Book, spent: Spent) -> Value:
    """Return the hours of which the cost is not known, each issue listed with the reason."""
    reason = worked_of(basis).reason
    if spent.currency is None or not (spent.lines or spent.unpriced):
        reason = reason or spent.reason
    if reason is not None:
        return unknown("hours", _UNPRICED, reason, book.excluded)
    seconds = sum(one.entry.seconds for one in spent.unpriced if one.entry is not None)
    keys = tuple(one.issue for one in book.unpriced if one.issue != WHOLE)
    return Value(seconds / HOUR, "hours", len(keys), _UNPRICED, keys, book.unpriced)
