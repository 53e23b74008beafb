"""What was expected of each finished issue when work on it began, and what it took.

Both are found by undoing: an estimate that was set at creation never occurs in a history.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.worked import worked_of
from service.domain.metrics.flow.passage import delivered_of
from service.domain.tracking import Field

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.history import Track
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.effort.worked import Worked
    from service.domain.metrics.past import Past

BY_PARTS = "counted by its sub-tasks"
_NONE: frozenset[Field] = frozenset()
LATE = "was estimated only after work on it had begun"


class Estimate(NamedTuple):
    """An estimate as it stood when work began; a late one is the first that was set after that."""

    value: float
    late: bool


class Finished(NamedTuple):
    """An issue that was delivered by the close.

    - `done` is when it was completed.
    - `points` and `hours` are its estimates when work on it began: with the first entry to active,
      else with the first recorded hour, else with its completion. None where it never had one, or
      where it counts by its sub-tasks (`by_parts` names the units in which it does).
    - `worked` are the hours recorded on it up to the close; None where there are none, or where the
      tracker gave only a part of them. Sub-tasks that never had an estimate of their own are part
      of their parent's, and so is the time on them.
    - `days` is its cycle time in working days, None where it was not in progress before it was done.
    """

    past: Past
    done: datetime
    points: Estimate | None
    hours: Estimate | None
    by_parts: frozenset[Field]
    worked: float | None
    days: float | None


def finished_of(basis: Basis) -> tuple[Finished, ...]:
    """Return the delivered issues with what was expected and what it took, worked out once."""
    return basis.once(_finished)


def is_late(one: Finished) -> bool:
    """Whether an issue was estimated, and only after work on it had begun."""
    points, hours = one.points, one.hours
    if points is None or hours is None:
        known = points or hours
        return known is not None and known.late
    return points.late and hours.late


def carries(track: Track[float | None]) -> bool:
    """Whether there ever was an estimate."""
    return any(value is not None for value in track.values)


def estimate_at(track: Track[float | None], began: datetime, end: datetime) -> Estimate | None:
    """Return the estimate when work began, else the first one set after it, up to `end`."""
    if not track.instants:  # most are never changed
        value = track.values[0]
        return None if value is None else Estimate(value, late=False)
    value = track.at(began)
    if value is not None:
        return Estimate(value, late=False)
    for at, later in zip(track.instants, track.values[1:], strict=True):
        if began < at <= end and later is not None:
            return Estimate(later, late=True)
    return None


def _finished(basis: Basis) -> tuple[Finished, ...]:
    """Look at every delivered issue once. This is the hot loop of everything about estimates."""
    end, working_days = basis.window.close, basis.calendar.working_days
    worked, families = worked_of(basis), _Families(basis)
    found = []
    for past, _, started, done, _, _, _ in delivered_of(basis):
        if done is None:
            continue
        start = started if started is not None and started < done else None
        # What was never in progress began with its first recorded hour, if there is any.
        began = start or worked.begun.get(past.issue.id, done)
        by_parts = families.by_parts(past)
        points = estimate_at(past.estimate, began, end)
        hours = estimate_at(past.history.hours, began, end)
        if by_parts:
            points = None if Field.ESTIMATE in by_parts else points
            hours = None if Field.HOURS in by_parts else hours
        days = None if start is None else working_days(start, done)
        spent = families.worked(past, worked)
        found.append(Finished(past, done, points, hours, by_parts, spent, days))
    return tuple(found)


class _Families:
    """Which members at the close are sub-tasks of which issue: sizes are never counted on both."""

    def __init__(self, basis: Basis) -> None:
        self._parts: defaultdict[str, list[Past]] = defaultdict(list)
        for past in basis.scope["final"]:
            if past.issue.parent_id is not None:
                self._parts[past.issue.parent_id].append(past)

    def by_parts(self, past: Past) -> frozenset[Field]:
        """Return the units in which an issue counts by its sub-tasks, as any of them has a size."""
        parts = self._parts.get(past.issue.id)
        if parts is None:
            return _NONE
        points = any(carries(part.estimate) for part in parts)
        hours = any(carries(part.history.hours) for part in parts)
        return frozenset(
            unit for unit, has in ((Field.ESTIMATE, points), (Field.HOURS, hours)) if has
        )

    def worked(self, past: Past, worked: Worked) -> float | None:
        """Return the hours that the issue's own estimate was of."""
        parts = self._parts.get(past.issue.id)
        if parts is None:
            return None if past.key in worked.partial else worked.actual_of(past.issue.id)
        covered = [past, *(part for part in parts if not carries(part.history.hours))]
        if any(one.key in worked.partial for one in covered):
            return None
        known = [hours for one in covered if (hours := worked.actual_of(one.issue.id)) is not None]
        return sum(known) if known else None
