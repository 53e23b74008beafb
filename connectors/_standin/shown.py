"""A stand-in's records as JSON, for people and programs that look from behind."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta

from connectors._standin.messages import Value

_HIDDEN = frozenset({"secret", "seq", "trail", "snapshot"})


def camel(name: str) -> str:
    """`completed_at` -> `completedAt`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def instant_text(value: datetime) -> str:
    """Write an instant as `2026-01-15T10:00:30.000Z`."""
    at = value.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def shown(value: Value) -> Value:
    """Turn a record, or what holds records, into what JSON holds; no secrets."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if is_dataclass(value):
        return {
            camel(f.name): shown(getattr(value, f.name))
            for f in fields(value)
            if f.name not in _HIDDEN
        }
    if isinstance(value, dict):
        return {camel(str(key)): shown(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    return value
