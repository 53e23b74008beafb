"""An issue that is an action's ticket → Ticket. Pure.

Who verified it is told by its history: the label, a field of the site's own, or a status by the
name of it; whichever it is, it becomes a change of the label `verified`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import history, items, people, statuses
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Closing, Kind
from service.domain.remote import LabelChange, Presence, StatusMove, Ticket
from service.domain.tracking import Field, Person, Status, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from connectors.jira.mapping.context import Context
    from connectors.jira.mapping.history import Entry

VERIFIED = "verified"
FIELDS = ("summary", "status", "resolution", "assignee", "duedate", "labels", "parent")

_NOT_VERIFIED = frozenset({"", "no", "false", "none", "null", "[]", "0"})


def ticket(
    raw: Mapping[str, Any],
    histories: Iterable[Mapping[str, Any]],
    context: Context,
    *,
    url: str,
    verified_field: str | None = None,
) -> Ticket:
    """Map a ticket with its whole history. In an archive it stays present: that is housekeeping."""
    fields = read.part(raw, "fields")
    log = history.ordered(histories)
    status = statuses.standing(fields, resolution_is_done=context.resolution_is_done)
    labels = set(read.texts(fields, "labels"))
    if _verified_now(fields, status, verified_field):
        labels.add(VERIFIED)
    resolution = statuses.resolution_of(fields)
    parent = read.maybe_part(fields, "parent")
    moves = tuple(_moves(log, fields, context))
    return Ticket(
        id=read.ident(raw, "id"),
        key=read.text(raw, "key"),
        url=url,
        title=read.maybe_text(fields, "summary") or "",
        presence=Presence.PRESENT,
        status=status,
        assignee=people.maybe_person(fields, "assignee"),
        due_on=read.maybe_day(fields, "duedate"),
        project_key=str(Closing(Kind.ISSUE, read.ident(parent, "id"))) if parent else None,
        duplicate=status.category.closed and (resolution or "").casefold() == "duplicate",
        labels=tuple(sorted(labels)),
        label_changes=tuple(_label_changes(log, fields, moves, context, verified_field)),
        status_moves=moves,
    )


def missing(ticket_id: str) -> Ticket:
    """Return the ticket that is not there any more: all we know of it is its id."""
    return Ticket(
        id=ticket_id,
        key=ticket_id,
        url="",
        title="",
        presence=Presence.MISSING,
        status=Status("", "missing", StatusCategory.TODO),
        assignee=None,
        due_on=None,
    )


def _moves(
    log: Sequence[Entry], fields: Mapping[str, Any], context: Context
) -> Iterator[StatusMove]:
    """Yield the moves; a resolution that makes another status of a done one is a move too."""
    status = read.ident(read.part(fields, "status"), "id")
    present = history.Present(status, statuses.resolution_of(fields))
    found = history.moves(log, present, context)
    ids = {side for one in found for side in (one.before, one.after) if side}
    known, names, authors = statuses.of_ids(ids, context.known), _names(log), _authors(log)
    for one in found:
        if one.after is None:
            continue
        after = known.get(one.after) or _gone(one.after, names)
        before = (known.get(one.before) or _gone(one.before, names)) if one.before else None
        yield StatusMove(one.at, before, after, authors.get(one.actor_id or ""))


def _gone(status_id: str, names: Mapping[str, str]) -> Status:
    """Return a status that the workflows do not have any more; it never counts as closed."""
    bare = status_id.partition(":")[0]
    return Status(status_id, names.get(bare, bare), StatusCategory.IN_PROGRESS)


def _names(log: Iterable[Entry]) -> dict[str, str]:
    """Return what the history calls each status."""
    return {
        status_id: name
        for one in log
        for item in one.items
        if item.get("field") == "status"
        for side in ("from", "to")
        if (status_id := read.maybe_ident(item, side))
        and (name := read.maybe_text(item, f"{side}String"))
    }


def _authors(log: Iterable[Entry]) -> dict[str, Person]:
    found = (one.author for one in log)
    return {key: people.person(one) for one in found if one and (key := people.account_id(one))}


def _label_changes(
    log: Sequence[Entry],
    fields: Mapping[str, Any],
    moves: Iterable[StatusMove],
    context: Context,
    verified_field: str | None,
) -> list[LabelChange]:
    """Return the changes of labels, and those of whatever else says that it is verified."""
    authors = _authors(log)
    status = read.ident(read.part(fields, "status"), "id")
    present = history.Present(status, statuses.resolution_of(fields))
    found = [
        LabelChange(label, one.after is not None, one.at, authors.get(one.actor_id or ""))
        for one in history.changes(log, present, context)
        if one.field is Field.LABELS and (label := one.after or one.before)
    ]
    found += [
        LabelChange(VERIFIED, _says_verified(move.after), move.at, move.by)
        for move in moves
        if _says_verified(move.after) or (move.before and _says_verified(move.before))
    ]
    for one in log if verified_field else ():
        by = authors.get(people.account_id(one.author) or "")
        for item in one.items:
            if items.name_of(item, context.fields) == verified_field:
                added = _counts(read.maybe_text(item, "toString"))
                found.append(LabelChange(VERIFIED, added, one.at, by))
    return sorted(found, key=lambda change: change.at)


def _says_verified(status: Status) -> bool:
    return status.name.partition(",")[0].strip().casefold() == VERIFIED


def _verified_now(fields: Mapping[str, Any], status: Status, verified_field: str | None) -> bool:
    value = fields.get(verified_field) if verified_field else None
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = next(
            (value[name] for name in ("value", "name", "displayName") if name in value), ""
        )
    return _says_verified(status) or (value is not None and _counts(str(value)))


def _counts(value: str | None) -> bool:
    return (value or "").strip().casefold() not in _NOT_VERIFIED
