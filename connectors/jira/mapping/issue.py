"""An issue with its history, as ours. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import history, items, people, statuses
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.context import BLOCKED_BY
from connectors.jira.mapping.keys import Closing, Kind
from service.domain.tracking import Field, Issue, Team

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from connectors.jira.mapping.context import Context
    from connectors.jira.mapping.fields import Fields
    from connectors.jira.mapping.history import Entry
    from service.domain.tracking import Change


def issue(
    raw: Mapping[str, Any],
    log: Sequence[Entry],
    context: Context,
    *,
    url: str,
    complete: bool = True,
) -> Issue:
    """Map an issue with its whole changelog (in order).

    It counts as incomplete too where the last recorded status or project is not the present one:
    natural histories have no such gap, so something was not shown.
    """
    fields = read.part(raw, "fields")
    known = context.fields
    status = statuses.status(read.part(fields, "status"))
    resolution = statuses.resolution_of(fields)
    if (links := dict(_blockers(fields, context.waits))) and not links.keys() <= context.ids.keys():
        context = replace(context, ids={**links, **context.ids})
    estimated = read.maybe_number(fields, "timeoriginalestimate")
    found = Issue(
        id=read.ident(raw, "id"),
        key=read.text(raw, "key"),
        title=read.maybe_text(fields, "summary") or "",
        url=url,
        status=statuses.resolved(status, resolution) if context.resolution_is_done else status,
        created_at=read.instant(fields, "created"),
        kind=kind(fields),
        assignee=people.maybe_person(fields, "assignee"),
        estimate=read.maybe_number(fields, context.points) if context.points else None,
        hours=None if estimated is None else items.hours(estimated),
        due_on=read.maybe_day(fields, "duedate"),
        membership=_about(membership(fields, known, context.ids), context.about),
        labels={label: label for label in read.texts(fields, "labels")},
        team=team(fields),
        archived=read.maybe_instant(fields, "archiveddate") is not None,
        changes=history.changes(log, history.Present(status.id, resolution), context),
        complete_history=complete,
        parent_id=_parent_of_sub_task(fields),
        components=tuple(read.text(one, "name") for one in read.parts(fields, "components")),
        sprints=items.sprints(fields.get(known.sprint)) if known.sprint else frozenset(),
        flagged=bool(fields.get(known.flagged)) if known.flagged else False,
        blocked_by=frozenset(context.ids.get(key, id_) for key, id_ in links.items()),
        dropped=statuses.dropped(resolution),
    )
    return found if _leads_to_present(found) else replace(found, complete_history=False)


def kinds(raws: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what the types of these issues are called here, by the type's id; see `kind`."""
    found: dict[str, str] = {}
    for raw in raws:
        fields = read.part(raw, "fields")
        type_ = read.maybe_part(fields, "issuetype")
        if type_ is not None and (id_ := read.maybe_ident(type_, "id")) and id_ not in found:
            found[id_] = kind(fields) or ""
    return found


def keys(raw: Mapping[str, Any], log: Iterable[Entry]) -> Iterator[str]:
    """Yield every key that an issue has or had: it gets another one when it moves."""
    yield read.text(raw, "key")
    for entry in log:
        for item in entry.items:
            if item.get("field") in {"Key", "key"} and (old := items.value_of(item, "from")):
                yield old


def waits(raws: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the words by which these issues' links say that one waits, in small letters."""
    types = [
        read.maybe_part(link, "type") or {}
        for raw in raws
        for link in read.parts(read.part(raw, "fields"), "issuelinks")
    ]
    return frozenset({
        BLOCKED_BY,
        *(
            words.casefold()
            for one in types
            if (read.maybe_text(one, "name") or "").casefold() == "blocks"
            and (words := read.maybe_text(one, "inward"))
        ),
    })  # fmt: skip


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
    logs: Iterable[Iterable[Entry]],
    known: Fields,
) -> str | None:
    """Return which of the site's fields for story points these issues use: the one most have.

    Company-managed and team-managed projects have different ones. The first where it is equal.
    """
    used: Counter[str] = Counter()
    for raw in raws:
        fields = read.part(raw, "fields")
        used.update(one for one in known.points if fields.get(one) is not None)
    for log in logs:
        seen = {items.name_of(item, known) for entry in log for item in entry.items}
        used.update(one for one in known.points if one in seen)
    return max(known.points, key=lambda one: used[one], default=None)


def _blockers(fields: Mapping[str, Any], words: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield key and id of every issue that this one waits for."""
    for link in read.parts(fields, "issuelinks"):
        type_, other = read.maybe_part(link, "type"), read.maybe_part(link, "inwardIssue")
        inward = read.maybe_text(type_, "inward") if type_ else None
        if other is not None and (inward or "").casefold() in words:
            yield read.text(other, "key"), read.ident(other, "id")


def _about(found: frozenset[str], about: str | None) -> frozenset[str]:
    return found if about is None else found & {about}


def _parent_of_sub_task(fields: Mapping[str, Any]) -> str | None:
    """Return the parent of a sub-task, whose size stands for a part of the parent's.

    An epic is a parent too, and is not counted itself.
    """
    parent = read.maybe_part(fields, "parent")
    return read.maybe_ident(parent, "id") if parent else None


def _leads_to_present(found: Issue) -> bool:
    present = {Field.STATUS: found.status.id, Field.TEAM: found.team.id if found.team else None}
    return all(_ends_with(found.changes, field, value) for field, value in present.items())


def _ends_with(changes: Sequence[Change], field: Field, value: str | None) -> bool:
    """Whether a change at the last instant of a field led to the value, or none was recorded."""
    last = next((one.at for one in reversed(changes) if one.field is field), None)
    return last is None or any(
        one.after == value for one in reversed(changes) if one.field is field and one.at == last
    )
