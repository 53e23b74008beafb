"""What points turned out to mean: bigger issues should have taken longer.

Points have no actual of their own. The cycle time stands in for it, as a proxy, and only to be
correlated: by ranks (C. Spearman, "The Proof and Measurement of Association between Two Things",
1904), as single outliers of cycle time would make or break a correlation of the values themselves.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.accuracy import pairing_of
from service.domain.metrics.effort.estimates import BY_PARTS, LATE, finished_of
from service.domain.metrics.flow.cycle import NEVER_STARTED
from service.domain.metrics.flow.spread import FEWEST
from service.domain.metrics.scope.amounts import POINTS, several_scales, why_not
from service.domain.metrics.series import Pairs
from service.domain.metrics.values import Excluded, Part, Value, unknown
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.effort.estimates import Finished

NO_POINTS = "has no estimate in points"
NOTHING_SIZED = "no finished issue had points when work began and a cycle time"

_RHO = (
    "Spearman's rank correlation of points when work began and cycle time in working days (a proxy "
    "of effort), over finished issues; 1 is the same order"
)
_PER_POINT = "median cycle time in working days of the finished issues of each number of points"


class Sized(NamedTuple):
    """A finished issue: its points when work began, and its cycle time in working days."""

    key: str
    team: str
    points: float
    days: float


class Sample(NamedTuple):
    """The issues with points and a cycle time, and the finished ones without, with the reason."""

    sized: tuple[Sized, ...]
    excluded: tuple[Excluded, ...]


def sample_of(basis: Basis) -> Sample:
    """Return points and cycle time of the finished issues that have both, worked out once."""
    return basis.once(_sample)


def points_figures(basis: Basis) -> dict[str, Value]:
    """Return how points and time went together."""
    sized, excluded = sample_of(basis)
    keys = tuple(one.key for one in sized)
    rho = _rho(basis, sized)
    if isinstance(rho, str):
        correlation = unknown("rho", _RHO, rho, excluded)
    else:
        correlation = Value(rho, "rho", len(keys), _RHO, keys, excluded)
    if sized:
        parts = _per_point(sized, name_teams=several_scales(basis.scope) is not None)
        times = Value(parts, "working days", len(keys), _PER_POINT, keys, excluded)
    else:
        times = unknown("working days", _PER_POINT, _why_none(basis), excluded)
    return {"points_to_time": correlation, "time_per_point": times}


def estimate_actual(basis: Basis) -> Pairs:
    """Return what each finished issue was expected to take, and what it took.

    In hours where time was recorded; else its points beside its cycle time, which is no actual of
    theirs: only how the two go together can be read from it.
    """
    pairs = pairing_of(basis).pairs
    if pairs:
        return Pairs("hours", pairs)
    sized = sample_of(basis).sized
    reason = several_scales(basis.scope) if sized else _why_none(basis)
    points = () if reason else tuple((one.key, one.points, one.days) for one in sized)
    return Pairs("points, working days", points, reason)


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return the rank correlation of two rows of equal length, -1 to 1.

    Equal values share the mean of their ranks. None where all of one row are equal: nothing can be
    said of how it goes with the other then.
    """
    ranks, others = average_ranks(left), average_ranks(right)
    middle = (len(ranks) + 1) / 2
    off = [rank - middle for rank in ranks]
    other_off = [rank - middle for rank in others]
    spread = math.fsum(one * one for one in off) * math.fsum(one * one for one in other_off)
    if not spread > 0:
        return None
    rho = math.fsum(map(operator.mul, off, other_off)) / math.sqrt(spread)
    return max(-1.0, min(1.0, rho))


def average_ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, 1 for the least; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    first = 0
    for _, group in groupby(order, key=values.__getitem__):
        places = list(group)
        for place in places:
            ranks[place] = first + (len(places) + 1) / 2
        first += len(places)
    return ranks


def _sample(basis: Basis) -> Sample:
    sized, excluded = [], list(basis.scope.excluded)
    for one in finished_of(basis):
        found = _sized(one)
        if isinstance(found, str):
            excluded.append(Excluded(one.past.key, found))
        else:
            sized.append(found)
    return Sample(tuple(sized), tuple(excluded))


def _sized(one: Finished) -> Sized | str:
    """Return points and days of a finished issue, or why it has not both."""
    if one.points is None:
        return BY_PARTS if Field.ESTIMATE in one.by_parts else NO_POINTS
    if one.points.late:
        return LATE
    if one.days is None:
        return NEVER_STARTED
    team = one.past.issue.team
    return Sized(one.past.key, team.key if team else "", one.points.value, one.days)


def _why_none(basis: Basis) -> str:
    """Return why not one finished issue has points and a cycle time."""
    reason = why_not(POINTS, basis.scope)
    return reason if reason == POINTS.none else NOTHING_SIZED


def _rho(basis: Basis, sized: Sequence[Sized]) -> float | str:
    if not sized:
        return _why_none(basis)
    if len(sized) < FEWEST:
        return f"fewer than {FEWEST} finished issues had points and a cycle time: {len(sized)}"
    # Equal times may differ by a hair, being sums of parts of days: they are equal in rank too.
    rho = spearman(_levelled(sized), [round(one.days, 9) for one in sized])
    return "all had the same points, or took the same time" if rho is None else rho


def _levelled(sized: Sequence[Sized]) -> list[float]:
    """Return the points as places within their own team's, from 0 to 1: scales are not mixed."""
    by_team: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(sized):
        by_team[one.team].append(place)
    levels = [0.0] * len(sized)
    for places in by_team.values():
        ranks = average_ranks([sized[place].points for place in places])
        for place, rank in zip(places, ranks, strict=True):
            levels[place] = (rank - 0.5) / len(places)
    return levels


def _per_point(sized: Sequence[Sized], *, name_teams: bool) -> tuple[Part, ...]:
    """Return the median days of each number of points, for each team where there are several."""
    groups: defaultdict[tuple[str, float], list[Sized]] = defaultdict(list)
    for one in sized:
        groups[one.team if name_teams else "", one.points].append(one)
    return tuple(
        Part(
            f"{team} {points:g}".strip(),
            median(one.days for one in ones),
            len(ones),
            tuple(one.key for one in ones),
        )
        for (team, points), ones in sorted(groups.items())
    )
