"""Which kinds of work were misjudged: what took longer, or less long, than work like it promised.

Only groups of a few issues and more are told: one issue that went wrong is no kind of work.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.effort.accuracy import A_SECOND, pairing_of
from service.domain.metrics.effort.estimates import finished_of
from service.domain.metrics.effort.points_to_time import sample_of
from service.domain.metrics.scope.amounts import several_scales

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.metrics.basis import Basis
    from service.domain.tracking import Issue

#: So many issues make a kind of work.
FEWEST = 3

IN_HOURS = "recorded hours by estimated hours"
IN_DAYS = "cycle time by the project's median cycle time"
IN_DAYS_A_POINT = "cycle time a point by the project's median of it"

#: Estimates in hours are grouped by the first of these that they do not exceed.
_SIZES = (
    (4, "up to 4 hours"),
    (8, "over 4 to 8 hours"),
    (16, "over 8 to 16 hours"),
    (40, "over 16 to 40 hours"),
    (math.inf, "over 40 hours"),
)


@dataclass(frozen=True, slots=True)
class Misjudged:
    """A kind of work, and by what factor it was off.

    - `by` is what makes it a kind: type, label, component or size; `name` which one it is.
    - `ratio` is the median of the issues, above 1 where they took longer; `measure` says of what.
    """

    by: str
    name: str
    n: int
    ratio: float
    measure: str
    issues: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return it as it is published."""
        return {
            "by": self.by,
            "name": self.name,
            "n": self.n,
            "ratio": round(self.ratio, 6),
            "measure": self.measure,
            "issues": list(self.issues),
        }


class _Off(NamedTuple):
    """An issue of one kind, and by what factor it was off."""

    by: str
    name: str
    key: str
    ratio: float


def misjudged(basis: Basis) -> tuple[Misjudged, ...]:
    """Return the kinds of work with at least three finished issues, the furthest off first.

    By recorded against estimated hours where there are any. Else by cycle time in working days, a
    proxy, against the whole project's: of sizes by the time a point took.
    """
    issues = {one.past.key: one.past.issue for one in finished_of(basis)}
    if any(pair.estimate >= A_SECOND for pair in pairing_of(basis).pairs):
        found = list(_grouped(_in_hours(basis, issues), IN_HOURS))
    else:
        found = [
            *_grouped(_in_days(basis, issues), IN_DAYS),
            *_grouped(_in_days_a_point(basis), IN_DAYS_A_POINT),
        ]
    return tuple(sorted(found, key=lambda one: (-_how_far(one.ratio), one.by, one.name)))


def _in_hours(basis: Basis, issues: dict[str, Issue]) -> Iterator[_Off]:
    for pair in pairing_of(basis).pairs:
        if pair.estimate >= A_SECOND:
            for by, name in _kinds(issues[pair.key]):
                yield _Off(by, name, pair.key, pair.ratio)
            size = next(name for most, name in _SIZES if pair.estimate <= most)
            yield _Off("size", size, pair.key, pair.ratio)


def _in_days(basis: Basis, issues: dict[str, Issue]) -> Iterator[_Off]:
    days = {one.past.key: one.days for one in finished_of(basis) if one.days is not None}
    whole = median(days.values()) if days else 0.0
    if whole > 0:
        for key, took in days.items():
            for by, name in _kinds(issues[key]):
                yield _Off(by, name, key, took / whole)


def _in_days_a_point(basis: Basis) -> Iterator[_Off]:
    """Compare sizes, where all points are of one scale: bigger ones may well take longer."""
    if several_scales(basis.scope) is not None:
        return
    sized = [one for one in sample_of(basis).sized if one.points > 0]
    whole = median(one.days / one.points for one in sized) if sized else 0.0
    if whole > 0:
        for one in sized:
            name = f"{one.points:g} {'point' if one.points == 1 else 'points'}"
            yield _Off("size", name, one.key, one.days / one.points / whole)


def _kinds(issue: Issue) -> Iterator[tuple[str, str]]:
    if issue.kind:
        yield "type", issue.kind
    for name in set(issue.labels.values()) if issue.labels else ():
        yield "label", name
    for name in set(issue.components) if issue.components else ():
        yield "component", name


def _grouped(found: Iterable[_Off], measure: str) -> Iterator[Misjudged]:
    groups: defaultdict[tuple[str, str], list[_Off]] = defaultdict(list)
    for one in found:
        groups[one.by, one.name].append(one)
    for (by, name), ones in groups.items():
        if len(ones) >= FEWEST:
            ratio = median(one.ratio for one in ones)
            yield Misjudged(by, name, len(ones), ratio, measure, tuple(one.key for one in ones))


def _how_far(ratio: float) -> float:
    """Return how far off: twice as long is as far off as half as long."""
    return abs(math.log(ratio)) if ratio > 0 else math.inf
