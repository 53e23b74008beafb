"""Schedule: the planned finish as it stood at the kick-off, and every re-plan.

Dates are calendar dates in the project's time zone; a positive slip is late.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from service.domain.history import Step, Track, undo
from service.domain.metrics.schedule.milestones import milestone_slips
from service.domain.metrics.schedule.punctuality import due_figures
from service.domain.metrics.schedule.slip import days_between, slip_figures
from service.domain.metrics.values import Value, unknown
from service.domain.tracking import PlanChange

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.window import Window
    from service.domain.tracking import Project

NO_EARLIER_PLANS = "the tracker keeps no earlier target dates"
NO_PLAN = "no target date was set at the kick-off"

_PLANNED = "target date of the project as it stood at the kick-off"
_LAST_PLAN = "target date of the project as it stood at the close"
_REPLANS = "changes of the target date after the kick-off, up to the close"
_DRIFT = "target date at the close minus target date at the kick-off: what all re-plans come to"


def schedule_figures(basis: Basis) -> dict[str, Value]:
    """Return the plan, what became of it, and how late the whole and its parts were."""
    project, window = basis.project, basis.window
    planned = planned_finish(project, window)
    last = _last_plan(project, window)
    return {
        "planned_finish": planned,
        "last_planned_finish": last,
        **_replans(project, window),
        "drift_days": days_between(planned, last, _DRIFT),
        **slip_figures(basis, planned),
        **due_figures(basis),
        "milestone_slips": milestone_slips(basis),
    }


def plan_track(project: Project) -> Track[date | None] | None:
    """Return the target date over time, None where the record of its changes cannot be read."""
    if project.plan_changes is None:
        return None
    changes = sorted(set(project.plan_changes), key=_order)
    steps = [Step(one.at, one.before, one.after) for one in changes]
    return undo(project.target_on, steps)


def _order(change: PlanChange) -> tuple[datetime, str, str]:
    return change.at, str(change.before), str(change.after)


def _is_before_our_record(project: Project, at: datetime) -> bool:
    return project.plan_known_since is not None and at < project.plan_known_since


def _no_earlier_plans(project: Project) -> str:
    if project.plan_known_since is None:
        return NO_EARLIER_PLANS
    since = project.plan_known_since.astimezone(UTC)
    return f"{NO_EARLIER_PLANS}; Closeout has kept them since {since:%Y-%m-%d %H:%M} UTC"


def planned_finish(project: Project, window: Window) -> Value:
    """Return the planned finish as of the kick-off: of a month or a quarter, its last day."""
    start, formula = window.baseline, _PLANNED
    if project.target_is_coarse:
        formula = f"{_PLANNED}; planned by the month or longer, of which it is the last day"
    if start is None:
        return unknown("date", formula, window.baseline_reason)
    if start < project.created_at:
        return unknown("date", formula, "the project did not exist yet at the kick-off")
    track = plan_track(project)
    if track is None or _is_before_our_record(project, start):
        return unknown("date", formula, _no_earlier_plans(project))
    plan = track.at(start)
    if plan is None:
        return unknown("date", formula, NO_PLAN)
    return Value(plan, "date", 1, formula)


def _last_plan(project: Project, window: Window) -> Value:
    track = plan_track(project)
    unseen = track is None or _is_before_our_record(project, window.close)
    if unseen and project.target_on is not None:
        formula = "target date of the project today; what it was at the close is not known"
        return Value(project.target_on, "date", 1, formula)
    plan = track.at(window.close) if track else None
    if plan is None:
        return unknown("date", _LAST_PLAN, "no target date is set")
    return Value(plan, "date", 1, _LAST_PLAN)


def _replans(project: Project, window: Window) -> dict[str, Value]:
    start, track = window.baseline, plan_track(project)
    if start is None or track is None or _is_before_our_record(project, start):
        reason = window.baseline_reason if start is None else _no_earlier_plans(project)
        missing = unknown("changes", _REPLANS, reason)
        return {"replans": missing, "replan_history": missing}
    changes = tuple(
        PlanChange(step.at, step.before, step.after)
        for step in track.steps()
        if start < step.at <= window.close and step.before != step.after
    )
    return {
        "replans": Value(len(changes), "changes", len(changes), _REPLANS),
        "replan_history": Value(changes, "changes", len(changes), _REPLANS),
    }
