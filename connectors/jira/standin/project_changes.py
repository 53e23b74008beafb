"""How projects and versions come to be, change, are put away and come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import issue_changes, projects_wire
from connectors.jira.standin.entities import Link, Project, Version
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.world import Act


def archive(act: Act, project: Project) -> None:
    """Archive a project: its issues vanish from search and cannot be changed."""
    project.archived_at, project.archived_by = act.at, act.actor.id
    act.record("archiveProject", "project", project.id, key=project.key)
    _tell(act, "project_archived", project)


def restore(act: Act, project: Project) -> None:
    """Bring a project back, from the archive or from the trash."""
    event = "project_restored_archived" if project.archived_at else "project_restored_deleted"
    if project.live:
        raise Problem(400, f"Project {project.key} is not archived or deleted.")
    project.archived_at = project.archived_by = None
    project.deleted_at = project.deleted_by = None
    act.record("restore", "project", project.id, key=project.key)
    _tell(act, event, project)


def trash(act: Act, project: Project) -> None:
    """Move a project to the trash."""
    project.deleted_at, project.deleted_by = act.at, act.actor.id
    act.record("deleteProject", "project", project.id, key=project.key, undo=True)
    _tell(act, "project_soft_deleted", project)


def delete(act: Act, project: Project) -> None:
    """Delete a project for good; nobody is told of its issues."""
    world = act.world
    for issue in world.issues_in(project.id):
        del world.issues[issue.id]
    for version in [v for v in world.versions.values() if v.project_id == project.id]:
        del world.versions[version.id]
    act.record("deleteProject", "project", project.id, key=project.key)
    _tell(act, "project_deleted", project)
    del world.projects[project.id]


def update(act: Act, project: Project, changes: Mapping[str, Value]) -> None:
    """Change a project's name, lead or description."""
    for name, value in changes.items():
        setattr(project, name, value)
    act.record("updateProject", "project", project.id, **changes)
    _tell(act, "project_updated", project)


def _tell(act: Act, event: str, project: Project) -> None:
    act.tell(event, {"project": projects_wire.webhook_project(act.world, project)})


# Versions.


def create_version(act: Act, project: Project, given: Mapping[str, Value]) -> Version:
    """Add a version to a project."""
    world = act.world
    name = given.get("name")
    if any(v.name == name for v in world.versions.values() if v.project_id == project.id):
        raise Problem(
            400, errors={"name": "A version with this name already exists in this project."}
        )
    version = Version(world.ids.number("version", 10_500), project.id, str(name))
    for key, value in given.items():
        setattr(version, key, value)
    world.versions[version.id] = version
    act.record("createVersion", "version", version.id, name=version.name)
    _tell_version(act, "jira:version_created", version)
    return version


def update_version(act: Act, version: Version, changes: Mapping[str, Value]) -> None:
    """Change a version; a release and its taking back have events of their own."""
    before = version.released
    for key, value in changes.items():
        setattr(version, key, value)
    act.record("updateVersion", "version", version.id, **changes)
    if version.released != before:
        word = "released" if version.released else "unreleased"
        _tell_version(act, f"jira:version_{word}", version)
    others = {key for key in changes if key != "released"}
    if others or version.released == before:
        _tell_version(act, "jira:version_updated", version)


def delete_version(act: Act, version: Version, into: Version | None = None) -> None:
    """Delete a version; its issues lose it, or get another one in its place."""
    for issue in act.world.issues.values():
        for field_id in ("fixVersions", "versions"):
            held = list(issue.values.get(field_id) or [])
            if version.id not in held:
                continue
            left = [one for one in held if one != version.id]
            if into is not None and into.id not in left:
                left.append(into.id)
            issue_changes.edit(act, issue, {field_id: left})
    del act.world.versions[version.id]
    act.record("deleteVersion", "version", version.id, name=version.name)
    body: dict[str, Any] = {"version": projects_wire.webhook_version(act.world, version)}
    if into is not None:
        body["mergedTo"] = projects_wire.webhook_version(act.world, into)
    act.tell("jira:version_deleted", body)


def _tell_version(act: Act, event: str, version: Version) -> None:
    act.tell(event, {"version": projects_wire.webhook_version(act.world, version)})


def add_link(act: Act, version: Version, body: dict[str, Any], link_id: str) -> Link:
    """Link a version to something, once per id."""
    found = next((one for one in version.links if one.id == link_id), None)
    if found is not None:
        found.body = body
    else:
        found = Link(link_id, link_id, body)
        version.links.append(found)
    act.record("createRelatedWork", "version", version.id, link=link_id)
    return found
