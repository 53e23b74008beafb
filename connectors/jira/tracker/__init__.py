"""Jira as a Tracker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.jira.client import JiraClient
from connectors.jira.mapping import people as persons
from connectors.jira.tracker import (
    checkup,
    closed,
    comments,
    holding,
    issues,
    links,
    people,
    projects,
    tickets,
)
from connectors.jira.tracker.statuses import Statuses
from service.ports import Enforcement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta

    from connectors.jira.settings import JiraSettings
    from service.domain.document import Document
    from service.domain.remote import Ticket
    from service.domain.tracking import Person, Project, ProjectIssues, Status, Team
    from service.ports import Closure, Health, TicketDraft


def _now() -> datetime:
    return datetime.now(UTC)


class JiraTracker:
    """One Jira site. By itself Jira refuses no closure: it is moved back afterwards.

    A workflow rule can refuse it; see `connectors.jira.gate`.
    """

    enforcement: Enforcement = Enforcement.UNDO

    def __init__(self, settings: JiraSettings, clock: Callable[[], datetime] = _now) -> None:
        self.settings = settings
        self.client = JiraClient(settings, clock)
        self._clock = clock
        self._statuses = Statuses(self.client)

    @classmethod
    def from_settings(cls, settings: JiraSettings) -> JiraTracker:
        """Build a tracker; nothing is sent before the first call."""
        return cls(settings)

    def canonical_key(self, key: str) -> str:
        return projects.canonical_key(self.client, key)

    def project(self, key: str) -> Project:
        return projects.project(self.client, key)

    def issues(self, project: Project) -> ProjectIssues:
        return issues.project_issues(self.client, project)

    def closed_since(self, since: datetime) -> Sequence[Closure]:
        return closed.closed_since(self.client, since)

    def statuses(self) -> Mapping[str, Status]:
        return self._statuses

    def people(self) -> Sequence[Person]:
        return people.everybody(self.client)

    def teams(self) -> Sequence[Team]:
        return people.teams(self.client)

    def ensure_open(self, key: str, return_to: Status | None) -> Status:
        return holding.ensure_open(self.client, key, return_to)

    def ensure_closed(self, key: str, into: Status | None) -> Status:
        return holding.ensure_closed(self.client, key, into)

    def ensure_comment(self, key: str, marker: str, body: Document) -> str:
        return comments.ensure_comment(self.client, key, marker, body)

    def ensure_link(self, key: str, marker: str, url: str, label: str) -> str:
        return links.ensure_link(self.client, key, marker, url, label)

    def ensure_ticket(
        self, project: Project, marker: str, draft: TicketDraft, *, tried: timedelta | None = None
    ) -> Ticket:
        return tickets.ensure_ticket(self.client, project, marker, draft, tried=tried)

    def ensure_relation(self, marker: str, ticket_id: str, related_id: str) -> None:
        tickets.ensure_relation(self.client, marker, ticket_id, related_id)

    def tickets(self, ticket_ids: Sequence[str]) -> Mapping[str, Ticket]:
        return tickets.tickets(self.client, ticket_ids)

    def me(self) -> Person:
        return persons.person(self.client.me())

    def check_up(self, webhook_url: str) -> Sequence[Health]:
        return checkup.check_up(self.client, webhook_url, self._clock)

    def connect(self, webhook_url: str, secret: str) -> Sequence[Health]:
        return checkup.connect(self.client, webhook_url, secret)
