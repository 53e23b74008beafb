"""The records of the organisation, and finding one by what people and programs call it."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

from connectors.linear.standin.entities import (
    Attachment,
    Comment,
    Cycle,
    Document,
    Entity,
    EntityExternalLink,
    Issue,
    IssueRelation,
    Label,
    Organization,
    Project,
    ProjectHistory,
    ProjectLabel,
    ProjectMilestone,
    ProjectStatus,
    ProjectUpdate,
    Team,
    UploadFile,
    User,
    Webhook,
    WorkflowState,
)
from connectors.linear.standin.errors import not_found
from connectors.linear.standin.kinds import Record

E = TypeVar("E", bound=Entity)


@dataclass(slots=True, kw_only=True)
class Tables:
    """Everything the organisation holds, by id and in order of insertion."""

    organization: Organization
    users: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    workflow_states: dict[str, WorkflowState] = field(default_factory=dict)
    issue_labels: dict[str, Label] = field(default_factory=dict)
    project_labels: dict[str, ProjectLabel] = field(default_factory=dict)
    project_statuses: dict[str, ProjectStatus] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    project_milestones: dict[str, ProjectMilestone] = field(default_factory=dict)
    project_updates: dict[str, ProjectUpdate] = field(default_factory=dict)
    project_histories: dict[str, ProjectHistory] = field(default_factory=dict)
    links: dict[str, EntityExternalLink] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    cycles: dict[str, Cycle] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    relations: dict[str, IssueRelation] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    uploads: dict[str, UploadFile] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)

    def table(self, name: str) -> dict[str, Any]:
        """Return the table of that name."""
        return cast("dict[str, Any]", getattr(self, name))

    def copy(self) -> Tables:
        """Return all records as they stand now, apart from the living ones."""
        return Tables(
            **{f.name: copy.deepcopy(getattr(self, f.name)) for f in fields(Tables)},
        )

    # One thing, by any of the ways Linear takes. Each raises Refused where there is none.

    def project(self, ref: str) -> Project:
        """Find by UUID, by slug, or by the last part of the URL, which ends with the slug."""
        slug = ref.rsplit("-", 1)[-1]
        found = self.projects.get(ref) or _first(
            p for p in self.projects.values() if p.slug_id in (ref, slug)
        )
        return _there(found, "Project")

    def issue(self, ref: str) -> Issue:
        """Find by UUID or by an identifier it has or had (`ENG-12`)."""
        found = self.issues.get(ref)
        if found is None:
            key = ref.upper()
            found = _first(i for i in self.issues.values() if i.identifier == key) or _first(
                i for i in self.issues.values() if key in i.previous_identifiers
            )
        return _there(found, "Issue")

    def document(self, ref: str) -> Document:
        """Find by UUID or by slug."""
        slug = ref.rsplit("-", 1)[-1]
        found = self.documents.get(ref) or _first(
            d for d in self.documents.values() if d.slug_id in (ref, slug)
        )
        return _there(found, "Document")

    def team(self, ref: str) -> Team:
        """Find by UUID or by key (`ENG`)."""
        found = self.teams.get(ref) or _first(t for t in self.teams.values() if t.key == ref)
        return _there(found, "Team")

    def one(self, table: str, ref: str) -> Record:
        """Find by UUID in the table."""
        return _there(self.table(table).get(ref), ENTITY_NAMES[table])

    # What belongs to what.

    def states_of(self, team_id: str) -> list[WorkflowState]:
        """Return a team's states in their order on the board."""
        states = [s for s in self.workflow_states.values() if s.team_id == team_id]
        return sorted(states, key=lambda s: s.position)

    def document_of_content(self, content_id: str) -> Document | None:
        """Return the document whose text has this id; a project's own text has none."""
        return _first(d for d in self.documents.values() if d.document_content_id == content_id)

    def project_of_content(self, content_id: str) -> Project | None:
        """Return the project whose overview text has this id."""
        return _first(p for p in self.projects.values() if p.document_content_id == content_id)


ENTITY_NAMES = {
    "users": "User",
    "teams": "Team",
    "workflow_states": "WorkflowState",
    "issue_labels": "IssueLabel",
    "project_labels": "ProjectLabel",
    "project_statuses": "ProjectStatus",
    "projects": "Project",
    "project_milestones": "ProjectMilestone",
    "project_updates": "ProjectUpdate",
    "project_histories": "ProjectHistory",
    "links": "EntityExternalLink",
    "documents": "Document",
    "comments": "Comment",
    "cycles": "Cycle",
    "issues": "Issue",
    "relations": "IssueRelation",
    "attachments": "Attachment",
    "uploads": "UploadFile",
    "webhooks": "Webhook",
}

TABLE_OF: dict[type[Entity], str] = {
    User: "users",
    Team: "teams",
    WorkflowState: "workflow_states",
    Label: "issue_labels",
    ProjectLabel: "project_labels",
    ProjectStatus: "project_statuses",
    Project: "projects",
    ProjectMilestone: "project_milestones",
    ProjectUpdate: "project_updates",
    ProjectHistory: "project_histories",
    EntityExternalLink: "links",
    Document: "documents",
    Comment: "comments",
    Cycle: "cycles",
    Issue: "issues",
    IssueRelation: "relations",
    Attachment: "attachments",
    UploadFile: "uploads",
    Webhook: "webhooks",
}


def _first(found: Iterable[E]) -> E | None:
    return next(iter(found), None)


def _there(found: E | None, name: str) -> E:
    if found is None:
        raise not_found(name)
    return found
