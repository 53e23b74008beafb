"""Cycle and lead times: how long the work took, elapsed, in days of 24 hours with fractions.

Cycle time is one of the four measures of the Kanban Guide (2020). Elapsed time is the headline
because waiting is what a customer feels too; the active part of it is told beside it. There is no
mean: lengths of work have long tails (Vacanti, Actionable Agile Metrics, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.passage import DONE, IN_PROGRESS, delivered_of, passages_of
from service.domain.metrics.flow.spread import Spread
from service.domain.metrics.values import Excluded, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.flow.passage import Passage
    from service.domain.metrics.past import Past

NEVER_STARTED = "was never in progress before it was done"
STARTED_LATE = "was in progress only when or after it was done"
DONE_AT_ONCE = "was done for the first time in the instant in which it began"
CREATED_DONE = "was created in a done status"
JOINED_DONE = "joined the project only when or after it was done"

NO_CYCLE = "no finished issue was in progress before it was done"
NO_DELIVERED_CYCLE = "no delivered issue was in progress before it was done"
NOTHING_DELIVERED = "no issue was delivered after it was created and joined"

_CYCLE = "last entry to done, up to the close, minus first entry to active, of done members"
_DELIVERED = f"{_CYCLE} that were not dropped"
_CYCLE_N = "done members at the close that were active before they were done"
_NEVER_STARTED = "done members at the close that were not active before they were done"
_FIRST_DONE = (
    "first entry to done after the first entry to active, minus the latter, of done members that "
    "were not dropped: reopening does not count"
)
_LEAD = (
    "last entry to done, up to the close, minus creation (or its first recorded change, where that "
    "is earlier), of done members that were not dropped"
)
_COMMITMENT = (
    "last entry to done, up to the close, minus first joining of the project, of done members that "
    "were not dropped"
)


class Cycle(NamedTuple):
    """A done issue that was worked on: from its first start to its last completion."""

    past: Past
    start: datetime
    end: datetime
    delivered: bool

    @property
    def length(self) -> timedelta:
        """The elapsed time."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Cycles:
    """The cycles of the done members at the close, in the order of their keys.

    - `delivered` are those of them that were not dropped.
    - `skipped` are the done members without a cycle time, `skipped_delivered` the delivered ones.
    """

    done: tuple[Cycle, ...]
    delivered: tuple[Cycle, ...]
    skipped: tuple[Excluded, ...]
    skipped_delivered: tuple[Excluded, ...]


def cycles_of(basis: Basis) -> Cycles:
    """Part the done issues into measured ones and those without a cycle time: never 0, never < 0."""
    return basis.once(_cycles)


def _cycles(basis: Basis) -> Cycles:
    done, skipped, skipped_delivered = [], [*basis.scope.excluded], [*basis.scope.excluded]
    for passage in passages_of(basis):  # hot: once for each issue
        past, _, start, end, left, kind, dropped = passage
        if kind is not DONE or left is not None or end is None:
            continue
        if start is not None and start < end:
            done.append(Cycle(past, start, end, not dropped))
            continue
        one = Excluded(past.key, NEVER_STARTED if start is None else STARTED_LATE)
        skipped.append(one)
        if not dropped:
            skipped_delivered.append(one)
    delivered = tuple(cycle for cycle in done if cycle.delivered)
    return Cycles(tuple(done), delivered, tuple(skipped), tuple(skipped_delivered))


def cycle_figures(basis: Basis) -> dict[str, Value]:
    """Return cycle times, of all done issues and of the delivered ones, with their coverage."""
    cycles = cycles_of(basis)
    keys = tuple(cycle.past.key for cycle in cycles.done)
    every = _lengths(cycles.done)
    ours = every
    if len(cycles.delivered) < len(cycles.done):
        wanted = {cycle.past.key for cycle in cycles.delivered}
        ours = [one for one in every if one[1] in wanted]
    done = Spread(every, "finished issues", NO_CYCLE, cycles.skipped)
    delivered = Spread(ours, "delivered issues", NO_DELIVERED_CYCLE, cycles.skipped_delivered)
    n = len(delivered.keys)
    left_out = cycles.skipped_delivered
    return {
        **{f"cycle_time_p{p}_days": done.percentile(p, _CYCLE) for p in (50, 70, 85, 95)},
        "cycle_time_n": Value(len(keys), "issues", len(keys), _CYCLE_N, keys, cycles.skipped),
        "never_started_n": _never_started(basis, cycles),
        "delivered_cycle_time_p50_days": delivered.percentile(50, _DELIVERED),
        "delivered_cycle_time_p85_days": delivered.percentile(85, _DELIVERED),
        "delivered_cycle_time_n": Value(
            n, "issues", n, f"{_CYCLE_N} and not dropped", delivered.keys, left_out
        ),
        "cycle_time_first_done_p50_days": _first_done(cycles).percentile(50, _FIRST_DONE),
    }


def lead_figures(basis: Basis) -> dict[str, Value]:
    """Return how long customers waited, from creation, and how long the project, from joining."""
    delivered = delivered_of(basis)
    lead = _spread(basis, delivered, [one.past.entered[0] for one in delivered], CREATED_DONE)
    commitment = _spread(basis, delivered, [one.joined for one in delivered], JOINED_DONE)
    return {
        "lead_time_p50_days": lead.percentile(50, _LEAD),
        "lead_time_p85_days": lead.percentile(85, _LEAD),
        "commitment_time_p50_days": commitment.percentile(50, _COMMITMENT),
    }


def _lengths(cycles: Iterable[Cycle]) -> list[tuple[float, str]]:
    return sorted(((end - start) / DAY, past.key) for past, start, end, _ in cycles)


def _never_started(basis: Basis, cycles: Cycles) -> Value:
    left_out = basis.scope.excluded
    keys = tuple(one.issue for one in cycles.skipped[len(left_out) :])
    n = len(basis.scope["done"])
    return Value(len(keys), "issues", n, _NEVER_STARTED, keys, left_out)


def _first_done(cycles: Cycles) -> Spread:
    lengths, excluded = [], [*cycles.skipped_delivered]
    for past, start, _, _ in cycles.delivered:
        begin = past.kinds.index(IN_PROGRESS)
        first = past.entered[past.kinds.index(DONE, begin)]
        if first > start:
            lengths.append(((first - start) / DAY, past.key))
        else:
            excluded.append(Excluded(past.key, DONE_AT_ONCE))
    lengths.sort()
    return Spread(lengths, "delivered issues", NO_DELIVERED_CYCLE, tuple(excluded))


def _spread(
    basis: Basis, delivered: Sequence[Passage], starts: Iterable[datetime], why_not: str
) -> Spread:
    lengths, excluded = [], [*basis.scope.excluded]
    for passage, start in zip(delivered, starts, strict=True):
        length = (passage.ended - start) / DAY if passage.ended else 0.0
        if length > 0:
            lengths.append((length, passage.past.key))
        else:
            excluded.append(Excluded(passage.past.key, why_not))
    lengths.sort()
    return Spread(lengths, "delivered issues", NOTHING_DELIVERED, tuple(excluded))
