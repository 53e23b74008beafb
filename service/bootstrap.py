"""The wiring: from the configuration to everything a door needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

from service.calendars import calendar_of
from service.domain.tracking import Project, ProjectRef
from service.flows import reconcile, vouch
from service.flows.attend import attend
from service.flows.audit import audit
from service.flows.directory import Directory
from service.flows.sweep import sweep
from service.flows.tools import Tools, firmly
from service.flows.triage import triage
from service.flows.watch import watch
from service.planning import Planning
from service.ports import NotAllowed, NotFound, Refused, Unavailable
from service.settings import BadSettings, connector
from service.storage import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from service.domain.closeout import Closeout, Verification, Waiver
    from service.domain.metrics import Calendar
    from service.domain.tracking import Person
    from service.domain.verdict import Verdict
    from service.ports import (
        Connector,
        Enforcement,
        GateAudit,
        Gatekeeper,
        PageStore,
        Tracker,
        Webhook,
    )
    from service.records import Lease, Store
    from service.settings import Settings, Workspace


# Between two runs over one project, whatever is delivered meanwhile.
REST = timedelta(seconds=1)


def utc_now() -> datetime:
    """Return the present instant; the one place that reads the machine's clock."""
    return datetime.now(UTC)


def silence() -> None:
    """Ring no bell: for commands that have no worker to wake."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict with the circumstances it was found in."""

    project: ProjectRef
    known_as: str | None
    verdict: Verdict
    at: datetime
    policy: str
    enforcement: Enforcement
    mode: str
    closeout: Closeout | None


class Services:
    """Everything the doors can ask for, over one configuration and one store."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        clock: Callable[[], datetime] = utc_now,
        ring: Callable[[], None] = silence,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.ring = ring
        self.directory = Directory(clock)

    @cached_property
    def connectors(self) -> Mapping[str, Connector]:
        """The manifest of each workspace's connector, by workspace."""
        spaces = self.settings.workspaces.values()
        return {space.name: connector(space.connector) for space in spaces}

    @cached_property
    def sweepable(self) -> tuple[str, ...]:
        """The workspaces whose tool holds projects."""
        return tuple(name for name, made in self.connectors.items() if made.tracker is not None)

    @cached_property
    def page_keepers(self) -> tuple[str, ...]:
        """The workspaces that keep the pages of others or their own."""
        spaces = (self.settings.workspaces[name] for name in self.sweepable)
        return tuple(dict.fromkeys(space.pages for space in spaces))

    @cached_property
    def gated(self) -> tuple[str, ...]:
        """The workspaces whose tool can have a rule of its own."""
        return tuple(name for name, made in self.connectors.items() if made.gate is not None)

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar of every project; it keeps what it worked out of a year."""
        return calendar_of(self.settings.working_days, self.settings.closeout.timezone)

    @cached_property
    def webhooks(self) -> Mapping[str, Webhook]:
        """The webhook of each workspace that has one, by workspace."""
        return {
            name: manifest.webhook(self.settings.workspaces[name].options)
            for name, manifest in self.connectors.items()
            if manifest.webhook is not None
        }

    def webhook(self, workspace: str) -> Webhook:
        """Return a workspace's webhook. Raises KeyError where there is none."""
        return self.webhooks[workspace]

    def max_body(self, workspace: str) -> int:
        """Return the largest webhook body taken, in bytes."""
        return self.connectors[workspace].max_body

    def tracker(self, workspace: str) -> Tracker:
        """Build the tracker of a workspace. Raises BadSettings where its tool has none."""
        build = self.connectors[workspace].tracker
        if build is None:
            raise BadSettings(f"workspaces.{workspace}: its connector holds no projects")
        return build(self.settings.workspaces[workspace].options)

    def pages(self, workspace: str) -> PageStore:
        """Build the page store of a workspace. Raises BadSettings where its tool has none."""
        build = self.connectors[workspace].pages
        if build is None:
            raise BadSettings(f"workspaces.{workspace}: its connector keeps no pages")
        return build(self.settings.workspaces[workspace].options)

    def gate(self, workspace: str) -> Gatekeeper | None:
        """Build the keeper of a tool's own rule, None where its tool has no such rules."""
        build = self.connectors[workspace].gate
        return build(self.settings.workspaces[workspace].options) if build else None

    def enforcement(self, workspace: str, gate_scope: str | None = None) -> Enforcement:
        """Say how firmly a workspace can hold a project under these rules of its tool."""
        return firmly(self.tracker(workspace), gate_scope, self._covered(workspace))

    def audit(self, workspace: str) -> GateAudit | None:
        """Look whether the tool's own rule stands, and keep what was found; None without rules.

        Raises Unavailable, NotAllowed or Rejected; what was found last is kept then.
        """
        gate = self.gate(workspace)
        if gate is None:
            return None
        return audit(workspace, gate=gate, store=self.store, now=self.clock())

    def gate_sentence(self, gate: Gatekeeper) -> str:
        """Say what whoever is refused by the tool's own rule reads there."""
        return (
            "Closeout: this can close when its post-mortem is complete and each action is done and "
            f"verified. To begin, {gate.how_to_ask}; what is missing then stands in a comment "
            f"here and at {self.settings.closeout.public_url}"
        )

    def _covered(self, workspace: str) -> frozenset[str]:
        kept = self.store.audit(workspace)
        return kept[0].covered if kept else frozenset()

    def me(self, workspace: str) -> Person:
        """Return the account we act as in a workspace."""
        return self.tracker(workspace).me()

    def tools(self, workspace: str, lease: Lease | None = None) -> Tools:
        """Return what a flow works with, for a project of this workspace."""
        space = self._workspace(workspace)
        tracker = self.tracker(workspace)
        closeout = self.settings.closeout
        return Tools(
            tracker=tracker,
            tickets=tracker if space.tickets == workspace else self.tracker(space.tickets),
            pages=self.pages(space.pages),
            tickets_workspace=space.tickets,
            pages_workspace=space.pages,
            store=self.store,
            policy=space.policy,
            language=self.settings.language,
            template=self.settings.template,
            mode=space.mode,
            holds_per_hour=self.settings.clock.holds_per_hour,
            look_again=self.settings.clock.pages_every,
            timezone=closeout.timezone,
            case_url=lambda ref: f"{closeout.public_url.rstrip('/')}/projects/{quote(ref)}",
            directory=self.directory,
            clock=self.clock,
            gate=self.gate(workspace),
            covered=self._covered(workspace),
            calendar=self.calendar,
            status_sets=space.status_sets,
            finances=self.settings.finances,
            lease=lease,
        )

    def find(self, workspace: str, key: str) -> ProjectRef:
        """Return the project for any way to write its key.

        Raises NotFound, Unavailable or NotAllowed.
        """
        given = ProjectRef(workspace, key)
        self._workspace(workspace)
        if self.store.closeout(given) is not None:
            return given
        try:
            return ProjectRef(workspace, self.tracker(workspace).canonical_key(key))
        except (Unavailable, NotAllowed):
            # What people call it was kept at the last look: its verdict can still be told.
            known = self.store.closeout_known_as(workspace, key)
            if known is None:
                raise
            return known.project

    def triage(self) -> int:
        """Read the new deliveries; return how many there were."""
        return triage(webhook=self.webhook, store=self.store, now=self.clock())

    def sweep(self, workspace: str) -> int:
        """Look for closures no delivery told of; return how many projects became due."""
        tracker = self.tracker(workspace)
        return sweep(workspace, tracker=tracker, store=self.store, now=self.clock())

    def watch(self, workspace: str) -> int:
        """Look which pages a workspace keeps were edited; return how many projects became due."""
        pages = self.pages(workspace)
        return watch(workspace, pages=pages, store=self.store, now=self.clock())

    def work(self, only: ProjectRef | None = None) -> bool:
        """Work on one due project; False where none is due and free."""
        length = self.settings.clock.lease
        lease = self.store.take(self.clock(), length, only, rest=REST)
        if lease is None:
            return False
        # Every line logged below says why: a reason names the delivery that told of the project.
        with structlog.contextvars.bound_contextvars(because=list(lease.reasons)):
            attend(lease, tools=self.tools(lease.project.workspace, lease))
        return True

    def act(self, project: ProjectRef) -> Assessment:
        """Evaluate now and make the tracker agree; the last verdict where a worker is at it."""
        self.directory.forget()
        self.store.mark_due(project, self.clock(), "asked for by a person")
        self.work(only=project)
        return self.stored(project) or self.look(project)

    def look(self, project: ProjectRef) -> Assessment:
        """Evaluate now; reads outside, writes nothing outside."""
        tools = self.tools(project.workspace)
        verdict, shown, closeout = reconcile.assess(project, tools=tools)
        return self._assessment(verdict, tools, shown, closeout)

    def stored(self, project: ProjectRef) -> Assessment | None:
        """Return the verdict that was found last, None where there is none."""
        closeout = self.store.closeout(project)
        kept = self.store.verdict(closeout.id) if closeout else None
        if closeout is None or kept is None:
            return None
        verdict, at, policy = kept
        found = self._assessment(verdict, self.tools(project.workspace), closeout, closeout)
        return replace(found, at=at, policy=policy)

    @cached_property
    def planning(self) -> Planning:
        """What people tell of plan, money and time, and the frozen reports."""
        return Planning(self.store, self.tools)

    def metrics(self, project: ProjectRef) -> Mapping[str, object]:
        """Return the metrics snapshot, ready for JSON: the frozen one of a closeout, else now's.

        A frozen one has `report`: when it was frozen, and the fingerprints of what it was made of.
        """
        return self.planning.metrics(project)

    def verify(self, action_id: str, who: str, evidence: str, source: str) -> Verification:
        """Record that somebody other than the owner found an action in place, else Refused."""
        action = self.store.action(action_id)
        closeout = self.store.closeout_by_id(action.closeout_id) if action else None
        if action is None or closeout is None:
            raise NotFound(f"there is no action {action_id}")
        tools = self.tools(closeout.project.workspace)
        given = vouch.verify(action, who=who, evidence=evidence, source=source, tools=tools)
        self.ring()
        return given

    def waive(self, project: ProjectRef, check: str, who: str, reason: str, until: date) -> Waiver:
        """Let a check pass until a day, both named in public, else Refused."""
        closeout = self.store.closeout(project)
        if closeout is None:
            raise Refused(f"{project} is not in closing: there is nothing to waive yet")
        tools = self.tools(project.workspace)
        waiver = vouch.waive(
            closeout, check=check, who=who, reason=reason, until=until, tools=tools
        )
        self.ring()
        return waiver

    def _assessment(
        self,
        verdict: Verdict,
        tools: Tools,
        seen: Project | Closeout,
        closeout: Closeout | None,
    ) -> Assessment:
        """Put a verdict together with the project as it was seen, now or at the last look."""
        return Assessment(
            project=seen.ref if isinstance(seen, Project) else seen.project,
            known_as=seen.known_as,
            verdict=verdict,
            at=self.clock(),
            policy=tools.policy_label,
            enforcement=tools.enforcement(seen.gate_scope),
            mode=tools.mode,
            closeout=closeout,
        )

    def _workspace(self, name: str) -> Workspace:
        if name not in self.settings.workspaces:
            there = ", ".join(self.settings.workspaces) or "none"
            raise NotFound(f"no workspace {name!r}; there are: {there}")
        return self.settings.workspaces[name]


def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    ring: Callable[[], None] = silence,
) -> Services:
    """Open the store and wire everything to it; enrols the workspaces that are new."""
    services = Services(
        settings, open_store(settings.closeout.database_url), clock=clock, ring=ring
    )
    for name in settings.workspaces:
        services.store.enrol(name, clock())
    return services
