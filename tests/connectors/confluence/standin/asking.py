"""Asking the stand-in over HTTP, as a program does, and listening to its webhooks."""

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
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.confluence.standin import Standin

MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
TITLE = "Post-mortem: NOVA-12 Checkout redesign"


@dataclass
class HandClock:
    """A clock that stands until a test moves it."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def ahead(self, **by: float) -> None:
        self.now += timedelta(**by)


class Bearer(AuthBase):
    """A token in its header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass
class Asking:
    """A program with a token. Paths are below the context path."""

    standin: Standin
    base: str = ""
    auth: AuthBase | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.base = self.base or self.standin.url
        if self.auth is None:
            email, token = self.standin.email, self.standin.api_key
            self.auth = HTTPBasicAuth(email, token) if email else Bearer(token)

    def send(self, method: str, path: str, **given: Any) -> requests.Response:  # noqa: ANN401 (what requests takes)
        return self.session.request(method, self.base + path, auth=self.auth, timeout=10, **given)

    def get(self, path: str, **params: object) -> dict[str, Any]:
        return self._good(self.send("GET", path, params=params))

    def post(self, path: str, body: object) -> dict[str, Any]:
        return self._good(self.send("POST", path, json=body))

    def put(self, path: str, body: object) -> dict[str, Any]:
        return self._good(self.send("PUT", path, json=body))

    def delete(self, path: str, **params: object) -> int:
        return self.send("DELETE", path, params=params).status_code

    def refusal(self, method: str, path: str, **given: Any) -> tuple[int, str]:  # noqa: ANN401 (what requests takes)
        """Return the status of a refusal and its words."""
        answer = self.send(method, path, **given)
        body = answer.json()
        if "errors" in body:
            first = body["errors"][0]
            return answer.status_code, first["detail"] or first["title"]
        return answer.status_code, body["message"]

    def a_page(self, storage: str = "<p>x</p>", title: str = TITLE) -> dict[str, Any]:
        """Make a page in the space PM."""
        (space,) = self.standin.world.spaces.values()
        if not self.standin.world.cloud:
            body = {"storage": {"value": storage, "representation": "storage"}}
            given = {"type": "page", "title": title, "space": {"key": space.key}, "body": body}
            return self.post("/rest/api/content", given)
        return self.post("/api/v2/pages", new_page(self.standin, storage, title))

    def storage(self, page_id: str) -> str:
        found: str = self.get(f"/api/v2/pages/{page_id}", **{"body-format": "storage"})["body"][
            "storage"
        ]["value"]
        return found

    def adf(self, page_id: str) -> dict[str, Any]:
        body = self.get(f"/api/v2/pages/{page_id}", **{"body-format": "atlas_doc_format"})["body"]
        found: dict[str, Any] = json.loads(body["atlas_doc_format"]["value"])
        return found

    def _good(self, answer: requests.Response) -> dict[str, Any]:
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()


def new_page(standin: Standin, storage: str = "<p>x</p>", title: str = TITLE) -> dict[str, Any]:
    """Return the body that makes a page."""
    (space,) = standin.world.spaces.values()
    body = {"representation": "storage", "value": storage}
    return {"spaceId": space.id, "status": "current", "title": title, "body": body}


def an_edit(page: dict[str, Any], number: int, storage: str = "<p>y</p>") -> dict[str, Any]:
    """Return the body that writes a page's next version."""
    return {
        "id": page["id"],
        "status": "current",
        "title": page["title"],
        "body": {"representation": "storage", "value": storage},
        "version": {"number": number},
    }


class Ear(HTTPServer):
    """Somebody who receives webhooks and answers with the statuses that are wanted, then 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _EarHandler)
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _EarHandler(BaseHTTPRequestHandler):
    server: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
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
