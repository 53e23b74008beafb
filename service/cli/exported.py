"""Figures of a file of exported issues: what was asked of it, and what it says."""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from service.cli.talk import progress_to
from service.domain.history import Finding
from service.domain.metrics import Calendar, Chosen, Snapshot, StatusSets, Value, snapshot
from service.domain.metrics.values import unknown
from service.domain.tracking import Field, Project
from service.exports import Exported, UnusableFile, Wanted
from service.ports import NotFound
from service.settings import BadSettings, connector
from service.settings.sections import Statuses
from service.settings.values import check

#: The lists of a status map.
SETS = ("active", "done", "dropped", "waiting", "review", "blocked")

#: The connector that reads what `--jira-issues` names.
TOOL = "jira"

KINDS: tuple[Literal["version", "epic", "project"], ...] = ("version", "epic", "project")

PLAN_TODAY = (
    "the planned finish is the target date as the export has it, which says nothing of earlier "
    "ones; --planned-finish gives the one that was planned"
)
PLAN_GIVEN = "the planned finish was given for this report; what became of it is not known"
NO_EARLIER_PLANS = "the export says nothing of earlier target dates"
_OF_REPLANS = frozenset({"replans", "replan_history", "drift_days"})


@dataclass(frozen=True, slots=True)
class Export:
    """What somebody asked of a file of exported issues.

    `zone` is where days begin and end: those of the figures, and dates given without a time.
    """

    path: Path
    wanted: Wanted
    zone: ZoneInfo
    baseline: Chosen | None
    close: Chosen | None
    planned_finish: date | None
    sets: StatusSets
    points_field: str | None


def asked(path: Path, **given: str | None) -> Export:
    """Read the options of an export. Raises click.UsageError, and BadSettings for a status map."""
    kinds = [(kind, word) for kind in KINDS if (word := given.get(kind)) is not None]
    if len(kinds) != 1:
        raise click.UsageError("--jira-issues needs one of --version, --epic and --project")
    ((kind, word),) = kinds
    zone = _zone(given.get("timezone") or "UTC")
    baseline = _instant(given.get("baseline"), "--baseline", zone, at_end=False)
    close = _instant(given.get("close"), "--close", zone, at_end=True)
    if baseline is not None and close is not None and baseline > close:
        raise click.BadParameter("it lies after --close", param_hint="--baseline")
    return Export(
        path=path,
        wanted=Wanted(kind, word.strip()),
        zone=zone,
        baseline=None if baseline is None else Chosen(baseline),
        close=None if close is None else Chosen(close),
        planned_finish=_day(given.get("planned_finish"), "--planned-finish"),
        sets=_status_sets(given.get("status_map")),
        points_field=given.get("points_field"),
    )


def work_out(export: Export) -> Snapshot:
    """Read the export and work out every figure. Raises click.BadParameter where it is unfit."""
    with without_collector():
        found = read(export)
        project, remark = _planned(found.project, export)
        made = snapshot(
            project,
            found.issues,
            # Nothing is asked of the clock: the same file gives the same figures on every day.
            now=export.close.at if export.close is not None else found.latest,
            calendar=Calendar(export.zone),
            baseline=export.baseline,
            close=export.close,
            status_sets=export.sets,
        )
    quality = (*_remarks(export, found, remark), *found.findings, *made.quality)
    return replace(made, quality=quality, metrics=_without_replans(made, project, found.project))


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave the search for cycles off: on large files it takes a third of the time.

    Safe, because what is read and worked out holds no cycles: each object goes when nothing needs
    it any more, which does not wait for the collector.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read(export: Export) -> Exported:
    """Read what was asked for, with a bar on a terminal. Raises click.BadParameter."""
    reader = connector(TOOL).export
    if reader is None:
        raise click.UsageError(f"the connector {TOOL} reads no exports")
    try:
        with progress_to(export.path.stat().st_size, f"Reading {export.path.name}") as watch:
            return reader()(export.path, export.wanted, export.points_field, watch)
    except NotFound as missing:
        raise click.BadParameter(str(missing), param_hint=f"--{export.wanted.kind}") from missing
    except UnusableFile as fault:
        raise click.BadParameter(str(fault), param_hint="--jira-issues") from fault


def _planned(project: Project, export: Export) -> tuple[Project, str | None]:
    """Return the project with its planned finish, and what is to be said of where it comes from."""
    if export.planned_finish is not None:
        # Whoever gives the plan of the kick-off says that there was a project then.
        made_at = project.created_at
        if export.baseline is not None:
            made_at = min(made_at, export.baseline.at)
        given = replace(
            project, target_on=export.planned_finish, plan_changes=(), created_at=made_at
        )
        return given, PLAN_GIVEN
    if project.plan_changes is None and project.target_on is not None:
        return replace(project, plan_changes=()), PLAN_TODAY
    return project, None


def _without_replans(
    made: Snapshot, project: Project, read: Project
) -> dict[str, dict[str, Value]]:
    """Return the figures without those of a record of plans that the export does not hold."""
    if project.plan_changes is read.plan_changes:
        return made.metrics
    schedule = dict(made.metrics["schedule"])
    for name in _OF_REPLANS & schedule.keys():
        known = schedule[name]
        schedule[name] = unknown(known.unit, known.formula, NO_EARLIER_PLANS)
    return {**made.metrics, "schedule": schedule}


def _remarks(export: Export, found: Exported, plan: str | None) -> Iterator[Finding]:
    """Yield what limits these figures because they come from a file."""
    named = export.sets.names()
    if unclear := sorted(one for one in found.unclear if one.casefold() not in named):
        text = (
            f"the export does not tell what these statuses mean, and they count as not started: "
            f"{', '.join(unclear)}; --status-map FILE says it"
        )
        yield Finding(None, Field.STATUS, text)
    there = found.issues.statuses
    known = {one.name.casefold() for one in there.values()} | {id_.casefold() for id_ in there}
    if strange := sorted(named - known):
        text = f"no issue of the export ever stood in these of the status map: {', '.join(strange)}"
        yield Finding(None, Field.STATUS, text)
    if plan is not None:
        yield Finding(None, None, plan)


def _status_sets(name: str | None) -> StatusSets:
    """Read a status map. Raises BadSettings."""
    if name is None:
        return StatusSets()
    path = Path(name)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BadSettings(f"{path} is no status map in TOML: {fault}") from None
    if strange := sorted(given.keys() - set(SETS)):
        raise BadSettings(f"{path}: {strange[0]} is unknown; there are: {', '.join(SETS)}")
    lists = check(Statuses, path.name, given)
    try:
        return StatusSets(**{key: frozenset(names) for key, names in lists})
    except ValueError as fault:
        raise BadSettings(f"{path}: {fault}") from None


def _instant(text: str | None, hint: str, zone: ZoneInfo, *, at_end: bool) -> datetime | None:
    """Read an instant with its zone, or a day: its first instant, `at_end` its last one."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        calendar = Calendar(zone)
        return calendar.end_of(day) - timedelta.resolution if at_end else calendar.start_of(day)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        like = "2026-03-31T17:00:00Z or 2026-03-31T17:00:00+02:00, or a day such as 2026-03-31"
        raise click.BadParameter(f"{text!r} is no instant with its zone: {like}", param_hint=hint)
    return at.astimezone(UTC)


def _day(text: str | None, hint: str) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        like = "a day such as 2026-03-31"
        raise click.BadParameter(f"{text!r} is no day: {like}", param_hint=hint) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        like = "one reads like Europe/Berlin"
        raise click.BadParameter(
            f"{name!r} is no time zone; {like}", param_hint="--timezone"
        ) from None
