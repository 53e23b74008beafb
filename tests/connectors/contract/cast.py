"""The two sides of a contract: a connector's roles, and the tool they work on."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypeVar

from service import markdown, settings
from service.domain.tracking import Project
from service.ports import PageStore, Rejected, TicketDraft, Tracker, Unavailable, Webhook
from tests.stories.tools import Tool

SECRET = "the-webhook-secret-of-these-contracts-0123456789"
BODY = markdown.read(
    "# Context\n\n* one\n* two\n\n| Change | Owner |\n| --- | --- |\n| Check it | Ben |\n"
)
LONG_AGO = timedelta(minutes=5)
"""Since a write was tried: longer than any tool's index lags."""

Result = TypeVar("Result")


class Cast:
    """A connector and its tool; time stands still unless a test moves it."""

    def __init__(self, kind: type[Tool], folder: Path) -> None:
        self.now = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
        self.tool = kind(lambda: self.now)
        raw = {"closeout": {"timezone": "Europe/Berlin"}, "workspaces": self.tool.workspaces()}
        self.settings = settings.parse(raw, folder, self.tool.environ(SECRET))
        self.secret = SECRET
        self._space = self.settings.workspaces[self.tool.workspace]
        self.key = self.tool.project.id

    @property
    def tracker(self) -> Tracker:
        """A tracker as a process has it that was just started."""
        build = settings.connector(self._space.connector).tracker
        assert build is not None
        return build(self._space.options)

    @property
    def pages(self) -> PageStore:
        """A page store as a process has it that was just started."""
        space = self.settings.workspaces[self._space.pages]
        build = settings.connector(space.connector).pages
        assert build is not None
        return build(space.options)

    @property
    def webhook(self) -> Webhook:
        """The webhook of the workspace with the project."""
        build = settings.connector(self._space.connector).webhook
        assert build is not None
        return build(self._space.options)

    @property
    def project(self) -> Project:
        """The project as the tracker reads it."""
        return self.tracker.project(self.key)

    def a_draft(self, title: str = "Check the tanks") -> TicketDraft:
        """What a ticket of Ben's is made from."""
        ben = next(one for one in self.tracker.people() if one.name == "Ben Castro")
        url = self.tool.project.url
        return TicketDraft(title, BODY, ben.id, date(2027, 4, 1), f"{url}/page", url)

    def loses_the_answer(self, *, to: int, wiki: bool = False) -> None:
        """Let a write be done and its answer be lost; the first one is number 0."""
        standin = self.tool.wiki if wiki else self.tool.standin
        standin.control.fail("do-then-reset", times=1, only="write", skip=to)


def marker() -> str:
    """Return what an effect plants on what it makes."""
    return str(uuid.uuid4())


def with_every_answer_lost(
    cast: Cast, write: Callable[[str, timedelta | None], Result], *, wiki: bool = False
) -> Iterator[tuple[Result, Result]]:
    """Make something again and again, the answer to another one of its writes lost each time.

    Gives what came of the second try and of a third one, which must find the same. A tool that
    refuses twins by their name is given the same marker as a name.
    """
    for number in range(12):
        planted = marker()
        cast.loses_the_answer(to=number, wiki=wiki)
        try:
            write(planted, None)
        except Unavailable:
            cast.now += LONG_AGO
            yield write(planted, LONG_AGO), write(planted, LONG_AGO)
        else:
            (cast.tool.wiki if wiki else cast.tool.standin).control.clear_faults()
            assert number > 0, "nothing was written"
            return
    raise AssertionError("more than a dozen writes for one thing")


def instants(value: object) -> Iterator[datetime]:
    """Find every instant within what a connector returned."""
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from instants(getattr(value, one.name))
    elif isinstance(value, dict):
        yield from (found for one in value.values() for found in instants(one))
    elif isinstance(value, tuple | list | frozenset):
        yield from (found for one in value for found in instants(one))


def refused(ask: Callable[[], object]) -> Exception | None:
    """Return how a port was refused, in one of its own kinds of error; None: it was answered."""
    try:
        ask()
    except (Unavailable, Rejected) as error:
        return error
    return None


class Ear:
    """Takes webhooks and keeps them: headers and bytes."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        ear = self

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Listener)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
