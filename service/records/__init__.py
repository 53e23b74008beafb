"""What Closeout remembers, as one Protocol: deliveries, due projects, leases, closeouts, effects.

`service.storage` fills it over SQLite and PostgreSQL. No method keeps a transaction open after
it returns, so none is open while we talk to the outside. Every instant carries a time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from service.records.plan import PlanStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from service.domain.closeout import (
        ActionRecord,
        Closeout,
        CloseoutStatus,
        Hold,
        StatusChange,
        Verification,
        Waiver,
    )
    from service.domain.tracking import ProjectRef, Status
    from service.domain.verdict import Verdict
    from service.ports import GateAudit


class DeliveryState(StrEnum):
    """What became of a delivery. `new` is the only one that still has work to do."""

    NEW = "new"
    DONE = "done"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it arrived, rightly signed. `number` is our row, `id` the sender's id."""

    number: int
    workspace: str
    id: str
    received_at: datetime
    body: bytes
    state: DeliveryState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a new delivery turned out to mean: what becomes of it, and which projects are due.

    `event_key` is equal for two deliveries of the same event. Each of `due` is a project with the
    status it left, where the delivery says so.
    """

    delivery: Delivery
    state: DeliveryState
    reason: str
    event_key: str | None = None
    due: tuple[tuple[ProjectRef, str | None], ...] = ()


class LeaseLost(Exception):
    """Another worker has taken the project meanwhile; nothing more may be written for it."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one project until `until`; `fence` grows with every taking.

    `reasons` says why it was due, `left_status_id` the status a delivery says it was in before.
    `attempts` counts takings since the last good run, this one included.
    """

    project: ProjectRef
    fence: int
    until: datetime
    due_at: datetime
    attempts: int
    reasons: tuple[str, ...] = ()
    left_status_id: str | None = None


class EffectState(StrEnum):
    """`intended`: the row is there, the outcome is not known. `done`: recorded. `failed`: refused."""

    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Effect:
    """One write outside: intended before the request, done after it.

    Unique by (closeout, purpose, subject); `marker` is a UUID in version-4 shape made from that
    key, the same for ever.
    """

    closeout_id: str
    purpose: str
    subject: str
    marker: str
    state: EffectState
    intended_at: datetime
    done_at: datetime | None = None
    remote_id: str | None = None
    remote_url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One line of what Closeout did or saw, and why, for people to read."""

    at: datetime
    text: str
    closeout_id: str | None = None
    workspace: str | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """What is remembered of a workspace.

    - Closures before `enrolled_at` are none of our business.
    - `swept_until` is the instant up to which sweeps have seen everything.
    - No outside call is made for it before `parked_until` (a rate limit).
    - `trouble` is the sentence of the last failure an operator must mend, None when all is well.
    """

    name: str
    enrolled_at: datetime
    swept_until: datetime
    parked_until: datetime | None = None
    last_delivery_at: datetime | None = None
    trouble: str | None = None


class Store(PlanStore, Protocol):
    """Everything Closeout remembers."""

    # Deliveries

    def put_delivery(self, workspace: str, delivery_id: str, body: bytes, at: datetime) -> None:
        """Store a delivery durably; one we already have is no error. Raises Unavailable."""

    def new_deliveries(self, limit: int) -> Sequence[Delivery]:
        """List deliveries nobody has read yet, oldest first."""

    def settle(self, readings: Sequence[Reading], at: datetime) -> None:
        """Record what new deliveries meant and make their projects due, all of it or nothing.

        A reading whose event another delivery told of before becomes ignored; its projects are
        due all the same, which costs one look and can lose nothing.
        """

    def settle_delivery(self, number: int, state: DeliveryState, reason: str | None) -> None:
        """Say what became of one delivery, whatever it was before."""

    def delivery(self, workspace_and_id: str) -> Delivery | None:
        """Find a delivery by our number or by the sender's id."""

    def deliveries(self, state: DeliveryState, limit: int) -> Sequence[Delivery]:
        """List deliveries in a state, newest first."""

    def delivery_counts(self) -> Mapping[str, int]:
        """Count deliveries by state."""

    def oldest_new_delivery_at(self) -> datetime | None:
        """Return when the oldest unread delivery arrived."""

    def seen_event(self, workspace: str, key: str, at: datetime) -> bool:
        """Remember an event's key; True where it was there already."""

    # Due projects and leases

    def mark_due(
        self, project: ProjectRef, at: datetime, reason: str, left_status_id: str | None = None
    ) -> None:
        """Make a project due at an instant; an earlier due instant wins."""

    def take(
        self,
        now: datetime,
        length: timedelta,
        only: ProjectRef | None = None,
        *,
        rest: timedelta = timedelta(),
    ) -> Lease | None:
        """Take the project due longest under a lease, None where none is due and free.

        Skips projects of parked workspaces, and those taken less than `rest` ago: a burst of
        deliveries for one project becomes one or two runs. `only` restricts it to one project,
        which then needs no rest.
        """

    def check_lease(self, lease: Lease) -> None:
        """Raise LeaseLost where somebody else has the project meanwhile."""

    def release(self, lease: Lease, due_at: datetime | None, *, failed: bool = False) -> None:
        """Give the project back; `due_at` is when to look again at the latest, None for never.

        What was marked due during the lease stays due. After a `failed` run the attempts stay
        counted, and what the lease was taken with (reasons, status left) comes with the next one.
        """

    def end_leases(self, at: datetime) -> None:
        """End every lease: for a process that is the only one, after one that was killed."""

    def due_count(self, now: datetime) -> int:
        """Count projects that are due."""

    def next_due_at(self) -> datetime | None:
        """Return the earliest instant at which a project becomes due."""

    # Closeouts

    def open_closeout(
        self,
        project: ProjectRef,
        *,
        name: str,
        url: str,
        delivered_at: datetime,
        closing_into: Status | None,
        return_to: Status | None,
        at: datetime,
        reason: str,
    ) -> Closeout:
        """Open the next closeout of a project in status `requested`."""

    def closeout(self, project: ProjectRef) -> Closeout | None:
        """Return the latest closeout of a project."""

    def closeout_known_as(self, workspace: str, key: str) -> Closeout | None:
        """Return the latest closeout of the project that people write so, as it was last seen."""

    def closeout_by_id(self, closeout_id: str) -> Closeout | None:
        """Return a closeout by its id."""

    def closeouts(self, *, live: bool | None = None, limit: int = 200) -> Sequence[Closeout]:
        """List closeouts, newest first; only live or only ended ones where asked."""

    def live_count(self, workspace: str) -> int:
        """Count the live closeouts of a workspace."""

    def save_closeout(self, closeout: Closeout) -> None:
        """Store the fields of a closeout other than its status and its page's stamp."""

    def stamp_page(self, closeout_id: str, stamp: str | None) -> None:
        """Keep what the tool last said of the page's last edit; needs no lease."""

    def move(
        self, closeout: Closeout, status: CloseoutStatus, *, reason: str, at: datetime
    ) -> Closeout:
        """Move a closeout, with a StatusChange row; moving to where it is changes nothing."""

    def status_changes(self, closeout_id: str) -> Sequence[StatusChange]:
        """List the moves of a closeout, oldest first."""

    def closeout_of_page(self, workspace: str, page_id: str) -> Closeout | None:
        """Find the closeout whose page this is; `workspace` is the one that keeps the page."""

    def closeout_of_ticket(self, workspace: str, ticket_id: str) -> Closeout | None:
        """Find the closeout that has an action with this ticket, kept in `workspace`."""

    def watched_pages(self, workspace: str) -> Sequence[Closeout]:
        """List the live closeouts whose page `workspace` keeps, the oldest first."""

    def add_hold(
        self, closeout_id: str, at: datetime, moved_from: Status, moved_to: Status
    ) -> Hold:
        """Record a hold under the next number."""

    def holds(self, closeout_id: str) -> Sequence[Hold]:
        """List the holds of a closeout, oldest first."""

    # Effects

    def intend(self, closeout_id: str, purpose: str, subject: str, at: datetime) -> Effect:
        """Return the effect with this key, newly intended where it is not there yet."""

    def record(
        self,
        effect: Effect,
        state: EffectState,
        at: datetime,
        *,
        remote_id: str | None = None,
        remote_url: str | None = None,
        note: str | None = None,
    ) -> Effect:
        """Say what came of an effect."""

    def effect(self, closeout_id: str, purpose: str, subject: str) -> Effect | None:
        """Find an effect."""

    def effects(self, closeout_id: str) -> Sequence[Effect]:
        """List the effects of a closeout in the order they were intended."""

    # Actions, verifications, waivers

    def save_action(self, action: ActionRecord) -> None:
        """Store an action, new or changed."""

    def actions(self, closeout_id: str) -> Sequence[ActionRecord]:
        """List the actions of a closeout by number."""

    def action(self, action_id: str) -> ActionRecord | None:
        """Return an action by its id."""

    def add_verification(self, verification: Verification) -> None:
        """Store a verification; the latest one of an action counts."""

    def verifications(self, closeout_id: str) -> Sequence[Verification]:
        """List the verifications of a closeout's actions, oldest first."""

    def add_waiver(self, waiver: Waiver) -> None:
        """Store a waiver."""

    def waivers(self, closeout_id: str) -> Sequence[Waiver]:
        """List the waivers of a closeout, oldest first."""

    # Verdicts and figures

    def save_verdict(self, closeout_id: str, verdict: Verdict, at: datetime, policy: str) -> None:
        """Keep a verdict as the closeout's present one (policy: name and version)."""

    def verdict(self, closeout_id: str) -> tuple[Verdict, datetime, str] | None:
        """Return the present verdict, when it was found and under which policy."""

    def save_figures(self, closeout_id: str, figures: Mapping[str, object], at: datetime) -> None:
        """Keep the figures of a closeout (JSON-ready)."""

    def figures(self, closeout_id: str) -> tuple[Mapping[str, object], datetime] | None:
        """Return the figures of a closeout and when they were worked out."""

    # Notes and workspaces

    def note(self, note: Note) -> None:
        """Keep a line of what was done or seen."""

    def notes(self, closeout_id: str | None = None, limit: int = 200) -> Sequence[Note]:
        """List notes, newest first, of one closeout or of all."""

    def enrol(self, workspace: str, at: datetime) -> WorkspaceState:
        """Return the state of a workspace, enrolling it now where it is new."""

    def park(self, workspace: str, until: datetime) -> None:
        """Make no outside call for a workspace before then."""

    def standing(self, workspace: str) -> frozenset[str]:
        """Return the keys of projects known to stand closed, where the tool does not say since when.

        What is among them is nothing new; what is missing and stands closed was closed since.
        """

    def stand(self, workspace: str, keys: Iterable[str]) -> None:
        """Remember that projects stand closed, and that this was dealt with."""

    def stand_no_more(self, workspace: str, keys: Iterable[str]) -> None:
        """Remember that projects do not stand closed any more."""

    def swept(self, workspace: str, until: datetime) -> None:
        """Remember up to when a sweep has seen everything."""

    def save_audit(self, workspace: str, audit: GateAudit, at: datetime) -> None:
        """Keep what the last audit of the tool's own rules found."""

    def audit(self, workspace: str) -> tuple[GateAudit, datetime] | None:
        """Return the last audit of the tool's own rules and its instant, None before any."""

    def trouble(self, workspace: str, sentence: str | None) -> bool:
        """Keep what an operator must mend, None for nothing; True where that is news."""

    def close(self) -> None:
        """Keep what still waits, and close every connection."""
