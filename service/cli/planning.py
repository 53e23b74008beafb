"""Commands that tell what no tracker keeps of plan and money: baseline, budget, cost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from service.cli.exits import ExitCode
from service.cli.reach import known_workspace, options, services_of, settings_of
from service.cli.talk import tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.domain.tracking import ProjectRef
    from service.flows.facts import Told

Value = TypeVar("Value")

BY = click.option("--by", required=True, help="Who says so; kept as a trace, never published.")


@click.command(short_help="Choose the kick-off that the figures begin at.")
@click.argument("workspace")
@click.argument("key")
@click.argument("instant", required=False)
@click.option("--clear", is_flag=True, help="Take the choice back: the rules hold again.")
@BY
@click.option("--reason", required=True, help="Why; it is published with the figures.")
@options
def baseline(
    workspace: str,
    key: str,
    instant: str | None,
    clear: bool,
    by: str,
    reason: str,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Choose the kick-off of a project: what was planned is what stood then.

    INSTANT is a day such as 2026-01-05, of which it is the beginning, or 2026-01-05T09:00. While the
    closeout is open its figures are worked out anew; its page is never touched.
    """
    from service.domain.metrics.values import iso
    from service.domain.plan_facts import moment

    if (instant is None) != clear:
        raise click.UsageError("give INSTANT, or --clear and no INSTANT")
    settings = settings_of(config)
    known_workspace(settings, workspace)
    zone = settings.closeout.timezone
    at = None if instant is None else _fit("INSTANT", lambda: moment(instant, zone))
    if not reason.strip():
        raise click.BadParameter("give a reason in words", param_hint="--reason")
    with services_of(settings) as services:
        project = services.find(workspace, key)
        anew = services.planning.choose_baseline(project, at, reason=reason, told=_told(by))
    words = f"the kick-off is {iso(at)}" if at else "the kick-off goes by the rules again"
    return _recorded(project, words, by, anew=anew, as_json=as_json)


@click.command(short_help="Tell what a project may cost.")
@click.argument("workspace")
@click.argument("key")
@click.argument("amount", metavar="AMOUNT")
@click.option("--approved", metavar="DATE", help="When it was approved; left out: now.")
@BY
@options
def budget(
    workspace: str,
    key: str,
    amount: str,
    approved: str | None,
    by: str,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Tell what a project may cost from a day on, such as "120000 EUR".

    The budget at the kick-off is what the costs are compared with; a later one is shown beside it.
    """
    from service.domain import plan_facts

    settings = settings_of(config)
    known_workspace(settings, workspace)
    money = _fit("AMOUNT", lambda: plan_facts.amount(amount))
    zone = settings.closeout.timezone
    since = _fit("--approved", lambda: plan_facts.moment(approved, zone)) if approved else None
    with services_of(settings) as services:
        project = services.find(workspace, key)
        anew = services.planning.approve_budget(project, money, since, told=_told(by))
    words = f"the budget is {money.amount} {money.currency}"
    return _recorded(project, words, by, anew=anew, as_json=as_json)


@click.command(short_help="Add a cost besides working time.")
@click.argument("workspace")
@click.argument("key")
@click.argument("amount", metavar="AMOUNT")
@click.option(
    "--on",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day it counts for, such as 2026-03-31.",
)
@click.option("--what", required=True, help="What was paid for.")
@BY
@options
def cost(
    workspace: str,
    key: str,
    amount: str,
    on: datetime,
    what: str,
    by: str,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Add what was paid for besides working time, such as "4500 EUR" for a licence."""
    from service.domain import plan_facts

    settings = settings_of(config)
    known_workspace(settings, workspace)
    money = _fit("AMOUNT", lambda: plan_facts.amount(amount))
    with services_of(settings) as services:
        project = services.find(workspace, key)
        anew = services.planning.add_cost(project, money, on=on.date(), what=what, told=_told(by))
    words = f"{money.amount} {money.currency} on {on.date().isoformat()}: {what}"
    return _recorded(project, words, by, anew=anew, as_json=as_json)


def _told(by: str) -> Told:
    from service.domain.plan_facts import FactSource
    from service.flows.facts import Told

    if not by.strip():
        raise click.BadParameter("give a name", param_hint="--by")
    return Told(by, FactSource.CLI)


def _fit(hint: str, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from None


def _recorded(project: ProjectRef, words: str, by: str, *, anew: bool, as_json: bool) -> ExitCode:
    from service.web.bodies import recorded_body

    if as_json:
        tell_json(recorded_body(project, words, by, anew=anew))
        return ExitCode.GOOD
    tell(f"Recorded: {words}.")
    if anew:
        tell("The figures of the open closeout were worked out anew; its page is as it was.")
    return ExitCode.GOOD
