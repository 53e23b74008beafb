"""A stage for stories: the real connector, flows and store against the stand-in over HTTP.

Time stands still unless a story moves it. Webhooks come over HTTP to a listener that does what
the web door does; work is done when the story says so, from its own thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from connectors.linear.standin import Standin
from connectors.linear.standin.entities import Document, Issue, Project
from service import bootstrap, settings
from service.domain.closeout import Closeout
from service.domain.tracking import ProjectRef
from service.storage import upgrade
from service.web.app import create_app
from service.web.server import WebServer

SECRET = "the-webhook-secret-of-these-stories-0123456789"
WORKSPACE = "acme-linear"
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

    def __init__(self, folder: Path, **workspace: str | int) -> None:
        self.now = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
        self.standin = Standin.seeded(lambda: self.now).start()
        self._folder, self._workspace = folder, workspace
        self.database_url = f"sqlite:///{folder}/closeout.db"
        self.services = self.restart()
        self._server = WebServer(
            create_app(self.services), "127.0.0.1", 0, threads=2, max_body=5_000_000
        )
        self._thread = threading.Thread(target=self._server.run, name="stage-web")
        self._thread.start()
        url = f"http://127.0.0.1:{self._server.port}/webhooks/{WORKSPACE}"
        self.webhook = self.standin.control.register_webhook(url, SECRET)
        self.project = self.standin.control.project("Apollo: shared views")
        self.ref = ProjectRef(WORKSPACE, self.project.id)

    def restart(self) -> bootstrap.Services:
        """Open everything anew over the same database, as after a restart."""
        prefix = "CLOSEOUT_WORKSPACES_ACME_LINEAR_"
        environ = {
            f"{prefix}API_URL": self.standin.url,
            f"{prefix}API_KEY": self.standin.api_key,
            f"{prefix}WEBHOOK_SECRET": SECRET,
        }
        upgrade(self.database_url)
        parsed = settings.parse(self._configuration(), self._folder, environ)
        self.services = bootstrap.build(parsed, clock=lambda: self.now)
        return self.services

    def close(self) -> None:
        """End every thread and connection."""
        self.standin.stop()
        self._server.stop()
        self._thread.join()
        self.services.store.close()

    # What people do.

    def presses_done(self) -> None:
        """The project manager closes the project."""
        self.standin.control.close_project(self.project.id, by=LEAD)

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
        self.standin.control.write_document(page.id, content, by=LEAD)

    def finishes(self, ticket: Issue) -> None:
        """The owner moves a ticket to done."""
        owner = self.standin.world.users[ticket.assignee_id or ""].name
        self.standin.control.move_issue(ticket.id, "Done", by=owner)

    def verifies(self, ticket: Issue, by: str = VERIFIER) -> None:
        """Somebody puts the label on."""
        self.standin.control.add_label(ticket.id, "verified", by=by)

    def another_project(self, name: str) -> str:
        """Somebody starts a project of the same team; returns its id."""
        teams = list(self.shown.team_ids)
        status = self.shown.status_id
        text = "mutation($i: ProjectCreateInput!) { projectCreate(input: $i) { project { id } } }"
        made = requests.post(
            self.standin.url,
            json={
                "query": text,
                "variables": {"i": {"name": name, "teamIds": teams, "statusId": status}},
            },
            headers={"Authorization": self.standin.api_key},
            timeout=10,
        ).json()
        return str(made["data"]["projectCreate"]["project"]["id"])

    # What happens.

    def works(self) -> None:
        """Let everything that is due happen now: deliveries, then projects, until it is quiet."""
        for _ in range(20):
            self.standin.settle()
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

    # What there is to see.

    @property
    def status(self) -> str:
        """The type of the project's status in the tool."""
        world = self.standin.world
        return world.project_statuses[self.shown.status_id].type

    @property
    def shown(self) -> Project:
        """The project as the tool has it now."""
        return self.standin.world.projects[self.project.id]

    @property
    def closeout(self) -> Closeout:
        """The project's closeout."""
        found = self.services.store.closeout(self.ref)
        assert found is not None
        return found

    @property
    def pages(self) -> list[Document]:
        """The documents that hang on the project."""
        documents = self.standin.world.documents.values()
        return [one for one in documents if one.project_id == self.project.id]

    @property
    def page(self) -> Document:
        """The one post-mortem page."""
        (page,) = self.pages
        return page

    @property
    def comments(self) -> list[str]:
        """What the project's comments say, oldest first."""
        comments = self.standin.world.comments.values()
        found = [one for one in comments if one.project_id == self.project.id]
        return [one.body for one in sorted(found, key=lambda one: one.created_at)]

    @property
    def tickets(self) -> list[Issue]:
        """The tickets made from actions, by key."""
        store = self.services.store
        issues = self.standin.world.issues
        return [
            issues[action.ticket_id]
            for action in store.actions(self.closeout.id)
            if action.ticket_id in issues
        ]

    def _configuration(self) -> dict[str, object]:
        return {
            "closeout": {"database_url": self.database_url, "timezone": "Europe/Berlin"},
            "workspaces": {
                WORKSPACE: {
                    "connector": "linear",
                    "tickets_team": "OPS",
                    **self._workspace,
                }
            },
        }


@contextmanager
def a_stage(folder: Path, **workspace: str | int) -> Iterator[Stage]:
    """Set a stage and strike it."""
    stage = Stage(folder, **workspace)
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
