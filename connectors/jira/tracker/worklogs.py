"""Read the working time that was recorded on issues; issues without any cost no request.

An issue says how much was recorded on it. Cloud lets a thousand issues be read at once only
without their worklogs, so those that have any are read once more, a hundred at once; Data Center
gives them with its search. Either shows twenty on an issue, and more only of one issue at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from connectors.http import segment
from connectors.jira.client.reading import FEW_IDS, Reading
from connectors.jira.mapping import raw as read
from connectors.jira.mapping import worklogs
from connectors.jira.mapping.worklogs import Page
from service.ports import NotAllowed, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from connectors.jira.client import JiraClient, Raw
    from service.domain.tracking import TimeEntry

log = structlog.get_logger(__name__)

ON_A_PAGE = 5000

NOT_TRACKED = (
    "Jira shows no working time on these issues: time tracking is off, or hidden in their projects"
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The working time of some issues; `unknown` is why there is none, `partial` as their keys."""

    entries: tuple[TimeEntry, ...] | None
    unknown: str | None = None
    partial: frozenset[str] = frozenset()


def with_issues(client: JiraClient) -> tuple[str, ...]:
    """Return the fields that are to be read with every issue for this, beside `timespent`."""
    return () if client.cloud else ("worklog",)


def recorded(client: JiraClient, raws: Sequence[Raw], own: Sequence[Raw]) -> Recorded:
    """Return the working time of issues, and of the closing issue itself as the project's own.

    Raises Unavailable where Jira does not answer, NotAllowed where it does not know us any more.
    """
    every = [*raws, *own]
    if every and not any("timespent" in read.part(raw, "fields") for raw in every):
        return Recorded(None, NOT_TRACKED)
    having = [raw for raw in every if worklogs.spent(read.part(raw, "fields"))]
    itself = {read.ident(raw, "id") for raw in own}
    found: list[TimeEntry] = []
    partial = set()
    try:
        pages = _pages(client, having)
        for raw in having:
            id_ = read.ident(raw, "id")
            page = _whole(client, id_, pages.get(id_))
            of_issue = worklogs.entries(page.worklogs, None if id_ in itself else id_)
            found += of_issue
            # Jira leaves out what only a group or a role may see, and still counts it.
            seconds = sum(one.seconds for one in of_issue)
            if not page.whole or seconds < worklogs.spent(read.part(raw, "fields")):
                partial.add(read.text(raw, "key"))
    except NotAllowed as refusal:
        client.me()  # raises where it is not only the working time that is kept from us
        return Recorded(None, f"Jira does not show working time to our account: {refusal}")
    return Recorded(tuple(found), partial=frozenset(partial))


def _pages(client: JiraClient, raws: Sequence[Raw]) -> dict[str, Page]:
    """Return what Jira shows of the worklogs on the issues themselves, by the issues' ids."""
    if not client.cloud:
        return _carried(raws)
    reading, ids = Reading(client, ["worklog"]), [read.ident(raw, "id") for raw in raws]
    found: dict[str, Page] = {}
    for start in range(0, len(ids), FEW_IDS):
        found |= _carried(reading.by_id(ids[start : start + FEW_IDS]))
    return found


def _carried(raws: Iterable[Raw]) -> dict[str, Page]:
    return {
        read.ident(raw, "id"): worklogs.page_of(page)
        for raw in raws
        if (page := read.maybe_part(read.part(raw, "fields"), "worklog")) is not None
    }


def _whole(client: JiraClient, issue_id: str, shown: Page | None) -> Page:
    """Return all worklogs of an issue: those shown on it where these are all, else by themselves."""
    if shown is not None and shown.whole:
        return shown
    path = f"{client.api}/issue/{segment(issue_id)}/worklog"
    found: list[Raw] = []
    while True:
        params = {"startAt": len(found), "maxResults": ON_A_PAGE} if client.cloud else None
        try:
            page = worklogs.page_of(client.http.get(path, params=params).object)
        except NotFound as missing:  # gone meanwhile, or its worklogs are hidden
            log.info("jira.no_worklogs", issue=issue_id, reason=str(missing))
            return shown or Page((), 1)
        found += map(dict, page.worklogs)
        if len(found) >= page.total or not page.worklogs or not client.cloud:
            return Page(found, page.total)
