"""The account of earned value: what was planned, earned and spent by when, in one unit.

Earned is 0 or 100 % of an issue: all of it while it is in the project, done and not dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from service.domain.metrics.cost.spent import WITHHELD, amount_of, spent_of
from service.domain.metrics.earned_value.earned_schedule import NOISE
from service.domain.metrics.earned_value.indices import NO_ACTUAL, Index
from service.domain.metrics.earned_value.planned_value import plan_of
from service.domain.metrics.earned_value.weights import weights_of
from service.domain.metrics.effort.worked import worked_of
from service.domain.metrics.scope.amounts import HOURS
from service.domain.metrics.standing import Standing, stretches_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.calendar import Calendar
    from service.domain.metrics.cost.spent import Line
    from service.domain.metrics.earned_value.planned_value import Plan
    from service.domain.metrics.earned_value.weights import Weights

    Floats = NDArray[np.float64]

DAY = timedelta(days=1)

NOT_SPENT = Index(None, NO_ACTUAL)


@dataclass(frozen=True, slots=True)
class Actual:
    """What was spent, in the unit of the account; `reason` says why it is not known.

    `added` is the part that was spent on issues which came after the kick-off; `keys` are those
    of the issues on which anything was.
    """

    until: Callable[[datetime], float]
    keys: tuple[str, ...] = ()
    added: Index = NOT_SPENT
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """Planned, earned and actual value of a project. Times are days after the kick-off.

    - `length` is the time from kick-off to close; `elapsed` (AT) ends with the completion of the
      last planned issue where all of them are delivered: a project that is done is not late for
      being closed late.
    - `finished` is the last completion of a planned issue, None where none is delivered.
    - `worth` is the value of each planned issue by its key. `keys` are those of all of them,
      `delivered` those of the ones that are delivered at the close.
    - `spent` is the actual cost at the close, None where it is not known.
    """

    start: datetime
    weights: Weights
    plan: Plan
    actual: Actual
    budget: float
    earned: float
    length: float
    elapsed: float
    finished: float | None
    spent: float | None
    worth: Mapping[str, float]
    keys: tuple[str, ...]
    delivered: tuple[str, ...]
    _changed: Floats
    _sums: Floats

    def earned_at(self, times: Floats) -> Floats:
        """Return the earned value at each time; after the close it is not known any more."""
        if not len(self._changed):
            return np.zeros(len(times))
        found = self._sums[np.searchsorted(self._changed, times, side="right") - 1]
        return np.where(times < self._changed[0], 0.0, found)

    def actual_at(self, times: Floats) -> Floats:
        """Return what was spent by each time."""
        return np.array([self.actual.until(self.instant(time)) for time in times])

    def instant(self, time: float) -> datetime:
        """Return the instant so many days after the kick-off."""
        return self.start + timedelta(days=float(time))

    def ends_of(self, days: Iterable[date], calendar: Calendar) -> Floats:
        """Return the time of the last instant of each day: midnight belongs to the next one."""
        ends = (calendar.end_of(day) - timedelta.resolution for day in days)
        return np.array([(end - self.start) / DAY for end in ends], np.float64)


def account_of(basis: Basis) -> Account | None:
    """Return the account, worked out once for all areas; None where nothing can be weighed."""
    return basis.once(_account)


def _account(basis: Basis) -> Account | None:
    start, close, weights = basis.window.baseline, basis.window.close, weights_of(basis)
    if start is None or weights.reason is not None:
        return None
    length = (close - start) / DAY
    worth = dict(zip((past.key for past in weights.pasts), weights.values, strict=True))
    got = {past.key for past in basis.scope["delivered"]} & worth.keys()
    budget, earned = weights.total, math.fsum(worth[key] for key in got)
    changed, sums, finished = _earned(basis, worth, budget, length)
    actual = _actual(basis, weights)
    done = bool(got) and earned == budget and finished is not None
    return Account(
        start=start,
        weights=weights,
        plan=plan_of(basis),
        actual=actual,
        budget=budget,
        earned=earned,
        length=length,
        elapsed=max(finished or 0.0, 0.0) if done else length,
        finished=finished,
        spent=None if actual.reason else actual.until(close),
        worth=worth,
        keys=tuple(worth),
        delivered=tuple(key for key in worth if key in got),
        _changed=changed,
        _sums=sums,
    )


def _earned(
    basis: Basis, worth: dict[str, float], budget: float, length: float
) -> tuple[Floats, Floats, float | None]:
    """Return when the earned value changed, what it was from then on, and the last completion."""
    counted, every = basis.scope.counted, stretches_of(basis)
    values = np.array([worth.get(past.key, -1.0) for past in counted])
    wanted = (every.standings == Standing.DELIVERED) & (values[every.owners] >= 0)
    since, until = every.since[wanted], every.until[wanted]
    value = values[every.owners[wanted]]
    changed, by = np.concatenate([since, until]), np.concatenate([value, -value])
    order = np.argsort(changed, kind="stable")
    order = order[changed[order] <= length]
    sums = np.clip(np.cumsum(by[order]), 0.0, budget)
    # A sum of fractions is a hair beside the whole: nothing and all are told exactly.
    sums[sums > budget * (1 - NOISE)] = budget
    sums[sums < budget * NOISE] = 0.0
    standing = since[(since <= length) & (length < until)]
    return changed[order], sums, float(standing.max()) if len(standing) else None


def _actual(basis: Basis, weights: Weights) -> Actual:
    """Return what was spent: in money or hours; points and issues are not spent."""
    if weights.size is not HOURS:
        reason = f"what was spent is not measured in {weights.unit}: give estimates in hours"
        return Actual(lambda _at: 0.0, reason=reason)
    worked, scope = worked_of(basis), basis.scope
    keys = tuple([past.key for past in scope.counted if worked.hours_of(past.issue.id) is not None])
    added = {past.issue.id for past in scope["added"]}
    if weights.price is None:
        hours = math.fsum(worked.hours_of(issue_id) or 0.0 for issue_id in added)
        return Actual(worked.hours_until, keys, Index(hours), worked.reason)
    spent = spent_of(basis)
    return Actual(
        lambda at: float(spent.until(at)), keys, _spent_on(added, spent.lines), spent.reason
    )


def _spent_on(issue_ids: Collection[str], lines: Iterable[Line]) -> Index:
    """Return the cost of the time on some issues, withheld where it would tell a person's rate."""
    theirs = [line for line in lines if line.entry and line.entry.issue_id in issue_ids]
    people = {line.entry.person_id for line in theirs if line.entry}
    if len(people) == 1 and any(line.personal for line in theirs):
        return Index(None, WITHHELD)
    return Index(float(amount_of(theirs)))
