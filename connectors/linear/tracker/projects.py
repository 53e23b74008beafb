"""Read a project whole, and the statuses projects can have."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import structlog

from connectors.linear import mapping, queries
from connectors.linear.mapping import plan
from connectors.linear.mapping import raw as read
from service.ports import Closure, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from connectors.linear.client import LinearClient, Raw
    from service.domain.tracking import PlanChange, Project, Status

log = structlog.get_logger(__name__)
Value = TypeVar("Value")

A_PAGE = 50  # of small things; what is read in one go costs a few hundred points
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SLUG = re.compile(r"(?:.*-)?([0-9a-f]{8,})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A project status with what the choice of a way back needs."""

    status: Status
    kind: str
    position: float
    archived: bool


def as_argument(key: str) -> str:
    """Return what `project(id:)` takes for a UUID, a slug id, the end of a URL or a whole URL."""
    word = key.strip()
    if "/" in word:
        parts = [part for part in urlsplit(word).path.split("/") if part]
        after = parts.index("project") + 1 if "project" in parts else len(parts) - 1
        word = parts[after] if 0 <= after < len(parts) else word
    if _UUID.fullmatch(word):
        return word.lower()
    slug = _SLUG.fullmatch(word)
    return slug[1] if slug else word


def canonical_key(client: LinearClient, key: str) -> str:
    """Return the project's UUID. Raises NotFound."""
    try:
        return read.text(client.entity(queries.PROJECT_ID, "project", id=as_argument(key)), "id")
    except NotFound:
        raise
    except Rejected as refusal:  # what is no id at all is refused as an argument
        raise NotFound(str(refusal)) from refusal


def project(client: LinearClient, key: str) -> Project:
    """Read a project with its people, teams, milestones, links and the record of its plan."""
    raw = _header(client, key)
    return mapping.project(
        raw,
        members=_whole(client, raw, "members", queries.PROJECT_MEMBERS),
        teams=_whole(client, raw, "teams", queries.PROJECT_TEAMS),
        milestones=_whole(client, raw, "projectMilestones", queries.PROJECT_MILESTONES),
        links=_whole(client, raw, "externalLinks", queries.PROJECT_LINKS),
        plan_changes=_plan_changes(client, raw),
    )


def _header(client: LinearClient, key: str) -> Raw:
    """Read the project with the record of its plan, without it where Linear refuses that part."""
    try:
        return client.entity(queries.PROJECT, "project", id=key)
    except NotFound:
        raise  # asking for less of it will not help
    except Rejected as refusal:
        log.warning("linear.part_not_read", part="plan", reason=str(refusal))
        return client.entity(queries.PROJECT_WITHOUT_PLAN, "project", id=key)


def _whole(client: LinearClient, raw: Raw, connection: str, document: str) -> list[Raw]:
    """Return every node of a connection that came with the project."""
    path = f"project.{connection}"
    key = read.text(raw, "id")
    return list(client.rest(raw.get(connection), document, path, first=A_PAGE, id=key))


def _plan_changes(client: LinearClient, raw: Raw) -> Sequence[PlanChange] | None:
    """Return the plan's changes by the project's history, else by its status updates.

    - A history without a single entry is no record: a closed project has at least been moved.
    - Status updates tell of changes only; their silence does not say that there were none.
    """
    records = _records(client, raw, "history", queries.PROJECT_HISTORY, "entries")
    resolution = read.maybe_text(raw, "targetDateResolution")
    found = plan.plan_changes(records, resolution) if records else None
    if found is not None:
        return found
    records = _records(client, raw, "projectUpdates", queries.PROJECT_UPDATES, "diff")
    return plan.plan_changes(records, resolution) or None


def _records(
    client: LinearClient, raw: Raw, connection: str, document: str, kept: str
) -> list[tuple[datetime, object]]:
    if raw.get(connection) is None:
        return []
    nodes = optional(connection, lambda: _whole(client, raw, connection, document))
    return [(read.instant(node, "createdAt"), node.get(kept)) for node in nodes or ()]


def optional(what: str, reading: Callable[[], Value]) -> Value | None:
    """Return what was read, None where Linear refuses this part: the rest is good without it."""
    try:
        return reading()
    except Rejected as refusal:
        log.warning("linear.part_not_read", part=what, reason=str(refusal))
        return None


def closed_since(client: LinearClient, since: datetime) -> list[Closure]:
    """List the closed projects touched since then, each once."""
    found: dict[str, Closure] = {}
    instant = since.isoformat().replace("+00:00", "Z")
    for raw in client.nodes(queries.CLOSED_PROJECTS, "projects", first=A_PAGE, since=instant):
        if closure := mapping.closure(raw):
            found.setdefault(closure.key, closure)
    return list(found.values())


def status_rows(client: LinearClient) -> list[StatusRow]:
    """List every project status, those no longer in use included."""
    return [
        StatusRow(
            status=mapping.project_status(raw),
            kind=read.text(raw, "type"),
            position=read.maybe_number(raw, "position") or 0.0,
            archived=read.maybe_instant(raw, "archivedAt") is not None,
        )
        for raw in client.nodes(queries.PROJECT_STATUSES, "projectStatuses", first=A_PAGE)
    ]
