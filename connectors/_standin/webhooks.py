"""Sending webhooks: one thread for each subscription, in order, retried, then given up."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from connectors._standin.clock import StandinClock

_LONGEST_NAP = 0.25


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when (the stand-in's clock), what came back, or why nothing did."""

    at: datetime
    status: int | None
    problem: str | None


@dataclass(slots=True)
class Delivery:
    """One event on its way to one subscription.

    `state`: waiting, held, delivered, lost (given up), dropped (never sent).
    """

    id: str
    webhook_id: str
    type: str
    body: dict[str, Any]
    due_at: datetime
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Post:
    """One request to send, signed and stamped."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class Courier(Protocol):
    """What a tool knows of its webhooks. Every method is called under the stand-in's lock.

    `answer_within` is how many seconds the receiver has.
    """

    answer_within: float

    def post(self, delivery: Delivery, at: datetime) -> Post | None:
        """Return what to send now, None where the subscription is disabled or gone."""

    def accepts(self, status: int) -> bool:
        """Say whether an answer with this status ends the matter."""

    def retry_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Say when a delivery whose last attempt failed is tried again, None for never."""


class Sender:
    """Everything that is, was, or will be delivered.

    With `threads` each subscription is served by its own thread; without, `deliver_due` sends
    what is due, from the caller's thread.
    """

    def __init__(
        self, clock: StandinClock, lock: threading.RLock, courier: Courier, *, threads: bool = True
    ) -> None:
        self.deliveries: list[Delivery] = []
        self.drop_next = 0
        self.holding = False
        self._clock, self._lock, self._courier = clock, lock, courier
        self._open: list[Delivery] = []  # those of them that still have a way to go
        self._threaded = threads
        self._wake = threading.Condition()
        self._stopping = False
        self._in_flight = 0
        self._threads: dict[str, threading.Thread] = {}

    def queue(self, delivery: Delivery) -> None:
        """Take a delivery, to be sent when it is due."""
        with self._wake:
            if self.drop_next > 0:
                self.drop_next -= 1
                delivery.state = "dropped"
            elif self.holding:
                delivery.state = "held"
            self.deliveries.append(delivery)
            if delivery.state != "dropped":
                self._open.append(delivery)
            self._serve(delivery.webhook_id)
            self._wake.notify_all()

    # What the control asks for.

    def redeliver(self, delivery_id: str) -> None:
        """Send a delivery once more, with the same id. Raises KeyError."""
        with self._wake:
            found = next((d for d in self.deliveries if d.id == delivery_id), None)
            if found is None:
                raise KeyError(delivery_id)
            again = Delivery(found.id, found.webhook_id, found.type, found.body, self._clock())
            self.deliveries.append(again)
            self._open.append(again)
            self._serve(again.webhook_id)
            self._wake.notify_all()

    def hold(self) -> None:
        """Keep back what happens from now on."""
        with self._wake:
            self.holding = True

    def release(self, *, backwards: bool = False) -> None:
        """Send what was kept back, in order or the last first."""
        with self._wake:
            held = [d for d in self._open if d.state == "held"]
            if backwards:
                self._open = [d for d in self._open if d.state != "held"] + held[::-1]
                now = self._clock()
                for delivery in held:
                    delivery.due_at = now
            for delivery in held:
                delivery.state = "waiting"
            self.holding = False
            self._wake.notify_all()

    # Sending.

    def wake(self) -> None:
        """Look again at what is due, because the clock moved."""
        with self._wake:
            self._wake.notify_all()

    def deliver_due(self) -> int:
        """Send everything that is due, from this thread; return how many attempts were made."""
        attempts = 0
        while (delivery := self._next(None)) is not None:
            self._attempt(delivery)
            attempts += 1
        return attempts

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is due or in flight; False when that took longer than `timeout`."""
        with self._wake:
            return self._wake.wait_for(
                lambda: self._in_flight == 0 and self._due(None) is None, timeout
            )

    def stop(self) -> None:
        """End all threads; what is waiting stays unsent."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
            threads = list(self._threads.values())
        for thread in threads:
            thread.join()

    def _serve(self, webhook_id: str) -> None:
        if not self._threaded or self._stopping or webhook_id in self._threads:
            return
        thread = threading.Thread(
            target=self._run, args=(webhook_id,), name=f"webhook-{webhook_id[:8]}", daemon=True
        )
        self._threads[webhook_id] = thread
        thread.start()

    def _run(self, webhook_id: str) -> None:
        while True:
            delivery = self._next(webhook_id)
            if delivery is not None:
                self._attempt(delivery)
                continue
            with self._wake:
                if self._stopping:
                    return
                if self._due(webhook_id) is None:
                    self._wake.wait(self._nap(webhook_id))

    def _next(self, webhook_id: str | None) -> Delivery | None:
        with self._wake:
            delivery = None if self._stopping else self._due(webhook_id)
            if delivery is not None:
                delivery.state = "in flight"
                self._open.remove(delivery)
                self._in_flight += 1
            return delivery

    def _due(self, webhook_id: str | None) -> Delivery | None:
        now = self._clock()
        due = [d for d in self._waiting(webhook_id) if d.due_at <= now]
        return min(due, key=lambda d: d.due_at, default=None)

    def _waiting(self, webhook_id: str | None) -> list[Delivery]:
        return [
            d for d in self._open if d.state == "waiting" and webhook_id in (None, d.webhook_id)
        ]

    def _nap(self, webhook_id: str) -> float | None:
        """Seconds to sleep: short ones while something waits, since the clock may be pushed."""
        waiting = self._waiting(webhook_id)
        if not waiting:
            return None
        left = min(self._clock.seconds_until(d.due_at) for d in waiting)
        return min(left, _LONGEST_NAP)

    def _attempt(self, delivery: Delivery) -> None:
        with self._lock:
            at = self._clock()
            post = self._courier.post(delivery, at)
        status: int | None = None
        problem: str | None = "the webhook is disabled or gone"
        if post is not None:
            status, problem = self._post(post)
        with self._lock, self._wake:
            delivery.attempts.append(Attempt(at, status, problem))
            self._in_flight -= 1
            if problem is None:
                delivery.state = "delivered"
            else:
                self._plan_retry(delivery, at)
            self._wake.notify_all()

    def _plan_retry(self, delivery: Delivery, at: datetime) -> None:
        due_at = self._courier.retry_at(delivery, at)
        if due_at is None:
            delivery.state = "lost"
            return
        delivery.state = "waiting"
        delivery.due_at = due_at
        self._open.append(delivery)

    def _post(self, post: Post) -> tuple[int | None, str | None]:
        """Send once; return the status and what was wrong with it."""
        within = self._courier.answer_within
        began = time.monotonic()
        try:
            status = _exchange(post, within)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return None, f"{type(error).__name__}: {error}"
        if time.monotonic() - began > within:
            return status, f"no answer within {within:g} seconds"
        return status, None if self._courier.accepts(status) else f"answered {status}"


def _exchange(post: Post, within: float) -> int:
    parts = urlsplit(post.url)
    if parts.hostname is None or parts.scheme not in ("http", "https"):
        raise ValueError(f"not an http address: {post.url}")
    kind: Callable[..., http.client.HTTPConnection] = (
        http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    )
    connection = kind(parts.hostname, parts.port, timeout=within)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, post.body, dict(post.headers))
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
