"""How each issue stood in the project over time: open, delivered, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past

DAY = timedelta(days=1)


class Standing(IntEnum):
    """What a member is: to be done yet, done and not dropped, or dropped."""

    OPEN = 0
    DELIVERED = 1
    DROPPED = 2


_BY_KIND = {
    StatusCategory.TODO: Standing.OPEN,
    StatusCategory.IN_PROGRESS: Standing.OPEN,
    StatusCategory.DONE: Standing.DELIVERED,
    StatusCategory.CANCELLED: Standing.DROPPED,
}


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Every stretch during which an issue stood one way in the project, as columns.

    - `owners` are places in the counted issues of the scope, `standings` numbers of `Standing`.
    - `since` and `until` are days after the kick-off, with fractions; infinite where it lasts.
    """

    owners: NDArray[np.int64]
    standings: NDArray[np.int8]
    since: NDArray[np.float64]
    until: NDArray[np.float64]

    def standing_at(self, standing: Standing, at: float) -> NDArray[np.bool_]:
        """Tell which of the stretches hold at a time, what happens at that very time included."""
        holding: NDArray[np.bool_] = self.standings == standing
        holding &= (self.since <= at) & (at < self.until)
        return holding


def stretches_of(basis: Basis) -> Stretches:
    """Return the stretches of all counted issues, worked out once for all areas.

    Raises ValueError where no kick-off is known: there is nothing to count days from.
    """
    return basis.once(_stretches)


def _stretches(basis: Basis) -> Stretches:
    start = basis.window.baseline
    if start is None:
        raise ValueError("days after the kick-off were asked for, and no kick-off is known")
    owners, standings, since, until = [], [], [], []
    for owner, past in enumerate(basis.scope.counted):  # hot: once for each issue
        for standing, begin, end in stretches(past):
            owners.append(owner)
            standings.append(standing)
            since.append((begin - start) / DAY)
            until.append(np.inf if end is None else (end - start) / DAY)
    return Stretches(
        np.array(owners, np.int64),
        np.array(standings, np.int8),
        np.array(since, np.float64),
        np.array(until, np.float64),
    )


def stretches(past: Past) -> list[tuple[Standing, datetime, datetime | None]]:
    """Return how one issue stood, stay by stay; neighbours of one standing are one stretch."""
    found: list[tuple[Standing, datetime, datetime | None]] = []
    for start, end in past.stays:
        standing, since = _standing_at(past, start), start
        for at, now in _turns(past, start):
            if end is not None and at >= end:
                break
            if now is not standing:
                found.append((standing, since, at))
                standing, since = now, at
        found.append((standing, since, end))
    return found


def _turns(past: Past, start: datetime) -> list[tuple[datetime, Standing]]:
    """Return the instants after another at which the standing may have turned, with the new."""
    entered, kinds = past.entered, past.kinds
    if past.dropped.values != (False,):
        instants = sorted({*entered, *past.dropped.instants})
        return [(at, _standing_at(past, at)) for at in instants if at > start]
    return [  # hot: most issues are never dropped
        (at, _BY_KIND[kind]) for at, kind in zip(entered, kinds, strict=True) if at > start
    ]


def _standing_at(past: Past, at: datetime) -> Standing:
    standing = _BY_KIND[past.kind_at(at)]
    if standing is Standing.DELIVERED and past.dropped.at(at):
        return Standing.DROPPED
    return standing
