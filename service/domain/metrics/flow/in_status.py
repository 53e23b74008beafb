"""Time in status: how long the members at the close stood in each status, and how often.

Counted from creation (or the first recorded change, where that is earlier) to the last completion
or dropping, or to the close. So the times of one issue add up to its whole life.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.passage import passages_of
from service.domain.metrics.flow.spread import FEWEST, nearest_rank
from service.domain.metrics.series import Bar, Bars
from service.domain.metrics.values import Part, Value, unknown
from service.domain.tracking import StatusCategory
from service.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.domain.metrics.basis import Basis

NO_MEMBERS = "no issue was in the project at the close"

_FORMULA = (
    "time from creation (or the first recorded change, where that is earlier) to the last "
    "completion or dropping, or to the close, of members at the close, by status"
)
_ORDER = {
    StatusCategory.TODO: 0,
    StatusCategory.IN_PROGRESS: 1,
    StatusCategory.DONE: 2,
    StatusCategory.CANCELLED: 3,
}

#: How often something was, each time with the key of the issue and how long it took.
Times = list[tuple[str, timedelta]]


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of the members at the close to their statuses, which are told by name.

    - `stays` holds, by status, every visit to it.
    - `moves` holds, by a status and the one after it, how long each waited in the former.
    - `returns` holds, in the same way, those that had come out of the status they went to.
    - `seen` is when each status was first entered by any of them.
    """

    stays: defaultdict[str, Times] = field(default_factory=lambda: defaultdict(list))
    moves: defaultdict[tuple[str, str], Times] = field(default_factory=lambda: defaultdict(list))
    returns: defaultdict[tuple[str, str], Times] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, datetime] = field(default_factory=dict)


def visits_of(basis: Basis) -> Visits:
    """Return all visits up to completion or close; of two statuses with one name as to one."""
    return basis.once(_visits)


def _visits(basis: Basis) -> Visits:
    visits, close = Visits(), basis.window.close
    stays, moves, seen = visits.stays, visits.moves, visits.seen
    names: dict[str | None, str] = {id_: one.name for id_, one in basis.statuses.items()}
    for past, _, _, ended, left, _, _ in passages_of(basis):  # hot: once for each status change
        if left is not None:
            continue
        key, end = past.key, ended or close
        before = here = ""
        since = past.entered[0]
        for at, status in zip(past.entered, past.history.status.values, strict=True):
            if at > end:
                break
            name = names.get(status) or status or "no status"
            if name == here:
                continue
            if name not in seen or at < seen[name]:
                seen[name] = at
            if here:
                waited = (key, at - since)
                stays[here].append(waited)
                moves[here, name].append(waited)
                if name == before:
                    visits.returns[here, name].append(waited)
            before, here, since = here, name, at
        if since < end:
            stays[here].append((key, end - since))
    return visits


def ranks_of(basis: Basis) -> dict[str, tuple[int, int]]:
    """Return where each status stands on the way, by name: its category, then who was seen first.

    The trackers keep no order of the statuses of one category.
    """
    return basis.once(_ranks)


def _ranks(basis: Basis) -> dict[str, tuple[int, int]]:
    kinds = basis.sets.categories(basis.statuses)
    category = {one.name: _ORDER[kinds[id_]] for id_, one in sorted(basis.statuses.items())}
    seen = visits_of(basis).seen
    by_age = sorted(seen, key=lambda name: (seen[name], name))
    return {name: (category.get(name, 0), place) for place, name in enumerate(by_age)}


@dataclass(frozen=True, slots=True)
class _Status:
    """One status: its visits, and the time of each issue in it, shortest first."""

    name: str
    visits: int
    keys: tuple[str, ...]
    lengths: Sequence[timedelta]

    @property
    def total(self) -> timedelta:
        return sum(self.lengths, timedelta())


def _statuses(basis: Basis) -> list[_Status]:
    found = []
    stays, ranks = visits_of(basis).stays, ranks_of(basis)
    for name in sorted(stays, key=ranks.__getitem__):
        by_issue: dict[str, timedelta] = {}
        for key, length in stays[name]:
            by_issue[key] = by_issue[key] + length if key in by_issue else length
        lengths = sorted(by_issue.values())
        found.append(_Status(name, len(stays[name]), tuple(by_issue), lengths))
    return found


def status_figures(basis: Basis) -> dict[str, Value]:
    """Return the time in each status: sum, median of an issue, share of all, and the visits."""
    units = {
        "time_in_status_days": ("days", f"sum of the {_FORMULA}"),
        "time_in_status_median_days": (
            "days",
            f"median, over the issues it has, of the {_FORMULA}",
        ),
        "time_in_status_share": ("ratio", f"share in the sum of the {_FORMULA}"),
        "visits": ("visits", f"number of visits in the {_FORMULA}"),
    }
    final, excluded = basis.scope["final"], basis.scope.excluded
    if not final:
        return {
            name: unknown(unit, formula, NO_MEMBERS, excluded)
            for name, (unit, formula) in units.items()
        }
    keys = tuple(past.key for past in final)
    statuses = basis.once(_statuses)
    whole = sum((one.total for one in statuses), timedelta())
    parts = {
        "time_in_status_days": [_part(one, one.total / DAY) for one in statuses],
        "time_in_status_median_days": [_median(one) for one in statuses],
        "time_in_status_share": [_share(one, whole) for one in statuses],
        "visits": [_part(one, one.visits) for one in statuses],
    }
    return {
        name: Value(tuple(parts[name]), unit, len(keys), formula, keys, excluded)
        for name, (unit, formula) in units.items()
    }


def time_in_status(basis: Basis) -> Bars:
    """Return the chart of the days in each status, in the order of the work."""
    if not basis.scope["final"]:
        return Bars("days", reason=NO_MEMBERS)
    return Bars(
        "days",
        tuple(
            Bar(
                one.name,
                one.total / DAY,
                f"{counted(one.visits, 'visit')}, {counted(len(one.keys), 'issue')}",
            )
            for one in basis.once(_statuses)
        ),
    )


def _part(one: _Status, value: float) -> Part:
    return Part(one.name, value, len(one.keys), one.keys)


def _median(one: _Status) -> Part:
    n = len(one.lengths)
    if n < FEWEST:
        each = ", ".join(f"{length / DAY:.1f}" for length in one.lengths)
        reason = f"fewer than {FEWEST} issues were measured: {each} days"
        return Part(one.name, None, n, one.keys, reason)
    return _part(one, nearest_rank(one.lengths, 50) / DAY)


def _share(one: _Status, whole: timedelta) -> Part:
    if not whole:
        reason = "no time passed in any status"
        return Part(one.name, None, len(one.keys), one.keys, reason)
    return _part(one, one.total / whole)
