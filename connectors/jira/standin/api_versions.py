"""Versions of projects over REST."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin import project_changes, projects_wire, values, wire
from connectors.jira.standin.api import CLOUD, DATA_CENTER, Call, on, paged, wrote
from connectors.jira.standin.api_issues import names
from connectors.jira.standin.entities import Link, Project, Version
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.issue_changes import read_only_project
from connectors.jira.standin.values import Unfit


@on("GET", "/project/{ref}/version", anonymous=True)
def get_project_versions_paginated(call: Call, ref: str) -> Answer:
    """Page through a project's versions, with a status and an order if so wanted."""
    ask, project = call.request, call.project(ref)
    cloud = call.world.cloud  # the others are not told apart by a Data Center
    statuses = set(names(ask.all("status"))) if cloud else set()
    wanted = ask.one("query").lower() if cloud else ""
    found = [
        one
        for one in _of(call, project)
        if (not statuses or _standing(one) in statuses) and wanted in one.name.lower()
    ]
    order = ask.one("orderBy") or "sequence"
    key = order.lstrip("+-")
    if key in ("releaseDate", "startDate", "name"):
        attribute = {"releaseDate": "release_date", "startDate": "start_date"}.get(key, key)
        found.sort(key=lambda v: str(getattr(v, attribute) or ""), reverse=order[0] == "-")
    elif order.startswith("-"):
        found.reverse()
    return as_json(paged(call, found, lambda v: _shown(call, v)))


def _of(call: Call, project: Project) -> list[Version]:
    return [v for v in call.world.versions.values() if v.project_id == project.id]


def _standing(one: Version) -> str:
    if one.archived:
        return "archived"
    return "released" if one.released else "unreleased"


def _shown(call: Call, one: Version) -> dict[str, Any]:
    return projects_wire.whole_version(call.world, one, call.version)


@on("GET", "/project/{ref}/versions", anonymous=True)
def get_project_versions(call: Call, ref: str) -> Answer:
    """List a project's versions at once."""
    return as_json([_shown(call, one) for one in _of(call, call.project(ref))])


@on("POST", "/version")
def create_version(call: Call) -> Answer:
    """Add a version to a project."""
    body = call.body
    ref = body.get("projectId") or body.get("project")
    if not ref:
        raise Problem(400, errors={"projectId": "Project must be specified to create a version."})
    project = call.project(str(ref))
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        read_only_project(project)
        given = _changes(body)
        if not given.get("name"):
            raise Problem(400, errors={"name": "You must specify a valid version name"})
        version = project_changes.create_version(act, project, given)
    return wrote(_shown(call, version), 201)


def _changes(body: dict[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {
        k: body[k] for k in ("name", "description", "released", "archived") if k in body
    }
    try:
        for theirs, ours in (("startDate", "start_date"), ("releaseDate", "release_date")):
            if theirs in body:
                found[ours] = values.as_day(body[theirs])
    except Unfit as unfit:
        raise Problem(400, errors={"releaseDate": str(unfit)}) from None
    return found


def _version(call: Call, number: str) -> Version:
    found = call.world.versions.get(number)
    if found is None or not call.sees(call.world.projects[found.project_id]):
        raise Problem(404, f"Could not find version for id '{number}'")
    return found


@on("GET", "/version/{number}", anonymous=True)
def get_version(call: Call, number: str) -> Answer:
    """Read a version, with how many issues stand how on request (Cloud)."""
    version = _version(call, number)
    shown = _shown(call, version)
    if call.world.cloud and "issuesstatus" in names(call.request.all("expand")):
        shown["issuesStatusForFixVersion"] = _counts(call, version)
    return as_json(shown)


def _counts(call: Call, version: Version) -> dict[str, int]:
    held = [
        i for i in call.world.issues.values() if version.id in (i.values.get("fixVersions") or ())
    ]
    categories = [call.world.statuses[i.status_id].category for i in held]
    return {
        "toDo": categories.count("new"),
        "inProgress": categories.count("indeterminate"),
        "done": categories.count("done"),
        "unmapped": 0,
    }


@on("PUT", "/version/{number}")
def update_version(call: Call, number: str) -> Answer:
    """Change a version, its being released among it."""
    body, version = call.body, _version(call, number)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        read_only_project(call.world.projects[version.project_id])
        project_changes.update_version(act, version, _changes(body))
    return wrote(_shown(call, version))


@on("DELETE", "/version/{number}")
@on("POST", "/version/{number}/removeAndSwap")
def delete_version(call: Call, number: str) -> Answer:
    """Delete a version; its issues may get another one."""
    version = _version(call, number)
    given = call.body if call.request.method == "POST" else {}
    into = given.get("moveFixIssuesTo") or call.request.one("moveFixIssuesTo")
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        other = _version(call, str(into)) if into else None
        project_changes.delete_version(act, version, other)
    return wrote()


# Related work (Cloud) and links (Data Center).


@on("GET", "/version/{number}/relatedwork", where=CLOUD, anonymous=True)
def get_related_work(call: Call, number: str) -> Answer:
    """List what is linked to a version."""
    return as_json([_related(one) for one in _version(call, number).links])


def _related(one: Link) -> dict[str, Any]:
    kept = ("category", "title", "url", "issueId")
    return {"relatedWorkId": one.id, **{k: one.body[k] for k in kept if k in one.body}}


@on("POST", "/version/{number}/relatedwork", where=CLOUD)
def create_related_work(call: Call, number: str) -> Answer:
    """Link a version to a page."""
    body, version = call.body, _version(call, number)
    if not body.get("category"):
        raise Problem(400, "category is required.")
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        link = project_changes.add_link(act, version, body, call.world.ids.uuid())
    return wrote(_related(link), 201)


@on("PUT", "/version/{number}/relatedwork", where=CLOUD)
def update_related_work(call: Call, number: str) -> Answer:
    """Change what is linked to a version."""
    body, version = call.body, _version(call, number)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        if body.get("relatedWorkId") not in {one.id for one in version.links}:
            raise Problem(404, "The related work does not exist.")
        link = project_changes.add_link(act, version, body, str(body["relatedWorkId"]))
    return wrote(_related(link))


@on("GET", "/version/{number}/remotelink", where=DATA_CENTER, anonymous=True)
def get_remote_version_links(call: Call, number: str) -> Answer:
    """List the links of a version."""
    version = _version(call, number)
    return as_json({"links": [_remote(call, version, one) for one in version.links]})


@on("GET", "/version/{number}/remotelink/{link}", where=DATA_CENTER, anonymous=True)
def get_remote_version_link(call: Call, number: str, link: str) -> Answer:
    """Read a link of a version."""
    version = _version(call, number)
    for one in version.links:
        if one.id == link:
            return as_json(_remote(call, version, one))
    raise Problem(404, f"Remote version link '{link}' does not exist.")


def _remote(call: Call, version: Version, one: Link) -> dict[str, Any]:
    base = f"{wire.api(call.world, call.version)}/version/{version.id}/remotelink"
    return {"self": f"{base}/{one.id}", "name": version.name, "link": one.body}


@on("POST", "/version/{number}/remotelink", where=DATA_CENTER)
def create_remote_version_link(call: Call, number: str) -> Answer:
    """Link a version to the web under an id that Jira makes."""
    given = call.body.get("globalId")
    return _put_remote(call, number, str(given or call.world.ids.uuid()))


@on("POST", "/version/{number}/remotelink/{link}", where=DATA_CENTER)
def create_remote_version_link_by_id(call: Call, number: str, link: str) -> Answer:
    """Link a version to the web; the same id again replaces the link."""
    return _put_remote(call, number, link)


def _put_remote(call: Call, number: str, link: str) -> Answer:
    body, version = call.body, _version(call, number)
    with call.act() as act:
        call.need("ADMINISTER_PROJECTS")
        project_changes.add_link(act, version, body, link)
    base = f"{wire.api(call.world, call.version)}/version/{version.id}/remotelink"
    return Answer(201, b"", {"Location": f"{base}/{link}"}, wrote=True)
