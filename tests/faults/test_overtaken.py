"""A worker that sleeps through its lease is overtaken, wakes up, and does no harm."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from connectors.linear.standin import Mode
from service.bootstrap import REST
from tests.faults.line import GRID, Relay, check_world, orders
from tests.faults.nursery import WORKED, Nursery, Shift

READS = range(5, 70, 6)
"""Some of the line's 69 questions, by their number.

Not the third and the fourth: they are asked between the look and the write of the hold itself, and
Linear takes no condition with a write. A worker that stands still just there for a whole lease
moves the project back once more.
"""

PATIENCE = 60.0  # seconds


class Overtaken(Relay):
    """A line on which one worker stands still while it waits for an answer.

    What is due is done by others meanwhile, and by `wakes` at the latest it goes on.
    """

    def __init__(
        self, folder: Path, nursery: Nursery, only: str, number: int, *, wakes_at_once: bool
    ) -> None:
        super().__init__(folder, nursery)
        self.overtaken = False
        self._sleeper: int | None = None
        self._wakes_at_once = wakes_at_once
        # Slow enough to be stopped while it waits.
        self.standin.control.fail(Mode.SLOW, only=only, skip=number - 1, seconds=1.0)

    def shift(self) -> bool:
        """Let one process work, and where it waits, others instead of it."""
        if self.overtaken:
            return super().shift()
        pid = self._nursery.fork(Shift(self.services.settings, self.now))
        self._nursery.begin(pid)
        if not self._waits(pid):
            return self._nursery.ended(pid) == WORKED
        self.overtaken = True
        self._sleeper = pid
        os.kill(pid, signal.SIGSTOP)
        self.now += self.services.settings.clock.lease + REST
        if self._wakes_at_once:
            self.rests()
            self.wakes()
        return True

    def wakes(self) -> None:
        """Let the worker that stands still go on to its end."""
        assert self._sleeper is not None, "the line asks fewer questions than READS says"
        os.kill(self._sleeper, signal.SIGCONT)
        assert self._nursery.ended(self._sleeper) == WORKED

    def _waits(self, pid: int) -> bool:
        """Return when a process waits for the slow answer; False where it ends without."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not orders(self):
                return True
            if not self._nursery.runs(pid):
                return False
            time.sleep(0.005)
        raise AssertionError("the process neither ends nor waits")


@pytest.mark.parametrize("number", GRID)
def test_a_worker_that_slept_over_a_write_does_nothing_twice(
    number: int, tmp_path: Path, nursery: Nursery
) -> None:
    overtaken = Overtaken(tmp_path, nursery, "mutation", number, wakes_at_once=True)
    with closing(overtaken) as line:
        line.goes_through()

        assert line.overtaken
        check_world(line)


@pytest.mark.parametrize("number", READS)
def test_a_worker_that_wakes_when_all_is_over_changes_nothing(
    number: int, tmp_path: Path, nursery: Nursery
) -> None:
    overtaken = Overtaken(tmp_path, nursery, "query", number, wakes_at_once=False)
    with closing(overtaken) as line:
        line.goes_through()
        line.wakes()
        line.rests()

        check_world(line)
