"""Content properties: one of each key on a page, with versions of their own."""

from __future__ import annotations

from typing import Any

import orjson

from connectors.confluence.standin.entities import Page, Property
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.world import Act

LONGEST_KEY = 255
LONGEST_VALUE = 32_768


def add_property(act: Act, page: Page, key: str, value: Any) -> Property:  # noqa: ANN401 (any JSON)
    """Add a property. Raises Refused where the key is taken, or something is too long."""
    if not key or len(key) > LONGEST_KEY:
        raise Refused(400, f"A property's key has 1 to {LONGEST_KEY} characters")
    _ensure_fits(value)
    if key in page.properties:
        status = act.world.behaviour.duplicate_property_status or (409 if act.world.cloud else 400)
        raise Refused(
            status, f"A property with the key '{key}' already exists on the content {page.id}"
        )
    made = Property(act.world.ids.number(), key, value, act.actor.id, act.at)
    page.properties[key] = made
    act.record("add property", page.id, key=key)
    return made


def change_property(
    act: Act,
    page: Page,
    found: Property,
    value: Any,  # noqa: ANN401 (any JSON)
    number: int,
) -> None:
    """Write a property's next version. Raises Refused (409) for any other."""
    if number != found.number + 1:
        raise Refused(
            409,
            f"Version must be incremented when updating a property. "
            f"Current version is: {found.number}",
        )
    _ensure_fits(value)
    found.value, found.number = value, number
    found.author_id, found.at = act.actor.id, act.at
    act.record("change property", page.id, key=found.key)


def drop_property(act: Act, page: Page, found: Property) -> None:
    """Remove a property."""
    del page.properties[found.key]
    act.record("drop property", page.id, key=found.key)


def _ensure_fits(value: Any) -> None:  # noqa: ANN401 (any JSON)
    if len(orjson.dumps(value)) > LONGEST_VALUE:
        raise Refused(413, f"A property's value has at most {LONGEST_VALUE} characters")
