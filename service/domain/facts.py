"""Everything the gate decides from, gathered before it decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.domain.closeout import ActionRecord, Closeout, Verification, Waiver
    from service.domain.postmortem import PostMortem
    from service.domain.remote import Page, Ticket
    from service.domain.tracking import Person, Project


@dataclass(frozen=True, slots=True)
class Unread:
    """A read that failed: its facts are unknown, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action Closeout keeps, with its ticket as it stands (None: not made yet)."""

    record: ActionRecord
    ticket: Ticket | Unread | None
    verification: Verification | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one project at one instant.

    - `today` is the calendar day in the configured time zone.
    - `page` is None before it was made; `post_mortem` is None unless the page was read.
    - `people` are all accounts of the workspace that keeps the tickets.
    - `page_trouble` is why the page could not be written, where that was tried and failed.
    - `linked` says whether the project carries a link to the page (the page hangs on the project
      by `page.project_key`).
    """

    now: datetime
    today: date
    project: Project
    closeout: Closeout | None
    page: Page | Unread | None
    post_mortem: PostMortem | None
    people: tuple[Person, ...] | Unread
    team_names: frozenset[str]
    actions: tuple[ActionFacts, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    linked: bool = False
    page_trouble: str | None = None
