"""The stand-in as a whole: a site, the REST interface over it, and its webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from connectors._standin.cast import CAST, Actor
from connectors._standin.clock import Clock, StandinClock
from connectors._standin.exchange import Exchange
from connectors._standin.faults import Faults
from connectors._standin.standin import Shell
from connectors.jira.standin.behaviour import Flavour
from connectors.jira.standin.control import Control
from connectors.jira.standin.gateway import CONTEXT, GATEWAY, Gateway
from connectors.jira.standin.seed import seed
from connectors.jira.standin.tool import JiraTool
from connectors.jira.standin.webhooks import sender
from connectors.jira.standin.world import World


class Standin(Shell):
    """Jira as seen from outside, on this machine.

    - `clock` is the time it begins with; `speed` makes it run faster, `control.advance` pushes it.
    - `flavour`: `cloud-company`, `cloud-team` (whose projects are which), or `data-center`.
    - `version` is the product's, for Data Center: 9, 10 or 11.
    - `port` 0 takes a free one; it listens from `start()` to `stop()`, or inside of `with`.
    - `threads` False: webhooks are sent by `deliver_due()` only, from the caller's thread.
    - `local_links`: what people click leads to the stand-in's own page.
    - `scoped`: the token works through the gateway only, whose address `url` then is.
    - `world` is looked at, `control` changes it as people would.
    """

    def __init__(  # noqa: PLR0913 (the choices of whoever starts it)
        self,
        clock: Clock,
        port: int = 0,
        *,
        flavour: str = "cloud-company",
        version: int = 11,
        host: str = "127.0.0.1",
        speed: float = 1.0,
        threads: bool = True,
        local_links: bool = False,
        scoped: bool = False,
        world: World | None = None,
    ) -> None:
        kind = Flavour(flavour)
        self.world = world or World.empty(StandinClock(clock, speed), kind)
        self.clock = self.world.clock
        self.world.behaviour.version = version
        self.world.behaviour.scoped_token = scoped
        self._local_links = local_links
        self.gateway = Gateway(self.world)
        faults, sending = Faults(), sender(self.world, threads=threads)
        self.control = Control(self.world, self.gateway, sending, faults)
        tool = JiraTool(self.gateway, sending, self.control)
        super().__init__(tool, sending, faults, host=host, port=port)

    @classmethod
    def seeded(  # noqa: PLR0913 (as above)
        cls,
        clock: Clock,
        port: int = 0,
        *,
        flavour: str = "cloud-company",
        version: int = 11,
        host: str = "127.0.0.1",
        speed: float = 1.0,
        threads: bool = True,
        local_links: bool = False,
        scoped: bool = False,
        people: Sequence[Actor] = CAST,
    ) -> Self:
        """Return one with people, two projects and an epic in the middle of its work."""
        world = World.empty(StandinClock(clock, speed), Flavour(flavour))
        seed(world, people)
        return cls(
            clock,
            port,
            flavour=flavour,
            version=version,
            host=host,
            threads=threads,
            local_links=local_links,
            scoped=scoped,
            world=world,
        )

    def listening(self) -> None:
        """Lead what people click to this address, if that is wanted."""
        if self._local_links:
            self.world.site = self.site_url

    def workspace(self) -> dict[str, str]:
        """Return the keys of a workspace that points at it, secrets left out."""
        mail = {"email": self.email} if self.email else {}
        return {"site_url": self.site_url, "api_url": self.url, **mail, "tickets_project": "OPS"}

    def secrets(self) -> dict[str, str]:
        """Return the keys of a workspace whose values are secrets."""
        return {"api_token": self.api_key}

    @property
    def site_url(self) -> str:
        """The site's own address, where it listens: what people would have in their browser."""
        return self.base_url if self.world.cloud else f"{self.base_url}{CONTEXT}"

    @property
    def gateway_url(self) -> str:
        """The address that scoped tokens need."""
        return f"{self.base_url}{GATEWAY}"

    @property
    def url(self) -> str:
        """What a workspace's `api_url` takes."""
        return self.gateway_url if self.world.behaviour.scoped_token else self.site_url

    @property
    def email(self) -> str | None:
        """The address that belongs to the token on Cloud; a Data Center needs none."""
        return self.world.bot.email if self.world.cloud else None

    @property
    def api_key(self) -> str:
        """The first valid token, that of the account Closeout acts as."""
        return next(iter(self.world.tokens), "")

    @property
    def calls(self) -> list[Exchange]:
        """Every call of an operation there is, oldest first."""
        return self.gateway.calls
