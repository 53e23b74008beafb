"""What a project cost up to the close: its hours by their rates, and what else was paid for.

Each amount is converted at what the currencies were worth on its own day, added up exactly, and
rounded once, where it is shown. What cannot be priced is never taken for 0: the total is unknown
then. No figure tells anybody's rate: see `_tells_a_rate`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.worked import HOUR, hours_told, worked_of
from service.domain.money import EXACT, ExchangeTable, RateCard, rounded
from service.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.effort.worked import Worked
    from service.domain.money import Budget, Rate
    from service.domain.tracking import Person, TimeEntry

NOTHING_GIVEN = "no hourly rates and no costs were given; give the rate of a role or of everybody"
NO_CURRENCY = "amounts in several currencies and no budget at the kick-off: choose the currency"
NO_RATE = "no hourly rate was in force"
WITHHELD = (
    "withheld: all priced hours are of one person with a rate of their own, which it would tell; "
    "give the rate of a role instead"
)

#: Amounts of working time are kept in money times seconds.
AN_HOUR = Decimal(HOUR)


class Line(NamedTuple):
    """Something with a price: working time, or a direct cost (`entry` None).

    - `amount` is in the currency that is shown, `native` in `currency`, which it was paid in; both
      are 3600 times as much, so that seconds at a price per hour need no division before the end.
    - `personal` says that a rate of one person was used.
    """

    at: datetime
    day: date
    amount: Decimal
    native: Decimal
    currency: str
    entry: TimeEntry | None = None
    personal: bool = False


class Unpriced(NamedTuple):
    """Working time or a direct cost (`entry` None) of which the amount is not known, and why."""

    reason: str
    entry: TimeEntry | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What the project cost, in `currency`.

    `reason` says why the whole is not known, and is None where it is; the amounts below are then
    only what could be priced.
    """

    currency: str | None
    reason: str | None
    lines: tuple[Line, ...] = ()
    unpriced: tuple[Unpriced, ...] = ()
    _instants: tuple[datetime, ...] = ()
    _sums: tuple[Decimal, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether what the hours cost is known and would tell somebody's rate."""
        return self.reason == WITHHELD

    @property
    def total(self) -> Decimal:
        """What was spent up to the close: exact, not rounded."""
        return EXACT.divide(self._sums[-1], AN_HOUR) if self._sums else Decimal(0)

    def until(self, at: datetime) -> Decimal:
        """Return what was spent up to the instant, never after the close: exact, not rounded."""
        index = bisect_right(self._instants, at)
        return EXACT.divide(self._sums[index - 1], AN_HOUR) if index else Decimal(0)


def spent_of(basis: Basis) -> Spent:
    """Return what the project cost up to the close, worked out once for all areas."""
    return basis.once(_spent)


def exchanges_of(basis: Basis) -> ExchangeTable:
    """Return what the currencies were worth, sorted out once."""
    return basis.once(_exchanges)


def budget_at(basis: Basis, at: datetime | None) -> Budget | None:
    """Return the budget that was approved last by the instant, None where there was none."""
    approved = [one for one in basis.finances.budgets if at is not None and one.approved_at <= at]
    return max(approved, key=lambda one: one.approved_at, default=None)


def amount_of(lines: Iterable[Line]) -> Decimal:
    """Add up some lines in the currency that is shown: exact, not rounded."""
    total = reduce(EXACT.add, (line.amount for line in lines), Decimal(0))
    return EXACT.divide(total, AN_HOUR)


def _exchanges(basis: Basis) -> ExchangeTable:
    return ExchangeTable(basis.finances.exchanges)


def _spent(basis: Basis) -> Spent:
    finances, worked, currency = basis.finances, worked_of(basis), _currency(basis)
    if not finances.rates and not finances.costs:
        return Spent(currency, NOTHING_GIVEN)
    if currency is None:
        return Spent(None, NO_CURRENCY)
    found = [*_labour(basis, worked, currency), *_direct(basis, currency)]
    # Whatever order the entries came in, the amounts are added in the order of time.
    lines = sorted((one for one in found if isinstance(one, Line)), key=lambda line: line.at)
    unpriced = tuple(one for one in found if isinstance(one, Unpriced))
    sums = tuple(accumulate((line.amount for line in lines), EXACT.add))
    return Spent(
        currency,
        _reason(worked, lines, unpriced, currency),
        lines=tuple(lines),
        unpriced=unpriced,
        _instants=tuple(line.at for line in lines),
        _sums=sums,
    )


def _currency(basis: Basis) -> str | None:
    """Return the currency to show: the chosen one, the budget's at the kick-off, the only one."""
    finances = basis.finances
    if finances.currency is not None:
        return finances.currency
    if (budget := budget_at(basis, basis.window.baseline)) is not None:
        return budget.money.currency
    given = {
        *(rate.an_hour.currency for rate in finances.rates),
        *(cost.money.currency for cost in finances.costs),
        *(budget.money.currency for budget in finances.budgets),
    }
    return given.pop() if len(given) == 1 else None


def _labour(basis: Basis, worked: Worked, currency: str) -> list[Line | Unpriced]:
    """Price the working time, each entry at the rate of its day. This is the hot loop."""
    price_of = _Prices(basis, currency)
    found: list[Line | Unpriced] = []
    for entry, day in zip(worked.entries, worked.days, strict=True):
        price = price_of(entry, day)
        if isinstance(price, str):
            found.append(Unpriced(price, entry))
            continue
        rate, shown = price
        native = EXACT.multiply(rate.an_hour.amount, entry.seconds)
        amount = native if shown is None else EXACT.multiply(native, shown)
        personal = rate.person_id is not None
        found.append(Line(entry.at, day, amount, native, rate.an_hour.currency, entry, personal))
    return found


class _Prices:
    """The rate of a person or role on a day and what its currency was worth then, looked up once.

    Where there is none, the answer is the reason; where no conversion is needed, the worth is None.
    """

    def __init__(self, basis: Basis, currency: str) -> None:
        self._card = RateCard(basis.finances.rates)
        self._exchanges = exchanges_of(basis)
        self._currency = currency
        self._names = _names(basis)
        self._known: dict[
            tuple[str | None, str | None, date], tuple[Rate, Decimal | None] | str
        ] = {}

    def __call__(self, entry: TimeEntry, day: date) -> tuple[Rate, Decimal | None] | str:
        key = entry.person_id, entry.role, day
        if key not in self._known:
            self._known[key] = self._price(*key)
        return self._known[key]

    def _price(
        self, person_id: str | None, role: str | None, day: date
    ) -> tuple[Rate, Decimal | None] | str:
        names = self._names.get(person_id or "", (person_id,) if person_id else ())
        rate = self._card.rate_of(names, role, day)
        if rate is None:
            return NO_RATE
        if rate.an_hour.currency == self._currency:
            return rate, None
        worth = self._exchanges.rate(rate.an_hour.currency, self._currency, day)
        return (
            _no_exchange(rate.an_hour.currency, self._currency) if worth is None else (rate, worth)
        )


def _names(basis: Basis) -> Mapping[str, tuple[str, ...]]:
    """Return both names of each account that has a mail address, by either: rates use either."""
    project = basis.project
    if not any(rate.person_id for rate in basis.finances.rates):
        return {}
    people: set[Person] = {*project.members, *([project.lead] if project.lead else ())}
    people |= {issue.assignee for issue in basis.issues.issues if issue.assignee is not None}
    names: dict[str, tuple[str, ...]] = {}
    for person in people:
        if person.email:
            names[person.id] = names[person.email] = (person.id, person.email)
    return names


def _direct(basis: Basis, currency: str) -> list[Line | Unpriced]:
    """Price the direct costs of the days up to that of the close."""
    exchanges, end = exchanges_of(basis), basis.window.close
    found: list[Line | Unpriced] = []
    for cost in sorted(basis.finances.costs, key=lambda one: one.on):
        at = basis.calendar.start_of(cost.on)
        if at > end:
            continue
        worth = exchanges.rate(cost.money.currency, currency, cost.on)
        if worth is None:
            found.append(Unpriced(_no_exchange(cost.money.currency, currency)))
            continue
        native = EXACT.multiply(cost.money.amount, AN_HOUR)
        amount = EXACT.multiply(native, worth)
        found.append(Line(at, cost.on, amount, native, cost.money.currency))
    return found


def _no_exchange(base: str, quote: str) -> str:
    return f"no exchange rate from {base} to {quote} is known for the day"


def _reason(
    worked: Worked, lines: Sequence[Line], unpriced: Sequence[Unpriced], currency: str
) -> str | None:
    """Return why the whole is not known, with what is, None where all of it is."""
    if _tells_a_rate(lines):
        return WITHHELD
    missing = [worked.reason] if worked.reason is not None else []
    seconds: dict[str, int] = {}
    for one in unpriced:
        if one.entry is not None:
            seconds[one.reason] = seconds.get(one.reason, 0) + one.entry.seconds
    missing += [f"{reason} for {hours_told(those)}" for reason, those in seconds.items()]
    if costs := sum(one.entry is None for one in unpriced):
        missing.append(f"no exchange rate is known for {counted(costs, 'direct cost')}")
    if not missing:
        return None
    known = f"; known is {rounded(amount_of(lines), currency)} {currency}" if lines else ""
    return f"{'; '.join(missing)}{known}"


def _tells_a_rate(lines: Iterable[Line]) -> bool:
    """Whether cost by hours would be the rate of one person: nobody else's hours are in it."""
    labour = [line for line in lines if line.entry is not None]
    people = {line.entry.person_id for line in labour if line.entry is not None}
    return len(people) == 1 and any(line.personal for line in labour)
