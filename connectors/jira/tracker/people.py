"""The accounts and the Jira projects of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from connectors.jira.mapping import issue, people
from service.ports import Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.jira.client import JiraClient, Raw
    from service.domain.tracking import Person, Team

log = structlog.get_logger(__name__)

PEOPLE = 1000
PEOPLE_ON_DATA_CENTER = 100
MOST_PAGES = 100


def everybody(client: JiraClient) -> list[Person]:
    """List every account of people and apps, deactivated ones included.

    Customers of a service desk are left out: they cannot be assigned anything.
    """
    found = {}
    for raw in _accounts(client):
        if raw.get("accountType") != "customer" and people.account_id(raw):
            person = people.person(raw)
            found[person.id] = person
    return list(found.values())


def projects(client: JiraClient, *, archived: bool = False) -> list[Raw]:
    """List the Jira projects that are shown to us: the live ones, or the archived ones."""
    if client.cloud:
        status = "archived" if archived else "live"
        return list(client.pages(f"{client.api}/project/search", {"status": status}))
    params = {"includeArchived": "true"} if archived else {}
    found = client.http.get(f"{client.api}/project", params=params).list
    return [
        raw for raw in found if isinstance(raw, dict) and (raw.get("archived") is True) is archived
    ]


def teams(client: JiraClient) -> list[Team]:
    """List the Jira projects that are shown to us as teams."""
    return [issue.project_team(raw) for raw in client.kept("projects", lambda: projects(client))]


def _accounts(client: JiraClient) -> Iterator[Raw]:
    """Yield every account, page by page, until a page holds nothing new.

    Cloud cuts a page first and takes out what we may not see then: a short one is not the last.
    """
    size = PEOPLE if client.cloud else PEOPLE_ON_DATA_CENTER
    seen: set[str | None] = set()
    for number in range(MOST_PAGES):
        page = _page(client, number * size, size)
        fresh = [raw for raw in page if people.account_id(raw) not in seen]
        yield from fresh
        seen.update(map(people.account_id, fresh))
        if not fresh or (len(page) < size and not client.cloud):
            return
    raise Unavailable("Jira lists accounts without end")


def _page(client: JiraClient, start: int, size: int) -> list[Raw]:
    params: dict[str, object] = {"startAt": start, "maxResults": size}
    if client.cloud:
        found = client.http.get(f"{client.api}/users/search", params=params, busy=(409,)).list
    else:
        found = _page_of_data_center(client, params)
    return [raw for raw in found if isinstance(raw, dict)]


def _page_of_data_center(client: JiraClient, params: dict[str, object]) -> list[Raw]:
    """Search for everybody: a dot is in every account's address, and `username` may not be empty.

    Newer versions show no more than the first 100 and refuse to go on.
    """
    asked = {**params, "username": ".", "includeInactive": "true"}
    try:
        return client.http.get(f"{client.api}/user/search", params=asked).list
    except Rejected as refusal:
        if not params["startAt"]:
            raise
        log.warning("jira.accounts_cut_short", reason=str(refusal))
        return []
