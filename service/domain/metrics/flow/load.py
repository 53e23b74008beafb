"""How the work was spread over people: how many they were, how much each had in hand at once.

Sums and averages only: no figure tells who, and none is told of so few that it would.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.flow.handoffs import held
from service.domain.metrics.flow.passage import delivered_of
from service.domain.metrics.flow.wip import stretches_of
from service.domain.metrics.values import Excluded, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.flow.passage import Passage

#: Of fewer people a share would point at one of them.
FEWEST_PEOPLE = 3

NOBODY = "nobody was assigned when it was done"
NO_PEOPLE = "nobody was assigned to any issue that was in progress or delivered"
NOTHING_HELD = "nobody was assigned to an issue in progress between kick-off and close"

_PEOPLE = (
    "different people to whom an issue was assigned while it was in progress between kick-off and "
    "close, or when it was delivered"
)
_TOP = (
    "of done members that were not dropped and had an assignee then, the share of the assignee with "
    "the most of them, whoever that is"
)
_WIP = (
    "time that people had an issue in progress between kick-off and close, added up over the "
    "issues; divided by the time in which they had at least one, added up over the people"
)

_Held = tuple[datetime, datetime]


def load_figures(basis: Basis) -> dict[str, Value]:
    """Return how many people took part, the largest share, and the work in progress of a person."""
    counts, measured, unassigned = _finishers(delivered_of(basis))
    by_person, keys = _in_hand(basis)
    people = len({*counts, *by_person})
    left_out = basis.scope.excluded
    every = tuple(dict.fromkeys((*measured, *keys)))
    return {
        "people_n": Value(people, "people", len(every), _PEOPLE, every, left_out)
        if people
        else unknown("people", _PEOPLE, NO_PEOPLE, left_out),
        "top_share": _top_share(counts, measured, (*left_out, *unassigned)),
        "wip_per_person": _wip_per_person(basis, by_person, keys),
    }


def _finishers(
    delivered: Iterable[Passage],
) -> tuple[Counter[str], tuple[str, ...], list[Excluded]]:
    """Count the delivered issues of each assignee; those of nobody are told apart."""
    counts: Counter[str] = Counter()
    measured, unassigned = [], []
    for passage in delivered:
        past = passage.past
        who = past.assignee.at(passage.ended) if passage.ended else None
        if who is None:
            unassigned.append(Excluded(past.key, NOBODY))
        else:
            counts[who] += 1
            measured.append(past.key)
    return counts, tuple(measured), unassigned


def _top_share(
    counts: Counter[str], measured: tuple[str, ...], left_out: tuple[Excluded, ...]
) -> Value:
    if len(counts) < FEWEST_PEOPLE:
        reason = f"fewer than {FEWEST_PEOPLE} people delivered: a share would point at one of them"
        return unknown("ratio", _TOP, reason, left_out)
    share = max(counts.values()) / len(measured)
    return Value(share, "ratio", len(measured), _TOP, measured, left_out)


def _in_hand(basis: Basis) -> tuple[dict[str, list[_Held]], tuple[str, ...]]:
    """Return when each account had an issue in progress in the window, and the issues' keys."""
    by_person: defaultdict[str, list[_Held]] = defaultdict(list)
    keys: dict[str, None] = {}
    start, close = basis.window.baseline, basis.window.close
    for past, begin, end in stretches_of(basis):
        since = begin if start is None else max(begin, start)
        for one, other, who in held(past.assignee, since, end or close):
            if who is not None:
                by_person[who].append((one, other))
                keys[past.key] = None
    return by_person, tuple(keys)


def _wip_per_person(
    basis: Basis, by_person: dict[str, list[_Held]], keys: tuple[str, ...]
) -> Value:
    left_out = basis.scope.excluded
    if not by_person:
        return unknown("issues", _WIP, NOTHING_HELD, left_out)
    issues = people = timedelta()
    for stretches in by_person.values():
        stretches.sort()
        reached = stretches[0][0]
        for since, until in stretches:
            issues += until - since
            if until > reached:
                people += until - max(since, reached)
                reached = until
    return Value(issues / people, "issues", len(keys), _WIP, keys, left_out)
