"""The case file of one closure, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.domain.tracking import ProjectRef, Status


class CloseoutStatus(StrEnum):
    """Where a closeout stands.

    `requested`: a closure was seen. `in_review`: the project is held. `cleared`: the gate passed.
    `closed`: the project is closed for good. `withdrawn`: the project left (deleted, archived).
    """

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    CLEARED = "cleared"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def live(self) -> bool:
        """Whether there is still something to do."""
        return self not in {CloseoutStatus.CLOSED, CloseoutStatus.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Closeout:
    """One closure of one project.

    - `ordinal` counts the closures of the project from 1.
    - `closing_into` is the closed status somebody chose: Closeout closes into it when met. None
      where the closing was only asked for, and into which status is left to the tool.
    - `return_to` is the status the project stood in before, where that is known.
    - `delivered_at` is the instant of the first closing signal: the delivery date that is kept.
    - `pages_workspace` and `tickets_workspace` keep the page and the tickets: ids are unique
      within their tool only.
    - `page_seen` is the fingerprint of the page as last read, `page_seen_at` when it first read so;
      `page_stamp` is what the tool said of its last edit when it was last listed.
    - `known_as` is how people write the project's key, where that differs from the immutable one.
    - `gate_scope` says which of the tool's own rules the project is under, if any.
    """

    id: str
    project: ProjectRef
    project_name: str
    project_url: str
    ordinal: int
    status: CloseoutStatus
    requested_at: datetime
    delivered_at: datetime
    closing_into: Status | None
    return_to: Status | None = None
    pages_workspace: str | None = None
    tickets_workspace: str | None = None
    gate_scope: str | None = None
    known_as: str | None = None
    page_id: str | None = None
    page_url: str | None = None
    page_seen: str | None = None
    page_seen_at: datetime | None = None
    page_stamp: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One move of a closeout: audit trail, trigger and statistic in one."""

    at: datetime
    before: CloseoutStatus | None
    after: CloseoutStatus
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """One time a closed project was moved back: `number` counts from 1 within the closeout."""

    number: int
    at: datetime
    moved_from: Status
    moved_to: Status


class ActionStatus(StrEnum):
    """How far an action is: `done` is what the owner says, `verified` what another found.

    `proposed`: it has no ticket yet. `dropped`: its ticket was cancelled, closed as a duplicate or
    deleted, which is not done.
    """

    PROPOSED = "proposed"
    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """An action as Closeout keeps it once its row on the page was complete.

    `id` never changes, however the row is reworded or moved; `ticket_id` is the tool's immutable
    id of its ticket. `status` is how far the last look found it.
    """

    id: str
    closeout_id: str
    number: int
    change: str
    owner_id: str
    owner_name: str
    due_on: date
    check: str
    ticket_id: str | None = None
    ticket_key: str | None = None
    ticket_url: str | None = None
    status: ActionStatus = ActionStatus.PROPOSED


@dataclass(frozen=True, slots=True)
class Verification:
    """Another person's word that an action is in place, with its evidence.

    `source` says how it was given: `label`, `web`, `api` or `cli`.
    """

    action_id: str
    by_id: str | None
    by_name: str
    at: datetime
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A named person lets a check pass until a date, with a reason; always shown.

    `by_name` is who waives, `check` the name of the check (`actions-verified`), `until` the last
    day on which it holds.
    """

    id: str
    closeout_id: str
    check: str
    by_name: str
    reason: str
    until: date
    at: datetime
