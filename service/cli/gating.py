"""The tool's own rule: what installing or removing it would change, and doing it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from service.cli.exits import ExitCode, of_health
from service.cli.talk import health_body, tell, tell_health, tell_json
from service.ports import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bootstrap import Services
    from service.ports import Gatekeeper, GatePlan, Health


def change_gate(
    services: Services, workspace: str, *, remove: bool, dry_run: bool, yes: bool, as_json: bool
) -> ExitCode:
    """Install or remove a tool's own rule, after saying what that touches.

    Raises Refused where the tool has no such rules, the workspace does not enforce, or others are
    touched and nobody said yes; and as the tool does.
    """
    gate = _gate(services, workspace, remove=remove)
    sentence = services.gate_sentence(gate)
    plan = gate.plan(sentence, remove=remove)
    if not as_json:
        _tell_plan(plan)
    if dry_run or not plan.steps:
        if as_json:
            tell_json(_body(workspace, plan, ()))
        elif dry_run:
            tell("Nothing was changed.")
        return ExitCode.FAILED if plan.obstacles else ExitCode.GOOD
    _agreed(plan, yes=yes)
    done = list(gate.apply(sentence, remove=remove))
    found = _audited(services, workspace)
    if not remove:  # that the rule is missing now is what was asked for
        done += found
    if as_json:
        tell_json(_body(workspace, plan, done))
    else:
        for health in done:
            tell_health(workspace, health)
    return of_health(done)


def _gate(services: Services, workspace: str, *, remove: bool) -> Gatekeeper:
    gate = services.gate(workspace)
    if gate is None:
        tool = services.connectors[workspace].name.capitalize()
        raise Refused(
            f"{tool} has no rules of its own that could refuse a closure; "
            "Closeout moves closed projects back there"
        )
    mode = services.settings.workspaces[workspace].mode
    if mode != "enforce" and not remove:
        raise Refused(
            f"workspaces.{workspace}.mode is {mode}: a rule that refuses belongs to mode enforce"
        )
    return gate


def _tell_plan(plan: GatePlan) -> None:
    for step in plan.steps:
        tell(f"  - {step}")
    if not plan.steps and not plan.obstacles:
        tell("Everything is as it should be already.")
    if plan.shared_with:
        tell("This touches others too, because they share a workflow:")
    for other in plan.shared_with:
        tell(f"  - {other}")
    for obstacle in plan.obstacles:
        tell(f"  ! {obstacle}")


def _agreed(plan: GatePlan, *, yes: bool) -> None:
    """Ask before others are touched. Raises Refused where nobody can be asked, Abort for a no."""
    if yes or not plan.shared_with:
        return
    if not sys.stdin.isatty():
        raise Refused("others share a workflow that would change: say --yes to change it for them")
    click.confirm("Change it for them too?", abort=True)


def _audited(services: Services, workspace: str) -> Sequence[Health]:
    audit = services.audit(workspace)
    return audit.findings if audit else ()


def _body(workspace: str, plan: GatePlan, done: Sequence[Health]) -> dict[str, object]:
    return {
        "workspace": workspace,
        "steps": list(plan.steps),
        "shared_with": list(plan.shared_with),
        "obstacles": list(plan.obstacles),
        "done": [health_body(workspace, health) for health in done],
    }
