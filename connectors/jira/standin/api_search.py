"""Searching over REST: the one of Cloud with its tokens, the one of Data Center with its totals."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin import search, wire_issue
from connectors.jira.standin.api import CLOUD, DATA_CENTER, Call, integer, on
from connectors.jira.standin.api_issues import history, names
from connectors.jira.standin.entities import Issue
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.jql import BadJql, Query, parse

_KNOWN = frozenset(
    {
        "jql",
        "nextPageToken",
        "maxResults",
        "fields",
        "expand",
        "properties",
        "fieldsByKeys",
        "failFast",
        "reconcileIssues",
    }
)
_MOST_IDS = 5000
_MOST_RECONCILED = 50
_UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
_GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@on("GET", "/search", "/search/id", where=CLOUD, anonymous=True)
@on("POST", "/search", where=CLOUD, reads=True, anonymous=True)
def removed_search(_call: Call) -> Answer:
    """The search that was removed."""
    raise Problem(410, _GONE)


@on("GET", "/search/jql", where=CLOUD, anonymous=True)
def search_by_get(call: Call) -> Answer:
    """Search with the parameters in the query."""
    ask = call.request
    given: dict[str, Value] = {
        "jql": ask.one("jql"),
        "fields": names(ask.all("fields")) or ["id"],
        "reconcileIssues": names(ask.all("reconcileIssues")),
        "properties": names(ask.all("properties")),
        "expand": ask.one("expand"),
        "maxResults": call.whole("maxResults", 50),
    }
    if ask.one("nextPageToken"):
        given["nextPageToken"] = ask.one("nextPageToken")
    return _search(call, given)


@on("POST", "/search/jql", where=CLOUD, reads=True, anonymous=True)
def search_by_post(call: Call) -> Answer:
    """Search with the parameters in the body, which is closed."""
    body = call.body
    unknown = set(body) - _KNOWN
    if unknown or isinstance(body.get("expand"), list):
        raise Problem(
            400, "Invalid request payload. Refer to the REST API documentation and try again."
        )
    return _search(call, body)


def _search(call: Call, given: dict[str, Value]) -> Answer:
    jql = str(given.get("jql") or "")
    query = _read(call, jql)
    if query is None:
        return as_json({"issues": [], "isLast": True})
    if not search.bounded(query):
        raise Problem(400, _UNBOUNDED)
    fresh = [str(one) for one in given.get("reconcileIssues") or []]
    if len(fresh) > _MOST_RECONCILED or not all(one.isdigit() for one in fresh):
        raise Problem(400, "reconcileIssues takes at most 50 numeric issue ids.")
    wanted = [str(one) for one in given.get("fields") or ["id"]]
    start = _start(given.get("nextPageToken"), jql)
    found = _found(call, query, frozenset(fresh))
    most = min(integer(given.get("maxResults") or 50, "maxResults"), _MOST_IDS)
    if not set(wanted) <= {"id", "key"}:
        most = min(most, call.world.behaviour.search_page)
    page = found[start : start + most]
    answer: dict[str, Any] = {
        "issues": [_shown(call, one, wanted, given) for one in page],
        "isLast": start + most >= len(found),
    }
    if start + most < len(found):
        answer["nextPageToken"] = _token(start + most, jql)
    return as_json(answer)


def _read(call: Call, jql: str) -> Query | None:
    """Read a query; None is one that an anonymous caller is told nothing of."""
    try:
        return parse(jql)
    except BadJql as bad:
        if call.user is None:
            return None
        raise Problem(400, str(bad)) from None


def _found(call: Call, query: Query, fresh: frozenset[str] = frozenset()) -> list[Issue]:
    try:
        found = search.find(call.world, query, call.user.id if call.user else None, fresh)
    except BadJql as bad:
        if call.user is None:
            return []
        raise Problem(400, str(bad)) from None
    return [i for i in found if call.sees(call.world.projects[i.project_id])]


def _shown(call: Call, issue: Issue, wanted: list[str], given: dict[str, Value]) -> Value:
    if wanted == ["id"]:
        return {"id": issue.id}
    shown = wire_issue.issue(
        call.world, issue, [f for f in wanted if f not in ("id", "key")], call.version
    )
    if "changelog" in str(given.get("expand") or "").split(","):
        shown["changelog"] = history(call, issue, call.world.behaviour.histories_in_search)
    kept = [str(one) for one in given.get("properties") or []]
    if kept:
        shown["properties"] = {k: v for k, v in issue.properties.items() if k in kept}
    return shown


def _token(start: int, jql: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([start, jql])).decode()


def _start(token: Value, jql: str) -> int:
    if not token:
        return 0
    try:
        start, of = orjson.loads(base64.urlsafe_b64decode(str(token)))
    except (binascii.Error, ValueError):
        raise Problem(400, "The provided next page token is invalid.") from None
    if of != jql:
        raise Problem(400, "The provided next page token is invalid.")
    return int(start)


@on("POST", "/search/approximate-count", where=CLOUD, reads=True, anonymous=True)
def count_issues(call: Call) -> Answer:
    """Count what the index finds."""
    query = _read(call, str(call.body.get("jql") or ""))
    if query is not None and not search.bounded(query):
        raise Problem(400, _UNBOUNDED)
    return as_json({"count": len(_found(call, query)) if query is not None else 0})


# Data Center.


@on("GET", "/search", where=DATA_CENTER, anonymous=True)
def search_data_center(call: Call) -> Answer:
    """Search with the parameters in the query."""
    ask = call.request
    given: dict[str, Value] = {
        "jql": ask.one("jql"),
        "startAt": ask.one("startAt") or 0,
        "maxResults": ask.one("maxResults") or 50,
        "fields": names(ask.all("fields")) or ["*navigable"],
        "expand": names(ask.all("expand")),
    }
    return _search_with_total(call, given)


@on("POST", "/search", where=DATA_CENTER, reads=True, anonymous=True)
def search_data_center_by_post(call: Call) -> Answer:
    """Search with the parameters in the body."""
    return _search_with_total(call, call.body)


def _search_with_total(call: Call, given: dict[str, Value]) -> Answer:
    query = _read(call, str(given.get("jql") or ""))
    found = _found(call, query) if query is not None else []
    start = integer(given.get("startAt") or 0, "startAt")
    most = integer(given.get("maxResults", 50), "maxResults")
    most = min(most, call.world.behaviour.search_max)
    wanted = [str(one) for one in given.get("fields") or ["*navigable"]]
    expand = [str(one) for one in given.get("expand") or []]
    shown = []
    for issue in found[start : start + most]:
        one = wire_issue.issue(call.world, issue, wanted, call.version)
        if "changelog" in expand:
            one["changelog"] = history(call, issue, len(issue.history))
        shown.append(one)
    page = {"startAt": start, "maxResults": most, "total": len(found)}
    return as_json({"expand": "names,schema", **page, "issues": shown})
