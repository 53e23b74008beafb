"""Read new deliveries, and make the projects they concern due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.domain.tracking import ProjectRef
from service.ports import Subject, UnknownEvent, Unreadable
from service.records import DeliveryState, Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from service.ports import Event, Webhook
    from service.records import Delivery, Store

log = structlog.get_logger()
BATCH = 100  # small enough that a commit of it delays no answer to a webhook


def triage(*, webhook: Callable[[str], Webhook], store: Store, now: datetime) -> int:
    """Settle every new delivery and make the projects it concerns due; return how many it were.

    Nothing outside is asked: an event only says where to look.
    """
    settled = 0
    while deliveries := store.new_deliveries(BATCH):
        store.settle([_read(delivery, webhook, store, now) for delivery in deliveries], now)
        settled += len(deliveries)
    return settled


def _read(
    delivery: Delivery, webhook: Callable[[str], Webhook], store: Store, now: datetime
) -> Reading:
    told = {"workspace": delivery.workspace, "delivery": delivery.id}
    try:
        event = webhook(delivery.workspace).event(delivery.body)
    except KeyError:
        return _ignored(delivery, "its workspace is not configured any more")
    except UnknownEvent as unknown:
        if not store.seen_event(delivery.workspace, f"unknown:{unknown}", now):
            log.warning("delivery.unknown_event", event_kind=str(unknown), **told)
        return _ignored(delivery, f"unknown event: {unknown}")
    except Unreadable as fault:
        log.warning("delivery.quarantined", reason=str(fault), **told)
        return Reading(delivery, DeliveryState.QUARANTINED, str(fault))
    if event is None:
        return _ignored(delivery, "a kind of event that concerns no closure")
    projects = _projects(event, delivery.workspace, store)
    if not projects:
        return _ignored(delivery, "no closure is concerned", event.key)
    return Reading(
        delivery,
        DeliveryState.DONE,
        "looked at " + ", ".join(str(project) for project in projects),
        event.key,
        tuple((project, event.left_status_id) for project in projects),
    )


def _ignored(delivery: Delivery, reason: str, event_key: str | None = None) -> Reading:
    return Reading(delivery, DeliveryState.IGNORED, reason, event_key)


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
