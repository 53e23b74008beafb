"""Finding what people name: by id, key, name or title."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from connectors._standin.control import Unclear
from connectors.jira.standin.entities import Issue, Project, User, Version
from connectors.jira.standin.world import Act, World

E = TypeVar("E")


class Lookup:
    """The site, asked by people. Every finder raises Unclear for what is not there."""

    def __init__(self, world: World) -> None:
        self.world = world

    def act(self, by: str | None) -> AbstractContextManager[Act]:
        """Act as a person; as the first active one who is no program if none is named."""
        return self.world.act(self.person(by), "person")

    def bot(self) -> User:
        """Return the account that programs act as."""
        return self.world.bot

    def person(self, ref: str | None) -> User:
        """Find by id, login, address or name."""
        users = self.world.users.values()
        if ref is None:
            return next(u for u in users if u.active and not u.app)
        return named(users, ref, ("id", "name", "email", "display_name"), "person")

    def issue(self, ref: str) -> Issue:
        """Find by id (`10001`, `issue:10001`), key or title."""
        found = self.world.issue(ref.removeprefix("issue:"))
        return found or named(self.world.issues.values(), ref, ("id", "key", "summary"), "issue")

    def team(self, ref: str) -> Project:
        """Find a Jira project by id, key or name."""
        return named(self.world.projects.values(), ref, ("id", "key", "name"), "project")

    def closing(self, ref: str) -> Issue | Version | Project:
        """Find what can be closed: by its key (`issue:1`), or anything that names it.

        `NOVA-12` and titles are issues, `NOVA:1.4` is a version, `NOVA` a Jira project.
        """
        kind, _, rest = ref.partition(":")
        match kind:
            case "issue" if rest:
                return self.issue(rest)
            case "project" if rest:
                return self.team(rest)
            case "version" if rest:
                return self.version(rest)
            case _:
                return self._by_name(ref)

    def _by_name(self, ref: str) -> Issue | Version | Project:
        for find in (self.issue, self.version, self.team):
            try:
                found: Issue | Version | Project = find(ref)
            except Unclear:
                continue
            return found
        raise Unclear(f"nothing that can be closed is called {ref!r}")

    def version(self, ref: str) -> Version:
        """Find by id, by project and name (`NOVA:1.4`, `NOVA 1.4`), or by name alone."""
        project, _, name = ref.replace(" ", ":", 1).partition(":")
        for one in self.world.versions.values():
            key = self.world.projects[one.project_id].key
            if one.id == ref or (key.casefold(), one.name) == (project.casefold(), name):
                return one
        return named(self.world.versions.values(), ref, ("id", "name"), "version")


def named(records: Iterable[E], ref: str, names: tuple[str, ...], kind: str) -> E:
    """Find by the first of the names that fits, the case of letters apart."""
    known: list[Any] = list(records)
    wanted = ref.casefold()
    for name in names:
        for record in known:
            if str(getattr(record, name)).casefold() == wanted:
                found: E = record
                return found
    shown = ", ".join(sorted({str(getattr(record, names[1])) for record in known})[:20])
    raise Unclear(f"no {kind} {ref!r}; there are: {shown}")
