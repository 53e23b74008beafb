"""From the hours that were planned at the kick-off to those it took, without a gap.

estimated + variance + added + unplanned = actual: every hour of the project is in one of the three.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.worked import HOUR, worked_of
from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.effort.worked import Worked

NOTHING_PLANNED = "no issue that was in the project at the kick-off had an estimate in hours then"

_ACTUAL = "hours recorded up to the close: for the project, and on issues while they were in it"
_ESTIMATED = "sum of the estimates in hours, at the kick-off, of the members then"
_VARIANCE = (
    "hours recorded on the members at the kick-off that were estimated then, minus these "
    "estimates; no recorded time counts as 0 hours; above 0: more than planned"
)
_ADDED = "hours recorded on issues that were not in the project at the kick-off"
_UNPLANNED = "hours recorded on members at the kick-off without an estimate then, and on no issue that counts"


class _Plan(NamedTuple):
    """What was planned at the kick-off.

    - `estimates` are the hours by key.
    - `covered` are the keys, by id, of the issues that these estimates are of: those that carry
      one, the parents of these, and sub-tasks without one of a parent with one.
    - `uncovered` are the other members then, by id.
    """

    estimates: dict[str, float]
    covered: dict[str, str]
    uncovered: dict[str, str]


def planned_hours_figures(basis: Basis) -> dict[str, Value]:
    """Return the planned hours, the actual ones, and what leads from one to the other."""
    worked, start = worked_of(basis), basis.window.baseline
    excluded = (*basis.scope.excluded, *worked.excluded)
    actual = _actual(basis, worked, excluded)
    if start is None:
        reason = basis.window.baseline_reason
        return {"actual_hours": actual, **_all_unknown(reason, excluded)}
    plan = _plan(basis, start)
    return {"actual_hours": actual, **_bridge(basis, plan, worked, excluded)}


def _actual(basis: Basis, worked: Worked, excluded: tuple[Excluded, ...]) -> Value:
    if worked.reason is not None:
        return unknown("hours", _ACTUAL, worked.reason, excluded)
    keys = tuple(past.key for past in basis.scope.counted if past.issue.id in worked.seconds)
    return Value(worked.hours, "hours", len(keys), _ACTUAL, keys, excluded)


def _all_unknown(reason: str, excluded: tuple[Excluded, ...]) -> dict[str, Value]:
    formulas = {
        "estimated_hours": _ESTIMATED,
        "variance_hours": _VARIANCE,
        "variance_added_hours": _ADDED,
        "variance_unplanned_hours": _UNPLANNED,
    }
    return {name: unknown("hours", text, reason, excluded) for name, text in formulas.items()}


def _plan(basis: Basis, start: datetime) -> _Plan:
    """Read the estimates off, by the leaf rule: never both a parent's and its sub-tasks'."""
    sizes, base = basis.sizes, basis.scope["base"]
    estimates: dict[str, float] = {}
    covered: dict[str, str] = {}
    uncovered: dict[str, str] = {}
    for past in base:
        estimate = sizes.at(past, start, Field.HOURS)
        if estimate is not None:
            estimates[past.key] = estimate
        if estimate is not None or sizes.by_parts(past, start, Field.HOURS):
            covered[past.issue.id] = past.key
        else:
            uncovered[past.issue.id] = past.key
    for past in base:
        if past.issue.parent_id in covered and past.issue.id in uncovered:
            covered[past.issue.id] = uncovered.pop(past.issue.id)
    return _Plan(estimates, covered, uncovered)


def _bridge(
    basis: Basis, plan: _Plan, worked: Worked, excluded: tuple[Excluded, ...]
) -> dict[str, Value]:
    seconds = worked.seconds
    added = {
        past.issue.id: past.key
        for past in basis.scope.counted
        if past.issue.id not in plan.covered and past.issue.id not in plan.uncovered
    }
    on_planned, on_added = _hours(seconds, plan.covered), _hours(seconds, added)
    on_rest = worked.hours - on_planned - on_added
    planned = math.fsum(plan.estimates.values())
    nothing = None if plan.estimates else NOTHING_PLANNED

    def figure(hours: float, formula: str, keys: Iterable[str], reason: str | None) -> Value:
        if reason is not None:
            return unknown("hours", formula, reason, excluded)
        issues = tuple(keys)
        return Value(hours, "hours", len(issues), formula, issues, excluded)

    over = nothing or worked.reason
    return {
        "estimated_hours": figure(planned, _ESTIMATED, plan.estimates, nothing),
        "variance_hours": figure(on_planned - planned, _VARIANCE, plan.covered.values(), over),
        "variance_added_hours": figure(on_added, _ADDED, _on(seconds, added), worked.reason),
        "variance_unplanned_hours": figure(
            on_rest, _UNPLANNED, _on(seconds, plan.uncovered), worked.reason
        ),
    }


def _hours(seconds: Mapping[str, int], issues: Mapping[str, str]) -> float:
    return sum(seconds.get(id_, 0) for id_ in issues) / HOUR


def _on(seconds: Mapping[str, int], issues: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of those issues that have any time."""
    return (key for id_, key in issues.items() if id_ in seconds)
