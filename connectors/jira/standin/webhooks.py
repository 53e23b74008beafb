"""Jira's webhooks: who is told of what, how a delivery is signed, and when it is tried again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson

from connectors._standin.webhooks import Delivery, Post, Sender
from connectors.jira.standin import search
from connectors.jira.standin.entities import Webhook
from connectors.jira.standin.world import Happening, World

_TRIED_AGAIN = frozenset({408, 409, 425, 429})


def sender(world: World, *, threads: bool = True) -> Sender:
    """Return a sender that tells the site's subscribers what happens on it."""
    made = Sender(world.clock, world.lock, JiraCourier(world), threads=threads)
    world.listeners.append(_Notice(world, made).take)
    return made


class _Notice:
    """Makes a delivery of every happening for every webhook that wants it."""

    def __init__(self, world: World, sender: Sender) -> None:
        self._world = world
        self._sender = sender

    def take(self, happening: Happening) -> None:
        """Queue a happening for every webhook that wants it; its body is as things stand now."""
        world = self._world
        if not world.behaviour.webhooks_on:
            return
        for webhook in list(world.webhooks.values()):
            if webhook.enabled and happening.event in webhook.events:
                if not self._passes(webhook, happening):
                    continue
                number = int(world.ids.number("delivery", 1))
                identifier = hashlib.sha256(f"delivery {number}".encode()).hexdigest()[:32]
                body: dict[str, Any] = {
                    "timestamp": round(happening.at.timestamp() * 1000),
                    "webhookEvent": happening.event,
                    **({} if webhook.exclude_body else happening.body),
                }
                now = world.clock()
                self._sender.queue(Delivery(identifier, webhook.id, happening.event, body, now))

    def _passes(self, webhook: Webhook, happening: Happening) -> bool:
        """The filter is asked of issues only; of a deleted one nothing can be asked."""
        if happening.issue_id is None:
            return True
        issue = self._world.issues.get(happening.issue_id)
        return issue is None or search.matching(self._world, webhook.jql, issue)


class JiraCourier:
    """What Jira knows of a delivery on its way. Only Cloud numbers and retries them."""

    answer_within = 20.0

    def __init__(self, world: World) -> None:
        self._world = world

    def post(self, delivery: Delivery, at: datetime) -> Post | None:
        """Sign a delivery; its bytes are the same at every try."""
        webhook = self._world.webhooks.get(delivery.webhook_id)
        if webhook is None or not webhook.enabled:
            return None
        body = orjson.dumps(delivery.body)
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian Webhook HTTP Client",
        }
        if self._world.cloud:
            headers["X-Atlassian-Webhook-Identifier"] = delivery.id
            headers["X-Atlassian-Webhook-Flow"] = "Primary"
            if delivery.attempts:
                headers["X-Atlassian-Webhook-Retry"] = str(len(delivery.attempts))
        if webhook.secret and (self._world.cloud or self._world.behaviour.version >= _SIGNS):
            headers["X-Hub-Signature"] = signature(webhook.secret, body)
        return Post(webhook.url, body, headers)

    def accepts(self, status: int) -> bool:
        """Any 2xx is success."""
        return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES

    def retry_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Up to five retries, only for what may pass; Data Center tries once."""
        waits, done = self._world.behaviour.retry_after, len(delivery.attempts)
        status = delivery.attempts[-1].status
        passing = status is None or status in _TRIED_AGAIN or status >= _BROKEN
        if not self._world.cloud or not passing or done > len(waits):
            return None
        return at + waits[done - 1]


_BROKEN = 500
_SIGNS = 10  # Data Center signs since then


def signature(secret: str, body: bytes) -> str:
    """Return what `X-Hub-Signature` holds: the method and the hex HMAC over the raw bytes."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
