"""A page's text in every representation that can be asked for or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.from_adf import storage_of_adf
from connectors.confluence.standin.from_wiki import storage_of_wiki
from connectors.confluence.standin.rendered import rendered
from connectors.confluence.standin.to_adf import adf_of
from connectors.confluence.standin.tree import Node, parse, write
from connectors.confluence.standin.world import World

RENDERED = ("view", "export_view", "anonymous_export_view", "styled_view", "editor")
READABLE = ("storage", "atlas_doc_format", *RENDERED)
WRITABLE = ("storage", "atlas_doc_format", "wiki")


def name_of(world: World) -> Callable[[str], str]:
    """Return what turns an account's id or key into its name."""

    def name(ref: str) -> str:
        for user in world.users.values():
            if ref in (user.id, user.key, user.username):
                return user.name
        return "unknown"

    return name


def body_in(world: World, storage: str, representation: str) -> str:
    """Return a text in a representation; ADF is JSON within a string."""
    if representation == "storage":
        return storage
    root = parse(storage)
    if representation == "atlas_doc_format":
        return orjson.dumps(adf_of(root, name_of(world))).decode()
    return rendered(root, name_of(world))


def part_in(world: World, node: Node, representation: str) -> str:
    """Return a piece of a page in a representation."""
    inside = Node("", children=node.children)
    if representation == "storage":
        return write(inside)
    return orjson.dumps(adf_of(inside, name_of(world))).decode()


def storage_from(body: object) -> str:
    """Return the storage format of what a program writes. Raises Refused (400)."""
    if not isinstance(body, Mapping):
        raise Refused(400, "'body' is required")
    representation, value = _written(body)
    if representation not in WRITABLE:
        known = ", ".join(WRITABLE)
        raise Refused(400, f"Unsupported body representation: {representation}; use one of {known}")
    if not isinstance(value, str):
        raise Refused(400, f"The value of body representation {representation} must be a string")
    match representation:
        case "atlas_doc_format":
            return storage_of_adf(_json(value))
        case "wiki":
            return storage_of_wiki(value)
        case _:
            return value


def _written(body: Mapping[str, Any]) -> tuple[str, object]:
    """Return representation and value, from both shapes that are taken."""
    if "representation" in body:
        return str(body["representation"]), body.get("value")
    for representation in WRITABLE:
        nested = body.get(representation)
        if isinstance(nested, Mapping):
            return str(nested.get("representation", representation)), nested.get("value")
    return "none", None


def _json(value: str) -> object:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Refused(
            400, f"Content body cannot be converted to new editor format: {error}"
        ) from None
