"""The six figures that matter first: when, what, how much of it, how much work, money, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.schedule.figures import NO_PLAN
from service.domain.metrics.words.cells import Row, cell, joined, late, local_day, percent, size
from service.domain.words import counted

if TYPE_CHECKING:
    from service.domain.metrics.snapshot import Snapshot


def headline(found: Snapshot) -> list[Row]:
    """Return the six rows, planned against actual."""
    return [
        _finish(found),
        _scope(found),
        _delivered(found),
        _effort(found),
        _cost(found),
        _cycle(found),
    ]


def kick_off(found: Snapshot) -> str:
    """Say when the kick-off was, and how that is known."""
    window = found.window
    if window.baseline is None:
        return f"kick-off unknown: {window.baseline_reason}"
    return f"kick-off {local_day(found, window.baseline)}: {window.baseline_reason}"


def planned_finish(found: Snapshot) -> str:
    """Write the planned finish; that none was set is no gap in what is known."""
    planned = found["schedule.planned_finish"]
    return "none was set" if planned.reason == NO_PLAN else cell(planned)


def _finish(found: Snapshot) -> Row:
    slip, replans = found["schedule.slip_days"], found["schedule.replans"].value
    known = None if slip.value is None else f"slip: {late(slip)}"
    moved = (
        f"re-planned {counted(replans, 'time')}" if isinstance(replans, int) and replans else None
    )
    return Row(
        "Finish",
        planned_finish(found),
        cell(found["schedule.actual_finish"]),
        joined(known, moved, kick_off(found)),
    )


def _scope(found: Snapshot) -> Row:
    base = found["scope.base"]
    changes = None
    if base.value is not None:
        changes = (
            f"{found['scope.added'].value} added, {found['scope.removed'].value} removed "
            "after the kick-off"
        )
    creep = found["scope.creep"]
    share = None if creep.value is None else f"added: {percent(creep)} of the scope at kick-off"
    return Row("Scope", size(found, "base"), size(found, "final"), joined(changes, share))


def _delivered(found: Snapshot) -> Row:
    dropped, open_ = found["scope.dropped"].n, found["scope.carried_over"].n
    of_plan = found["scope.delivered_of_base"]
    return Row(
        "Delivered",
        size(found, "base") if found["scope.base"].value is not None else None,
        size(found, "delivered"),
        joined(
            f"{percent(of_plan)} of what was planned" if of_plan.value is not None else None,
            f"{dropped} dropped" if dropped else None,
            f"{open_} not done" if open_ else None,
        ),
    )


def _effort(found: Snapshot) -> Row:
    factor, coverage = found["effort.factor"], found["effort.coverage"]
    typical = None
    if isinstance(factor.value, float):
        typical = f"an estimate was typically off by x{factor.value:.1f}"
    both = None
    if coverage.value is not None and found["effort.actual_hours"].value is not None:
        both = f"{percent(coverage)} of the finished issues have an estimate and recorded time"
    return Row(
        "Effort",
        cell(found["effort.estimated_hours"]),
        cell(found["effort.actual_hours"]),
        joined(typical, both),
    )


def _cost(found: Snapshot) -> Row:
    variance, share = found["cost.variance"], found["cost.variance_percent"]
    beside = None
    if variance.value is not None:
        beside = f"variance {cell(variance)}"
        if isinstance(share.value, int | float):
            beside += f" ({share.value:+.0f} %)"
    return Row("Cost", cell(found["cost.budget"]), cell(found["cost.actual"]), beside)


def _cycle(found: Snapshot) -> Row:
    half, most = (found[f"flow.delivered_cycle_time_p{rank}_days"] for rank in (50, 85))
    told = cell(half)
    if half.value is not None:
        told = f"half within {cell(half)}, 85 % within {cell(most)}"
    reopened = found["flow.reopened"]
    again = None
    if reopened.value:
        issues = counted(len(reopened.issues), "issue")
        again = f"{counted(int(str(reopened.value)), 'reopening')} in {issues}"
    return Row("Cycle time", None, told, joined(coverage(found), again))


def coverage(found: Snapshot) -> str:
    """Say how many of the delivered issues have a cycle time."""
    measured = found["flow.delivered_cycle_time_n"].n
    delivered = found["scope.delivered"].n
    text = f"{measured} of {counted(delivered, 'delivered issue')} measured"
    if never := delivered - measured:
        text += f"; {never} never in progress before done"
    return text
