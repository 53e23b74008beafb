"""Read every issue that is or was in a closing object, with its whole history."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from connectors.http import segment
from connectors.jira.client.reading import Reading
from connectors.jira.client.searching import MOST_RECONCILED, listed
from connectors.jira.mapping import closing as told
from connectors.jira.mapping import history, issue, membership
from connectors.jira.mapping import raw as read
from connectors.jira.mapping import statuses as meaning
from connectors.jira.mapping.context import Context
from connectors.jira.mapping.keys import Closing, Kind, closing
from connectors.jira.tracker import statuses, worklogs
from connectors.jira.tracker.projects import jira_project
from service.domain.tracking import Field, ProjectIssues
from service.ports import NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from connectors.jira.client import JiraClient, Raw
    from connectors.jira.mapping.history import Entry
    from service.domain.tracking import Issue, Project

log = structlog.get_logger(__name__)

FIELDS = (
    "summary", "status", "resolution", "issuetype", "project", "assignee", "labels", "created",
    "updated", "duedate", "fixVersions", "parent", "subtasks", "archiveddate", "components",
    "issuelinks", "timeoriginalestimate", "timespent",
)  # fmt: skip
DEEPEST = 5  # sub-task, issue, epic, initiative, and what a site puts above it


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a closing object.

    - `unaccounted` is how many left without a trace we could follow, None if unknown.
    - `own` is the closing issue itself; `traced` are the issues its changelog says came or went.
    """

    reading: Reading
    raws: dict[str, Raw]
    unaccounted: int | None
    own: tuple[Raw, ...] = ()
    traced: frozenset[str] = frozenset()


def project_issues(client: JiraClient, project: Project) -> ProjectIssues:
    """Read members and leavers with their histories, and the statuses these speak of.

    Raises Unavailable where Jira shows less than it has: an index that lags, a project that is
    archived and whose issues are in no search.
    """
    target = closing(project.ref.key)
    match target.kind:
        case Kind.ISSUE:
            return _mapped(client, target, _below_issue(client, target))
        case Kind.VERSION:
            return _mapped(client, target, _of_version(client, target))
        case Kind.PROJECT:
            return _mapped(client, target, _of_project(client, target))


def _below_issue(client: JiraClient, target: Closing) -> _Read:
    """Read an issue's children, theirs, and those that left, by the issue's own changelog."""
    reading = _reading(client)
    own_id = target.id
    jql = f"parent = {own_id}" if client.cloud else _children(client, reading.one(own_id))
    joined, left = told.children_told(history.ordered(reading.histories([own_id])[own_id]))
    latest = sorted(joined, key=int, reverse=True)[:MOST_RECONCILED]
    traced = joined | left
    found = _by_id(reading.find(jql, reconcile=latest, also=[own_id, *traced]))
    own = found.pop(own_id, None)
    if own is None:
        raise NotFound("the issue is not there any more, or is not shown to our account")
    _descend(client, reading, found)
    found.pop(own_id, None)
    unaccounted = len(traced - found.keys()) if traced else None
    return _Read(reading, found, unaccounted, (own,), traced)


def _children(client: JiraClient, own: Raw) -> str:
    """Ask a Data Center for what is below an issue: an epic's children by their epic link."""
    key = read.text(own, "key")
    if client.fields.epic_link is None:
        return f"parent = {key}"
    return f'"Epic Link" = {key} OR parent = {key}'


def _descend(client: JiraClient, reading: Reading, found: dict[str, Raw]) -> None:
    """Add the sub-tasks of what was found, and the children of epics below an initiative."""
    newest = dict(found)
    for _ in range(DEEPEST):
        subs = {sub for raw in newest.values() for sub in _sub_tasks(raw)} - found.keys()
        groups = [raw for raw in newest.values() if issue.is_group(read.part(raw, "fields"))]
        below = _by_id(reading.by_id(subs)) if subs else {}
        if groups:
            below |= _by_id(reading.find(_children_of_all(client, groups)))
        newest = {id_: raw for id_, raw in below.items() if id_ not in found}
        if not newest:
            return
        found |= newest


def _children_of_all(client: JiraClient, groups: Sequence[Raw]) -> str:
    if client.cloud:
        return f"parent in ({listed([read.ident(raw, 'id') for raw in groups])})"
    keys = listed([read.text(raw, "key") for raw in groups])
    return f'"Epic Link" in ({keys})' if client.fields.epic_link else f"parent in ({keys})"


def _sub_tasks(raw: Raw) -> list[str]:
    return [read.ident(one, "id") for one in read.parts(read.part(raw, "fields"), "subtasks")]


def _of_version(client: JiraClient, target: Closing) -> _Read:
    """Read the issues of a version, those that left it too where the site can search for them."""
    reading = _reading(client)
    now = f"fixVersion = {target.id}"
    unaccounted: int | None = 0
    try:
        found = _by_id(reading.find(f"{now} OR fixVersion WAS {target.id}"))
    except Rejected as refusal:
        log.warning("jira.leavers_unknown", project=str(target), reason=str(refusal))
        found, unaccounted = _by_id(reading.find(now)), None
    if not found:
        _need_an_empty_version(client, target)
    return _Read(reading, found, unaccounted)


def _need_an_empty_version(client: JiraClient, target: Closing) -> None:
    path = f"{client.api}/version/{segment(target.id)}/relatedIssueCounts"
    count = read.maybe_number(client.http.get(path).object, "issuesFixedCount")
    if count:
        raise Unavailable(
            f"Jira counts {count:.0f} issues in the version and its search shows none: the index "
            "may be behind, or the project is archived"
        )


def _of_project(client: JiraClient, target: Closing) -> _Read:
    """Read the issues of a Jira project. Who left it cannot be searched for."""
    reading = _reading(client)
    found = _by_id(reading.find(f"project = {target.id}"))
    if not found and jira_project(client, target.id).get("archived") is True:
        raise Unavailable(
            "the Jira project is archived, and no search shows its issues until it is restored"
        )
    return _Read(reading, found, None)


def _reading(client: JiraClient) -> Reading:
    return Reading(client, [*FIELDS, *client.fields.read, *worklogs.with_issues(client)])


def _by_id(raws: Iterable[Raw]) -> dict[str, Raw]:
    return {read.ident(raw, "id"): raw for raw in raws}


def _mapped(client: JiraClient, target: Closing, found: _Read) -> ProjectIssues:
    logs = {
        id_: history.ordered(log_of)
        for id_, log_of in found.reading.histories(list(found.raws)).items()
    }
    context = _context(client, target, found, logs)
    contexts = _by_project(found.raws, logs, context)
    issues = {
        id_: issue.issue(
            raw,
            logs[id_],
            contexts[_project_of(raw)],
            url=client.browse(read.text(raw, "key")),
            complete=id_ not in found.reading.incomplete,
        )
        for id_, raw in found.raws.items()
    }
    unaccounted = found.unaccounted
    if target.kind is Kind.ISSUE:
        if unaccounted is not None and not _trustworthy(issues.values(), str(target), found.traced):
            unaccounted = None
        parents = {
            id_: issue.parent_id(read.part(raw, "fields"), context.fields, context.ids)
            for id_, raw in found.raws.items()
        }
        issues = membership.handed_down(issues, parents, logs, context)
    members = {id_: one for id_, one in issues.items() if _ever_in(one, str(target))}
    work = worklogs.recorded(client, [found.raws[id_] for id_ in members], found.own)
    return ProjectIssues(
        issues=tuple(members.values()),
        statuses=meaning.of_ids(_ids(members.values()), context.known),
        unaccounted_removals=unaccounted,
        time=work.entries,
        time_unknown=work.unknown,
        time_partial=work.partial,
    )


def _context(
    client: JiraClient, target: Closing, found: _Read, logs: Mapping[str, Sequence[Entry]]
) -> Context:
    every = [*found.raws.values(), *found.own]
    present = [meaning.status(read.part(read.part(raw, "fields"), "status")) for raw in every]
    ids = {
        key: id_
        for raw in every
        for id_ in [read.ident(raw, "id")]
        for key in issue.keys(raw, logs.get(id_, ()))
    }
    for raw in every:
        if (team := issue.team(read.part(raw, "fields"))) is not None:
            ids[team.key] = team.id
    return Context(
        fields=client.fields,
        known=statuses.known(client) | {status.id: status for status in present},
        ids=ids,
        kinds=issue.kinds(every),
        waits=issue.waits(every),
        about=str(target),
        resolution_is_done=client.settings.resolution_is_done,
    )


def _by_project(
    raws: Mapping[str, Raw], logs: Mapping[str, Sequence[Entry]], all_: Context
) -> dict[str, Context]:
    """Return the context of each Jira project: its field for story points may be another one."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for id_, raw in raws.items():
        groups[_project_of(raw)].append(id_)
    return {
        project: replace(
            all_,
            points=issue.points_field(
                [raws[one] for one in ids], [logs[one] for one in ids], all_.fields
            ),
        )
        for project, ids in groups.items()
    }


def _project_of(raw: Raw) -> str:
    team = issue.team(read.part(raw, "fields"))
    return team.id if team else ""


def _trustworthy(issues: Iterable[Issue], key: str, traced: frozenset[str]) -> bool:
    """Whether the closing issue's own changelog names every issue that says it joined it."""
    says_so = {
        one.id
        for one in issues
        for change in one.changes
        if change.field is Field.MEMBERSHIP and key in {change.before, change.after}
    }
    return says_so <= traced


def _ever_in(one: Issue, key: str) -> bool:
    """Whether an issue is or was a member; below an epic that left, others come along."""
    return key in one.membership or any(
        change.field is Field.MEMBERSHIP and key in {change.before, change.after}
        for change in one.changes
    )


def _ids(issues: Collection[Issue]) -> set[str]:
    """Return every status id that occurs in the issues or their histories."""
    found = {one.status.id for one in issues}
    for one in issues:
        for change in one.changes:
            if change.field is Field.STATUS:
                found.update(filter(None, (change.before, change.after)))
    return found
