"""A changelog's histories → our changes. Pure.

What is where: `from` and `to` are ids and may be null with the value in `fromString` and
`toString` only (due dates, story points, keys); a field's `fieldId` may be missing; labels come as
the whole list, versions one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import people, statuses
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.fields import Fields
from connectors.jira.mapping.keys import Closing, Kind, project_of
from service.domain.tracking import Change, Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from service.domain.tracking import Status

    Item = Mapping[str, Any]
    Pair = tuple[str | None, str | None]

_PARENTS = frozenset(
    {"parent", "issueparentassociation", "parent issue", "parent link", "epic link"}
)
_SCALARS = {"assignee": Field.ASSIGNEE, "duedate": Field.DUE_ON}


@dataclass(frozen=True, slots=True)
class Context:
    """What the histories of one reading are understood with.

    - `points` is the field whose values are the estimates, None for none.
    - `known` are the statuses by id; `ids` the ids of issues and of Jira projects by their keys.
    - `about` keeps the membership in this closing object only; None: all of it.
    - `resolutions`: whether a resolution makes another status of a done one (see `statuses`).
    """

    fields: Fields = field(default_factory=Fields)
    points: str | None = None
    known: Mapping[str, Status] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    about: str | None = None
    resolutions: bool = True
    resolution_is_done: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """What the undoing of statuses starts from: today's status id and resolution."""

    status: str
    resolution: str | None


def ordered(histories: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the histories oldest first, each once: pages come in any order and overlap."""
    unique = {read.ident(one, "id"): one for one in histories}
    return sorted(unique.values(), key=_order)


def changes(
    histories: Sequence[Mapping[str, Any]], present: Present, context: Context
) -> tuple[Change, ...]:
    """Return every change of the fields we keep, oldest first. `histories` are in order."""
    found = [change for one in histories for change in _of_history(one, context)]
    found += _standings(histories, present, context)
    found.sort(key=lambda change: (change.at, len(change.id), change.id))
    return tuple(found)


def items_of(history: Mapping[str, Any]) -> list[Item]:
    """Return the items of a history."""
    return read.parts(history, "items")


def name_of(item: Item, fields: Fields) -> str:
    """Return which field an item is about, in small letters: its id, else what its name says."""
    told = read.maybe_text(item, "fieldId")
    name = (read.maybe_text(item, "field") or "").casefold()
    if name in _PARENTS or (told and told == fields.epic_link):
        return "parent"
    if told:
        return told if told != "fixVersions" else "fixversions"
    if name in {"fix version", "fixversions"}:
        return "fixversions"
    return fields.id_of(name) or name if name not in {"key", "project"} else name


def parent_pairs(history: Mapping[str, Any], context: Context) -> list[Pair]:
    """Return the parents' ids before and after, each change once: Jira may tell it twice."""
    pairs = [
        (_parent(item, "from", context), _parent(item, "to", context))
        for item in items_of(history)
        if name_of(item, context.fields) == "parent"
    ]
    return [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]


def value_of(item: Item, side: str) -> str | None:
    """Return `from` (or `to`) where it is present, else its text; None for no value."""
    return read.maybe_ident(item, side) or read.maybe_text(item, f"{side}String")


def day_text(value: str | None) -> str | None:
    """Return a date without the time Jira writes behind it."""
    return re.split(r"[ T]", value)[0] if value else None


def at_of(history: Mapping[str, Any]) -> datetime:
    """Return the instant of a history."""
    return read.instant(history, "created")


def _order(history: Mapping[str, Any]) -> tuple[datetime, int, str]:
    number = read.ident(history, "id")
    return at_of(history), len(number), number


def _of_history(history: Mapping[str, Any], context: Context) -> Iterator[Change]:
    at, author = at_of(history), people.account_id(read.maybe_part(history, "author"))
    for index, (kept, before, after) in enumerate(_pairs(history, context)):
        yield Change(at, f"{read.ident(history, 'id')}.{index:03}", kept, before, after, author)


def _pairs(
    history: Mapping[str, Any], context: Context
) -> Iterator[tuple[Field, str | None, str | None]]:
    names = {name_of(item, context.fields) for item in items_of(history)}
    for item in items_of(history):
        name = name_of(item, context.fields)
        before, after = value_of(item, "from"), value_of(item, "to")
        if name in _SCALARS:
            dates = name == "duedate"
            pair = (day_text(before), day_text(after)) if dates else (before, after)
            yield from _changed(_SCALARS[name], *pair)
        elif context.points is not None and name == context.points:
            yield from _changed(Field.ESTIMATE, before, after)
        elif name == "labels":
            yield from _labels(item)
        elif name == "fixversions":
            versions = read.maybe_ident(item, "from"), read.maybe_ident(item, "to")
            yield from _moved(Kind.VERSION, *versions, context)
        elif name == "project" or (name == "key" and "project" not in names):
            yield from _project(name, before, after, context)
    for left, joined in parent_pairs(history, context):
        yield from _moved(Kind.ISSUE, left, joined, context)


def _changed(
    kept: Field, before: str | None, after: str | None
) -> Iterator[tuple[Field, str | None, str | None]]:
    if before != after:
        yield kept, before, after


def _labels(item: Item) -> Iterator[tuple[Field, str | None, str | None]]:
    before, after = (
        (read.maybe_text(item, f"{side}String") or "").split() for side in ("from", "to")
    )
    yield from ((Field.LABELS, one, None) for one in before if one not in after)
    yield from ((Field.LABELS, None, one) for one in after if one not in before)


def _moved(
    kind: Kind, left: str | None, joined: str | None, context: Context
) -> Iterator[tuple[Field, str | None, str | None]]:
    """Yield what left and what joined a closing object, those not asked for left out."""
    if left == joined:
        return
    before, after = (str(Closing(kind, one)) if one else None for one in (left, joined))
    if before and context.about in {None, before}:
        yield Field.MEMBERSHIP, before, None
    if after and context.about in {None, after}:
        yield Field.MEMBERSHIP, None, after


def _project(
    name: str, before: str | None, after: str | None, context: Context
) -> Iterator[tuple[Field, str | None, str | None]]:
    """Yield a move to another Jira project, which may be told by the key alone."""
    if name == "key":
        prefixes = (project_of(before or ""), project_of(after or ""))
        before, after = (context.ids.get(one, one) or None for one in prefixes)
    yield from _changed(Field.TEAM, before, after)
    yield from _moved(Kind.PROJECT, before, after, context)


def _parent(item: Item, side: str, context: Context) -> str | None:
    told = read.maybe_ident(item, side)
    key = read.maybe_text(item, f"{side}String")
    return told or (context.ids.get(key, key) if key else None)


def _standings(
    histories: Sequence[Mapping[str, Any]], present: Present, context: Context
) -> Iterator[Change]:
    """Yield the changes of status, each together with the resolution it came with.

    Undone from today, newest first, for the resolution is kept by items of its own.
    """
    status, resolution = present.status, present.resolution
    for history in reversed(histories):
        named = [(name_of(item, context.fields), item) for item in items_of(history)]
        moves = [_ids(item) for name, item in named if name == "status"]
        told = [item for name, item in named if name == "resolution"]
        after = read.maybe_text(told[-1], "toString") if told else resolution
        before = read.maybe_text(told[0], "fromString") if told else resolution
        at, author = at_of(history), people.account_id(read.maybe_part(history, "author"))
        for index, (left, joined) in reversed([*enumerate(moves or [(status, status)])]):
            last = index == max(len(moves), 1) - 1
            was = standing_id(left, before, context)
            became = standing_id(joined, after if last else before, context)
            if was != became:
                change_id = f"{read.ident(history, 'id')}.{100 + index:03}"
                yield Change(at, change_id, Field.STATUS, was, became, author)
        if moves:
            status = moves[0][0] or status
        resolution = before


def standing_id(status: str | None, resolution: str | None, context: Context) -> str | None:
    """Return the id a history keeps a status under."""
    if status is None or not context.resolutions:
        return status
    return statuses.standing_id(
        status,
        context.known.get(status),
        resolution,
        resolution_is_done=context.resolution_is_done,
    )


def _ids(item: Item) -> Pair:
    return value_of(item, "from"), value_of(item, "to")
