"""Changing projects: their status, plan, labels and reports, with history, log and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors.linear.standin import payloads
from connectors.linear.standin.entities import (
    EntityExternalLink,
    Project,
    ProjectHistory,
    ProjectMilestone,
    ProjectStatus,
    ProjectUpdate,
)
from connectors.linear.standin.markdown import rewrite
from connectors.linear.standin.payloads import camel, wire
from connectors.linear.standin.world import Act, Happening

_ECHO_AFTER = timedelta(milliseconds=12)
_STAMP_OF = {"completed": "completed_at", "canceled": "canceled_at"}
_IN_HISTORY = ("status_id", "start_date", "target_date", "lead_id", "name")
_DATES = ("start_date", "target_date")


def create_project(act: Act, project: Project) -> Project:
    """Add the project; an `update` that changed nothing follows 12 ms later [recorded]."""
    project.content = rewrite(project.content) if project.content else None
    _stamp_status(act, project, act.world.project_statuses[project.status_id])
    act.world.add(project)
    act.record("projectCreate", project, name=project.name)
    _tell(act, project, "create")
    late = Act(act.world, act.actor, act.via, act.at + _ECHO_AFTER)
    _tell(late, project, "update", {})
    return project


def update_project(act: Act, project: Project, changes: Mapping[str, Any]) -> Project:
    """Set fields; a change of status also sets or clears its time stamps."""
    wanted = dict(changes)
    if wanted.get("content"):
        wanted["content"] = rewrite(wanted["content"])
    trash = wanted.pop("trashed", None)
    before = _set(act, project, wanted)
    if before:
        before["updated_at"] = project.updated_at
        project.updated_at = act.at
        _write_history(act, project, before)
        _tell(act, project, "update", before)
    act.record("projectUpdate", project, **{camel(k): wire(v) for k, v in changes.items()})
    if trash is not None:
        (trash_project if trash else restore_project)(act, project)
    return project


def trash_project(act: Act, project: Project, *, trashed: bool = True) -> None:
    """Trash or archive; `updatedAt` stays as it was [reported]."""
    project.archived_at = act.at
    project.trashed = True if trashed else project.trashed
    act.record("projectDelete" if trashed else "projectArchive", project)
    _tell(act, project, "remove")


def restore_project(act: Act, project: Project) -> None:
    """Bring a trashed or archived project back."""
    before = {"archived_at": project.archived_at, "trashed": project.trashed}
    project.archived_at, project.trashed = None, None
    act.record("projectUnarchive", project)
    _tell(act, project, "update", before)


def delete_project(act: Act, project: Project) -> None:
    """Remove for good, with its documents and comments; its issues stay, outside of any project."""
    world = act.world
    act.record("projectDelete", project, name=project.name, permanently=True)
    _tell(act, project, "remove")
    for table in ("documents", "comments", "links", "project_milestones", "project_updates"):
        for one in list(world.table(table).values()):
            if one.project_id == project.id:
                del world.table(table)[one.id]
    for history in list(world.project_histories.values()):
        if history.project_id == project.id:
            del world.project_histories[history.id]
    for issue in world.issues.values():
        if issue.project_id == project.id:
            issue.project_id, issue.project_milestone_id = None, None
    del world.projects[project.id]


def post_update(act: Act, update: ProjectUpdate) -> ProjectUpdate:
    """Add a status report; the project takes over its health and keeps its own `updatedAt`."""
    world = act.world
    project = world.projects[update.project_id]
    earlier = world.project_updates.get(project.last_update_id or "")
    update.body = rewrite(update.body)
    update.snapshot = _plan(act, project)
    update.diff = _diff(earlier.snapshot, update.snapshot) if earlier else None
    update.diff_markdown = _diff_markdown(update.diff)
    world.add(update)
    act.record("projectUpdateCreate", update, project=project.name, health=update.health)
    _tell_update(act, update, "create")
    _take_health(act, project, update)
    return update


def edit_update(act: Act, update: ProjectUpdate, changes: Mapping[str, Any]) -> ProjectUpdate:
    """Edit a status report; a Project event tells of the health, too [recorded]."""
    before = {name: getattr(update, name) for name in changes} | {"updated_at": update.updated_at}
    if changes.get("body"):
        update.body = rewrite(changes["body"])
    update.health = changes.get("health") or update.health
    update.updated_at = update.edited_at = act.at
    act.record("projectUpdateUpdate", update)
    _tell_update(act, update, "update", before)
    project = act.world.projects[update.project_id]
    if project.last_update_id == update.id:
        _take_health(act, project, update)
    return update


def add_milestone(act: Act, milestone: ProjectMilestone) -> ProjectMilestone:
    """Add a milestone; Linear has no event for it."""
    act.world.add(milestone)
    act.record("projectMilestoneCreate", milestone, name=milestone.name)
    return milestone


def add_link(act: Act, link: EntityExternalLink) -> EntityExternalLink:
    """Put a link on a project; Linear has no event for it."""
    act.world.add(link)
    act.record("entityExternalLinkCreate", link, url=link.url, label=link.label)
    return link


def _set(act: Act, project: Project, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs and return the previous values, those of the time stamps included."""
    before = {k: getattr(project, k) for k, v in wanted.items() if getattr(project, k) != v}
    if "status_id" in before:
        stamps = replace(project)
        project.status_id = wanted["status_id"]
        _stamp_status(act, project, act.world.project_statuses[project.status_id])
        for name in ("started_at", "completed_at", "canceled_at"):
            if getattr(project, name) != getattr(stamps, name):
                before.setdefault(name, getattr(stamps, name))
    for name in before:
        if name in wanted:
            setattr(project, name, wanted[name])
    return before


def _stamp_status(act: Act, project: Project, status: ProjectStatus) -> None:
    if status.type == "started" and project.started_at is None:
        project.started_at = act.at
    for kind, name in _STAMP_OF.items():
        if status.type == kind:
            setattr(project, name, getattr(project, name) or act.at)
        elif status.type in _STAMP_OF or act.world.behaviour.reopening_clears_timestamps:
            setattr(project, name, None)


def _take_health(act: Act, project: Project, update: ProjectUpdate) -> None:
    before = {"health": project.health}
    project.last_update_id = update.id
    project.health, project.health_updated_at = update.health, act.at
    if before["health"] != project.health:
        _tell(act, project, "update", before)


def _write_history(act: Act, project: Project, before: Mapping[str, Any]) -> None:
    entries = {
        camel(name): {"from": wire(before[name]), "to": wire(getattr(project, name))}
        for name in _IN_HISTORY
        if name in before
    }
    if entries:
        world = act.world
        world.add(
            ProjectHistory(
                id=world.ids.uuid(),
                created_at=act.at,
                updated_at=act.at,
                project_id=project.id,
                entries=entries,
            )
        )


def _plan(act: Act, project: Project) -> dict[str, Any]:
    plan = {camel(name): wire(getattr(project, name)) for name in _DATES}
    return plan | {"status": act.world.project_statuses[project.status_id].name}


def _diff(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any] | None:
    changed = {k: {"from": earlier.get(k), "to": v} for k, v in now.items() if earlier.get(k) != v}
    return changed or None


def _diff_markdown(diff: Mapping[str, Any] | None) -> str | None:
    words = {"startDate": "Start date", "targetDate": "Target date", "status": "Status"}
    lines = [
        f"* {words[name]} changed from **{change['from']}** to **{change['to']}**"
        for name, change in (diff or {}).items()
    ]
    return "\n".join(lines) or None


def _tell(act: Act, project: Project, action: str, before: Mapping[str, Any] | None = None) -> None:
    data = payloads.project_data(act.world, project, act.at)
    if before is not None and "status_id" in before:
        data = payloads.without_nulls(data)
    act.tell(
        Happening(
            type="Project",
            action=action,
            at=act.at,
            actor=act.actor,
            data=data,
            url=project.url,
            team_ids=tuple(project.team_ids),
            updated_from=None if before is None else payloads.previous(before),
        )
    )


def _tell_update(
    act: Act, update: ProjectUpdate, action: str, before: Mapping[str, Any] | None = None
) -> None:
    act.tell(
        Happening(
            type="ProjectUpdate",
            action=action,
            at=act.at,
            actor=act.actor,
            data=payloads.project_update_data(act.world, update),
            url=update.url,
            team_ids=tuple(act.world.projects[update.project_id].team_ids),
            updated_from=None if before is None else payloads.previous(before),
        )
    )
