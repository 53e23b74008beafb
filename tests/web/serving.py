"""Runs the web door on its real server, for tests that talk to it over a socket."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from service.web.server import WebServer

LOOPBACK = "127.0.0.1"


@contextmanager
def serving(app: Flask, *, max_body: int = 100_000, threads: int = 4) -> Iterator[WebServer]:
    """Serve an application on a free port until the block ends."""
    server = WebServer(app, LOOPBACK, 0, threads=threads, max_body=max_body)
    runner = threading.Thread(target=server.run, name="web under test")
    runner.start()
    try:
        yield server
    finally:
        server.stop()
        runner.join(timeout=20)
        assert not runner.is_alive()


def talk(port: int, request: bytes) -> bytes:
    """Send bytes as they are; return everything that comes back until the server hangs up."""
    with socket.create_connection((LOOPBACK, port), timeout=10) as wire:
        with contextlib.suppress(OSError):  # it may hang up on what it does not want to read
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
        return _rest(wire)


def _rest(wire: socket.socket) -> bytes:
    answer = b""
    try:
        while part := wire.recv(65_536):
            answer += part
    except ConnectionResetError:  # it hung up on what it did not want to read
        pass
    return answer


def status(answer: bytes) -> int:
    """Return the status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


def a_request(headers: dict[str, str], body: bytes = b"", path: str = "/webhooks/acme") -> bytes:
    """Write a POST as bytes, with exactly these headers."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 4096) -> bytes:
    """Write a body in chunks."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
