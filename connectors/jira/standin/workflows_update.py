"""Workflows changed over REST: checked, then replaced as a whole under the version lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin.api import CLOUD, Call, on, wrote
from connectors.jira.standin.entities import Status
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.workflows_api import (
    invalid,
    need_editor,
    shown_statuses,
    team_managed,
)
from connectors.jira.standin.workflows_rules import RULES, problems
from connectors.jira.standin.world import World

Raw = dict[str, Any]

_MOST_WORKFLOWS = 20
_MOST_STATUSES = 1000
_CATEGORIES = {"TODO": "new", "IN_PROGRESS": "indeterminate", "DONE": "done"}
_RULE = {"id": None, "ruleKey": None, "parameters": None}
_LAYOUT = {"x": None, "y": None}
_GROUP: dict[str, Any] = {"operation": None, "conditions": [_RULE]}
_GROUP["conditionGroups"] = [_GROUP]
# What of a body is closed (a wrong key is refused), by the vendor's specification; the objects
# that take any key are marked with an ellipsis.
_WORKFLOW: dict[Any, Any] = {
    ...: None,
    "version": {"id": None, "versionNumber": None},
    "startPointLayout": _LAYOUT,
    "loopedTransitionContainerLayout": _LAYOUT,
    "statuses": [{...: None, "layout": _LAYOUT}],
    "transitions": [
        {
            ...: None,
            "actions": [_RULE],
            "validators": [_RULE],
            "conditions": _GROUP,
            "transitionScreen": _RULE,
            "links": [{"fromPort": None, "fromStatusReference": None, "toPort": None}],
            "triggers": [_RULE],
        }
    ],
}
_PAYLOAD: dict[Any, Any] = {"statuses": [{...: None}], "workflows": [_WORKFLOW]}
_LISTS = ("validators", "actions", "triggers", "links")


@on("POST", "/workflows/update/validation", where=CLOUD, reads=True)
def validate_update_workflows(call: Call) -> Answer:
    """Say what is wrong with an update, and change nothing."""
    body = call.body
    if body.keys() - {"payload", "validationOptions"} or "payload" not in body:
        raise invalid()
    payload = body["payload"]
    _check_shape(payload, _PAYLOAD)
    _check_right(call, payload)
    levels = (body.get("validationOptions") or {}).get("levels") or ["WARNING", "ERROR"]
    found = [one for one in _errors(call.world, payload) if one["level"] in levels]
    return as_json({"errors": found})


@on("POST", "/workflows/update", where=CLOUD)
def update_workflows(call: Call) -> Answer:
    """Replace workflows as a whole, all or none."""
    payload, world = call.body, call.world
    _check_shape(payload, _PAYLOAD)
    with call.act() as act:
        _check_right(call, payload)
        sent = payload.get("workflows") or []
        if any(one["version"] != world.workflows[one["id"]]["version"] for one in sent):
            raise Problem(409, "The workflow was changed by somebody else in the meantime.")
        errors = [e for e in _errors(world, payload) if e["level"] == "ERROR"]
        if errors:
            raise Problem(400, *(str(one["message"]) for one in errors))
        _update_statuses(world, payload)
        for one in sent:
            _replace(world, one)
            act.record("updateWorkflows", "workflow", one["id"], name=_named(world, one["id"]))
        changed = [world.workflows[one["id"]] for one in sent]
    shown = {"statuses": shown_statuses(world, changed), "workflows": deepcopy(changed)}
    return wrote({**shown, "taskId": None})


def _named(world: World, workflow_id: str) -> str:
    return str(world.workflows[workflow_id]["name"])


def _check_shape(value: Value, shape: Value) -> None:
    """Raise Problem for a key that a closed object does not have, or the wrong kind of value."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise invalid()
        for one in value:
            _check_shape(one, shape[0])
    elif isinstance(shape, dict):
        if not isinstance(value, dict) or (... not in shape and value.keys() - shape.keys()):
            raise invalid()
        for name, inner in shape.items():
            if inner is not None and name in value and value[name] is not None:
                _check_shape(value[name], inner)


def _check_right(call: Call, payload: Raw) -> None:
    sent, statuses = payload.get("workflows") or [], payload.get("statuses") or []
    if len(sent) > _MOST_WORKFLOWS or len(statuses) > _MOST_STATUSES:
        raise Problem(400, "Too many workflows or statuses in one request.")
    for one in sent:
        if {"id", "version", "statuses", "transitions"} - one.keys():
            raise invalid()
        workflow = call.world.workflows.get(str(one["id"]))
        if workflow is None:
            raise Problem(400, f"The workflow {one['id']} does not exist.")
        need_editor(call, workflow)


def _errors(world: World, payload: Raw) -> Iterator[Raw]:
    known = {str(s.get("statusReference")): s for s in payload.get("statuses") or ()}
    for sent in payload.get("workflows") or ():
        workflow = world.workflows[str(sent["id"])]
        if not workflow.get("isEditable", True):
            yield _error("WORKFLOW", "NON_EDITABLE_WORKFLOW", "The workflow cannot be edited.")
        if sent["version"] != workflow["version"]:
            yield _error("WORKFLOW", "VERSION_CONFLICT", "The workflow was changed meanwhile.")
        yield from _status_errors(world, sent, known)
        for transition in sent["transitions"]:
            own = team_managed(workflow)
            for message in _transition_errors(transition, sent, team=own):
                where = {"transitionId": str(transition.get("id"))}
                yield _error("RULE", "INVALID_RULE", message, where)


def _status_errors(world: World, sent: Raw, known: Mapping[str, Raw]) -> Iterator[Raw]:
    for status in sent["statuses"]:
        reference = str(status.get("statusReference"))
        if reference not in known:
            message = "The workflow has a status that is not among the statuses."
            where = {"statusReference": reference}
            yield _error("STATUS", "MISSING_STATUS", message, where)
    had = world.workflows[str(sent["id"])]["statuses"]
    lost = {str(s["statusReference"]) for s in had}
    lost -= {str(s.get("statusReference")) for s in sent["statuses"]}
    standing = {
        issue.status_id
        for issue in world.issues.values()
        if issue.status_id in lost
        and world.workflow_of(world.projects[issue.project_id], issue.type_id)["id"] == sent["id"]
    }
    if not sent.get("statusMappings"):
        for reference in sorted(standing):
            message = "Work items stand in a status that the workflow would lose."
            where = {"statusReference": reference}
            yield _error("STATUS_MAPPING", "MISSING_MAPPING", message, where)


def _transition_errors(transition: Raw, sent: Raw, *, team: bool) -> Iterator[str]:
    statuses = {str(s.get("statusReference")) for s in sent["statuses"]}
    if str(transition.get("toStatusReference")) not in statuses:
        yield "The transition leads to a status that the workflow does not have."
    conditions = list(_leaves(transition.get("conditions")))
    kinds = (
        ("Validator", transition.get("validators") or []),
        ("Condition", conditions),
        ("Function", transition.get("actions") or []),
    )
    for kind, rules in kinds:
        for rule in rules:
            yield from problems(rule, kind, team_managed=team)
            yield from _clashes(rule, [one for _, some in kinds for one in some])
    if transition.get("type") == "INITIAL" and conditions:
        yield "The initial transition takes no conditions."


def _clashes(rule: Raw, there: list[Raw]) -> Iterator[str]:
    known = RULES.get(str(rule.get("ruleKey")))
    clashing = set(known.clashing if known else ()) & {str(one.get("ruleKey")) for one in there}
    for key in sorted(clashing):
        yield f"The rules {rule.get('ruleKey')} and {key} are incompatible."


def _leaves(group: Raw | None) -> Iterator[Raw]:
    if group:
        yield from group.get("conditions") or ()
        for inner in group.get("conditionGroups") or ():
            yield from _leaves(inner)


def _error(kind: str, code: str, message: str, where: Raw | None = None) -> Raw:
    found: Raw = {"type": kind, "code": code, "level": "ERROR", "message": message}
    return {**found, "elementReference": where} if where else found


def _update_statuses(world: World, payload: Raw) -> None:
    for sent in payload.get("statuses") or ():
        number = str(sent.get("id") or sent["statusReference"])
        status = world.statuses.get(number)
        category = _CATEGORIES[sent["statusCategory"]]
        if status is None:
            world.statuses[number] = Status(number, sent["name"], category)
            continue
        status.name, status.category = sent["name"], category
        status.description = sent.get("description") or status.description


def _replace(world: World, sent: Raw) -> None:
    workflow = world.workflows[str(sent["id"])]
    for name in ("description", "startPointLayout", "loopedTransitionContainerLayout"):
        if name in sent:
            workflow[name] = deepcopy(sent[name])
    layouts = {str(s["statusReference"]): s for s in workflow["statuses"]}
    workflow["statuses"] = [
        {**layouts.get(str(one["statusReference"]), {"deprecated": False}), **deepcopy(one)}
        for one in sent["statuses"]
    ]
    workflow["transitions"] = [_kept(world, one) for one in sent["transitions"]]
    version = workflow["version"]
    workflow["version"] = {**version, "versionNumber": version["versionNumber"] + 1}


def _kept(world: World, sent: Raw) -> Raw:
    """Return a transition as it is kept: every list there, every rule with an id."""
    kept = {**{name: [] for name in _LISTS}, **deepcopy(sent)}
    rules = [*kept["validators"], *kept["actions"], *_leaves(kept.get("conditions"))]
    for rule in rules:
        if not rule.get("id"):
            rule["id"] = world.ids.uuid()
    if not any(True for _ in _leaves(kept.get("conditions"))):
        kept.pop("conditions", None)  # an empty group is no condition
    return kept
