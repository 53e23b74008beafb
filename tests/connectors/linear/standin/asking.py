"""Asking the stand-in over HTTP, and listening to its webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

import requests

from connectors.linear.standin import Standin

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A_UUID = "1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9"
ANOTHER_UUID = "2b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9"
APOLLO = "Apollo: shared views"


@dataclass
class HandClock:
    """A clock that stands until a test moves it."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def ahead(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Asking:
    """A program that speaks GraphQL with the stand-in, over one kept connection."""

    standin: Standin
    key: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.key = self.key or self.standin.api_key

    def post(self, query: str, **variables: object) -> requests.Response:
        return self.session.post(
            self.standin.url,
            json={"query": query, "variables": variables},
            headers={"Authorization": self.key},
            timeout=10,
        )

    def data(self, query: str, **variables: object) -> dict[str, Any]:
        answer = self.post(query, **variables).json()
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

    def error(self, query: str, **variables: object) -> dict[str, Any]:
        answer = self.post(query, **variables).json()
        first: dict[str, Any] = answer["errors"][0]
        return first

    def control(self, action: str, **parameters: object) -> requests.Response:
        return self.session.post(
            f"{self.standin.base_url}/control/{action}", json=parameters, timeout=10
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()


@dataclass(frozen=True)
class Received:
    """One webhook as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


class Ear(HTTPServer):
    """Somebody who receives webhooks and answers with the statuses that are wanted, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _EarHandler)
        self.received: list[Received] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def types(self) -> list[str]:
        return [one.json["type"] for one in self.received]


class _EarHandler(BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(Received(dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
        pass


@contextmanager
def listening(kind: type[Ear] = Ear) -> Iterator[Ear]:
    ear = kind()
    thread = threading.Thread(target=ear.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield ear
    finally:
        ear.shutdown()
        thread.join()
        ear.server_close()
