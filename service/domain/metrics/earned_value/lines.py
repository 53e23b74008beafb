"""Earned value over time: what was planned, earned and spent, and what the indices said of it."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from service.domain.metrics.earned_value.account import account_of
from service.domain.metrics.earned_value.earned_schedule import NO_TIME
from service.domain.metrics.earned_value.hindsight import way_of
from service.domain.metrics.earned_value.weights import weights_of
from service.domain.metrics.scope.burn_up import days_of
from service.domain.metrics.series import Lines

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.earned_value.account import Floats


def earned_value_lines(basis: Basis) -> Lines:
    """Return planned, earned and actual value at each day's end, up to the close.

    - The planned line goes on to the planned finish; there is none without a plan.
    - There is no actual line where the actual cost is not known.
    """
    account = account_of(basis)
    if account is None:
        weights = weights_of(basis)
        return Lines(weights.unit, reason=weights.reason)
    curve, calendar = account.plan.curve, basis.calendar
    end = basis.window.close
    if curve is not None:
        # The planned duration ends with its day, which is not yet the next one.
        end = max(end, account.instant(curve.duration) - timedelta.resolution)
    days = days_of(account.start, end, calendar).dates()
    times = account.ends_of(days, calendar)
    # The first point that has seen the close is the last one at which anything is known.
    after = np.arange(len(days)) > np.searchsorted(times, account.length)
    lines = []
    if curve is not None:
        lines.append(("planned", _line(np.interp(times, curve.times, curve.values))))
    lines.append(("earned", _line(np.where(after, np.nan, account.earned_at(times)))))
    if account.actual.reason is None:
        lines.append(("actual", _line(np.where(after, np.nan, account.actual_at(times)))))
    return Lines(account.weights.unit, days, tuple(lines))


def index_lines(basis: Basis) -> Lines:
    """Return SPI, SPI(t) and CPI at each day's end while the project lasted.

    Where all is earned in the end SPI goes to 1 whatever happened; SPI(t) does not.
    """
    account = account_of(basis)
    if account is None or account.elapsed <= 0:
        return Lines("ratio", reason=weights_of(basis).reason or NO_TIME)
    finish = account.instant(account.elapsed)
    way = way_of(account, days_of(account.start, finish, basis.calendar).dates(), basis.calendar)
    curve, lines = account.plan.curve, []
    if curve is not None:
        planned = np.interp(way.times, curve.times, curve.values)
        spi = np.full(len(planned), np.nan)
        np.divide(way.earned, planned, out=spi, where=planned > 0)
        lines += [("spi", _line(spi)), ("spi_t", _line(way.spi_t))]
    if account.actual.reason is None:
        lines.append(("cpi", _line(way.cpi)))
    reason = None if lines else account.plan.reason
    return Lines("ratio", way.days if lines else (), tuple(lines), reason)


def _line(values: Floats) -> tuple[float | None, ...]:
    return tuple([round(value, 6) if isfinite(value) else None for value in values.tolist()])
