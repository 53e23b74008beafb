"""What `GET /control/board` shows: the same words for every tool, so that one story drives any.

`shown` of a Board is the answer, with names in camelCase.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """An active account of a person."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link on a project."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a project, as Markdown; `by` is a name."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """What can be closed. `id` is the key Closeout knows it by, `key` the one people read."""

    id: str
    key: str
    name: str
    url: str
    status: str
    category: str
    closed: bool
    lead: str | None = None
    members: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue or ticket. `owner` and `made_by` are names."""

    id: str
    key: str
    title: str
    owner: str | None
    state: str
    category: str
    due_on: date | None
    labels: list[str]
    made_by: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page; `project` is the id of the project it belongs to, where the tool knows one."""

    id: str
    title: str
    content: str
    project: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One change that was made, oldest first; `about` is an id, `detail` in the tool's words."""

    at: datetime
    by: str
    action: str
    about: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything at one instant. `category` is todo, in_progress, done or cancelled."""

    people: list[Person]
    projects: list[Project]
    issues: list[Issue]
    pages: list[Page]
    deeds: list[Deed]
