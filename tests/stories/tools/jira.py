"""Jira, Cloud and Data Center: an epic, its tickets, and its page in Confluence or in an issue."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import orjson

from connectors.jira import standin as jira
from service.domain.remote import Presence
from tests.stories.tools import Clock, Tool
from tests.stories.tools.board import Board, Page
from tests.stories.tools.confluence import (
    NO_PAGES,
    WORKSPACE,
    Confluence,
    ConfluenceDataCenter,
    ConfluenceScoped,
)
from tests.stories.tools.written import Written

_STATES = {"todo": "To Do", "done": "Done", "progress": "In Progress", "cancelled": "won't do"}


class JiraCloud(Tool):
    """An epic of a company-managed project on Jira Cloud, its page in Confluence Cloud."""

    workspace: ClassVar[str] = "acme-jira"
    flavour: ClassVar[str] = "cloud-company"
    scoped: ClassVar[bool] = False
    confluence: ClassVar[type[Confluence] | None] = Confluence
    nowhere: ClassVar[tuple[str, ...]] = ("issue:999999999", "NOVA-99999", "NOPE", "NOVA:9.9", "")
    no_tickets: ClassVar[tuple[str, ...]] = ("999999999", "424242424")
    no_pages: ClassVar[tuple[str, ...]] = NO_PAGES

    standin: jira.Standin

    def __init__(self, clock: Clock) -> None:
        self.standin = self.wiki = jira.Standin.seeded(
            clock, flavour=self.flavour, scoped=self.scoped
        ).start()
        self._written = Written()
        people = {one.display_name: one.id for one in self.standin.world.users.values()}
        self._wiki = self.confluence(clock, people) if self.confluence else None
        if self._wiki:
            self.wiki = self._wiki.standin
        self.project = next(p for p in self.board.projects() if "Checkout redesign" in p.name)

    def stop(self) -> None:
        self._written.close()
        super().stop()

    def workspaces(self) -> dict[str, dict[str, object]]:
        own: dict[str, object] = {
            "connector": "jira",
            "closes": [{"issue_types": ["Epic"]}],
            "tickets_project": "OPS",
        }
        if email := self.standin.email:
            own["email"] = email
        if self._wiki is None:
            return {self.workspace: own}
        return {self.workspace: {**own, "pages": WORKSPACE}, WORKSPACE: self._wiki.section()}

    def environ(self, secret: str) -> dict[str, str]:
        prefix = "CLOSEOUT_WORKSPACES_ACME_JIRA_"
        found = {
            f"{prefix}SITE_URL": self.standin.site_url,
            f"{prefix}API_URL": self.standin.url,
            f"{prefix}API_TOKEN": self.standin.api_key,
            f"{prefix}WEBHOOK_SECRET": secret,
        }
        return {**found, **self._wiki.environ(secret)} if self._wiki else found

    def registers_the_webhook(self, address: Callable[[str], str], secret: str) -> None:
        self.standin.control.register_webhook(address(self.workspace), secret)

    def cancels(self, project_id: str, by: str) -> None:
        self.standin.control.cancel_project(project_id, by=by)

    def closes(self, project_id: str, by: str) -> None:
        if not self.board.project(project_id).closed:  # a status has no transition to itself
            super().closes(project_id, by)

    def pauses(self, project_id: str, by: str) -> str:
        self.standin.control.set_project_status(project_id, "Ready to close", by=by)
        return "In Progress"  # where the only transition leads that the workflow has out of Done

    def ways_to_write(self, project_id: str) -> list[str]:
        shown = self.board.project(project_id)
        return [shown.key, shown.key.lower(), shown.url]

    def another_project(self, name: str) -> str:
        made = self.standin.control.create_epic("NOVA", name, by="Ada Berg", lead="Ada Berg")
        return f"issue:{made.id}"

    def creates(self, title: str, project_id: str | None, estimate: float | None, by: str) -> str:
        made = self.standin.control.create_issue(
            "NOVA", title, by=by, project=project_id, state="To Do", estimate=estimate
        )
        return str(made.id)

    def moves(self, ticket_id: str, to: str, by: str) -> None:
        self.standin.control.move_issue(ticket_id, _STATES[to], by=by)

    def moves_elsewhere(self, ticket_id: str, by: str) -> None:
        self.standin.control.move_issue_to_team(ticket_id, "NOVA", by=by)

    def pages(self, project_id: str) -> list[Page]:
        assert self._wiki is not None
        return self._wiki.pages_of(self.board.project(project_id), self.all_pages())

    def relations(self, one: str, other: str) -> int:
        pair = {one, other}
        links = self.standin.world.issue_links.values()
        return sum({each.inward_id, each.outward_id} == pair for each in links)

    def of_another_kind(self, body: bytes) -> bytes:
        return orjson.dumps({**orjson.loads(body), "webhookEvent": "flying"})

    def written(self) -> list[str]:
        return self._written()


class JiraTeamManaged(JiraCloud):
    """An epic of a team-managed project on Jira Cloud."""

    flavour: ClassVar[str] = "cloud-team"


class JiraScoped(JiraCloud):
    """An epic on Jira Cloud, its site reached by a token with scopes: through the gateway only."""

    scoped: ClassVar[bool] = True
    confluence: ClassVar[type[Confluence] | None] = ConfluenceScoped


class JiraDataCenter(JiraCloud):
    """The same on servers of one's own."""

    flavour: ClassVar[str] = "data-center"
    confluence: ClassVar[type[Confluence] | None] = ConfluenceDataCenter

    def registers_the_webhook(self, address: Callable[[str], str], secret: str) -> None:
        super().registers_the_webhook(address, secret)
        self.wiki.control.register_webhook(address(WORKSPACE), secret)


class JiraPagesInIssue(JiraCloud):
    """An epic on Jira Cloud, its post-mortem in an issue."""

    confluence: ClassVar[type[Confluence] | None] = None
    no_pages: ClassVar[tuple[str, ...]] = ("999999999", "424242424")
    page_away: ClassVar[Presence] = Presence.MISSING
    without_a_page: ClassVar[str] = "page"

    def another_page(self, title: str) -> str:
        return str(self.standin.control.create_issue("OPS", title).id)

    def trashes_page(self, page_id: str, by: str) -> None:
        self.standin.control.delete(page_id, by=by)

    def all_pages(self) -> list[Page]:
        found = Board(self.standin.tool.views()["board"]()).pages()
        return [one for one in found if one.title.startswith("Post-mortem")]

    def pages(self, project_id: str) -> list[Page]:
        shown = self.board.project(project_id)
        return [one for one in self.all_pages() if shown.key in one.title]
