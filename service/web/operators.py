"""For operators' machines: alive, ready, and Prometheus text; and the API's description."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.domain.words import counted
from service.ports import Unavailable
from service.web.api import answer, has_token
from service.web.bodies import error_body
from service.web.openapi import description
from service.web.signin import SignIn

if TYPE_CHECKING:
    from service.bootstrap import Services

BLUEPRINT = "operators"
# The bar is 250 ms at the 99th percentile; senders give up after 3 to 20 seconds.
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)


class Backlog(Collector):
    """What waits, read from the store at each scrape, so that every process tells the same."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Give deliveries by state, due projects and the age of the oldest unread delivery."""
        store, now = self._services.store, self._services.clock()
        deliveries = GaugeMetricFamily(
            "closeout_deliveries", "Deliveries kept, by state", labels=["state"]
        )
        for state, count in store.delivery_counts().items():
            deliveries.add_metric([state], count)
        yield deliveries
        yield GaugeMetricFamily(
            "closeout_due_projects", "Projects to be looked at now", value=store.due_count(now)
        )
        oldest = store.oldest_new_delivery_at()
        yield GaugeMetricFamily(
            "closeout_oldest_unread_delivery_seconds",
            "Age of the oldest delivery nobody has read yet, 0 without any",
            value=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        )


class Instruments:
    """The metrics of one application, in a registry of its own."""

    def __init__(self, services: Services) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(Backlog(services))
        self._acks = Histogram(
            "closeout_delivery_ack_seconds",
            "From a delivery's body to its durable row, in this process",
            buckets=ACK_BUCKETS,
            registry=self.registry,
        )

    def answered(self, seconds: float) -> None:
        """Count a delivery that was stored."""
        self._acks.observe(seconds)


def operators(services: Services, signin: SignIn, instruments: Instruments) -> Blueprint:
    """Build the operators' routes; all but `/healthz` need a token or a signed-in person."""
    door = Blueprint(BLUEPRINT, __name__)
    openapi = description(services.settings.closeout.public_url)

    @door.before_request
    def only_for_operators() -> Response | None:
        if request.path == "/healthz":
            return None
        if has_token(services, request) or signin.visitor(request) is not None:
            return None
        return answer(
            error_body("not signed in", do="sign in, or send Authorization: Bearer and a token"),
            HTTPStatus.UNAUTHORIZED,
            {"WWW-Authenticate": "Bearer"},
        )

    @door.get("/healthz")
    def alive() -> Response:
        return answer({"status": "ok"})

    @door.get("/readyz")
    def ready() -> Response:
        return _ready(services)

    @door.get("/metrics")
    def metrics() -> Response:
        text = generate_latest(instruments.registry)
        return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)

    @door.get("/openapi.json")
    def described() -> Response:
        return answer(openapi)

    return door


def _ready(services: Services) -> Response:
    """Say whether deliveries can be stored; also how the queue is, and what waits.

    A queue that is away does not make us unready: it only wakes the workers, the rows wait.
    """
    try:
        oldest = services.store.oldest_new_delivery_at()
        due = services.store.due_count(services.clock())
    except Unavailable as reason:
        body = {"status": "not ready", "database": str(reason)}
        return answer(body, HTTPStatus.SERVICE_UNAVAILABLE)
    waiting = (services.clock() - oldest).total_seconds() if oldest else None
    return answer(
        {
            "status": "ready",
            "database": "ok",
            "queue": _queue(services.settings.closeout.redis_url),
            "due_projects": due,
            "oldest_unread_delivery_seconds": waiting,
        }
    )


def _queue(redis_url: str) -> str:
    if not redis_url:
        return "in this process"
    from service import queue  # half a second that only needs who has Redis

    try:
        return f"ok, {counted(queue.workers(redis_url), 'worker')}"
    except Unavailable as reason:
        return str(reason)
