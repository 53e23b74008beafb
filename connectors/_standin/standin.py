"""A stand-in as a whole: it listens, sends webhooks, and ends without leaving a thread."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from connectors._standin.faults import Faults
from connectors._standin.server import StandinServer, Tool
from connectors._standin.webhooks import Delivery, Sender


class Shell:
    """What every stand-in is: a server over a tool, and a sender of webhooks.

    It listens from `start()` to `stop()`, or inside of `with`.
    """

    def __init__(
        self, tool: Tool[Any], sender: Sender, faults: Faults, *, host: str, port: int
    ) -> None:
        self.tool = tool
        self.sender = sender
        self.faults = faults
        self._host, self._port = host, port
        self._server: StandinServer[Any] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Listen. Raises OSError where the port is taken."""
        self._server = StandinServer((self._host, self._port), self.tool, self.faults)
        self.listening()
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=self.tool.server_version.lower(),
            daemon=True,
        )
        self._thread.start()
        return self

    def listening(self) -> None:
        """Do what needs the address, before the first request is answered."""

    def stop(self) -> None:
        """Stop listening and sending, and wait until every thread has ended."""
        self.sender.stop()
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
        self._server, self._thread = None, None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """The address of the page and of `/control/`, without a slash at its end."""
        if self._server is None:
            raise RuntimeError("the stand-in is not started")
        return f"http://{self._host}:{self._server.server_address[1]}"

    @property
    def deliveries(self) -> list[Delivery]:
        """Every delivery of every webhook, oldest first."""
        return self.sender.deliveries

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until the threads have sent what is due; False when that took longer."""
        return self.sender.settle(timeout)

    def deliver_due(self) -> int:
        """Send what is due, from this thread; return the number of attempts."""
        return self.sender.deliver_due()
