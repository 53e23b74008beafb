"""Read a closing object whole, by whatever somebody calls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from connectors.http import segment
from connectors.jira.client.reading import Reading
from connectors.jira.errors import of_everything
from connectors.jira.mapping import closing as mapping
from connectors.jira.mapping import history, issue
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.closing import Asking, Beside
from connectors.jira.mapping.context import Context
from connectors.jira.mapping.keys import Closing, Kind, closing, spoken
from connectors.jira.tracker import links, making, statuses
from service import markdown
from service.ports import NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from connectors.jira.client import JiraClient, Raw
    from connectors.jira.mapping.keys import Spoken
    from service.domain.tracking import Link, Milestone, Project

log = structlog.get_logger(__name__)
Value = TypeVar("Value")

FAILURES = (Rejected, NotAllowed, Unavailable)
FIELDS = (
    "summary", "status", "resolution", "issuetype", "project", "assignee", "reporter", "labels",
    "created", "updated", "duedate", "resolutiondate", "statuscategorychangedate", "fixVersions",
    "parent", "description", "archiveddate",
)  # fmt: skip


def canonical_key(client: JiraClient, key: str) -> str:
    """Return the canonical key for any way to write it.

    Raises NotFound where there is no such thing, or none whose closing is held here.
    """
    said = spoken(key)
    return str(Closing(said.kind, read.ident(_named(client, key, said), "id")))


def _named(client: JiraClient, key: str, said: Spoken) -> Raw:
    match said.kind:
        case Kind.ISSUE:
            return _closing_issue(client, said.word)
        case Kind.VERSION:
            _held(key, "versions", "{ versions = true }", on=client.settings.closes_versions)
            return _version(client, said)
        case Kind.PROJECT:
            _held(key, "projects", "{ projects = true }", on=client.settings.closes_projects)
            return jira_project(client, said.word)


def closes(client: JiraClient, fields: Mapping[str, Any]) -> bool:
    """Whether an issue's type is one whose closing is held."""
    kind = read.maybe_part(fields, "issuetype") or {}
    wanted = client.settings.issue_types
    return bool({read.ident(kind, "id"), read.text(kind, "name").casefold()} & wanted)


def project(client: JiraClient, key: str) -> Project:
    """Read a closing object with its links, and what is known of its plan.

    Raises where the object itself cannot be read; any other part may be unknown.
    """
    target = closing(key)
    match target.kind:
        case Kind.ISSUE:
            return _issue(client, target)
        case Kind.VERSION:
            return _whole_version(client, target)
        case Kind.PROJECT:
            return _whole_project(client, target)


def asking(client: JiraClient) -> Asking:
    """Return what tells that somebody asks to close an issue."""
    settings = client.settings
    return Asking(settings.closing_label, frozenset(settings.closing_statuses))


def context(client: JiraClient) -> Context:
    """Return what histories are understood with, for a single issue."""
    return Context(
        fields=client.fields,
        known=statuses.known(client),
        resolution_is_done=client.settings.resolution_is_done,
    )


def version(client: JiraClient, version_id: str) -> Raw:
    """Read a version. Raises NotFound."""
    found: Raw = client.http.get(f"{client.api}/version/{segment(version_id)}").object
    return found


def jira_project(client: JiraClient, id_or_key: str) -> Raw:
    """Read a Jira project, an archived one too. Raises NotFound."""
    found: Raw = client.http.get(f"{client.api}/project/{segment(id_or_key)}").object
    return found


@dataclass(slots=True)
class _Parts:
    """Parts that may fail by themselves; once nobody answers, nothing more is asked for."""

    key: str
    lost: Exception | None = None

    def soft(
        self, name: str, reading: Callable[[], Value], instead: Value
    ) -> tuple[Value, str | None]:
        """Return what was read and None, else `instead` and why it is unknown."""
        try:
            if self.lost is not None:
                raise self.lost
            return reading(), None
        except FAILURES as failure:
            if of_everything(failure):
                self.lost = failure
            log.warning("jira.part_not_read", project=self.key, part=name, reason=str(failure))
            return instead, str(failure)


def _issue(client: JiraClient, target: Closing) -> Project:
    reading = Reading(client, [*FIELDS, *client.fields.read])
    raw = reading.one(target.id)
    id_ = read.ident(raw, "id")
    log_of = history.ordered(reading.histories([id_])[id_])
    parts = _Parts(str(target))
    found, why = _links(client, target, parts)
    description = read.part(raw, "fields").get("description")
    beside = Beside(
        url=client.browse(read.text(raw, "key")),
        links=found,
        links_unknown=why,
        description=markdown.write(making.unrich(client, description)) if description else None,
    )
    return mapping.of_issue(raw, log_of, context(client), beside, asking(client))


def _whole_version(client: JiraClient, target: Closing) -> Project:
    raw = version(client, target.id)
    owner = jira_project(client, read.ident(raw, "projectId"))
    found, why = _links(client, target, _Parts(str(target)))
    url = client.version_url(read.text(owner, "key"), target.id)
    return mapping.of_version(raw, owner, Beside(url=url, links=found, links_unknown=why))


def _whole_project(client: JiraClient, target: Closing) -> Project:
    raw = jira_project(client, target.id)
    parts = _Parts(str(target))
    found, why = _links(client, target, parts)
    none: tuple[Milestone, ...] = ()
    milestones, _ = parts.soft("versions", lambda: _milestones(client, target.id), none)
    url = client.browse(issue.project_team(raw).key)
    beside = Beside(url=url, links=found, links_unknown=why, milestones=milestones)
    return mapping.of_project(raw, beside)


def _links(
    client: JiraClient, target: Closing, parts: _Parts
) -> tuple[tuple[Link, ...], str | None]:
    return parts.soft("links", lambda: links.links(client, str(target)), ())


def _milestones(client: JiraClient, project_id: str) -> tuple[Milestone, ...]:
    found = _versions(client, project_id)
    return tuple(mapping.milestone(raw) for raw in found if raw.get("archived") is not True)


def _versions(client: JiraClient, project: str) -> list[Raw]:
    return list(client.pages(f"{client.api}/project/{segment(project)}/version"))


def _closing_issue(client: JiraClient, word: str) -> Raw:
    params = {"fields": "issuetype"}
    path = f"{client.api}/issue/{segment(word)}"
    found: Raw = client.http.get(path, params=params).object
    if not closes(client, read.part(found, "fields")):
        kind = read.part(read.part(found, "fields"), "issuetype")
        held = sorted(name for one in client.settings.closes for name in one.issue_types)
        raise NotFound(
            f"{read.text(found, 'key')} is a {read.text(kind, 'name')}; the closing of these issue "
            f"types is held here: {', '.join(held) or 'none'}"
        )
    return found


def _version(client: JiraClient, said: Spoken) -> Raw:
    """Find a version by its id, or by its name within a project."""
    if said.project is None:
        return version(client, said.word)
    found = _versions(client, said.project)
    for fits in (str, str.casefold):
        for raw in found:
            if fits(read.text(raw, "name")) == fits(said.word):
                return raw
    raise NotFound(f"{said.project} has no version {said.word!r}")


def _held(key: str, what: str, how: str, *, on: bool) -> None:
    if not on:
        raise NotFound(
            f"{key!r}: the closing of {what} is not held here; closes needs {how} for it"
        )
