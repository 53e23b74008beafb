"""A plan of ten days without weekends from a midnight on, so that a day is a tenth of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.domain.metrics import Calendar, Snapshot
from service.domain.metrics.series import Lines
from service.domain.money import Finances
from service.domain.tracking import Field, Issue, TimeEntry
from tests.domain.builders import (
    a_change,
    a_project,
    an_issue,
    issues_of,
)
from tests.domain.metrics.report import report, value

#: Every day is a working day: planned value rises evenly. Ten days from the kick-off at midnight.
EVERY_DAY = Calendar(weekend=frozenset())
MIDNIGHT = datetime(2024, 3, 4, tzinfo=UTC)
TEN_DAYS = a_project(created=MIDNIGHT - timedelta(days=9), started=MIDNIGHT, target="2024-03-13")


def at(days: float) -> datetime:
    """Return the instant so many days after the midnight before the kick-off day."""
    return MIDNIGHT + timedelta(days=days)


def done_after(days: float, key: str, estimate: float | None = None, **more: object) -> Issue:
    """Return an issue that was there before the kick-off and is done so many days after it."""
    history = (a_change(Field.STATUS, "todo", "done", at(days)),)
    given = {"created": at(-1), "estimate": estimate, **more}
    return an_issue(key, history, **given)  # type: ignore[arg-type] # the builder's own options


def open_issue(key: str, estimate: float | None = None, **more: object) -> Issue:
    given = {"created": at(-1), "estimate": estimate, **more}
    return an_issue(key, "todo", **given)  # type: ignore[arg-type] # the builder's own options


def told(
    *issues: Issue,
    close: float = 20,
    finances: Finances | None = None,
    time: Iterable[TimeEntry] | None = None,
    **project: object,
) -> Snapshot:
    given = replace(issues_of(*issues), time=None if time is None else tuple(time))
    plan = replace(TEN_DAYS, **project)  # type: ignore[arg-type] # fields of the project
    return report(given=given, project=plan, calendar=EVERY_DAY, close=at(close), finances=finances)


def ev(found: Snapshot, name: str) -> object:
    return value(found, f"earned_value.{name}")


def lines_of(found: Snapshot, name: str = "earned_value") -> dict[str, tuple[float | None, ...]]:
    series = found.series[name]
    assert isinstance(series, Lines)
    return dict(series.lines)


def hours(issue_id: str, days: float, amount: float, person: str = "ada") -> TimeEntry:
    return TimeEntry(f"{issue_id}@{days}", at(days), int(amount * 3600), issue_id, person)
