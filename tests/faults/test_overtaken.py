"""A worker that sleeps through its lease is overtaken, wakes up, and does no harm."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from connectors.linear.standin import Mode
from service.bootstrap import LEASE, REST
from tests.faults.line import WRITES, Relay, check_world, writes
from tests.faults.nursery import IDLE, WORKED, Nursery, Shift

PATIENCE = 20.0  # seconds


class Overtaken(Relay):
    """A line on which the worker that makes a certain write stands still before it is answered.

    Everything that is due is done by others meanwhile; then it goes on.
    """

    def __init__(self, folder: Path, nursery: Nursery, number: int) -> None:
        super().__init__(folder, nursery)
        self.overtaken = False
        self._number = number
        # Slow enough to be stopped while it waits for its answer.
        self.standin.control.fail(Mode.SLOW, only="mutation", skip=number - 1, seconds=1.0)

    def shift(self) -> bool:
        if self.overtaken:
            return super().shift()
        sleeper = self._nursery.fork(Shift(self.services.settings, self.now))
        self._nursery.begin(sleeper)
        if self._wrote(sleeper):
            self.overtaken = True
            os.kill(sleeper, signal.SIGSTOP)
            self.now += LEASE + REST
            self.rests()
            os.kill(sleeper, signal.SIGCONT)
        code = self._nursery.ended(sleeper)
        assert code in (WORKED, IDLE)
        return code == WORKED

    def _wrote(self, pid: int) -> bool:
        """Wait until the write was made; False where the process ends without."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if len(writes(self)) >= self._number:
                return True
            if not self._nursery.runs(pid):
                return False
            time.sleep(0.005)
        raise AssertionError("the process neither ends nor writes")


@pytest.mark.parametrize("number", range(1, len(WRITES) + 1))
def test_a_worker_that_slept_through_its_lease_does_nothing_twice(
    number: int, tmp_path: Path, nursery: Nursery
) -> None:
    with closing(Overtaken(tmp_path, nursery, number)) as line:
        line.goes_through()

        assert line.overtaken
        check_world(line)
        assert sorted(writes(line)) == sorted(WRITES)
