"""The stand-in of the tool: found by its name, and used as people use the tool."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from service.demo.wire import ask

if TYPE_CHECKING:
    from typing import Self


class Standin(Protocol):
    """A tool as seen from outside, running on this machine."""

    @property
    def url(self) -> str:
        """The address that a workspace's `api_url` takes."""

    @property
    def base_url(self) -> str:
        """The address of its page for people."""

    @property
    def api_key(self) -> str:
        """A key that works."""

    def start(self) -> Self:
        """Listen. Raises OSError where the port is taken."""

    def stop(self) -> None:
        """Stop listening."""


def standins() -> tuple[str, ...]:
    """Return the names of the tools there is a stand-in of."""
    folders = importlib.import_module("connectors").__path__
    inits = (init for path in folders for init in Path(path).glob("*/standin/__init__.py"))
    return tuple(sorted(init.parent.parent.name for init in inits))


def standin(name: str, clock: Callable[[], datetime], port: int = 0) -> Standin:
    """Build the stand-in of a tool, with an organisation in the middle of its work."""
    module = importlib.import_module(f"connectors.{name}.standin")
    made: Standin = module.Standin.seeded(clock, port, local_links=True)
    return made


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on the project."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Issue:
    """A ticket as the tool shows it."""

    id: str
    key: str
    title: str
    owner: str
    state: str
    due_on: date | None
    labels: tuple[str, ...]
    made_by: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One change somebody made, as the tool's own log has it."""

    at: datetime
    by: str
    action: str
    about: str
    detail: Mapping[str, object]


class Tool:
    """The tool through the eyes and hands of the people who work in it."""

    def __init__(self, address: str) -> None:
        self.address = address
        project = self.look().projects[0]
        self.project_id = str(project["id"])

    def do(self, deed: str, by: str | None = None, **what: str) -> None:
        """Do something by hand, as the person named. Raises NoAnswer where the tool refuses."""
        given = {**what, "by": by} if by is not None else what
        ask(f"{self.address}/control/{deed}", send=given)

    def look(self) -> View:
        """Return everything as it stands now."""
        return View(ask(f"{self.address}/control/world"))


class View:
    """Everything in the tool at one instant."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self.projects: Sequence[Mapping[str, Any]] = raw["projects"]
        self._names = {one["id"]: str(one["name"]) for one in raw["users"]}

    def project(self, project_id: str) -> Mapping[str, Any]:
        """Return a project."""
        return next(one for one in self.projects if one["id"] == project_id)

    def status(self, project_id: str) -> str:
        """Return the status a project stands in, in the tool's own word."""
        return self._named("projectStatuses", self.project(project_id)["statusId"])

    def closed(self, project_id: str) -> bool:
        """Whether a project stands closed."""
        project = self.project(project_id)
        return bool(project["completedAt"] or project["canceledAt"])

    def team(self, project_id: str) -> tuple[str, ...]:
        """Return who works on a project: its lead first, then the others as listed."""
        project = self.project(project_id)
        lead = project["leadId"]
        others = (one for one in project["memberIds"] if one != lead)
        return tuple(self._names[one] for one in (lead, *others))

    def comments(self, project_id: str) -> tuple[Comment, ...]:
        """Return the comments on a project, oldest first."""
        found = [one for one in self._raw["comments"] if one["projectId"] == project_id]
        found.sort(key=lambda one: str(one["createdAt"]))
        return tuple(Comment(self._names[one["userId"]], str(one["body"])) for one in found)

    def documents(self, project_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the pages of a project."""
        return [one for one in self._raw["documents"] if one["projectId"] == project_id]

    def links(self, project_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the links on a project."""
        return [one for one in self._raw["links"] if one["projectId"] == project_id]

    def issues(self) -> tuple[Issue, ...]:
        """Return every issue of the organisation."""
        return tuple(self._issue(one) for one in self._raw["issues"])

    def deeds(self) -> tuple[Deed, ...]:
        """Return what was changed, by whom and when, oldest first."""
        return tuple(
            Deed(
                at=datetime.fromisoformat(str(one["at"])),
                by=str(one["actor"]),
                action=str(one["action"]),
                about=str(one["id"]),
                detail=one["detail"],
            )
            for one in self._raw["log"]
        )

    def _issue(self, raw: Mapping[str, Any]) -> Issue:
        return Issue(
            id=str(raw["id"]),
            key=str(raw["identifier"]),
            title=str(raw["title"]),
            owner=self._names.get(raw["assigneeId"], "nobody"),
            state=self._named("workflowStates", raw["stateId"]),
            due_on=date.fromisoformat(raw["dueDate"]) if raw["dueDate"] else None,
            labels=tuple(self._named("issueLabels", one) for one in raw["labelIds"]),
            made_by=self._names.get(raw["creatorId"], "nobody"),
        )

    def _named(self, table: str, record_id: str) -> str:
        return str(next(one["name"] for one in self._raw[table] if one["id"] == record_id))
