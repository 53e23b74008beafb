"""The `data` of webhook bodies, by the published webhook schema and the recorded deliveries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from connectors.linear.standin import series
from connectors.linear.standin.entities import (
    PRIORITY_LABELS,
    Comment,
    Document,
    Entity,
    Issue,
    Label,
    Project,
    ProjectUpdate,
    User,
)
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.scalars import instant_text
from connectors.linear.standin.tables import Tables

WEEKLY = (
    "scopeHistory",
    "completedScopeHistory",
    "inProgressScopeHistory",
    "issueCountHistory",
    "completedIssueCountHistory",
)
_BASE = ("id", "created_at", "updated_at", "archived_at")


def camel(name: str) -> str:
    """`completed_at` -> `completedAt`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def wire(value: Value) -> Value:
    """Turn a value into what JSON holds."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [wire(one) for one in value]
    return value


def previous(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write previous values as `updatedFrom` does."""
    return {camel(name): wire(value) for name, value in values.items()}


def without_nulls(data: Mapping[str, Any]) -> dict[str, Any]:
    """A status event of a project leaves nulls out; other updates give them [recorded]."""
    return {name: value for name, value in data.items() if value is not None}


def project_data(tables: Tables, project: Project, now: datetime) -> dict[str, Any]:
    """Return the data of a Project event, nulls given."""
    names = (
        *_BASE,
        *("name", "description", "slug_id", "icon", "color", "url", "content", "trashed"),
        *("creator_id", "status_id", "team_ids", "member_ids", "label_ids", "last_update_id"),
        *("start_date", "start_date_resolution", "target_date", "target_date_resolution"),
        *("started_at", "completed_at", "canceled_at", "auto_archived_at", "priority"),
        *("health", "health_updated_at", "sort_order", "document_content_id"),
    )
    status = tables.project_statuses[project.status_id]
    data = _fields(project, names)
    data |= {name: series.weekly(tables, project, name, now) for name in WEEKLY}
    data |= {
        "status": _fields(status, ("id", "color", "name", "type")),
        "prioritySortOrder": project.sort_order,
        "convertedFromIssueId": None,
        "lastAppliedTemplateId": None,
        "projectUpdateRemindersPausedUntilAt": None,
        "syncedWith": None,
        "initiatives": [],
        "milestones": [
            {"id": m.id, "name": m.name}
            for m in tables.project_milestones.values()
            if m.project_id == project.id
        ],
    }
    if project.lead_id is not None:  # a cleared relation removes its keys [recorded]
        data |= {"leadId": project.lead_id, "lead": _person(tables, project.lead_id)}
    return data


def issue_data(tables: Tables, issue: Issue) -> dict[str, Any]:
    """Return the data of an Issue event."""
    names = (
        *_BASE,
        *("number", "title", "priority", "estimate", "sort_order", "started_at", "completed_at"),
        *("canceled_at", "auto_closed_at", "auto_archived_at", "due_date", "trashed"),
        *("started_triage_at", "triaged_at", "added_to_project_at", "added_to_cycle_at"),
        *("added_to_team_at", "label_ids", "previous_identifiers", "subscriber_ids"),
        *("team_id", "state_id", "identifier", "url", "description"),
    )
    state, team = tables.workflow_states[issue.state_id], tables.teams[issue.team_id]
    data = _fields(issue, names)
    data |= {
        "priorityLabel": PRIORITY_LABELS[issue.priority],
        "prioritySortOrder": issue.sort_order,
        "reactionData": [],
        "state": _fields(state, ("id", "color", "name", "type")),
        "team": _fields(team, ("id", "key", "name")),
        "labels": [
            _fields(tables.issue_labels[label], ("id", "color", "name", "parent_id"))
            for label in issue.label_ids
            if label in tables.issue_labels
        ],
    }
    for name, table, shown in (
        ("creator", "users", ("id", "name", "email", "url")),
        ("assignee", "users", ("id", "name", "email", "url")),
        ("delegate", "users", ("id", "name", "email", "url")),
        ("project", "projects", ("id", "name", "url")),
        ("project_milestone", "project_milestones", ("id", "name", "target_date")),
        ("parent", "issues", ("id", "identifier", "title")),
        ("cycle", "cycles", ("id", "number", "name")),
    ):
        related = getattr(issue, f"{name}_id")
        if related is not None:
            data[camel(f"{name}_id")] = related
            data[camel(name)] = _fields(tables.table(table)[related], shown)
    return data


def document_data(document: Document) -> dict[str, Any]:
    """Return the data of a Document event."""
    names = (
        *_BASE,
        *("title", "slug_id", "content", "icon", "color", "creator_id", "updated_by_id"),
        *("project_id", "hidden_at", "sort_order", "trashed"),
    )
    return _fields(document, names) | {"subscriberIds": [], "initiativeId": None}


def comment_data(tables: Tables, comment: Comment) -> dict[str, Any]:
    """Return the data of a Comment event.

    One on a document carries `documentContentId` and neither document nor project [recorded].
    """
    names = (*_BASE, "body", "edited_at", "resolved_at", "user_id", "quoted_text")
    data = _fields(comment, names) | {"reactionData": []}
    for name in ("issue_id", "project_id", "project_update_id", "document_content_id", "parent_id"):
        if getattr(comment, name) is not None:
            data[camel(name)] = getattr(comment, name)
    if comment.issue_id is not None:
        issue = tables.issues[comment.issue_id]
        data["issue"] = _fields(issue, ("id", "identifier", "title", "team_id", "url"))
    if comment.user_id is not None:
        data["user"] = _person(tables, comment.user_id)
    return data


def project_update_data(tables: Tables, update: ProjectUpdate) -> dict[str, Any]:
    """Return the data of a ProjectUpdate event."""
    names = (
        *_BASE,
        *("body", "health", "project_id", "user_id", "slug_id", "url", "diff_markdown"),
        "edited_at",
    )
    project = tables.projects[update.project_id]
    return _fields(update, names) | {
        "bodyData": json.dumps({"type": "doc"}),
        "reactionData": [],
        "project": _fields(project, ("id", "name", "url")),
        "user": _person(tables, update.user_id),
    }


def label_data(label: Label) -> dict[str, Any]:
    """Return the data of an IssueLabel event."""
    names = (*_BASE, "name", "color", "description", "is_group", "creator_id", "team_id")
    return _fields(label, names)


def actor_data(user: User) -> dict[str, Any]:
    """Return the `actor` of an event: a personal key acts as its owner."""
    return {**_fields(user, ("id", "name", "email", "url")), "type": "user"}


def _person(tables: Tables, user_id: str) -> dict[str, Any]:
    user = tables.users[user_id]
    return _fields(user, ("id", "name", "email", "url", "avatar_url"))


def _fields(entity: Entity, names: Iterable[str]) -> dict[str, Any]:
    return {camel(name): wire(getattr(entity, name)) for name in names}
