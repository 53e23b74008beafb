"""Workflows over REST: reading them, who follows them, and what they may hold (Cloud only)."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from connectors._standin.messages import Answer, as_json
from connectors.jira.standin import wire
from connectors.jira.standin.api import CLOUD, Call, on, paged
from connectors.jira.standin.api_site import editor_status
from connectors.jira.standin.entities import Project
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.workflows_rules import offered
from connectors.jira.standin.world import World

Raw = dict[str, Any]


def invalid() -> Problem:
    """A body that is not as documented."""
    return Problem(
        400, "Invalid request payload. Refer to the REST API documentation and try again."
    )


def need_editor(call: Call, workflow: Raw | None = None) -> None:
    """Raise Problem where the caller may not edit workflows: 401, as the vendor has it here."""
    call.actor  # noqa: B018 (raises where nobody asks)
    owned = workflow is not None and workflow["scope"]["type"] == "PROJECT"
    if not call.may("ADMINISTER_PROJECTS" if owned else "ADMINISTER"):
        raise Problem(401, "You do not have permission to perform this operation.")


def team_managed(workflow: Raw) -> bool:
    """Say whether a workflow belongs to one team-managed project."""
    return bool(workflow["scope"]["type"] == "PROJECT")


def shown_statuses(world: World, workflows: Iterable[Raw]) -> list[Raw]:
    """Return the statuses of workflows, with what these call them."""
    used = dict.fromkeys(str(s["statusReference"]) for w in workflows for s in w["statuses"])
    return [{**editor_status(world.statuses[ref]), "statusReference": ref} for ref in used]


@on("POST", "/workflows", where=CLOUD, reads=True)
def read_workflows(call: Call) -> Answer:
    """Read workflows by name, by id, or by what follows them."""
    body, world = call.body, call.world
    if body.keys() - {"projectAndIssueTypes", "workflowIds", "workflowNames"}:
        raise invalid()
    call.actor  # noqa: B018 (raises where nobody asks)
    ids = {str(one) for one in body.get("workflowIds") or ()}
    words = {str(one) for one in body.get("workflowNames") or ()}
    for pair in body.get("projectAndIssueTypes") or ():
        if not isinstance(pair, dict) or pair.keys() != {"projectId", "issueTypeId"}:
            raise invalid()
        project = world.projects.get(str(pair["projectId"]))
        if project is None or pair["issueTypeId"] not in project.issue_type_ids:
            raise Problem(400, "The project or the issue type does not exist.")
        ids.add(str(world.workflow_of(project, str(pair["issueTypeId"]))["id"]))
    found = [w for w in world.workflows.values() if w["id"] in ids or w["name"] in words]
    for one in found:
        need_editor(call, one)
    return as_json({"statuses": shown_statuses(world, found), "workflows": deepcopy(found)})


@on("GET", "/workflows/search", where=CLOUD)
def search_workflows(call: Call) -> Answer:
    """Page through all workflows; transitions only where they are asked for."""
    need_editor(call)
    world = call.world
    whole = "values.transitions" in call.request.one("expand")
    page = paged(call, list(world.workflows.values()), deepcopy)
    page["statuses"] = shown_statuses(world, page["values"])
    if not whole:
        page["values"] = [
            {name: told for name, told in one.items() if name != "transitions"}
            for one in page["values"]
        ]
    return as_json(page)


@on("GET", "/workflows/capabilities", where=CLOUD)
def workflow_capabilities(call: Call) -> Answer:
    """Say which rules a workflow may hold."""
    world, ask = call.world, call.request
    if ask.one("workflowId"):
        workflow = _workflow(call, ask.one("workflowId"), 400)
    elif ask.one("projectId") and ask.one("issueTypeId"):
        project = call.project(ask.one("projectId"))
        workflow = world.workflow_of(project, ask.one("issueTypeId"))
    else:
        raise Problem(400, "Either workflowId, or projectId and issueTypeId, must be given.")
    need_editor(call, workflow)
    own = team_managed(workflow)
    return as_json(
        {
            "connectRules": [],
            "editorScope": "PROJECT" if own else "GLOBAL",
            "forgeRules": [],
            "projectTypes": ["software"] if own else ["software", "business"],
            "systemRules": offered(own),
            "triggerRules": [],
        }
    )


@on("GET", "/workflow/{workflow_id}/projectUsages", where=CLOUD)
def get_workflow_project_usages(call: Call, workflow_id: str) -> Answer:
    """List the projects that follow a workflow, those the caller does not see too."""
    workflow = _workflow(call, workflow_id)
    need_editor(call, workflow)
    users = [p.id for p in call.world.projects.values() if _types(call.world, p, workflow_id)]
    return as_json({"workflowId": workflow_id, "projects": _tokened(call, users)})


@on("GET", "/workflow/{workflow_id}/project/{project_id}/issueTypeUsages", where=CLOUD)
def get_project_issue_type_usages(call: Call, workflow_id: str, project_id: str) -> Answer:
    """List the issue types of a project that follow a workflow."""
    workflow = _workflow(call, workflow_id)
    need_editor(call, workflow)
    project = call.world.projects.get(project_id)
    users = _types(call.world, project, workflow_id) if project is not None else []
    types = _tokened(call, users)
    return as_json({"workflowId": workflow_id, "projectId": project_id, "issueTypes": types})


@on("GET", "/workflowscheme/project", where=CLOUD)
def get_workflow_scheme_project_associations(call: Call) -> Answer:
    """Show the schemes of company-managed projects; others are left out."""
    call.need("ADMINISTER")
    world = call.world
    asked = call.request.all("projectId")
    schemes: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for project in world.projects.values():
        if project.id in asked and project.style == "classic":
            schemes.setdefault(tuple(sorted(project.workflows.items())), []).append(project.id)
    shown = [
        {"projectIds": ids, "workflowScheme": _scheme(call, dict(mapping), 10_100 + number)}
        for number, (mapping, ids) in enumerate(schemes.items())
    ]
    return as_json({"values": shown})


def _scheme(call: Call, mapping: dict[str, str], number: int) -> Raw:
    world = call.world
    named = {kind: world.workflows[one]["name"] for kind, one in mapping.items()}
    return {
        "id": number,
        "name": f"Software workflow scheme {number}",
        "description": "",
        "defaultWorkflow": named.pop("", "jira"),
        "issueTypeMappings": named,
        "draft": False,
        "self": f"{wire.api(world, call.version)}/workflowscheme/{number}",
    }


def _types(world: World, project: Project, workflow_id: str) -> list[str]:
    return [
        one
        for one in project.issue_type_ids
        if world.workflow_of(project, one)["id"] == workflow_id
    ]


def _workflow(call: Call, workflow_id: str, status: int = 404) -> Raw:
    found = call.world.workflows.get(workflow_id)
    if found is None:
        raise Problem(status, "The workflow does not exist.")
    return found


def _tokened(call: Call, ids: list[str]) -> Raw:
    start = int(call.request.one("nextPageToken") or 0)
    end = start + call.whole("maxResults", 50)
    page: Raw = {"values": [{"id": one} for one in ids[start:end]]}
    if end < len(ids):
        page["nextPageToken"] = str(end)
    return page
