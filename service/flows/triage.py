"""Read new deliveries, and make the projects they concern due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.domain.tracking import ProjectRef
from service.ports import Subject, UnknownEvent, Unreadable
from service.records import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from service.ports import Event, Webhook
    from service.records import Delivery, Store

log = structlog.get_logger()
BATCH = 500


def triage(*, webhook: Callable[[str], Webhook], store: Store, now: datetime) -> int:
    """Settle every new delivery and make the projects it concerns due; return how many it were.

    Nothing outside is asked: an event only says where to look.
    """
    settled = 0
    while deliveries := store.new_deliveries(BATCH):
        for delivery in deliveries:
            state, reason = _settle(delivery, webhook, store, now)
            store.settle_delivery(delivery.number, state, reason)
        settled += len(deliveries)
    return settled


def _settle(
    delivery: Delivery, webhook: Callable[[str], Webhook], store: Store, now: datetime
) -> tuple[DeliveryState, str | None]:
    told = {"workspace": delivery.workspace, "delivery": delivery.id}
    try:
        event = webhook(delivery.workspace).event(delivery.body)
    except KeyError:
        return DeliveryState.IGNORED, "its workspace is not configured any more"
    except UnknownEvent as unknown:
        if not store.seen_event(delivery.workspace, f"unknown:{unknown}", now):
            log.warning("delivery.unknown_event", event_kind=str(unknown), **told)
        return DeliveryState.IGNORED, f"unknown event: {unknown}"
    except Unreadable as fault:
        log.warning("delivery.quarantined", reason=str(fault), **told)
        return DeliveryState.QUARANTINED, str(fault)
    if event is None:
        return DeliveryState.IGNORED, "a kind of event that concerns no closure"
    projects = _projects(event, delivery.workspace, store)
    for project in projects:
        store.mark_due(project, now, f"delivery {delivery.id}", event.left_status_id)
    # Only after the project is due: a crash in between must not make the event look dealt with.
    if store.seen_event(delivery.workspace, event.key, now):
        return DeliveryState.IGNORED, "the same event was delivered before"
    if not projects:
        return DeliveryState.IGNORED, "no closure is concerned"
    return DeliveryState.DONE, "looked at " + ", ".join(str(project) for project in projects)


def _projects(event: Event, workspace: str, store: Store) -> list[ProjectRef]:
    """Translate what an event touches to projects: pages and tickets belong to their closeout.

    An issue's project needs a look only where its closeout is live; a project's own event always.
    """
    found: dict[ProjectRef, None] = {}
    for subject, key in ((event.subject, event.id), *event.also):
        match subject:
            case Subject.PROJECT:
                project = ProjectRef(workspace, key)
                if event.subject is Subject.PROJECT or _live(project, store):
                    found[project] = None
            case Subject.PAGE:
                if (closeout := store.closeout_of_page(workspace, key)) is not None:
                    found[closeout.project] = None
            case Subject.ISSUE:
                if (closeout := store.closeout_of_ticket(workspace, key)) is not None:
                    found[closeout.project] = None
    return list(found)


def _live(project: ProjectRef, store: Store) -> bool:
    closeout = store.closeout(project)
    return closeout is not None and closeout.status.live
