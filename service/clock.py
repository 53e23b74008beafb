"""What happens by itself: overdue work is rung for, and trackers are asked what was closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from service.ports import NotAllowed, Rejected, Unavailable
from service.records import Note

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from service.bootstrap import Services

log = structlog.get_logger()

TICK = 1.0  # seconds between two looks at the due rows
FAILED_SWEEP_RETRY = timedelta(seconds=30)
AUDIT_EVERY = timedelta(hours=1)


class Ticker:
    """The clock of one process; several of them do no harm, since every due instant is a row."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._not_before: dict[str, datetime] = {}

    def run(self, stopping: threading.Event) -> None:
        """Tick until told to stop."""
        while not stopping.wait(TICK):
            try:
                self.tick()
            except Unavailable as failure:
                log.warning("clock.store_away", reason=str(failure))
            except Exception:
                # The clock is what finds everything that got lost: it must outlive any fault.
                log.exception("clock.failed")

    def tick(self) -> None:
        """Sweep, watch pages and audit where it is time, and ring where something is due."""
        for workspace in self._services.sweepable:
            if self._is_time(workspace):
                self._sweep(workspace)
        every = self._services.settings.clock.pages_every
        for workspace in self._services.page_keepers:
            self._now_and_then("watch", workspace, every, self._services.watch)
        for workspace in self._services.gated:
            self._now_and_then("audit", workspace, AUDIT_EVERY, self._services.audit)
        store, now = self._services.store, self._services.clock()
        if store.oldest_new_delivery_at() is not None or store.due_count(now):
            self._services.ring()

    def _now_and_then(
        self, what: str, workspace: str, every: timedelta, do: Callable[[str], object]
    ) -> None:
        """Do something in this process every so often; what fails is tried again in its turn."""
        now, key = self._services.clock(), f"{what} {workspace}"
        if now < self._not_before.get(key, now):
            return
        parked_until = self._services.store.enrol(workspace, now).parked_until
        if parked_until is not None and now < parked_until:
            return
        self._not_before[key] = now + every
        try:
            do(workspace)
        except (Unavailable, NotAllowed, Rejected) as failure:
            log.warning("clock.not_done", what=what, workspace=workspace, reason=str(failure))
            self._not_before[key] = now + min(every, self._pause(failure))

    def _is_time(self, workspace: str) -> bool:
        now = self._services.clock()
        state = self._services.store.enrol(workspace, now)
        if state.swept_until == state.enrolled_at and workspace not in self._not_before:
            return True  # so that what stands closed already is known from the start
        waits = max(
            state.swept_until + self._services.settings.clock.sweep_every,
            self._not_before.get(workspace, state.swept_until),
            state.parked_until or state.swept_until,
        )
        return now >= waits

    def _sweep(self, workspace: str) -> None:
        try:
            found = self._services.sweep(workspace)
        except (Unavailable, NotAllowed, Rejected) as failure:
            log.warning("sweep.failed", workspace=workspace, reason=str(failure))
            self._trouble(workspace, failure)
            self._not_before[workspace] = self._services.clock() + self._pause(failure)
        else:
            self._trouble(workspace, None)
            log.info("sweep.done", workspace=workspace, due=found)

    @staticmethod
    def _pause(failure: Exception) -> timedelta:
        asked = failure.retry_after if isinstance(failure, Unavailable) else None
        return asked or FAILED_SWEEP_RETRY

    def _trouble(self, workspace: str, failure: Exception | None) -> None:
        """Tell the operator what only they can mend, and that it is mended."""
        store, now = self._services.store, self._services.clock()
        sentence = str(failure) if isinstance(failure, NotAllowed) else None
        if failure is not None and sentence is None:
            return
        if store.trouble(workspace, sentence):
            store.note(Note(now, sentence or "The tracker answers again", workspace=workspace))
