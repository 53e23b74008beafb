"""The planned finish over time, for the chart of the slip: every re-plan is a step."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.domain.metrics.schedule.figures import NO_EARLIER_PLANS, plan_track, schedule_figures
from service.domain.metrics.series import Plans

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis

NO_PLAN = "no target date was ever set"


def re_plans(basis: Basis) -> Plans:
    """Return the plan at the kick-off and every later one, up to the close."""
    window, track = basis.window, plan_track(basis.project)
    if window.baseline is None:
        return Plans(reason=window.baseline_reason)
    if track is None:
        return Plans(reason=NO_EARLIER_PLANS)
    steps = [(basis.calendar.day_of(window.baseline), track.at(window.baseline))]
    steps += [
        (basis.calendar.day_of(step.at), step.after)
        for step in track.steps()
        if window.baseline < step.at <= window.close and step.before != step.after
    ]
    if all(planned is None for _, planned in steps):
        return Plans(reason=NO_PLAN)
    finish = basis.once(schedule_figures)["actual_finish"].value
    return Plans(tuple(steps), finish if isinstance(finish, date) else None)
