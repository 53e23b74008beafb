"""Closing objects as our projects: an issue, a version, a Jira project. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import history, issue, items, people, statuses
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Closing, Kind
from service.domain.tracking import (
    Field,
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
    from datetime import date

    from connectors.jira.mapping.context import Context
    from connectors.jira.mapping.fields import Fields
    from connectors.jira.mapping.history import Entry
    from service.domain.tracking import Change

IN_PROGRESS = StatusCategory.IN_PROGRESS

#: What stands for the making of a thing of which Jira does not say when it was made.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read beside a closing object itself."""

    url: str
    links: tuple[Link, ...] = ()
    links_unknown: str | None = None
    milestones: tuple[Milestone, ...] = ()
    description: str | None = None
    lead: Person | None = None
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What tells that somebody asks to close an issue: a label, or a status by name or id."""

    label: str
    statuses: frozenset[str] = field(default_factory=frozenset)


def of_issue(
    raw: Mapping[str, Any],
    log: Sequence[Entry],
    context: Context,
    beside: Beside,
    asking: Asking,
) -> Project:
    """Map an issue of a closing type with its changelog (in order)."""
    fields = read.part(raw, "fields")
    changes = _changes(fields, log, context)
    status = statuses.standing(fields, resolution_is_done=context.resolution_is_done)
    target, plan = _plan(fields, log, changes, context.fields)
    updated = read.maybe_instant(fields, "updated") or read.instant(fields, "created")
    team = issue.team(fields)
    return Project(
        ref=ProjectRef("", str(Closing(Kind.ISSUE, read.ident(raw, "id")))),
        name=f"{read.text(raw, 'key')} {read.maybe_text(fields, 'summary') or ''}".strip(),
        url=beside.url,
        status=status,
        created_at=read.instant(fields, "created"),
        updated_at=updated,
        description=beside.description,
        started_at=_started(changes, context.known),
        closed_at=closed_at(fields, changes, context),
        start_on=_start(fields, context.fields),
        target_on=target,
        lead=people.maybe_person(fields, "assignee") or people.maybe_person(fields, "reporter"),
        teams=(team,) if team else (),
        links=beside.links,
        links_unknown=beside.links_unknown,
        plan_changes=plan,
        gone="archived" if _archived_open(fields, status) else None,
        closing_asked_at=_asked_at(fields, status, changes, asking),
        gate_scope=gate_scope(fields),
        known_as=read.text(raw, "key"),
    )


def gate_scope(fields: Mapping[str, Any]) -> str | None:
    """Return what a workflow rule covers or not: `<Jira project id>:<issue type id>`."""
    project, kind = read.maybe_part(fields, "project"), read.maybe_part(fields, "issuetype")
    if project is None or kind is None:
        return None
    return f"{read.ident(project, 'id')}:{read.ident(kind, 'id')}"


def says_when(raw: Mapping[str, Any]) -> bool:
    """Whether an issue says by itself since when it is closed (Cloud)."""
    fields = read.part(raw, "fields")
    closed = statuses.standing(fields, resolution_is_done=False).category.closed
    return closed and fields.get("statuscategorychangedate") is not None


def closed_at(
    fields: Mapping[str, Any], changes: Iterable[Change], context: Context
) -> datetime | None:
    """Return when an issue was last moved into a closed status, None while it is open.

    Cloud keeps the instant at which the category changed last; elsewhere the changelog tells it.
    """
    by_resolution, known = context.resolution_is_done, context.known
    if not statuses.standing(fields, resolution_is_done=by_resolution).category.closed:
        return None
    told = read.maybe_instant(fields, "statuscategorychangedate")
    if told is not None and not by_resolution:
        return told
    entered = None
    for change in changes:
        if change.field is Field.STATUS and _closed(change.after, known):
            entered = entered if _closed(change.before, known) and entered else change.at
    return (
        entered or read.maybe_instant(fields, "resolutiondate") or read.instant(fields, "created")
    )


def closure_of_issue(
    raw: Mapping[str, Any],
    log: Sequence[Entry],
    context: Context,
    asking: Asking,
) -> Closure | None:
    """Map an issue a sweep found, None where it is neither closed nor asked to be."""
    fields = read.part(raw, "fields")
    changes = _changes(fields, log, context)
    status = statuses.standing(fields, resolution_is_done=context.resolution_is_done)
    closed = closed_at(fields, changes, context)
    at = closed or _asked_at(fields, status, changes, asking)
    if at is None:
        return None
    name = f"{read.text(raw, 'key')} {read.maybe_text(fields, 'summary') or ''}".strip()
    key = str(Closing(Kind.ISSUE, read.ident(raw, "id")))
    return Closure(key, name, at, asked=closed is None)


def of_version(raw: Mapping[str, Any], project: Mapping[str, Any], beside: Beside) -> Project:
    """Map a version, with the Jira project it is of.

    Jira keeps no record of a version at all: when it was made, released or planned anew. Its
    release day is what somebody wrote, often long before.
    """
    released = raw.get("released") is True
    since = _start_of(read.maybe_day(raw, "startDate")) or LONG_AGO
    team = issue.project_team(project)
    return Project(
        ref=ProjectRef("", str(Closing(Kind.VERSION, read.ident(raw, "id")))),
        name=f"{team.key} {read.text(raw, 'name')}",
        url=beside.url,
        status=statuses.RELEASED if released else statuses.UNRELEASED,
        created_at=since,
        updated_at=since,
        description=read.maybe_text(raw, "description"),
        known_as=f"{team.key}:{read.text(raw, 'name')}",
        start_on=read.maybe_day(raw, "startDate"),
        target_on=read.maybe_day(raw, "releaseDate"),
        lead=beside.lead or people.maybe_person(project, "lead"),
        teams=(team,),
        links=beside.links,
        links_unknown=beside.links_unknown,
        gone="archived" if raw.get("archived") is True and not released else None,
    )


def closure_of_version(raw: Mapping[str, Any], project_key: str) -> Closure | None:
    """Map a version of a list, None where it is not released."""
    if raw.get("released") is not True:
        return None
    key = str(Closing(Kind.VERSION, read.ident(raw, "id")))
    return Closure(key, f"{project_key} {read.text(raw, 'name')}", None, statuses.UNRELEASED.id)


def milestone(raw: Mapping[str, Any]) -> Milestone:
    """Map a version as a part of its Jira project's plan."""
    return Milestone(
        name=read.text(raw, "name"),
        target_on=read.maybe_day(raw, "releaseDate"),
        done=raw.get("released") is True,
    )


def of_project(raw: Mapping[str, Any], beside: Beside) -> Project:
    """Map a Jira project. It has no planned finish, and so no changes of one."""
    archived = raw.get("archived") is True
    at = read.maybe_instant(raw, "archivedDate")
    return Project(
        ref=ProjectRef("", str(Closing(Kind.PROJECT, read.ident(raw, "id")))),
        name=read.text(raw, "name"),
        url=beside.url,
        status=statuses.ARCHIVED if archived else statuses.LIVE,
        created_at=LONG_AGO,
        updated_at=at or LONG_AGO,
        description=read.maybe_text(raw, "description"),
        closed_at=at if archived else None,
        known_as=read.text(raw, "key"),
        lead=people.maybe_person(raw, "lead"),
        teams=(issue.project_team(raw),),
        milestones=beside.milestones,
        links=beside.links,
        links_unknown=beside.links_unknown,
        plan_changes=(),
        gone="trashed" if raw.get("deleted") is True else None,
    )


def closure_of_project(raw: Mapping[str, Any]) -> Closure | None:
    """Map a Jira project of a list, None where it is not archived."""
    if raw.get("archived") is not True or raw.get("deleted") is True:
        return None
    key = str(Closing(Kind.PROJECT, read.ident(raw, "id")))
    at = read.maybe_instant(raw, "archivedDate")
    return Closure(key, read.text(raw, "name"), at, statuses.LIVE.id)


def children_told(log: Iterable[Entry]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the issues an epic's own changelog says are in it, and those that left."""
    inside: dict[str, bool] = {}
    for entry in log:
        for item in entry.items:
            if (read.maybe_text(item, "field") or "").casefold() != "epic child":
                continue
            for side, joined in (("from", False), ("to", True)):
                for child in items.ids_in(read.maybe_ident(item, side)):
                    inside[child] = joined
    members = frozenset(child for child, joined in inside.items() if joined)
    return members, frozenset(inside) - members


def _changes(
    fields: Mapping[str, Any], log: Sequence[Entry], context: Context
) -> tuple[Change, ...]:
    status = read.ident(read.part(fields, "status"), "id")
    present = history.Present(status, statuses.resolution_of(fields))
    return history.changes(log, present, context)


def _closed(status_id: str | None, known: Mapping[str, Status]) -> bool:
    found = statuses.of_ids([status_id or ""], known).values()
    return any(status.category.closed for status in found)


def _started(changes: Iterable[Change], known: Mapping[str, Status]) -> datetime | None:
    """Return the first move into a status that is in progress."""
    for change in changes:
        found = statuses.of_ids([change.after or ""], known).values()
        if change.field is Field.STATUS and any(one.category is IN_PROGRESS for one in found):
            return change.at
    return None


def _start(fields: Mapping[str, Any], known: Fields) -> date | None:
    for one in (known.start_on, known.target_start):
        if one and (day := read.maybe_day(fields, one)):
            return day
    return None


def _plan(
    fields: Mapping[str, Any],
    log: Iterable[Entry],
    changes: Iterable[Change],
    known: Fields,
) -> tuple[date | None, tuple[PlanChange, ...]]:
    """Return the planned finish and its changes: of the due date, else of the plan's target end."""
    due = read.maybe_day(fields, "duedate")
    moved = [change for change in changes if change.field is Field.DUE_ON]
    if due or moved or not known.target_end:
        return due, tuple(PlanChange(one.at, _day(one.before), _day(one.after)) for one in moved)
    told = [
        (entry.at, items.value_of(item, "from"), items.value_of(item, "to"))
        for entry in log
        for item in entry.items
        if items.name_of(item, known) == known.target_end
    ]
    ends = tuple(PlanChange(at, _day(before), _day(after)) for at, before, after in told)
    return read.maybe_day(fields, known.target_end), ends


def _day(text: str | None) -> date | None:
    return read.parsed_day(text) if text else None


def _start_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _archived_open(fields: Mapping[str, Any], status: Status) -> bool:
    return not status.category.closed and read.maybe_instant(fields, "archiveddate") is not None


def _asked_at(
    fields: Mapping[str, Any],
    status: Status,
    changes: Sequence[Change],
    asking: Asking,
) -> datetime | None:
    """Return when somebody asked to close an open issue, by its changelog or else at its birth."""
    if status.category.closed:
        return None
    wanted = {one.casefold() for one in asking.statuses}
    by_status = bool({status.id.casefold(), status.name.casefold()} & wanted)
    by_label = asking.label in read.texts(fields, "labels")
    told = [
        change.at
        for change in changes
        if (by_status and change.field is Field.STATUS and _bare(change.after) == status.id)
        or (by_label and change.field is Field.LABELS and change.after == asking.label)
    ]
    asked = max(told, default=read.instant(fields, "created"))
    return asked if by_status or by_label else None


def _bare(status_id: str | None) -> str:
    return (status_id or "").partition(":")[0]
