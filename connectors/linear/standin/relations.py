"""What refers to what: the one place that knows how fields of the schema lead on to records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from connectors.linear.standin.entities import (
    Comment,
    Document,
    Entity,
    Issue,
    Label,
    Project,
    Team,
    User,
)
from connectors.linear.standin.kinds import Record
from connectors.linear.standin.tables import Tables

# type -> field -> (attribute with the id, table)
TO_ONE: dict[str, dict[str, tuple[str, str]]] = {
    "WorkflowState": {"team": ("team_id", "teams")},
    "IssueLabel": {
        "creator": ("creator_id", "users"),
        "team": ("team_id", "teams"),
        "parent": ("parent_id", "issue_labels"),
    },
    "ProjectLabel": {
        "creator": ("creator_id", "users"),
        "parent": ("parent_id", "project_labels"),
    },
    "Webhook": {"creator": ("creator_id", "users"), "team": ("team_id", "teams")},
    "Project": {
        "creator": ("creator_id", "users"),
        "lead": ("lead_id", "users"),
        "status": ("status_id", "project_statuses"),
        "lastUpdate": ("last_update_id", "project_updates"),
    },
    "ProjectMilestone": {"project": ("project_id", "projects")},
    "ProjectUpdate": {"project": ("project_id", "projects"), "user": ("user_id", "users")},
    "ProjectHistory": {"project": ("project_id", "projects")},
    "EntityExternalLink": {
        "creator": ("creator_id", "users"),
        "project": ("project_id", "projects"),
    },
    "Document": {
        "creator": ("creator_id", "users"),
        "updatedBy": ("updated_by_id", "users"),
        "project": ("project_id", "projects"),
        "issue": ("issue_id", "issues"),
        "team": ("team_id", "teams"),
    },
    "Comment": {
        "user": ("user_id", "users"),
        "issue": ("issue_id", "issues"),
        "project": ("project_id", "projects"),
        "projectUpdate": ("project_update_id", "project_updates"),
        "parent": ("parent_id", "comments"),
    },
    "Cycle": {"team": ("team_id", "teams")},
    "Issue": {
        "team": ("team_id", "teams"),
        "state": ("state_id", "workflow_states"),
        "creator": ("creator_id", "users"),
        "assignee": ("assignee_id", "users"),
        "delegate": ("delegate_id", "users"),
        "project": ("project_id", "projects"),
        "projectMilestone": ("project_milestone_id", "project_milestones"),
        "parent": ("parent_id", "issues"),
        "cycle": ("cycle_id", "cycles"),
    },
    "IssueStateSpan": {"state": ("state_id", "workflow_states")},
    "IssueHistory": {"actor": ("actor_id", "users"), "issue": ("issue_id", "issues")},
    "IssueRelation": {
        "issue": ("issue_id", "issues"),
        "relatedIssue": ("related_issue_id", "issues"),
    },
    "Attachment": {"issue": ("issue_id", "issues"), "creator": ("creator_id", "users")},
}

Many = Callable[[Tables, Any], Iterable[Any]]


def _where(table: str, attribute: str) -> Many:
    """Return the records of a table that name the owner in an attribute."""

    def records(tables: Tables, owner: Entity) -> Iterable[Any]:
        return [r for r in tables.table(table).values() if getattr(r, attribute) == owner.id]

    return records


def _listed(table: str, attribute: str) -> Many:
    """Return the records whose ids the owner lists in an attribute."""

    def records(tables: Tables, owner: Entity) -> Iterable[Any]:
        rows = tables.table(table)
        return [rows[one] for one in getattr(owner, attribute) if one in rows]

    return records


def _all(table: str) -> Many:
    def records(tables: Tables, _: Entity) -> Iterable[Any]:
        return tables.table(table).values()

    return records


def _teams_of_user(tables: Tables, user: User) -> Iterable[Team]:
    return [team for team in tables.teams.values() if user.id in team.member_ids]


def _projects_of_team(tables: Tables, team: Team) -> Iterable[Project]:
    return [p for p in tables.projects.values() if team.id in p.team_ids]


def _projects_with_label(tables: Tables, label: Label) -> Iterable[Project]:
    return [p for p in tables.projects.values() if label.id in p.label_ids]


def _issues_with_label(tables: Tables, label: Label) -> Iterable[Issue]:
    return [i for i in tables.issues.values() if label.id in i.label_ids]


def _labels_of_team(tables: Tables, team: Team) -> Iterable[Label]:
    return [one for one in tables.issue_labels.values() if one.team_id == team.id]


def _comments_on_document(tables: Tables, document: Document) -> Iterable[Comment]:
    content = document.document_content_id
    return [c for c in tables.comments.values() if c.document_content_id == content]


# type -> field -> the records it lists
TO_MANY: dict[str, dict[str, Many]] = {
    "Organization": {
        "labels": _all("issue_labels"),
        "projectLabels": _all("project_labels"),
        "teams": _all("teams"),
        "users": _all("users"),
    },
    "User": {
        "assignedIssues": _where("issues", "assignee_id"),
        "createdIssues": _where("issues", "creator_id"),
        "teams": _teams_of_user,
    },
    "Team": {
        "issues": _where("issues", "team_id"),
        "labels": _labels_of_team,
        "members": _listed("users", "member_ids"),
        "projects": _projects_of_team,
        "states": _where("workflow_states", "team_id"),
        "webhooks": _where("webhooks", "team_id"),
    },
    "WorkflowState": {"issues": _where("issues", "state_id")},
    "IssueLabel": {"issues": _issues_with_label},
    "ProjectLabel": {"projects": _projects_with_label},
    "Project": {
        "accessibleTeams": _listed("teams", "team_ids"),
        "comments": _where("comments", "project_id"),
        "documents": _where("documents", "project_id"),
        "externalLinks": _where("links", "project_id"),
        "history": _where("project_histories", "project_id"),
        "issues": _where("issues", "project_id"),
        "labels": _listed("project_labels", "label_ids"),
        "members": _listed("users", "member_ids"),
        "projectMilestones": _where("project_milestones", "project_id"),
        "projectUpdates": _where("project_updates", "project_id"),
        "teams": _listed("teams", "team_ids"),
    },
    "ProjectMilestone": {"issues": _where("issues", "project_milestone_id")},
    "ProjectUpdate": {"comments": _where("comments", "project_update_id")},
    "Document": {"comments": _comments_on_document},
    "Comment": {"children": _where("comments", "parent_id")},
    "Cycle": {"issues": _where("issues", "cycle_id")},
    "Issue": {
        "attachments": _where("attachments", "issue_id"),
        "children": _where("issues", "parent_id"),
        "comments": _where("comments", "issue_id"),
        "history": lambda _, issue: issue.history,
        "inverseRelations": _where("relations", "related_issue_id"),
        "labels": _listed("issue_labels", "label_ids"),
        "relations": _where("relations", "issue_id"),
        "stateHistory": lambda _, issue: issue.spans,
    },
    "Query": {
        "attachments": _all("attachments"),
        "comments": _all("comments"),
        "documents": _all("documents"),
        "issueLabels": _all("issue_labels"),
        "issueRelations": _all("relations"),
        "issues": _all("issues"),
        "projectLabels": _all("project_labels"),
        "projectMilestones": _all("project_milestones"),
        "projectStatuses": _all("project_statuses"),
        "projectUpdates": _all("project_updates"),
        "projects": _all("projects"),
        "teams": _all("teams"),
        "users": _all("users"),
        "webhooks": _all("webhooks"),
        "workflowStates": _all("workflow_states"),
    },
}


def one(tables: Tables, kind: str, field: str, owner: Record) -> Record:
    """Follow a field that leads to one record; None where it leads to none (any more)."""
    attribute, table = TO_ONE[kind][field]
    related = getattr(owner, attribute)
    return None if related is None else tables.table(table).get(related)


def content_of(tables: Tables, owner: Record) -> Record:
    """Return the document or project that a comment's `documentContent` belongs to."""
    if owner.document_content_id is None:
        return None
    document = tables.document_of_content(owner.document_content_id)
    return document or tables.project_of_content(owner.document_content_id)
