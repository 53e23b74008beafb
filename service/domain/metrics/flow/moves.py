"""Moves against the direction of the work: back to an earlier status, and there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.flow.in_status import NO_MEMBERS, ranks_of, visits_of
from service.domain.metrics.values import Part, Value, unknown

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis
    from service.domain.metrics.flow.in_status import Times

#: Dropped work has left the way: neither into it nor out of it is backward.
_DROPPED = 3

_BACKWARD = (
    "moves to an earlier status, up to completion or close, of members at the close, by pair; not "
    "started comes before in progress and that before done, and of two statuses in progress the "
    "one comes before that was used first"
)
_PING_PONG = (
    "moves back to the status that an issue had just come from, up to completion or close, of "
    "members at the close"
)


def move_figures(basis: Basis) -> dict[str, Value]:
    """Return the backward moves by pair of statuses, and how often work went to and fro."""
    scope = basis.scope
    if not scope["final"]:
        return {
            "backward_moves": unknown("times", _BACKWARD, NO_MEMBERS, scope.excluded),
            "ping_pong": unknown("times", _PING_PONG, NO_MEMBERS, scope.excluded),
        }
    n, excluded = len(scope["final"]), scope.excluded
    parts = _backward(basis)
    moved = tuple(dict.fromkeys(key for part in parts for key in part.issues))
    returns = [one for times in visits_of(basis).returns.values() for one in times]
    back = _keys(returns)
    return {
        "backward_moves": Value(parts, "times", n, _BACKWARD, moved, excluded),
        "ping_pong": Value(len(returns), "times", n, _PING_PONG, back, excluded),
    }


def _backward(basis: Basis) -> tuple[Part, ...]:
    """Return them by pair of statuses, the most frequent first."""
    ranks, moves, found = ranks_of(basis), visits_of(basis).moves, []
    for (before, after), times in sorted(moves.items(), key=lambda one: (-len(one[1]), one[0])):
        if ranks[after] < ranks[before] and ranks[before][0] != _DROPPED:
            keys = _keys(times)
            found.append(Part(f"{before} → {after}", len(times), len(keys), keys))
    return tuple(found)


def _keys(times: Times) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key, _ in times))
