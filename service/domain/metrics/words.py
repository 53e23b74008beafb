"""The figures in words, row by row, as the page's table shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from service.domain.metrics.schedule import NO_PLAN
from service.domain.tracking import Field, PlanChange
from service.domain.words import counted, day

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.metrics.snapshot import Snapshot
    from service.domain.metrics.values import Value


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the figures table; a cell is None where the column says nothing of this row.

    A cell that is not known says so and why: `unknown: the tracker keeps no earlier target dates`.
    `reason` is what the reader should know beside the cells: how the figure is bounded, what it
    covers.
    """

    label: str
    planned: str | None
    actual: str | None
    reason: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the row as it is kept and published."""
        return {
            "label": self.label,
            "planned": self.planned,
            "actual": self.actual,
            "reason": self.reason,
        }


def headline(snapshot: Snapshot) -> list[Row]:
    """Return the rows of the figures table, planned against actual."""
    return [*_plan_rows(snapshot), *_scope_rows(snapshot), *_flow_rows(snapshot)]


def _plan_rows(found: Snapshot) -> list[Row]:
    planned, finish = found["schedule.planned_finish"], found["schedule.actual_finish"]
    plan = "none was set" if planned.reason == NO_PLAN else _cell(planned)
    known = plan if planned.value is not None else None
    return [
        Row("Planned finish at kick-off", plan, None, _kick_off(found)),
        Row("Re-plans", None, _replans(found), _last_plan(found)),
        Row("Actual finish", known, _cell(finish), _coverage(found)),
        Row("Slip", None, _slip(found["schedule.slip_days"]), _stragglers(found)),
    ]


def _scope_rows(found: Snapshot) -> list[Row]:
    came_and_went = found["scope.transient"].value
    transient = f"{came_and_went} more came and went in between" if came_and_went else None
    left_out = found["scope.final"].excluded
    uncounted = f"{counted(len(left_out), 'issue')} could not be counted" if left_out else None
    base = found["scope.base"]
    planned = _size(found, "base") if base.value is not None else None
    return [
        Row("Scope at kick-off", _size(found, "base"), None, uncounted),
        Row("Added after kick-off", None, _size(found, "added"), transient),
        Row("Removed after kick-off", None, _size(found, "removed"), _removals(found)),
        Row("Scope at the close", planned, _size(found, "final"), uncounted),
        Row("Done", None, _size(found, "done")),
        Row("Dropped", None, _size(found, "dropped")),
    ]


def _flow_rows(found: Snapshot) -> list[Row]:
    half, most = found["flow.cycle_time_p50_days"], found["flow.cycle_time_p85_days"]
    cycle = _cell(half)
    if half.value is not None:
        cycle = f"half within {_cell(half)}, 85 % within {_cell(most)}"
    measured, never = found["flow.cycle_time_n"].n, found["flow.never_started_n"]
    coverage = f"{measured} of {counted(never.n, 'finished issue')} measured"
    if never.value:
        coverage += f"; {never.value} never in progress before done"
    reopened = found["flow.reopened"]
    times = _cell(reopened)
    if reopened.value:
        times = f"{times}, in {counted(len(reopened.issues), 'issue')}"
    return [Row("Cycle time", None, cycle, coverage), Row("Reopenings", None, times)]


def _cell(value: Value) -> str:
    match value.value:
        case None:
            return f"unknown: {value.reason}"
        case date() as on:
            return day(on)
        case float() as number if value.unit == "days":
            return f"{number:.1f} days"
        case 0:
            return "none"
        case number:
            return str(number)


def _kick_off(found: Snapshot) -> str:
    window = found.window
    if window.baseline is None:
        return f"kick-off unknown: {window.baseline_reason}"
    return f"kick-off {_day(found, window.baseline)}: {window.baseline_reason}"


def _replans(found: Snapshot) -> str:
    history = found["schedule.replan_history"]
    if not isinstance(history.value, tuple):
        return _cell(history)
    moves = [
        f"{_plan(one.before)} → {_plan(one.after)} (on {_day(found, one.at)})"
        for one in history.value
        if isinstance(one, PlanChange)
    ]
    return f"{len(moves)}: {'; '.join(moves)}" if moves else "none"


def _day(found: Snapshot, at: datetime) -> str:
    return day(at.astimezone(found.timezone).date())


def _plan(on: date | None) -> str:
    return day(on) if on else "no date"


def _last_plan(found: Snapshot) -> str | None:
    last = found["schedule.last_planned_finish"]
    return None if last.value is None else f"last plan: {_cell(last)}"


def _coverage(found: Snapshot) -> str | None:
    done, final = found["scope.done"].n, found["scope.final"].n
    return None if done == final else f"{done} of {counted(final, 'issue')} done at the close"


def _slip(value: Value) -> str:
    if not isinstance(value.value, int):
        return _cell(value)
    if value.value == 0:
        return "none, on the planned day"
    return f"{counted(abs(value.value), 'day')} {'late' if value.value > 0 else 'early'}"


def _stragglers(found: Snapshot) -> str | None:
    most = found["schedule.slip_days_95"]
    if most.value == found["schedule.slip_days"].value:
        return None
    if most.value is None:
        return f"95 % date unknown: {most.reason}"
    return f"95 % of the scope: {_slip(most)}"


def _size(found: Snapshot, name: str) -> str:
    items, points = found[f"scope.{name}"], found[f"scope.{name}_points"]
    if not isinstance(items.value, int):
        return _cell(items)
    text = counted(items.value, "issue")
    if isinstance(points.value, float) and items.value:
        text += f", {points.value:g} points"
    return text


def _removals(found: Snapshot) -> str | None:
    about = [
        one.text for one in found.quality if one.issue is None and one.field is Field.MEMBERSHIP
    ]
    return "; ".join(about) or None
