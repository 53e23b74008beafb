"""Confluence beside a tracker: where the page is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from connectors.confluence.standin import Standin
from tests.stories.tools import Clock
from tests.stories.tools.board import Page, Shown

WORKSPACE = "acme-wiki"
NO_PAGES = ("999999999", "424242")


class Confluence:
    """A site with the space PM; `people` are account ids by name, those of the tracker."""

    flavour: ClassVar[str] = "cloud"

    def __init__(self, clock: Clock, people: Mapping[str, str]) -> None:
        self.standin = Standin.seeded(clock, flavour=self.flavour, people=people).start()

    @property
    def address(self) -> str:
        """What is called."""
        return self.standin.url

    @property
    def token(self) -> str:
        """A token that works there."""
        return self.standin.api_key

    def section(self) -> dict[str, object]:
        """Return its section of the configuration, without secrets."""
        email = {"email": self.standin.email} if self.standin.email else {}
        return {"connector": "confluence", "space": "PM", "parent": "Post-mortems", **email}

    def environ(self, secret: str) -> dict[str, str]:
        """Return the variables with its addresses and secrets."""
        prefix = "CLOSEOUT_WORKSPACES_ACME_WIKI_"
        found = {
            f"{prefix}SITE_URL": self.standin.site_url,
            f"{prefix}API_URL": self.address,
            f"{prefix}API_TOKEN": self.token,
        }
        return found if self.flavour == "cloud" else {**found, f"{prefix}WEBHOOK_SECRET": secret}

    def pages_of(self, project: Shown, pages: list[Page]) -> list[Page]:
        """Return the pages that name a project: the wiki itself knows of none."""
        names = "|".join(re.escape(one) for one in (project.key, project.name))
        named = re.compile(rf"Post-mortem.*(?<![\w-])({names})(?![\w-])")
        return [one for one in pages if named.search(one.title)]


class ConfluenceDataCenter(Confluence):
    """The same on a server of one's own, with webhooks."""

    flavour: ClassVar[str] = "data-center"


class ConfluenceScoped(Confluence):
    """The same with a token that has scopes: it is taken by the gateway only."""

    def __init__(self, clock: Clock, people: Mapping[str, str]) -> None:
        super().__init__(clock, people)
        self._token = self.standin.control.new_api_key(scoped=True)["api_key"]

    @property
    def address(self) -> str:
        return self.standin.gateway_url

    @property
    def token(self) -> str:
        return self._token
