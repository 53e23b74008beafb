"""Reading the inputs of mutations: client ids, references, dates; each checked, none trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from connectors.linear.standin.entities import Entity, User
from connectors.linear.standin.errors import bad_argument, bad_input, not_found
from connectors.linear.standin.filters import snake
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.resolvers import Call
from connectors.linear.standin.scalars import Duration
from connectors.linear.standin.tables import ENTITY_NAMES, Tables

_UUID_V4 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
_DATES = frozenset({"start_date", "target_date", "due_date"})
_ONE: dict[str, Callable[[Tables, str], Entity]] = {
    "issue_id": lambda tables, ref: tables.issue(ref),
    "related_issue_id": lambda tables, ref: tables.issue(ref),
    "project_id": lambda tables, ref: tables.project(ref),
    "team_id": lambda tables, ref: tables.team(ref),
}
_TABLES = {
    "assignee_id": "users",
    "cycle_id": "cycles",
    "delegate_id": "users",
    "lead_id": "users",
    "member_ids": "users",
    "project_milestone_id": "project_milestones",
    "project_update_id": "project_updates",
    "state_id": "workflow_states",
    "status_id": "project_statuses",
    "subscriber_ids": "users",
    "team_ids": "teams",
}
_NOT_KEPT = frozenset({"create_as_user", "display_icon_url", "id"})


def client_id(call: Call, kind: type[Entity], given: str | None) -> str:
    """Return the id for a new record: the caller's, if it gives one, else a new one.

    Raises Refused: INVALID_INPUT for anything but a UUID of version 4, "conflict on insert" for
    one that is taken.
    """
    if given is None:
        return call.world.ids.uuid()
    if not _UUID_V4.fullmatch(given):
        raise bad_argument("id", "isUuid", "id must be a UUID in v4 format.")
    call.world.ensure_free(kind, given.lower())
    return given.lower()


def fields(
    call: Call, given: Mapping[str, Any], *, labels: str = "issue_labels", parent: str = "issues"
) -> dict[str, Any]:
    """Turn an input into the record's fields; a null stays a None, what is absent stays absent.

    Raises Refused for a reference to nothing.
    """
    tables = {**_TABLES, "parent_id": parent}
    tables |= dict.fromkeys(("label_ids", "added_label_ids", "removed_label_ids"), labels)
    read: dict[str, Any] = {}
    for name, value in given.items():
        key = snake(name)
        if key not in _NOT_KEPT:
            read[key] = _value(call, name, key, value, tables)
    return read


def one_of(given: Mapping[str, Any], *names: str) -> str:
    """Return the name of the only one that is given. Raises Refused for none or several."""
    there = [name for name in names if given.get(name) is not None]
    if len(there) != 1:
        wanted = ", ".join(names)
        raise bad_argument(names[0], "exactlyOne", f"Exactly one of {wanted} must be given.")
    return there[0]


def assignable(call: Call, user_id: str | None) -> None:
    """Raise Refused for a deactivated person, unless the switch allows them."""
    user: User | None = call.world.users.get(user_id or "")
    if user is not None and not user.active and call.world.behaviour.refuse_inactive_assignees:
        raise bad_input(f"{user.name} is deactivated and cannot be assigned.")


def _value(call: Call, name: str, key: str, value: Value, tables: Mapping[str, str]) -> Value:
    if value is None:
        return None
    if key in _ONE:
        return _ONE[key](call.world, value).id
    if key in tables:
        table = call.world.table(tables[key])
        for ref in value if isinstance(value, list) else [value]:
            if ref not in table:
                raise not_found(ENTITY_NAMES[tables[key]], name)
        return value
    if isinstance(value, Duration):
        at = value.after(call.now)
        return at.date() if key in _DATES else at
    if isinstance(value, date | datetime):
        return value
    return value
