"""A tool that lives in memory: it holds projects, tickets and pages, and signs its webhooks."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import orjson
from pydantic import BaseModel

from service.domain.document import Document
from service.domain.remote import Page, Presence, Ticket
from service.domain.tracking import (
    Person,
    Project,
    ProjectIssues,
    ProjectRef,
    Status,
    StatusCategory,
    Team,
)
from service.ports import (
    BadSignature,
    Closure,
    Connector,
    Enforcement,
    Event,
    Health,
    NotFound,
    TicketCell,
    TicketDraft,
    Unavailable,
)

SECRET = b"0123456789abcdef0123456789abcdef"
BEFORE = datetime(2027, 1, 4, 9, tzinfo=UTC)

STARTED = Status("s-started", "In progress", StatusCategory.IN_PROGRESS)
DELIVERED = Status("s-delivered", "Delivered", StatusCategory.DONE)

SARA = Person("p-sara", "Sara Lindt", "sara@acme.example")
LEE = Person("p-lee", "Lee Wong", "lee@acme.example")
KIM = Person("p-kim", "Kim Okafor", "kim@acme.example")


class Options(BaseModel):
    """The desk has no settings of its own."""


def signature(body: bytes, secret: bytes = SECRET) -> str:
    """Sign a body as the desk does."""
    return hmac.digest(secret, body, "sha256").hex()


class SignedWebhook:
    """Takes the delivery id from a header and the HMAC from another."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        given = headers.get("X-Signature", "").encode("latin-1")
        if not hmac.compare_digest(signature(body).encode(), given):
            raise BadSignature
        return headers.get("X-Delivery", "")

    def event(self, body: bytes) -> Event | None:
        return None


@dataclass
class Desk:
    """A tracker and page store in one; `away` makes every call fail with that reason."""

    enforcement: Enforcement = Enforcement.UNDO
    projects: dict[str, Project] = field(default_factory=dict)
    short_names: dict[str, str] = field(default_factory=dict)
    kept_tickets: dict[str, Ticket] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    kept_issues: ProjectIssues = field(default_factory=lambda: ProjectIssues((), {}, 0))
    away: str | None = None

    def add(self, key: str, name: str, *, closed: bool = False, workspace: str = "acme") -> Project:
        project = Project(
            ref=ProjectRef(workspace, key),
            name=name,
            url=f"https://tracker.example/{key}",
            status=DELIVERED if closed else STARTED,
            created_at=BEFORE,
            updated_at=BEFORE,
        )
        self.projects[key] = project
        return project

    def canonical_key(self, key: str) -> str:
        self._answer()
        known = self.short_names.get(key, key)
        if known not in self.projects:
            raise NotFound(f"no project {key}")
        return known

    def project(self, key: str) -> Project:
        return self.projects[self.canonical_key(key)]

    def issues(self, project: Project) -> ProjectIssues:
        self._answer()
        return self.kept_issues

    def closed_since(self, since: datetime) -> Sequence[Closure]:
        return ()

    def statuses(self) -> Mapping[str, Status]:
        return {status.id: status for status in (STARTED, DELIVERED)}

    def people(self) -> Sequence[Person]:
        self._answer()
        return (SARA, LEE, KIM)

    def teams(self) -> Sequence[Team]:
        self._answer()
        return ()

    def ensure_open(self, key: str, return_to: Status | None) -> Status:
        return self._move(key, return_to or STARTED)

    def ensure_closed(self, key: str, into: Status | None) -> Status:
        return self._move(key, into or DELIVERED)

    def ensure_comment(self, key: str, marker: str, body: Document) -> str:
        self._answer()
        return marker

    def ensure_link(self, key: str, marker: str, url: str, label: str) -> str:
        self._answer()
        return marker

    def ensure_ticket(
        self, project: Project, marker: str, draft: TicketDraft, *, tried: timedelta | None = None
    ) -> Ticket:
        self._answer()
        number = len(self.kept_tickets) + 1
        return self.kept_tickets.setdefault(marker, a_desk_ticket(number, STARTED, id_=marker))

    def ensure_relation(self, marker: str, ticket_id: str, related_id: str) -> None:
        self._answer()

    def tickets(self, ticket_ids: Sequence[str]) -> Mapping[str, Ticket]:
        self._answer()
        return {one: self.kept_tickets[one] for one in ticket_ids}

    def me(self) -> Person:
        return Person("p-closeout", "Closeout")

    def check_up(self, webhook_url: str = "") -> Sequence[Health]:
        return ()

    def connect(self, webhook_url: str, secret: str) -> Sequence[Health]:
        return ()

    def ensure_page(
        self,
        project: Project,
        marker: str,
        title: str,
        body: Document,
        *,
        tried: timedelta | None = None,
    ) -> Page:
        self._answer()
        url = f"https://pages.example/{project.ref.key}"
        page = Page(marker, url, title, Presence.PRESENT, body, BEFORE, project.ref.key)
        return self.pages.setdefault(marker, page)

    def page(self, page_id: str) -> Page:
        self._answer()
        url = f"https://pages.example/{page_id}"
        missing = Page(page_id, url, "", Presence.MISSING, None, None, None)
        return self.pages.get(page_id, missing)

    def ensure_ticket_cells(self, page_id: str, cells: Sequence[TicketCell]) -> None:
        self._answer()

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        self._answer()
        return {one: str(page.updated_at) for one, page in self.pages.items() if one in page_ids}

    def _move(self, key: str, status: Status) -> Status:
        project = self.project(key)
        self.projects[project.ref.key] = replace(project, status=status)
        return status

    def _answer(self) -> None:
        if self.away is not None:
            raise Unavailable(self.away)


def a_desk_ticket(number: int, status: Status, id_: str | None = None) -> Ticket:
    """Return a ticket of the desk."""
    return Ticket(
        id=id_ or f"t-{number}",
        key=f"OPS-{number}",
        url=f"https://tracker.example/OPS-{number}",
        title="An action",
        presence=Presence.PRESENT,
        status=status,
        assignee=SARA,
        due_on=date(2027, 3, 28),
    )


def connector(desk: Desk, *, max_body: int = 100_000) -> Connector:
    """Return the manifest of a desk: it fills every role."""
    return Connector(
        name="desk",
        settings=Options,
        webhook=lambda _options: SignedWebhook(),
        tracker=lambda _options: desk,
        pages=lambda _options: desk,
        max_body=max_body,
    )


def a_delivery(title: str = "Nova", **more: object) -> bytes:
    """Return a body as the desk would send it."""
    return orjson.dumps({"type": "project", "title": title, **more})


def signed(body: bytes, delivery: str = "d-1", **more: str) -> dict[str, str]:
    """Return the headers of a rightly signed delivery."""
    return {"X-Signature": signature(body), "X-Delivery": delivery, **more}
