"""Earned value in hindsight: what its indices said on the way, and how right they were.

That EAC is stable after a fifth of the work is the finding of D. Christensen and S. Heise, "Cost
Performance Index Stability" (National Contract Management Journal 25, 1993).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.domain.metrics.earned_value.earned_schedule import (
    NO_TIME,
    earned_schedules,
    schedule_indices,
)
from service.domain.metrics.earned_value.indices import NONE_SPENT, Index, divided, indices
from service.domain.metrics.earned_value.planned_value import LONGEST
from service.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.calendar import Calendar
    from service.domain.metrics.earned_value.account import Account, Floats

DAY = timedelta(days=1)

#: The shares of the duration, in per cent, at which the indices are asked.
CHECKPOINTS = (25, 50, 75)

#: An index below this is bad; before this share of the duration it says little.
LOW, EARLY = 0.9, 0.2

#: EAC is stable while it is so near to its last value.
NEAR = 0.1

NEVER_LOW = "it never stood below 0.9 at the end of a day from then on"
NEVER_STABLE = "it was not within 10 % at the end of the duration either"
NOT_ALL_EARNED = "not all of the planned work was delivered, so what it takes is not known"
NONE_DELIVERED = "no planned issue was delivered by the close"
FAR_AWAY = "more than ten years away at that pace"


class Way(NamedTuple):
    """An account at the end of days: `times` are days after the kick-off.

    `cpi` and `eac` are not a number where nothing was spent or earned yet, `spi_t` where there was
    no plan.
    """

    days: tuple[date, ...]
    times: Floats
    earned: Floats
    spi_t: Floats
    cpi: Floats
    eac: Floats


def way_of(account: Account, days: Iterable[date], calendar: Calendar) -> Way:
    """Return the way of an account up to the end of its duration, which is its last point."""
    shown = tuple(days)
    times = np.minimum(account.ends_of(shown, calendar), account.elapsed)
    earned, curve = account.earned_at(times), account.plan.curve
    nothing = np.full(len(times), np.nan)
    spi_t, cpi, eac = nothing, nothing, nothing
    with np.errstate(divide="ignore", invalid="ignore"):
        if curve is not None:
            spi_t = earned_schedules(curve, earned) / times
        if account.actual.reason is None:
            spent = account.actual_at(times)
            cpi = np.where(spent > 0, earned / spent, np.nan)
            eac = np.where(earned > 0, account.budget / cpi, np.nan)
    return Way(shown, times, earned, spi_t, cpi, eac)


def hindsight(basis: Basis, account: Account) -> dict[str, Index | date]:
    """Return when the indices turned bad, when they settled, and what they foretold."""
    calendar = basis.calendar
    asked: dict[str, Index | date] = {}
    for share in CHECKPOINTS:
        asked |= _asked(account, calendar, share, undone=_undone(basis, account))
    if account.elapsed <= 0:
        names = ("spi_t_below_09_on", "cpi_below_09_on", "stable_after", *asked)
        return dict.fromkeys(names, Index(None, NO_TIME))
    first = calendar.day_of(account.start)
    last = calendar.day_of(account.instant(account.elapsed))
    days = (first + DAY * number for number in range((last - first).days + 1))
    way = way_of(account, days, calendar)
    no_plan, no_actual = account.plan.reason, account.actual.reason
    return {
        "spi_t_below_09_on": Index(None, no_plan) if no_plan else _below(way, way.spi_t),
        "cpi_below_09_on": Index(None, no_actual) if no_actual else _below(way, way.cpi),
        "stable_after": Index(None, no_actual) if no_actual else _stable(way, account),
        **asked,
    }


def _below(way: Way, values: Floats) -> Index | date:
    bad = (way.times >= EARLY * way.times[-1]) & (values < LOW)
    return way.days[int(bad.argmax())] if bad.any() else Index(None, NEVER_LOW)


def _stable(way: Way, account: Account) -> Index:
    last = indices(account.budget, None, account.earned, account.spent).eac
    if last.value is None:
        return last
    off = ~(np.abs(way.eac - last.value) <= NEAR * last.value)
    if off[-1]:
        return Index(None, NEVER_STABLE)
    since = int(np.flatnonzero(off)[-1]) + 1 if off.any() else 0
    return Index(float(way.times[since] / way.times[-1]))


def _undone(basis: Basis, account: Account) -> str | None:
    """Return why the planned work was not finished by the last completion, None where it was."""
    count = sum(past.key in account.worth for past in basis.scope["carried_over"])
    if not count:
        return None
    return f"{counted(count, 'planned issue')} stood open at the close: not all was finished then"


def _asked(
    account: Account, calendar: Calendar, share: int, *, undone: str | None
) -> Mapping[str, Index | date]:
    """Return what the indices foretold at a share of the duration, and how wrong that was."""
    at = np.array([account.elapsed * share / 100])
    earned, spent = float(account.earned_at(at)[0]), None
    if account.actual.reason is None:
        spent = float(account.actual_at(at)[0])
    no_actual, no_plan = account.actual.reason or "", account.plan.reason
    eac = indices(account.budget, None, earned, spent, no_actual=no_actual).eac
    ieac_t: Index | date = Index(None, no_plan)
    if account.plan.curve is not None:
        told = schedule_indices(account.plan.curve, earned, float(at[0])).ieac_t
        ieac_t = _finish(told, account, calendar)
    return {
        f"eac_at_{share}": eac,
        f"eac_error_at_{share}": _eac_error(eac, account),
        f"ieac_t_at_{share}": ieac_t,
        f"ieac_t_error_at_{share}": _finish_error(ieac_t, account, calendar, undone),
    }


def _eac_error(eac: Index, account: Account) -> Index:
    if eac.value is None:
        return eac
    if account.earned < account.budget:
        return Index(None, NOT_ALL_EARNED)
    whole = divided(eac.value, account.spent or 0.0, NONE_SPENT)
    return whole if whole.value is None else Index(whole.value - 1)


def _finish(told: Index, account: Account, calendar: Calendar) -> Index | date:
    if told.value is None:
        return told
    if told.value > LONGEST / DAY:
        return Index(None, FAR_AWAY)
    return calendar.day_of(account.instant(told.value))


def _finish_error(
    told: Index | date, account: Account, calendar: Calendar, undone: str | None
) -> Index:
    if isinstance(told, Index):
        return told
    if account.finished is None:
        return Index(None, NONE_DELIVERED)
    late = (told - calendar.day_of(account.instant(account.finished))).days
    # What was foretold for before the last completion was too early all the same.
    return Index(None, undone) if undone and late >= 0 else Index(late)
