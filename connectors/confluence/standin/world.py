"""The living site: its records, its clock, its switches, and who changed what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors._standin.clock import StandinClock
from connectors._standin.ids import Ids
from connectors.confluence.standin.behaviour import Behaviour, Flavour
from connectors.confluence.standin.entities import Page, Space, Task, Token, User, Webhook

CONTEXT = {Flavour.CLOUD: "/wiki", Flavour.DATA_CENTER: "/confluence"}
_FIRST_ID = 98_305


@dataclass(frozen=True, slots=True)
class Deed:
    """One change that was made: by whom, through what (`api` or `person`), to what."""

    at: datetime
    via: str
    by: str
    by_id: str
    action: str
    about: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A page as the search index holds it."""

    page_id: str
    space_key: str
    title: str
    status: str
    labels: tuple[str, ...]
    words: str
    created_at: datetime
    modified_at: datetime
    author_id: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Happening:
    """What webhooks tell of."""

    event: str
    at: datetime
    actor: User
    page_id: str


class SiteIds(Ids):
    """With the numbers of content."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self._number = _FIRST_ID

    def number(self) -> str:
        """Return the next id of something numbered."""
        self._number += 1
        return str(self._number)


@dataclass(slots=True, kw_only=True)
class World:
    """One site, with one lock around all of it.

    - `root` is the address people click, the context path included, without a slash at its end.
    - `index` is what CQL finds; `index_queue` holds what it learns of later.
    - `limited_until` and `limit_reason`: until then every call is answered 429.
    """

    clock: StandinClock
    ids: SiteIds
    flavour: Flavour = Flavour.CLOUD
    name: str = "Acme"
    behaviour: Behaviour = field(default_factory=Behaviour)
    root: str = ""
    cloud_id: str = ""
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    index: dict[str, Indexed] = field(default_factory=dict)
    index_queue: list[tuple[datetime, str, Indexed | None]] = field(default_factory=list)
    log: list[Deed] = field(default_factory=list)
    listeners: list[Callable[[Happening], None]] = field(default_factory=list)
    limited_until: datetime | None = None
    limit_reason: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def empty(
        cls, clock: StandinClock, flavour: Flavour = Flavour.CLOUD, seed: str = "acme"
    ) -> World:
        """Return a site with nothing in it."""
        ids = SiteIds(seed)
        cloud = flavour is Flavour.CLOUD
        root = f"https://{seed}.atlassian.net" if cloud else f"https://wiki.{seed}.example"
        root += CONTEXT[flavour]
        return cls(clock=clock, ids=ids, flavour=flavour, root=root, cloud_id=ids.uuid())

    @property
    def cloud(self) -> bool:
        return self.flavour is Flavour.CLOUD

    def url(self, page: Page) -> str:
        """Return the address people click for a page."""
        return f"{self.root}{self.webui(page)}"

    def webui(self, page: Page) -> str:
        """Return the same, below the root."""
        if not self.cloud:
            return f"/pages/viewpage.action?pageId={page.id}"
        slug = "+".join(page.title.split()).replace("/", "%2F").replace("?", "%3F")
        return f"/spaces/{self.spaces[page.space_id].key}/pages/{page.id}/{slug}"

    def children(self, page_id: str) -> list[Page]:
        """Return the pages right below a page, the trashed ones left out."""
        found = [p for p in self.pages.values() if p.parent_id == page_id]
        return sorted((p for p in found if p.status != "trashed"), key=lambda p: p.position)

    def ancestors(self, page: Page) -> list[Page]:
        """Return the pages above, the topmost first."""
        above: list[Page] = []
        while page.parent_id is not None and page.parent_id in self.pages:
            page = self.pages[page.parent_id]
            above.insert(0, page)
        return above

    def may_see(self, user: User, page: Page) -> bool:
        """Say whether the account may view a page: restrictions hold for all pages below."""
        if self.access(user, page.space_id) == "none":
            return False
        chain = [page, *self.ancestors(page)]
        return all(p.readers is None or user.id in p.readers for p in chain)

    def may_edit(self, user: User, page: Page) -> bool:
        """Say whether the account may edit a page, which takes seeing it."""
        if self.access(user, page.space_id) != "write" or not self.may_see(user, page):
            return False
        return page.editors is None or user.id in page.editors

    def access(self, user: User, space_id: str) -> str:
        """Return what the account may do in a space: write, read or none; visitors nothing."""
        if user.id not in self.users:
            return "none"
        return self.spaces[space_id].access.get(user.id, "write")

    @contextmanager
    def act(self, actor: User, via: str, at: datetime | None = None) -> Iterator[Act]:
        """Hold the site while one person changes it."""
        with self.lock:
            yield Act(self, actor, via, at or self.clock())


class Act:
    """One person changing the site at one instant; it keeps the log and tells of it."""

    def __init__(self, world: World, actor: User, via: str, at: datetime) -> None:
        self.world = world
        self.actor = actor
        self.via = via
        self.at = at

    def record(self, action: str, about: str, **detail: Any) -> None:  # noqa: ANN401 (any JSON)
        """Write the deed into the log."""
        self.world.log.append(
            Deed(self.at, self.via, self.actor.name, self.actor.id, action, about, detail)
        )

    def tell(self, event: str, page: Page) -> None:
        """Tell those who listen (the webhooks)."""
        happening = Happening(event, self.at, self.actor, page.id)
        for listener in self.world.listeners:
            listener(happening)
