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

from connectors._standin.messages import Value
from connectors.jira.standin import Standin

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EPIC = "NOVA-1"
COMPANY, TEAM, DATA_CENTER = "cloud-company", "cloud-team", "data-center"


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
    """A program that speaks with the stand-in's REST interface, over one kept connection."""

    standin: Standin
    key: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.key = self.key or self.standin.api_key

    @property
    def api(self) -> str:
        return f"/rest/api/{3 if self.standin.world.cloud else 2}"

    def __call__(self, method: str, path: str, **sent: Value) -> requests.Response:
        email = self.standin.email
        headers = {} if email else {"Authorization": f"Bearer {self.key}"}
        where = path if path.startswith(("/rest", "/_edge")) else f"{self.api}{path}"
        return self.session.request(
            method,
            f"{self.standin.url}{where}",
            auth=(email, self.key) if email else None,
            headers=headers,
            timeout=10,
            **sent,
        )

    def get(self, path: str, **query: Value) -> Value:
        answer = self("GET", path, params=query)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    def post(self, path: str, **body: Value) -> Value:
        answer = self("POST", path, **({"json": body} if body else {}))
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def put(self, path: str, **body: Value) -> None:
        answer = self("PUT", path, json=body)
        assert answer.ok, answer.text

    def found(self, jql: str, **more: Value) -> list[str]:
        """Return the keys that a search finds."""
        if self.standin.world.cloud:
            issues = self.post("/search/jql", jql=jql, fields=["key"], **more)["issues"]
        else:
            issues = self.post("/search", jql=jql, fields=["key"], **more)["issues"]
        return [one["key"] for one in issues]

    def a_task(self, **fields: Value) -> str:
        """Create a task in OPS and return its key."""
        given = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "A task"}
        made: str = self.post("/issue", fields={**given, **fields})["key"]
        return made

    def control(self, action: str, **parameters: Value) -> requests.Response:
        return self.session.post(
            f"{self.standin.base_url}/control/{action}", json=parameters, timeout=10
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()


def adf(text: str) -> dict[str, Any]:
    """Return a document with one paragraph."""
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
    return {"type": "doc", "version": 1, "content": content}


@dataclass(frozen=True)
class Received:
    """One webhook as it came in; names of headers in small letters."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Value:
        return json.loads(self.body)


class Ear(HTTPServer):
    """Somebody who receives webhooks and answers with the statuses that are wanted, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _EarHandler)
        self.received: list[Received] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def events(self) -> list[str]:
        return [one.json["webhookEvent"] for one in self.received]


class _EarHandler(BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(headers, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
        pass


@contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()
    thread = threading.Thread(target=ear.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield ear
    finally:
        ear.shutdown()
        thread.join()
        ear.server_close()
