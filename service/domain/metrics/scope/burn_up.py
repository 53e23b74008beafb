"""The burn-up: what was in the project, what of it was delivered, and the straight planned line.

Each line is a running sum of what came and what went, day by day: an issue adds its size on the
day on which it joins, and takes it away on the day on which it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from service.domain.metrics.schedule.figures import planned_finish
from service.domain.metrics.scope.amounts import POINTS, why_not
from service.domain.metrics.series import Lines
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.calendar import Calendar
    from service.domain.metrics.past import Past

#: So many days are drawn one by one; of a longer window only each seventh, or fewer.
MOST = 400
WEEK = 7

NOTHING = "no issue was in the project between kick-off and close"

#: What an issue weighs from an instant on, 0 while it is not counted.
_Weights = list[tuple["datetime", float]]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a chart, evenly spaced and ending with the last one of the window."""

    last: int
    step: int
    count: int

    def place(self, number: int) -> int:
        """Return the first point at whose day's end something of that day is visible."""
        return max(self.count - 1 - (self.last - number) // self.step, 0)

    def dates(self) -> tuple[date, ...]:
        """Return the days of the points, oldest first."""
        first = self.last - (self.count - 1) * self.step
        return tuple(date.fromordinal(number) for number in range(first, self.last + 1, self.step))


def days_of(start: datetime, end: datetime, calendar: Calendar) -> Days:
    """Return the local days from one instant to another, thinned out to whole weeks if many."""
    first, last = (calendar.day_of(at).toordinal() for at in (start, end))
    days = last - first
    step = 1 if days < MOST else WEEK * (days // (WEEK * MOST) + 1)
    return Days(last, step, days // step + 1)


def burn_up(basis: Basis) -> Lines:
    """Return scope, delivered scope and plan at each day's end, in points or else in issues.

    Points are taken where each member at the close has some, and all are of one team.
    """
    scope, window = basis.scope, basis.window
    touched = scope["touched"]
    unit, weigh = _measure(basis)
    if window.baseline is None or not touched:
        return Lines(unit, reason=window.baseline_reason if window.baseline is None else NOTHING)
    days = days_of(window.baseline, window.close, basis.calendar)
    scopes, done, base = _Sum(days, basis), _Sum(days, basis), 0.0
    for past in touched:  # hot: once for each issue
        weights = weigh(past)
        base += _at(weights, window.baseline)
        scopes.add(weights)
        done.add(_while_delivered(past, weights))
    lines = [("scope", scopes.line()), ("done", done.line())]
    if (planned := _planned(basis, days, base)) is not None:
        lines.append(("planned", planned))
    return Lines(unit, days.dates(), tuple(lines))


class _Sum:
    """A running sum over the points of a chart; what happens after the close is not seen."""

    def __init__(self, days: Days, basis: Basis) -> None:
        self._days, self._zone = days, basis.calendar.timezone
        self._close = basis.window.close
        self._changes = [0.0] * days.count

    def add(self, weights: _Weights) -> None:
        """Add what one issue weighs from each of its instants on."""
        before, close, zone = 0.0, self._close, self._zone
        for at, weight in weights:
            if at > close:
                return
            if weight != before:
                place = self._days.place(at.astimezone(zone).toordinal())
                self._changes[place] += weight - before
                before = weight

    def line(self) -> tuple[float, ...]:
        return tuple(round(value, 6) + 0.0 for value in accumulate(self._changes))


def _measure(basis: Basis) -> tuple[str, Callable[[Past], _Weights]]:
    scope, sizes, end = basis.scope, basis.sizes, basis.window.close
    sized = why_not(POINTS, scope) is None and all(
        sizes.at(past, end) is not None or sizes.by_parts(past, end) for past in scope["final"]
    )
    if not sized:
        return "issues", _presence
    shaded = _shaded(scope.counted)
    return "points", lambda past: _points(past, shaded.get(past.issue.id, ()))


def _presence(past: Past) -> _Weights:
    found = []
    for start, end in past.stays:
        found.append((start, 1.0))
        if end is not None:
            found.append((end, 0.0))
    return found


def _own_sizes(past: Past) -> Iterator[tuple[datetime, float | None]]:
    """Yield the size of an issue from each instant on, None while it is out or has none."""
    estimate = past.estimate
    for start, end in past.stays:
        yield start, estimate.at(start)
        if estimate.instants:
            for at, size in zip(estimate.instants, estimate.values[1:], strict=True):
                if start < at and (end is None or at < end):
                    yield at, size
        if end is not None:
            yield end, None


def _shaded(pasts: Sequence[Past]) -> dict[str, list[tuple[datetime, int]]]:
    """Return, for each parent's id, when it has one sized sub-task more or less in the project."""
    found: dict[str, list[tuple[datetime, int]]] = {}
    for past in pasts:
        if (parent := past.issue.parent_id) is None:
            continue
        changes, was = found.setdefault(parent, []), False
        for at, size in _own_sizes(past):
            if (size is not None) is not was:
                was = not was
                changes.append((at, 1 if was else -1))
    return found


def _points(past: Past, shades: Sequence[tuple[datetime, int]]) -> _Weights:
    """Return what an issue weighs in points: nothing while it counts by its sub-tasks."""
    own = [(at, 0.0 if size is None else size) for at, size in _own_sizes(past)]
    if not shades:
        return own
    moves: list[tuple[datetime, float | None, int]] = [
        *((at, size, 0) for at, size in own),
        *((at, None, by) for at, by in shades),
    ]
    found, size, parts = [], 0.0, 0
    for at, new, by in sorted(moves, key=lambda one: one[0]):
        size = size if new is None else new
        parts += by
        found.append((at, 0.0 if parts else size))
    return found


def _while_delivered(past: Past, weights: _Weights) -> _Weights:
    """Return what an issue weighs while it is done and not dropped, and 0 at other times."""
    if StatusCategory.DONE not in past.kinds:
        return []
    if len(weights) == 1 and past.dropped.values == (False,):  # hot: as most issues are
        return _while_done(past, *weights[0])
    instants = [*past.entered, *past.dropped.instants, *(at for at, _ in weights)]
    return [(at, _at(weights, at) if _delivered(past, at) else 0.0) for at in sorted(instants)]


def _while_done(past: Past, since: datetime, weight: float) -> _Weights:
    """Return what an issue that is never dropped weighs while done: one weight, from once on."""
    found = [(since, weight if past.kind_at(since) is StatusCategory.DONE else 0.0)]
    for at, kind in zip(past.entered, past.kinds, strict=True):
        if at > since:
            found.append((at, weight if kind is StatusCategory.DONE else 0.0))
    return found


def _delivered(past: Past, at: datetime) -> bool:
    return past.kind_at(at) is StatusCategory.DONE and not past.dropped.at(at)


def _at(weights: _Weights, at: datetime) -> float:
    found = 0.0
    for since, weight in weights:
        if since > at:
            break
        found = weight
    return found


def _planned(basis: Basis, days: Days, base: float) -> tuple[float, ...] | None:
    """Return the straight line from 0 at the kick-off to the whole base at the planned finish."""
    start, finish = basis.window.baseline, planned_finish(basis.project, basis.window).value
    if start is None or not isinstance(finish, date):
        return None
    calendar = basis.calendar
    length = calendar.end_of(finish) - start
    if length.total_seconds() <= 0:
        return (round(base, 6),) * days.count
    shares = ((calendar.end_of(day) - start) / length for day in days.dates())
    return tuple(round(base * min(share, 1.0), 6) for share in shares)
