"""The work: read new deliveries, then the projects that are due, until none is left."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from service import queue
from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.bootstrap import Services

log = structlog.get_logger()

NAME = "service.jobs.drain"
WAIT = 1.0  # seconds a thread waits for a ring before it looks by itself
# Under a storm, what arrives is read in gulps: each reading is a commit of its own, and the answers
# to webhooks wait for the same disk. A delivery that comes alone is read at once.
GATHER = 0.02

_opener: list[Callable[[], Services]] = []


def prepare(opener: Callable[[], Services]) -> None:
    """Say how a forked job opens what it needs; connections are made after the fork."""
    _opener[:] = [opener]


def drain() -> None:
    """The RQ job: take in what has arrived, then work until nothing is due."""
    services = _opener[0]()
    bell = services.settings.closeout.redis_url
    queue.answered(bell)
    services.triage()
    if services.store.due_count(services.clock()) > 1:
        queue.call_help(bell, NAME)
    while services.work():
        pass


class Crew:
    """The embedded workers: one thread reads deliveries, a few work on projects."""

    def __init__(self, services: Services, hands: int = 4) -> None:
        self._services = services
        self._rung = threading.Event()
        self._due = threading.Semaphore(0)  # one hand wakes at a time, and wakes the next
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, name="reader", daemon=True),
            *(
                threading.Thread(target=self._work, name=f"hand-{n}", daemon=True)
                for n in range(hands)
            ),
        ]

    def ring(self) -> None:
        """Wake the reader; returns at once."""
        self._rung.set()

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 10.0) -> bool:
        """Let each thread finish the project it is at; False where one takes longer (seconds)."""
        self._stopping.set()
        self._rung.set()
        self._due.release(len(self._threads))
        until = monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _read(self) -> None:
        while not self._stopping.is_set():
            self._rung.wait(WAIT)
            self._rung.clear()
            read = 0
            try:
                read = self._services.triage()
            except Unavailable as failure:
                log.warning("reader.store_away", reason=str(failure))
            except Exception:
                # One delivery that cannot be read must not end the reading of all others.
                log.exception("reader.failed")
            self._due.release()
            if read:
                self._stopping.wait(GATHER)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._due.acquire(timeout=WAIT)
            try:
                while not self._stopping.is_set() and self._services.work():
                    self._due.release()  # there may be more: another hand looks too
            except Unavailable as failure:
                log.warning("hand.store_away", reason=str(failure))
            except Exception:
                log.exception("hand.failed")
