"""Web, workers and clock in one process, over one store."""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from service.bootstrap import build
from service.clock import Ticker
from service.jobs import Crew
from service.settings import connector
from service.web.app import create_app
from service.web.server import WebServer
from service.web.signin import one_time_link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from service.settings import Settings

log = structlog.get_logger()

PATIENCE = 10.0  # seconds that work under way gets to finish


class Embedded:
    """One running Closeout; listens from the moment it is built, so that its port is known.

    - `port` 0 takes a free one.
    - Where `public_url` is an address of this very machine, its port is made the one we listen on:
      what is written into comments must lead here.
    - What a stop cuts off is taken up by the next start: every step has its row.

    The schema must be current. Raises OSError where the address is taken.
    """

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._server = WebServer(self._answer, host, port, max_body=largest_body(settings))
        self.settings = reached_at(settings, self._server.port)
        self.services = build(self.settings)
        if self.settings.closeout.database_url.startswith("sqlite:"):
            # Nobody else works over this file: a lease that is still open is a killed process's.
            self.services.store.end_leases(self.services.clock())
        self._app = create_app(self.services)
        self._crew = Crew(self.services)
        self.services.ring = self._crew.ring
        self._stopping = threading.Event()
        ticker = Ticker(self.services)
        self._threads = (
            threading.Thread(target=self._server.run, name="web", daemon=True),
            threading.Thread(target=ticker.run, args=(self._stopping,), name="clock", daemon=True),
        )

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.port

    @property
    def url(self) -> str:
        """Where people find it."""
        return self.settings.closeout.public_url

    def sign_in_link(self) -> str:
        """Return a fresh link that signs in once, within 15 minutes."""
        return one_time_link(self._app)

    def start(self) -> None:
        """Start everything; returns at once."""
        self._crew.start()
        for thread in self._threads:
            thread.start()
        log.info("closeout.started", url=self.url, port=self.port)

    def stop(self) -> None:
        """Let what is under way finish, within seconds, and close everything."""
        self._stopping.set()
        self._server.stop()
        if not self._crew.stop(PATIENCE):
            log.warning("closeout.cut_off", reason="a tool is slow; the next start goes on from it")
        for thread in self._threads:
            thread.join(PATIENCE)
        self.services.store.close()
        log.info("closeout.stopped")

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._app(environ, start_response)


def largest_body(settings: Settings) -> int:
    """Return the largest webhook body that any workspace's tool sends, in bytes."""
    bodies = (connector(space.connector).max_body for space in settings.workspaces.values())
    return max(bodies, default=1_000_000)


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def reached_at(settings: Settings, port: int) -> Settings:
    """Return the settings with the port in `public_url`, where that is this very machine."""
    parts = urlsplit(settings.closeout.public_url)
    if not is_loopback(parts.hostname or "") or parts.port == port:
        return settings
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    url = parts._replace(netloc=f"{host}:{port}").geturl()
    return replace(settings, closeout=settings.closeout.model_copy(update={"public_url": url}))
