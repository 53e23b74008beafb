"""Pages and tickets as they stand in their tools now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.domain.document import Document
    from service.domain.tracking import Person, Status


class Presence(StrEnum):
    """Whether a remote thing is still there."""

    PRESENT = "present"
    TRASHED = "trashed"
    ARCHIVED = "archived"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a page store as it reads now. `content` is None unless it is present.

    `project_key` is the project it hangs on in the tool, None where it hangs on none.
    `updated_by` is the last editor's name where the tool gives it.
    """

    id: str
    url: str
    title: str
    presence: Presence
    content: Document | None
    updated_at: datetime | None
    project_key: str | None


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label put on (`added`) or taken off a ticket."""

    label: str
    added: bool
    at: datetime
    by: Person | None


@dataclass(frozen=True, slots=True)
class StatusMove:
    """A ticket moved between two categories' statuses."""

    at: datetime
    before: Status | None
    after: Status
    by: Person | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """An action's ticket as it stands now; identity is `id`, also after a move to another team.

    `duplicate` says that it was closed as a duplicate of another one. Changes are oldest first.
    """

    id: str
    key: str
    url: str
    title: str
    presence: Presence
    status: Status
    assignee: Person | None
    due_on: date | None
    project_key: str | None = None
    duplicate: bool = False
    labels: tuple[str, ...] = ()
    label_changes: tuple[LabelChange, ...] = ()
    status_moves: tuple[StatusMove, ...] = ()
