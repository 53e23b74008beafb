"""What a flow works with, for one project: the roles, the store, the policy and the clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from service.domain.metrics import Calendar, StatusSets
from service.domain.money import Finances
from service.domain.tracking import ProjectRef
from service.ports import Enforcement

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, timedelta
    from zoneinfo import ZoneInfo

    from service.domain.language import Language
    from service.domain.policy import Policy
    from service.domain.tracking import Project
    from service.flows.directory import Directory
    from service.ports import Gatekeeper, PageStore, Tracker
    from service.records import Lease, Store


@dataclass(frozen=True, slots=True)
class Tools:
    """The roles a project's workspace is configured with, and our own means.

    - `tracker` holds the project, `tickets` the actions' tickets, `pages` the post-mortem.
    - `tickets_workspace` and `pages_workspace` are the names those go by in the store.
    - `gate` keeps the tool's own rule, where it has such rules; `covered` are the scopes whose rule
      stood when it was last audited.
    - `calendar`, `status_sets` and `finances` are what the figures are worked out with.
    - `lease` is checked by `still_ours`; None for flows that write nothing outside.
    """

    tracker: Tracker
    tickets: Tracker
    pages: PageStore
    tickets_workspace: str
    pages_workspace: str
    store: Store
    policy: Policy
    language: Language
    template: str
    mode: str
    holds_per_hour: int
    look_again: timedelta
    timezone: ZoneInfo
    case_url: Callable[[str], str]
    directory: Directory
    clock: Callable[[], datetime]
    gate: Gatekeeper | None = None
    covered: frozenset[str] = frozenset()
    calendar: Calendar = field(default_factory=Calendar)
    status_sets: StatusSets = field(default_factory=StatusSets)
    finances: Finances = field(default_factory=Finances)
    lease: Lease | None = None

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return self.clock().astimezone(UTC)

    def today(self) -> date:
        """Return the calendar day in the configured time zone."""
        return self.clock().astimezone(self.timezone).date()

    def still_ours(self) -> None:
        """Raise LeaseLost where another worker has taken the project meanwhile.

        Asked after every wait for a tool: what was read before may be old by then, and nothing
        may be decided or recorded from it.
        """
        if self.lease is not None:
            self.store.check_lease(self.lease)

    def project(self, ref: ProjectRef) -> Project:
        """Read a project, under its full name: a tracker knows no workspace but its own."""
        found = self.tracker.project(ref.key)
        self.still_ours()
        return replace(found, ref=ProjectRef(ref.workspace, found.ref.key))

    @property
    def policy_label(self) -> str:
        """The policy's name and version, as it stands beside a verdict."""
        return f"{self.policy.name} {self.policy.version}"

    def enforcement(self, gate_scope: str | None) -> Enforcement:
        """Say how firmly a project under these rules of its tool can be held."""
        return firmly(self.tracker, gate_scope, self.covered)

    @property
    def closes_itself(self) -> bool:
        """Whether Closeout closes a project when everything is met."""
        return self.holds and self.policy.close_when_met

    @property
    def writes(self) -> bool:
        """Whether anything may be written to the tools at all."""
        return self.mode != "observe"

    @property
    def holds(self) -> bool:
        """Whether a closed project may be moved back."""
        return self.mode == "enforce"


def firmly(tracker: Tracker, gate_scope: str | None, covered: frozenset[str]) -> Enforcement:
    """Say how firmly a project is held: a veto only where an audit found the tool's rule in place."""
    return Enforcement.VETO if gate_scope in covered else tracker.enforcement
