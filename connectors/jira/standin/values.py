"""What fields of issues hold: how a value is read, shown, and told in an issue's history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import texts
from connectors.jira.standin.catalogue import FLAG_ID
from connectors.jira.standin.entities import Component, Field, Item, Project, Version
from connectors.jira.standin.world import World

_DURATION = re.compile(r"(\d+)\s*([wdhm])", re.IGNORECASE)
_SECONDS = {"w": 5 * 8 * 3600, "d": 8 * 3600, "h": 3600, "m": 60}
_PLURAL = {"versions", "components", "labels", "sprint", "flags"}


class Unfit(ValueError):
    """A value that a field does not take; the text is what Jira says under the field's id."""


def instant_text(at: datetime) -> str:
    """Write an instant as Jira does: `2026-01-15T10:00:30.000+0000`."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def as_day(raw: Value) -> date | None:
    """Read a day. Raises Unfit."""
    if raw is None or raw == "":
        return None
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise Unfit("Error parsing date string: " + str(raw)) from None


def seconds(raw: Value) -> int | None:
    """Read a length of work such as `3d 4h`. Raises Unfit."""
    if raw is None or raw == "":
        return None
    text = str(raw).strip()
    if text.isdigit():
        return int(text) * 60
    if not re.fullmatch(r"(\d+\s*[wdhm]\s*)+", text, re.IGNORECASE):
        raise Unfit("Time Tracking must be in the format e.g. 2w 4d 6h 45m.")
    return sum(int(n) * _SECONDS[unit.lower()] for n, unit in _DURATION.findall(text))


def duration(length: int | None) -> str | None:
    """Write seconds as `1w 2d 3h 4m`."""
    if length is None:
        return None
    parts = []
    for unit, size in _SECONDS.items():
        count, length = divmod(length, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"


# Reading.


Reader = Callable[["Reading", Value], Value]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reading one value: for which project's issue, in which version of the interface."""

    world: World
    project: Project
    version: int


def read(reading: Reading, field: Field, raw: Value) -> Value:
    """Turn what a caller sent into what is kept. Raises Unfit."""
    if raw is None:
        return [] if field.kind in _PLURAL else None
    reader = _READERS.get(field.kind)
    if reader is None:
        raise Unfit(unknown_field(field.id))
    return reader(reading, raw)


def unknown_field(field_id: str) -> str:
    """What Jira says of a field that is not there, or that cannot be set here."""
    return f"Field '{field_id}' cannot be set. It is not on the appropriate screen, or unknown."


def _line(_reading: Reading, raw: Value) -> str:
    if not isinstance(raw, str):
        raise Unfit("Operation value must be a string")
    if "\n" in raw:
        raise Unfit("The summary is invalid because it contains newline characters.")
    return raw


def _rich(reading: Reading, raw: Value) -> Value:
    cloud = reading.world.cloud
    if reading.version >= texts.ADF_VERSION and cloud:
        if not texts.is_adf(raw):
            raise Unfit(
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            )
        return raw
    if not isinstance(raw, str):
        raise Unfit("Operation value must be a string")
    return texts.kept(raw, cloud=cloud)


def _number(_reading: Reading, raw: Value) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Unfit("Operation value must be a number")
    return float(raw)


def _user(reading: Reading, raw: Value) -> str | None:
    world = reading.world
    keys = ("accountId", "id") if world.cloud else ("name", "key")
    if not isinstance(raw, dict):
        raise Unfit("data was not an object")
    given = next((raw[key] for key in keys if raw.get(key) is not None), None)
    if given is None:
        return None
    found = next((u for u in world.users.values() if given in (u.id, u.name)), None)
    if found is None or not found.active:
        raise Unfit(f"User '{given}' does not exist.")
    return found.id


def _labels(_reading: Reading, raw: Value) -> list[str]:
    labels = [str(one) for one in _listed(raw)]
    bad = next((one for one in labels if " " in one), None)
    if bad is not None:
        raise Unfit(f"The label '{bad}' contains spaces which is invalid.")
    return sorted(set(labels))


def _listed(raw: Value) -> list[Any]:
    if not isinstance(raw, list):
        raise Unfit("data was not an array")
    return raw


def _versions(reading: Reading, raw: Value) -> list[str]:
    own = {k: v.name for k, v in reading.world.versions.items() if _of(reading, v)}
    return [_part(own, one, "Version") for one in _listed(raw)]


def _components(reading: Reading, raw: Value) -> list[str]:
    own = {k: v.name for k, v in reading.world.components.items() if _of(reading, v)}
    return [_part(own, one, "Component") for one in _listed(raw)]


def _of(reading: Reading, one: Version | Component) -> bool:
    return one.project_id == reading.project.id


def _part(own: Mapping[str, str], raw: Value, word: str) -> str:
    given = raw if isinstance(raw, dict) else {"name": raw}
    for key, name in own.items():
        if given.get("id") == key or ("id" not in given and given.get("name") == name):
            return key
    if "id" in given:
        raise Unfit(f"{word} id '{given['id']}' is not valid")
    raise Unfit(f"{word} name '{given.get('name')}' is not valid")


def _chosen(table: Mapping[str, str], raw: Value, word: str) -> str:
    given = raw if isinstance(raw, dict) else {}
    for key, name in table.items():
        if given.get("id") == key or given.get("name") == name:
            return key
    raise Unfit(f"The {word} selected is invalid.")


def _issue_type(reading: Reading, raw: Value) -> str:
    given = raw if isinstance(raw, dict) else {}
    for key in reading.project.issue_type_ids:
        if str(given.get("id")) == key or given.get("name") == reading.world.issue_types[key].name:
            return key
    raise Unfit("Specify a valid issue type")


def _parent(reading: Reading, raw: Value) -> str:
    given = (raw.get("id") or raw.get("key")) if isinstance(raw, dict) else raw
    found = reading.world.issue(str(given)) if given else None
    if found is None:
        raise Unfit("Could not find issue by id or key.")
    return found.id


def _sprint(reading: Reading, raw: Value) -> list[str]:
    if str(raw) not in reading.world.sprints:
        raise Unfit(f"Sprint with id '{raw}' does not exist or you do not have permission")
    return [str(raw)]


def _option(_reading: Reading, raw: Value) -> str:
    if not isinstance(raw, dict) or "value" not in raw:
        raise Unfit("Specify a valid 'id' or 'name' for the option")
    return str(raw["value"])


_READERS: Mapping[str, Reader] = {
    "text": _line,
    "rich": _rich,
    "number": _number,
    "date": lambda _, raw: as_day(raw),
    "user": _user,
    "labels": _labels,
    "versions": _versions,
    "components": _components,
    "priority": lambda r, raw: _chosen(r.world.priorities, raw, "priority"),
    "resolution": lambda r, raw: _chosen(r.world.resolutions, raw, "resolution"),
    "issuetype": _issue_type,
    "parent": _parent,
    "epic": _parent,
    "sprint": _sprint,
    "option": _option,
    "flags": lambda r, raw: [_option(r, one) for one in _listed(raw)],
}


# History.


def items(world: World, field: Field, old: Value, new: Value) -> list[Item]:
    """Return what the history says of a change of one field."""
    match field.kind:
        case "versions" | "components":
            return _parts_changed(world, field, old or [], new or [])
        case "parent" | "epic":
            return [_parent_changed(world, old, new)]
        case _:
            name = field.name if field.custom else _HISTORY_NAMES.get(field.id, field.id)
            before, after = (_told(world, field, one) for one in (old, new))
            kind = "custom" if field.custom else "jira"
            return [Item(name, kind, field.id, before[0], before[1], after[0], after[1])]


_HISTORY_NAMES = {"fixVersions": "Fix Version", "versions": "Version", "components": "Component"}


def _parts_changed(world: World, field: Field, old: list[str], new: list[str]) -> list[Item]:
    table: Mapping[str, Version | Component] = (
        world.components if field.kind == "components" else world.versions
    )
    name = _HISTORY_NAMES[field.id]

    def word(one: str) -> str | None:
        return table[one].name if one in table else None

    gone = [Item(name, "jira", field.id, o, word(o), None, None) for o in old if o not in new]
    come = [Item(name, "jira", field.id, None, None, n, word(n)) for n in new if n not in old]
    return gone + come


def _parent_changed(world: World, old: str | None, new: str | None) -> Item:
    before, after = (world.issues.get(one or "") for one in (old, new))
    texts_ = (before.key if before else None, after.key if after else None)
    epic = next((f for f in world.fields.values() if f.kind == "epic"), None)
    if world.behaviour.parent_in_history == "Epic Link" and epic is not None:
        return Item("Epic Link", "custom", epic.id, old, texts_[0] or "", new, texts_[1] or "")
    return Item("IssueParentAssociation", "jira", None, old, texts_[0], new, texts_[1])


Told = tuple[str | None, str | None]


def _told(world: World, field: Field, value: Value) -> Told:
    """Return what stands for a value in the history: an id or None, and words."""
    if value is None or value == []:
        return _NOTHING.get(field.kind, (None, None))
    teller = _TELLERS.get(field.kind)
    return teller(world, value) if teller is not None else (None, str(value))


def _day_told(_world: World, value: Value) -> Told:
    return value.isoformat(), f"{value.isoformat()} 00:00:00.0"


def _sprints_told(world: World, value: Value) -> Told:
    return ", ".join(value), ", ".join(world.sprints[one].name for one in value)


_NOTHING: Mapping[str, Told] = {"labels": (None, ""), "sprint": ("", ""), "flags": ("", "")}
_TELLERS: Mapping[str, Callable[[World, Value], Told]] = {
    "status": lambda w, v: (v, w.statuses[v].name),
    "issuetype": lambda w, v: (v, w.issue_types[v].name),
    "priority": lambda w, v: (v, w.priorities[v]),
    "resolution": lambda w, v: (v, w.resolutions[v]),
    "user": lambda w, v: (v, w.users[v].display_name),
    "date": _day_told,
    "seconds": lambda _, v: (str(v), str(v)),
    "labels": lambda _, v: (None, " ".join(v)),
    "sprint": _sprints_told,
    "number": lambda _, v: (None, number_text(v)),
    "flags": lambda _, v: (f"[{FLAG_ID}]", ", ".join(v)),
    "rich": lambda _, v: (None, texts.wiki(v)),
}


def number_text(value: float) -> str:
    """Write a number without a needless fraction."""
    return str(int(value)) if value == int(value) else str(value)


SET_BY_JIRA = frozenset({"status", "datetime", "seconds", "derived", "project", "creator"})
"""Kinds of fields that no caller sets."""
