"""The stand-ins of the tools: found by their names, and used as people use the tools."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from service.demo.wire import ask
from service.settings import connector

if TYPE_CHECKING:
    from typing import Self


class Standin(Protocol):
    """A tool as seen from outside, running on this machine."""

    @property
    def base_url(self) -> str:
        """The address of its page for people."""

    def workspace(self) -> Mapping[str, str]:
        """Return the keys of a workspace that points at it, secrets left out."""

    def secrets(self) -> Mapping[str, str]:
        """Return the keys of a workspace whose values are secrets, with values that work."""

    def start(self) -> Self:
        """Listen. Raises OSError where the port is taken."""

    def stop(self) -> None:
        """Stop listening."""


def standins() -> tuple[str, ...]:
    """Return the names of the tools there is a stand-in of."""
    folders = importlib.import_module("connectors").__path__
    inits = (init for path in folders for init in Path(path).glob("[!_]*/standin/__init__.py"))
    return tuple(sorted(init.parent.parent.name for init in inits))


def trackers() -> tuple[str, ...]:
    """Return the names of those that hold projects."""
    return tuple(name for name in standins() if connector(name).tracker is not None)


def standin(name: str, clock: Callable[[], datetime], port: int = 0) -> Standin:
    """Build the stand-in of a tool, with an organisation in the middle of its work."""
    module = importlib.import_module(f"connectors.{name}.standin")
    made: Standin = module.Standin.seeded(clock, port, local_links=True)
    return made


def page_keeper(name: str) -> str | None:
    """Return the tool that keeps a tracker's pages in its story, None where it does so itself."""
    module = importlib.import_module(f"connectors.{name}.standin")
    beside: str | None = getattr(module, "PAGES_BESIDE", None)
    return beside


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


@dataclass(frozen=True, slots=True)
class Page:
    """A page; its content is Markdown, whatever the tool keeps."""

    id: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Project:
    """The project of the story, as the tool shows it now.

    `team` is who works on it, its lead first.
    """

    id: str
    key: str
    name: str
    status: str
    closed: bool
    team: tuple[str, ...]
    comments: tuple[Comment, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """One change somebody made, as the tool's own log has it."""

    at: datetime
    by: str
    action: str
    about: str
    detail: Mapping[str, object]


class Tool:
    """The tools of one story through the eyes and hands of the people who work in them.

    `address` is the tracker's, `pages` the one of the tool that keeps the pages.
    """

    def __init__(self, address: str, pages: str | None = None) -> None:
        self.address = address
        self.pages = pages or address
        self.project_id = self.look().first_project

    def do(self, deed: str, by: str | None = None, **what: str) -> None:
        """Do something in the tracker, as the person named. Raises NoAnswer where it refuses."""
        self._do(self.address, deed, by, what)

    def write(self, page: str, content: str, by: str) -> None:
        """Write a page, as the person named. Raises NoAnswer."""
        self._do(self.pages, "write_document", by, {"document": page, "content": content})

    def look(self) -> View:
        """Return everything as it stands now."""
        board = ask(f"{self.address}/control/board")
        kept = board if self.pages == self.address else ask(f"{self.pages}/control/board")
        return View(board, kept["pages"])

    def _do(self, address: str, deed: str, by: str | None, what: Mapping[str, str]) -> None:
        given = {**what, "by": by} if by is not None else what
        ask(f"{address}/control/{deed}", send=given)


class View:
    """Everything in the tools at one instant."""

    def __init__(self, board: Mapping[str, Any], pages: list[Mapping[str, Any]]) -> None:
        self._board = board
        self._pages = pages

    @property
    def first_project(self) -> str:
        """The id of the project that the story is about."""
        return str(self._board["projects"][0]["id"])

    def project(self, project_id: str) -> Project:
        """Return a project."""
        raw = next(one for one in self._board["projects"] if one["id"] == project_id)
        others = (one for one in raw["members"] if one != raw["lead"])
        return Project(
            id=raw["id"],
            key=raw["key"],
            name=raw["name"],
            status=raw["status"],
            closed=raw["closed"],
            team=(raw["lead"], *others),
            comments=tuple(Comment(one["by"], one["text"]) for one in raw["comments"]),
            links=tuple((one["label"], one["url"]) for one in raw["links"]),
        )

    def pages(self, project_id: str) -> tuple[Page, ...]:
        """Return the pages of a project."""
        found = (one for one in self._pages if one["project"] == project_id)
        return tuple(Page(one["id"], one["title"], one["content"]) for one in found)

    def issues(self) -> tuple[Issue, ...]:
        """Return every issue there is."""
        return tuple(
            Issue(
                id=one["id"],
                key=one["key"],
                title=one["title"],
                owner=one["owner"] or "nobody",
                state=one["state"],
                due_on=date.fromisoformat(one["dueOn"]) if one["dueOn"] else None,
                labels=tuple(one["labels"]),
            )
            for one in self._board["issues"]
        )

    def deeds(self) -> tuple[Deed, ...]:
        """Return what was changed, by whom and when, oldest first."""
        return tuple(
            Deed(
                at=datetime.fromisoformat(one["at"]),
                by=one["by"],
                action=one["action"],
                about=one["about"],
                detail=one["detail"],
            )
            for one in self._board["deeds"]
        )

    def moves(self, project_id: str) -> tuple[Deed, ...]:
        """Return each change of a project's own status, by whomever."""
        return tuple(
            deed
            for deed in self.deeds()
            if deed.about in {project_id, project_id.rpartition(":")[2]}
            and any(key.startswith("status") for key in deed.detail)
        )
