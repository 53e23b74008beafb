"""Data Center's webhooks: thin bodies, signed where a secret is set, never tried again.

A body names the event, when and by whom, and the id of what it is about, and nothing else
(taken from what receivers of them read). How often a delivery is tried is not published: once.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus

import orjson

from connectors._standin.shown import instant_text
from connectors._standin.webhooks import Delivery, Post, Sender
from connectors.confluence.standin.world import Happening, World


def sender(world: World, *, threads: bool = True) -> Sender:
    """Return a sender that tells the site's webhooks what happens in it."""
    made = Sender(world.clock, world.lock, Courier(world), threads=threads)

    def take(happening: Happening) -> None:
        for webhook in list(world.webhooks.values()):
            wanted = webhook.active and happening.event in webhook.events
            if world.cloud or not world.behaviour.webhooks_on or not wanted:
                continue
            body = {
                "timestamp": round(happening.at.timestamp() * 1000),
                "event": happening.event,
                "userKey": happening.actor.key,
                "page": {"id": int(happening.page_id)},
            }
            delivery = Delivery(world.ids.uuid(), webhook.id, happening.event, body, world.clock())
            made.queue(delivery)

    world.listeners.append(take)
    return made


class Courier:
    """What Data Center knows of a delivery on its way."""

    answer_within = 10.0

    def __init__(self, world: World) -> None:
        self._world = world

    def post(self, delivery: Delivery, at: datetime) -> Post | None:
        """Sign a delivery."""
        webhook = self._world.webhooks.get(delivery.webhook_id)
        if webhook is None or not webhook.active:
            return None
        body = orjson.dumps(delivery.body)
        headers = {"Content-Type": "application/json", "User-Agent": "Atlassian HttpClient"}
        if webhook.secret:
            headers["X-Hub-Signature"] = signature(webhook.secret, body)
        webhook.invocations.append(
            {
                "id": delivery.id,
                "event": {"id": delivery.type},
                "start": instant_text(at),
                "result": {"outcome": "SUCCESS"},
            }
        )
        return Post(webhook.url, body, headers)

    def accepts(self, status: int) -> bool:
        """Any 2xx is success."""
        return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES

    def retry_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Give up at once, and remember it."""
        webhook = self._world.webhooks.get(delivery.webhook_id)
        for one in webhook.invocations if webhook is not None else []:
            if one["id"] == delivery.id:
                answered = delivery.attempts[-1].status is not None
                one["result"] = {"outcome": "FAILURE" if answered else "ERROR"}
        return None


def signature(secret: str, body: bytes) -> str:
    """Return what `X-Hub-Signature` holds: method and hex HMAC over the raw bytes."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
