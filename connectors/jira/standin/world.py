"""The living site: its records, its clock, its switches, and who changed what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from connectors._standin.clock import StandinClock
from connectors._standin.effect import Effect
from connectors._standin.ids import Ids
from connectors._standin.messages import Value
from connectors.jira.standin.behaviour import Behaviour, Flavour
from connectors.jira.standin.entities import (
    Board,
    Component,
    Field,
    Issue,
    IssueLink,
    IssueType,
    LinkType,
    Project,
    Role,
    Sprint,
    Status,
    User,
    Version,
    Webhook,
    Worklog,
)

CLOUD_ID = "5b1d2c3e-7f80-4a91-8b2c-3d4e5f607182"


@dataclass(frozen=True, slots=True)
class Happening:
    """What subscribers are told of; `issue_id` where a filter by JQL applies."""

    event: str
    at: datetime
    body: dict[str, Any]
    issue_id: str | None = None


class SiteIds(Ids):
    """With numbers by kind of record."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self._numbers: dict[str, int] = {}

    def number(self, kind: str, first: int = 10_000) -> str:
        """Return the next number of a kind of record."""
        found = self._numbers.get(kind, first - 1) + 1
        self._numbers[kind] = found
        return str(found)


@dataclass(slots=True, kw_only=True)
class World:
    """One site, with one lock around all of it.

    - `workflows` maps an id to a workflow in the shape of the vendor's `POST /workflows`.
    - `screens` maps the id of a screen to its fields, each with whether it is required.
    - `tokens` maps a token to its owner's id; `site` is the address people click.
    - `past` are issues as they were before recent changes, kept while the index lags: until when
      each stood so, and None for one that was not there yet.
    """

    flavour: Flavour
    clock: StandinClock
    ids: SiteIds
    site: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    users: dict[str, User] = field(default_factory=dict)
    issue_types: dict[str, IssueType] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)
    resolutions: dict[str, str] = field(default_factory=dict)
    priorities: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    link_types: dict[str, LinkType] = field(default_factory=dict)
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    screens: dict[str, dict[str, bool]] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    sprints: dict[str, Sprint] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    issue_links: dict[str, IssueLink] = field(default_factory=dict)
    worklogs: dict[str, Worklog] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    log: list[Effect] = field(default_factory=list)
    listeners: list[Callable[[Happening], None]] = field(default_factory=list)
    past: list[tuple[datetime, str, Issue | None]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def empty(cls, clock: StandinClock, flavour: Flavour) -> World:
        """Return a site with nothing in it."""
        host = "acme.atlassian.net" if flavour.cloud else "jira.acme.example/jira"
        behaviour = Behaviour()
        if not flavour.cloud:
            behaviour.parent_in_history = "Epic Link"
        return cls(
            flavour=flavour,
            clock=clock,
            ids=SiteIds("acme"),
            site=f"https://{host}",
            behaviour=behaviour,
        )

    @property
    def cloud(self) -> bool:
        return self.flavour.cloud

    @property
    def bot(self) -> User:
        """The account that programs act as."""
        return next(user for user in self.users.values() if user.app)

    def browse(self, key: str) -> str:
        """Return the address that people click for an issue or a project."""
        return f"{self.site}/browse/{key}"

    def project(self, ref: str) -> Project | None:
        """Find a project by id or key, in the trash too."""
        if ref in self.projects:
            return self.projects[ref]
        return next((p for p in self.projects.values() if p.key == ref.upper()), None)

    def issue(self, ref: str) -> Issue | None:
        """Find an issue by id, key or a key it had before it was moved."""
        if ref in self.issues:
            return self.issues[ref]
        key = ref.upper()
        return next((i for i in self.issues.values() if key == i.key or key in i.old_keys), None)

    def workflow_of(self, project: Project, issue_type_id: str) -> dict[str, Any]:
        """Return the workflow that issues of a type follow in a project."""
        scheme = project.workflows
        return self.workflows[scheme.get(issue_type_id) or scheme[""]]

    def issues_in(self, project_id: str) -> list[Issue]:
        """Return a project's issues, oldest first."""
        return [i for i in self.issues.values() if i.project_id == project_id]

    def children(self, issue_id: str) -> list[Issue]:
        """Return the issues whose parent this one is."""
        return [i for i in self.issues.values() if i.parent_id == issue_id]

    def keep(self, issue_id: str, at: datetime) -> None:
        """Remember an issue as it stands, while the index lags."""
        if self.behaviour.index_lag:
            found = self.issues.get(issue_id)
            old = replace(found, values=dict(found.values)) if found is not None else None
            self.past.append((at, issue_id, old))

    def indexed(self, fresh: frozenset[str] = frozenset()) -> dict[str, Issue]:
        """Return the issues as the index knows them; those of `fresh` as they are."""
        seen_at = self.clock() - self.behaviour.index_lag
        self.past = [one for one in self.past if one[0] > seen_at]
        found: dict[str, Issue] = dict(self.issues)
        for _, issue_id, old in reversed(self.past):
            if issue_id in fresh:
                continue
            if old is None:
                found.pop(issue_id, None)
            else:
                found[issue_id] = old
        return found

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

    def record(self, action: str, kind: str, record_id: str, **detail: Value) -> None:
        """Write the effect into the log; `action` is the vendor's name of the operation."""
        log = self.world.log
        log.append(
            Effect(
                seq=log[-1].seq + 1 if log else 1,
                at=self.at,
                via=self.via,
                actor_id=self.actor.id,
                actor=self.actor.display_name,
                action=action,
                kind=kind,
                id=record_id,
                detail=detail,
            )
        )

    def tell(self, event: str, body: dict[str, Any], issue_id: str | None = None) -> None:
        """Tell those who listen (the webhooks)."""
        happening = Happening(event, self.at, body, issue_id)
        for listener in self.world.listeners:
            listener(happening)
