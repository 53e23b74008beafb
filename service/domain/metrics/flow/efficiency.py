"""Active time, waiting and flow efficiency of the delivered work.

Flow efficiency is a ratio of sums, not a mean of ratios (Modig and Åhlström, This is Lean, 2012).
It is only as good as the knowledge of where work waits: where a status was not sorted out, it is
unknown, never 100 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.blocked import blocked_of, length_of, united
from service.domain.metrics.flow.cycle import NO_DELIVERED_CYCLE, cycles_of
from service.domain.metrics.flow.passage import IN_PROGRESS
from service.domain.metrics.flow.roles import Role, roles_of
from service.domain.metrics.flow.spread import Spread
from service.domain.metrics.values import Value, unknown
from service.domain.words import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from service.domain.history import Interval
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.flow.cycle import Cycle

NO_REVIEW = "no status is named as review; name those in which somebody else looks at the work"
NO_WAITING = (
    "no waiting is recorded, so that all time would be active; name the statuses in which work "
    "waits"
)

#: Where one of these was named, somebody thought of waiting, and none may be true.
_HELD_UP = frozenset({Role.WAITING, Role.BLOCKED})

_OF = "of done members that were not dropped, between first entry to active and last entry to done"
_ACTIVE = (
    "time in active statuses and in review (active by somebody else), less the blocked part of it, "
    f"{_OF}"
)
_WAIT = f"sum of the time that is not active (waiting, blocked, moved back, done too early), {_OF}"
_REVIEW = f"sum of the time in review statuses, {_OF}"
_EFFICIENCY = f"sum of the {_ACTIVE}; divided by the sum of their cycle times"


@dataclass(frozen=True, slots=True)
class Activity:
    """How much of each delivered cycle was active, in the order of the cycles.

    - `review` is the time in review of all of them.
    - `reason` says why the active time is not known, and is None where it is.
    """

    active: Sequence[timedelta]
    review: timedelta
    reason: str | None


def activity_of(basis: Basis) -> Activity:
    """Return what part of each delivered cycle was active; the rest of it was waiting."""
    return basis.once(_activity)


def _activity(basis: Basis) -> Activity:
    cycles, blocked = cycles_of(basis).delivered, blocked_of(basis).stretches
    roles = roles_of(basis)
    unsorted = _unsorted(cycles, roles)
    review = {id_ for id_, role in roles.items() if role is Role.REVIEW}
    worked = review | {id_ for id_, role in roles.items() if role is Role.ACTIVE}
    if not roles and len(unsorted) == 1:
        worked = unsorted  # the only one in progress: what else should it be
    split = [_split(cycle, worked, review, blocked.get(cycle.past.key, ())) for cycle in cycles]
    active = [one for one, _ in split]
    reason = None
    if not cycles:
        reason = NO_DELIVERED_CYCLE
    elif unsorted - worked:
        reason = _sort_out(basis, unsorted)
    elif not _HELD_UP & {*roles.values()} and _sum(active) == _sum(one.length for one in cycles):
        reason = NO_WAITING
    return Activity(active, _sum(one for _, one in split), reason)


def _sum(lengths: Iterable[timedelta]) -> timedelta:
    return sum(lengths, timedelta())


def _unsorted(cycles: Iterable[Cycle], roles: Collection[str]) -> set[str]:
    """Return the statuses in progress that the cycles went through and nobody named."""
    return {
        status
        for past, _, end, _ in cycles
        for at, kind, status in zip(
            past.entered, past.kinds, past.history.status.values, strict=True
        )
        if kind is IN_PROGRESS and status is not None and status not in roles and at < end
    }


def _split(
    cycle: Cycle,
    worked: Collection[str | None],
    review: Collection[str | None],
    blocked: Collection[Interval],
) -> tuple[timedelta, timedelta]:
    """Return the active time of a cycle, less the blocked part of it, and its time in review."""
    past, _, end, _ = cycle
    active = reviewed = timedelta()
    entered, values = past.entered, past.history.status.values
    first = past.kinds.index(IN_PROGRESS)
    for index in range(first, len(entered)):  # hot: once for each status change
        status, since = values[index], entered[index]
        if since >= end:
            break
        if status not in worked:
            continue
        until = end if index + 1 == len(entered) else min(entered[index + 1], end)
        active += until - since
        if blocked:
            active -= length_of(united(blocked, since, until))
        if status in review:
            reviewed += until - since
    return active, reviewed


def _sort_out(basis: Basis, unsorted: Collection[str]) -> str:
    known = basis.statuses
    names = sorted({known[id_].name if id_ in known else id_ for id_ in unsorted})
    return (
        f"it is not known whether work waits in {listed([repr(name) for name in names])}; "
        "name each as active, waiting, review or blocked"
    )


def efficiency_figures(basis: Basis) -> dict[str, Value]:
    """Return active time, waiting and time in review of the delivered work, and its efficiency."""
    cycles, activity = cycles_of(basis), activity_of(basis)
    delivered, left_out = cycles.delivered, cycles.skipped_delivered
    keys = tuple(cycle.past.key for cycle in delivered)
    active_formula = f"sum of the {_ACTIVE}"
    review = _review(basis, activity, keys)
    if activity.reason is not None:
        return {
            "active_time_p50_days": unknown("days", _ACTIVE, activity.reason, left_out),
            "active_days": unknown("days", active_formula, activity.reason, left_out),
            "wait_days": unknown("days", _WAIT, activity.reason, left_out),
            "flow_efficiency": unknown("ratio", _EFFICIENCY, activity.reason, left_out),
            "review_days": review,
        }
    lengths = sorted(zip((one / DAY for one in activity.active), keys, strict=True))
    spread = Spread(lengths, "delivered issues", NO_DELIVERED_CYCLE, left_out)
    active, whole = _sum(activity.active), _sum(cycle.length for cycle in delivered)
    n = len(keys)
    return {
        "active_time_p50_days": spread.percentile(50, _ACTIVE),
        "active_days": Value(active / DAY, "days", n, active_formula, keys, left_out),
        "wait_days": Value((whole - active) / DAY, "days", n, _WAIT, keys, left_out),
        "flow_efficiency": Value(active / whole, "ratio", n, _EFFICIENCY, keys, left_out),
        "review_days": review,
    }


def _review(basis: Basis, activity: Activity, keys: tuple[str, ...]) -> Value:
    left_out = cycles_of(basis).skipped_delivered
    if Role.REVIEW not in roles_of(basis).values():
        return unknown("days", _REVIEW, NO_REVIEW, left_out)
    if not keys:
        return unknown("days", _REVIEW, NO_DELIVERED_CYCLE, left_out)
    return Value(activity.review / DAY, "days", len(keys), _REVIEW, keys, left_out)
