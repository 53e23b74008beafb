"""Work in progress: how much was begun and not yet ended, on average, at most and at the close.

Two of the four measures of the Kanban Guide (2020), WIP and work item age. The average is taken by
area, so that Little's law holds exactly on a window in which all work begins and ends: average WIP
= throughput x mean cycle time (Little, Operations Research 9, 1961).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.passage import passages_of
from service.domain.metrics.values import Part, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.flow.passage import Passage
    from service.domain.metrics.past import Past

NO_LENGTH = "kick-off and close are one instant"
NO_MEMBERS = "no issue was in the project up to the close"

_WIP = (
    "issues in the project whose work had begun and was neither done nor dropped; work begins with "
    "the first entry to active and ends with the last completion, whatever happened in between"
)
_FORMULAS = {
    "wip_average": f"time between kick-off and close, added up over all {_WIP}; divided by the time "
    "between kick-off and close",
    "wip_max": f"most at one time between kick-off and close of: {_WIP}",
    "wip_at_kickoff": f"at the kick-off, {_WIP}",
    "wip_at_close": f"at the close, {_WIP}",
    "arrivals": "issues of the project whose work began after the kick-off, up to the close",
    "departures": "issues of the project whose work had begun and that were done, dropped or "
    "removed after the kick-off, up to the close",
    "net_flow": "arrivals minus departures: positive is more begun than ended",
}
_AGEING = f"close minus first entry to active, of each at the close of: {_WIP}"


class Stretch(NamedTuple):
    """Work in progress on one issue, while it was in the project; `end` None: to the close."""

    past: Past
    begin: datetime
    end: datetime | None


def stretches_of(basis: Basis) -> list[Stretch]:
    """Return the work in progress of every issue that was in the project up to the close."""
    return basis.once(_stretches)


def _stretches(basis: Basis) -> list[Stretch]:
    close = basis.window.close
    return [
        Stretch(passage.past, begin, _earliest(passage.ended, passage.left))
        for passage in passages_of(basis)
        if (begin := begun_at(passage, close)) is not None
    ]


def begun_at(passage: Passage, close: datetime) -> datetime | None:
    """Return when work in the project began, None where none did before it ended."""
    _, joined, started, ended, left, _, _ = passage
    if started is None or started > close:
        return None
    begin = max(started, joined)
    if (ended is not None and begin >= ended) or (left is not None and begin >= left):
        return None
    return begin


def _earliest(ended: datetime | None, left: datetime | None) -> datetime | None:
    return left if ended is None else ended if left is None else min(ended, left)


def wip_figures(basis: Basis) -> dict[str, Value]:
    """Return work in progress over the window, what came and went, and the age of what is left."""
    if not passages_of(basis):
        missing = {name: ("issues", formula) for name, formula in _FORMULAS.items()}
        missing["ageing_days"] = ("days", _AGEING)
        return {
            name: unknown(unit, formula, NO_MEMBERS, basis.scope.excluded)
            for name, (unit, formula) in missing.items()
        }
    stretches, close = stretches_of(basis), basis.window.close
    still = [one for one in stretches if one.end is None]
    ages = tuple(Part(past.key, (close - begin) / DAY, 1, (past.key,)) for past, begin, _ in still)
    keys = tuple(past.key for past, _, _ in still)
    return {
        **_over_the_window(basis, stretches),
        "wip_at_close": _count(basis, "wip_at_close", still),
        "ageing_days": Value(ages, "days", len(ages), _AGEING, keys, basis.scope.excluded),
    }


def _over_the_window(basis: Basis, stretches: Sequence[Stretch]) -> dict[str, Value]:
    start, excluded = basis.window.baseline, basis.scope.excluded
    if start is None:
        reason = basis.window.baseline_reason
        return {
            name: unknown("issues", formula, reason, excluded)
            for name, formula in _FORMULAS.items()
        }
    inside = [one for one in stretches if one.end is None or one.end > start]
    came = [one for one in stretches if one.begin > start]
    went = [one for one in stretches if one.end is not None and one.end > start]
    keys = tuple(one.past.key for one in inside)
    counts = {
        "wip_max": _most(inside, start),
        "net_flow": len(came) - len(went),
    }
    return {
        "wip_average": _average(basis, inside, keys),
        "wip_at_kickoff": _count(
            basis, "wip_at_kickoff", [one for one in inside if one.begin <= start]
        ),
        "arrivals": _count(basis, "arrivals", came),
        "departures": _count(basis, "departures", went),
        **{
            name: Value(count, "issues", len(keys), _FORMULAS[name], keys, excluded)
            for name, count in counts.items()
        },
    }


def _average(basis: Basis, inside: Sequence[Stretch], keys: tuple[str, ...]) -> Value:
    formula, excluded = _FORMULAS["wip_average"], basis.scope.excluded
    start, close = basis.window.baseline, basis.window.close
    if start is None or start == close:
        return unknown("issues", formula, NO_LENGTH, excluded)
    area = timedelta()
    for _, begin, end in inside:
        area += (close if end is None else end) - max(begin, start)
    return Value(area / (close - start), "issues", len(keys), formula, keys, excluded)


def _count(basis: Basis, name: str, found: Sequence[Stretch]) -> Value:
    keys = tuple(one.past.key for one in found)
    return Value(len(keys), "issues", len(keys), _FORMULAS[name], keys, basis.scope.excluded)


def _most(inside: Sequence[Stretch], start: datetime) -> int:
    """Return how many were in progress at once; what ends as another begins makes room for it."""
    begins = sorted(max(one.begin, start) for one in inside)
    ends = sorted(one.end for one in inside if one.end is not None)
    most = ended = 0
    for begun, begin in enumerate(begins, start=1):
        while ended < len(ends) and ends[ended] <= begin:
            ended += 1
        most = max(most, begun - ended)
    return most
