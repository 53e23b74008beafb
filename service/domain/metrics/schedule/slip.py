"""How late the project began and ended, against the plan as it stood at the kick-off.

Days are calendar days of the project's time zone; working days go by its calendar.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.metrics.window import starts_of
from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.metrics.scope.members import Scope

GIVEN_UP = "the project was given up and not finished; abandoned_on says when"
NO_START = "no start date is set"

_FINISH = "day of the last completion among the members at the close"
_FINISH_95 = "day on which 95 % of the members at the close, dropped ones left out, were done"
_AGAINST = "planned finish at the kick-off; positive is late"
_COARSE = ", which was planned by the month or longer: it is measured from the end of that"
_ABANDONED = "day on which the project was cancelled"
_START = "day on which the first issue of the project went into progress, minus its start date"
_STARTED = "day on which the project was started, minus its start date; no issue was in progress"

_Completion = tuple["datetime", "Past"]


def slip_figures(basis: Basis, planned: Value) -> dict[str, Value]:
    """Return begin and end of the work and how far each was from the plan.

    A project that was given up has no finish: `abandoned_on` is to be read beside the planned one.
    """
    abandoned = _abandoned_on(basis)
    done = _completions(basis.scope)
    finish, finish_95 = _finish(basis, done), _finish_95(basis, done)
    if _given_up(basis):
        finish, finish_95 = (
            unknown("date", one.formula, GIVEN_UP, one.excluded) for one in (finish, finish_95)
        )
    against = f"{_AGAINST}{_COARSE}" if basis.project.target_is_coarse else _AGAINST
    slip = days_between(planned, finish, f"actual finish minus {against}")
    return {
        "actual_finish": finish,
        "abandoned_on": abandoned,
        "slip_days": slip,
        "slip_days_95": days_between(planned, finish_95, f"{_FINISH_95}, minus {against}"),
        "slip_percent": _percent(basis, planned, slip),
        "slip_working_days": _working(basis, planned, finish, slip),
        "start_delay_days": _start_delay(basis),
    }


def days_between(earlier: Value, later: Value, formula: str) -> Value:
    """Return the calendar days from one date to another, unknown where either of them is."""
    if isinstance(earlier.value, date) and isinstance(later.value, date):
        days = (later.value - earlier.value).days
        return Value(days, "days", later.n, formula, later.issues, later.excluded)
    reason = earlier.reason or later.reason or ""
    return unknown("days", formula, reason, later.excluded)


def _given_up(basis: Basis) -> bool:
    project = basis.project
    cancelled = project.status.category is StatusCategory.CANCELLED
    return cancelled and (project.closed_at is None or project.closed_at <= basis.window.close)


def _abandoned_on(basis: Basis) -> Value:
    if not _given_up(basis):
        return unknown("date", _ABANDONED, "the project was not given up by the close")
    at = basis.project.closed_at
    if at is None:
        return unknown("date", _ABANDONED, "the tracker does not say when it was cancelled")
    return Value(basis.calendar.day_of(at), "date", 1, _ABANDONED)


def _finish(basis: Basis, done: Sequence[_Completion]) -> Value:
    scope = basis.scope
    finished = {id(past) for _, past in done}
    dropped = [past for past in scope["dropped"] if id(past) not in finished]
    excluded = _left_out(scope, dropped)
    if not done:
        reason = "no issue that was in the project at the close is done"
        return unknown("date", _FINISH, reason, excluded)
    last = done[-1][0]
    keys = tuple(past.key for at, past in done if at == last)
    return Value(basis.calendar.day_of(last), "date", len(done), _FINISH, keys, excluded)


def _finish_95(basis: Basis, done: Sequence[_Completion]) -> Value:
    scope = basis.scope
    dropped = {id(past) for past in scope["dropped"]}
    whole = len(scope["final"]) - len(dropped)
    needed = -(-95 * whole // 100)
    excluded = _left_out(scope, scope["dropped"])
    if not whole:
        return unknown("date", _FINISH_95, "no issue was left to be done at the close", excluded)
    delivered = [one for one in done if id(one[1]) not in dropped]
    if len(delivered) < needed:
        reason = f"{len(delivered)} of {whole} issues were done at the close, fewer than 95 %"
        return unknown("date", _FINISH_95, reason, excluded)
    on = basis.calendar.day_of(delivered[needed - 1][0])
    keys = tuple(past.key for _, past in delivered[:needed])
    return Value(on, "date", needed, _FINISH_95, keys, excluded)


def _completions(scope: Scope) -> list[_Completion]:
    """Return when each done issue was done, in order of time and then of key."""
    end = scope.window.close
    done = [(at, past) for past in scope["done"] if (at := past.done_at(end)) is not None]
    return sorted(done, key=lambda one: (one[0], one[1].key))


def _left_out(scope: Scope, dropped: Sequence[Past]) -> tuple[Excluded, ...]:
    return (
        *scope.excluded,
        *[Excluded(past.key, "dropped") for past in dropped],
        *[Excluded(past.key, "not done at the close") for past in scope["carried_over"]],
    )


def _percent(basis: Basis, planned: Value, slip: Value) -> Value:
    formula = f"{slip.formula}; in % of the days from the kick-off to the planned finish"
    start, finish = basis.window.baseline, planned.value
    if slip.reason is not None or start is None or not isinstance(finish, date):
        return unknown("%", formula, slip.reason or planned.reason or "", slip.excluded)
    length = (finish - basis.calendar.day_of(start)).days
    if length <= 0:
        reason = "the planned finish does not lie after the day of the kick-off"
        return unknown("%", formula, reason, slip.excluded)
    days = slip.value if isinstance(slip.value, int) else 0
    return Value(100 * days / length, "%", slip.n, formula, slip.issues, slip.excluded)


def _working(basis: Basis, planned: Value, finish: Value, slip: Value) -> Value:
    formula = f"{slip.formula}; in working days, from the end of the one day to that of the other"
    if not isinstance(planned.value, date) or not isinstance(finish.value, date):
        return unknown("working days", formula, slip.reason or "", slip.excluded)
    calendar = basis.calendar
    days = calendar.working_days(calendar.end_of(planned.value), calendar.end_of(finish.value))
    return Value(days, "working days", slip.n, formula, slip.issues, slip.excluded)


def _start_delay(basis: Basis) -> Value:
    scope, planned = basis.scope, basis.project.start_on
    if planned is None:
        return unknown("days", _START, NO_START, scope.excluded)
    starts = [
        (at, past.key)
        for past in scope["touched"]
        for at in starts_of(past)
        if at <= scope.window.close
    ]
    if starts:
        first, key = min(starts)
        days = (basis.calendar.day_of(first) - planned).days
        return Value(days, "days", 1, _START, (key,), scope.excluded)
    started = basis.project.started_at
    if started is None or started > scope.window.close:
        return unknown("days", _START, "no issue of the project went into progress", scope.excluded)
    days = (basis.calendar.day_of(started) - planned).days
    return Value(days, "days", 1, _STARTED, (), scope.excluded)
