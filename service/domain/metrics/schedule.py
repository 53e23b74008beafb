"""Schedule: the planned finish as it stood at the kick-off, every re-plan, the actual finish.

Dates are calendar dates in the project's time zone; a positive slip is late.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.domain.history import Step, Track, undo
from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import PlanChange

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.metrics.scope import Scope
    from service.domain.metrics.window import Window
    from service.domain.tracking import Project

NO_EARLIER_PLANS = "the tracker keeps no earlier target dates"
NO_PLAN = "no target date was set at the kick-off"

_PLANNED = "target date of the project as it stood at the kick-off"
_LAST_PLAN = "target date of the project as it stood at the close"
_REPLANS = "changes of the target date after the kick-off, up to the close"
_DRIFT = "target date at the close minus target date at the kick-off"
_FINISH = "day of the last completion among the members at the close"
_SLIP = "actual finish minus planned finish at the kick-off; positive is late"
_FINISH_95 = "day on which 95 % of the members at the close, dropped ones left out, were done"
_SLIP_95 = f"{_FINISH_95}, minus planned finish at the kick-off; positive is late"


def schedule_figures(basis: Basis) -> dict[str, Value]:
    """Return the plan, what became of it, and the slip between the two."""
    project, scope, timezone = basis.project, basis.scope, basis.calendar.timezone
    planned = _planned(project, scope.window)
    last = _last_plan(project, scope.window)
    finish = _finish(scope, timezone)
    return {
        "planned_finish": planned,
        "last_planned_finish": last,
        **_replans(project, scope.window),
        "drift_days": _days_between(planned, last, _DRIFT),
        "actual_finish": finish,
        "slip_days": _days_between(planned, finish, _SLIP),
        "slip_days_95": _days_between(planned, _finish_95(scope, timezone), _SLIP_95),
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


def _planned(project: Project, window: Window) -> Value:
    start = window.baseline
    if start is None:
        return unknown("date", _PLANNED, window.baseline_reason)
    if start < project.created_at:
        return unknown("date", _PLANNED, "the project did not exist yet at the kick-off")
    track = plan_track(project)
    if track is None:
        return unknown("date", _PLANNED, NO_EARLIER_PLANS)
    plan = track.at(start)
    if plan is None:
        return unknown("date", _PLANNED, NO_PLAN)
    return Value(plan, "date", 1, _PLANNED)


def _last_plan(project: Project, window: Window) -> Value:
    track = plan_track(project)
    if track is None and project.target_on is not None:
        formula = "target date of the project today; what it was at the close is not known"
        return Value(project.target_on, "date", 1, formula)
    plan = track.at(window.close) if track else None
    if plan is None:
        return unknown("date", _LAST_PLAN, "no target date is set")
    return Value(plan, "date", 1, _LAST_PLAN)


def _replans(project: Project, window: Window) -> dict[str, Value]:
    start, track = window.baseline, plan_track(project)
    if start is None or track is None:
        reason = window.baseline_reason if start is None else NO_EARLIER_PLANS
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


def _finish(scope: Scope, timezone: tzinfo) -> Value:
    done = _completions(scope)
    excluded = (*scope.excluded, *_not_done(scope))
    if not done:
        reason = "no issue that was in the project at the close is done"
        return unknown("date", _FINISH, reason, excluded)
    last = done[-1][0]
    keys = tuple(past.key for at, past in done if at == last)
    return Value(_day(last, timezone), "date", len(done), _FINISH, keys, excluded)


def _finish_95(scope: Scope, timezone: tzinfo) -> Value:
    done = _completions(scope)
    whole = len(scope["final"]) - len(scope["dropped"])
    needed = -(-95 * whole // 100)
    excluded = (*scope.excluded, *_not_done(scope))
    if not whole:
        return unknown("date", _FINISH_95, "no issue was left to be done at the close", excluded)
    if len(done) < needed:
        reason = f"{len(done)} of {whole} issues were done at the close, fewer than 95 %"
        return unknown("date", _FINISH_95, reason, excluded)
    keys = tuple(past.key for _, past in done[:needed])
    return Value(_day(done[needed - 1][0], timezone), "date", needed, _FINISH_95, keys, excluded)


def _completions(scope: Scope) -> list[tuple[datetime, Past]]:
    """Return when each done issue was done, in order of time and then of key."""
    end = scope.window.close
    done = [(at, past) for past in scope["done"] if (at := past.done_at(end)) is not None]
    return sorted(done, key=lambda one: (one[0], one[1].key))


def _not_done(scope: Scope) -> list[Excluded]:
    return [
        *(Excluded(past.key, "dropped") for past in scope["dropped"]),
        *(Excluded(past.key, "not done at the close") for past in scope["carried_over"]),
    ]


def _days_between(earlier: Value, later: Value, formula: str) -> Value:
    if isinstance(earlier.value, date) and isinstance(later.value, date):
        days = (later.value - earlier.value).days
        return Value(days, "days", later.n, formula, later.issues, later.excluded)
    reason = earlier.reason or later.reason or ""
    return unknown("days", formula, reason, later.excluded)


def _day(at: datetime, timezone: tzinfo) -> date:
    return at.astimezone(timezone).date()
