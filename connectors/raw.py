"""Read values out of a tool's answers, where a missing key and null are the same thing.

What must be there and is not, or has another shape than the tool documents, raises Unavailable: an
answer we cannot read is never taken for an empty one.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reader:
    """Reads the answers of one tool; `tool` names it in every error."""

    def __init__(self, tool: str) -> None:
        self._tool = tool

    def text(self, raw: Mapping[str, Any], key: str) -> str:
        """Return a text that must be there."""
        found = self.maybe_text(raw, key)
        return self._missing(key) if found is None else found

    def maybe_text(self, raw: Mapping[str, Any], key: str) -> str | None:
        """Return a text, None for none and for an empty one."""
        value = raw.get(key)
        if value is None or isinstance(value, str):
            return value or None
        return self._odd(key)

    def ident(self, raw: Mapping[str, Any], key: str) -> str:
        """Return an id that must be there."""
        found = self.maybe_ident(raw, key)
        return self._missing(key) if found is None else found

    def maybe_ident(self, raw: Mapping[str, Any], key: str) -> str | None:
        """Return an id as text, None for none; some tools write them as numbers."""
        value = raw.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.maybe_text(raw, key)

    def instant(self, raw: Mapping[str, Any], key: str) -> datetime:
        """Return an instant that must be there, in UTC."""
        found = self.maybe_instant(raw, key)
        return self._missing(key) if found is None else found

    def maybe_instant(self, raw: Mapping[str, Any], key: str) -> datetime | None:
        """Return an instant in UTC, None for none; a number is epoch milliseconds."""
        value = raw.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return of_epoch(value) or self._odd(key)
        told = self.maybe_text(raw, key)
        return None if told is None else parsed_instant(told) or self._odd(key)

    def maybe_day(self, raw: Mapping[str, Any], key: str) -> date | None:
        """Return a calendar day, None for none."""
        value = self.maybe_text(raw, key)
        return None if value is None else parsed_day(value) or self._odd(key)

    def maybe_number(self, raw: Mapping[str, Any], key: str) -> float | None:
        """Return a finite number, None for none."""
        value = raw.get(key)
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not math.isfinite(value)
        ):
            return self._odd(key)
        return float(value)

    def part(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Return an object that must be there."""
        found = self.maybe_part(raw, key)
        return self._missing(key) if found is None else found

    def maybe_part(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
        """Return an object, None for none."""
        value = raw.get(key)
        if value is None or isinstance(value, dict):
            return value
        return self._odd(key)

    def parts(self, raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        """Return a list of objects, an empty one for none."""
        value = raw.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            return self._odd(key)
        return [one for one in value if isinstance(one, dict)]

    def texts(self, raw: Mapping[str, Any], key: str) -> list[str]:
        """Return a list of texts, an empty one for none."""
        value = raw.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            return self._odd(key)
        return [one for one in value if isinstance(one, str)]

    def number(self, raw: Mapping[str, Any], key: str) -> int:
        """Return a whole number that must be there."""
        value = raw.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._missing(key) if value is None else self._odd(key)

    def listed(self, raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        """Return a list of objects that must be there, and of nothing else."""
        value = raw.get(key)
        if value is None:
            return self._missing(key)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            return self._odd(key)
        return value

    def _missing(self, key: str) -> NoReturn:
        raise Unavailable(f"{self._tool}'s answer lacks {key!r}")

    def _odd(self, key: str) -> NoReturn:
        raise Unavailable(f"{self._tool}'s answer has a {key!r} that cannot be read")


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


def parsed_day(value: str) -> date | None:
    """Read a calendar day (`2026-03-31`, or an instant that starts with one)."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
