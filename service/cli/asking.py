"""Commands that look and change nothing in the tools: gate, metrics, simulate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.cli.comparing import compare, with_comparison
from service.cli.exits import ExitCode, of_outcome
from service.cli.figures import Shape, in_shapes, show
from service.cli.offline import of_an_export
from service.cli.reach import known_workspace, looking_services, options, settings_of
from service.cli.talk import complain, progress, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from service.bootstrap import Assessment, Services
    from service.cli.exported import Export
    from service.ports import Closure, Tracker


@click.command(short_help="Say whether a project may close.")
@click.argument("workspace")
@click.argument("key")
@options
def gate(workspace: str, key: str, config: Path | None, as_json: bool) -> ExitCode:
    """Say whether a project may close, and what is missing.

    KEY is the project's id, or any other way to write it. Ends with 0, 2 (blocked) or 3 (unknown).
    """
    from service.ports import NotAllowed, Unavailable

    settings = settings_of(config)
    known_workspace(settings, workspace)
    with looking_services(settings) as services:
        try:
            found = services.look(services.find(workspace, key))
        except (NotAllowed, Unavailable) as fault:
            complain(f"whether {key} may close is not known: {fault}")
            return ExitCode.UNKNOWN
        if as_json:
            tell_json(_body(found))
        else:
            _show(found, services)
    return of_outcome(found.verdict.outcome)


@click.command(short_help="Show planned against actual.")
@click.argument("workspace", required=False)
@click.argument("key", required=False)
@of_an_export
@with_comparison
@in_shapes
@options
def metrics(
    workspace: str | None,
    key: str | None,
    export: Export | None,
    against_report: bool,
    shape: Shape,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Show planned against actual, each figure with what it was made from.

    Of a project that a workspace holds, by WORKSPACE and KEY; or of a file of exported issues,
    which needs neither a configuration nor the tool.
    """
    if as_json and shape is not Shape.TABLES:
        raise click.UsageError(f"--json and --{shape} are two shapes; give one of them")
    if against_report:
        return compare(workspace, key, export, config, as_json=as_json)
    if export is not None:
        title, figures, zone = _of_a_file(export, workspace)
    elif workspace is None or key is None:
        raise click.UsageError("give WORKSPACE and KEY, or a file with --jira-issues")
    else:
        title, figures, zone = _of_a_project(workspace, key, config)
    if as_json:
        report = {"report": figures["report"]} if "report" in figures else {}
        tell_json({**figures["snapshot"], **report})
    else:
        show(title, figures, shape, zone)
    return ExitCode.GOOD


@click.command(short_help="What the gate would have said lately; writes nothing.")
@click.argument("workspace")
@click.option("--last", default=5, show_default=True, type=click.IntRange(min=1, max=500))
@options
def simulate(workspace: str, last: int, config: Path | None, as_json: bool) -> ExitCode:
    """Say what the gate would have said of the projects closed last; writes nothing."""
    settings = settings_of(config)
    known_workspace(settings, workspace)
    with looking_services(settings) as services:
        closures = _closed_last(services, workspace, last)
        with progress(closures, "Looking at closed projects") as each:
            found = [(one, _assess(services, workspace, one)) for one in each]
    if as_json:
        tell_json(
            [
                {
                    "name": one.name,
                    "closed_at": one.closed_at.isoformat() if one.closed_at else None,
                    **_body(said),
                }
                for one, said in found
            ]
        )
    else:
        _show_simulation(workspace, found, services)
    return ExitCode.GOOD


def _of_a_file(export: Export, workspace: str | None) -> tuple[str, Mapping[str, Any], tzinfo]:
    from service.cli.exported import without_collector, work_out
    from service.domain.metrics.published import published

    if workspace is not None:
        raise click.UsageError("--jira-issues stands in place of WORKSPACE and KEY; leave them out")
    with without_collector():
        return export.wanted.word, published(work_out(export)), export.zone


def _of_a_project(
    workspace: str, key: str, config: Path | None
) -> tuple[str, Mapping[str, Any], tzinfo]:
    settings = settings_of(config)
    known_workspace(settings, workspace)
    with looking_services(settings) as services:
        project = services.find(workspace, key)
        return f"{workspace}/{key}", services.planning.figures(project), settings.closeout.timezone


def _assess(services: Services, workspace: str, closure: Closure) -> Assessment:
    from service.domain.tracking import ProjectRef

    return services.look(ProjectRef(workspace, closure.key))


def _closed_last(services: Services, workspace: str, last: int) -> Sequence[Closure]:
    """Look back further and further, so that a long history is read only where it is needed."""
    from datetime import UTC, datetime, timedelta

    tracker: Tracker = services.tracker(workspace)
    found: Sequence[Closure] = ()
    for days in (90, 365, 3650):
        listed = tracker.closed_since(services.clock() - timedelta(days=days))
        found = [one for one in listed if not one.asked]
        if len(found) >= last:
            break
    never = datetime.min.replace(tzinfo=UTC)  # what nothing dates comes last
    return sorted(found, key=lambda one: one.closed_at or never, reverse=True)[:last]


def _body(found: Assessment) -> dict[str, object]:
    from service.web.bodies import gate_body

    return gate_body(
        found.project,
        found.verdict,
        known_as=found.known_as,
        enforcement=found.enforcement,
        mode=found.mode,
        at=found.at,
        policy=found.policy,
    )


def _show(found: Assessment, services: Services) -> None:
    from service import rendering

    zone = services.settings.closeout.timezone
    for line in rendering.plain_lines(found.verdict, zone):
        tell(line)
    tell(
        f"Checked {rendering.moment(found.at, zone)} · {found.enforcement.value} · "
        f"mode {found.mode} · rules: {found.policy}"
    )


def _show_simulation(
    workspace: str, found: Sequence[tuple[Closure, Assessment]], services: Services
) -> None:
    from service import rendering
    from service.domain.verdict import Outcome
    from service.domain.words import day

    if not found:
        tell(f"Nothing was closed lately in {workspace}: there is nothing to simulate.")
        return
    zone = services.settings.closeout.timezone
    for closure, said in found:
        at = closure.closed_at
        closed = f"closed {day(at.astimezone(zone).date())}" if at else "closed, nothing says when"
        tell(f"{closure.name}, {closed}: {_would(said.verdict.outcome)}")
        for child in said.verdict.children:
            if child.outcome in {Outcome.BLOCKED, Outcome.UNKNOWN}:
                tell(f"  [{rendering.word(child)}] {child.title}: {child.summary}")
    blocked = sum(said.verdict.outcome is Outcome.BLOCKED for _, said in found)
    tell(f"{blocked} of {len(found)} would have been held. Nothing was written.")


def _would(outcome: str) -> str:
    words = {"passed": "would have closed", "blocked": "would have been held"}
    return words.get(outcome, "could not have been judged")
