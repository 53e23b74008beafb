"""Planned value: how much of the plan was to be done by when, as it stood at the kick-off.

Each issue is spread evenly over the working days from the kick-off to its due date; one without
goes to the planned finish. What is not a working day plans nothing: the curve is flat there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from service.domain.metrics.earned_value.earned_schedule import NOISE, Curve
from service.domain.metrics.earned_value.weights import weights_of
from service.domain.metrics.schedule.figures import planned_finish

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.calendar import Calendar
    from service.domain.metrics.earned_value.weights import Weights

DAY = timedelta(days=1)

#: A date further away than this from the kick-off is taken for a slip of the pen.
LONGEST = timedelta(days=3660)

LINEAR = "linear plan: spread over the working days from the kick-off to the planned finish"
BY_DUE_DATE = "each issue spread over the working days from the kick-off to its due date"


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned value over days after the kick-off.

    `told` says in words how it was spread; `curve` is None where there was no plan, and `reason`
    says why.
    """

    curve: Curve | None
    told: str
    reason: str | None = None


def plan_of(basis: Basis) -> Plan:
    """Return the plan as it stood at the kick-off, worked out once for all areas."""
    return basis.once(_plan)


def _plan(basis: Basis) -> Plan:
    start, weights = basis.window.baseline, weights_of(basis)
    if start is None or weights.reason is not None:
        return Plan(None, BY_DUE_DATE, weights.reason)
    calendar = basis.calendar
    latest = calendar.day_of(start) + LONGEST
    due, undated = _due(weights, start, latest)
    planned = planned_finish(basis.project, basis.window)
    finish = planned.value if isinstance(planned.value, date) else None
    if finish is not None and (finish > latest or calendar.end_of(finish) <= start):
        finish = None
    told = LINEAR if not due else BY_DUE_DATE
    if undated:
        ending = finish or _last_due(due, undated, weights)
        if ending is None:
            return Plan(None, told, _no_plan(planned.reason, len(due)))
        due[ending].extend(undated)
        if len(due) > 1:
            told = f"{BY_DUE_DATE}, {len(undated)} without one to {ending}"
    last = max([*due, *([finish] if finish else [])])
    if calendar.end_of(last) <= start:
        return Plan(None, told, "everything was due before the kick-off")
    sums = {on: math.fsum(values) for on, values in due.items()}
    return Plan(curve_of(calendar, start, sums, last, weights.total), told)


def _due(
    weights: Weights, start: datetime, latest: date
) -> tuple[defaultdict[date, list[float]], list[float]]:
    """Return the values by the due dates as of the kick-off, and those without one."""
    dated: defaultdict[date, list[float]] = defaultdict(list)
    undated = []
    for past, value in zip(weights.pasts, weights.values, strict=True):  # hot
        due = past.history.due_on.at(start)
        if due is None or due > latest:
            undated.append(value)
        else:
            dated[due].append(value)
    return dated, undated


def _last_due(
    due: defaultdict[date, list[float]], undated: list[float], weights: Weights
) -> date | None:
    """Return the last due date where it speaks for the whole: for half of the value or more."""
    return max(due) if due and 2 * sum(undated) <= weights.total else None


def _no_plan(reason: str | None, dated: int) -> str:
    why = reason or "the planned finish lies before the kick-off, or years after it"
    dates = "too few of its issues had a due date" if dated else "none of its issues had a due date"
    return f"{why}, and {dates} then"


def curve_of(
    calendar: Calendar,
    start: datetime,
    due: dict[date, float],
    last: date,
    whole: float,
) -> Curve:
    """Return the curve of values that are due by the end of some local days, up to the last day.

    What was due before the kick-off is planned for it; what has no working time from the kick-off
    to its due date is planned for the due date.
    """
    first = calendar.day_of(start)
    days = [first + DAY * number for number in range((last - first).days + 1)]
    times = np.array([(calendar.end_of(day) - start) / DAY for day in days])
    worked = np.array([calendar.share_of(day) for day in days])
    worked[0] = calendar.working_days(start, calendar.end_of(first))
    before = np.concatenate([[0.0], np.cumsum(worked)])
    steps, pace_until = np.zeros(len(days)), np.zeros(len(days))
    overdue = 0.0
    for on, value in due.items():
        index = (on - first).days
        if index < 0:
            overdue += value
        elif before[index + 1] > 0:
            pace_until[index] += value / before[index + 1]
        else:
            steps[index] += value
    pace = np.cumsum(pace_until[::-1])[::-1]
    values = overdue + np.concatenate([[0.0], np.cumsum(worked * pace + steps)])
    values[values > whole * (1 - NOISE)] = whole
    values[-1] = whole
    return Curve(np.concatenate([[0.0], times]), values)
