"""What there is to see in a tool, in words that every tool has: its stand-in's board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """What is being closed: `id` is the key Closeout knows it by, `key` the one people read."""

    id: str
    key: str
    name: str
    url: str
    status: str
    closed: bool
    links: tuple[str, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket; `owner` is a name."""

    id: str
    key: str
    title: str
    url: str
    owner: str
    category: str
    due_on: date | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its content as Markdown; `project` is the id of what it hangs on, where known."""

    id: str
    title: str
    content: str
    project: str | None
    url: str


class Board:
    """Everything in one tool at one instant, as JSON has it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw

    def projects(self) -> list[Shown]:
        """Return what can be closed."""
        return [
            Shown(
                id=one["id"],
                key=one["key"],
                name=one["name"],
                url=one["url"],
                status=one["status"],
                closed=one["closed"],
                links=tuple(link["url"] for link in one["links"]),
                comments=tuple(comment["text"] for comment in one["comments"]),
            )
            for one in self._raw["projects"]
        ]

    def project(self, project_id: str) -> Shown:
        """Return one of them."""
        return next(one for one in self.projects() if one.id == project_id)

    def tickets(self) -> dict[str, Ticket]:
        """Return every issue, by id."""
        return {
            one["id"]: Ticket(
                id=one["id"],
                key=one["key"],
                title=one["title"],
                url=one["url"],
                owner=one["owner"] or "nobody",
                category=one["category"],
                due_on=date.fromisoformat(one["dueOn"]) if one["dueOn"] else None,
                labels=tuple(one["labels"]),
            )
            for one in self._raw["issues"]
        }

    def pages(self) -> list[Page]:
        """Return every page that is not in the trash."""
        return [
            Page(one["id"], one["title"], one["content"], one["project"], one["url"])
            for one in self._raw["pages"]
        ]
