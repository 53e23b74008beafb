"""The living organisation: its records, its clock, its switches, and who changed what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors._standin.clock import StandinClock
from connectors._standin.effect import Effect
from connectors._standin.ids import Ids
from connectors.linear.standin.behaviour import Behaviour
from connectors.linear.standin.entities import Entity, Organization, User
from connectors.linear.standin.errors import conflict
from connectors.linear.standin.kinds import Value
from connectors.linear.standin.tables import ENTITY_NAMES, TABLE_OF, Tables

_LAST_SYNC_ID_BEFORE = 1_000_000


@dataclass(frozen=True, slots=True)
class Happening:
    """What subscribers are told of; the sender adds who is told and when."""

    type: str
    action: str
    at: datetime
    actor: User
    data: dict[str, Any]
    url: str
    team_ids: tuple[str, ...]
    updated_from: dict[str, Any] | None = None


@dataclass(slots=True, kw_only=True)
class World(Tables):
    """One organisation, with one lock around all of it.

    - `log` is every effect in order; `api_keys` maps a key to its owner's id.
    - `storage` is the address that takes files and shows them, without a slash at its end; `files`
      are their bytes by the upload's id.
    - `past` are the records as they were before recent changes, kept while reads lag.
    """

    clock: StandinClock
    ids: Ids
    behaviour: Behaviour = field(default_factory=Behaviour)
    api_keys: dict[str, str] = field(default_factory=dict)
    log: list[Effect] = field(default_factory=list)
    listeners: list[Callable[[Happening], None]] = field(default_factory=list)
    past: list[tuple[datetime, Tables]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    site: str = ""  # the address people click, without a slash at its end
    storage: str = "https://uploads.linear.app"
    files: dict[str, bytes] = field(default_factory=dict)
    inserted: int = 0
    conflicts: int = 0

    @classmethod
    def empty(cls, clock: StandinClock, name: str = "Acme", seed: str = "acme") -> World:
        """Return an organisation with nothing in it."""
        ids = Ids(seed)
        now = clock()
        organization = Organization(
            id=ids.uuid(), created_at=now, updated_at=now, name=name, url_key=seed
        )
        site = f"https://linear.app/{seed}"
        return cls(organization=organization, clock=clock, ids=ids, site=site)

    def move_site(self, site: str) -> None:
        """Give everything people click another address, such as the stand-in's own."""
        with self.lock:
            for table in ENTITY_NAMES:
                for record in self.table(table).values():
                    url = getattr(record, "url", None)
                    if isinstance(url, str) and url.startswith(f"{self.site}/"):
                        record.url = site + url.removeprefix(self.site)
            self.site = site

    @property
    def last_sync_id(self) -> float:
        return float(_LAST_SYNC_ID_BEFORE + (self.log[-1].seq if self.log else 0))

    def ensure_free(self, kind: type[Entity], entity_id: str) -> None:
        """Raise Refused ("conflict on insert") where a record of the kind has the id already."""
        table = TABLE_OF[kind]
        if entity_id in self.table(table):
            self.conflicts += 1
            raise conflict(ENTITY_NAMES[table], entity_id)

    def add(self, entity: Entity) -> None:
        """Insert a record. Raises Refused ("conflict on insert") where its id is taken."""
        self.ensure_free(type(entity), entity.id)
        self.inserted += 1
        entity.seq = self.inserted
        self.table(TABLE_OF[type(entity)])[entity.id] = entity

    @contextmanager
    def act(self, actor: User, via: str, at: datetime | None = None) -> Iterator[Act]:
        """Hold the organisation while one person changes it."""
        with self.lock:
            now = at or self.clock()
            if self.behaviour.read_lag:
                self.past.append((now, self.copy()))
            yield Act(self, actor, via, now)

    def seen_by_reads(self) -> Tables:
        """Return the records a query sees now: older ones while reads lag."""
        seen_at = self.clock() - self.behaviour.read_lag
        self.past = [(at, tables) for at, tables in self.past if at > seen_at]
        return self.past[0][1] if self.past else self


class Act:
    """One person changing the organisation at one instant; it keeps the log and tells of it."""

    def __init__(self, world: World, actor: User, via: str, at: datetime) -> None:
        self.world = world
        self.actor = actor
        self.via = via
        self.at = at

    def record(self, action: str, entity: Entity, **detail: Value) -> None:
        """Write the effect into the log."""
        log = self.world.log
        log.append(
            Effect(
                seq=log[-1].seq + 1 if log else 1,
                at=self.at,
                via=self.via,
                actor_id=self.actor.id,
                actor=self.actor.name,
                action=action,
                kind=ENTITY_NAMES[TABLE_OF[type(entity)]],
                id=entity.id,
                detail=detail,
            )
        )

    def tell(self, happening: Happening) -> None:
        """Tell those who listen (the webhooks)."""
        for listener in self.world.listeners:
            listener(happening)
