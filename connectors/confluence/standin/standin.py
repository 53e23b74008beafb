"""The stand-in as a whole: a site, its interfaces, and its webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from connectors._standin.clock import Clock, StandinClock
from connectors._standin.exchange import Exchange
from connectors._standin.faults import Faults
from connectors._standin.standin import Shell
from connectors.confluence.standin.behaviour import Flavour
from connectors.confluence.standin.control import Control
from connectors.confluence.standin.seed import seed
from connectors.confluence.standin.tool import ConfluenceTool
from connectors.confluence.standin.webhooks import sender
from connectors.confluence.standin.world import CONTEXT, World


class Standin(Shell):
    """Confluence as seen from outside, on this machine.

    - `clock` is the time it begins with; `speed` makes it run faster, `control.advance` pushes it.
    - `port` 0 takes a free one; it listens from `start()` to `stop()`, or inside of `with`.
    - `flavour` is `cloud` or `data-center`.
    - `threads` False: webhooks are sent by `deliver_due()` only, from the caller's thread.
    - `local_links`: what people click leads to the stand-in's own page.
    - `world` is looked at, `control` changes it as people would.
    """

    def __init__(
        self,
        clock: Clock,
        port: int = 0,
        *,
        flavour: str = "cloud",
        host: str = "127.0.0.1",
        speed: float = 1.0,
        threads: bool = True,
        local_links: bool = False,
        world: World | None = None,
    ) -> None:
        made = world or World.empty(StandinClock(clock, speed), Flavour(flavour))
        self.world, self.clock = made, made.clock
        self._local_links = local_links
        faults, sending = Faults(), sender(made, threads=threads)
        self.control = Control(made, sending, faults)
        self._tool = ConfluenceTool(made, sending, self.control)
        super().__init__(self._tool, sending, faults, host=host, port=port)

    @classmethod
    def seeded(
        cls,
        clock: Clock,
        port: int = 0,
        *,
        flavour: str = "cloud",
        people: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        speed: float = 1.0,
        threads: bool = True,
        local_links: bool = False,
    ) -> Self:
        """Return one with people, the space PM and a page for post-mortems in it.

        `people` gives account ids (user keys on Data Center) by name, so that they are those of
        another stand-in.
        """
        world = World.empty(StandinClock(clock, speed), Flavour(flavour))
        seed(world, people)
        return cls(clock, port, host=host, threads=threads, local_links=local_links, world=world)

    def listening(self) -> None:
        """Lead what people click to this address, if that is wanted."""
        if self._local_links:
            self.world.root = self.url

    def workspace(self) -> dict[str, str]:
        """Return the keys of a workspace that points at it, secrets left out."""
        mail = {"email": self.email} if self.email else {}
        return {"site_url": self.site_url, "api_url": self.url, **mail, "space": "PM"}

    def secrets(self) -> dict[str, str]:
        """Return the keys of a workspace whose values are secrets."""
        return {"api_token": self.api_key}

    @property
    def url(self) -> str:
        """What the setting `api_url` takes: the address with its context path."""
        return f"{self.base_url}{CONTEXT[self.world.flavour]}"

    @property
    def gateway_url(self) -> str:
        """The same by way of the gateway, for scoped tokens (Cloud)."""
        return f"{self.base_url}/ex/confluence/{self.world.cloud_id}/wiki"

    @property
    def site_url(self) -> str:
        """What people click begins with this."""
        return self.world.root

    @property
    def email(self) -> str | None:
        """The address that belongs to the token; None on Data Center."""
        token = self.world.tokens.get(self.api_key)
        return self.world.users[token.owner_id].email if token and self.world.cloud else None

    @property
    def api_key(self) -> str:
        """The first valid token, that of the account Closeout acts as."""
        return next(iter(self.world.tokens), "")

    @property
    def calls(self) -> list[Exchange]:
        """Every call of an interface that has an operation, oldest first."""
        return self._tool.calls
