"""A snapshot with the ordinary options, so that a test names only its own."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from service.domain.metrics import Calendar, Chosen, Snapshot, StatusSets, snapshot
from service.domain.money import Finances
from service.domain.tracking import Issue, Project, ProjectIssues
from tests.domain.builders import a_project, day, issues_of

NOW = day(365)


def report(
    *issues: Issue,
    project: Project | None = None,
    given: ProjectIssues | None = None,
    timezone: tzinfo = UTC,
    calendar: Calendar | None = None,
    baseline: datetime | None = None,
    close: datetime | float | None = None,
    status_sets: StatusSets | None = None,
    finances: Finances | None = None,
) -> Snapshot:
    """Return the figures; the project is started at the kick-off, `close` may be in days after."""
    return snapshot(
        project or a_project(),
        given or issues_of(*issues),
        now=NOW,
        calendar=calendar or Calendar(timezone),
        baseline=Chosen(baseline) if baseline else None,
        close=Chosen(day(close) if isinstance(close, int | float) else close)
        if close is not None
        else None,
        status_sets=status_sets,
        finances=finances,
    )


def value(found: Snapshot, name: str) -> object:
    """Return a figure as it is published."""
    return found[name].as_json()["value"]


def texts(found: Snapshot) -> list[str]:
    """Return the findings, each with the key of its issue in front."""
    return [f"{one.issue}: {one.text}" if one.issue else one.text for one in found.quality]
