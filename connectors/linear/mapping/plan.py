"""What Linear recorded of a project's planned finish. Pure.

What `ProjectHistory.entries` and `ProjectUpdate.diff` hold is not documented. Anything that names
the target date with a value before and after is taken; a record in no shape we know makes the
whole plan unknown, never "unchanged".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.linear import mapping
from connectors.linear.mapping import raw as read
from service.domain.tracking import PlanChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

_TARGET = "targetDate"
_RESOLUTION = "targetDateResolution"
_TARGET_WORDS = {_TARGET, "fromTargetDate", "toTargetDate", "target_date"}
_SIDES = (("from", "to"), ("before", "after"), ("old", "new"), ("previous", "current"))
_NAMES = ("field", "property", "key", "name", "type", "attribute")
_DEEPEST = 6


def plan_changes(
    records: Iterable[tuple[datetime, object]], resolution: str | None
) -> tuple[PlanChange, ...] | None:
    """Return the recorded changes of the planned finish, oldest first.

    - `records` are instants with whatever Linear keeps of them; `resolution` is today's.
    - A date stands for the end of its period. The resolution is undone from today's, newest
      first: a record that does not change it leaves it as it was.
    - None where a record cannot be read, or speaks of the target date in no way we understand.
    """
    found: list[PlanChange] = []
    for at, record in sorted(records, key=lambda one: one[0], reverse=True):
        pairs = _pairs_in(record)
        if pairs is None:
            return None
        was = pairs.get(_RESOLUTION, (resolution, resolution))[0]
        if _TARGET in pairs:
            before, after = pairs[_TARGET]
            change = PlanChange(at, _end(before, was), _end(after, resolution))
            if (before and not change.before) or (after and not change.after):
                return None
            found.append(change)
        elif _speaks_of_target(record):
            return None
        resolution = was
    found.reverse()
    return tuple(change for change in found if change.before != change.after)


def _end(value: str | None, resolution: str | None) -> date | None:
    day = read.parsed_day(value) if value else None
    return mapping.period_end(day, resolution) if day else None


def _pairs_in(record: object) -> dict[str, tuple[str | None, str | None]] | None:
    """Return the pairs before and after of every field in a record; None for no known shape."""
    if record in (None, {}, []):
        return {}
    found: dict[str, tuple[str | None, str | None]] = {}
    known = False
    for name, before, after in _walk(record, 0):
        known = True
        if _readable(before) and _readable(after):
            found[name] = (before or None, after or None)
    return found if known else None


def _readable(value: object) -> bool:
    return value is None or isinstance(value, str)


def _walk(value: object, depth: int) -> Iterator[tuple[str, Any, Any]]:
    """Yield (field, before, after) of every change a record seems to tell of.

    Understood are `{field: {from, to}}`, `{field: [from, to]}`, `{fromField, toField}` and
    `{field: name, from, to}`, nested as they may be.
    """
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, depth + 1)
    if not isinstance(value, dict):
        return
    sides = _sides(value)
    if sides and (name := next((value[k] for k in _NAMES if isinstance(value.get(k), str)), None)):
        yield (name, *sides)
        return
    for key, inner in value.items():
        if sides := _sides(inner):
            yield (key, *sides)
        elif key.startswith("from") and f"to{key[4:]}" in value and key[4:]:
            yield key[4].lower() + key[5:], inner, value[f"to{key[4:]}"]
        else:
            yield from _walk(inner, depth + 1)


def _sides(value: object) -> tuple[Any, Any] | None:
    if isinstance(value, list):
        pair = len(value) == len(("before", "after")) and all(map(_readable, value))
        return (value[0], value[1]) if pair else None
    if not isinstance(value, dict):
        return None
    for before, after in _SIDES:
        if before in value or after in value:
            return value.get(before), value.get(after)
    return None


def _speaks_of_target(value: object, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return any(
            key in _TARGET_WORDS or _speaks_of_target(inner, depth + 1)
            for key, inner in value.items()
        )
    if isinstance(value, list):
        return any(_speaks_of_target(one, depth + 1) for one in value)
    return isinstance(value, str) and value in _TARGET_WORDS
