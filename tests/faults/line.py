"""The whole line, worked on by processes that may die at any moment, and what must be true then."""

from __future__ import annotations

import re
import signal
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import repeat
from pathlib import Path

from service.bootstrap import REST
from service.domain.closeout import CloseoutStatus
from service.records import EffectState
from tests.faults.nursery import IDLE, WORKED, Nursery, Shift
from tests.stories.stage import Stage

A_PICTURE = ("fileUpload", "filePut")
PICTURES = 7
A_TICKET = ("issueCreate", "attachmentCreate", "attachmentCreate")
WRITES = (
    "projectUpdate",  # the hold
    *A_PICTURE * PICTURES,
    "documentCreate",
    "entityExternalLinkCreate",
    "commentCreate",  # the refusal
    *A_TICKET,
    *A_TICKET,
    "issueRelationCreate",
    *A_TICKET,
    "issueRelationCreate",
    "commentCreate",  # the tickets are made
    "projectUpdate",  # the closing
    "commentCreate",  # is closed
)
"""Every write of the whole line to Linear, in its order."""

MADE = tuple(write for write in WRITES if write not in A_PICTURE)
"""What stands in Linear in the end, each of it once; files may lie there that no page shows."""

LASTING = tuple(n for n, write in enumerate(WRITES, 1) if write not in A_PICTURE)
"""The numbers of those writes, the first one being 1."""

_UPLOADS = [n for n, write in enumerate(WRITES, 1) if write in A_PICTURE]
GRID = tuple(sorted({*LASTING, *_UPLOADS[:2], *_UPLOADS[-2:]}))
"""Where something happens: at every write, the first and the last picture standing for all."""

_PICTURE = re.compile(r"!\[.*\]\(<(.+)>\)")

UNDER_WAY = timedelta(minutes=10)
"""What is due within this time is under way still: the longest pause after a failure is shorter."""

LOOKS_AGAIN = timedelta(hours=6)
"""When a project is looked at for no reason but the time."""


class Line(Stage):
    """A stage on which what fails is tried again in its own time."""

    def works(self) -> None:
        """Let everything happen that is due at this instant."""
        for _ in range(500):
            self.standin.settle()
            if not self.shift():
                return
        raise AssertionError("the line does not come to rest")

    def shift(self) -> bool:
        """Do what is due; False where there was nothing to do."""
        worked = self.services.triage() > 0
        while self.services.work():
            worked = True
        return worked

    def rests(self) -> None:
        """Work, and let as much time pass as what failed needs to be tried again."""
        self.works()
        for _ in range(100):
            at = self.services.store.next_due_at()
            if at is None or at > self.now + UNDER_WAY:
                return
            self.now = max(self.now + REST, at)
            self.works()
        raise AssertionError("something is due again and again")

    def goes_through(self) -> None:
        """Play the line from closed to closed by itself, whatever happens to those who work."""
        self.presses_done()
        self.rests()
        self.fills_the_page()
        self.rests()
        for ticket in self.tickets:
            self.finishes(ticket)
        self.rests()
        for ticket in self.tickets:
            self.verifies(ticket)
        self.rests()

    def _configuration(self) -> dict[str, object]:
        look_again = f"{LOOKS_AGAIN // timedelta(hours=1)}h"
        return {**super()._configuration(), "clock": {"pages_every": look_again}}


class Relay(Line):
    """A line on which each shift is worked by a process of its own.

    - `dies_at`: the process that makes this write to Linear, the first being 1, is killed when it
      is applied and before it is answered.
    - `statements`: after how many writing statements of the database each next process dies.
    """

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        *,
        dies_at: Collection[int] = (),
        statements: Iterator[int] | None = None,
    ) -> None:
        super().__init__(folder)
        self.killed = 0
        self._nursery, self._dies_at = nursery, dies_at
        self._statements: Iterator[int | None] = statements or repeat(None)

    def shift(self) -> bool:
        """Let one process work; False where there was nothing to do."""
        shift = Shift(self.services.settings, self.now, next(self._statements))
        pid = self._nursery.fork(shift)
        done = len(writes(self))
        if ahead := [number for number in self._dies_at if number > done]:
            self.standin.control.kill_after_write(min(ahead) - done, pid)
        self._nursery.begin(pid)
        code = self._nursery.ended(pid)
        if code == -signal.SIGKILL:
            self.killed += 1
            self.now += self.services.settings.clock.lease + REST
            return True
        assert code in (WORKED, IDLE)
        return code == WORKED


def writes(stage: Stage) -> tuple[str, ...]:
    """Return what was written to Linear through its API, oldest first."""
    return tuple(effect.action for effect in stage.standin.world.log if effect.via == "api")


def made(stage: Stage) -> tuple[str, ...]:
    """Return what was made in Linear, oldest first; a file alone is nothing that anybody sees."""
    return tuple(write for write in writes(stage) if write not in A_PICTURE)


def pictures(stage: Stage) -> list[str]:
    """Return the files that the page shows; KeyError for one whose bytes never came."""
    world = stage.standin.world
    files = {one.asset_url: one.filename for one in world.uploads.values() if one.id in world.files}
    return [files[address] for address in _PICTURE.findall(stage.page.content)]


def orders(stage: Stage) -> int:
    """Return how many of the faults that were ordered have not happened."""
    return len(stage.standin.faults._orders)


def check_world(stage: Stage) -> None:
    """Look at the tool and the database: all of it happened, nothing of it twice."""
    world, store, closeout = stage.standin.world, stage.services.store, stage.closeout

    assert stage.status == "completed"
    assert closeout.status is CloseoutStatus.CLOSED
    assert len(stage.pages) == 1
    # Who is killed between an upload and the page leaves files that no page shows: nobody sees them,
    # and nothing but Linear can remove them. What the page shows is there, and once.
    shown = pictures(stage)
    assert len(shown) == len(set(shown))
    links = [link for link in world.links.values() if link.project_id == stage.project.id]
    assert [stage.page.url] == [link.url for link in links]

    assert len(store.actions(closeout.id)) == 3
    made = [effect.id for effect in world.log if effect.action == "issueCreate"]
    assert sorted(made) == sorted(ticket.id for ticket in stage.tickets)
    attached = Counter((one.issue_id, one.url) for one in world.attachments.values())
    assert attached == Counter(
        (ticket.id, url) for ticket in stage.tickets for url in (stage.page.url, stage.shown.url)
    )
    related = Counter((one.issue_id, one.related_issue_id) for one in world.relations.values())
    first, *others = stage.tickets
    assert Counter({(ticket.id, first.id): 1 for ticket in others}) == related

    assert len(stage.comments) == len(set(stage.comments))
    assert WRITES.count("commentCreate") == len(stage.comments)
    assert {EffectState.DONE} == {effect.state for effect in store.effects(closeout.id)}
    moves = writes(stage).count("projectUpdate")
    assert moves - 1 == len(store.holds(closeout.id))
