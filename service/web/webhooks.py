"""The webhook receiver: verify the raw bytes, store them durably, ring the bell, answer 200.

A straight line on purpose: senders wait seconds, slow down or give up, so nothing here parses,
renders, signs in or talks to the outside. The stored row is also the log line of a good delivery.

Answers: 200 once the bytes are safe (also for a delivery we already have), 401 for unsigned,
wrongly signed or stale, 404 for an unknown workspace, 413, 415 for an encoded body, and 503 with
Retry-After for everything that went wrong on our side: every sender tries again after a 503, and
some give up for good after any 4xx.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from service.ports import BadSignature, Unavailable
from service.web.intake import TooLarge, read_body

if TYPE_CHECKING:
    from service.bootstrap import Services

BLUEPRINT = "webhooks"
RETRY_AFTER = timedelta(seconds=5)
JSON = "application/json"

_log = structlog.get_logger("closeout.web")


class RefusalLog:
    """Writes at most one line a second for a workspace, however many forged posts arrive."""

    def __init__(self) -> None:
        self._next_at: dict[str, datetime] = {}
        self._unsaid: dict[str, int] = {}

    def refused(self, workspace: str, now: datetime) -> None:
        """Take note of a refused delivery; the line says how many were passed over in silence."""
        self._unsaid[workspace] = unsaid = self._unsaid.get(workspace, 0) + 1
        due = self._next_at.get(workspace)
        if due is not None and now < due:
            return
        self._next_at[workspace] = now + timedelta(seconds=1)
        self._unsaid[workspace] = 0
        _log.warning("webhook.refused", workspace=workspace, deliveries=unsaid)


def webhooks(services: Services, answered: Callable[[float], None]) -> Blueprint:
    """Build the receiver; `answered` is told how many seconds each stored delivery took."""
    door = Blueprint(BLUEPRINT, __name__)
    refusals = RefusalLog()
    put, clock = services.store.put_delivery, services.clock
    # Built here, so that a connector is imported before the first delivery waits for it.
    known = {
        name: (webhook, services.max_body(name)) for name, webhook in services.webhooks.items()
    }

    @door.post("/webhooks/<workspace>")
    def receive(workspace: str) -> Response:
        started = perf_counter()
        if workspace not in known:
            return _refusal(HTTPStatus.NOT_FOUND, "no such workspace")
        webhook, max_body = known[workspace]
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return _refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send the body as it is, without encoding"
            )
        now = clock()
        try:
            body = read_body(request, max_body)
            delivery_id = webhook.verify(dict(request.headers.items()), body, now)
            put(workspace, delivery_id, body, now)
        except TooLarge:
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
        except BadSignature:
            refusals.refused(workspace, now)
            return _refusal(HTTPStatus.UNAUTHORIZED, "not signed as agreed")
        except Unavailable as reason:
            _log.error("webhook.not_stored", workspace=workspace, reason=str(reason))
            return _try_again(reason.retry_after or RETRY_AFTER)
        services.ring()
        answered(perf_counter() - started)
        return Response(orjson.dumps({"delivery": delivery_id}), mimetype=JSON)

    @door.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        _log.error("webhook.failed", path=request.path, exc_info=error)
        return _try_again(RETRY_AFTER)

    return door


def _refusal(status: HTTPStatus, words: str, headers: dict[str, Any] | None = None) -> Response:
    return Response(
        orjson.dumps({"error": words}), status=status.value, mimetype=JSON, headers=headers
    )


def _try_again(after: timedelta) -> Response:
    seconds = max(1, round(after.total_seconds()))
    return _refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "the delivery could not be stored; please send it again",
        {"Retry-After": str(seconds)},
    )
