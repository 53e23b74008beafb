"""Linear's webhooks: who is told of what, how a delivery is signed, and when it is tried again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson

from connectors._standin.webhooks import Delivery, Post, Sender
from connectors.linear.standin.entities import Webhook
from connectors.linear.standin.payloads import actor_data
from connectors.linear.standin.scalars import instant_text
from connectors.linear.standin.world import Happening, World


def sender(world: World, *, threads: bool = True) -> Sender:
    """Return a sender that tells the organisation's subscribers what happens in it."""
    made = Sender(world.clock, world.lock, LinearCourier(world), threads=threads)
    world.listeners.append(_Notice(world, made).take)
    return made


class _Notice:
    """Makes a delivery of every happening for every subscription that wants it."""

    def __init__(self, world: World, sender: Sender) -> None:
        self._world = world
        self._sender = sender

    def take(self, happening: Happening) -> None:
        """Queue a happening for every subscription that wants it."""
        world = self._world
        for webhook in list(world.webhooks.values()):
            if world.behaviour.webhooks_on and self._wants(webhook, happening):
                self._queue(webhook, happening)

    def _wants(self, webhook: Webhook, happening: Happening) -> bool:
        if not webhook.enabled or happening.type not in webhook.resource_types:
            return False
        if webhook.team_id is not None:
            return webhook.team_id in happening.team_ids
        return any(not self._world.teams[t].private for t in happening.team_ids)

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
            "organizationId": self._world.organization.id,
            "webhookId": webhook.id,
        }
        delivery_id, now = self._world.ids.uuid(), self._world.clock()
        self._sender.queue(Delivery(delivery_id, webhook.id, happening.type, body, now))


class LinearCourier:
    """What Linear knows of a delivery on its way."""

    answer_within = 5.0

    def __init__(self, world: World) -> None:
        self._world = world

    def post(self, delivery: Delivery, at: datetime) -> Post | None:
        """Stamp and sign a delivery anew."""
        webhook = self._world.webhooks.get(delivery.webhook_id)
        if webhook is None or not webhook.enabled:
            return None
        stamped = {**delivery.body, "webhookTimestamp": round(at.timestamp() * 1000)}
        body = orjson.dumps(stamped)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Linear-Webhook",
            "Linear-Delivery": delivery.id,
            "Linear-Event": delivery.type,
            "Linear-Signature": signature(webhook.secret, body),
        }
        return Post(webhook.url, body, headers)

    def accepts(self, status: int) -> bool:
        """Exactly 200 is success."""
        return status == HTTPStatus.OK

    def retry_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Wait as published; after the last retry the webhook is switched off."""
        behaviour = self._world.behaviour
        waits, done = behaviour.retry_after, len(delivery.attempts)
        if done > len(waits):
            webhook = self._world.webhooks.get(delivery.webhook_id)
            if webhook is not None and behaviour.disable_after_failures:
                webhook.enabled = False
            return None
        if behaviour.new_delivery_id_on_retry:
            delivery.id = self._world.ids.uuid()
        return at + waits[done - 1]


def signature(secret: str, body: bytes) -> str:
    """Return what `Linear-Signature` holds: hex HMAC-SHA256 over the raw bytes."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
