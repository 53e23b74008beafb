"""Commands that record people's word: verify, waive. The same rules as over HTTP hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.exits import ExitCode
from service.cli.reach import known_workspace, options, services_of, settings_of
from service.cli.talk import tell, tell_json

if TYPE_CHECKING:
    from service.bootstrap import Services
    from service.domain.closeout import ActionRecord

ALONE, IN_ITS_PROJECT = 1, 3  # how many names an action has on the command line


@click.command(short_help="Record that an action was found in place.")
@click.argument("names", nargs=-1, required=True, metavar="[WORKSPACE KEY] ACTION")
@click.option("--who", required=True, help="Who verified it: somebody other than its owner.")
@click.option("--evidence", required=True, help="What they saw, or where it is to be seen.")
@options
def verify(
    names: tuple[str, ...], who: str, evidence: str, config: Path | None, as_json: bool
) -> ExitCode:
    """Record that somebody other than the owner found an action in place.

    ACTION is the key of its ticket, such as OPS-88, or its id; after WORKSPACE and KEY of its
    project also its number there, such as 2.
    """
    from service.web.bodies import verification_body

    if len(names) not in {ALONE, IN_ITS_PROJECT}:
        raise click.UsageError("give ACTION alone, or WORKSPACE KEY ACTION")
    settings = settings_of(config)
    if len(names) == IN_ITS_PROJECT:
        known_workspace(settings, names[0])
    with services_of(settings) as services:
        action = _action(services, names)
        given = services.verify(action.id, who, evidence, "cli")
    if as_json:
        tell_json(verification_body(given))
    else:
        tell(f"Recorded: action {given.action_id} is verified by {given.by_name}.")
    return ExitCode.GOOD


def _action(services: Services, names: tuple[str, ...]) -> ActionRecord:
    """Find the action that was named. Raises NotFound, which says how to name one."""
    from service.web.cases import action_of

    if len(names) == IN_ITS_PROJECT:
        workspace, key, given = names
        return action_of(services, services.find(workspace, key), given)
    return _action_anywhere(services, names[0])


def _action_anywhere(services: Services, given: str) -> ActionRecord:
    """Find an action by its id, or by its ticket's key where one project in closing has that."""
    from service.ports import NotFound

    known = services.store.action(given)
    if known is not None:
        return known
    found = [
        action
        for closeout in services.store.closeouts(live=True)
        for action in services.store.actions(closeout.id)
        if (action.ticket_key or "").casefold() == given.casefold()
    ]
    if len(found) != 1:
        which = "several projects have an" if found else "there is no"
        raise NotFound(
            f"{which} action {given}; name its project too: closeout verify WORKSPACE KEY ACTION"
        )
    return found[0]


@click.command(short_help="Let a check pass until a day, with a reason.")
@click.argument("workspace")
@click.argument("key")
@click.argument("check")
@click.option("--who", required=True, help="Who waives it; it is shown everywhere.")
@click.option("--reason", required=True, help="Why; it is shown everywhere.")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The last day on which it holds, such as 2027-03-31.",
)
@options
def waive(
    workspace: str,
    key: str,
    check: str,
    who: str,
    reason: str,
    until: datetime,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Let a check pass until a day, by a named person and with a reason.

    CHECK is the name of the check, such as actions-verified.
    """
    from service.domain.words import day
    from service.web.bodies import waiver_body

    settings = settings_of(config)
    known_workspace(settings, workspace)
    with services_of(settings) as services:
        project = services.find(workspace, key)
        given = services.waive(project, check, who, reason, until.date())
    if as_json:
        tell_json(waiver_body(given))
    else:
        last = day(given.until)
        tell(f"Recorded: {given.check} is waived by {given.by_name} until {last}.")
    return ExitCode.GOOD
