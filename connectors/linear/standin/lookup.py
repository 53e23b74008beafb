"""Finding what people name: by id, key, slug, name or title."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, TypeVar

from connectors._standin.control import Unclear
from connectors.linear.standin.entities import (
    Cycle,
    Document,
    Entity,
    Issue,
    Label,
    Project,
    ProjectMilestone,
    ProjectStatus,
    Team,
    User,
    WorkflowState,
)
from connectors.linear.standin.world import Act, World

E = TypeVar("E", bound=Entity)


class Lookup:
    """The organisation, asked by people. Every finder raises Unclear for what is not there."""

    def __init__(self, world: World) -> None:
        self.world = world

    # Finding.

    def act(self, by: str | None) -> AbstractContextManager[Act]:
        """Act as a person; as the first active one who is no bot if none is named."""
        return self.world.act(self.person(by), "person")

    def bot(self) -> User:
        """Return the account that the first API key belongs to."""
        return next(u for u in self.world.users.values() if u.display_name == "closeout")

    def person(self, ref: str | None) -> User:
        """Find by id, address or name."""
        users = self.world.users.values()
        if ref is None:
            return next(u for u in users if u.active and u.display_name != "closeout")
        names = ("id", "email", "name", "display_name")
        return _named(users, ref, names, "person")

    def project(self, ref: str) -> Project:
        """Find by id, slug or name."""
        return _named(
            self.world.projects.values(), ref, ("id", "slug_id", "name", "url"), "project"
        )

    def issue(self, ref: str) -> Issue:
        """Find by id, identifier or title."""
        return _named(self.world.issues.values(), ref, ("id", "identifier", "title"), "issue")

    def document(self, ref: str) -> Document:
        """Find by id, slug or title."""
        return _named(self.world.documents.values(), ref, ("id", "slug_id", "title"), "document")

    def team(self, ref: str) -> Team:
        """Find by id, key or name."""
        return _named(self.world.teams.values(), ref, ("id", "key", "name"), "team")

    def status(self, ref: str) -> ProjectStatus:
        """Find a status of projects by id, name or type; archived ones only by id."""
        usable = [s for s in self.world.project_statuses.values() if not s.archived_at]
        archived = [s for s in self.world.project_statuses.values() if s.id == ref]
        return _named([*usable, *archived], ref, ("id", "name", "type"), "project status")

    def label(self, ref: str) -> Label:
        """Find a label of issues by id or name."""
        return _named(self.world.issue_labels.values(), ref, ("id", "name"), "label")

    def milestone(self, project_id: str | None, ref: str) -> ProjectMilestone:
        """Find a milestone of a project by id or name."""
        every = self.world.project_milestones.values()
        own = [one for one in every if one.project_id == project_id]
        return _named(own, ref, ("id", "name"), "milestone of its project")

    def cycle(self, team_id: str, number: int) -> Cycle:
        """Find a cycle of a team by its number."""
        own = [one for one in self.world.cycles.values() if one.team_id == team_id]
        for one in own:
            if one.number == number:
                return one
        shown = ", ".join(f"{one.number:g}" for one in own)
        raise Unclear(f"no cycle {number}; there are: {shown}")

    def thing(self, ref: str) -> Project | Issue | Document:
        """Find a project, an issue or a document."""
        for find in (self.project, self.issue, self.document):
            try:
                return find(ref)
            except Unclear:
                continue
        raise Unclear(f"no project, issue or document {ref!r}")

    def _stamped(self, act: Act) -> dict[str, Any]:
        return {"id": self.world.ids.uuid(), "created_at": act.at, "updated_at": act.at}

    def _state(self, team_id: str, ref: str) -> WorkflowState:
        return _named(self.world.states_of(team_id), ref, ("id", "name", "type"), "state")


def day(text: str | None) -> date | None:
    """Read a date. Raises Unclear."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unclear(f"not a date like 2026-05-31: {text!r}") from None


def _named(records: Iterable[E], ref: str, names: tuple[str, ...], kind: str) -> E:
    """Find by the first of the names that fits, the case of letters apart."""
    known = list(records)
    wanted = ref.casefold()
    for name in names:
        for record in known:
            if str(getattr(record, name)).casefold() == wanted:
                return record
    shown = ", ".join(sorted({str(getattr(record, names[1])) for record in known})[:20])
    raise Unclear(f"no {kind} {ref!r}; there are: {shown}")
