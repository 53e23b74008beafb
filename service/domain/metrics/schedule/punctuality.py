"""Whether single issues were done by their due dates, and how late the late ones were.

A due date is a day of the project's time zone: an issue is late once that day has ended.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past

NO_DUE_DATES = "no issue that was in the project at the close ever had a due date"
NO_DUE_DATE = "no due date"

_HITS = (
    "share of the members at the close that were done by the end of their due date{}; one that "
    "was not done when that day had ended counts as late, a dropped one not at all"
)
_HIT_RATE = _HITS.format(" as it stood at the kick-off")
_HIT_RATE_MOVED = _HITS.format(" as it stood when they were done, or else at the close")
_LATENESS = "median days from the due date at the kick-off to the day of completion, of late issues"


class Dated(NamedTuple):
    """An issue that can be judged: its due date, and the day it was done, None: it was not."""

    key: str
    due: date
    done: date | None

    @property
    def hit(self) -> bool:
        """Whether it was done in time; one that is not done is here because its day has ended."""
        return self.done is not None and self.done <= self.due


_Dates = list[Dated | Excluded]


def due_figures(basis: Basis) -> dict[str, Value]:
    """Return the share of due dates that were met, planned and moved, and how late the others were.

    Due dates that were moved along with the work flatter: both shares are to be read together.
    """
    start, close = basis.window.baseline, basis.window.close
    members = _members(basis)
    at_start = _dates(basis, members, lambda past: _due_at_start(past, basis))
    moved = _dates(
        basis, members, lambda past: past.history.due_on.at(past.delivered_at(close) or close)
    )
    why = None if start is not None else basis.window.baseline_reason
    return {
        "due_hit_rate": _rate(basis, _HIT_RATE, at_start, why),
        "due_hit_rate_moved": _rate(basis, _HIT_RATE_MOVED, moved, None),
        "due_lateness_median_days": _lateness(basis, at_start, why),
    }


def _due_at_start(past: Past, basis: Basis) -> date | None:
    start = basis.window.baseline
    if start is None or past.issue.created_at > start:
        return None
    return past.history.due_on.at(start)


def _members(basis: Basis) -> list[Past | Excluded] | None:
    """Return the members at the close, those left out that never had a due date; None: all are."""
    final = basis.scope["final"]
    if all(_never_due(past) for past in final):
        return None
    return [Excluded(past.key, NO_DUE_DATE) if _never_due(past) else past for past in final]


def _never_due(past: Past) -> bool:
    return past.issue.due_on is None and Field.DUE_ON not in past.history.changes


def _dates(
    basis: Basis,
    members: Sequence[Past | Excluded] | None,
    due_of: Callable[[Past], date | None],
) -> _Dates | None:
    """Return what can be judged of each member at the close, None where none has a due date."""
    if members is None:
        return None
    return [
        one if isinstance(one, Excluded) else _dated(one, due_of(one), basis) for one in members
    ]


def _dated(past: Past, due: date | None, basis: Basis) -> Dated | Excluded:
    close, calendar = basis.window.close, basis.calendar
    if due is None:
        return Excluded(past.key, "no due date then")
    done = past.delivered_at(close)
    if done is not None:
        return Dated(past.key, due, calendar.day_of(done))
    if past.dropped_at(close):
        return Excluded(past.key, "dropped")
    if close < calendar.end_of(due):
        return Excluded(past.key, "neither done nor late at the close")
    return Dated(past.key, due, None)


def _parted(basis: Basis, dates: _Dates) -> tuple[list[Dated], tuple[Excluded, ...]]:
    judged = [one for one in dates if isinstance(one, Dated)]
    left_out = [one for one in dates if isinstance(one, Excluded)]
    return judged, (*basis.scope.excluded, *left_out)


def _rate(basis: Basis, formula: str, dates: _Dates | None, why: str | None) -> Value:
    if why is not None or dates is None:
        return unknown("ratio", formula, why or NO_DUE_DATES, basis.scope.excluded)
    judged, excluded = _parted(basis, dates)
    if not judged:
        return unknown("ratio", formula, "no issue with a due date can be judged", excluded)
    keys = tuple(one.key for one in judged if one.hit)
    return Value(len(keys) / len(judged), "ratio", len(judged), formula, keys, excluded)


def _lateness(basis: Basis, dates: _Dates | None, why: str | None) -> Value:
    if why is not None or dates is None:
        return unknown("days", _LATENESS, why or NO_DUE_DATES, basis.scope.excluded)
    judged, excluded = _parted(basis, dates)
    open_ones = [Excluded(one.key, "not done at the close") for one in judged if one.done is None]
    excluded = (*excluded, *open_ones)
    late = [one for one in judged if one.done is not None and not one.hit]
    if not late:
        return unknown("days", _LATENESS, "no issue was done after its due date", excluded)
    days = median(_days_late(late))
    return Value(
        float(days), "days", len(late), _LATENESS, tuple(one.key for one in late), excluded
    )


def _days_late(late: Sequence[Dated]) -> list[int]:
    return [(one.done - one.due).days for one in late if one.done is not None]
