"""One thread that commits together what queued while the last commit ran.

On SQLite a durable commit costs a sync of the disk, whatever is in it. Callers that come while one
runs wait for the next, and share it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from service.ports import Unavailable
from service.storage.engine import PATIENCE, unavailable

Row = TypeVar("Row")

TOGETHER = 64
"""Rows in one commit at most."""


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Row]):
    """A caller and its row. `answered` is held until there is an answer.

    `failure` is the answer unless a commit takes it away: whatever happens, nobody is told that a
    row is kept which is not.
    """

    row: Row
    answered: threading.Lock = field(default_factory=_locked)
    failure: str | None = "the database cannot be used now: its writer ended"


class GroupCommit(Generic[Row]):
    """Writes rows through one thread, which starts with the first row.

    `transaction` opens a transaction as the only writer and gives what writes rows into it; the
    transaction commits when it is left. `patience` is how long a caller waits to be written.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Callable[[Sequence[Row]], object]]],
        patience: timedelta = PATIENCE,
    ) -> None:
        self._transaction = transaction
        self._patience = patience.total_seconds()
        self._queue: deque[_Waiting[Row]] = deque()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False

    def put(self, row: Row) -> None:
        """Return once the row is durable. Raises Unavailable where it is not, and will not be."""
        caller = _Waiting(row)
        with self._news:
            if self._closing:
                raise unavailable("it is being closed")
            self._queue.append(caller)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
                self._thread.start()
            elif len(self._queue) == 1:  # else it knows already, or is at work
                self._news.notify()
        if not caller.answered.acquire(timeout=self._patience):
            self._give_up(caller)
        if caller.failure is not None:
            raise Unavailable(caller.failure)

    def close(self) -> None:
        """Let the thread commit what waits, and end."""
        with self._news:
            self._closing = True
            self._news.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _give_up(self, caller: _Waiting[Row]) -> None:
        """Leave the queue unwritten; a row that is being committed has to be waited for."""
        with self._news:
            if caller in self._queue:
                self._queue.remove(caller)
                caller.failure = str(unavailable("another writer holds it"))
                return
        caller.answered.acquire()

    def _run(self) -> None:
        while self._wait_for_rows():
            self._commit()

    def _wait_for_rows(self) -> bool:
        with self._news:
            while not self._queue and not self._closing:
                self._news.wait()
            return bool(self._queue)

    def _commit(self) -> None:
        """Commit what waits, and answer it.

        The rows are taken from the queue only when the database lets us write: until then their
        callers can give up, and those who come late still get in.
        """
        batch: list[_Waiting[Row]] = []
        try:
            with self._transaction() as write:
                batch = self._take()
                if batch:  # else they have all given up
                    write([caller.row for caller in batch])
        except Unavailable as failure:
            # Those who came meanwhile are answered too: no use in waiting for the same lock again.
            batch += self._take(all_of_them=True)
            for caller in batch:
                caller.failure = str(failure)
        else:
            for caller in batch:
                caller.failure = None
        finally:
            for caller in batch:
                caller.answered.release()

    def _take(self, *, all_of_them: bool = False) -> list[_Waiting[Row]]:
        with self._news:
            count = len(self._queue) if all_of_them else min(TOGETHER, len(self._queue))
            return [self._queue.popleft() for _ in range(count)]
