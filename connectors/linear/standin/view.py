"""The organisation as JSON, for people and programs that look from behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from connectors._standin import board
from connectors._standin.shown import camel, instant_text, shown
from connectors.linear.standin.entities import Entity, Issue, Project
from connectors.linear.standin.tables import ENTITY_NAMES
from connectors.linear.standin.world import World

E = TypeVar("E", bound=Entity)

_CATEGORY = {
    "backlog": "todo",
    "unstarted": "todo",
    "triage": "todo",
    "planned": "todo",
    "started": "in_progress",
    "paused": "in_progress",
    "completed": "done",
    "canceled": "cancelled",
    "duplicate": "cancelled",
}


def world_view(world: World) -> dict[str, Any]:
    """Return everything the organisation holds, and its log."""
    with world.lock:
        tables = {camel(name): shown(list(world.table(name).values())) for name in ENTITY_NAMES}
        return {
            "now": instant_text(world.clock()),
            "organization": shown(world.organization),
            **tables,
            "log": shown(world.log),
            "behaviour": shown(world.behaviour),
        }


def board_view(world: World) -> board.Board:
    """Return the organisation in the words that all stand-ins share."""
    with world.lock:
        return board.Board(
            people=[
                board.Person(u.id, u.name)
                for u in world.users.values()
                if u.active and u.display_name != "closeout"
            ],
            projects=[_project(world, p) for p in _in_order(world.projects) if not p.trashed],
            issues=[_issue(world, i) for i in _in_order(world.issues) if not i.trashed],
            pages=[
                board.Page(d.id, d.title, d.content, d.project_id, d.url)
                for d in _in_order(world.documents)
                if not d.trashed
            ],
            deeds=[board.Deed(x.at, x.actor, x.action, x.id, x.detail) for x in world.log],
        )


def _in_order(table: Mapping[str, E]) -> list[E]:
    return sorted(table.values(), key=lambda one: one.seq)


def _project(world: World, project: Project) -> board.Project:
    status = world.project_statuses[project.status_id]
    lead = world.users.get(project.lead_id or "")
    comments = [c for c in _in_order(world.comments) if c.project_id == project.id]
    return board.Project(
        id=project.id,
        key=project.slug_id,
        name=project.name,
        url=project.url,
        status=status.name,
        category=_CATEGORY[status.type],
        closed=bool(project.completed_at or project.canceled_at),
        lead=lead.name if lead else None,
        members=[world.users[one].name for one in project.member_ids],
        links=[
            board.Link(x.label, x.url) for x in _in_order(world.links) if x.project_id == project.id
        ],
        comments=[board.Comment(world.users[c.user_id or ""].name, c.body) for c in comments],
    )


def _issue(world: World, issue: Issue) -> board.Issue:
    state = world.workflow_states[issue.state_id]
    owner, maker = (world.users.get(one or "") for one in (issue.assignee_id, issue.creator_id))
    return board.Issue(
        id=issue.id,
        key=issue.identifier,
        title=issue.title,
        owner=owner.name if owner else None,
        state=state.name,
        category=_CATEGORY[state.type],
        due_on=issue.due_date,
        labels=[world.issue_labels[one].name for one in issue.label_ids],
        made_by=maker.name if maker else None,
        url=issue.url,
    )
