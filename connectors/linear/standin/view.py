"""The organisation as JSON, for people and programs that look from behind."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from connectors.linear.standin.kinds import Value
from connectors.linear.standin.payloads import camel
from connectors.linear.standin.scalars import instant_text
from connectors.linear.standin.tables import ENTITY_NAMES
from connectors.linear.standin.webhooks import Sender
from connectors.linear.standin.world import World

_HIDDEN = frozenset({"secret", "seq", "trail", "snapshot"})


def shown(value: Value) -> Value:
    """Turn a record, or what holds records, into what JSON holds; no secrets."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
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


def world_view(world: World) -> dict[str, Any]:
    """Return everything the organisation holds, and its log."""
    with world.lock:
        tables = {camel(name): shown(list(world.table(name).values())) for name in ENTITY_NAMES}
        return {
            "now": instant_text(world.clock()),
            "organization": shown(world.organization),
            **tables,
            "log": shown(world.log),
            "behaviour": shown(world.behaviour),
        }


def deliveries_view(sender: Sender) -> list[Any]:
    """Return every delivery with its attempts, oldest first."""
    with sender.world.lock:
        return [shown(one) for one in list(sender.deliveries)]
