"""Which statuses count as active, done and dropped."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from service.domain.tracking import StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.domain.tracking import Status


@dataclass(frozen=True, slots=True)
class StatusSets:
    """Statuses named by id or name, in any case of letters.

    - A status that is not named goes by its category, and one without category as not started.
    - `waiting`, `review` and `blocked` are in progress too; nobody works in `waiting` and
      `blocked`, and in `review` somebody else does.

    Raises ValueError where a status is named in two of the sets.
    """

    active: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    review: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        sets = {
            "active": self.active,
            "done": self.done,
            "dropped": self.dropped,
            "waiting": self.waiting,
            "review": self.review,
            "blocked": self.blocked,
        }
        for (one, names), (other, others) in combinations(sets.items(), 2):
            if twice := sorted(_folded(names) & _folded(others)):
                raise ValueError(
                    f"the status {twice[0]!r} is named in both {one} and {other}; keep it in one"
                )

    def names(self) -> set[str]:
        """Return everything that is named, in small letters."""
        return _folded(
            self.active | self.done | self.dropped | self.waiting | self.review | self.blocked
        )

    def categories(self, statuses: Mapping[str, Status]) -> dict[str, StatusCategory]:
        """Return what each status id counts as."""
        named = {
            **dict.fromkeys(
                _folded(self.active | self.waiting | self.review | self.blocked),
                StatusCategory.IN_PROGRESS,
            ),
            **dict.fromkeys(_folded(self.done), StatusCategory.DONE),
            **dict.fromkeys(_folded(self.dropped), StatusCategory.CANCELLED),
        }
        # An id may be named that is in no list any more: its status was deleted.
        known = dict(named)
        for id_, status in statuses.items():
            by_name = named.get(status.name.casefold(), status.category)
            known[id_] = named.get(id_.casefold(), by_name)
        return known


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}
