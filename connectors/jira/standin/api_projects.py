"""Projects, their roles and properties over REST."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin import project_changes, projects_wire
from connectors.jira.standin.api import CLOUD, DATA_CENTER, Call, on, paged, wrote
from connectors.jira.standin.api_hanging import (
    property_keys,
    put_property,
    read_property,
    remove_property,
)
from connectors.jira.standin.api_issues import names
from connectors.jira.standin.entities import Project, Role
from connectors.jira.standin.errors import Problem, forbidden
from connectors.jira.standin.issue_changes import read_only_project

_MOST_PROJECTS = 50


@on("GET", "/project/search", where=CLOUD, anonymous=True)
def search_projects(call: Call) -> Answer:
    """Page through projects: the live ones, unless others are asked for."""
    ask = call.request
    statuses = set(names(ask.all("status"))) or {"live"}
    keys, ids = set(names(ask.all("keys"))), set(names(ask.all("id")))
    wanted = ask.one("query").lower()
    found = [
        one
        for one in call.world.projects.values()
        if call.sees(one)
        and _standing(one) in statuses
        and (not keys or one.key in keys)
        and (not ids or one.id in ids)
        and (wanted in one.key.lower() or wanted in one.name.lower())
    ]
    order = ask.one("orderBy") or "key"
    found.sort(key=_sorting(order.lstrip("+-")), reverse=order.startswith("-"))
    expand = set(names(ask.all("expand")))

    def show(one: Value) -> Value:
        shown = projects_wire.short(call.world, one, call.version)
        whole = projects_wire.project(call.world, one, call.version)
        extra = {k: whole[k] for k in ("lead", "description", "issueTypes") if k in expand}
        return {**shown, **extra}

    return as_json(paged(call, found, show, _MOST_PROJECTS))


def _standing(one: Project) -> str:
    if one.deleted_at is not None:
        return "deleted"
    return "archived" if one.archived_at is not None else "live"


def _sorting(order: str) -> Any:  # noqa: ANN401 (a key of any kind)
    keys = {
        "key": lambda p: p.key,
        "name": lambda p: p.name,
        "archivedDate": lambda p: p.archived_at or p.created_at,
        "deletedDate": lambda p: p.deleted_at or p.created_at,
    }
    return keys.get(order, keys["key"])


@on("GET", "/project", anonymous=True)
def get_all_projects(call: Call) -> Answer:
    """List every project at once; archived ones on request, on Data Center."""
    archived = call.request.one("includeArchived") == "true" and not call.world.cloud
    found = [
        p
        for p in call.world.projects.values()
        if call.sees(p) and (p.live or (archived and p.deleted_at is None))
    ]
    return as_json([projects_wire.short(call.world, p, call.version) for p in found])


@on("GET", "/project/{ref}", anonymous=True)
def get_project(call: Call, ref: str) -> Answer:
    """Read a project, an archived one too."""
    return as_json(projects_wire.project(call.world, call.project(ref), call.version))


@on("PUT", "/project/{ref}")
def update_project(call: Call, ref: str) -> Answer:
    """Change a project."""
    body, project = call.body, call.project(ref)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        changes: dict[str, Value] = {k: body[k] for k in ("name", "description") if k in body}
        if "leadAccountId" in body or "lead" in body:
            changes["lead_id"] = body.get("leadAccountId") or body.get("lead")
        project_changes.update(act, project, changes)
    return wrote(projects_wire.project(call.world, project, call.version))


@on("DELETE", "/project/{ref}")
def delete_project(call: Call, ref: str) -> Answer:
    """Move a project to the trash, or delete it for good."""
    project = call.project(ref)
    with call.act() as act:
        call.need("ADMINISTER")
        if call.world.cloud and call.request.one("enableUndo", "true") != "false":
            project_changes.trash(act, project)
        else:
            project_changes.delete(act, project)
    return wrote()


# The archive.


@on("POST", "/project/{ref}/archive", where=CLOUD)
@on("PUT", "/project/{ref}/archive", where=DATA_CENTER)
def archive_project(call: Call, ref: str) -> Answer:
    """Archive a project."""
    project = call.project(ref)
    with call.act() as act:
        _need_to_put_away(call, project)
        if not project.live:
            raise Problem(400, f"Project {project.key} is already archived.")
        project_changes.archive(act, project)
    return wrote()


@on("POST", "/project/{ref}/restore", where=CLOUD)
@on("PUT", "/project/{ref}/restore", where=DATA_CENTER)
def restore(call: Call, ref: str) -> Answer:
    """Bring a project back from the archive or the trash."""
    project = call.project(ref)
    with call.act() as act:
        _need_to_put_away(call, project)
        project_changes.restore(act, project)
    if not call.world.cloud:
        return Answer(202, b"", wrote=True)
    return wrote(projects_wire.project(call.world, project, call.version))


def _need_to_put_away(call: Call, project: Project) -> None:
    call.actor  # noqa: B018 (raises where nobody asks)
    own = project.style == "next-gen" and call.may("ADMINISTER_PROJECTS")
    if not own and not call.may("ADMINISTER"):
        raise forbidden("You do not have permission to archive or restore this project.")


# Properties.


@on("GET", "/project/{ref}/properties", anonymous=True)
def get_project_property_keys(call: Call, ref: str) -> Answer:
    """List the properties of a project."""
    return property_keys(call, f"project/{ref}", call.project(ref).properties)


@on("GET", "/project/{ref}/properties/{name}", anonymous=True)
def get_project_property(call: Call, ref: str, name: str) -> Answer:
    """Read a property of a project."""
    return read_property(call.project(ref).properties, name)


@on("PUT", "/project/{ref}/properties/{name}")
def set_project_property(call: Call, ref: str, name: str) -> Answer:
    """Set a property of a project; an archived one takes none."""
    project = call.project(ref)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        read_only_project(project)
        status = put_property(call, project.properties, name)
        act.record("setProjectProperty", "project", project.id, key=project.key, property=name)
    return Answer(status, b"", wrote=True)


@on("DELETE", "/project/{ref}/properties/{name}")
def delete_project_property(call: Call, ref: str, name: str) -> Answer:
    """Remove a property of a project."""
    project = call.project(ref)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        remove_property(project.properties, name)
        act.record("deleteProjectProperty", "project", project.id, key=project.key, property=name)
    return wrote()


# Roles.


@on("GET", "/role")
def get_all_project_roles(call: Call) -> Answer:
    """List the roles."""
    world = call.world
    return as_json([projects_wire.role(world, r, call.version) for r in world.roles.values()])


@on("POST", "/role")
def create_project_role(call: Call) -> Answer:
    """Define a role for all projects."""
    body = call.body
    with call.act() as act:
        call.need("ADMINISTER")
        name = str(body.get("name") or "")
        if not name or any(r.name == name for r in call.world.roles.values()):
            raise Problem(409, f"A project role with name '{name}' already exists.")
        number = call.world.ids.number("role", 10_360)
        role = Role(number, name, str(body.get("description") or ""))
        call.world.roles[role.id] = role
        act.record("createProjectRole", "role", role.id, name=name)
    return wrote(projects_wire.role(call.world, role, call.version))


@on("GET", "/role/{number}")
def get_project_role_by_id(call: Call, number: str) -> Answer:
    """Read a role."""
    return as_json(projects_wire.role(call.world, _role(call, number), call.version))


@on("GET", "/project/{ref}/role")
def get_project_roles(call: Call, ref: str) -> Answer:
    """List the roles of a project with their addresses."""
    return as_json(projects_wire.project(call.world, call.project(ref), call.version)["roles"])


@on("GET", "/project/{ref}/role/{number}")
def get_project_role(call: Call, ref: str, number: str) -> Answer:
    """Read who is in a role."""
    role, project = _role(call, number), call.project(ref)
    return as_json(projects_wire.role(call.world, role, call.version, project))


@on("POST", "/project/{ref}/role/{number}")
def add_actor_users(call: Call, ref: str, number: str) -> Answer:
    """Put accounts and groups into a role."""
    body, role, project = call.body, _role(call, number), call.project(ref)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        had = project.actors.setdefault(role.id, [])
        for kind, given in (("user", body.get("user")), ("group", body.get("group"))):
            for ref_ in given or ():
                found = _member(call, kind, str(ref_))
                if found in had:
                    raise Problem(400, f"'{ref_}' is already a member of the project role.")
                had.append(found)
        act.record("addActorUsers", "project", project.id, role=role.name)
    return wrote(projects_wire.role(call.world, role, call.version, project))


def _member(call: Call, kind: str, ref: str) -> tuple[str, str]:
    if kind == "group":
        return kind, ref
    found = next((u for u in call.world.users.values() if ref in (u.id, u.name)), None)
    if found is None:
        raise Problem(404, f"We can't find '{ref}' in any accessible user directory.")
    return kind, found.id


@on("DELETE", "/project/{ref}/role/{number}")
def delete_actor(call: Call, ref: str, number: str) -> Answer:
    """Take an account or a group out of a role."""
    role, project = _role(call, number), call.project(ref)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        kind = "group" if call.request.one("group") else "user"
        gone = _member(call, kind, call.request.one(kind))
        had = project.actors.get(role.id, [])
        if gone not in had:
            raise Problem(404, "The actor is not a member of the project role.")
        had.remove(gone)
        act.record("deleteActor", "project", project.id, role=role.name)
    return wrote()


def _role(call: Call, number: str) -> Role:
    found = call.world.roles.get(number)
    if found is None:
        raise Problem(404, f"Can not retrieve a role actor for a null project role '{number}'.")
    return found
