"""Every other figure in words, area by area, as a page shows them folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.words.cells import Row, cell, joined, late, local_day, percent, size
from service.domain.metrics.words.headline import coverage, kick_off, planned_finish
from service.domain.tracking import Field, PlanChange
from service.domain.words import counted, day

if TYPE_CHECKING:
    from datetime import date

    from service.domain.metrics.snapshot import Snapshot


def details(found: Snapshot) -> list[Row]:
    """Return the rows behind the headline, planned against actual."""
    return [
        *_plan(found),
        *_scope(found),
        *_flow(found),
        *_effort(found),
        *_value(found),
    ]


def _plan(found: Snapshot) -> list[Row]:
    planned = found["schedule.planned_finish"]
    return [
        Row("Planned finish at kick-off", planned_finish(found), None, kick_off(found)),
        Row("Re-plans", None, _replans(found), _last_plan(found)),
        Row(
            "Actual finish",
            cell(planned) if planned.value is not None else None,
            cell(found["schedule.actual_finish"]),
            _finished(found),
        ),
        Row("Slip", None, late(found["schedule.slip_days"]), _stragglers(found)),
        Row("Due dates kept", None, percent(found["schedule.due_hit_rate"]), _moved(found)),
    ]


def _scope(found: Snapshot) -> list[Row]:
    came_and_went = found["scope.transient"].value
    transient = f"{came_and_went} more came and went in between" if came_and_went else None
    left_out = found["scope.final"].excluded
    uncounted = f"{counted(len(left_out), 'issue')} could not be counted" if left_out else None
    base = found["scope.base"]
    planned = size(found, "base") if base.value is not None else None
    return [
        Row("Scope at kick-off", size(found, "base"), None, uncounted),
        Row("Added after kick-off", None, size(found, "added"), transient),
        Row("Removed after kick-off", None, size(found, "removed"), _removals(found)),
        Row("Scope at the close", planned, size(found, "final"), uncounted),
        Row("Delivered", None, size(found, "delivered")),
        Row("Dropped", None, size(found, "dropped")),
        Row("Not done", None, size(found, "carried_over")),
        Row("Volatility", None, percent(found["scope.volatility"])),
    ]


def _flow(found: Snapshot) -> list[Row]:
    half, most = (found[f"flow.delivered_cycle_time_p{rank}_days"] for rank in (50, 85))
    cycle = cell(half)
    if half.value is not None:
        cycle = f"half within {cell(half)}, 85 % within {cell(most)}"
    reopened = found["flow.reopened"]
    times = cell(reopened)
    if reopened.value:
        times = f"{times}, in {counted(len(reopened.issues), 'issue')}"
    return [
        Row("Cycle time", None, cycle, coverage(found)),
        Row("Flow efficiency", None, percent(found["flow.flow_efficiency"])),
        Row("Blocked", None, cell(found["flow.blocked_days"])),
        Row("Reopenings", None, times),
        Row("Handoffs", None, cell(found["flow.handoffs_lasting"])),
    ]


def _effort(found: Snapshot) -> list[Row]:
    if found["effort.pred25"].value is None:
        return [Row("Estimates", None, cell(found["effort.pred25"]))]
    return [
        Row("Estimates within 25 %", None, percent(found["effort.pred25"])),
        Row("Typical error of an estimate", None, percent(found["effort.mdmre"])),
        Row("Actual against estimate", None, cell(found["effort.bias"])),
    ]


def _value(found: Snapshot) -> list[Row]:
    return [
        Row("Earned of what was planned", None, percent(found["earned_value.complete"])),
        Row("Schedule performance, by time", None, cell(found["earned_value.spi_t"])),
        Row("Cost performance", None, cell(found["earned_value.cpi"])),
        Row(
            "Finish as foretold half-way",
            None,
            cell(found["forecast.p85_at_50"]),
            "85 of 100 simulated futures were done by then",
        ),
    ]


def _replans(found: Snapshot) -> str:
    history = found["schedule.replan_history"]
    if not isinstance(history.value, tuple):
        return cell(history)
    moves = [
        f"{_day(one.before)} → {_day(one.after)} (on {local_day(found, one.at)})"
        for one in history.value
        if isinstance(one, PlanChange)
    ]
    return f"{len(moves)}: {'; '.join(moves)}" if moves else "none"


def _day(on: date | None) -> str:
    return day(on) if on else "no date"


def _last_plan(found: Snapshot) -> str | None:
    last = found["schedule.last_planned_finish"]
    return None if last.value is None else f"last plan: {cell(last)}"


def _finished(found: Snapshot) -> str | None:
    delivered, final = found["scope.delivered"].n, found["scope.final"].n
    if delivered == final:
        return None
    return f"{delivered} of {counted(final, 'issue')} delivered at the close"


def _stragglers(found: Snapshot) -> str | None:
    most = found["schedule.slip_days_95"]
    if most.value == found["schedule.slip_days"].value:
        return None
    if most.value is None:
        return f"95 % date unknown: {most.reason}"
    return f"95 % of the scope: {late(most)}"


def _moved(found: Snapshot) -> str | None:
    moved = found["schedule.due_hit_rate_moved"]
    return None if moved.value is None else f"{percent(moved)} by the dates as they were moved"


def _removals(found: Snapshot) -> str | None:
    about = [
        one.text for one in found.quality if one.issue is None and one.field is Field.MEMBERSHIP
    ]
    return joined(*about)
