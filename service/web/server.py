"""Runs the application on waitress, in the calling process.

waitress reads requests whole before a thread sees them, so slow clients hold no thread and a
chunked body arrives complete or not at all. The loop is our own, because waitress's `run` can
only be ended by an exception in its own thread.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

import orjson
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.utilities import Error, RequestEntityTooLarge

from service.web.bodies import error_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed.wsgi import WSGIApplication

CONNECTION_LIMIT = 1000  # the default of 100 stops at 150 slow clients
CHANNEL_TIMEOUT = 20  # seconds without a byte after which a connection is closed
CHUNK_OVERHEAD = 64 * 1024  # waitress counts the framing of chunks as part of the body
GRACE = 5.0  # seconds that requests under way get to finish


class Refusal(Error):
    """A request that no route is asked about, answered as the routes answer: in JSON."""

    def __init__(self, found: Error, largest: int) -> None:
        words = f"{found.reason.lower()}: {found.body}"
        if isinstance(found, RequestEntityTooLarge):
            words = f"the body is too large: nothing here takes more than {largest} bytes"
        super().__init__(words)
        self.code, self.reason = found.code, found.reason

    def to_response(self, ident: str | None = None) -> tuple[str, Sequence[tuple[str, str]], bytes]:  # type: ignore[override]  # waitress takes bytes, its type says str
        """Return the status, the headers and the body."""
        headers = [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")]
        return f"{self.code} {self.reason}", headers, orjson.dumps(error_body(self.body))


class Reader(HTTPRequestParser):
    """Reads a request as waitress does.

    A body announced too large is refused before it is read, and before a client that waits for
    `100 Continue` has sent any of it.
    """

    def received(self, data: bytes) -> int:
        """Take bytes from the wire; return how many of them belong to this request."""
        consumed = super().received(data)
        if self.error is not None and not isinstance(self.error, Refusal):
            self.error = Refusal(self.error, self.adj.max_request_body_size - CHUNK_OVERHEAD)
            self.expect_continue = False
        return consumed


class Channel(HTTPChannel):
    """A connection that is read by our reader."""

    parser_class = Reader


class WebServer:
    """One listening server; bound when built, so that `port` is known before it runs.

    - `port` 0 takes a free one.
    - `max_body` is the largest body in bytes that any route takes; larger ones get 413 unread.
    - `run` returns after `stop`, which any thread may call; a second `stop` is harmless.
    """

    def __init__(
        self, app: WSGIApplication, host: str, port: int, *, threads: int = 8, max_body: int
    ) -> None:
        # One warning for every request that waits for a thread would flood the log under load.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        options: dict[str, Any] = {
            "host": host,
            "port": port,
            "threads": threads,
            "connection_limit": CONNECTION_LIMIT,
            "channel_timeout": CHANNEL_TIMEOUT,
            "cleanup_interval": 5,
            "max_request_body_size": max_body + CHUNK_OVERHEAD,
            "ident": "",
            # Headers of proxies are read in one place (service.web.signin), from named proxies only.
            "clear_untrusted_proxy_headers": False,
        }
        self._channels: dict[int, Any] = {}
        self._server: Any = create_server(app, map=self._channels, **options)
        listeners = list(self._channels.values())
        self._trigger = next(part for part in listeners if hasattr(part, "pull_trigger"))
        self._listeners = [part for part in listeners if getattr(part, "accepting", False)]
        for listener in self._listeners:
            listener.channel_class = Channel
        self._stopping = threading.Event()
        self._done = threading.Event()
        self._done.set()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._listeners[0].effective_port)

    def run(self) -> None:
        """Serve until `stop` is called, then let requests under way finish."""
        self._done.clear()
        try:
            while not self._stopping.is_set():
                self._turn(seconds=1)
            self._finish()
        finally:
            self._server.task_dispatcher.shutdown(timeout=GRACE)
            wasyncore.close_all(self._channels, ignore_all=True)
            self._done.set()

    def stop(self, timeout: float = 3 * GRACE) -> bool:
        """Ask `run` to return, and wait for it; False where it takes longer than `timeout`."""
        self._stopping.set()
        if not self._done.is_set():
            with contextlib.suppress(OSError):  # it may end by itself meanwhile
                self._trigger.pull_trigger()
        return self._done.wait(timeout)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._channels, count=1)

    def _finish(self) -> None:
        """Take no new connection; give the open ones time to get their answer."""
        for listener in self._listeners:
            listener.del_channel(self._channels)
            listener.socket.close()
        until = monotonic() + GRACE
        while self._busy() and monotonic() < until:
            self._turn(seconds=0.1)

    def _busy(self) -> bool:
        return any(
            getattr(channel, "requests", None) or getattr(channel, "total_outbufs_len", 0)
            for channel in self._channels.values()
        )
