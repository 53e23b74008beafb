"""Linear as a Tracker."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.linear import mapping, queries
from connectors.linear.client import LinearClient
from connectors.linear.tracker import checkup, holding, issues, projects, tickets
from connectors.linear.tracker.statuses import Statuses
from service import markdown
from service.ports import Enforcement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta

    from connectors.linear.settings import LinearSettings
    from service.domain.document import Document
    from service.domain.remote import Ticket
    from service.domain.tracking import Person, Project, ProjectIssues, Status, Team
    from service.ports import Closure, Health, TicketDraft

PEOPLE = 100


def _now() -> datetime:
    return datetime.now(UTC)


class LinearTracker:
    """One Linear workspace. Linear cannot refuse a closure: it is moved back afterwards.

    `clock` is only compared with Linear's own time, for `check_up`.
    """

    enforcement: Enforcement = Enforcement.UNDO

    def __init__(self, settings: LinearSettings, clock: Callable[[], datetime] = _now) -> None:
        self.settings = settings
        self.client = LinearClient(settings)
        self._clock = clock
        self._statuses = Statuses(self.client)

    @classmethod
    def from_settings(cls, settings: LinearSettings) -> LinearTracker:
        """Build a tracker; nothing is sent before the first call."""
        return cls(settings)

    def canonical_key(self, key: str) -> str:
        return projects.canonical_key(self.client, key)

    def project(self, key: str) -> Project:
        return projects.project(self.client, key)

    def issues(self, project: Project) -> ProjectIssues:
        return issues.project_issues(self.client, project, self.settings.page_size)

    def closed_since(self, since: datetime) -> Sequence[Closure]:
        return projects.closed_since(self.client, since)

    def statuses(self) -> Mapping[str, Status]:
        return self._statuses

    def people(self) -> Sequence[Person]:
        nodes = self.client.nodes(queries.PEOPLE, "users", first=PEOPLE)
        return [mapping.person(raw) for raw in nodes]

    def teams(self) -> Sequence[Team]:
        return tickets.teams(self.client)

    def ensure_open(self, key: str, return_to: Status | None) -> Status:
        return holding.ensure_open(self.client, key, return_to, self._statuses)

    def ensure_closed(self, key: str, into: Status | None) -> Status:
        return holding.ensure_closed(self.client, key, into, self._statuses)

    def ensure_comment(self, key: str, marker: str, body: Document) -> str:
        if self.client.find(queries.COMMENT, "comment", marker) is None:
            fields = {"id": marker, "projectId": key, "body": markdown.write(body)}
            self.client.create(queries.COMMENT_CREATE, "commentCreate", fields)
        return marker

    def ensure_link(self, key: str, marker: str, url: str, label: str) -> str:
        if (found := projects.link_id(self.client, key, marker, url)) is not None:
            return found
        fields = {"id": marker, "projectId": key, "url": url, "label": label}
        self.client.create(queries.LINK_CREATE, "entityExternalLinkCreate", fields)
        return marker

    def ensure_ticket(
        self, project: Project, marker: str, draft: TicketDraft, *, tried: timedelta | None = None
    ) -> Ticket:
        team = self.settings.tickets_team
        return tickets.ensure_ticket(self.client, project, marker, draft, team)

    def ensure_relation(self, marker: str, ticket_id: str, related_id: str) -> None:
        tickets.ensure_relation(self.client, marker, ticket_id, related_id)

    def tickets(self, ticket_ids: Sequence[str]) -> Mapping[str, Ticket]:
        return tickets.tickets(self.client, ticket_ids)

    def me(self) -> Person:
        return mapping.person(self.client.entity(queries.VIEWER, "viewer"))

    def check_up(self, webhook_url: str) -> Sequence[Health]:
        return checkup.check_up(self.client, self.settings, webhook_url, self._clock)

    def connect(self, webhook_url: str, secret: str) -> Sequence[Health]:
        return checkup.connect(self.client, webhook_url, secret)
