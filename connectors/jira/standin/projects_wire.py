"""Projects and versions as Jira's REST interface shows them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from connectors.jira.standin import wire
from connectors.jira.standin.entities import Project, Role, Version
from connectors.jira.standin.values import instant_text
from connectors.jira.standin.world import World

_IN_TRASH = timedelta(days=60)


def project(world: World, one: Project, version: int) -> dict[str, Any]:
    """Show a project whole."""
    base = wire.api(world, version)
    types = [wire.issue_type(world, world.issue_types[t], version) for t in one.issue_type_ids]
    versions = [v for v in world.versions.values() if v.project_id == one.id]
    parts = [c for c in world.components.values() if c.project_id == one.id]
    shown = {
        **short(world, one, version),
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        "description": one.description,
        "lead": wire.user(world, world.users[one.lead_id], version),
        "components": [
            {"self": f"{base}/component/{c.id}", "id": c.id, "name": c.name} for c in parts
        ],
        "issueTypes": types,
        "assigneeType": "UNASSIGNED",
        "versions": [whole_version(world, v, version) for v in versions],
        "roles": {r.name: f"{base}/project/{one.id}/role/{r.id}" for r in world.roles.values()},
    }
    if world.cloud:
        shown["properties"] = {}
    return shown


def short(world: World, one: Project, version: int) -> dict[str, Any]:
    """Show a project as lists do, with what became of it."""
    shown = wire.project_ref(world, one.id, version)
    if world.cloud:
        shown |= {"style": one.style, "isPrivate": False}
        shown["uuid"] = f"7f3b1c2d-0000-4000-8000-{int(one.id):012d}"
    if one.archived_at is not None:
        shown["archived"] = True
        if world.cloud:
            shown["archivedDate"] = instant_text(one.archived_at)
            shown["archivedBy"] = wire.user(world, world.users.get(one.archived_by or ""), version)
    if one.deleted_at is not None:
        shown |= {
            "deleted": True,
            "deletedDate": instant_text(one.deleted_at),
            "deletedBy": wire.user(world, world.users.get(one.deleted_by or ""), version),
            "retentionTillDate": instant_text(one.deleted_at + _IN_TRASH),
        }
    return shown


def whole_version(world: World, one: Version, version: int) -> dict[str, Any]:
    """Show a version."""
    shown: dict[str, Any] = {
        **wire.version_ref(world, one.id, version),
        "projectId": int(one.project_id),
    }
    if one.start_date is not None:
        shown |= {"startDate": one.start_date.isoformat(), "userStartDate": _said(one.start_date)}
    if one.release_date is not None:
        today = world.clock().date()
        shown["userReleaseDate"] = _said(one.release_date)
        shown["overdue"] = not one.released and one.release_date < today
    return shown


def webhook_version(world: World, one: Version) -> dict[str, Any]:
    """Show a version as webhooks do; on Data Center it never says that it is archived."""
    shown: dict[str, Any] = {
        "self": f"{wire.api(world, 2)}/version/{one.id}",
        "id": one.id,
        "description": one.description,
        "name": one.name,
        "archived": one.archived and world.cloud,
        "released": one.released,
        "overdue": False,
        "projectId": int(one.project_id),
    }
    if one.release_date is not None:
        shown["releaseDate"] = one.release_date.isoformat()
        shown["userReleaseDate"] = _said(one.release_date)
    return shown


def webhook_project(world: World, one: Project) -> dict[str, Any]:
    """Show a project as webhooks do."""
    return {
        "self": f"{wire.api(world, 2)}/project/{one.id}",
        "id": int(one.id),
        "key": one.key,
        "name": one.name,
        "avatarUrls": wire.avatars(world, one.id),
        "projectLead": wire.user(world, world.users[one.lead_id]),
        "assigneeType": "admin.assignee.type.unassigned",
    }


def _said(day: date) -> str:
    return f"{day:%d/%b/%y}"


def role(world: World, one: Role, version: int, of: Project | None = None) -> dict[str, Any]:
    """Show a role, with who is in it in a project."""
    base = wire.api(world, version)
    where = f"/project/{of.id}" if of is not None else ""
    shown: dict[str, Any] = {
        "self": f"{base}{where}/role/{one.id}",
        "name": one.name,
        "id": int(one.id),
        "description": one.description,
    }
    actors = of.actors.get(one.id, []) if of is not None else []
    shown["actors"] = [
        _actor(world, kind, ref, number) for number, (kind, ref) in enumerate(actors, 10_240)
    ]
    return shown


def _actor(world: World, kind: str, ref: str, number: int) -> dict[str, Any]:
    if kind == "group":
        shown = {"displayName": ref, "type": "atlassian-group-role-actor", "name": ref}
        group = {"name": ref, "displayName": ref}
        return {"id": number, **shown, **({"actorGroup": group} if world.cloud else {})}
    user = world.users[ref]
    shown = {"displayName": user.display_name, "type": "atlassian-user-role-actor"}
    if world.cloud:
        return {"id": number, **shown, "actorUser": {"accountId": user.id}}
    return {"id": number, **shown, "name": user.name}
