"""How estimates moved after work had begun: set late, corrected, cleared.

Of 320 changes of points in public projects 103 came after the start and 24 after the completion:
an estimate of that time knows what it is an estimate of.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.estimates import estimate_at, finished_of, is_late
from service.domain.metrics.flow.passage import passages_of
from service.domain.metrics.scope.amounts import HOURS, POINTS, several_scales
from service.domain.metrics.values import Value, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.domain.history import Track
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.metrics.scope.amounts import Unit

_UNITS = (POINTS, HOURS)

NOTHING_BEGUN = "work had begun on none of the members at the close"
NOTHING_ESTIMATED = "none of the finished issues carries an estimate"

_BEGUN = "members at the close on which work had begun by then"
_CHANGES = (
    "changes of estimates in points and hours, first settings and clearings too, after work on the "
    f"issue had begun, of {_BEGUN}"
)
_DELTA = f"sum of what estimates in {{}} changed by, from number to number, of {_BEGUN}"
_AFTER_START = "share of the estimated finished issues without an estimate when work began"
_AFTER_DONE = "share of the estimated finished issues without an estimate at their completion"


class _Moved(NamedTuple):
    """One change of an issue's estimate after work had begun; None where there was or is none."""

    key: str
    unit: Unit
    before: float | None
    after: float | None


def re_estimate_figures(basis: Basis) -> dict[str, Value]:
    """Return how often and how far estimates moved after the start, and how many came late."""
    close, left_out = basis.window.close, basis.scope.excluded
    moved, n = [], 0
    for one in passages_of(basis):  # hot: once for each issue
        past, started = one.past, one.started
        if one.left is None and started is not None and started <= close:
            n += 1
            if past.estimate.instants or past.history.hours.instants:
                moved += _moves(past, started, close)
    keys = tuple(dict.fromkeys(move.key for move in moved))
    if n:
        changes = Value(len(moved), "changes", n, _CHANGES, keys, left_out)
    else:
        changes = unknown("changes", _CHANGES, NOTHING_BEGUN, left_out)
    return {
        "estimate_changes_after_start": changes,
        "estimate_change_points": _delta(basis, moved, POINTS, changes),
        "estimate_change_hours": _delta(basis, moved, HOURS, changes),
        **_set_late(basis),
    }


def _moves(past: Past, began: datetime, close: datetime) -> list[_Moved]:
    """Return the changes of an issue's estimates after the start and up to the close."""
    return [
        _Moved(past.key, unit, step.before, step.after)
        for unit in _UNITS
        for step in _track(past, unit).steps()
        if began < step.at <= close and step.before != step.after
    ]


def _track(past: Past, unit: Unit) -> Track[float | None]:
    return past.estimate if unit is POINTS else past.history.hours


def _delta(basis: Basis, moved: Sequence[_Moved], unit: Unit, changes: Value) -> Value:
    formula = _DELTA.format(unit.word)
    reason = changes.reason or (several_scales(basis.scope) if unit is POINTS else None)
    if reason is not None:
        return unknown(unit.word, formula, reason, changes.excluded)
    deltas: dict[str, float] = {}
    for move in moved:
        if move.unit is unit and move.before is not None and move.after is not None:
            deltas[move.key] = deltas.get(move.key, 0.0) + move.after - move.before
    total = math.fsum(deltas.values())
    return Value(total, unit.word, len(deltas), formula, tuple(deltas), changes.excluded)


def _set_late(basis: Basis) -> dict[str, Value]:
    """Return the shares of the estimated issues whose first estimate came late, and how late."""
    close = basis.window.close
    n, after_start, after_done = 0, [], []
    for one in finished_of(basis):
        if one.points is None and one.hours is None:
            continue
        n += 1
        if is_late(one):
            after_start.append(one.past.key)
            at_end = [estimate_at(_track(one.past, unit), one.done, close) for unit in _UNITS]
            if all(estimate is None or estimate.late for estimate in at_end):
                after_done.append(one.past.key)
    return {
        "set_after_start_share": _share(basis, after_start, n, _AFTER_START),
        "set_after_done_share": _share(basis, after_done, n, _AFTER_DONE),
    }


def _share(basis: Basis, keys: Sequence[str], n: int, formula: str) -> Value:
    left_out = basis.scope.excluded
    if not n:
        return unknown("ratio", formula, NOTHING_ESTIMATED, left_out)
    return Value(len(keys) / n, "ratio", n, formula, tuple(keys), left_out)
