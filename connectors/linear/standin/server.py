"""HTTP around the stand-in: the GraphQL endpoint, the control interface and the page for people."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from connectors.linear.standin import html, view
from connectors.linear.standin.control import Control, actions, arguments
from connectors.linear.standin.faults import Fault, Faults, Mode
from connectors.linear.standin.gateway import Answer, Asked, Gateway, Unanswerable
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.lookup import Unclear
from connectors.linear.standin.webhooks import Sender

_LARGEST_BODY = 10_000_000
_CLICKED = ("/project/", "/document/", "/issue/")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
_PLAIN = "text/plain; charset=utf-8"

_CRASHED = Answer(500, b"Internal Server Error", content_type=_PLAIN)
_CAPTIVE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network."
_INSTEAD = {
    Mode.ERROR_500: _CRASHED,
    Mode.DO_THEN_500: _CRASHED,
    Mode.DO_THEN_429: Answer(429, b"Too Many Requests", {"Retry-After": "30"}, _PLAIN),
    Mode.HTML_200: Answer(200, _CAPTIVE, content_type="text/html; charset=utf-8"),
    Mode.EMPTY_200: Answer(200, b"{}"),
    Mode.WRONG_CHARSET: Answer(200, '{"data": {}}'.encode("utf-16")),
}


class StandinServer(ThreadingHTTPServer):
    """The listening socket, and every connection that is open on it."""

    daemon_threads = False  # so that closing the server waits for them
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        gateway: Gateway,
        sender: Sender,
        faults: Faults,
        control: Control,
    ) -> None:
        self.gateway = gateway
        self.sender = sender
        self.faults = faults
        self.control = control
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, to end it when the server stops."""
        with self._open_lock:
            self._open.add(connection)
            if self.stopping.is_set():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._open_lock:
            self._open.discard(connection)

    def stop(self) -> None:
        """Stop listening, end every connection, and wait for its thread."""
        self.stopping.set()
        self.shutdown()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: StandinServer
    protocol_version = "HTTP/1.1"
    server_version = "Linear-Standin"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self._body()
        if body is None:
            return
        if path == "/graphql":
            self._graphql(body)
        elif not self._trusted():
            self._send(Answer(403, b"Only from this machine.", content_type=_PLAIN))
        elif path.startswith("/control/"):
            self._control(path.removeprefix("/control/"), body)
        elif path.startswith("/act/"):
            self._form(path.removeprefix("/act/"), body)
        else:
            self._send(Answer(404, b"There is nothing here.", content_type=_PLAIN))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.rstrip("/")
        if path == "/graphql":
            self._send(Answer(405, b"POST only.", content_type=_PLAIN))
        elif not self._trusted():
            self._send(Answer(403, b"Only from this machine.", content_type=_PLAIN))
        elif path == "":
            self._page()
        elif path.startswith(_CLICKED):
            self._send(Answer(302, b"", {"Location": f"/#{path.split('/')[2]}"}, _PLAIN))
        elif path == "/control":
            self._json(HTTPStatus.OK, {n: (a.__doc__ or "") for n, a in actions().items()})
        elif path == "/control/world":
            self._json(HTTPStatus.OK, view.world_view(self.server.control.world))
        elif path == "/control/log":
            self._json(HTTPStatus.OK, view.shown(list(self.server.control.world.log)))
        elif path == "/control/calls":
            self._json(HTTPStatus.OK, view.shown(list(self.server.gateway.calls)))
        elif path == "/control/deliveries":
            self._json(HTTPStatus.OK, view.deliveries_view(self.server.sender))
        else:
            self._send(Answer(404, b"There is nothing here.", content_type=_PLAIN))

    def log_message(self, format: str, *args: Value) -> None:  # noqa: A002 (http.server's name)
        """Say nothing: the log of effects is the log."""

    # The GraphQL endpoint.

    def _graphql(self, body: bytes) -> None:
        gateway = self.server.gateway
        try:
            asked = gateway.read(body)
        except Unanswerable as unanswerable:
            self._send(gateway.refuse(unanswerable, self.headers.get("Authorization")))
            return
        fault = self.server.faults.next_for(asked)
        gateway.note(asked, fault.mode if fault is not None else None)
        if fault is not None and not fault.mode.applies_first:
            self._fail(fault)
            return
        answer = self._applied(asked)
        if fault is not None:
            self._fail(fault, answer)
        else:
            self._send(answer)

    def _applied(self, asked: Asked) -> Answer:
        answer = self.server.gateway.answer(asked, self.headers.get("Authorization"))
        if answer.wrote:
            self.server.faults.wrote()
        return answer

    def _fail(self, fault: Fault, answer: Answer | None = None) -> None:
        if fault.mode in _INSTEAD:
            self._send(_INSTEAD[fault.mode])
            return
        match fault.mode:
            case Mode.RATE_LIMITED:
                self._send(self.server.gateway.exhausted(self.headers.get("Authorization")))
            case Mode.HANG | Mode.DO_THEN_HANG:
                self._hang(fault.seconds)
            case Mode.RESET | Mode.DO_THEN_RESET:
                self._reset()
            case Mode.SLOW if answer is not None:
                self._wait(fault.seconds)
                self._send(answer)
            case Mode.TRUNCATED if answer is not None:
                self._send(answer, cut=len(answer.body) // 2)
            case _:
                self._reset()

    def _hang(self, seconds: float) -> None:
        """Say nothing until the caller gives up, the time is over, or the server stops."""
        self._wait(seconds)
        self.close_connection = True

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.server.stopping.is_set() and (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.05))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def _reset(self) -> None:
        """End the connection with RST, as a dying load balancer does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    # From behind.

    def _control(self, name: str, body: bytes) -> None:
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            self._json(HTTPStatus.BAD_REQUEST, {"error": "send application/json"})
            return
        try:
            given = orjson.loads(body or b"{}")
            if not isinstance(given, dict):
                raise Unclear("send an object with the parameters")
            self._json(HTTPStatus.OK, view.shown(self._act(name.replace("-", "_"), given)))
        except orjson.JSONDecodeError:
            self._json(HTTPStatus.BAD_REQUEST, {"error": "not JSON"})
        except Unclear as unclear:
            self._json(HTTPStatus.BAD_REQUEST, {"error": str(unclear)})

    def _form(self, name: str, body: bytes) -> None:
        given = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        try:
            self._act(name, {k: v.replace("\r\n", "\n") for k, v in given.items()})
        except Unclear as unclear:
            self._page(HTTPStatus.BAD_REQUEST, str(unclear))
            return
        self._send(Answer(303, b"", {"Location": "/"}, _PLAIN))

    def _act(self, name: str, given: dict[str, Any]) -> Value:
        known = actions()
        if name not in known:
            raise Unclear(f"no action {name!r}; there are: {', '.join(sorted(known))}")
        return known[name](self.server.control, **arguments(known[name], given))

    def _page(self, status: HTTPStatus = HTTPStatus.OK, problem: str | None = None) -> None:
        written = html.page(self.server.control.world, problem).encode()
        headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
        self._send(Answer(status, written, headers, "text/html; charset=utf-8"))

    def _trusted(self) -> bool:
        """Whether the request is meant for this server, and not another site's doing."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        origin = self.headers.get("Origin")
        if host not in _LOCAL and host != self.server.server_address[0]:
            return False
        return origin in (None, f"http://{self.headers.get('Host')}")

    # Bytes.

    def _body(self) -> bytes | None:
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if 0 <= length <= _LARGEST_BODY:
            return self.rfile.read(length)
        self.close_connection = True
        status = HTTPStatus.LENGTH_REQUIRED if length < 0 else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        self._send(Answer(status, b"", content_type=_PLAIN))
        return None

    def _json(self, status: HTTPStatus, value: Value) -> None:
        self._send(Answer(status, orjson.dumps(value)))

    def _send(self, answer: Answer, cut: int | None = None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body if cut is None else answer.body[:cut])
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True
