"""A stage for stories: the real connectors, flows and store against stand-ins over HTTP.

Time stands still unless a story moves it. Webhooks come over HTTP to a listener that does what
the web door does; work is done when the story says so, from its own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service import bootstrap, settings
from service.domain.closeout import Closeout
from service.domain.tracking import ProjectRef
from service.storage import upgrade
from service.web.app import create_app
from service.web.server import WebServer
from tests.stories.tools import Tool
from tests.stories.tools.board import Page, Shown, Ticket
from tests.stories.tools.linear import Linear

SECRET = "the-webhook-secret-of-these-stories-0123456789"
WORKSPACE = Linear.workspace
BEGINS = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
LEAD, OWNER, VERIFIER = "Ada Berg", "Ben Castro", "Chiara Dunn"

WELL = "* The weekly call with the client's data lead caught three integration faults early.\n"
WRONG = (
    "* Acceptance of the shared views slipped by two weeks.\n"
    "  * Why: test data arrived late.\n"
    "  * Root cause: the kickoff checklist has no line for test data.\n"
)
ACTIONS = (
    "| Change | Owner | Due | How it is verified | Ticket |\n| - | - | - | - | - |\n"
    "| Kickoff checklist gains a line for test data and its owner | Ben Castro | 2027-03-28 |"
    " The checklist page, read by the delivery lead | |\n"
    "| Status report template lists every scope change with its date | Ada Berg | 2027-03-30 |"
    " The first report that uses it | |\n"
    "| Release runbook requires a review of access rights before launch | Dev Emre | 2027-04-02 |"
    " The runbook page, checked by the operations lead | |\n"
)


class Stage:
    """The whole cast of a story, and what people do in it."""

    def __init__(self, folder: Path, tool: type[Tool] = Linear, **workspace: object) -> None:
        self.now = BEGINS
        self.tool = tool(lambda: self.now)
        self.standin = self.tool.standin
        self.project = self.tool.project
        self.ref = ProjectRef(self.tool.workspace, self.project.id)
        self._folder, self._workspace = folder, workspace
        self.database_url = f"sqlite:///{folder}/closeout.db"
        self.services = self.restart()
        self._server = WebServer(
            create_app(self.services), "127.0.0.1", 0, threads=2, max_body=5_000_000
        )
        self._thread = threading.Thread(target=self._server.run, name="stage-web")
        self._thread.start()
        self.registers_the_webhook()

    def restart(self) -> bootstrap.Services:
        """Open everything anew over the same database, as after a restart."""
        upgrade(self.database_url)
        environ = self.tool.environ(SECRET)
        parsed = settings.parse(self._configuration(), self._folder, environ)
        self.services = bootstrap.build(parsed, clock=lambda: self.now)
        return self.services

    def close(self) -> None:
        """End every thread and connection."""
        self.tool.stop()
        self._server.stop()
        self._thread.join()
        self.services.store.close()

    # What people do.

    def registers_the_webhook(self) -> None:
        """An administrator subscribes Closeout; doing it again makes a second subscription."""
        address = f"http://127.0.0.1:{self._server.port}/webhooks"
        self.tool.registers_the_webhook(lambda name: f"{address}/{name}", SECRET)

    def presses_done(self) -> None:
        """The project manager closes the project."""
        self.tool.closes(self.project.id, by=LEAD)

    def reopens(self) -> None:
        """The project manager takes the project up again."""
        self.tool.reopens(self.project.id, by=LEAD)

    def fills_the_page(self, *, session: str = "2027-03-10", actions: str = ACTIONS) -> None:
        """The team fills the page, as it stands in the tool."""
        page, content = self.page, self.page.content
        content = _after(content, "What went well", WELL)
        content = _after(content, "What did not go well", WRONG)
        content = _after(content, "Lessons", "* Test data is a deliverable of its own.\n")
        content = _after(content, "Open questions", "* None.\n")
        content = _after(content, "Actions", actions)
        if session:
            content = content.replace("Session date:", f"Session date: {session}", 1)
        self.tool.writes_page(page.id, content, by=LEAD)

    def finishes(self, ticket: Ticket) -> None:
        """The owner moves a ticket to done."""
        self.tool.moves(ticket.id, "done", by=ticket.owner)

    def verifies(self, ticket: Ticket, by: str = VERIFIER) -> None:
        """Somebody puts the label on."""
        self.tool.labels(ticket.id, "verified", by=by)

    def another_project(self, name: str) -> str:
        """Somebody starts a project of the same team; returns its id."""
        return self.tool.another_project(name)

    # What happens.

    def works(self) -> None:
        """Let everything that is due happen now: deliveries, then projects, until it is quiet."""
        for _ in range(20):
            self.tool.settle()
            read = self.services.triage()
            worked = 0
            while self.services.work():
                worked += 1
            if read or worked:
                continue
            if not self.services.store.due_count(self.now):
                return
            self.now += bootstrap.REST
        raise AssertionError("the story does not come to rest")

    def passes(self, **length: float) -> None:
        """Let time pass, and what is due in it happen."""
        self.now += timedelta(**length)
        self.works()

    def settles(self) -> None:
        """Let an edit of the page be noticed, also where no tool tells of it, and stand a while."""
        self.works()
        for _ in range(2):
            self.passes(minutes=2, seconds=5)

    # What there is to see.

    @property
    def status(self) -> str:
        """The project's status, in the tool's word."""
        return self.tool.status(self.project.id)

    @property
    def closed(self) -> bool:
        """Whether the project stands closed in the tool."""
        return self.shown.closed

    @property
    def shown(self) -> Shown:
        """The project as the tool has it now."""
        return self.tool.board.project(self.project.id)

    @property
    def closeout(self) -> Closeout:
        """The project's closeout."""
        found = self.services.store.closeout(self.ref)
        assert found is not None
        return found

    @property
    def pages(self) -> list[Page]:
        """The pages that hang on the project."""
        return self.tool.pages(self.project.id)

    @property
    def page(self) -> Page:
        """The one post-mortem page."""
        (page,) = self.pages
        return page

    @property
    def comments(self) -> list[str]:
        """What the project's comments say, oldest first."""
        return list(self.shown.comments)

    @property
    def tickets(self) -> list[Ticket]:
        """The tickets made from actions that are still there, in the order of the actions."""
        there = self.tool.tickets()
        made = (one.ticket_id for one in self.services.store.actions(self.closeout.id))
        return [there[one] for one in made if one is not None and one in there]

    def _configuration(self) -> dict[str, object]:
        spaces = self.tool.workspaces()
        spaces[self.tool.workspace] |= self._workspace
        return {
            "closeout": {"database_url": self.database_url, "timezone": "Europe/Berlin"},
            "workspaces": spaces,
        }


@contextmanager
def a_stage(folder: Path, tool: type[Tool] = Linear, **workspace: object) -> Iterator[Stage]:
    """Set a stage and strike it."""
    stage = Stage(folder, tool, **workspace)
    try:
        yield stage
    finally:
        stage.close()


def _after(content: str, heading: str, text: str) -> str:
    """Put text below a heading, where the next one begins."""
    start = content.index(f"# {heading}") + 2
    end = content.find("\n#", start)
    end = len(content) if end < 0 else end
    return f"{content[:end].rstrip()}\n\n{text}\n{content[end:]}"
