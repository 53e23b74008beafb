"""Searching: the index that lags, the order, and which queries are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin.entities import Issue
from connectors.jira.standin.jql import BadJql, Query, parse
from connectors.jira.standin.jql_fields import Asking
from connectors.jira.standin.world import World


def find(
    world: World, query: Query, user_id: str | None, fresh: frozenset[str] = frozenset()
) -> list[Issue]:
    """Return the issues that the index finds, in order; those of `fresh` as they are now.

    Issues of archived projects and of those in the trash are not in the index. Raises BadJql.
    """
    asking = Asking(world, world.clock(), user_id)
    found = [
        issue
        for issue in world.indexed(fresh).values()
        if world.projects[issue.project_id].live and asking.matches(query, issue)
    ]
    for name, descending in reversed(query.order or (("created", True),)):
        found.sort(key=_key(name.lower()), reverse=descending)
    # What has changed since is found by its old values, and shown as it is.
    return [world.issues.get(issue.id, issue) for issue in found]


def _key(name: str) -> Callable[[Issue], Any]:
    keys: dict[str, Callable[[Issue], Value]] = {
        "id": lambda i: int(i.id),
        "key": lambda i: (i.key.rpartition("-")[0], int(i.key.rpartition("-")[2])),
        "issuekey": lambda i: (i.key.rpartition("-")[0], int(i.key.rpartition("-")[2])),
        "created": lambda i: (i.created_at, int(i.id)),
        "updated": lambda i: (i.updated_at, int(i.id)),
        "status": lambda i: i.status_id,
        "statuscategorychangeddate": lambda i: i.category_changed_at,
        "summary": lambda i: i.summary,
        "rank": lambda i: int(i.id),
        "duedate": lambda i: str(i.values.get("duedate") or "9"),
        "priority": lambda i: str(i.values.get("priority") or ""),
    }
    if name not in keys:
        raise BadJql(f"Not able to sort using field '{name}'.")
    return keys[name]


def matching(world: World, jql: str, issue: Issue) -> bool:
    """Say whether one issue is what a query asks for; an empty one asks for any."""
    if not jql.strip():
        return True
    try:
        return Asking(world, world.clock(), None).matches(parse(jql), issue)
    except BadJql:
        return False


def bounded(query: Query) -> bool:
    """Say whether anything is asked for at all."""
    return query.where is not None
