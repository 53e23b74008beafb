"""Read every issue that is or was in a project, with its whole history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from connectors.linear import mapping, queries
from connectors.linear.mapping import history
from connectors.linear.mapping import raw as read
from connectors.linear.tracker.parts import optional
from service.domain.tracking import ProjectIssues, Status, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from connectors.linear.client import LinearClient, Raw
    from service.domain.tracking import Issue, Project

log = structlog.get_logger(__name__)

HISTORY_WITH_ISSUE = 20  # entries that come with each issue; what is more comes by itself
HISTORY_ALONE = 250
LABELS_ALONE = 50
RELATIONS_ALONE = 50
STATES = 250

NO_TIME = "Linear keeps no working time"

# The search for leavers: issues in a request, entries that come with each, and how many requests
# it may cost. Two thousand issues touched since the project began; beyond that it is unknown.
LEAVERS_PAGE = 100
LEAVERS_HISTORY = 50
LEAVERS_REQUESTS = 20


class TooMany(Exception):
    """The teams' issues are more than we may read for one project."""


def project_issues(client: LinearClient, project: Project, page_size: int) -> ProjectIssues:
    """Read members and leavers with their histories, and the statuses these speak of."""
    key = project.ref.key
    members = [
        _issue(client, raw)
        for raw in client.nodes(
            queries.PROJECT_ISSUES,
            "project.issues",
            first=page_size,
            id=key,
            hist=HISTORY_WITH_ISSUE,
        )
    ]
    leavers = _leavers(client, project, {issue.id for issue in members}, page_size)
    issues = tuple({issue.id: issue for issue in (*members, *(leavers or ()))}.values())
    return ProjectIssues(
        issues=issues,
        statuses=_statuses(client, issues),
        unaccounted_removals=None if leavers is None else _unaccounted(client, key, issues),
        time_unknown=NO_TIME,
    )


def _issue(client: LinearClient, raw: Raw) -> Issue:
    key = read.text(raw, "id")

    def whole(connection: str, document: str, first: int) -> Iterator[Raw]:
        path = f"issue.{connection}"
        return client.rest(raw.get(connection), document, path, first=first, id=key)

    return history.issue(
        raw,
        whole("labels", queries.ISSUE_LABELS, LABELS_ALONE),
        whole("inverseRelations", queries.ISSUE_RELATIONS, RELATIONS_ALONE),
        whole("history", queries.ISSUE_HISTORY, HISTORY_ALONE),
    )


def _leavers(
    client: LinearClient, project: Project, members: set[str], page_size: int
) -> list[Issue] | None:
    """Read the issues that left the project, None where they cannot be told.

    Leaving touches an issue, so only issues updated since the project's creation can have left
    it; no filter of Linear's reaches into a history, so these are looked through.
    """
    if not project.teams:
        return None
    try:
        ids = optional("leavers", lambda: _left(client, project))
    except TooMany:
        log.warning("linear.leavers_unknown", project=project.ref.key, requests=LEAVERS_REQUESTS)
        return None
    if ids is None:
        return None
    return optional("leavers", lambda: _by_id(client, sorted(ids - members), page_size))


def _left(client: LinearClient, project: Project) -> set[str]:
    """Return the ids of the teams' issues whose history shows that they left the project."""
    key, found = project.ref.key, set()
    touched = client.nodes(
        queries.TEAM_ISSUE_MOVES,
        "issues",
        first=LEAVERS_PAGE,
        teams=[team.id for team in project.teams],
        since=project.created_at.isoformat().replace("+00:00", "Z"),
        hist=LEAVERS_HISTORY,
    )
    overflows = 0
    for number, raw in enumerate(touched):
        overflows += _goes_on(raw)
        if number // LEAVERS_PAGE + overflows >= LEAVERS_REQUESTS:
            raise TooMany
        if any(entry.get("fromProjectId") == key for entry in _moves(client, raw)):
            found.add(read.text(raw, "id"))
    return found


def _goes_on(raw: Raw) -> bool:
    page = read.part(read.part(raw, "history"), "pageInfo")
    return bool(page.get("hasNextPage"))


def _moves(client: LinearClient, raw: Raw) -> Iterator[Raw]:
    key = read.text(raw, "id")
    return client.rest(
        raw.get("history"), queries.ISSUE_MOVES, "issue.history", first=HISTORY_ALONE, id=key
    )


def _by_id(client: LinearClient, ids: Sequence[str], page_size: int) -> list[Issue]:
    found = []
    for start in range(0, len(ids), page_size):
        wanted = ids[start : start + page_size]
        nodes = client.nodes(
            queries.ISSUES_BY_ID, "issues", first=page_size, ids=wanted, hist=HISTORY_WITH_ISSUE
        )
        found += [_issue(client, raw) for raw in nodes if raw.get("id") in wanted]
    return found


def _statuses(client: LinearClient, issues: Sequence[Issue]) -> dict[str, Status]:
    """Map every status id of the issues and their histories.

    A status this key may not see (a private team's) counts as in progress, never as closed.
    """
    known = {issue.status.id: issue.status for issue in issues}
    wanted = history.state_ids(issues)
    if wanted - known.keys():
        for raw in client.nodes(queries.WORKFLOW_STATES, "workflowStates", first=STATES):
            status = mapping.issue_status(raw)
            if status.id in wanted:
                known.setdefault(status.id, status)
    for hidden in sorted(wanted - known.keys()):
        log.warning("linear.unknown_state", state=hidden, taken_as="in_progress")
        known[hidden] = Status(hidden, "a status not shown to us", StatusCategory.IN_PROGRESS)
    return known


def _unaccounted(client: LinearClient, key: str, issues: Sequence[Issue]) -> int | None:
    """Compare Linear's weekly issue counts with the removals we know of, None if unknown."""
    raw = optional(
        "issue counts",
        lambda: client.entity(queries.PROJECT_ISSUE_COUNTS, "project", id=key),
    )
    counts = raw.get("issueCountHistory") if raw else None
    if not isinstance(counts, list) or not all(isinstance(one, (int, float)) for one in counts):
        return None
    return history.unaccounted(counts, history.removals(issues, key))
