"""What an operator sees: workspaces, deliveries, quarantine and what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service.ports import Health
from service.records import Delivery, DeliveryState, Note, WorkspaceState
from service.web.presentation import clean

if TYPE_CHECKING:
    from service.bootstrap import Services

QUARANTINED_SHOWN = 50
NOTES_SHOWN = 30
EXCERPT = 240  # bytes of a quarantined body


@dataclass(frozen=True, slots=True)
class GateRow:
    """What the last audit of the tool's own rule found; nothing where there was none yet."""

    audited_at: datetime | None
    covered: int
    findings: Sequence[Health]


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    """A workspace: what it is set to, how it is, and how firmly it can hold.

    `enforcement` is None for one that keeps pages only, `gate` for one whose tool has no rules.
    """

    name: str
    connector: str
    mode: str
    enforcement: str | None
    state: WorkspaceState
    gate: GateRow | None = None


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A rightly signed delivery nobody could read: why, how large, and how it begins."""

    number: int
    workspace: str
    at: datetime
    reason: str | None
    size: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Operations:
    """Everything on the operations page."""

    now: datetime
    workspaces: Sequence[WorkspaceRow]
    deliveries: Mapping[str, int]
    oldest_new_at: datetime | None
    quarantined: Sequence[QuarantinedRow]
    due: int
    next_due_at: datetime | None
    notes: Sequence[Note]


def operations(services: Services) -> Operations:
    """Gather what the operations page shows."""
    store, now = services.store, services.clock()
    counts = store.delivery_counts()
    return Operations(
        now=now,
        workspaces=[_workspace(services, name, now) for name in services.settings.workspaces],
        deliveries={state.value: counts.get(state.value, 0) for state in DeliveryState},
        oldest_new_at=store.oldest_new_delivery_at(),
        quarantined=[
            _quarantined(one)
            for one in store.deliveries(DeliveryState.QUARANTINED, QUARANTINED_SHOWN)
        ],
        due=store.due_count(now),
        next_due_at=store.next_due_at(),
        notes=store.notes(limit=NOTES_SHOWN),
    )


def _workspace(services: Services, name: str, now: datetime) -> WorkspaceRow:
    settings = services.settings.workspaces[name]
    return WorkspaceRow(
        name=name,
        connector=settings.connector,
        mode=settings.mode,
        enforcement=services.enforcement(name).value if name in services.sweepable else None,
        state=services.store.enrol(name, now),
        gate=_gate(services, name) if name in services.gated else None,
    )


def _gate(services: Services, name: str) -> GateRow:
    kept = services.store.audit(name)
    if kept is None:
        return GateRow(None, 0, ())
    audit, at = kept
    return GateRow(at, len(audit.covered), audit.findings)


def _quarantined(delivery: Delivery) -> QuarantinedRow:
    return QuarantinedRow(
        number=delivery.number,
        workspace=delivery.workspace,
        at=delivery.received_at,
        reason=delivery.reason,
        size=len(delivery.body),
        excerpt=clean(delivery.body[:EXCERPT].decode("utf-8", "replace")),
    )
