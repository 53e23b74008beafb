"""The tools a story can be told in. A driver knows what people press there, and nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from service.domain.remote import Presence
from tests.stories.tools.board import Board, Page, Shown, Ticket

Clock = Callable[[], datetime]


class Standin(Protocol):
    """A stand-in as the stories use it; a story of one tool may look into its `world`."""

    control: Any
    world: Any
    faults: Any
    tool: Any

    def start(self) -> Standin: ...

    def stop(self) -> None: ...

    def settle(self, timeout: float = ...) -> bool: ...

    @property
    def url(self) -> str: ...

    @property
    def api_key(self) -> str: ...

    @property
    def calls(self) -> Sequence[Any]: ...

    @property
    def deliveries(self) -> Sequence[Any]: ...


class Tool(ABC):
    """One tool, or two that belong together, with one project in the middle of its work.

    - `standin` is where the project and its tickets are, `wiki` where the page is.
    - `project` is what is closed in the stories, as it was at the beginning.
    - `nowhere`, `no_tickets` and `no_pages` are ids, and ways to write them, of what there is not.
    - `page_away` is what becomes of a page that `trashes_page` was done to; `without_a_page` is
      what a refusal says of it.
    """

    workspace: ClassVar[str]
    nowhere: ClassVar[tuple[str, ...]]
    no_tickets: ClassVar[tuple[str, ...]]
    no_pages: ClassVar[tuple[str, ...]]
    page_away: ClassVar[Presence] = Presence.TRASHED
    without_a_page: ClassVar[str] = "trash"
    standin: Standin
    wiki: Standin
    project: Shown

    @abstractmethod
    def __init__(self, clock: Clock) -> None:
        """Start the stand-ins."""

    def stop(self) -> None:
        """Stop the stand-ins."""
        for one in self._standins():
            one.stop()

    def settle(self) -> None:
        """Wait until every webhook that is due was sent."""
        for one in self._standins():
            one.settle()

    def _standins(self) -> list[Standin]:
        return [self.standin] if self.wiki is self.standin else [self.standin, self.wiki]

    # How Closeout is connected.

    @abstractmethod
    def workspaces(self) -> dict[str, dict[str, object]]:
        """Return the sections of the configuration, without secrets."""

    @abstractmethod
    def environ(self, secret: str) -> dict[str, str]:
        """Return the variables with the addresses and the secrets."""

    @abstractmethod
    def registers_the_webhook(self, address: Callable[[str], str], secret: str) -> None:
        """Let the tool tell Closeout; `address` takes a workspace."""

    def tells(self, *, on: bool) -> None:
        """Switch all webhooks on or off; what happens meanwhile is never told."""
        for one in self._standins():
            one.control.webhooks(on=on)

    # What people do with the project.

    def closes(self, project_id: str, by: str) -> None:
        """Close it as done."""
        self.standin.control.close_project(project_id, by=by)

    def reopens(self, project_id: str, by: str) -> None:
        """Take it up again."""
        self.standin.control.reopen_project(project_id, by=by)

    def renames(self, project_id: str, name: str, by: str) -> None:
        """Give it another name."""
        self.standin.control.rename_project(project_id, name, by=by)

    def trashes(self, thing: str, by: str) -> None:
        """Put a project into the trash, or what is nearest to that in the tool."""
        self.standin.control.trash(thing, by=by)

    def restores(self, thing: str, by: str) -> None:
        """Take it out again."""
        self.standin.control.restore(thing, by=by)

    def deletes(self, thing: str, by: str) -> None:
        """Remove a project or a ticket for good."""
        self.standin.control.delete(thing, by=by)

    @abstractmethod
    def cancels(self, project_id: str, by: str) -> None:
        """Close it as given up."""

    @abstractmethod
    def pauses(self, project_id: str, by: str) -> str:
        """Move it to another open status; return the one it can be moved back to from a closed one."""

    def comments(self, project_id: str, text: str, by: str) -> None:
        """Comment on it."""
        self.standin.control.comment(project_id, text, by=by)

    def plans(self, project_id: str, starts: date, target: date, by: str) -> None:
        """Set its planned days, first and last."""
        self.standin.control.plan_project(project_id, str(starts), str(target), by=by)

    @abstractmethod
    def ways_to_write(self, project_id: str) -> list[str]:
        """Return every way in which people write which project they mean."""

    @abstractmethod
    def another_project(self, name: str) -> str:
        """Start one more, of the same kind; return its id."""

    # What people do with issues, tickets and pages.

    @abstractmethod
    def creates(self, title: str, project_id: str | None, estimate: float | None, by: str) -> str:
        """Create an issue with points, in a project or in none; return its id."""

    def another_issue(self, title: str) -> str:
        """Add an issue to the project; return its id."""
        return self.creates(title, self.project.id, None, "Ada Berg")

    def estimates(self, issue_id: str, points: float, by: str) -> None:
        """Change an issue's points."""
        self.standin.control.estimate_issue(issue_id, points, by=by)

    def assigns(self, issue_id: str, person: str, by: str) -> None:
        """Give an issue to somebody."""
        self.standin.control.assign_issue(issue_id, person, by=by)

    def puts(self, issue_id: str, project_id: str | None, by: str) -> None:
        """Put an issue into a project, or into none."""
        self.standin.control.put_issue_in_project(issue_id, project_id, by=by)

    @abstractmethod
    def moves(self, ticket_id: str, to: str, by: str) -> None:
        """Move an issue or ticket to "todo", "progress", "done" or "cancelled"."""

    def labels(self, ticket_id: str, label: str, by: str) -> None:
        """Put a label on a ticket."""
        self.standin.control.add_label(ticket_id, label, by=by)

    def unlabels(self, ticket_id: str, label: str, by: str) -> None:
        """Take a label off a ticket."""
        self.standin.control.remove_label(ticket_id, label, by=by)

    @abstractmethod
    def moves_elsewhere(self, ticket_id: str, by: str) -> None:
        """Move a ticket to another team, where it gets another key."""

    def writes_page(self, page_id: str, content: str, by: str) -> None:
        """Replace what stands on the page; `content` is Markdown."""
        self.wiki.control.write_document(page_id, content, by=by)

    def another_page(self, title: str) -> str:
        """Write a page of one's own; return its id."""
        return str(self.wiki.control.create_document(title, "Notes of my own.").id)

    def trashes_page(self, page_id: str, by: str) -> None:
        """Put a page into the trash, or what is nearest to that in the tool."""
        self.wiki.control.trash(page_id, by=by)

    def deactivates(self, person: str) -> None:
        """Deactivate an account."""
        for one in self._standins():
            one.control.deactivate(person)

    # What there is to see.

    @property
    def board(self) -> Board:
        """Everything in the tool that has the project."""
        return Board(self.standin.tool.views()["board"]())

    def status(self, project_id: str) -> str:
        """Return the status of a project, in the tool's own word."""
        return self.board.project(project_id).status

    def all_pages(self) -> list[Page]:
        """Return every page."""
        return Board(self.wiki.tool.views()["board"]()).pages()

    def pages(self, project_id: str) -> list[Page]:
        """Return the pages of a project."""
        return [one for one in self.all_pages() if one.project == project_id]

    def tickets(self) -> Mapping[str, Ticket]:
        """Return every ticket by id."""
        return self.board.tickets()

    @abstractmethod
    def relations(self, one: str, other: str) -> int:
        """Count the relations between two tickets."""

    @abstractmethod
    def of_another_kind(self, body: bytes) -> bytes:
        """Make of a webhook's body one of the kind "flying", which nobody knows."""

    @abstractmethod
    def written(self) -> list[str]:
        """Name what Closeout wrote, oldest first.

        "move", "page", "link", "comment", "ticket", "relation"; anything else in the tool's word.
        """


def tools() -> dict[str, type[Tool]]:
    """Return every tool that a story can be told in, by the name its tests carry."""
    from tests.stories.tools.jira import JiraCloud, JiraDataCenter, JiraPagesInIssue
    from tests.stories.tools.linear import Linear

    return {
        "linear": Linear,
        "jira-cloud": JiraCloud,
        "jira-dc": JiraDataCenter,
        "jira-pages-in-issue": JiraPagesInIssue,
    }


def every_tool() -> dict[str, type[Tool]]:
    """Return the kinds of sites as well that only differ in how they are reached or managed."""
    from tests.stories.tools.jira import JiraScoped, JiraTeamManaged

    return {**tools(), "jira-team-managed": JiraTeamManaged, "jira-scoped": JiraScoped}
