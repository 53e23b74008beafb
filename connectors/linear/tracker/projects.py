"""Read a project whole, by whatever somebody calls it, and the projects closed lately."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from connectors.linear import mapping, queries
from connectors.linear.errors import of_everything
from connectors.linear.mapping import plan
from connectors.linear.mapping import raw as read
from connectors.linear.tracker.parts import A_PAGE, FAILURES, Parts
from service.ports import Closure, NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from connectors.linear.client import LinearClient, Raw
    from service.domain.tracking import PlanChange, Project

log = structlog.get_logger(__name__)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SLUG = re.compile(r"(?:.*-)?([0-9a-f]{8,})", re.IGNORECASE)


def as_argument(key: str) -> str:
    """Return what `project(id:)` takes for a UUID, a slug id, the end of a URL or a whole URL."""
    word = key.strip()
    if "/" in word:
        parts = [part for part in urlsplit(word).path.split("/") if part]
        after = parts.index("project") + 1 if "project" in parts else len(parts) - 1
        word = parts[after] if 0 <= after < len(parts) else word
    if UUID.fullmatch(word):
        return word.lower()
    slug = _SLUG.fullmatch(word)
    return slug[1].lower() if slug else word


def canonical_key(client: LinearClient, key: str) -> str:
    """Return the project's UUID, whatever the case of its letters. Raises NotFound."""
    word = as_argument(key)
    missing: Rejected | None = None
    for argument in dict.fromkeys((word, word.lower())):
        try:
            return read.text(client.entity(queries.PROJECT_ID, "project", id=argument), "id")
        except Rejected as refusal:  # what is no id at all is refused as an argument
            missing = missing or refusal
    raise NotFound(str(missing)) from missing


def project(client: LinearClient, key: str) -> Project:
    """Read a project with its people, teams, milestones, links and the record of its plan.

    Raises where the project itself cannot be read; any other part may be unknown.
    """
    raw = _as_much_as_may_be(client, key)
    parts = Parts(client, raw)
    # The links come first: the gate waits for what is unknown of them.
    links = parts.all("externalLinks", queries.PROJECT_LINKS, mapping.link)
    return mapping.project(
        raw,
        lead=parts.lead(),
        members=parts.all("members", queries.PROJECT_MEMBERS, mapping.person),
        teams=parts.all("teams", queries.PROJECT_TEAMS, mapping.team),
        milestones=parts.all("projectMilestones", queries.PROJECT_MILESTONES, mapping.milestone),
        links=links,
        links_unknown=parts.unknown.get("externalLinks"),
        plan_changes=_plan_changes(parts, read.maybe_text(raw, "targetDateResolution")),
    )


def _as_much_as_may_be(client: LinearClient, key: str) -> Raw:
    """Read the project with all its parts, else with less; the last refusal of all is raised.

    Linear refuses a query whole when it refuses one part of it, and the refusal does not say
    which: so its kind (not allowed, failed) is not taken for the project's before the project
    was asked for alone.
    """
    for document in (queries.PROJECT, queries.PROJECT_WITHOUT_PLAN):
        try:
            return client.entity(document, "project", id=key)
        except FAILURES as failure:
            if of_everything(failure):
                raise
            log.warning("linear.asked_for_less", project=key, reason=str(failure))
    return client.entity(queries.PROJECT_ALONE, "project", id=key)


def _plan_changes(parts: Parts, resolution: str | None) -> Sequence[PlanChange] | None:
    """Return the plan's changes by the project's history, else by its status updates.

    - A history without a single entry is no record: a closed project has at least been moved.
    - Status updates tell of changes only; their silence does not say that there were none.
    """
    records = parts.all("history", queries.PROJECT_HISTORY, lambda one: _record(one, "entries"))
    found = plan.plan_changes(records, resolution) if records else None
    if found is not None:
        return found
    records = parts.all("projectUpdates", queries.PROJECT_UPDATES, lambda one: _record(one, "diff"))
    return plan.plan_changes(records, resolution) or None


def _record(node: Raw, kept: str) -> tuple[datetime, object]:
    return read.instant(node, "createdAt"), node.get(kept)


def link_id(client: LinearClient, key: str, marker: str, url: str) -> str | None:
    """Return the id of a link with our id or that address, None where none is seen.

    Where the links cannot be read, none is seen: one under our id is not made twice all the same.
    """
    try:
        for raw in client.nodes(
            queries.PROJECT_LINKS, "project.externalLinks", first=A_PAGE, id=key
        ):
            if raw.get("id") == marker or raw.get("url") == url:
                return read.text(raw, "id")
    except (Rejected, NotAllowed) as refusal:
        log.warning("linear.part_not_read", project=key, part="links", reason=str(refusal))
    return None


def closed_since(client: LinearClient, since: datetime) -> list[Closure]:
    """List the closed projects touched since then, each once."""
    found: dict[str, Closure] = {}
    instant = since.isoformat().replace("+00:00", "Z")
    for raw in client.nodes(queries.CLOSED_PROJECTS, "projects", first=A_PAGE, since=instant):
        if closure := mapping.closure(raw):
            found.setdefault(closure.key, closure)
    return list(found.values())
