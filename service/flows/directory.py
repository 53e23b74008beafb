"""Who has an account, and which teams there are: read now and then, not at every look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from service.domain.tracking import Person, Team
    from service.ports import Tracker

KEPT_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts and teams of a workspace, as they were at `at`."""

    people: tuple[Person, ...]
    teams: tuple[Team, ...]
    at: datetime


class Directory:
    """The accounts and teams of every workspace, each read again when it is five minutes old.

    A project is looked at every few minutes; asking for everybody each time would use up a rate
    limit that holding needs.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[str, Accounts] = {}

    def accounts(self, workspace: str, tracker: Tracker) -> Accounts:
        """Return the accounts of a workspace. Raises as the tracker does."""
        kept, now = self._kept.get(workspace), self._clock()
        if kept is None or now - kept.at >= KEPT_FOR:
            kept = Accounts(tuple(tracker.people()), tuple(tracker.teams()), now)
            self._kept[workspace] = kept
        return kept

    def forget(self) -> None:
        """Read everything anew at the next look: a person asks, and waits for the answer."""
        self._kept.clear()
