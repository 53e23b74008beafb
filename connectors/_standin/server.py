"""HTTP around a stand-in: the tool's own interface, the control interface and the page for people."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit

import orjson

from connectors._standin.control import Action, Unclear, arguments
from connectors._standin.faults import Asked, Fault, Faults, Mode
from connectors._standin.messages import HTML, PLAIN, Answer, Request, Value
from connectors._standin.shown import shown

_LARGEST_BODY = 10_000_000
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"

_CRASHED = Answer(500, b"Internal Server Error", content_type=PLAIN)
_CAPTIVE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network."
_INSTEAD = {
    Mode.ERROR_500: _CRASHED,
    Mode.DO_THEN_500: _CRASHED,
    Mode.ERROR_503: Answer(503, b"Service Unavailable", {"Retry-After": "30"}, PLAIN),
    Mode.DO_THEN_429: Answer(429, b"Too Many Requests", {"Retry-After": "30"}, PLAIN),
    Mode.HTML_200: Answer(200, _CAPTIVE, content_type=HTML),
    Mode.EMPTY_200: Answer(200, b"{}"),
    Mode.WRONG_CHARSET: Answer(200, '{"data": {}}'.encode("utf-16")),
}


A = TypeVar("A", bound=Asked)


class Tool(Protocol[A]):
    """A tool behind the shell: its own interface, and what people see and do."""

    @property
    def server_version(self) -> str:
        """The header `Server`."""

    @property
    def control(self) -> object:
        """Whose methods the actions are."""

    def serves(self, path: str) -> bool:
        """Say whether the path belongs to the tool's own interface."""

    def read(self, request: Request) -> A | Answer:
        """Read a request of the tool's own interface, or refuse it unread."""

    def answer(self, asked: A, request: Request) -> Answer:
        """Do what is asked."""

    def limited(self, asked: A, request: Request) -> Answer:
        """Answer as if the caller had used up a limit."""

    def note(self, asked: A, request: Request, fault: str | None, answer: Answer | None) -> None:
        """Remember a readable call; `answer` is None where an ordered fault came instead."""

    def lost(self, request: Request, answer: Answer) -> None:
        """Tell of a request that was refused unread."""

    def actions(self) -> Mapping[str, Action]:
        """Return what can be done from behind."""

    def views(self) -> Mapping[str, Callable[[], Value]]:
        """Return what can be looked at from behind: `GET /control/<name>`."""

    def page(self, problem: str | None = None) -> str:
        """Return the page for people."""

    def clicked(self, request: Request) -> str | None:
        """Return where on the page a link leads that people click, None for no such link."""


class StandinServer(ThreadingHTTPServer, Generic[A]):
    """The listening socket, and every connection that is open on it."""

    daemon_threads = False  # so that closing the server waits for them
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], tool: Tool[A], faults: Faults) -> None:
        self.tool = tool
        self.faults = faults
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
    server: StandinServer[Any]
    protocol_version = "HTTP/1.1"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.server_version = self.server.tool.server_version
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        # Each by itself: what cannot be written any more must not leave the reading end open.
        for file in (self.wfile, self.rfile):
            with contextlib.suppress(OSError, ValueError):
                file.close()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_POST(self) -> None:
        request = self._request()
        if request is None:
            return
        path = request.path
        if self.server.tool.serves(path):
            self._call(request)
        elif not self._trusted():
            self._send(Answer(403, b"Only from this machine.", content_type=PLAIN))
        elif path.startswith("/control/"):
            self._control(path.removeprefix("/control/"), request.body)
        elif path.startswith("/act/"):
            self._form(path.removeprefix("/act/"), request.body)
        else:
            self._send(Answer(404, b"There is nothing here.", content_type=PLAIN))

    def do_PUT(self) -> None:
        self._own_interface_only()

    def do_PATCH(self) -> None:
        self._own_interface_only()

    def do_DELETE(self) -> None:
        self._own_interface_only()

    def do_GET(self) -> None:
        request = self._request()
        if request is None:
            return
        tool, path = self.server.tool, request.path.rstrip("/")
        if tool.serves(request.path):
            self._call(request)
        elif not self._trusted():
            self._send(Answer(403, b"Only from this machine.", content_type=PLAIN))
        elif path == "":
            self._page()
        elif (place := tool.clicked(request)) is not None:
            self._send(Answer(302, b"", {"Location": place}, PLAIN))
        elif path == "/control":
            self._json(HTTPStatus.OK, {n: (a.__doc__ or "") for n, a in tool.actions().items()})
        elif (view := tool.views().get(path.removeprefix("/control/"))) is not None:
            self._json(HTTPStatus.OK, view())
        else:
            self._send(Answer(404, b"There is nothing here.", content_type=PLAIN))

    def log_message(self, format: str, *args: Value) -> None:  # noqa: A002 (http.server's name)
        """Say nothing: the log of effects is the log."""

    # The tool's own interface.

    def _own_interface_only(self) -> None:
        request = self._request()
        if request is None:
            return
        if self.server.tool.serves(request.path):
            self._call(request)
        else:
            self._send(Answer(404, b"There is nothing here.", content_type=PLAIN))

    def _call(self, request: Request) -> None:
        tool = self.server.tool
        asked = tool.read(request)
        if isinstance(asked, Answer):
            tool.lost(request, asked)
            self._send(asked)
            return
        fault = self.server.faults.next_for(asked)
        mode = fault.mode if fault is not None else None
        if fault is not None and not fault.mode.applies_first:
            tool.note(asked, request, mode, None)
            self._fail(fault, asked, request)
            return
        answer = tool.answer(asked, request)
        tool.note(asked, request, mode, answer)
        if answer.wrote:
            self.server.faults.wrote()
        if fault is not None:
            self._fail(fault, asked, request, answer)
        else:
            self._send(answer)

    def _fail(
        self, fault: Fault, asked: Asked, request: Request, answer: Answer | None = None
    ) -> None:
        if fault.mode in _INSTEAD:
            self._send(_INSTEAD[fault.mode])
            return
        match fault.mode:
            case Mode.RATE_LIMITED:
                self._send(self.server.tool.limited(asked, request))
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
            self._json(HTTPStatus.OK, shown(self._act(name.replace("-", "_"), given)))
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
        self._send(Answer(303, b"", {"Location": "/"}, PLAIN))

    def _act(self, name: str, given: dict[str, Any]) -> Value:
        known = self.server.tool.actions()
        if name not in known:
            raise Unclear(f"no action {name!r}; there are: {', '.join(sorted(known))}")
        return known[name](self.server.tool.control, **arguments(known[name], given))

    def _page(self, status: HTTPStatus = HTTPStatus.OK, problem: str | None = None) -> None:
        written = self.server.tool.page(problem).encode()
        headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
        self._send(Answer(status, written, headers, HTML))

    def _trusted(self) -> bool:
        """Whether the request is meant for this server, and not another site's doing."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        origin = self.headers.get("Origin")
        if host not in _LOCAL and host != self.server.server_address[0]:
            return False
        return origin in (None, f"http://{self.headers.get('Host')}")

    # Bytes.

    def _request(self) -> Request | None:
        """Return the request with its body, None where that was refused."""
        body = self._body()
        if body is None:
            return None
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _body(self) -> bytes | None:
        needed = self.command in ("POST", "PUT", "PATCH")
        try:
            length = int(self.headers.get("Content-Length", "" if needed else "0"))
        except ValueError:
            length = -1
        if 0 <= length <= _LARGEST_BODY:
            return self.rfile.read(length)
        self.close_connection = True
        status = HTTPStatus.LENGTH_REQUIRED if length < 0 else HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        self._send(Answer(status, b"", content_type=PLAIN))
        return None

    def _json(self, status: HTTPStatus, value: Value) -> None:
        self._send(Answer(status, orjson.dumps(value)))

    def _send(self, answer: Answer, cut: int | None = None) -> None:
        self.send_response(answer.status)
        empty = answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        if not empty:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not empty:
            self.wfile.write(answer.body if cut is None else answer.body[:cut])
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True
