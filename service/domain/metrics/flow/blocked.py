"""Blocked time: when work that had begun was held up, by its flag, its status or another issue.

The intervals come from the history alone, so later edits change nothing; they are united, so what
was held up twice at once counts once. Each lies within the cycle of its issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.history import Interval, intervals
from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.cycle import NO_DELIVERED_CYCLE, Cycle, cycles_of
from service.domain.metrics.flow.roles import Role, roles_of
from service.domain.metrics.flow.spread import Spread
from service.domain.metrics.past import past_of
from service.domain.metrics.values import Excluded, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past

UNKNOWN_BLOCKER = "waits for an issue that was not read: counted for as long as the link stood"

_BLOCKED = (
    "time that an issue was flagged, in a blocked status, or linked as blocked by an issue that was "
    "neither done nor dropped, all of it once, between first entry to active and last entry to "
    "done, of done members that were not dropped"
)


@dataclass(frozen=True, slots=True)
class Blocked:
    """When the delivered issues with a cycle were blocked in it, by key; most never were.

    `doubts` are those with a blocker of which only the link is known.
    """

    stretches: dict[str, list[Interval]]
    doubts: tuple[Excluded, ...]


def blocked_of(basis: Basis) -> Blocked:
    """Return the blocked stretches of every delivered cycle: apart, in order, inside of it."""
    return basis.once(_blocked)


def _blocked(basis: Basis) -> Blocked:
    blockers = _Blockers(basis)
    statuses = frozenset(id_ for id_, role in roles_of(basis).items() if role is Role.BLOCKED)
    stretches, doubts = {}, []
    for cycle in cycles_of(basis).delivered:
        issue, changes = cycle.past.issue, cycle.past.history.changes
        found: list[Interval] = []
        if issue.flagged or Field.FLAGGED in changes:
            found += intervals(cycle.past.history.flagged, cycle.start)
        if statuses:
            found += _in_statuses(cycle.past, statuses)
        if issue.blocked_by or Field.BLOCKED_BY in changes:
            links, all_known = blockers.of(cycle)
            found += links
            if not all_known:
                doubts.append(Excluded(cycle.past.key, UNKNOWN_BLOCKER))
        if found and (held_up := united(found, cycle.start, cycle.end)):
            stretches[cycle.past.key] = held_up
    return Blocked(stretches, tuple(doubts))


def _in_statuses(past: Past, wanted: frozenset[str]) -> Iterator[Interval]:
    values = past.history.status.values
    for index, status in enumerate(values):
        if status in wanted:
            last = index + 1 == len(values)
            yield Interval(past.entered[index], None if last else past.entered[index + 1])


class _Blockers:
    """The issues that others wait for, their pasts read only when somebody does."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._pasts: dict[str, Past] | None = None

    def of(self, cycle: Cycle) -> tuple[list[Interval], bool]:
        """Return when links to unfinished issues stood, and whether all of these are known."""
        history, found, all_known = cycle.past.history, [], True
        for one in sorted({*cycle.past.issue.blocked_by, *history.mentioned(Field.BLOCKED_BY)}):
            linked = intervals(history.member(Field.BLOCKED_BY, one), cycle.past.entered[0])
            linked = united(linked, cycle.start, cycle.end)
            blocker = self._past(one)
            if blocker is not None:
                found += _overlaps(linked, _unfinished(blocker))
            elif linked:
                found += linked
                all_known = False
        return found, all_known

    def _past(self, issue_id: str) -> Past | None:
        """Return the past of an issue, of the project or not; None where it is not known whole."""
        if self._pasts is None:
            basis = self._basis
            kinds = basis.sets.categories(basis.statuses)
            counted = {past.issue.id: past for past in basis.scope.counted}
            self._pasts = counted | {
                issue.id: past_of(issue, basis.project.ref.key, kinds)
                for issue in basis.issues.issues
                if issue.id not in counted and issue.complete_history and not issue.trashed
            }
        return self._pasts.get(issue_id)


def _unfinished(past: Past) -> list[Interval]:
    """Return when an issue was there and neither done nor dropped."""
    ends = [*past.entered[1:], None]
    return [
        Interval(start, end)
        for start, end, kind in zip(past.entered, ends, past.kinds, strict=True)
        if not kind.closed
    ]


def _overlaps(some: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    return [
        both for start, end in some if end is not None for both in united(list(others), start, end)
    ]


def united(found: Iterable[Interval], start: datetime, end: datetime) -> list[Interval]:
    """Return the union of intervals within [start, end), in order, none without length."""
    kept: list[tuple[datetime, datetime]] = []
    for since, until in sorted((max(one.start, start), min(one.end or end, end)) for one in found):
        if since >= until:
            continue
        if kept and since <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], until))
        else:
            kept.append((since, until))
    return [Interval(since, until) for since, until in kept]


def length_of(stretches: Iterable[Interval]) -> timedelta:
    """Return the length of stretches that have ended."""
    return sum((end - start for start, end in stretches if end is not None), timedelta())


def blocked_figures(basis: Basis) -> dict[str, Value]:
    """Return the blocked time of the delivered issues: its sum, how many, and their median."""
    cycles, blocked = cycles_of(basis), blocked_of(basis)
    left_out = (*cycles.skipped_delivered, *blocked.doubts)
    count = f"issues with: {_BLOCKED}"
    if not cycles.delivered:
        return {
            "blocked_days": unknown("days", f"sum of the {_BLOCKED}", NO_DELIVERED_CYCLE, left_out),
            "blocked_n": unknown("issues", count, NO_DELIVERED_CYCLE, left_out),
            "blocked_median_days": unknown("days", _BLOCKED, NO_DELIVERED_CYCLE, left_out),
        }
    lengths = sorted((length_of(one) / DAY, key) for key, one in blocked.stretches.items())
    spread = Spread(lengths, "blocked issues", "no delivered issue was blocked", left_out)
    keys, n = tuple(blocked.stretches), len(cycles.delivered)
    total = sum((length_of(one) for one in blocked.stretches.values()), timedelta())
    formula = f"sum of the {_BLOCKED}"
    return {
        "blocked_days": Value(total / DAY, "days", n, formula, keys, left_out),
        "blocked_n": Value(len(keys), "issues", n, count, keys, left_out),
        "blocked_median_days": spread.percentile(50, _BLOCKED),
    }
