"""A load of signed deliveries over keep-alive connections, in a process of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import selectors
import socket
import sys
import time
import uuid
from dataclasses import dataclass, field

SECRET = "a-secret-of-this-benchmark-and-nothing-else"
FILLER = "An update of an issue with a long description and many fields. " * 85


def body(project_id: str) -> bytes:
    """Return the bytes of a delivery of about 6 kB, stamped now."""
    return json.dumps(
        {
            "action": "update",
            "type": "Project",
            "createdAt": "2026-01-15T10:00:30.000Z",
            "organizationId": "org",
            "data": {"id": project_id, "description": FILLER, "statusId": "new"},
            "updatedFrom": {"statusId": "old"},
            "webhookTimestamp": int(time.time() * 1000),
        }
    ).encode()


def request(path: str, payload: bytes, delivery: str) -> bytes:
    """Return a whole signed HTTP request."""
    signature = hmac.new(SECRET.encode(), payload, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Linear-Delivery: {delivery}\r\nLinear-Event: Project\r\n"
        f"Linear-Signature: {signature}\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


@dataclass
class Result:
    """What a load found: seconds for each answer, and how many were not 200."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    failed: int = 0


def whole(answer: bytes) -> bool:
    """Whether an answer has arrived with all of its body (or the connection was closed)."""
    head, found, rest = answer.partition(b"\r\n\r\n")
    if not found:
        return not answer
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return length is not None and len(rest) >= int(length[1])


def run(port: int, path: str, connections: int, seconds: float) -> Result:
    """Send one delivery after the other on each connection until the time is over."""
    payload = body("00000000-0000-4000-8000-000000000000")
    mark = "ffffffff-ffff-4fff-bfff-ffffffffffff"
    head, tail = request(path, payload, mark).split(mark.encode())
    chooser, result = selectors.DefaultSelector(), Result()
    run_id, count = uuid.uuid4().hex[:16], 0
    sent: dict[int, float] = {}
    arrived: dict[socket.socket, bytes] = {}

    def send(sock: socket.socket) -> None:
        nonlocal count
        count += 1
        sent[sock.fileno()] = time.perf_counter()
        sock.sendall(head + f"{run_id}-{count:019d}".encode() + tail)

    socks = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    for sock in socks:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(sock, selectors.EVENT_READ, sock)
    started = time.perf_counter()
    for sock in socks:
        send(sock)
    waiting = len(socks)
    while waiting:
        for key, _ in chooser.select(timeout=10):
            sock = key.data
            answer = arrived[sock] = arrived.get(sock, b"") + sock.recv(65536)
            if not whole(answer):
                continue
            del arrived[sock]
            now = time.perf_counter()
            result.waits.append(now - sent[sock.fileno()])
            result.failed += not answer.startswith(b"HTTP/1.1 200")
            if now - started < seconds and answer:
                send(sock)
            else:
                waiting -= 1
                chooser.unregister(sock)
    result.seconds = time.perf_counter() - started
    for sock in socks:
        sock.close()
    return result


def main() -> None:
    """Run a load as its own process: PORT PATH CONNECTIONS SECONDS, the result as JSON."""
    port, path, connections, seconds = sys.argv[1:]
    result = run(int(port), path, int(connections), float(seconds))
    times = os.times()
    sys.stdout.write(
        json.dumps(
            {
                "seconds": result.seconds,
                "waits": result.waits,
                "failed": result.failed,
                "cpu": times.user + times.system,
            }
        )
    )


if __name__ == "__main__":
    main()
