"""Moving issues through their workflows: which ways there are, and what going one of them does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import issue_changes, workflows
from connectors.jira.standin.entities import Issue, Project, User
from connectors.jira.standin.errors import Problem
from connectors.jira.standin.world import Act, World

Transition = dict[str, Any]


def workflow_of(world: World, issue: Issue) -> dict[str, Any]:
    """Return the workflow an issue follows."""
    return world.workflow_of(world.projects[issue.project_id], issue.type_id)


def initial(world: World, project: Project, issue_type_id: str) -> Transition:
    """Return the transition that creates issues of a type."""
    found = world.workflow_of(project, issue_type_id)
    return next(t for t in found["transitions"] if t["type"] == "INITIAL")


def leading_out(world: World, issue: Issue) -> list[Transition]:
    """Return the transitions of the status an issue stands in, whoever may take them."""
    return [
        t
        for t in workflow_of(world, issue)["transitions"]
        if t["type"] == "GLOBAL" or (t["type"] == "DIRECTED" and _begins_at(t, issue.status_id))
    ]


def _begins_at(transition: Transition, status_id: str) -> bool:
    return any(link.get("fromStatusReference") == status_id for link in transition["links"])


def available(world: World, issue: Issue, actor: User) -> list[Transition]:
    """Return the transitions that an account may take now."""
    if "TRANSITION_ISSUES" in actor.denied or not world.projects[issue.project_id].live:
        return []
    workflow = workflow_of(world, issue)
    return [
        t
        for t in leading_out(world, issue)
        if not workflows.hidden(world, workflow, t, issue, actor)
    ]


def screen(world: World, transition: Transition) -> dict[str, bool]:
    """Return the ids of the fields on a transition's screen, each with whether it is required."""
    found = transition.get("transitionScreen") or {}
    return world.screens.get(str(found.get("parameters", {}).get("screenId", "")), {})


def check(act: Act, issue: Issue, transition_id: str, fields: Mapping[str, Value]) -> Transition:
    """Return a transition that may be taken, with values for the fields of its screen.

    Raises Problem, with the sentence of the rule where a rule refuses.
    """
    world = act.world
    issue_changes.writable(world, issue)
    ways = {t["id"]: t for t in available(world, issue, act.actor)}
    if transition_id not in ways:
        raise Problem(400, _NOT_VALID.format(transition_id))
    transition = ways[transition_id]
    shown = screen(world, transition)
    wrong = {f: _OFF_SCREEN.format(f) for f in fields if f not in shown}
    for field_id, required in shown.items():
        if required and not fields.get(field_id):
            wrong[field_id] = f"{world.fields[field_id].name} is required."
    if wrong:
        raise Problem(400, errors=wrong)
    workflow = workflow_of(world, issue)
    sentence = workflows.refusal(world, workflow, transition, issue, act.actor, fields)
    if sentence is not None:
        raise Problem(400, sentence)
    return transition


def take(
    act: Act,
    issue: Issue,
    transition_id: str,
    fields: Mapping[str, Value],
    metadata: dict[str, Any] | None = None,
) -> None:
    """Move an issue by a transition. Raises Problem, as `check`."""
    world = act.world
    transition = check(act, issue, transition_id, fields)
    to = str(transition["toStatusReference"])
    changes = {**_after_effects(world, transition, issue, to), **fields}
    issue_changes.edit(
        act,
        issue,
        changes,
        status_id=to,
        metadata=metadata,
        action="doTransition",
        type_name="issue_generic",
    )


_NOT_VALID = (
    "It seems that you have tried to perform a workflow operation ({0}) that is not valid for the "
    "current state of this issue. The likely cause is that somebody has changed the issue "
    "recently, please look at the issue history for details."
)
_OFF_SCREEN = "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown."


def _after_effects(world: World, transition: Transition, issue: Issue, to: str) -> dict[str, Value]:
    """Return what the post functions change.

    Team-managed projects set and clear the resolution by themselves.
    """
    changes: dict[str, Value] = {}
    for action in transition.get("actions", []):
        given = action.get("parameters", {})
        if action.get("ruleKey") == "system:update-field" and given.get("field") in world.fields:
            changes[given["field"]] = given.get("value") or None
    if world.projects[issue.project_id].style == "next-gen":
        done = world.statuses[to].category == "done"
        known = changes.get("resolution") or issue.values.get("resolution")
        changes["resolution"] = (known or next(iter(world.resolutions))) if done else None
    return changes
