"""The stand-in as a whole: an organisation, the endpoint over it, and its webhooks."""

from __future__ import annotations

from typing import Self

from connectors._standin.clock import Clock, StandinClock
from connectors._standin.faults import Faults
from connectors._standin.standin import Shell
from connectors.linear.standin.control import Control
from connectors.linear.standin.gateway import Called, Gateway
from connectors.linear.standin.seed import seed
from connectors.linear.standin.tool import LinearTool
from connectors.linear.standin.webhooks import sender
from connectors.linear.standin.world import World


class Standin(Shell):
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
        self._local_links = local_links
        self.gateway = Gateway(self.world)
        faults, sending = Faults(), sender(self.world, threads=threads)
        self.control = Control(self.world, self.gateway, sending, faults)
        tool = LinearTool(self.gateway, sending, self.control)
        super().__init__(tool, sending, faults, host=host, port=port)

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

    def listening(self) -> None:
        """Take files at this address, and lead there what people click, if that is wanted."""
        self.world.storage = self.base_url
        if self._local_links:
            self.world.move_site(self.base_url)

    def workspace(self) -> dict[str, str]:
        """Return the keys of a workspace that points at it, secrets left out."""
        return {"api_url": self.url, "tickets_team": "OPS"}

    def secrets(self) -> dict[str, str]:
        """Return the keys of a workspace whose values are secrets."""
        return {"api_key": self.api_key}

    @property
    def url(self) -> str:
        """The GraphQL endpoint."""
        return f"{self.base_url}/graphql"

    @property
    def api_key(self) -> str:
        """The first valid key, that of the account Closeout acts as."""
        return next(iter(self.world.api_keys), "")

    @property
    def calls(self) -> list[Called]:
        """Every request to the endpoint that could be read, oldest first."""
        return self.gateway.calls
