"""An issue's way through the project: when it joined, when work on it began and when it ended.

Told in hindsight from the close: an issue that was reopened ended with its last completion, one
that was moved back began with its first start. So arrivals and departures never go backward, and
the time between the two is the cycle time (Vacanti, Actionable Agile Metrics, 2015).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past

DONE, IN_PROGRESS = StatusCategory.DONE, StatusCategory.IN_PROGRESS


class Passage(NamedTuple):
    """How one issue went through the project up to the close.

    - `joined` is when it first came into the project, `left` when it left for good; None where it
      is in it at the close.
    - `started` is its first entry into progress, whenever it was.
    - `kind` is what its status counted as at the close or on leaving, and `ended` when it came to
      be that, None where it was neither done nor dropped.
    - `dropped` says that the work was given up, by its status or by its resolution.
    """

    past: Past
    joined: datetime
    started: datetime | None
    ended: datetime | None
    left: datetime | None
    kind: StatusCategory
    dropped: bool

    @property
    def delivered(self) -> bool:
        """Whether it was in the project at the close, done and not dropped."""
        return self.kind is DONE and not self.dropped and self.left is None


def passages_of(basis: Basis) -> list[Passage]:
    """Return the passage of every issue that was in the project up to the close, by key."""
    return basis.once(_passages)


def _passages(basis: Basis) -> list[Passage]:
    scope, close = basis.scope, basis.window.close
    final = {id(past) for past in scope["final"]}
    dropped = {id(past) for past in scope["dropped"]}
    found = []
    for past in scope.counted:  # hot: once for each issue
        stays, kinds = past.stays, past.kinds
        if not stays or stays[0].start > close:
            continue
        left = None if id(past) in final else past.left_at(close)
        started = past.entered[kinds.index(IN_PROGRESS)] if IN_PROGRESS in kinds else None
        kind, ended = _standing(past, left or close)
        gave_up = id(past) in dropped if left is None else past.dropped_at(left)
        found.append(Passage(past, stays[0].start, started, ended, left, kind, gave_up))
    return found


def delivered_of(basis: Basis) -> list[Passage]:
    """Return the passages of the issues that are delivered at the close, by key."""
    return basis.once(_delivered)


def _delivered(basis: Basis) -> list[Passage]:
    return [passage for passage in passages_of(basis) if passage.delivered]


def _standing(past: Past, by: datetime) -> tuple[StatusCategory, datetime | None]:
    """Return what the status counted as, and since when if that was done or dropped."""
    kinds = past.kinds
    index = bisect_right(past.entered, by) - 1
    kind = kinds[index]
    if kind is not DONE and kind is not StatusCategory.CANCELLED:
        return kind, None
    while index and kinds[index - 1] is kind:
        index -= 1
    return kind, past.entered[index]
