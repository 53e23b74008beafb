"""Issues, and what hangs on them, as Jira's REST interface and its webhooks show them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import wire
from connectors.jira.standin.catalogue import FLAG_ID
from connectors.jira.standin.entities import Comment, Field, Issue, IssueLink, Worklog
from connectors.jira.standin.values import duration, instant_text
from connectors.jira.standin.world import World

NAVIGABLE = frozenset({"*navigable", "*all"})
_SUBLIST = 20  # how many comments an issue carries


def issue(world: World, one: Issue, wanted: Collection[str], version: int) -> dict[str, Any]:
    """Show an issue with the fields that are wanted, by id, `*all`, `*navigable` or `-id`."""
    shown: dict[str, Any] = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": one.id,
        "self": f"{wire.api(world, version)}/issue/{one.id}",
        "key": one.key,
    }
    if wanted:
        shown["fields"] = fields(world, one, wanted, version)
    return shown


def fields(world: World, one: Issue, wanted: Collection[str], version: int) -> dict[str, Any]:
    """Show the fields of an issue."""
    everything = bool(NAVIGABLE & set(wanted))
    left_out = {name[1:] for name in wanted if name.startswith("-")}
    if not world.behaviour.time_tracking:
        left_out |= TIME_FIELDS
    heavy = "*all" in wanted
    found: dict[str, Any] = {}
    for field_id in world.fields:
        if field_id in left_out:
            continue
        asked = field_id in wanted or heavy or (everything and field_id not in _HEAVY)
        if asked and (shower := _shower(world, field_id)) is not None:
            found[field_id] = shower(world, one, version)
    return found


_HEAVY = frozenset({"comment", "worklog", "attachment"})
TIME_FIELDS = frozenset(
    {
        "timeoriginalestimate",
        "timeestimate",
        "timespent",
        "aggregatetimeoriginalestimate",
        "aggregatetimeestimate",
        "aggregatetimespent",
        "timetracking",
        "worklog",
    }
)
"""What a site shows of working time, while time tracking is on."""

_Shower = Callable[[World, Issue, int], Value]


def _shower(world: World, field_id: str) -> _Shower | None:
    if field_id in _DERIVED:
        return _DERIVED[field_id]
    field = world.fields[field_id]
    if not world.cloud and field.kind == "parent":
        return _sub_task_parent
    return lambda w, one, version: shown_value(w, field, one, version)


def shown_value(world: World, field: Field, one: Issue, version: int) -> Value:
    """Show what one field of an issue holds."""
    value = one.values.get(field.id)
    if field.kind == "epic":
        return _epic_key(world, one)
    if value is None:
        return [] if field.kind in _PLURAL else None
    shower = _SHOWN.get(field.kind)
    return shower(world, value, version) if shower is not None else value


_PLURAL = frozenset({"labels", "versions", "components"})


def _component(world: World, key: str, version: int) -> Value:
    base = f"{wire.api(world, version)}/component/{key}"
    return {"self": base, "id": key, "name": world.components[key].name}


def _other_issue(world: World, key: str, version: int) -> Value:
    return issue_ref(world, world.issues[key], version) if key in world.issues else None


_SHOWN: Mapping[str, Callable[[World, Value, int], Value]] = {
    "user": lambda w, v, n: wire.user(w, w.users[v], n),
    "rich": wire.text,
    "date": lambda _, v, __: v.isoformat(),
    "datetime": lambda _, v, __: instant_text(v),
    "versions": lambda w, v, n: [wire.version_ref(w, x, n) for x in v if x in w.versions],
    "components": lambda w, v, n: [_component(w, x, n) for x in v],
    "priority": lambda w, v, n: _named(w, "priority", v, w.priorities[v], n),
    "resolution": lambda w, v, n: _named(w, "resolution", v, w.resolutions[v], n),
    "issuetype": lambda w, v, n: wire.issue_type(w, w.issue_types[v], n),
    "status": lambda w, v, n: wire.status(w, w.statuses[v], n),
    "parent": _other_issue,
    "sprint": lambda w, v, _: [_sprint(w, x) for x in v] or None,
    "option": lambda _, v, __: {"value": v},
    "flags": lambda w, v, n: [_flag(w, one, n) for one in v] or None,
}


def _flag(world: World, name: str, version: int) -> Value:
    base = f"{wire.api(world, version)}/customFieldOption/{FLAG_ID}"
    return {"self": base, "value": name, "id": FLAG_ID}


def issue_ref(world: World, one: Issue, version: int) -> dict[str, Any]:
    """Show an issue as others refer to it."""
    wanted = ("summary", "status", "priority", "issuetype")
    return {
        "id": one.id,
        "key": one.key,
        "self": f"{wire.api(world, version)}/issue/{one.id}",
        "fields": fields(world, one, wanted, version),
    }


def _sub_task_parent(world: World, one: Issue, version: int) -> Value:
    parent = world.issues.get(one.parent_id or "")
    if parent is None or world.issue_types[one.type_id].level >= 0:
        return None
    return issue_ref(world, parent, version)


def _epic_key(world: World, one: Issue) -> str | None:
    parent = world.issues.get(one.parent_id or "")
    if parent is None or world.issue_types[parent.type_id].level != 1:
        return None
    return parent.key


def _sprint(world: World, sprint_id: str) -> Value:
    one = world.sprints[sprint_id]
    times = [t and instant_text(t) for t in (one.start_at, one.end_at, one.complete_at)]
    if not world.cloud:
        told = (*times, one.id, one.state.upper())
        return (
            f"com.atlassian.greenhopper.service.sprint.Sprint@1f2e3d[id={told[3]},"
            f"rapidViewId={one.board_id},state={told[4]},name={one.name},"
            f"startDate={told[0] or '<null>'},endDate={told[1] or '<null>'},"
            f"completeDate={told[2] or '<null>'},activatedDate=<null>,sequence={told[3]},goal=]"
        )
    shown = {"id": int(one.id), "name": one.name, "state": one.state, "boardId": int(one.board_id)}
    named = zip(("startDate", "endDate", "completeDate"), times, strict=True)
    return {**shown, **{name: at for name, at in named if at}}


def _named(world: World, kind: str, key: str, name: str, version: int) -> dict[str, Any]:
    return {
        "self": f"{wire.api(world, version)}/{kind}/{key}",
        "id": key,
        "name": name,
        "iconUrl": f"{world.site}/images/icons/{kind}/{key}.png",
    }


def _time_tracking(_world: World, one: Issue, _version: int) -> Value:
    shown: dict[str, Any] = {}
    for word, field_id in (
        ("originalEstimate", "timeoriginalestimate"),
        ("remainingEstimate", "timeestimate"),
        ("timeSpent", "timespent"),
    ):
        if (length := one.values.get(field_id)) is not None:
            shown |= {word: duration(length), f"{word}Seconds": length}
    return shown


def _aggregate(field_id: str) -> _Shower:
    def total(world: World, one: Issue, _version: int) -> Value:
        """Sum an issue and its sub-tasks; not the children of an epic."""
        subtasks = [c for c in world.children(one.id) if world.issue_types[c.type_id].level < 0]
        known = [x.values.get(field_id) for x in (one, *subtasks)]
        lengths = [x for x in known if x is not None]
        return sum(lengths) if lengths else None

    return total


def _links(world: World, one: Issue, version: int) -> Value:
    found = [x for x in world.issue_links.values() if one.id in (x.inward_id, x.outward_id)]
    return [issue_link(world, x, version, seen_from=one.id) for x in found]


def _subtasks(world: World, one: Issue, version: int) -> Value:
    found = [c for c in world.children(one.id) if world.issue_types[c.type_id].level < 0]
    return [issue_ref(world, c, version) for c in found]


def _comments(world: World, one: Issue, version: int) -> Value:
    shown = [comment(world, one, c, version) for c in one.comments[:_SUBLIST]]
    page = {"maxResults": _SUBLIST, "total": len(one.comments), "startAt": 0}
    return {"comments": shown, "self": f"{wire.api(world, version)}/issue/{one.id}/comment", **page}


def _worklogs(world: World, one: Issue, version: int) -> Value:
    own, most = worklogs(world, one), world.behaviour.worklogs_on_issue
    shown = [worklog(world, w, version) for w in own[:most]]
    return {"startAt": 0, "maxResults": most, "total": len(own), "worklogs": shown}


_DERIVED: Mapping[str, _Shower] = {
    "project": lambda w, one, version: wire.project_ref(w, one.project_id, version),
    "created": lambda _, one, __: instant_text(one.created_at),
    "updated": lambda _, one, __: instant_text(one.updated_at),
    "statuscategorychangedate": lambda _, one, __: instant_text(one.category_changed_at),
    "statusCategory": lambda w, one, version: wire.category(
        w, w.statuses[one.status_id].category, version
    ),
    "creator": lambda w, one, version: wire.user(w, w.users[one.creator_id], version),
    "timetracking": _time_tracking,
    "aggregatetimespent": _aggregate("timespent"),
    "aggregatetimeestimate": _aggregate("timeestimate"),
    "aggregatetimeoriginalestimate": _aggregate("timeoriginalestimate"),
    "issuelinks": _links,
    "subtasks": _subtasks,
    "comment": _comments,
    "worklog": _worklogs,
    "attachment": lambda *_: [],
}


# What hangs on an issue.


def comment(world: World, on: Issue, one: Comment, version: int) -> dict[str, Any]:
    """Show a comment without its properties."""
    author = wire.user(world, world.users[one.author_id], version)
    return {
        "self": f"{wire.api(world, version)}/issue/{on.id}/comment/{one.id}",
        "id": one.id,
        "author": author,
        "body": wire.text(world, one.body, version),
        "updateAuthor": author,
        "created": instant_text(one.created_at),
        "updated": instant_text(one.updated_at),
        **({"jsdPublic": True} if world.cloud else {}),
    }


def worklogs(world: World, one: Issue) -> list[Worklog]:
    """Return the worklogs of an issue that programs may see, oldest first."""
    return [w for w in world.worklogs.values() if w.issue_id == one.id and w.role is None]


def worklog(world: World, one: Worklog, version: int) -> dict[str, Any]:
    """Show a worklog."""
    author = wire.user(world, world.users[one.author_id], version)
    shown = {
        "self": f"{wire.api(world, version)}/issue/{one.issue_id}/worklog/{one.id}",
        "author": author,
        "updateAuthor": author,
        "created": instant_text(one.created_at),
        "updated": instant_text(one.updated_at),
        "started": instant_text(one.started_at),
        "timeSpent": duration(one.seconds),
        "timeSpentSeconds": one.seconds,
        "id": one.id,
        "issueId": one.issue_id,
    }
    if one.comment is not None:
        shown["comment"] = wire.text(world, one.comment, version)
    return shown


def issue_link(
    world: World, one: IssueLink, version: int, seen_from: str | None = None
) -> dict[str, Any]:
    """Show a link: both ends, or the other one as an issue shows it."""
    shown: dict[str, Any] = {
        "id": one.id,
        "self": f"{wire.api(world, version)}/issueLink/{one.id}",
        "type": wire.link_type(world, world.link_types[one.type_id], version),
    }
    for side, end in (("inwardIssue", one.inward_id), ("outwardIssue", one.outward_id)):
        if end != seen_from:
            shown[side] = issue_ref(world, world.issues[end], version)
    return shown


def webhook_issue(world: World, one: Issue) -> dict[str, Any]:
    """Show an issue as webhooks do: plain strings, and on Cloud an address that leads nowhere."""
    shown = issue(world, one, ("*all",), 2)
    del shown["expand"]
    if world.cloud:
        shown["self"] = f"{wire.api(world, 2)}/{one.id}"
        key = world.statuses[one.status_id].category
        name = "New" if key == "new" else wire.CATEGORIES[key][2]
        shown["fields"]["status"] = wire.status(world, world.statuses[one.status_id], 2, name)
    return shown
