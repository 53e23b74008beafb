"""The whole line, worked on by processes that may die at any moment, and what must be true then."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import repeat
from pathlib import Path

from service.domain.closeout import CloseoutStatus
from service.records import EffectState
from service.storage import upgrade
from tests.faults.nursery import IDLE, WORKED, Nursery, Shift
from tests.stories.stage import Stage

A_TICKET = ("issueCreate", "attachmentCreate", "attachmentCreate")
WRITES = (
    "projectUpdate",  # the hold
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

LEASE_IS_OVER = timedelta(seconds=61)
RESTS_WITHIN = timedelta(seconds=90)
"""When what is due by itself counts as under way still; the regular look is later."""


class Relay(Stage):
    """A stage whose work is done by processes, each for one shift.

    - `dies_at_write`: the process that makes this write to Linear, the first being 1, is killed when
      it is applied and before it is answered.
    - `statements`: after how many writing statements of the database each next process dies.
    """

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        *,
        dies_at_write: int | None = None,
        statements: Iterator[int | None] = repeat(None),
    ) -> None:
        super().__init__(folder)
        self.killed = 0
        self._nursery, self._dies_at_write, self._statements = nursery, dies_at_write, statements

    def works(self) -> None:
        """Let one process after the other work, until one finds nothing to do."""
        for _ in range(500):
            self.standin.settle()
            if not self._shift():
                return
        raise AssertionError("the line does not come to rest")

    def _shift(self) -> bool:
        """Let one process work; False where there was nothing to do."""
        shift = Shift(self.services.settings, self.now, next(self._statements))
        pid = self._nursery.fork(shift)
        left = (self._dies_at_write or 0) - len(writes(self))
        if left > 0:
            self.standin.control.kill_after_write(left, pid)
        self._nursery.begin(pid)
        code = self._nursery.ended(pid)
        if code == -signal.SIGKILL:
            self.killed += 1
            self.now += LEASE_IS_OVER
            return True
        assert code in (WORKED, IDLE)
        return code == WORKED

    def _configuration(self) -> dict[str, object]:
        """Look again by itself only after hours, so that what is due is due for a reason."""
        return {**super()._configuration(), "clock": {"pages_every": "6h"}}


def writes(stage: Stage) -> tuple[str, ...]:
    """Return what was written to Linear through its API, oldest first."""
    return tuple(effect.action for effect in stage.standin.world.log if effect.via == "api")


def rests(stage: Stage) -> None:
    """Work, and let as much time pass as what failed needs to be tried again."""
    stage.works()
    for _ in range(100):
        at = stage.services.store.next_due_at()
        if at is None or at > stage.now + RESTS_WITHIN:
            return
        stage.now = max(stage.now, at)
        stage.works()
    raise AssertionError("something is due again and again")


def goes_through(stage: Stage) -> None:
    """Play the line from closed to closed by itself, whatever happens to those who work."""
    stage.presses_done()
    rests(stage)
    stage.fills_the_page()
    rests(stage)
    for ticket in stage.tickets:
        stage.finishes(ticket)
    rests(stage)
    for ticket in stage.tickets:
        stage.verifies(ticket)
    rests(stage)


def check_world(stage: Stage) -> None:
    """Look at the tool and the database: all of it happened, nothing of it twice."""
    world, store, closeout = stage.standin.world, stage.services.store, stage.closeout

    assert stage.status == "completed"
    assert closeout.status is CloseoutStatus.CLOSED
    assert len(stage.pages) == 1
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
    assert {0} == {lease for lease in (store.due_count(stage.now),)}


def a_copy_of_the_schema(folder: Path, template: Path) -> None:
    """Put a database with the schema into a folder, which is quicker than to migrate it."""
    if not template.exists():
        upgrade(f"sqlite:///{template}")
    shutil.copy(template, folder / "closeout.db")
