"""Workflows as Jira gives them, and a site with the gate, as the tests of the gate need them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from connectors.jira.client import JiraClient
from connectors.jira.gate import JiraGate
from connectors.jira.gate.drawing import Tool
from connectors.jira.gate.field import ApprovalField, Context
from connectors.jira.gate.rules import Approval, Reserved
from connectors.jira.gate.survey import Flow, Place, Scope, Survey
from connectors.jira.settings import JiraSettings
from connectors.jira.standin import Standin
from connectors.jira.standin.entities import Project

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENTENCE = "The post-mortem of this epic is not complete yet: http://localhost:8080/p/nova"
FIELD = "customfield_10900"
APPROVAL = Approval(FIELD, SENTENCE)
RESERVED = Reserved("10400")
CATEGORIES = {"1": "TODO", "2": "IN_PROGRESS", "3": "DONE"}
STATUSES = {
    "1": {"id": "1", "name": "To Do", "statusCategory": "TODO", "statusReference": "1"},
    "2": {"id": "2", "name": "Busy", "statusCategory": "IN_PROGRESS", "statusReference": "2"},
    "3": {"id": "3", "name": "Done", "statusCategory": "DONE", "statusReference": "3"},
}
NOVA = Place("100", "NOVA", "Nova", types=(("7", "Epic"), ("8", "Story")))
EPIC, STORY = Scope(NOVA, "7", "Epic"), Scope(NOVA, "8", "Story")
EVERYWHERE = Context("1", "Default", None, None)


def a_rule(key: str, **parameters: str) -> dict[str, Any]:
    return {"id": f"rule-of-others-{key}", "ruleKey": key, "parameters": parameters}


OTHERS_CONDITION = a_rule("system:separation-of-duties", fromStatusId="1", toStatusId="2")
OTHERS_VALIDATOR = a_rule("system:check-permission-validator", permissionKey="CLOSE_ISSUES")


def a_transition(number: str, to: str, *sources: str, **more: object) -> dict[str, Any]:
    """Return a transition; without sources it leads out of any status."""
    return {
        "id": number,
        "name": more.pop("name", f"way {number}"),
        "type": more.pop("type", "DIRECTED" if sources else "GLOBAL"),
        "toStatusReference": to,
        "links": [{"fromStatusReference": one, "fromPort": 0, "toPort": 1} for one in sources],
        "validators": [],
        "actions": [],
        "triggers": [],
        "properties": {},
        "description": "",
        **more,
    }


def a_workflow(*transitions: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "id": "flow-1",
        "name": "Epic flow",
        "scope": {"type": "GLOBAL"},
        "isEditable": True,
        "statuses": [{"statusReference": one, "properties": {}} for one in STATUSES],
        "transitions": [a_transition("1", "1", type="INITIAL"), *transitions],
        "version": {"id": "v", "versionNumber": 3},
        **more,
    }


def a_survey(workflow: dict[str, Any], *others: Scope) -> Survey:
    flow = Flow(workflow, (EPIC,), others)
    return Survey((flow,), (NOVA,), STATUSES)


def an_approval_tool(*contexts: Context, screens: tuple[str, ...] | None = ()) -> Tool:
    held = contexts or (EVERYWHERE,)
    return Tool("approval", field=ApprovalField(FIELD, "Closeout approval", held, screens))


@contextmanager
def a_site(flavour: str = "cloud-company") -> Iterator[Standin]:
    with Standin.seeded(lambda: NOON, flavour=flavour, threads=False) as site:
        yield site


def a_gate(site: Standin, **settings: object) -> JiraGate:
    return JiraGate(_settings(site, **settings), lambda: NOON)


def a_client(site: Standin) -> JiraClient:
    return JiraClient(_settings(site), lambda: NOON)


def _settings(site: Standin, **settings: object) -> JiraSettings:
    given = {**site.workspace(), **site.secrets(), **settings}
    return JiraSettings.model_validate(given)


def workflow_named(site: Standin, name: str) -> dict[str, Any]:
    return next(w for w in site.world.workflows.values() if w["name"] == name)


def transition_named(workflow: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(t for t in workflow["transitions"] if t["name"] == name)
    return found


def rules_in(site: Standin) -> dict[str, Any]:
    """Return every workflow's transitions as they stand, to compare with later."""
    return {one["id"]: deepcopy(one["transitions"]) for one in site.world.workflows.values()}


def writes(site: Standin) -> list[str]:
    """Return the names of the calls that changed something."""
    return [call.name for call in site.calls if call.writes]


def project_of(site: Standin, key: str) -> Project:
    return next(one for one in site.world.projects.values() if one.key == key)


def epic_type(site: Standin, project: Project) -> str:
    types = site.world.issue_types
    return next(one for one in project.issue_type_ids if types[one].name == "Epic")
