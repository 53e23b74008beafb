"""Operators' commands: doctor, connect, replay, sweep."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.exits import ExitCode, of_health
from service.cli.reach import (
    known_workspace,
    looking_services,
    options,
    passing_services,
    services_of,
    settings_of,
)
from service.cli.talk import health_body, progress, tell, tell_health, tell_json


@click.command(short_help="Look whether everything is as it must be.")
@options
def doctor(config: Path | None, as_json: bool) -> ExitCode:
    """Look whether everything is as it must be, and say how to mend what is not.

    Ends with 0, 1 (something is wrong) or 3 (something could not be found out).
    """
    from service import doctor as examination

    settings = settings_of(config)
    found = []
    with passing_services(settings) as services:
        for one in examination.examine(services):
            found.append(one)
            if not as_json:
                tell_health(one.about, one.health)
    if as_json:
        tell_json([health_body(one.about, one.health) for one in found])
    return of_health(one.health for one in found)


@click.command(short_help="Register the webhook, or say what to click.")
@click.argument("workspace")
@click.option("--install-gate", is_flag=True, help="Install the tool's own rule that refuses.")
@click.option("--remove-gate", is_flag=True, help="Take that rule away again.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Change it also for others that share it.")
@options
def connect(
    workspace: str,
    install_gate: bool,
    remove_gate: bool,
    dry_run: bool,
    yes: bool,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Register the webhook where the tool lets a program do it; say what to click where not.

    With --install-gate or --remove-gate it is the tool's own rule instead that refuses a closure.
    """
    from service.cli.gating import change_gate
    from service.doctor import signing_secret, webhook_url

    if install_gate and remove_gate:
        raise click.UsageError("--install-gate and --remove-gate exclude each other")
    if (dry_run or yes) and not (install_gate or remove_gate):
        raise click.UsageError("--dry-run and --yes belong to --install-gate and --remove-gate")
    settings = settings_of(config)
    if install_gate or remove_gate:
        known_workspace(settings, workspace)
        with looking_services(settings) as services:  # what is audited afterwards is kept
            return change_gate(
                services, workspace, remove=remove_gate, dry_run=dry_run, yes=yes, as_json=as_json
            )
    secret = signing_secret(known_workspace(settings, workspace))
    with passing_services(settings) as services:
        found = services.tracker(workspace).connect(webhook_url(settings, workspace), secret)
    if as_json:
        tell_json([health_body(workspace, health) for health in found])
    else:
        for health in found:
            tell_health(workspace, health)
    return of_health(found)


@click.command(short_help="Read a stored delivery again.")
@click.argument("delivery")
@options
def replay(delivery: str, config: Path | None, as_json: bool) -> ExitCode:
    """Read a stored delivery again, as if it had just arrived.

    DELIVERY is our number, the sender's id, or WORKSPACE/ID.
    """
    from service.ports import NotFound
    from service.records import DeliveryState

    settings = settings_of(config)
    with services_of(settings) as services:
        store = services.store
        found = store.delivery(delivery)
        if found is None:
            raise NotFound(f"there is no delivery {delivery}")
        store.settle_delivery(found.number, DeliveryState.NEW, "replayed by an operator")
        services.triage()
        services.ring()
        found = store.delivery(str(found.number)) or found
    if as_json:
        tell_json(
            {
                "delivery": found.id,
                "number": found.number,
                "workspace": found.workspace,
                "state": found.state.value,
                "reason": found.reason,
            }
        )
    else:
        tell(f"Delivery {found.number} of {found.workspace}: {found.state.value}, {found.reason}")
    return ExitCode.FAILED if found.state is DeliveryState.QUARANTINED else ExitCode.GOOD


@click.command(short_help="Ask the trackers now what was closed lately.")
@click.argument("workspace", required=False)
@options
def sweep(workspace: str | None, config: Path | None, as_json: bool) -> ExitCode:
    """Ask the trackers now what was closed lately; running workers take what is found.

    Without WORKSPACE every one is asked.
    """
    settings = settings_of(config)
    if workspace is not None:
        known_workspace(settings, workspace)
    due: dict[str, int] = {}
    with services_of(settings) as services:
        asked = services.sweepable if workspace is None else (workspace,)
        with progress(asked, "Asking the trackers") as each:
            for name in each:
                due[name] = services.sweep(name)
        services.ring()
    if as_json:
        tell_json(due)
    else:
        for name, count in due.items():
            tell(f"{name}: {count or 'no'} closed project{'' if count == 1 else 's'} to look at")
    return ExitCode.GOOD
