"""The command that takes working time out of a time sheet: import-time."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.exits import ExitCode
from service.cli.reach import known_workspace, options, services_of, settings_of
from service.cli.talk import tell, tell_json, tell_table

if TYPE_CHECKING:
    from service.domain.recorded_time import Skipped, TimeImport, TimeSheet

HOUR = 3600
SHOWN_LINES = 10
THE_PROJECT = "the project as a whole"


@click.command("import-time", short_help="Take working time out of a time sheet.")
@click.argument("workspace")
@click.argument("key")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--apply", "applied", is_flag=True, help="Keep it; else it is only told.")
@click.option("--project", help="Take the rows of this project of the sheet, all of them.")
@click.option(
    "--dates",
    type=click.Choice(["dmy", "mdy"]),
    help="Which comes first in dates such as 03/04/2026.",
)
@click.option(
    "--beside-worklogs", is_flag=True, help="Also where the tracker has time on issue and day."
)
@click.option("--replace", is_flag=True, help="Take corrected rows instead of earlier ones.")
@options
def import_time(
    workspace: str,
    key: str,
    file: Path,
    *,
    applied: bool,
    project: str | None,
    dates: str | None,
    beside_worklogs: bool,
    replace: bool,
    config: Path | None,
    as_json: bool,
) -> ExitCode:
    """Take working time out of FILE, a CSV of Harvest, Toggl Track, Tempo, or a plain one.

    The plain one has the columns date, issue and hours, and where wanted person, role and project.
    Without --apply nothing is kept. A row that was imported before is not taken again. Persons are
    only kept so that their hourly rate is found, and cannot be read.
    """
    from service.domain.recorded_time import Choice

    settings = settings_of(config)
    known_workspace(settings, workspace)
    sheet = _sheet(file, dates)
    choice = Choice(project, beside_worklogs, replace)
    with services_of(settings) as services:
        ref = services.find(workspace, key)
        found = services.planning.import_hours(ref, sheet, choice, apply=applied)
    if as_json:
        tell_json(_body(found, applied=applied))
    else:
        _show(found, applied=applied)
    return ExitCode.GOOD


def _sheet(file: Path, dates: str | None) -> TimeSheet:
    from service.timesheets import DateOrder, UnreadableSheet, read_sheet

    try:
        return read_sheet(file.read_bytes(), DateOrder(dates) if dates else None)
    except OSError as error:
        raise click.BadParameter(f"cannot read {file}: {error.strerror}") from None
    except UnreadableSheet as error:
        raise click.BadParameter(f"{file}: {error}") from None


def _show(found: TimeImport, *, applied: bool) -> None:
    from service.domain.words import counted

    hours = sum(found.by_issue.values()) / HOUR
    tell(f"{found.source}: {counted(len(found.added), 'new row')}, {hours:.2f} h")
    if found.by_issue:
        rows = [
            (key or THE_PROJECT, f"{seconds / HOUR:.2f}") for key, seconds in found.by_issue.items()
        ]
        tell_table(("issue", "hours"), rows)
    if found.already:
        tell(f"Imported before and not taken again: {counted(found.already, 'row')}.")
    if found.instead_of:
        tell(f"Imported before and replaced: {counted(len(found.instead_of), 'row')}.")
    if found.skipped:
        tell("Not taken:")
        for reason, lines in _by_reason(found.skipped).items():
            shown = ", ".join(map(str, lines[:SHOWN_LINES]))
            more = f" and {len(lines) - SHOWN_LINES} more" if len(lines) > SHOWN_LINES else ""
            tell(f"  line{'' if len(lines) == 1 else 's'} {shown}{more}: {reason}")
    if applied:
        tell("Kept." if found.added else "Nothing was new; nothing was kept.")
    else:
        tell("Nothing was kept; --apply keeps it.")


def _by_reason(skipped: tuple[Skipped, ...]) -> dict[str, list[int]]:
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for one in skipped:
        lines[one.reason].append(one.line)
    return dict(lines)


def _body(found: TimeImport, *, applied: bool) -> dict[str, object]:
    return {
        "source": found.source,
        "applied": applied,
        "new": len(found.added),
        "already": found.already,
        "replaced": len(found.instead_of),
        "hours": [
            {"issue": key, "hours": round(seconds / HOUR, 4)}
            for key, seconds in found.by_issue.items()
        ],
        "skipped": [{"line": one.line, "reason": one.reason} for one in found.skipped],
    }
