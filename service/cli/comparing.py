"""The option of metrics that holds a frozen report against the figures of today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from service.cli.exits import ExitCode
from service.cli.reach import known_workspace, looking_services, settings_of
from service.cli.talk import tell, tell_json, tell_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.cli.exported import Export
    from service.domain.metrics.comparison import Difference

Command = TypeVar("Command", bound="Callable[..., object]")

LONGEST_CELL = 60


def with_comparison(command: Command) -> Command:
    """Give a command the option `--against-report`."""
    words = "Tell how the figures worked out now differ from the frozen report, which stays."
    return click.option("--against-report", is_flag=True, help=words)(command)


def compare(
    workspace: str | None,
    key: str | None,
    export: Export | None,
    config: Path | None,
    *,
    as_json: bool,
) -> ExitCode:
    """Tell how today's figures differ from the frozen ones: `differs` is empty where they do not."""
    if export is not None or workspace is None or key is None:
        raise click.UsageError("--against-report needs WORKSPACE and KEY of a project in closing")
    settings = settings_of(config)
    known_workspace(settings, workspace)
    with looking_services(settings) as services:
        project = services.find(workspace, key)
        found = services.planning.against_report(project)
        frozen = services.metrics(project)
    if as_json:
        tell_json({**frozen, "differs": [one.as_json() for one in found]})
    else:
        _show(found)
    return ExitCode.GOOD


def _show(found: Sequence[Difference]) -> None:
    from service.domain.metrics.inputs import INPUTS

    if not found:
        tell("The report is what the figures are today.")
        return
    tell("The report stands as it was frozen. Worked out now, this would be otherwise:")
    for one in found:
        if one.kind == "input":
            tell(f"  changed since: {INPUTS[one.name]}")
        elif one.kind == "catalogue":
            tell(f"  another version of the definitions: {one.before}, now {one.after}")
    rows = [
        (one.name, _cell(one.before), _cell(one.after))
        for one in found
        if one.kind in {"window", "figure"}
    ]
    if rows:
        tell_table(("figure", "in the report", "now"), rows)
    else:
        tell("No figure differs.")


def _cell(value: object) -> str:
    words = "unknown" if value is None else str(value)
    if isinstance(value, list):
        words = f"{len(value)} entries, see --json"
    return words if len(words) <= LONGEST_CELL else f"{words[: LONGEST_CELL - 1]}…"
