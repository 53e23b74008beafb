"""What the planned issues are worth: their sizes as they stood at the kick-off, all in one unit.

Frozen there, so that no later edit of an estimate can make more earned than was planned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from service.domain.metrics.cost.spent import exchanges_of, spent_of
from service.domain.metrics.scope.amounts import HOURS, POINTS, Unit, why_not
from service.domain.metrics.values import Excluded
from service.domain.money import EXACT, RateCard

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past, Sizes

NO_BASE = "no issue was in the project at the kick-off"
ITEMS = "issues"


@dataclass(frozen=True, slots=True)
class Weights:
    """The value of each planned issue.

    - `unit` is that of every value here: a currency, hours, points or issues.
    - `size` is what the value is made from, None where each issue counts as 1; `price` is what an
      hour is worth, where the unit is a currency.
    - `excluded` are members at the kick-off whose value stands elsewhere or nowhere.
    - `told` says in words how the unit was chosen. `reason` says why there is nothing to weigh.
    """

    unit: str
    told: str
    pasts: tuple[Past, ...] = ()
    values: tuple[float, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    size: Unit | None = None
    price: Decimal | None = None
    reason: str | None = None

    @property
    def total(self) -> float:
        """The budget at completion."""
        return math.fsum(self.values)

    def priced(self, size: float) -> float:
        """Return what a size is worth, in the unit."""
        return (
            size if self.price is None else float(EXACT.multiply(Decimal(repr(size)), self.price))
        )


@dataclass(frozen=True, slots=True)
class _Sized:
    """The members at the kick-off that have a size of a unit, and how many have none."""

    pasts: tuple[Past, ...]
    sizes: tuple[float, ...]
    excluded: tuple[Excluded, ...]
    lacking: int


def weights_of(basis: Basis) -> Weights:
    """Return what the planned issues are worth: in cost, else hours, else points, else as items.

    A unit is taken where every one of them has a size of it, so that it weighs all of the plan.
    """
    return basis.once(_weights)


def _weights(basis: Basis) -> Weights:
    start, base = basis.window.baseline, basis.scope["base"]
    if start is None or not base:
        reason = basis.window.baseline_reason if start is None else NO_BASE
        return Weights(ITEMS, "item-count EV", reason=reason)
    passed: list[str] = []
    for unit in (HOURS, POINTS):
        sized = _all_sized(basis, unit, start, passed)
        if sized is not None:
            return _in_hours(basis, start, sized) if unit is HOURS else _in_points(sized, passed)
    told = f"item-count EV, each issue counts as 1 ({'; '.join(passed)})"
    return Weights(ITEMS, told, tuple(base), (1.0,) * len(base))


def _in_hours(basis: Basis, start: datetime, sized: _Sized) -> Weights:
    """Return the weights in hours, or in money where an hour has a price."""
    found = _price(basis, start)
    if isinstance(found, str):
        told = f"in hours of the estimates (not in cost: {found})"
        return Weights(HOURS.word, told, sized.pasts, sized.sizes, sized.excluded, HOURS)
    price, currency = found
    told = (
        "in cost: hours of the estimates at the rate that was in force at the kick-off "
        "for everybody"
    )
    weights = Weights(currency, told, sized.pasts, (), sized.excluded, HOURS, price)
    values = tuple(weights.priced(size) for size in sized.sizes)
    return Weights(currency, told, sized.pasts, values, sized.excluded, HOURS, price)


def _in_points(sized: _Sized, passed: list[str]) -> Weights:
    told = f"in points of the estimates ({'; '.join(passed)})"
    return Weights(POINTS.word, told, sized.pasts, sized.sizes, sized.excluded, POINTS)


def _price(basis: Basis, start: datetime) -> tuple[Decimal, str] | str:
    """Return what an hour was worth at the kick-off and in which currency, or why not known."""
    on, currency = basis.calendar.day_of(start), spent_of(basis).currency
    rate = RateCard(basis.finances.rates).rate_of((), None, on)
    if rate is None:
        return "no hourly rate of everybody was in force at the kick-off"
    native = rate.an_hour
    if currency is None:
        return "no currency is chosen and several are given"
    exchange = exchanges_of(basis).rate(native.currency, currency, on)
    if exchange is None:
        return f"what {native.currency} was worth in {currency} at the kick-off is not known"
    if native.amount <= 0:
        return "the hourly rate of everybody is 0"
    return EXACT.multiply(native.amount, exchange), currency


def _all_sized(basis: Basis, unit: Unit, start: datetime, passed: list[str]) -> _Sized | None:
    """Return the sizes where all planned issues have one; else say in `passed` why not."""
    reason = why_not(unit, basis.scope)
    if reason is not None:
        passed.append(reason)
        return None
    base = basis.scope["base"]
    sized = _sized(base, basis.sizes, unit, start)
    if sized.lacking:
        passed.append(
            f"{sized.lacking} of {len(base)} had no estimate in {unit.word} at the kick-off"
        )
        return None
    if not math.fsum(sized.sizes):
        passed.append(f"the estimates in {unit.word} add up to 0")
        return None
    return sized


def _sized(base: list[Past], sizes: Sizes, unit: Unit, at: datetime) -> _Sized:
    pasts, found, bare, excluded = [], [], [], []
    sized_ids = set()
    for past in base:  # hot: once for each planned issue
        size = sizes.at(past, at, unit.field)
        if size is not None and size >= 0:
            pasts.append(past)
            found.append(size)
            sized_ids.add(past.issue.id)
        elif sizes.by_parts(past, at, unit.field):
            excluded.append(Excluded(past.key, "counted by its sub-tasks"))
            sized_ids.add(past.issue.id)
        else:
            bare.append(past)
    # The size of a parent is that of its sub-tasks too: these need none of their own.
    inside = [past for past in bare if past.issue.parent_id in sized_ids]
    excluded += [Excluded(past.key, "counted with its parent") for past in inside]
    return _Sized(tuple(pasts), tuple(found), tuple(excluded), len(bare) - len(inside))
