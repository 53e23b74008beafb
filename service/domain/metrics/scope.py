"""Scope: what was in the project at the kick-off, what came, what went, what became of it.

final = base + added - removed, in items; in points also + re-estimated, where added issues count
with their size at the close and removed ones with their size at the kick-off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past, Sizes
    from service.domain.metrics.window import Window

NO_HOURS = "no hours: no time tracking was read for these issues"
NO_POINTS = "no points: not one issue of the project carries an estimate"

_FORMULAS = {
    "base": "members at the kick-off",
    "added": "members at the close that were none at the kick-off",
    "removed": "members at the kick-off that are none at the close",
    "transient": "members at some instant between kick-off and close, at neither of them",
    "final": "members at the close",
    "done": "members at the close that stood in a done status then",
    "delivered": "members at the close that were done then and not dropped",
    "dropped": "members at the close that stood in a dropped status then",
    "carried_over": "members at the close that were neither done nor dropped then",
}
_NEED_BASELINE = ("base", "added", "removed", "transient")
_SIZED_AT_BASELINE = ("base", "removed")


@dataclass(frozen=True, slots=True)
class Scope:
    """The issues of a window by what became of them; one may stand in several lists.

    - `counted` are all that were ever in the project and can be counted.
    - `excluded` are those that cannot, with the reason.
    """

    window: Window
    counted: Sequence[Past]
    excluded: tuple[Excluded, ...] = ()
    groups: dict[str, list[Past]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> list[Past]:
        return self.groups[name]


def scope_of(window: Window, counted: Sequence[Past], excluded: Sequence[Excluded]) -> Scope:
    """Sort the issues out by their membership at the kick-off and at the close."""
    scope = Scope(window, counted, tuple(excluded), {name: [] for name in _FORMULAS})
    for past in counted:
        for name in _groups(past, window):
            scope.groups[name].append(past)
    return scope


def _groups(past: Past, window: Window) -> Iterator[str]:
    start, end = window.baseline, window.close
    at_start = start is not None and past.member_at(start)
    if at_start:
        yield "base"
    if past.member_at(end):
        yield "final"
        if start is not None and not at_start:
            yield "added"
        yield from _fates(past.kind_at(end), dropped=past.dropped_at(end))
    elif at_start:
        yield "removed"
    elif start is not None and past.member_between(start, end):
        yield "transient"


def _fates(kind: StatusCategory, *, dropped: bool) -> tuple[str, ...]:
    """Return what became of a member; one that was done to give it up is done and dropped."""
    match kind:
        case StatusCategory.DONE:
            return ("done", "dropped" if dropped else "delivered")
        case StatusCategory.CANCELLED:
            return ("dropped",)
        case _:
            return ("carried_over",)


def scope_figures(basis: Basis) -> dict[str, Value]:
    """Return every figure of the scope, in items, points and hours."""
    scope, sizes = basis.scope, basis.sizes
    figures = {}
    estimated = any(_has_estimate(past) for past in scope.counted)
    for name, formula in _FORMULAS.items():
        missing = scope.window.baseline is None and name in _NEED_BASELINE
        reason = scope.window.baseline_reason if missing else None
        figures[name] = _items(scope, name, formula, reason)
        figures[f"{name}_points"] = _points(
            scope, sizes, name, reason or (None if estimated else NO_POINTS)
        )
        figures[f"{name}_hours"] = unknown("hours", f"hours of: {formula}", NO_HOURS)
    figures["reestimated_points"] = _reestimated(scope, sizes, estimated=estimated)
    return figures


def _has_estimate(past: Past) -> bool:
    return any(value is not None for value in past.estimate.values)


def _items(scope: Scope, name: str, formula: str, reason: str | None) -> Value:
    if reason is not None:
        return unknown("issues", formula, reason, scope.excluded)
    group = scope[name]
    keys = tuple(past.key for past in group)
    return Value(len(group), "issues", len(group), formula, keys, scope.excluded)


def _points(scope: Scope, sizes: Sizes, name: str, reason: str | None) -> Value:
    formula = f"sum of the estimates, {_sized(name)}, of: {_FORMULAS[name]}"
    if reason is not None:
        return unknown("points", formula, reason, scope.excluded)
    instant = _instant_of(scope.window, name)
    total, keys, excluded = [], [], list(scope.excluded)
    for past in scope[name]:
        at = instant(past)
        size = sizes.at(past, at)
        if size is None:
            excluded.append(_unsized(past, sizes, at))
        else:
            total.append(size)
            keys.append(past.key)
    points = math.fsum(total)
    return Value(points, "points", len(keys), formula, tuple(keys), tuple(excluded))


def _sized(name: str) -> str:
    if name in _SIZED_AT_BASELINE:
        return "as they stood at the kick-off"
    return "as they stood on leaving" if name == "transient" else "as they stood at the close"


def _instant_of(window: Window, name: str) -> Callable[[Past], datetime]:
    """Return the instant at which an issue of the group is sized."""
    start, end = window.baseline, window.close
    if name in _SIZED_AT_BASELINE and start is not None:
        return lambda _past: start
    if name == "transient":
        return lambda past: _left_at(past, end) - timedelta.resolution
    return lambda _past: end


def _left_at(past: Past, by: datetime) -> datetime:
    return max((end for _, end in past.stays if end is not None and end <= by), default=by)


def _unsized(past: Past, sizes: Sizes, at: datetime) -> Excluded:
    by_parts = sizes.by_parts(past, at)
    return Excluded(past.key, "counted by its sub-tasks" if by_parts else "no estimate")


def _reestimated(scope: Scope, sizes: Sizes, *, estimated: bool) -> Value:
    formula = "sum, over members at kick-off and close, of the estimate at the close minus then"
    start, end = scope.window.baseline, scope.window.close
    if start is None:
        return unknown("points", formula, scope.window.baseline_reason, scope.excluded)
    if not estimated:
        return unknown("points", formula, NO_POINTS, scope.excluded)
    deltas = {
        past.key: (sizes.at(past, end) or 0.0) - (sizes.at(past, start) or 0.0)
        for past in scope["base"]
        if past.member_at(end)
    }
    changed = tuple(key for key, delta in deltas.items() if delta)
    total = math.fsum(deltas.values())
    return Value(total, "points", len(deltas), formula, changed, scope.excluded)
