"""Sending webhooks: one thread for each subscription, in order, signed, retried, then given up."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from connectors.linear.standin.entities import Webhook
from connectors.linear.standin.payloads import actor_data
from connectors.linear.standin.scalars import instant_text
from connectors.linear.standin.world import Happening, World

ANSWER_WITHIN = 5.0
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

    `state`: waiting, held, delivered, lost (the last retry failed), dropped (never sent).
    """

    id: str
    webhook_id: str
    type: str
    body: dict[str, Any]
    due_at: datetime
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)


class Sender:
    """Everything that is, was, or will be delivered.

    With `threads` each subscription is served by its own thread; without, `deliver_due` sends
    what is due, from the caller's thread.
    """

    def __init__(self, world: World, *, threads: bool = True) -> None:
        self.world = world
        self.deliveries: list[Delivery] = []
        self._open: list[Delivery] = []  # those of them that still have a way to go
        self.drop_next = 0
        self.holding = False
        self._threaded = threads
        self._wake = threading.Condition()
        self._stopping = False
        self._in_flight = 0
        self._threads: dict[str, threading.Thread] = {}
        world.listeners.append(self.take)

    # What happened in the world.

    def take(self, happening: Happening) -> None:
        """Queue a happening for every subscription that wants it."""
        world = self.world
        for webhook in list(world.webhooks.values()):
            if world.behaviour.webhooks_on and self._wants(webhook, happening):
                self._queue(webhook, happening)

    def _wants(self, webhook: Webhook, happening: Happening) -> bool:
        if not webhook.enabled or happening.type not in webhook.resource_types:
            return False
        if webhook.team_id is not None:
            return webhook.team_id in happening.team_ids
        return any(not self.world.teams[t].private for t in happening.team_ids)

    def _queue(self, webhook: Webhook, happening: Happening) -> None:
        body: dict[str, Any] = {
            "action": happening.action,
            "actor": actor_data(happening.actor),
            "createdAt": instant_text(happening.at),
            "data": happening.data,
        }
        if happening.updated_from is not None:
            body["updatedFrom"] = happening.updated_from
        body |= {
            "url": happening.url,
            "type": happening.type,
            "organizationId": self.world.organization.id,
            "webhookId": webhook.id,
        }
        delivery_id, now = self.world.ids.uuid(), self.world.clock()
        delivery = Delivery(delivery_id, webhook.id, happening.type, body, now)
        with self._wake:
            if self.drop_next > 0:
                self.drop_next -= 1
                delivery.state = "dropped"
            elif self.holding:
                delivery.state = "held"
            self.deliveries.append(delivery)
            if delivery.state != "dropped":
                self._open.append(delivery)
            self._serve(webhook.id)
            self._wake.notify_all()

    # What the control asks for.

    def redeliver(self, delivery_id: str) -> None:
        """Send a delivery once more, with the same id. Raises KeyError."""
        with self._wake:
            found = next((d for d in self.deliveries if d.id == delivery_id), None)
            if found is None:
                raise KeyError(delivery_id)
            now = self.world.clock()
            again = Delivery(found.id, found.webhook_id, found.type, found.body, now)
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
                now = self.world.clock()
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
        now = self.world.clock()
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
        left = min(self.world.clock.seconds_until(d.due_at) for d in waiting)
        return min(left, _LONGEST_NAP)

    def _attempt(self, delivery: Delivery) -> None:
        with self.world.lock:
            webhook = self.world.webhooks.get(delivery.webhook_id)
            usable = webhook is not None and webhook.enabled
            at = self.world.clock()
        status: int | None = None
        problem: str | None = "the webhook is disabled or gone"
        if webhook is not None and usable:
            status, problem = _post(webhook, delivery, at)
        with self.world.lock, self._wake:
            delivery.attempts.append(Attempt(at, status, problem))
            self._in_flight -= 1
            if problem is None:
                delivery.state = "delivered"
            else:
                self._plan_retry(delivery, webhook, at)
            self._wake.notify_all()

    def _plan_retry(self, delivery: Delivery, webhook: Webhook | None, at: datetime) -> None:
        behaviour = self.world.behaviour
        waits = behaviour.retry_after
        done = len(delivery.attempts)
        if done > len(waits):
            delivery.state = "lost"
            if webhook is not None and behaviour.disable_after_failures:
                webhook.enabled = False
            return
        delivery.state = "waiting"
        delivery.due_at = at + waits[done - 1]
        self._open.append(delivery)
        if behaviour.new_delivery_id_on_retry:
            delivery.id = self.world.ids.uuid()


def signature(secret: str, body: bytes) -> str:
    """Return what `Linear-Signature` holds: hex HMAC-SHA256 over the raw bytes."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _post(webhook: Webhook, delivery: Delivery, at: datetime) -> tuple[int | None, str | None]:
    """Send once, stamped and signed anew; return the status and what was wrong with it."""
    stamped = {**delivery.body, "webhookTimestamp": round(at.timestamp() * 1000)}
    body = orjson.dumps(stamped)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Linear-Webhook",
        "Linear-Delivery": delivery.id,
        "Linear-Event": delivery.type,
        "Linear-Signature": signature(webhook.secret, body),
    }
    began = time.monotonic()
    try:
        status = _exchange(webhook.url, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"
    if time.monotonic() - began > ANSWER_WITHIN:
        return status, "no answer within 5 seconds"
    return status, None if status == http.HTTPStatus.OK else f"answered {status}"


def _exchange(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    if parts.hostname is None or parts.scheme not in ("http", "https"):
        raise ValueError(f"not an http address: {url}")
    kind: Callable[..., http.client.HTTPConnection] = (
        http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    )
    connection = kind(parts.hostname, parts.port, timeout=ANSWER_WITHIN)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
