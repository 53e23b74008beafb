"""Move an issue through its workflow: which transition, what its screen asks for, what it leaves.

What Jira lists depends on the status, the workflow, its conditions and our account: it is asked
for each time, and ids are never kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from connectors.http import Declined
from connectors.jira.mapping import raw as read
from connectors.jira.mapping import statuses
from connectors.jira.tracker.making import rich
from service.domain.document import Document, Paragraph, text
from service.domain.tracking import Status, StatusCategory
from service.ports import NoWayBack, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from connectors.jira.client import JiraClient, Raw

log = structlog.get_logger(__name__)

_CONFLICT = 409
_READ = "status,resolution"
_HELD = "Closeout holds this open: its post-mortem is not complete"
_LET_GO = "Closeout closes this: everything it asks for is met"
# A resolution for work that was done, by its usual names; sites name their own.
_DONE_WORDS = ("done", "fixed", "resolved", "complete", "completed", "closed")


@dataclass(frozen=True, slots=True)
class _Move:
    """A transition that our account may make now.

    - `fields` and `comment` are what its screen asks for and we can give.
    - `lacking` names what it asks for and we cannot give.
    """

    id: str
    name: str
    to: Status
    fields: Mapping[str, Any]
    comment: bool
    lacking: tuple[str, ...]


def open_issue(client: JiraClient, issue_id: str, return_to: Status | None) -> Status:
    """Move a closed issue to `return_to`, else to another open status, one in progress before.

    A resolution that stays is cleared: else the issue would count as resolved.
    """
    raw = _issue(client, issue_id)
    now = _standing(client, raw)
    if not now.category.closed:
        return now
    if statuses.status(read.part(read.part(raw, "fields"), "status")).category.closed:
        moves = [move for move in _moves(client, issue_id) if not move.to.category.closed]
        moves.sort(key=lambda move: _way_back(move, return_to))
        refusals = _first_that_works(client, issue_id, moves, _HELD)
        if refusals is not None:
            raise NoWayBack(_no_way(read.text(raw, "key"), now, "an open", moves, refusals))
        raw = _issue(client, issue_id)
    if read.maybe_part(read.part(raw, "fields"), "resolution"):
        raw = _without_resolution(client, issue_id, raw)
    status = _standing(client, raw)
    if status.category.closed:
        raise Unavailable(
            f"Jira took the change and shows {read.text(raw, 'key')} in {status.name!r} all the"
            " same; if that goes on, look for an automation that closes it, or for a resolution"
            " that stays"
        )
    return status


def close_issue(client: JiraClient, issue_id: str, into: Status | None) -> Status:
    """Move an open issue to `into`, else to a status for finished work."""
    raw = _issue(client, issue_id)
    now = _standing(client, raw)
    if now.category.closed:
        return now
    moves = [move for move in _moves(client, issue_id) if move.to.category.closed]
    moves.sort(key=lambda move: _way_out(move, into))
    refusals = _first_that_works(client, issue_id, moves, _LET_GO)
    if refusals is not None:
        raise Rejected(_no_way(read.text(raw, "key"), now, "a closed", moves, refusals))
    raw = _issue(client, issue_id)
    status = _standing(client, raw)
    if not status.category.closed:
        raise Unavailable(
            f"Jira took the change and shows {read.text(raw, 'key')} in {status.name!r} all the"
            " same; if that goes on, look for an automation that reopens it"
        )
    return status


def _way_back(move: _Move, return_to: Status | None) -> tuple[bool, bool]:
    """Order the ways back: where it came from, then into work, then whatever is open."""
    return not _leads_to(move, return_to), move.to.category is not StatusCategory.IN_PROGRESS


def _way_out(move: _Move, into: Status | None) -> tuple[bool, bool, int]:
    """Order the ways to close: into the wanted status, as done or as dropped, by a usual name.

    A workflow may have two ways into one status: "Done", and "Won't do" with that resolution.
    """
    drop = into is not None and into.category is StatusCategory.CANCELLED
    name = move.to.name.casefold()
    usual = _DONE_WORDS.index(name) if name in _DONE_WORDS else len(_DONE_WORDS)
    return not _leads_to(move, into), statuses.dropped(move.name) is not drop, usual


def _leads_to(move: _Move, status: Status | None) -> bool:
    """Whether a transition leads to a status; a resolution may stand behind its id."""
    return status is not None and move.to.id == status.id.partition(":")[0]


def _first_that_works(
    client: JiraClient, issue_id: str, moves: Sequence[_Move], why: str
) -> list[str] | None:
    """Make the first transition that Jira lets through; None where one was, else the refusals."""
    refusals: list[str] = []
    for move in moves:
        if move.lacking:
            continue
        try:
            _make(client, issue_id, move, why)
        except Declined as refusal:  # a validator of the workflow
            log.warning("jira.transition_refused", transition=move.name, reason=str(refusal))
            refusals.append(str(refusal))
        else:
            return None
    return refusals


def _make(client: JiraClient, issue_id: str, move: _Move, why: str) -> None:
    """Make a transition, with the reason in the issue's history where Jira takes one."""
    body: Raw = {"transition": {"id": move.id}}
    if move.fields:
        body["fields"] = dict(move.fields)
    if move.comment:
        said = Document((Paragraph(text(f"{why}.")),))
        body["update"] = {"comment": [{"add": {"body": rich(client, said)}}]}
    metadata = {
        "type": "closeout:gate",
        "description": why,
        "generator": {"id": "closeout", "type": "closeout"},
    }
    path = f"{client.api}/issue/{issue_id}/transitions"
    log.info("jira.transition", issue=issue_id, transition=move.name, to=move.to.name)
    try:
        client.http.post(path, {**body, "historyMetadata": metadata}, busy=(_CONFLICT,), plain=True)
    except Declined as refusal:
        if "historymetadata" not in str(refusal).casefold():
            raise
        client.http.post(path, body, busy=(_CONFLICT,), plain=True)


def _moves(client: JiraClient, issue_id: str) -> list[_Move]:
    """List the transitions that our account may make now."""
    answer = client.http.get(
        f"{client.api}/issue/{issue_id}/transitions", params={"expand": "transitions.fields"}
    ).object
    listed = [
        one for one in read.parts(answer, "transitions") if one.get("isAvailable") is not False
    ]
    asked = {name for one in listed for name, _ in _asked(one)} - {"comment"}
    held = _values(client, issue_id, asked) if asked else {}
    return [_move(one, held, client.settings.resolution_is_done) for one in listed]


def _move(raw: Mapping[str, Any], held: Mapping[str, Any], resolve: bool) -> _Move:  # noqa: FBT001
    to = statuses.status(read.part(raw, "to"))
    fields: dict[str, Any] = {}
    lacking: list[str] = []
    comment = False
    for name, field in _asked(raw):
        if name == "comment":
            comment = True
        elif name == "resolution" and to.category.closed:
            fields |= _resolution(field)
        elif held.get(name) in (None, "", []):
            given = _only_value(field)
            fields |= {name: given} if given else {}
            lacking += [] if given else [str(field.get("name") or name)]
    offered = read.maybe_part(raw, "fields") or {}
    if resolve and to.category.closed and "resolution" in offered:
        fields |= _resolution(offered["resolution"])
    return _Move(read.ident(raw, "id"), read.text(raw, "name"), to, fields, comment, tuple(lacking))


def _asked(raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the fields that a transition's screen requires and Jira does not fill in itself."""
    for name, field in (read.maybe_part(raw, "fields") or {}).items():
        if isinstance(field, dict) and field.get("required") and not field.get("hasDefaultValue"):
            yield name, field


def _values(client: JiraClient, issue_id: str, names: set[str]) -> Mapping[str, Any]:
    """Return what an issue holds in these fields: what is there already need not be given."""
    params = {"fields": ",".join(sorted(names))}
    return read.part(
        client.http.get(f"{client.api}/issue/{issue_id}", params=params).object, "fields"
    )


def _only_value(field: Mapping[str, Any]) -> object:
    """Return the one value that a field can have, in the form it is sent in; None for a choice."""
    allowed = read.parts(field, "allowedValues")
    if len(allowed) != 1:
        return None
    only = {"id": read.ident(allowed[0], "id")}
    schema = read.maybe_part(field, "schema") or {}
    return [only] if schema.get("type") == "array" else only


def _resolution(field: Mapping[str, Any]) -> dict[str, Any]:
    """Choose a resolution for work that was done; a dropped one would tell something else."""
    allowed = read.parts(field, "allowedValues")
    names = {read.text(one, "name").casefold(): one for one in reversed(allowed)}
    usual = [names[word] for word in _DONE_WORDS if word in names]
    others = [one for one in allowed if not statuses.dropped(read.text(one, "name"))]
    chosen = next(iter((*usual, *others)), None)
    return {"resolution": {"id": read.ident(chosen, "id")}} if chosen else {}


def _without_resolution(client: JiraClient, issue_id: str, raw: Raw) -> Raw:
    """Clear the resolution, where our account may; the issue is open all the same where not."""
    try:
        client.http.put(
            f"{client.api}/issue/{issue_id}", {"fields": {"resolution": None}}, plain=True
        )
    except Rejected as refusal:
        log.warning("jira.resolution_stays", issue=issue_id, reason=str(refusal))
        return raw
    return _issue(client, issue_id)


def _issue(client: JiraClient, issue_id: str) -> Raw:
    return client.http.get(f"{client.api}/issue/{issue_id}", params={"fields": _READ}).object


def _standing(client: JiraClient, raw: Raw) -> Status:
    done = client.settings.resolution_is_done
    return statuses.standing(read.part(raw, "fields"), resolution_is_done=done)


def _no_way(
    key: str, now: Status, kind: str, moves: Sequence[_Move], refusals: Sequence[str]
) -> str:
    """Say why no transition works, and what to do."""
    start = f"{key} cannot be moved from {now.name!r} to {kind} status"
    lacking = sorted({name for move in moves for name in move.lacking})
    if refusals:
        return f"{start}: {'; '.join(refusals)}"
    if lacking:
        return (
            f"{start}: the transition asks for {', '.join(lacking)}, which Closeout cannot fill in;"
            " let a Jira admin make that optional there, or move the issue by hand"
        )
    return (
        f"{start}: Jira offers our account no transition that leads straight there; let a Jira"
        " admin add one to the workflow and give our account the permission Transition Issues, or"
        " move the issue by hand"
    )
