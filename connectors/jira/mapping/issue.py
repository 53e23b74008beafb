"""An issue with its history, as ours. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import history, people, statuses
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Closing, Kind
from service.domain.history import History
from service.domain.tracking import Issue, Status, Team

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from connectors.jira.mapping.fields import Fields
    from connectors.jira.mapping.history import Context


def issue(
    raw: Mapping[str, Any],
    histories: Sequence[Mapping[str, Any]],
    context: Context,
    *,
    url: str,
    complete: bool = True,
) -> Issue:
    """Map an issue with its whole history (in order).

    It counts as incomplete too where the last recorded status or project is not the present one:
    natural histories have no such gap, so something was not shown.
    """
    fields = read.part(raw, "fields")
    present = history.Present(
        read.ident(read.part(fields, "status"), "id"), statuses.resolution_of(fields)
    )
    changes = history.changes(histories, present, context)
    found = Issue(
        id=read.ident(raw, "id"),
        key=read.text(raw, "key"),
        title=read.maybe_text(fields, "summary") or "",
        url=url,
        status=_status(fields, present, context),
        created_at=read.instant(fields, "created"),
        kind=kind(fields),
        assignee=people.maybe_person(fields, "assignee"),
        estimate=read.maybe_number(fields, context.points) if context.points else None,
        due_on=read.maybe_day(fields, "duedate"),
        membership=_about(membership(fields, context.fields, context.ids), context.about),
        labels={label: label for label in read.texts(fields, "labels")},
        team=team(fields),
        archived=read.maybe_instant(fields, "archiveddate") is not None,
        changes=changes,
        complete_history=complete,
        parent_id=_parent_of_sub_task(fields),
    )
    return found if _leads_to_present(found) else replace(found, complete_history=False)


def kind(fields: Mapping[str, Any]) -> str | None:
    """Return the name of an issue's type; one above the ordinary ones counts as an epic.

    Initiatives and epics by any name only group others, and are not counted beside them.
    """
    found = read.maybe_part(fields, "issuetype")
    if found is None:
        return None
    return "Epic" if is_group(fields) else read.maybe_text(found, "name")


def is_group(fields: Mapping[str, Any]) -> bool:
    """Whether an issue is an epic or stands above epics; Data Center tells it by no number."""
    found = read.maybe_part(fields, "issuetype") or {}
    level = read.maybe_number(found, "hierarchyLevel")
    if level is None:
        return (read.maybe_text(found, "name") or "").casefold() == "epic"
    return level >= 1


def team(fields: Mapping[str, Any]) -> Team | None:
    """Return the Jira project an issue is in."""
    found = read.maybe_part(fields, "project")
    return project_team(found) if found else None


def project_team(raw: Mapping[str, Any]) -> Team:
    """Map a Jira project as a team: its key starts the keys of its issues."""
    key = read.text(raw, "key")
    return Team(read.ident(raw, "id"), key, read.maybe_text(raw, "name") or key)


def parent_id(
    fields: Mapping[str, Any], known: Fields, ids: Mapping[str, str] | None = None
) -> str | None:
    """Return the id of an issue's parent: an epic, or what it is a sub-task of.

    Data Center keeps the epic's key in a field of its own; `ids` are the ids of issues by key.
    """
    if (found := read.maybe_part(fields, "parent")) is not None:
        return read.maybe_ident(found, "id")
    epic = fields.get(known.epic_link) if known.epic_link else None
    if not isinstance(epic, str) or not epic:
        return None
    return (ids or {}).get(epic, epic)


def membership(
    fields: Mapping[str, Any], known: Fields, ids: Mapping[str, str] | None = None
) -> frozenset[str]:
    """Return the canonical ids of every closing object an issue belongs to by itself."""
    project = read.maybe_part(fields, "project")
    found = [
        Closing(Kind.VERSION, read.ident(one, "id")) for one in read.parts(fields, "fixVersions")
    ]
    if project is not None:
        found.append(Closing(Kind.PROJECT, read.ident(project, "id")))
    if (parent := parent_id(fields, known, ids)) is not None:
        found.append(Closing(Kind.ISSUE, parent))
    return frozenset(map(str, found))


def points_field(
    raws: Iterable[Mapping[str, Any]],
    histories: Iterable[Iterable[Mapping[str, Any]]],
    known: Fields,
) -> str | None:
    """Return which of the site's fields for story points these issues use: the one most have.

    Company-managed and team-managed projects have different ones. The first where it is equal.
    """
    used: Counter[str] = Counter()
    for raw in raws:
        fields = read.part(raw, "fields")
        used.update(one for one in known.points if fields.get(one) is not None)
    for log in histories:
        seen = {history.name_of(item, known) for one in log for item in history.items_of(one)}
        used.update(one for one in known.points if one in seen)
    return max(known.points, key=lambda one: used[one], default=None)


def _status(fields: Mapping[str, Any], present: history.Present, context: Context) -> Status:
    plain = statuses.status(read.part(fields, "status"))
    if not context.resolutions:
        return plain
    named = history.standing_id(present.status, present.resolution, context) or plain.id
    return statuses.of_ids([named], {plain.id: plain}).get(named, plain)


def _about(found: frozenset[str], about: str | None) -> frozenset[str]:
    return found if about is None else found & {about}


def _parent_of_sub_task(fields: Mapping[str, Any]) -> str | None:
    """Return the parent of a sub-task, whose size stands for a part of the parent's.

    An epic is a parent too, and is not counted itself.
    """
    parent = read.maybe_part(fields, "parent")
    return read.maybe_ident(parent, "id") if parent else None


def _leads_to_present(found: Issue) -> bool:
    past = History(found)
    tracks = (past.status, past.team)
    return not any(track.breaks and track.breaks[-1] == track.instants[-1] for track in tracks)
