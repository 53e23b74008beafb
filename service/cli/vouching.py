"""Commands that record people's word: verify, waive. The same rules as over HTTP hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from service.cli.exits import ExitCode
from service.cli.reach import known_workspace, options, services_of, settings_of
from service.cli.talk import tell, tell_json


@click.command(short_help="Record that an action was found in place.")
@click.argument("action_id", metavar="ACTION-ID")
@click.option("--who", required=True, help="Who verified it: somebody other than its owner.")
@click.option("--evidence", required=True, help="What they saw, or where it is to be seen.")
@options
def verify(action_id: str, who: str, evidence: str, config: Path | None, as_json: bool) -> ExitCode:
    """Record that somebody other than the owner found an action in place."""
    from service.web.bodies import verification_body

    settings = settings_of(config)
    with services_of(settings) as services:
        given = services.verify(action_id, who, evidence, "cli")
    if as_json:
        tell_json(verification_body(given))
    else:
        tell(f"Recorded: action {given.action_id} is verified by {given.by_name}.")
    return ExitCode.GOOD


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
