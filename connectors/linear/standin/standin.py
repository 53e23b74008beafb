"""The stand-in as a whole: an organisation, the endpoint over it, and its webhooks."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from connectors.linear.standin.clock import Clock, StandinClock
from connectors.linear.standin.control import Control
from connectors.linear.standin.faults import Faults
from connectors.linear.standin.gateway import Called, Gateway
from connectors.linear.standin.seed import seed
from connectors.linear.standin.server import StandinServer
from connectors.linear.standin.webhooks import Delivery, Sender
from connectors.linear.standin.world import World


class Standin:
    """Linear as seen from outside, on this machine.

    - `clock` is the time it begins with; `speed` makes it run faster, `control.advance` pushes it.
    - `port` 0 takes a free one; it listens from `start()` to `stop()`, or inside of `with`.
    - `threads` False: webhooks are sent by `deliver_due()` only, from the caller's thread.
    - `local_links`: what people click leads to the stand-in's own page, not to linear.app.
    - `world` is looked at, `control` changes it as people would.
    """

    def __init__(
        self,
        clock: Clock,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        speed: float = 1.0,
        threads: bool = True,
        local_links: bool = False,
        world: World | None = None,
    ) -> None:
        self.clock = world.clock if world is not None else StandinClock(clock, speed)
        self.world = world if world is not None else World.empty(self.clock)
        self._host, self._port = host, port
        self._local_links = local_links
        self.gateway = Gateway(self.world)
        self.sender = Sender(self.world, threads=threads)
        self.faults = Faults()
        self.control = Control(self.world, self.gateway, self.sender, self.faults)
        self._server: StandinServer | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def seeded(
        cls,
        clock: Clock,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        speed: float = 1.0,
        threads: bool = True,
        local_links: bool = False,
    ) -> Self:
        """Return one with people, two teams and a project in the middle of its work."""
        world = World.empty(StandinClock(clock, speed))
        seed(world)
        return cls(clock, port, host=host, threads=threads, local_links=local_links, world=world)

    def start(self) -> Self:
        """Listen. Raises OSError where the port is taken."""
        self._server = StandinServer(
            (self._host, self._port), self.gateway, self.sender, self.faults, self.control
        )
        if self._local_links:
            self.world.move_site(self.base_url)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="linear-standin",
            daemon=True,
        )
        self._thread.start()
        return self

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
    def url(self) -> str:
        """The GraphQL endpoint."""
        return f"{self.base_url}/graphql"

    @property
    def api_key(self) -> str:
        """The first valid key, that of the account Closeout acts as."""
        return next(iter(self.world.api_keys), "")

    @property
    def deliveries(self) -> list[Delivery]:
        """Every delivery of every webhook, oldest first."""
        return self.sender.deliveries

    @property
    def calls(self) -> list[Called]:
        """Every request to the endpoint that could be read, oldest first."""
        return self.gateway.calls

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until the threads have sent what is due; False when that took longer."""
        return self.sender.settle(timeout)

    def deliver_due(self) -> int:
        """Send what is due, from this thread; return the number of attempts."""
        return self.sender.deliver_due()
