"""Read values out of Confluence's answers, where a missing key and null are the same thing.

What must be there and is not, or has another shape than Confluence documents, raises Unavailable:
an answer we cannot read is never taken for an empty one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


def text(raw: Mapping[str, Any], key: str) -> str:
    """Return a text that must be there; an id may be written as a number."""
    found = maybe_text(raw, key)
    return _missing(key) if found is None else found


def maybe_text(raw: Mapping[str, Any], key: str) -> str | None:
    """Return a text, None for none and for an empty one."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value or None
    return _odd(key)


def number(raw: Mapping[str, Any], key: str) -> int:
    """Return a whole number that must be there."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _missing(key) if value is None else _odd(key)


def maybe_instant(raw: Mapping[str, Any], key: str) -> datetime | None:
    """Return an instant in UTC, None for none."""
    value = maybe_text(raw, key)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return _odd(key)


def maybe_part(raw: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """Return an object, None for none."""
    value = raw.get(key)
    if value is None or isinstance(value, dict):
        return value
    return _odd(key)


def parts(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return a list of objects that must be there."""
    value = raw.get(key)
    if value is None:
        return _missing(key)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return _odd(key)
    return value


def _missing(key: str) -> NoReturn:
    raise Unavailable(f"Confluence's answer lacks {key!r}")


def _odd(key: str) -> NoReturn:
    raise Unavailable(f"Confluence's answer has a {key!r} that cannot be read")
