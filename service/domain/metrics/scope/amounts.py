"""The scope in points and in hours: the sizes of its issues, each as of its own instant.

Points of several teams are never added up: what one team calls a 3 is not what another does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.domain.metrics.past import Past, Sizes
    from service.domain.metrics.scope.members import Scope

NO_POINTS = "no points: not one issue of the project carries an estimate"
NO_HOURS = "no hours: not one issue of the project carries an estimate in hours"

_AT_BASELINE = ("base", "removed")
_REESTIMATED = "sum, over members at kick-off and close, of the estimate at the close minus then"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of size: its word, the field that carries it, why there may be none of it.

    The scope keeps the issues that ever carried one under the unit's word.
    """

    word: str
    field: Field
    none: str


POINTS = Unit("points", Field.ESTIMATE, NO_POINTS)
HOURS = Unit("hours", Field.HOURS, NO_HOURS)

#: The size of an issue by its key, or why it has none.
_Measured = dict[str, float | Excluded]


def why_not(unit: Unit, scope: Scope) -> str | None:
    """Return why sizes of the unit cannot be added up in this project, None where they can."""
    if not scope[unit.word]:
        return unit.none
    return several_scales(scope) if unit is POINTS else None


def several_scales(scope: Scope) -> str | None:
    """Return why points cannot be added up where issues of several teams carry some, else None.

    A team is the one at the close; issues that were never in the project in the window do not
    count.
    """
    close = scope.window.close
    touched = {id(past) for past in scope["touched"]}
    teams = {_team(past, close) for past in scope[POINTS.word] if id(past) in touched} - {None}
    if len(teams) <= 1:
        return None
    return f"points of {len(teams)} teams cannot be added up: their scales may differ"


def _team(past: Past, at: datetime) -> str | None:
    if Field.TEAM in past.history.changes:
        return past.history.team.at(at)
    return past.issue.team.id if past.issue.team else None


def amount_figures(scope: Scope, sizes: Sizes, items: Mapping[str, Value]) -> dict[str, Value]:
    """Return the figures of the scope in points and hours, `items` being the same in items."""
    figures: dict[str, Value] = {}
    for unit in (POINTS, HOURS):
        reason = why_not(unit, scope)
        figures |= _unknown(unit, reason, items) if reason else _known(scope, sizes, unit, items)
    return figures


def _unknown(unit: Unit, reason: str, items: Mapping[str, Value]) -> dict[str, Value]:
    figures = {
        f"{name}_{unit.word}": unknown(
            unit.word, _formula(name, item), item.reason or reason, item.excluded
        )
        for name, item in items.items()
    }
    base = items["base"]
    missing = unknown(unit.word, _REESTIMATED, base.reason or reason, base.excluded)
    return {**figures, f"reestimated_{unit.word}": missing}


def _known(scope: Scope, sizes: Sizes, unit: Unit, items: Mapping[str, Value]) -> dict[str, Value]:
    start, end = scope.window.baseline, scope.window.close
    at_close = {past.key: _size(past, sizes, end, unit) for past in scope["final"]}
    left = {  # at the last instant at which it was still there
        past.key: _size(past, sizes, past.left_at(end) - timedelta.resolution, unit)
        for past in scope["transient"]
    }
    at_start: _Measured = {}
    if start is not None:
        at_start = {past.key: _size(past, sizes, start, unit) for past in scope["base"]}
    figures = {}
    for name, item in items.items():
        measured = left if name == "transient" else at_close
        measured = at_start if name in _AT_BASELINE else measured
        figures[f"{name}_{unit.word}"] = _amount(unit, name, item, measured)
    figures[f"reestimated_{unit.word}"] = _reestimated(scope, unit, at_start, at_close)
    return figures


def _size(past: Past, sizes: Sizes, at: datetime, unit: Unit) -> float | Excluded:
    size = sizes.at(past, at, unit.field)
    if size is not None:
        return size
    by_parts = sizes.by_parts(past, at, unit.field)
    return Excluded(past.key, "counted by its sub-tasks" if by_parts else "no estimate")


def _amount(unit: Unit, name: str, item: Value, measured: _Measured) -> Value:
    formula = _formula(name, item)
    if item.reason is not None:
        return unknown(unit.word, formula, item.reason, item.excluded)
    sizes, keys, excluded = [], [], []
    for key in item.issues:
        size = measured[key]
        if isinstance(size, Excluded):
            excluded.append(size)
        else:
            sizes.append(size)
            keys.append(key)
    if not excluded:
        return Value(math.fsum(sizes), unit.word, item.n, formula, item.issues, item.excluded)
    left_out = (*item.excluded, *excluded)
    return Value(math.fsum(sizes), unit.word, len(keys), formula, tuple(keys), left_out)


def _formula(name: str, item: Value) -> str:
    return f"sum of the estimates, {_as_of(name)}, of: {item.formula}"


def _as_of(name: str) -> str:
    if name in _AT_BASELINE:
        return "as they stood at the kick-off"
    return "as they stood on leaving" if name == "transient" else "as they stood at the close"


def _reestimated(scope: Scope, unit: Unit, at_start: _Measured, at_close: _Measured) -> Value:
    """Sum up what the issues that stayed grew or shrank by; one without a size counts as 0."""
    if scope.window.baseline is None:
        return unknown(unit.word, _REESTIMATED, scope.window.baseline_reason, scope.excluded)
    keys = [past.key for past in scope["stayed"]]
    deltas = {key: _number(at_close[key]) - _number(at_start[key]) for key in keys}
    changed = tuple(key for key, delta in deltas.items() if delta)
    total = math.fsum(deltas.values())
    return Value(total, unit.word, len(deltas), _REESTIMATED, changed, scope.excluded)


def _number(size: float | Excluded) -> float:
    return 0.0 if isinstance(size, Excluded) else size
