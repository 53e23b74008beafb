"""What a site holds: people, spaces, pages with every version, and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class User:
    """An account. `id` is the account id on Cloud; `username` and `key` are Data Center's."""

    id: str
    name: str
    email: str
    username: str
    key: str
    active: bool = True
    kind: str = "atlassian"


@dataclass(slots=True)
class Token:
    """A credential. A `scoped` one works through the gateway only."""

    value: str
    owner_id: str
    scoped: bool = False


@dataclass(slots=True)
class Space:
    """A space. `status` is current or archived.

    `access` says of an account that may not do everything what it may: `read`, or `none`.
    """

    id: str
    key: str
    name: str
    author_id: str
    created_at: datetime
    homepage_id: str = ""
    status: str = "current"
    type: str = "global"
    access: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a page: its whole title and body, in storage format."""

    number: int
    at: datetime
    author_id: str
    title: str
    storage: str
    message: str = ""
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a page."""

    id: str
    name: str
    prefix: str = "global"


@dataclass(slots=True)
class Property:
    """A content property."""

    id: str
    key: str
    value: Any
    author_id: str
    at: datetime
    number: int = 1
    message: str = ""


@dataclass(slots=True)
class Attachment:
    """A file on a page; a second upload of the same name is a new version."""

    id: str
    title: str
    media_type: str
    data: bytes
    author_id: str
    created_at: datetime
    at: datetime
    comment: str = ""
    number: int = 1
    file_id: str = ""


@dataclass(slots=True)
class Page:
    """A page. `status` is current, draft, archived or trashed; a purged one is not kept.

    - `readers` and `editors` are account ids, None where the page has no restriction of the kind.
    - `versions` begins with the first one; the last one is what the page is now.
    """

    id: str
    space_id: str
    author_id: str
    created_at: datetime
    parent_id: str | None = None
    status: str = "current"
    owner_id: str = ""
    position: int = 0
    versions: list[Version] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    readers: list[str] | None = None
    editors: list[str] | None = None

    @property
    def version(self) -> Version:
        return self.versions[-1]

    @property
    def title(self) -> str:
        return self.version.title

    @property
    def storage(self) -> str:
        return self.version.storage


@dataclass(slots=True)
class Task:
    """An inline task of a page, kept beside its text: who made it when, who completed it."""

    id: str
    page_id: str
    local_id: str
    author_id: str
    created_at: datetime
    updated_at: datetime
    complete: bool = False
    completed_by: str = ""
    completed_at: datetime | None = None


@dataclass(slots=True)
class Webhook:
    """A webhook of Data Center."""

    id: str
    name: str
    url: str
    events: list[str]
    secret: str
    created_at: datetime
    updated_at: datetime
    active: bool = True
    ssl: bool = True
    invocations: list[dict[str, Any]] = field(default_factory=list)
