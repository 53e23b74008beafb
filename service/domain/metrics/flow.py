"""Flow: how long the work took, how often it came back, how often it changed hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.history import Step
from service.domain.metrics.values import Excluded, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain.history import Track
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.metrics.scope import Scope

NEVER_STARTED = "was never in progress before it was done"
STARTED_LATE = "was in progress only when or after it was done"

Handoff = Step[str]

#: Below this many measured issues a percentile says nothing; the values themselves do.
FEWEST = 5
ROUND_TRIP = timedelta(minutes=5)

_CYCLE = "last entry to done, up to the close, minus first entry to active, of done members"
_CYCLE_N = "done members at the close that were active before they were done"
_NEVER_STARTED = "done members at the close that were not active before they were done"
_REOPENED = "exits from done to another status, up to the close, of members at the close"
_HANDOFFS = (
    "changes of the assignee from one person to another, between first start and done, "
    "of done members"
)
_LASTING = f"{_HANDOFFS}; back and forth within 5 minutes left out"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A done issue that was worked on: from its first start to its last completion."""

    past: Past
    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start) / timedelta(days=1)


def flow_figures(basis: Basis) -> dict[str, Value]:
    """Return cycle times with their coverage, reopenings and handoffs."""
    scope = basis.scope
    cycles, skipped = _cycles(scope)
    left_out = (*scope.excluded, *skipped)
    keys = tuple(cycle.past.key for cycle in cycles)
    return {
        "cycle_time_p50_days": _percentile(cycles, 50, left_out),
        "cycle_time_p85_days": _percentile(cycles, 85, left_out),
        "cycle_time_n": Value(len(keys), "issues", len(keys), _CYCLE_N, keys, left_out),
        "never_started_n": _never_started(scope, skipped),
        "reopened": _reopened(scope),
        "handoffs": _handoffs(cycles, left_out, _HANDOFFS),
        "handoffs_lasting": _handoffs(cycles, left_out, _LASTING, lasting=True),
    }


def _cycles(scope: Scope) -> tuple[list[Cycle], list[Excluded]]:
    """Part the done issues into measured ones and those without a cycle time: never 0, never < 0."""
    cycles, skipped = [], []
    for past in scope["done"]:
        start, end = past.started_at(), past.done_at(scope.window.close)
        if start is None or end is None:
            skipped.append(Excluded(past.key, NEVER_STARTED))
        elif start >= end:
            skipped.append(Excluded(past.key, STARTED_LATE))
        else:
            cycles.append(Cycle(past, start, end))
    return cycles, skipped


def _percentile(cycles: Sequence[Cycle], percent: int, left_out: tuple[Excluded, ...]) -> Value:
    formula = f"P{percent}, nearest rank, of: {_CYCLE}"
    ordered = sorted(cycles, key=lambda cycle: (cycle.days, cycle.past.key))
    if len(ordered) < FEWEST:
        return unknown("days", formula, _too_few(ordered), left_out)
    rank = -(-percent * len(ordered) // 100)
    keys = tuple(cycle.past.key for cycle in ordered)
    return Value(ordered[rank - 1].days, "days", len(ordered), formula, keys, left_out)


def _too_few(ordered: Sequence[Cycle]) -> str:
    if not ordered:
        return "no finished issue was in progress before it was done"
    each = ", ".join(f"{cycle.past.key} {cycle.days:.1f} days" for cycle in ordered)
    return f"fewer than {FEWEST} finished issues were measured: {each}"


def _never_started(scope: Scope, skipped: Sequence[Excluded]) -> Value:
    keys = tuple(one.issue for one in skipped)
    n = len(scope["done"])
    return Value(len(keys), "issues", n, _NEVER_STARTED, keys, scope.excluded)


def _reopened(scope: Scope) -> Value:
    final, end = scope["final"], scope.window.close
    if not final:
        reason = "no issue was in the project at the close"
        return unknown("times", _REOPENED, reason, scope.excluded)
    times = {past.key: sum(at <= end for at in past.reopened_at()) for past in final}
    keys = tuple(key for key, count in times.items() if count)
    return Value(sum(times.values()), "times", len(final), _REOPENED, keys, scope.excluded)


def _handoffs(
    cycles: Sequence[Cycle], left_out: tuple[Excluded, ...], formula: str, *, lasting: bool = False
) -> Value:
    if not cycles:
        return unknown("times", formula, _too_few(()), left_out)
    times = {}
    for cycle in cycles:
        found = handoffs(cycle.past.assignee, cycle.start, cycle.end)
        times[cycle.past.key] = len(without_round_trips(found) if lasting else found)
    keys = tuple(key for key, count in times.items() if count)
    return Value(sum(times.values()), "times", len(cycles), formula, keys, left_out)


def handoffs(assignee: Track[str | None], start: datetime, end: datetime) -> list[Handoff]:
    """Return the changes from one person to another within [start, end].

    To or from nobody is none: a gap is waiting, not a handing over.
    """
    return [
        Step(step.at, step.before, step.after)
        for step in assignee.steps()
        if start <= step.at <= end
        and step.before is not None
        and step.after is not None
        and step.before != step.after
    ]


def without_round_trips(found: Sequence[Handoff]) -> list[Handoff]:
    """Leave out every handoff that was taken back within five minutes, and the taking back."""
    kept: list[Handoff] = []
    for one in found:
        back = kept and (kept[-1].before, kept[-1].after) == (one.after, one.before)
        if back and one.at - kept[-1].at < ROUND_TRIP:
            kept.pop()
        else:
            kept.append(one)
    return kept
