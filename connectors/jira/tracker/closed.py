"""What was closed lately: issues by search, versions and Jira projects by their lists."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from connectors.http import segment
from connectors.jira.client.reading import Reading
from connectors.jira.client.searching import listed, quoted, search
from connectors.jira.mapping import closing as mapping
from connectors.jira.mapping import history, issue
from connectors.jira.mapping import raw as read
from connectors.jira.tracker.people import projects
from connectors.jira.tracker.projects import FIELDS, asking, context
from service.ports import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from connectors.jira.client import JiraClient
    from connectors.jira.settings import JiraSettings
    from service.ports import Closure

log = structlog.get_logger(__name__)


def closed_since(client: JiraClient, since: datetime) -> list[Closure]:
    """List the closing objects that stand closed and were touched since then, each once.

    Those too whose closing was asked for. Of versions and Jira projects nothing says when they
    were touched: all that stand closed are listed.
    """
    settings, found = client.settings, dict[str, "Closure"]()
    if settings.issue_types:
        found |= {one.key: one for one in _issues(client, since)}
    if settings.closes_versions:
        found |= {one.key: one for one in _versions(client)}
    if settings.closes_projects:
        archived = projects(client, archived=True)
        closures = [mapping.closure_of_project(raw) for raw in archived]
        found |= {one.key: one for one in closures if one}
    return list(found.values())


def _issues(client: JiraClient, since: datetime) -> Iterator[Closure]:
    settings = client.settings
    types = listed(sorted({name for one in settings.closes for name in one.issue_types}))
    minutes = _minutes(client, since)
    done, touched = "statusCategory = Done", "updated"
    if settings.resolution_is_done:
        done = f"({done} OR resolution IS NOT EMPTY)"
    elif client.cloud:
        touched = "statusCategoryChangedDate"
    closed = f"{done} AND {touched} >= -{minutes}m"
    asked = f"{_asked(settings)} AND statusCategory != Done AND updated >= -{minutes}m"
    jql = f"issuetype in ({types}) AND (({closed}) OR ({asked}))"
    reading, known, wish = Reading(client, FIELDS), context(client), asking(client)
    if client.cloud and not settings.resolution_is_done:
        raws = search(client, jql, FIELDS)  # which say themselves since when they are closed
        needing = [raw for raw in raws if not mapping.says_when(raw)]
    else:
        raws = needing = reading.find(jql)
    histories = reading.histories([read.ident(raw, "id") for raw in needing]) if needing else {}
    for raw in raws:
        log_of = history.ordered(histories.get(read.ident(raw, "id"), ()))
        if closure := mapping.closure_of_issue(raw, log_of, known, wish):
            yield closure


def _asked(settings: JiraSettings) -> str:
    """Return what tells in a search that somebody asks for the closing."""
    label = f"labels = {quoted(settings.closing_label)}"
    if not settings.closing_statuses:
        return label
    return f"({label} OR status in ({listed(settings.closing_statuses)}))"


def _minutes(client: JiraClient, since: datetime) -> int:
    """Return how far back to look: a date in a query would be read in our account's time zone."""
    return max(math.ceil((client.now() - since) / timedelta(minutes=1)), 0) + 1


def _versions(client: JiraClient) -> Iterator[Closure]:
    """Yield the released versions of every Jira project.

    Those of archived projects too: else they would seem newly released when one is restored.
    """
    for raw in client.kept(
        "every project", lambda: [*projects(client), *projects(client, archived=True)]
    ):
        key = issue.project_team(raw).key
        path = f"{client.api}/project/{segment(key)}/version"
        params = {"status": "released"} if client.cloud else {}
        try:
            for one in client.pages(path, params):
                if closure := mapping.closure_of_version(one, key):
                    yield closure
        except NotFound as gone:  # deleted or taken from us since the projects were listed
            log.info("jira.project_not_there", project=key, reason=str(gone))
