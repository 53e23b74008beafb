"""Linear's words → ours. Pure.

What a status means comes from its `type` alone: names are free text. Linear adds types in minor
releases; one we do not know counts as in progress, so that it never passes for closed.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog

from connectors.linear.mapping import raw as read
from service.domain.remote import LabelChange, Page, Presence, StatusMove, Ticket
from service.domain.tracking import (
    Link,
    Milestone,
    Person,
    PlanChange,
    Project,
    ProjectRef,
    Status,
    StatusCategory,
    Team,
)
from service.ports import Closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from service.domain.document import Document

log = structlog.get_logger(__name__)

PROJECT_CATEGORIES = {
    "backlog": StatusCategory.TODO,
    "planned": StatusCategory.TODO,
    "started": StatusCategory.IN_PROGRESS,
    "paused": StatusCategory.IN_PROGRESS,
    "completed": StatusCategory.DONE,
    "canceled": StatusCategory.CANCELLED,
}
ISSUE_CATEGORIES = {
    "triage": StatusCategory.TODO,
    "backlog": StatusCategory.TODO,
    "unstarted": StatusCategory.TODO,
    "started": StatusCategory.IN_PROGRESS,
    "completed": StatusCategory.DONE,
    "canceled": StatusCategory.CANCELLED,
    "duplicate": StatusCategory.CANCELLED,
}
MONTHS_OF = {"month": 1, "quarter": 3, "halfYear": 6, "year": 12}


def project_status(raw: Mapping[str, Any]) -> Status:
    """Map a ProjectStatus."""
    return _status(raw, PROJECT_CATEGORIES, "project status")


def issue_status(raw: Mapping[str, Any]) -> Status:
    """Map a WorkflowState."""
    return _status(raw, ISSUE_CATEGORIES, "workflow state")


def _status(raw: Mapping[str, Any], categories: Mapping[str, StatusCategory], what: str) -> Status:
    kind = read.text(raw, "type")
    category = categories.get(kind)
    if category is None:
        log.warning("linear.unknown_type", what=what, type=kind, taken_as="in_progress")
        category = StatusCategory.IN_PROGRESS
    return Status(read.text(raw, "id"), read.text(raw, "name"), category)


def person(raw: Mapping[str, Any]) -> Person:
    """Map a User; their display name is the handle people mention them by."""
    handle = read.maybe_text(raw, "displayName")
    return Person(
        id=read.text(raw, "id"),
        name=read.maybe_text(raw, "name") or handle or read.text(raw, "id"),
        email=read.maybe_text(raw, "email"),
        handle=handle,
        active=raw.get("active") is not False,
    )


def maybe_person(raw: Mapping[str, Any], key: str) -> Person | None:
    """Map a User that may be missing."""
    found = read.maybe_part(raw, key)
    return person(found) if found else None


def team(raw: Mapping[str, Any]) -> Team:
    """Map a Team."""
    return Team(read.text(raw, "id"), read.text(raw, "key"), read.text(raw, "name"))


def link(raw: Mapping[str, Any]) -> Link:
    """Map an EntityExternalLink."""
    url = read.text(raw, "url")
    return Link(url, read.maybe_text(raw, "label") or url)


def milestone(raw: Mapping[str, Any]) -> Milestone:
    """Map a ProjectMilestone."""
    return Milestone(
        name=read.text(raw, "name"),
        target_on=read.maybe_day(raw, "targetDate"),
        done=raw.get("status") == "done",
        id=read.text(raw, "id"),
    )


def period_end(day: date, resolution: str | None) -> date:
    """Return the last day of the month, quarter, half-year or year that a date stands for."""
    months = MONTHS_OF.get(resolution or "")
    if months is None:
        return day
    last = (day.month - 1) // months * months + months
    return date(day.year, last, calendar.monthrange(day.year, last)[1])


def project(
    raw: Mapping[str, Any],
    *,
    lead: Person | None = None,
    members: Iterable[Person] = (),
    teams: Iterable[Team] = (),
    milestones: Iterable[Milestone] = (),
    links: Iterable[Link] = (),
    links_unknown: str | None = None,
    plan_changes: Sequence[PlanChange] | None = None,
) -> Project:
    """Map what is a Project's own, together with the parts that were read beside it.

    The workspace in its `ref` is empty: a connector does not know its name.
    """
    status = project_status(read.part(raw, "status"))
    target, resolution = read.maybe_day(raw, "targetDate"), raw.get("targetDateResolution")
    return Project(
        ref=ProjectRef("", read.text(raw, "id")),
        name=read.text(raw, "name"),
        url=read.text(raw, "url"),
        status=status,
        created_at=read.instant(raw, "createdAt"),
        updated_at=read.maybe_instant(raw, "updatedAt") or read.instant(raw, "createdAt"),
        description=read.maybe_text(raw, "description"),
        started_at=read.maybe_instant(raw, "startedAt"),
        closed_at=closed_at(raw, status),
        start_on=read.maybe_day(raw, "startDate"),
        target_on=period_end(target, resolution) if target else None,
        target_is_coarse=target is not None and resolution is not None,
        lead=lead,
        members=tuple(members),
        teams=tuple(sorted(teams, key=lambda one: one.key)),
        milestones=tuple(milestones),
        links=tuple(links),
        links_unknown=links_unknown,
        plan_changes=None if plan_changes is None else tuple(plan_changes),
        gone=gone(raw, status),
    )


def closed_at(raw: Mapping[str, Any], status: Status) -> datetime | None:
    """Return when a project was moved into its closed status, None while it is open.

    After completed → canceled both instants are set; the status says which one counts.
    """
    if not status.category.closed:
        return None
    completed = read.maybe_instant(raw, "completedAt")
    canceled = read.maybe_instant(raw, "canceledAt")
    if status.category is StatusCategory.CANCELLED:
        return canceled or completed
    return completed or canceled


def gone(raw: Mapping[str, Any], status: Status) -> str | None:
    """Say why a project is not there any more: in the trash, or archived without being closed."""
    if raw.get("trashed"):
        return "trashed"
    if read.maybe_instant(raw, "archivedAt") and not status.category.closed:
        return "archived"
    return None


def closure(raw: Mapping[str, Any]) -> Closure | None:
    """Map a Project that a sweep found, None where it is not closed after all."""
    status = project_status(read.part(raw, "status"))
    if not status.category.closed:
        return None
    at = closed_at(raw, status) or read.instant(raw, "updatedAt")
    return Closure(read.text(raw, "id"), read.text(raw, "name"), at)


def ticket(
    raw: Mapping[str, Any],
    labels: Iterable[Mapping[str, Any]] = (),
    history: Iterable[Mapping[str, Any]] = (),
) -> Ticket:
    """Map an Issue that is an action's ticket. Archiving is housekeeping: it stays present."""
    state = read.part(raw, "state")
    names = {read.text(one, "id"): read.text(one, "name") for one in labels}
    entries = sorted(
        history, key=lambda one: (read.instant(one, "createdAt"), read.text(one, "id"))
    )
    moves = [move for entry in entries if (move := _move(entry))]
    return Ticket(
        id=read.text(raw, "id"),
        key=read.text(raw, "identifier"),
        url=read.text(raw, "url"),
        title=read.text(raw, "title"),
        presence=Presence.TRASHED if raw.get("trashed") else Presence.PRESENT,
        status=issue_status(state),
        assignee=maybe_person(raw, "assignee"),
        due_on=read.maybe_day(raw, "dueDate"),
        project_key=id_of(raw, "project"),
        duplicate=state.get("type") == "duplicate",
        labels=tuple(sorted(names.values())),
        label_changes=tuple(change for entry in entries for change in _labels(entry, names)),
        status_moves=tuple(moves),
    )


def missing_ticket(ticket_id: str) -> Ticket:
    """Return the ticket that is not there any more: all we know of it is its id."""
    return Ticket(
        id=ticket_id,
        key=ticket_id,
        url="",
        title="",
        presence=Presence.MISSING,
        status=Status("", "missing", StatusCategory.TODO),
        assignee=None,
        due_on=None,
    )


def _move(entry: Mapping[str, Any]) -> StatusMove | None:
    after = read.maybe_part(entry, "toState")
    if after is None:
        return None
    before = read.maybe_part(entry, "fromState")
    return StatusMove(
        at=read.instant(entry, "createdAt"),
        before=issue_status(before) if before else None,
        after=issue_status(after),
        by=maybe_person(entry, "actor"),
    )


def _labels(entry: Mapping[str, Any], present: Mapping[str, str]) -> Iterable[LabelChange]:
    """Yield the label changes of an entry: those taken off, then those put on.

    A label that was deleted since has an id and no name; its id stands for it.
    """
    for key, added in (("removedLabel", False), ("addedLabel", True)):
        names = {
            read.text(one, "id"): read.text(one, "name") for one in read.parts(entry, f"{key}s")
        }
        for label_id in dict.fromkeys((*read.texts(entry, f"{key}Ids"), *names)):
            yield LabelChange(
                label=names.get(label_id) or present.get(label_id) or label_id,
                added=added,
                at=read.instant(entry, "createdAt"),
                by=maybe_person(entry, "actor"),
            )


def page(raw: Mapping[str, Any], content: Document | None) -> Page:
    """Map a Document; it has content only while it is present."""
    presence = _presence(raw)
    return Page(
        id=read.text(raw, "id"),
        url=read.text(raw, "url"),
        title=read.maybe_text(raw, "title") or "",
        presence=presence,
        content=content if presence is Presence.PRESENT else None,
        updated_at=read.maybe_instant(raw, "updatedAt"),
        project_key=id_of(raw, "project"),
    )


def missing_page(page_id: str) -> Page:
    """Return the page that is not there any more: all we know of it is its id."""
    return Page(page_id, "", "", Presence.MISSING, None, None, None)


def _presence(raw: Mapping[str, Any]) -> Presence:
    if raw.get("trashed"):
        return Presence.TRASHED
    return Presence.ARCHIVED if read.maybe_instant(raw, "archivedAt") else Presence.PRESENT


def id_of(raw: Mapping[str, Any], key: str) -> str | None:
    """Return the id of a part that may be missing."""
    found = read.maybe_part(raw, key)
    return read.text(found, "id") if found else None
