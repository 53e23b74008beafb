"""The options of a file of exported issues: figures without a configuration or a tool."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.cli.exported import Export

Command = TypeVar("Command", bound="Callable[..., object]")

_NAMES = (
    "path", "version", "epic", "project", "baseline", "close", "planned_finish", "status_map",
    "points_field", "timezone",
)  # fmt: skip


def of_an_export(command: Command) -> Command:
    """Give a command the options of an export, which it takes as one: `export`, None without."""
    file = click.Path(path_type=Path, dir_okay=False, exists=True)
    options = (
        click.option(
            "--jira-issues",
            "path",
            type=file,
            help="Instead of a workspace: issues exported from Jira with their changelogs, one a "
            "line, .gz too. With one of --version, --epic, --project.",
        ),
        click.option("--version", help="The version of the export: its name, KEY:name, or id."),
        click.option("--epic", help="The epic of the export: its key."),
        click.option("--project", help="The Jira project of the export: its key."),
        click.option(
            "--baseline", help="The kick-off: an instant with zone, or a day's beginning."
        ),
        click.option("--close", help="The close: an instant with zone, or a day's end."),
        click.option("--planned-finish", help="The day on which it was to be finished."),
        click.option(
            "--status-map",
            type=file,
            help="TOML: lists of statuses: active, done, dropped, waiting, review, blocked.",
        ),
        click.option("--points-field", help="The id of the field for story points."),
        click.option("--timezone", help="Where days begin and end; else in UTC."),
    )

    @functools.wraps(command)
    def taking_one(**given: Any) -> object:  # noqa: ANN401  (what the options gave)
        mine = {name: given.pop(name) for name in _NAMES}
        return command(**given, export=_asked(**mine))

    found: Any = taking_one
    for option in reversed(options):
        found = option(found)
    typed: Command = found
    return typed


def _asked(path: Path | None, **given: str | None) -> Export | None:
    """Return what is asked of an export. Raises click.UsageError."""
    if path is not None:
        from service.cli.exported import asked

        return asked(path, **given)
    needless = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
    if needless:
        raise click.UsageError(f"{', '.join(needless)} needs --jira-issues FILE")
    return None
