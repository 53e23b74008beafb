"""What we need from outside, as Protocols; the kinds of error; the manifest of a connector.

Every `ensure_*` looks first, by our marker, and writes only what is missing: calling it twice
leaves the world as calling it once. Every write re-reads what it is about to change.

Errors: `Unavailable` (try again), `Rejected` (trying again will not help), `NotAllowed` (an
operator must act). No secret is in any of their texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime, timedelta

    from service.domain.document import Document
    from service.domain.remote import Page, Ticket
    from service.domain.tracking import Person, Project, ProjectIssues, Status, Team
    from service.exports import ExportReader


class Unavailable(Exception):
    """The tool did not answer, or asked us to wait. `retry_after` says how long, if it said so."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Limited(Unavailable):
    """A rate limit for all we ask of the tool: nothing of its workspace is asked until it is over."""


class NotYet(Unavailable):
    """A write whose answer was lost was looked for in vain, where the tool's index may lag.

    Nothing was written: it is looked for again when the lag is over.
    """


class Rejected(Exception):
    """The tool refused what we asked, with its own message; asking again will not help."""


class NotAllowed(Exception):
    """Our credentials are wrong, revoked or too narrow; an operator must act."""


class NotFound(Rejected):
    """The thing is not there, or may not be seen by us: the tools do not tell these apart."""


class NoWayBack(Rejected):
    """The tool offers our account no way to move a closed project back; the text says why."""


class Refused(Exception):
    """What a person asked for is against a rule of ours; the text says which and what to do."""


class Enforcement(StrEnum):
    """How firmly a workspace can hold a project."""

    VETO = "veto"
    UNDO = "undo"
    REPORT_ONLY = "report-only"


@dataclass(frozen=True, slots=True)
class Closure:
    """A project that stands closed, or whose closing was asked for, as a sweep found it.

    `closed_at` is None where the tool says of no such closing when it was; `left_status_id` is then
    the status it must have been in before. `asked` says that it is open, and was only asked for.
    """

    key: str
    name: str
    closed_at: datetime | None
    left_status_id: str | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """What an action's ticket is made from, and what it links back to."""

    title: str
    body: Document
    assignee_id: str
    due_on: date
    page_url: str
    project_url: str


@dataclass(frozen=True, slots=True)
class Health:
    """What `doctor` prints of one thing: good or not, and how to mend it."""

    name: str
    good: bool | None
    finding: str
    mend: str | None = None


class Tracker(Protocol):
    """The tool where projects and issues live.

    - `marker` is a UUID in version-4 shape derived from the effect's key: connectors plant it as
      the client-given id or as a label, whatever the tool takes.
    - `tried` is how long ago the same write was last tried without an answer, None where it never
      was. A tool that finds things by an index that lags raises NotYet until its lag is over.
    - `enforcement` is what the tool can do without a rule of its own; see Gatekeeper.
    """

    enforcement: Enforcement

    def canonical_key(self, key: str) -> str:
        """Return the immutable key for any way to write it (id, slug, end of a URL).

        Raises NotFound where there is no such project.
        """

    def project(self, key: str) -> Project:
        """Read the project whole. Raises NotFound where it is deleted or not shown to us."""

    def issues(self, project: Project) -> ProjectIssues:
        """Read every issue that is or was in the project, with its whole history."""

    def closed_since(self, since: datetime) -> Sequence[Closure]:
        """List the projects that stand closed and were touched since then.

        Those too whose closing was asked for since then, with the instant of the asking. Where the
        tool does not say when something was closed, all that stands closed is listed.
        """

    def statuses(self) -> Mapping[str, Status]:
        """Map every project status id to the status, those no longer in use included."""

    def people(self) -> Sequence[Person]:
        """List every account, deactivated ones included."""

    def teams(self) -> Sequence[Team]:
        """List every team we may see."""

    def ensure_open(self, key: str, return_to: Status | None) -> Status:
        """Move a closed project back, to `return_to` or else to a started status.

        Returns the status it stands in afterwards; an open project is left as it is. Raises
        NoWayBack where the tool offers none that leads straight to an open status.
        """

    def ensure_closed(self, key: str, into: Status | None) -> Status:
        """Move an open project into the closed status, None: the one it has for finished work.

        A closed project is left as it is.
        """

    def ensure_comment(self, key: str, marker: str, body: Document) -> str:
        """Put a comment on the project once; returns its id."""

    def ensure_link(self, key: str, marker: str, url: str, label: str) -> str:
        """Put a link on the project once; returns its id."""

    def ensure_ticket(
        self, project: Project, marker: str, draft: TicketDraft, *, tried: timedelta | None = None
    ) -> Ticket:
        """Create the ticket once, outside the project, with its links; returns it as it stands.

        It goes to the configured team, else to the team that holds most of the project's issues.
        """

    def ensure_relation(self, marker: str, ticket_id: str, related_id: str) -> None:
        """Relate two tickets once."""

    def tickets(self, ticket_ids: Sequence[str]) -> Mapping[str, Ticket]:
        """Read tickets by their ids with status and label changes, in as few requests as it takes.

        Every id is in the answer: a deleted ticket is MISSING, no error.
        """

    def me(self) -> Person:
        """Return the account we act as."""

    def check_up(self, webhook_url: str) -> Sequence[Health]:
        """Say whether credentials, permissions, clock and webhook are as they must be."""

    def connect(self, webhook_url: str, secret: str) -> Sequence[Health]:
        """Register the webhook where the tool lets a program do it, else say what to click."""


@dataclass(frozen=True, slots=True)
class TicketCell:
    """An agreed action as its row on the page reads, and the ticket that was made from it."""

    change: str
    ticket_key: str
    ticket_url: str


class PageStore(Protocol):
    """The tool where post-mortem pages live. A page is written once; people own it afterwards."""

    def ensure_page(
        self,
        project: Project,
        marker: str,
        title: str,
        body: Document,
        *,
        tried: timedelta | None = None,
    ) -> Page:
        """Create the page beside the project once; returns it as it reads back.

        `tried` as for a Tracker.
        """

    def page(self, page_id: str) -> Page:
        """Read a page; a trashed or missing one says so in `presence` and raises nothing."""

    def ensure_ticket_cells(self, page_id: str, cells: Sequence[TicketCell]) -> None:
        """Write each ticket into the empty Ticket cell of its row, and change nothing else.

        A tool without an exact, version-checked edit leaves the page as it is. Raises Unavailable
        where people edit it at this very moment.
        """

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """Map each page to something that changes with every edit, in as few requests as it takes.

        A page that is not shown is left out.
        """

    def check_up(self) -> Sequence[Health]:
        """Say whether credentials and permissions are as they must be to keep pages."""


@dataclass(frozen=True, slots=True)
class GatePlan:
    """What installing or removing the tool's own rule would change.

    - `steps` are sentences, one for each change; none where everything is as it should be.
    - `shared_with` names what else the changes touch: other projects with the same workflow.
    - `obstacles` are sentences on what cannot be changed, and what an admin must do instead.
    """

    steps: tuple[str, ...]
    shared_with: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateAudit:
    """What the tool itself refuses, as an audit found it.

    - `covered` are the scopes (`Project.gate_scope`) whose every way into a closed status asks for
      our approval.
    - `findings` say of each scope what is as it must be and what is not.
    - `begun` is False where nothing of the rule was ever installed: what is missing is no fault.
    """

    covered: frozenset[str]
    findings: tuple[Health, ...]
    begun: bool = True


class Gatekeeper(Protocol):
    """A rule within the tool that refuses a closure by itself, until we approve it.

    `sentence` is what the tool shows whoever is refused; a tool that shows less cuts it at its end.
    """

    closes_alone: bool  # whether only we may do the last step, so that we do it when all is met
    how_to_ask: str  # what a person does in the tool to ask for the closing: "add the label …"

    def plan(self, sentence: str, *, remove: bool = False) -> GatePlan:
        """Say what would change; writes nothing."""

    def apply(self, sentence: str, *, remove: bool = False) -> Sequence[Health]:
        """Install the rule wherever it is missing, or take it away; returns what was done."""

    def audit(self) -> GateAudit:
        """Look whether the rule stands on every way into a closed status."""

    def ensure_approval(self, key: str, *, approved: bool) -> None:
        """Let the rule pass for a project, or not any more."""


class Subject(StrEnum):
    """What kind of thing a delivery is about."""

    PROJECT = "project"
    ISSUE = "issue"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Event:
    """What a delivery means: which thing to look at again. Never a reason to decide anything.

    - `also` are further things it touches (the project of an issue).
    - `left_status_id` is the status a project was in before, where the delivery says so: the
      natural way back, which no tool shows elsewhere.
    - `key` is equal for two deliveries that tell of the same event.
    """

    subject: Subject
    id: str
    key: str
    at: datetime
    also: tuple[tuple[Subject, str], ...] = ()
    left_status_id: str | None = None


class UnknownEvent(Exception):
    """A readable delivery of a kind we do not know; the text names it."""


class Unreadable(Exception):
    """A rightly signed delivery whose body is not what the tool documents."""


class BadSignature(Exception):
    """Unsigned, wrongly signed or stale: the caller answers 401 and stores nothing."""


class Webhook(Protocol):
    """A tool's webhook, as bytes. Both functions are pure."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Return the delivery id of a rightly signed and fresh body; else raise BadSignature."""

    def event(self, body: bytes) -> Event | None:
        """Return what the body means, None for a known kind that does not concern us.

        Raises UnknownEvent or Unreadable.
        """


@dataclass(frozen=True, slots=True)
class Connector:
    """The manifest of a connector folder: its name and the roles it fills.

    - `settings` is the pydantic model of its own keys in a workspace's section.
    - Each role is built from such settings; building is cheap and does not touch the network.
    - A tracker or page store is used by one thread at a time.
    - `max_body` is the largest webhook body taken, in bytes.
    - `export` gives the reader of files that the tool's issues were exported to; None without one.
    """

    name: str
    settings: type
    webhook: Callable[[object], Webhook] | None = None
    tracker: Callable[[object], Tracker] | None = None
    pages: Callable[[object], PageStore] | None = None
    gate: Callable[[object], Gatekeeper] | None = None
    export: Callable[[], ExportReader] | None = None
    max_body: int = 1_000_000
