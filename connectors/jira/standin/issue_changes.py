"""How issues come to be, change and go, with the history and the webhooks of each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import values, wire, wire_issue
from connectors.jira.standin.entities import Change, Issue, Item, Project
from connectors.jira.standin.errors import Problem, read_only
from connectors.jira.standin.world import Act, World

SET_ALONE = frozenset({"status", "resolutiondate", "created", "updated", "statuscategory"})
"""Fields that only Jira itself sets."""


def create(act: Act, project: Project, given: Mapping[str, Value], status_id: str) -> Issue:
    """Create an issue from values as they are kept."""
    return add(act, draft(act, project, given, status_id))


def draft(act: Act, project: Project, given: Mapping[str, Value], status_id: str) -> Issue:
    """Return an issue that is not there yet; its number is taken all the same."""
    world = act.world
    issue_id = world.ids.number("issue", 10_001)
    project.last_number += 1
    defaults: dict[str, Value] = {
        "priority": next(iter(world.priorities), None),
        "reporter": act.actor.id,
        "labels": [],
        "fixVersions": [],
        "versions": [],
        "components": [],
    }
    issue = Issue(
        id=issue_id,
        key=f"{project.key}-{project.last_number}",
        project_id=project.id,
        creator_id=act.actor.id,
        created_at=act.at,
        updated_at=act.at,
        category_changed_at=act.at,
        values={**defaults, **given, "status": status_id},
    )
    if issue.values.get("timeoriginalestimate") is not None:
        issue.values.setdefault("timeestimate", issue.values["timeoriginalestimate"])
    return issue


def add(act: Act, issue: Issue) -> Issue:
    """Add a drafted issue, and tell of it."""
    act.world.keep(issue.id, act.at)
    act.world.issues[issue.id] = issue
    if issue.parent_id:
        _epic_children(act, issue, None, issue.parent_id)
    act.record("createIssue", "issue", issue.id, key=issue.key, summary=issue.summary)
    _tell(act, "jira:issue_created", issue, "issue_created", ())
    return issue


def edit(
    act: Act,
    issue: Issue,
    changes: Mapping[str, Value],
    *,
    status_id: str | None = None,
    metadata: dict[str, Any] | None = None,
    action: str = "editIssue",
    type_name: str = "issue_updated",
) -> Change | None:
    """Change fields, and the status in a transition; None where nothing changed."""
    world = act.world
    before = dict(issue.values)
    found = _items(world, issue, changes)
    if status_id is not None and status_id != issue.status_id:
        found += values.items(world, world.fields["status"], issue.status_id, status_id)
    if not found and action == "editIssue":
        return None
    world.keep(issue.id, act.at)
    issue.values.update(changes)
    if status_id is not None:
        _enter(act, issue, status_id)
    _stamp_resolution(act, issue, before.get("resolution"))
    if "parent" in changes:
        _epic_children(act, issue, before.get("parent"), issue.parent_id)
    detail = {item.field: item.new_text for item in found}
    act.record(action, "issue", issue.id, key=issue.key, **detail)
    return write_history(act, issue, found, metadata=metadata, type_name=type_name)


def _items(world: World, issue: Issue, changes: Mapping[str, Value]) -> list[Item]:
    found: list[Item] = []
    for field_id, new in changes.items():
        old = issue.values.get(field_id)
        if old != new and not (old in (None, []) and new in (None, [])):
            found += values.items(world, world.fields[field_id], old, new)
    return found


def _enter(act: Act, issue: Issue, status_id: str) -> None:
    statuses = act.world.statuses
    if statuses[issue.status_id].category != statuses[status_id].category:
        issue.category_changed_at = act.at
    issue.values["status"] = status_id


def _stamp_resolution(act: Act, issue: Issue, before: Value) -> None:
    now = issue.values.get("resolution")
    if now != before:
        issue.values["resolutiondate"] = act.at if now is not None else None


def write_history(
    act: Act,
    issue: Issue,
    items: list[Item],
    *,
    metadata: dict[str, Any] | None = None,
    type_name: str = "issue_updated",
    tell: bool = True,
) -> Change:
    """Write an entry of the history, and tell of it."""
    issue.updated_at = act.at
    change_id = act.world.ids.number("change", 30_001)
    change = Change(change_id, act.at, act.actor.id, tuple(items), metadata)
    issue.history.append(change)
    if tell:
        _tell(act, "jira:issue_updated", issue, type_name, (change,))
    return change


def _epic_children(act: Act, child: Issue, old: str | None, new: str | None) -> None:
    """Tell the epics, in their own histories, which child came and which one went."""
    world = act.world
    for epic_id, gone in ((old, True), (new, False)):
        epic = world.issues.get(epic_id or "")
        if epic is None or world.issue_types[epic.type_id].level < 1:
            continue
        ids = (child.id, child.key)
        item = Item(
            "Epic Child",
            "jira",
            None,
            *(ids if gone else (None, None)),
            *((None, None) if gone else ids),
        )
        world.keep(epic.id, act.at)
        write_history(act, epic, [item], tell=False)


def delete(act: Act, issue: Issue) -> None:
    """Delete an issue and what hangs on it."""
    world = act.world
    world.keep(issue.id, act.at)
    body = wire_issue.webhook_issue(world, issue)
    for child in world.children(issue.id):
        if world.issue_types[child.type_id].level < 0:
            delete(act, child)
        else:
            child.values["parent"] = None
    del world.issues[issue.id]
    gone = [k for k, x in world.issue_links.items() if issue.id in (x.inward_id, x.outward_id)]
    for link_id in gone:
        del world.issue_links[link_id]
    act.record("deleteIssue", "issue", issue.id, key=issue.key)
    sent = {"user": wire.user(world, act.actor), "issue": body}
    act.tell("jira:issue_deleted", sent, issue.id)


def move(act: Act, issue: Issue, project: Project) -> None:
    """Move an issue to another project, where it gets another key; its old one leads to it."""
    world = act.world
    old = world.projects[issue.project_id]
    project.last_number += 1
    new_key = f"{project.key}-{project.last_number}"
    found = [
        Item("project", "jira", "project", old.id, old.name, project.id, project.name),
        Item("Key", "jira", None, None, issue.key, None, new_key),
    ]
    changes: dict[str, Value] = {"fixVersions": [], "versions": [], "components": []}
    found += _items(world, issue, changes)
    world.keep(issue.id, act.at)
    issue.values.update(changes)
    issue.old_keys.append(issue.key)
    issue.key, issue.project_id = new_key, project.id
    act.record("moveIssue", "issue", issue.id, key=issue.key)
    write_history(act, issue, found, type_name="issue_moved")


def touched(act: Act, issue: Issue, *, items: list[Item] | None = None) -> None:
    """Note that something on an issue changed that is none of its fields."""
    act.world.keep(issue.id, act.at)
    if items:
        write_history(act, issue, items)
    else:
        issue.updated_at = act.at


def writable(world: World, issue: Issue) -> None:
    """Raise Problem where the issue's project is archived or in the trash."""
    project = world.projects[issue.project_id]
    if project.archived_at is not None:
        raise read_only(issue.key)
    if project.deleted_at is not None:
        raise Problem(404, "Issue does not exist or you do not have permission to see it.")


def _tell(act: Act, event: str, issue: Issue, type_name: str, changes: tuple[Change, ...]) -> None:
    world = act.world
    body: dict[str, Any] = {
        "issue_event_type_name": type_name,
        "user": wire.user(world, act.actor),
        "issue": wire_issue.webhook_issue(world, issue),
    }
    for change in changes:
        items = [wire.item(one) for one in change.items]
        body["changelog"] = {"id": change.id, "items": items}
    act.tell(event, body, issue.id)


def read_only_project(project: Project) -> None:
    """Raise Problem where a project is archived or in the trash."""
    if not project.live:
        raise Problem(400, f"Project {project.key} is archived and cannot be changed.")
