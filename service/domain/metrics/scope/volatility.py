"""How much the scope moved after the kick-off: growth, creep, shrink, edits, and when it came.

Requirements volatility is meant as NASA's SWE-200 has it: what was added, removed or changed,
against what was planned. An edit of the words alone is counted apart and not weighed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.values import Part, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.calendar import Calendar
    from service.domain.metrics.past import Past
    from service.domain.metrics.scope.members import Scope

#: The fields whose change makes another work of an issue.
WEIGHED = (Field.KIND, Field.ESTIMATE, Field.HOURS)

NOTHING_ADDED = "nothing was added after the kick-off"

_UNITS = ("", "_points", "_hours")
_GROWTH = "scope at the close minus scope at the kick-off, by scope at the kick-off"
_CREEP = "scope added after the kick-off, by scope at the kick-off"
_SHRINK = "scope removed after the kick-off, by scope at the kick-off"
_CHANGED = (
    "members at kick-off and close whose type or estimate was edited after the kick-off, "
    "up to the close"
)
_TEXT_EDITS = (
    "edits of title or description after the kick-off, up to the close, of members at both"
)
_VOLATILITY = "issues added, removed or changed after the kick-off, by issues at the kick-off"
_LATE = "share of the added issues that joined in the last third from kick-off to close"
_ADDED_BY_WEEK = (
    "added issues by the week in which they joined, its Monday; weeks without any left out"
)
_REMOVED_BY_WEEK = (
    "removed issues by the week in which they left, its Monday; weeks without any left out"
)


def volatility_figures(basis: Basis, figures: Mapping[str, Value]) -> dict[str, Value]:
    """Return how the scope moved, `figures` being those of the scope in items, points and hours."""
    scope = basis.scope
    ratios = {}
    for unit in _UNITS:
        base, final = figures[f"base{unit}"], figures[f"final{unit}"]
        added, removed = figures[f"added{unit}"], figures[f"removed{unit}"]
        ratios[f"growth{unit}"] = _growth(base, final, (*added.issues, *removed.issues))
        ratios[f"creep{unit}"] = ratio(added, base, _CREEP)
        ratios[f"shrink{unit}"] = ratio(removed, base, _SHRINK)
    changed, edits = _edits(scope)
    moved = (figures["added"], figures["removed"], changed)
    return {
        **ratios,
        "changed": changed,
        "text_edits": edits,
        "volatility": _volatility(moved, figures["base"]),
        "late_creep": _late_creep(scope),
        "added_by_week": _by_week(basis, "added", _ADDED_BY_WEEK),
        "removed_by_week": _by_week(basis, "removed", _REMOVED_BY_WEEK),
    }


def ratio(part: Value, whole: Value, formula: str) -> Value:
    """Divide a figure by another of the same unit; unknown where the other is 0 or unknown.

    `n` is that of the whole, the issues are those of the part.
    """
    excluded = whole.excluded
    if part.excluded is not excluded:
        excluded = tuple(dict.fromkeys((*excluded, *part.excluded)))
    if (reason := whole.reason or part.reason) is not None:
        return unknown("ratio", formula, reason, excluded)
    if not whole.value:
        return unknown("ratio", formula, _empty(whole), excluded)
    value = _number(part) / _number(whole)
    return Value(value, "ratio", whole.n, formula, part.issues, excluded)


def _growth(base: Value, final: Value, moved: tuple[str, ...]) -> Value:
    found = ratio(final, base, _GROWTH)
    if found.reason is not None:
        return found
    value = (_number(final) - _number(base)) / _number(base)
    return Value(value, "ratio", base.n, _GROWTH, moved, found.excluded)


def _volatility(moved: tuple[Value, ...], base: Value) -> Value:
    reason = base.reason or (None if base.value else _empty(base))
    if reason is not None:
        return unknown("ratio", _VOLATILITY, reason, base.excluded)
    value = sum(map(_number, moved)) / _number(base)
    keys = tuple(key for one in moved for key in one.issues)
    return Value(value, "ratio", base.n, _VOLATILITY, keys, base.excluded)


def _empty(base: Value) -> str:
    return f"nothing to compare with: the scope at the kick-off is 0 {base.unit}"


def _number(figure: Value) -> float:
    return figure.value if isinstance(figure.value, int | float) else 0.0


def _edits(scope: Scope) -> tuple[Value, Value]:
    """Return the issues whose work changed, and the edits of their words."""
    start, end = scope.window.baseline, scope.window.close
    if start is None:
        reason = scope.window.baseline_reason
        return (
            unknown("issues", _CHANGED, reason, scope.excluded),
            unknown("edits", _TEXT_EDITS, reason, scope.excluded),
        )
    changed, edited, edits = [], [], 0
    stayed = scope["stayed"]
    for past in stayed:
        changes = past.history.changes
        if any(_count(past, field, start, end) for field in WEIGHED if field in changes):
            changed.append(past.key)
        if Field.TEXT in changes and (count := _count(past, Field.TEXT, start, end)):
            edited.append(past.key)
            edits += count
    n, left_out = len(stayed), scope.excluded
    return (
        Value(len(changed), "issues", n, _CHANGED, tuple(changed), left_out),
        Value(edits, "edits", n, _TEXT_EDITS, tuple(edited), left_out),
    )


def _count(past: Past, field: Field, start: datetime, end: datetime) -> int:
    """Count the edits of a field after the start; a change to the same value is none."""
    # Of a text only the fact is kept, so that before and after are both None.
    return sum(
        start < change.at <= end and (change.before != change.after or field is Field.TEXT)
        for change in past.history.changes[field]
    )


def _late_creep(scope: Scope) -> Value:
    start, end, added = scope.window.baseline, scope.window.close, scope["added"]
    if start is None:
        return unknown("ratio", _LATE, scope.window.baseline_reason, scope.excluded)
    if not added:
        return unknown("ratio", _LATE, NOTHING_ADDED, scope.excluded)
    late = end - (end - start) / 3
    keys = tuple(past.key for past in added if past.joined_at(end) >= late)
    return Value(len(keys) / len(added), "ratio", len(added), _LATE, keys, scope.excluded)


def _by_week(basis: Basis, name: str, formula: str) -> Value:
    scope, end = basis.scope, basis.window.close
    if scope.window.baseline is None:
        return unknown("issues", formula, scope.window.baseline_reason, scope.excluded)
    group = scope[name]
    moves = (
        (past.joined_at(end) if name == "added" else past.left_at(end), past.key) for past in group
    )
    parts = _weeks(moves, basis.calendar)
    keys = tuple([past.key for past in group])
    return Value(parts, "issues", len(group), formula, keys, scope.excluded)


def _weeks(moves: Iterable[tuple[datetime, str]], calendar: Calendar) -> tuple[Part, ...]:
    weeks: dict[str, list[str]] = {}
    names: dict[date, str] = {}
    for at, key in moves:  # hot: once for each issue
        on = calendar.day_of(at)
        if on not in names:
            names[on] = calendar.week_of(at).isoformat()
        weeks.setdefault(names[on], []).append(key)
    return tuple(
        Part(week, len(keys), len(keys), tuple(keys)) for week, keys in sorted(weeks.items())
    )
