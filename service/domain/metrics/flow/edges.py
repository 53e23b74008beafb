"""The hand-offs of the work: from which status to which, and how long it had waited before.

The performance map of process mining (van der Aalst, Process Mining, 2016), between statuses and
between teams, never between people.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.in_status import Times, visits_of
from service.domain.metrics.flow.passage import passages_of
from service.domain.metrics.flow.spread import nearest_rank
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.domain.metrics.basis import Basis

BETWEEN_STATUSES, BETWEEN_TEAMS = "status", "team"


@dataclass(frozen=True, slots=True)
class Edge:
    """How often work went from one place to another, and how long it had waited in the former.

    - `before` and `after` are names of statuses, or of teams: `between` says which.
    - `waiting_days` is the sum over all times, `waiting_median_days` the median by nearest rank.
    - `issues` are the keys of those that went this way, each once.
    """

    before: str
    after: str
    n: int
    waiting_median_days: float
    waiting_days: float
    issues: tuple[str, ...]
    between: str = BETWEEN_STATUSES

    def as_json(self) -> dict[str, object]:
        """Return the edge as it is published; fractions are rounded here, to 6 digits, only."""
        return {
            "between": self.between,
            "before": self.before,
            "after": self.after,
            "n": self.n,
            "waiting_median_days": round(self.waiting_median_days, 6),
            "waiting_days": round(self.waiting_days, 6),
            "issues": list(self.issues),
        }


def edges(basis: Basis) -> tuple[Edge, ...]:
    """Return all hand-offs of the members at the close, up to completion or close.

    Those between statuses come first, then those between teams; the most frequent come first.
    """
    statuses = _edges(visits_of(basis).moves, BETWEEN_STATUSES)
    return (*statuses, *_edges(_team_moves(basis), BETWEEN_TEAMS))


def _edges(moves: Mapping[tuple[str, str], Times], between: str) -> Iterator[Edge]:
    for (before, after), times in sorted(moves.items(), key=lambda one: (-len(one[1]), one[0])):
        lengths = sorted(length for _, length in times)
        yield Edge(
            before=before,
            after=after,
            n=len(times),
            waiting_median_days=nearest_rank(lengths, 50) / DAY,
            waiting_days=sum(lengths, timedelta()) / DAY,
            issues=tuple(dict.fromkeys(key for key, _ in times)),
            between=between,
        )


def _team_moves(basis: Basis) -> dict[tuple[str, str], Times]:
    moves: defaultdict[tuple[str, str], Times] = defaultdict(list)
    names = {team.id: team.name for team in basis.project.teams}
    names |= {one.team.id: one.team.name for one in basis.issues.issues if one.team is not None}
    for past, _, _, ended, left, _, _ in passages_of(basis):
        if left is not None or Field.TEAM not in past.history.changes:
            continue
        since, end = past.entered[0], ended or basis.window.close
        for at, before, after in past.history.team.steps():
            if at > end:
                break
            if before == after:
                continue
            if before is not None and after is not None:
                pair = (names.get(before, before), names.get(after, after))
                moves[pair].append((past.key, max(at - since, timedelta())))
            since = at
    return moves
