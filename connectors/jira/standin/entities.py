"""The records of a Jira site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from connectors._standin.messages import Value

Text = dict[str, Any] | str
"""A formatted text: an Atlassian document on Cloud, wiki markup on Data Center."""


@dataclass(slots=True)
class User:
    """An account. `id` is the accountId on Cloud, the key on Data Center; `name` the login."""

    id: str
    name: str
    display_name: str
    email: str
    active: bool = True
    app: bool = False
    admin: bool = False
    groups: list[str] = field(default_factory=lambda: ["jira-users"])
    denied: set[str] = field(default_factory=set)  # permissions this account does not have


@dataclass(slots=True)
class IssueType:
    """`level`: 1 epic, 0 standard, -1 sub-task. `project_id`: whose own it is (team-managed)."""

    id: str
    name: str
    level: int
    project_id: str | None = None
    description: str = ""


@dataclass(slots=True)
class Status:
    """`category` is the key: new, indeterminate or done."""

    id: str
    name: str
    category: str
    project_id: str | None = None
    description: str = ""


@dataclass(slots=True)
class Context:
    """Where a custom field exists; no projects: everywhere."""

    id: str
    name: str
    project_ids: list[str] = field(default_factory=list)
    issue_type_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Field:
    """A field of issues. `kind` says how its values are read and written (see `values`)."""

    id: str
    name: str
    kind: str
    type: str
    items: str | None = None
    custom: str | None = None
    on_screen: bool = True
    description: str = ""
    contexts: list[Context] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of a custom field."""
        return int(self.id.removeprefix("customfield_"))


@dataclass(slots=True)
class Role:
    """A project role, defined for all projects."""

    id: str
    name: str
    description: str = ""


@dataclass(slots=True)
class Link:
    """A link of something to the web."""

    id: str
    global_id: str | None
    body: dict[str, Any]
    category: str = ""


@dataclass(slots=True)
class Version:
    """A version of a project."""

    id: str
    project_id: str
    name: str
    description: str = ""
    released: bool = False
    archived: bool = False
    start_date: date | None = None
    release_date: date | None = None
    driver_id: str | None = None
    links: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class Component:
    """A component of a project."""

    id: str
    project_id: str
    name: str


@dataclass(slots=True)
class Sprint:
    """A sprint of a board."""

    id: str
    board_id: str
    name: str
    state: str
    start_at: datetime | None = None
    end_at: datetime | None = None
    complete_at: datetime | None = None


@dataclass(slots=True)
class Project:
    """A Jira project.

    - `workflows` maps the id of an issue type to that of a workflow; `""` is for all others.
    - `actors` maps the id of a role to the accounts and groups in it.
    """

    id: str
    key: str
    name: str
    lead_id: str
    created_at: datetime
    style: str = "classic"
    description: str = ""
    issue_type_ids: list[str] = field(default_factory=list)
    workflows: dict[str, str] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    actors: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    archived_at: datetime | None = None
    archived_by: str | None = None
    deleted_at: datetime | None = None
    deleted_by: str | None = None
    last_number: int = 0

    @property
    def live(self) -> bool:
        return self.archived_at is None and self.deleted_at is None


@dataclass(frozen=True, slots=True)
class Item:
    """One field of a change: from and to as ids and as words."""

    field: str
    field_type: str
    field_id: str | None
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of an issue's history."""

    id: str
    at: datetime
    author_id: str
    items: tuple[Item, ...]
    metadata: dict[str, Any] | None = None


@dataclass(slots=True)
class Comment:
    """A comment on an issue."""

    id: str
    author_id: str
    body: Text
    created_at: datetime
    updated_at: datetime
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Worklog:
    """Time that somebody spent on an issue.

    `role`: only who is in that project role may see it, which no program is.
    """

    id: str
    issue_id: str
    author_id: str
    started_at: datetime
    seconds: int
    created_at: datetime
    updated_at: datetime
    comment: Text | None = None
    role: str | None = None


@dataclass(slots=True)
class IssueLink:
    """A link from one issue (`outward`) to another."""

    id: str
    type_id: str
    inward_id: str
    outward_id: str


@dataclass(slots=True)
class LinkType:
    """A kind of link between issues."""

    id: str
    name: str
    inward: str
    outward: str


@dataclass(slots=True)
class Issue:
    """An issue. `values` holds what its fields hold, by field id, references as ids."""

    id: str
    key: str
    project_id: str
    creator_id: str
    created_at: datetime
    updated_at: datetime
    category_changed_at: datetime
    values: dict[str, Value] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    history: list[Change] = field(default_factory=list)
    old_keys: list[str] = field(default_factory=list)

    @property
    def type_id(self) -> str:
        return str(self.values["issuetype"])

    @property
    def status_id(self) -> str:
        return str(self.values["status"])

    @property
    def summary(self) -> str:
        return str(self.values["summary"])

    @property
    def parent_id(self) -> str | None:
        found: str | None = self.values.get("parent")
        return found


@dataclass(slots=True)
class Webhook:
    """An admin webhook."""

    id: str
    name: str
    url: str
    events: list[str]
    jql: str = ""
    secret: str = ""
    enabled: bool = True
    exclude_body: bool = False
    updated_by: str = ""
    updated_at: datetime | None = None


@dataclass(slots=True)
class Board:
    """A Scrum board of a project."""

    id: str
    name: str
    project_id: str
