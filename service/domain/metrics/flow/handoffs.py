"""Hand-offs: how often work changed hands while it was in progress, and when nobody had it.

The handover of work of process mining (van der Aalst, Reijers and Song, Discovering Social
Networks from Event Logs, 2005), counted only: who handed to whom is in no figure.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.history import Step
from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.cycle import NO_CYCLE, NO_DELIVERED_CYCLE, Cycles, cycles_of
from service.domain.metrics.values import Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from service.domain.history import Track
    from service.domain.metrics.basis import Basis

Handoff = Step[str]

ROUND_TRIP = timedelta(minutes=5)

NO_TEAMS = "no team is recorded for any of these issues"

_HANDOFFS = (
    "changes of the assignee from one person to another, between first start and done, "
    "of done members"
)
_LASTING = f"{_HANDOFFS}; back and forth within 5 minutes left out"
_PER_ITEM = f"{_LASTING}; divided by the number of these members"
_TEAMS = "changes from one team to another, between first start and done, of done members"
_UNASSIGNED = (
    "sum of the time without an assignee, between first entry to active and last entry to done, of "
    "done members that were not dropped"
)


def handoff_figures(basis: Basis) -> dict[str, Value]:
    """Return the hand-offs between people and between teams, and the time without an assignee."""
    cycles = cycles_of(basis)
    done, left_out = cycles.done, cycles.skipped
    if not done:
        return {
            "handoffs": unknown("times", _HANDOFFS, NO_CYCLE, left_out),
            "handoffs_lasting": unknown("times", _LASTING, NO_CYCLE, left_out),
            "handoffs_per_item": unknown("times", _PER_ITEM, NO_CYCLE, left_out),
            "team_handoffs": unknown("times", _TEAMS, NO_CYCLE, left_out),
            "unassigned_days": _unassigned(cycles),
        }
    found = {
        past.key: handoffs(past.assignee, start, end)
        for past, start, end, _ in done
        if past.assignee.instants
    }
    lasting = _times(
        {key: without_round_trips(one) for key, one in found.items()}, _LASTING, cycles
    )
    per_item = sum(len(without_round_trips(one)) for one in found.values()) / len(done)
    return {
        "handoffs": _times(found, _HANDOFFS, cycles),
        "handoffs_lasting": lasting,
        "handoffs_per_item": Value(
            per_item, "times", len(done), _PER_ITEM, lasting.issues, left_out
        ),
        "team_handoffs": _between_teams(cycles),
        "unassigned_days": _unassigned(cycles),
    }


def _times(found: Mapping[str, Sequence[Handoff]], formula: str, cycles: Cycles) -> Value:
    keys = tuple(key for key, steps in found.items() if steps)
    total = sum(map(len, found.values()))
    return Value(total, "times", len(cycles.done), formula, keys, cycles.skipped)


def _between_teams(cycles: Cycles) -> Value:
    pasts = [cycle.past for cycle in cycles.done]
    if all(past.issue.team is None and Field.TEAM not in past.history.changes for past in pasts):
        return unknown("times", _TEAMS, NO_TEAMS, cycles.skipped)
    found = {
        past.key: handoffs(past.history.team, start, end)
        for past, start, end, _ in cycles.done
        if Field.TEAM in past.history.changes
    }
    return _times(found, _TEAMS, cycles)


def _unassigned(cycles: Cycles) -> Value:
    left_out = cycles.skipped_delivered
    if not cycles.delivered:
        return unknown("days", _UNASSIGNED, NO_DELIVERED_CYCLE, left_out)
    gaps: dict[str, timedelta] = {}
    for past, start, end, _ in cycles.delivered:
        if None not in past.assignee.values:
            continue  # hot: somebody had it all the time
        gap = sum(
            (until - since for since, until, who in held(past.assignee, start, end) if who is None),
            timedelta(),
        )
        if gap:
            gaps[past.key] = gap
    total, n = sum(gaps.values(), timedelta()) / DAY, len(cycles.delivered)
    return Value(total, "days", n, _UNASSIGNED, tuple(gaps), left_out)


def held(
    assignee: Track[str | None], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, str | None]]:
    """Yield the stretches of [start, end) with the account that had the issue, None for nobody."""
    since, who = start, assignee.values[0]
    for at, after in zip(assignee.instants, assignee.values[1:], strict=True):
        if at >= end:
            break
        if at > since:
            yield since, at, who
            since = at
        who = after
    if since < end:
        yield since, end, who


def handoffs(track: Track[str | None], start: datetime, end: datetime) -> list[Handoff]:
    """Return the changes from one person (or team) to another within [start, end].

    To or from nobody is none: a gap is waiting, not a handing over.
    """
    return [
        Step(step.at, step.before, step.after)
        for step in track.steps()
        if start <= step.at <= end
        and step.before is not None
        and step.after is not None
        and step.before != step.after
    ]


def without_round_trips(found: Sequence[Handoff]) -> list[Handoff]:
    """Leave out every hand-off that was taken back within five minutes, and the taking back."""
    kept: list[Handoff] = []
    for one in found:
        back = kept and (kept[-1].before, kept[-1].after) == (one.after, one.before)
        if back and one.at - kept[-1].at < ROUND_TRIP:
            kept.pop()
        else:
            kept.append(one)
    return kept
