"""Read values out of Jira's answers, where a missing key and null are the same thing.

What must be there and is not, or has another shape than Jira documents, raises Unavailable: an
answer we cannot read is never taken for an empty one.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


def text(raw: Mapping[str, Any], key: str) -> str:
    """Return a text that must be there."""
    found = maybe_text(raw, key)
    return _missing(key) if found is None else found


def maybe_text(raw: Mapping[str, Any], key: str) -> str | None:
    """Return a text, None for none and for an empty one."""
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value or None
    return _odd(key)


def ident(raw: Mapping[str, Any], key: str) -> str:
    """Return an id that must be there."""
    found = maybe_ident(raw, key)
    return _missing(key) if found is None else found


def maybe_ident(raw: Mapping[str, Any], key: str) -> str | None:
    """Return an id as text, None for none: Jira writes some as numbers, in webhooks above all."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return maybe_text(raw, key)


def instant(raw: Mapping[str, Any], key: str) -> datetime:
    """Return an instant that must be there, in UTC."""
    found = maybe_instant(raw, key)
    return _missing(key) if found is None else found


def maybe_instant(raw: Mapping[str, Any], key: str) -> datetime | None:
    """Return an instant in UTC, None for none."""
    value = raw.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return of_epoch(value) or _odd(key)
    told = maybe_text(raw, key)
    return None if told is None else parsed_instant(told) or _odd(key)


def of_epoch(milliseconds: float) -> datetime | None:
    """Return the instant of epoch milliseconds, as webhooks write it; None where it is none."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def parsed_instant(value: str) -> datetime | None:
    """Read an ISO instant, in UTC where it names no zone; None where it is none."""
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def maybe_day(raw: Mapping[str, Any], key: str) -> date | None:
    """Return a calendar day, None for none."""
    value = maybe_text(raw, key)
    return None if value is None else parsed_day(value) or _odd(key)


def parsed_day(value: str) -> date | None:
    """Read a calendar day (`2026-03-31`, or an instant that starts with one)."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def maybe_number(raw: Mapping[str, Any], key: str) -> float | None:
    """Return a finite number, None for none."""
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return _odd(key)
    return float(value)


def part(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object that must be there."""
    found = maybe_part(raw, key)
    return _missing(key) if found is None else found


def maybe_part(raw: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """Return an object, None for none."""
    value = raw.get(key)
    if value is None or isinstance(value, dict):
        return value
    return _odd(key)


def parts(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return a list of objects, an empty one for none."""
    value = raw.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        return _odd(key)
    return [one for one in value if isinstance(one, dict)]


def texts(raw: Mapping[str, Any], key: str) -> list[str]:
    """Return a list of texts, an empty one for none."""
    value = raw.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        return _odd(key)
    return [one for one in value if isinstance(one, str)]


def _missing(key: str) -> NoReturn:
    raise Unavailable(f"Jira's answer lacks {key!r}")


def _odd(key: str) -> NoReturn:
    raise Unavailable(f"Jira's answer has a {key!r} that cannot be read")
