"""Forecast in hindsight: what the throughput so far would have foretold, against the truth.

A Monte Carlo simulation as the Kanban Guide's measures allow it (D. Vacanti, "When Will It Be
Done?"): days are drawn from those before, the idle ones among them, until what was left is done.
"""

from __future__ import annotations

import hashlib
import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.domain.metrics.schedule.slip import GIVEN_UP
from service.domain.metrics.standing import Standing, stretches_of
from service.domain.metrics.values import Part, Value, unknown
from service.domain.tracking import StatusCategory
from service.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from numpy.typing import NDArray

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.calendar import Calendar

    Ints = NDArray[np.int64]

DAY = timedelta(days=1)

#: The shares of the duration, in per cent, at which a forecast is made.
CHECKPOINTS = (25, 50, 75)
#: The shares of the simulated futures, in per cent, that are over by the day foretold.
LIKELY, SAFE = 50, 85

TRIALS = 10_000
#: So many days ahead is looked, five years; and so many days are drawn at a time.
HORIZON = 1826
AT_ONCE = 160_000

NO_COUNT = "no issue was delivered before then, so there is no throughput to draw from"
FAR_AWAY = "more than five years away at that throughput"
NONE_DELIVERED = "no issue that was in the project at the close is delivered"
NO_TIME = "everything was delivered before or at the kick-off"
SAME_DAY = "the project was finished within that day"


class Forecast(NamedTuple):
    """What could be foretold at a share of the duration, at the end of that day.

    - `left` are the keys of the issues that were to be done yet.
    - `likely` and `safe` are the days foretold; `reason` says why there is none where there is none.
    """

    share: int
    left: tuple[str, ...] = ()
    likely: date | None = None
    safe: date | None = None
    reason: str = ""


def finish_days(counts: Ints, left: int, seed: int, trials: int = TRIALS) -> Ints:
    """Return for each trial after how many days `left` issues are done; past HORIZON: not in it.

    `counts` are the completions of the days to draw from, idle ones with 0; one at least has some.

    The busy days are drawn one by one until their completions suffice. How many idle ones fall in
    between follows the negative binomial distribution: the same as drawing them one by one too.
    """
    rng = np.random.default_rng(seed)
    busy = counts[counts > 0].astype(np.int32)
    drawn = np.full(trials, HORIZON + 1, np.int64)
    missing = np.full(trials, left, np.int32)
    running, before = np.arange(trials), 0
    mean = busy.mean()
    while running.size and before < HORIZON:  # hot: each round draws some days for all trials
        wanted = math.ceil(missing.max() / mean) + 4
        block = min(wanted, HORIZON - before, max(AT_ONCE // running.size, 1))
        draws = busy.take(rng.integers(busy.size, size=(running.size, block), dtype=np.uint16))
        after = missing - draws.sum(axis=1, dtype=np.int32)
        enough = after <= 0
        sums = np.cumsum(draws[enough], axis=1, dtype=np.int32)
        reached = sums >= missing[enough, None]
        drawn[running[enough]] = before + np.argmax(reached, axis=1) + 1
        running, missing = running[~enough], after[~enough]
        before += block
    idle = rng.negative_binomial(drawn, busy.size / counts.size) if busy.size < counts.size else 0
    days: Ints = np.minimum(drawn + idle, HORIZON + 1)
    return days


def percentile(days: Ints, share: int) -> int:
    """Return the nearest-rank percentile: so many per cent of the trials are over by then."""
    rank = math.ceil(share * len(days) / 100)
    return int(np.partition(days, rank - 1)[rank - 1])


_FINISH = (
    "day by which {odds} % of 10,000 simulated futures had done what was in the project and open "
    "{share} % into the duration (kick-off to last completion), by the completions of the days "
    "before"
)
_ERROR = "{formula}; minus the day of the last completion, positive is too late"
_INSIDE = (
    "whether the last completion came by the day foretold with 85 % (1) or later (0), by the share "
    "of the duration at which that was foretold"
)


def forecast_figures(basis: Basis) -> dict[str, Value]:
    """Return the finish foretold at 25, 50 and 75 % of the duration, and how wrong that was.

    - A throughput of issues, not of points: a completion is an issue that stood delivered then.
    - The same project gives the same figures always: the chance is seeded with its key.
    """
    start, made, truth = basis.window.baseline, [], None
    reason, finished = _finished(basis)
    if start is None or finished is None:
        made = [Forecast(share, reason=reason) for share in CHECKPOINTS]
    else:
        truth = basis.calendar.day_of(start + timedelta(days=finished))
        days = _Days(start, basis.calendar, truth)
        made = [_forecast(basis, days, share, finished) for share in CHECKPOINTS]
    figures: dict[str, Value] = {}
    for one in made:
        figures |= _figures(basis, one, truth)
    figures["inside_p85"] = _inside(basis, made, truth)
    return figures


def _finished(basis: Basis) -> tuple[str, float | None]:
    """Return the last completion in days after the kick-off, or why there is none."""
    start, close = basis.window.baseline, basis.window.close
    if start is None:
        return basis.window.baseline_reason, None
    if basis.project.status.category is StatusCategory.CANCELLED:
        return GIVEN_UP, None
    every, length = stretches_of(basis), (close - start) / DAY
    standing = every.since[every.standing_at(Standing.DELIVERED, length)]
    if not standing.size:
        return NONE_DELIVERED, None
    finished = float(standing.max())
    return (NO_TIME, None) if finished <= 0 else ("", finished)


class _Days:
    """The local days from the kick-off to the last completion, by their ends in days after it."""

    def __init__(self, start: datetime, calendar: Calendar, last: date) -> None:
        self.first = calendar.day_of(start)
        count = (last - self.first).days + 1
        days = (self.first + DAY * number for number in range(count))
        self.ends = np.array([(calendar.end_of(day) - start) / DAY for day in days])

    def place(self, times: NDArray[np.float64]) -> Ints:
        """Return on which of the days each time lies."""
        return np.searchsorted(self.ends, times, side="right")


def _forecast(basis: Basis, days: _Days, share: int, finished: float) -> Forecast:
    every = stretches_of(basis)
    today = int(days.place(np.array([finished * share / 100]))[0])
    if today >= len(days.ends) - 1:
        return Forecast(share, reason=SAME_DAY)
    # The last instant of the day: what happens at midnight belongs to the next one.
    at = float(np.nextafter(days.ends[today], 0))
    made_on = days.first + DAY * today
    pasts, owners = basis.scope.counted, every.owners[every.standing_at(Standing.OPEN, at)]
    left = tuple([pasts[owner].key for owner in owners.tolist()])
    if not left:
        return Forecast(share, left, made_on, made_on)
    done = every.since[every.standing_at(Standing.DELIVERED, at)]
    counts = np.bincount(days.place(done[done >= 0]), minlength=today + 1)
    if not counts.any():
        return Forecast(share, left, reason=NO_COUNT)
    simulated = finish_days(counts, len(left), seed_of(basis.project.ref.key))
    likely, safe = (percentile(simulated, odds) for odds in (LIKELY, SAFE))
    return Forecast(share, left, _after(made_on, likely), _after(made_on, safe), FAR_AWAY)


def seed_of(key: str) -> int:
    """Return a number that is always the same for the same text."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])


def _after(on: date, days: int) -> date | None:
    return None if days > HORIZON else on + DAY * days


def _figures(basis: Basis, made: Forecast, truth: date | None) -> dict[str, Value]:
    """Return the figures of one forecast."""
    excluded, share, keys = basis.scope.excluded, made.share, made.left
    figures = {}
    for odds, day in ((LIKELY, made.likely), (SAFE, made.safe)):
        formula = _FINISH.format(odds=odds, share=share)
        error = _ERROR.format(formula=formula)
        found, off = f"p{odds}_at_{share}", f"p{odds}_error_at_{share}"
        if day is None or truth is None:
            figures[found] = unknown("date", formula, made.reason, excluded)
            figures[off] = unknown("days", error, made.reason, excluded)
            continue
        figures[found] = Value(day, "date", len(keys), formula, keys, excluded)
        if day >= truth and (open_still := undone(basis)):
            figures[off] = unknown("days", error, open_still, excluded)
        else:
            figures[off] = Value((day - truth).days, "days", len(keys), error, keys, excluded)
    return figures


def undone(basis: Basis) -> str | None:
    """Return why the work was not finished by the last completion, None where it was.

    A day foretold that lies before the last completion was too early all the same.
    """
    count = len(basis.scope["carried_over"])
    return (
        f"{counted(count, 'issue')} stood open at the close: not all was finished then"
        if count
        else None
    )


def _inside(basis: Basis, made: Iterable[Forecast], truth: date | None) -> Value:
    """Return whether the truth lay inside of each forecast; over many projects 85 % should."""
    parts = tuple(_part(basis, one, truth) for one in made)
    known = [part for part in parts if part.value is not None]
    if not known:
        return unknown("forecasts", _INSIDE, parts[0].reason or "", basis.scope.excluded)
    return Value(parts, "forecasts", len(known), _INSIDE, excluded=basis.scope.excluded)


def _part(basis: Basis, made: Forecast, truth: date | None) -> Part:
    name, keys = f"{made.share} %", made.left
    if made.safe is None or truth is None:
        return Part(name, None, 0, reason=made.reason)
    if made.safe >= truth and (open_still := undone(basis)):
        return Part(name, None, 0, reason=open_still)
    return Part(name, int(truth <= made.safe), len(keys), keys)
