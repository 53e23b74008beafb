"""The indices of earned value from its four numbers: budget, planned, earned, actual.

After the PMI's Practice Standard for Earned Value Management and ISO 21508. Knows nothing of
issues: any unit of value will do, and it is one for all four.
"""

from __future__ import annotations

import math
from typing import NamedTuple

NO_PLAN = "no planned value is known"
NO_ACTUAL = "no actual cost is known"
NONE_PLANNED = "nothing was planned to be done by then"
NONE_SPENT = "nothing was spent"
NONE_EARNED = "nothing was earned"
BUDGET_SPENT = "the budget was spent, so no efficiency could have kept it"
NO_BUDGET = "the budget at completion is 0"
TOO_LARGE = "too large to be told"


class Index(NamedTuple):
    """A number, or None and why there is none."""

    value: float | None
    reason: str | None = None


class Indices(NamedTuple):
    """What the four numbers say, under the names of the standard.

    - `eac`: what is left costs as much as what was done did (typical); `eac_atypical`: it costs
      what was planned; `eac_cost_schedule`: it suffers from the lateness too.
    - `complete` and `spent` are shares of the budget at completion.
    """

    sv: Index
    cv: Index
    spi: Index
    cpi: Index
    eac: Index
    eac_atypical: Index
    eac_cost_schedule: Index
    etc: Index
    vac: Index
    tcpi: Index
    complete: Index
    spent: Index


def divided(top: float, bottom: float, reason: str) -> Index:
    """Divide; where that cannot be done, or tells nothing finite, the reason stands instead."""
    if not bottom:
        return Index(None, reason)
    found = top / bottom
    return Index(found) if math.isfinite(found) else Index(None, TOO_LARGE)


def indices(
    bac: float,
    pv: float | None,
    ev: float,
    ac: float | None,
    *,
    no_plan: str = NO_PLAN,
    no_actual: str = NO_ACTUAL,
) -> Indices:
    """Return every index; `no_plan` and `no_actual` say why `pv` or `ac` is None."""
    spi = Index(None, no_plan) if pv is None else divided(ev, pv, NONE_PLANNED)
    cpi = Index(None, no_actual) if ac is None else divided(ev, ac, NONE_SPENT)
    eac = Index(None, cpi.reason) if cpi.value is None else divided(bac, cpi.value, NONE_EARNED)
    return Indices(
        sv=Index(None, no_plan) if pv is None else Index(ev - pv),
        cv=Index(None, no_actual) if ac is None else Index(ev - ac),
        spi=spi,
        cpi=cpi,
        eac=eac,
        eac_atypical=Index(None, no_actual) if ac is None else Index(ac + bac - ev),
        eac_cost_schedule=_with_schedule(bac - ev, cpi, spi, ac or 0.0),
        etc=Index(None, eac.reason) if eac.value is None else Index(eac.value - (ac or 0.0)),
        vac=Index(None, eac.reason) if eac.value is None else Index(bac - eac.value),
        tcpi=_to_complete(bac, ev, ac, no_actual),
        complete=divided(ev, bac, NO_BUDGET),
        spent=Index(None, no_actual) if ac is None else divided(ac, bac, NO_BUDGET),
    )


def _with_schedule(left: float, cpi: Index, spi: Index, ac: float) -> Index:
    if cpi.value is None or spi.value is None:
        return Index(None, cpi.reason or spi.reason)
    more = divided(left, cpi.value * spi.value, NONE_EARNED)
    return more if more.value is None else Index(ac + more.value)


def _to_complete(bac: float, ev: float, ac: float | None, no_actual: str) -> Index:
    if ac is None:
        return Index(None, no_actual)
    return divided(bac - ev, bac - ac, BUDGET_SPENT) if ac < bac else Index(None, BUDGET_SPENT)
