"""An issue's history entries → its changes. Pure.

In an entry a null pair means "untouched" and "no value" alike: a change is where one side is set.
Entries group edits within a short time by one person; their order is not documented.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from connectors.linear import mapping
from connectors.linear.mapping import raw as read
from service.domain.tracking import Change, Field, Issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Raws = Iterable[Mapping[str, Any]]
    Pair = tuple[Field, str | None, str | None]

_SCALARS = {
    Field.STATUS: ("fromStateId", "toStateId"),
    Field.ASSIGNEE: ("fromAssigneeId", "toAssigneeId"),
    Field.ESTIMATE: ("fromEstimate", "toEstimate"),
    Field.DUE_ON: ("fromDueDate", "toDueDate"),
    Field.TEAM: ("fromTeamId", "toTeamId"),
}
_SETS_OF_ONE = {
    Field.MEMBERSHIP: ("fromProjectId", "toProjectId"),
    Field.SPRINTS: ("fromCycleId", "toCycleId"),
}


def issue(raw: Mapping[str, Any], labels: Raws, relations: Raws, entries: Raws) -> Issue:
    """Map an Issue with all its labels, its inverse relations and its whole history.

    An issue in the trash counts as archived too: Linear archives what is put there.
    """
    project, cycle = mapping.id_of(raw, "project"), mapping.id_of(raw, "cycle")
    in_team = read.maybe_part(raw, "team")
    trashed = bool(raw.get("trashed"))
    blocked = blocking(relations)
    return Issue(
        id=read.text(raw, "id"),
        key=read.text(raw, "identifier"),
        title=read.maybe_text(raw, "title") or "",
        url=read.text(raw, "url"),
        status=mapping.issue_status(read.part(raw, "state")),
        created_at=read.instant(raw, "createdAt"),
        assignee=mapping.maybe_person(raw, "assignee"),
        estimate=read.maybe_number(raw, "estimate"),
        due_on=read.maybe_day(raw, "dueDate"),
        membership=frozenset({project} if project else ()),
        labels={read.text(one, "id"): read.text(one, "name") for one in labels},
        team=mapping.team(in_team) if in_team else None,
        archived=trashed or read.maybe_instant(raw, "archivedAt") is not None,
        trashed=trashed,
        changes=tuple(sorted((*changes(entries), *blocked), key=lambda one: (one.at, one.id))),
        parent_id=mapping.id_of(raw, "parent"),
        milestone_id=mapping.id_of(raw, "projectMilestone"),
        sprints=frozenset({cycle} if cycle else ()),
        blocked_by=frozenset(one.after for one in blocked if one.after),
    )


def changes(entries: Raws) -> tuple[Change, ...]:
    """Return every change of the entries, oldest first, each entry once."""
    unique = {read.text(entry, "id"): entry for entry in entries}
    ordered = sorted(unique.items(), key=lambda one: (read.instant(one[1], "createdAt"), one[0]))
    return tuple(change for _, entry in ordered for change in _entry(entry))


def blocking(relations: Raws) -> tuple[Change, ...]:
    """Return since when an issue waits for which others, by the relations that stand today.

    Of a relation that was taken away nothing can be read: the codes that an entry's
    `relationChanges` tell it by are not published.
    """
    since: dict[str, Change] = {}
    for one in relations:
        if one.get("type") != "blocks":
            continue
        blocker = read.text(read.part(one, "issue"), "id")
        at, id_ = read.instant(one, "createdAt"), read.text(one, "id")
        change = Change(at, id_, Field.BLOCKED_BY, None, blocker)
        since[blocker] = min(since.get(blocker, change), change)
    return tuple(since.values())


def _entry(entry: Mapping[str, Any]) -> Iterator[Change]:
    at, entry_id = read.instant(entry, "createdAt"), read.text(entry, "id")
    robot = entry.get("autoClosed") or entry.get("autoArchived")
    actor = None if robot else read.maybe_text(entry, "actorId")
    for field, before, after in _pairs(entry):
        yield Change(at, entry_id, field, before, after, actor)


def _pairs(entry: Mapping[str, Any]) -> Iterator[Pair]:
    for field, (source, target) in _SCALARS.items():
        before, after = _scalar(entry, source), _scalar(entry, target)
        if before != after:
            yield field, before, after
    for field, (source, target) in _SETS_OF_ONE.items():
        left, joined = _scalar(entry, source), _scalar(entry, target)
        if left != joined:
            yield from ((field, left, None),) if left else ()
            yield from ((field, None, joined),) if joined else ()
    yield from _milestone(entry)
    yield from ((Field.LABELS, one, None) for one in read.texts(entry, "removedLabelIds"))
    yield from ((Field.LABELS, None, one) for one in read.texts(entry, "addedLabelIds"))
    yield from _put_away(entry)
    if entry.get("updatedDescription") or entry.get("toTitle"):
        yield Field.TEXT, None, None


def _milestone(entry: Mapping[str, Any]) -> Iterator[Pair]:
    before = mapping.id_of(entry, "fromProjectMilestone")
    after = mapping.id_of(entry, "toProjectMilestone")
    if before != after:
        yield Field.MILESTONE, before, after


def _put_away(entry: Mapping[str, Any]) -> Iterator[Pair]:
    told = [entry[key] for key in ("archived", "trashed") if isinstance(entry.get(key), bool)]
    if told or entry.get("autoArchived"):
        now = any(told) or bool(entry.get("autoArchived"))
        yield Field.ARCHIVED, _flag(not now), _flag(now)


def _scalar(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(float(value)).removesuffix(".0")
    return read.maybe_text(entry, key)


def _flag(value: bool) -> str | None:  # noqa: FBT001  (the value itself)
    return "true" if value else None


def state_ids(issues: Iterable[Issue]) -> set[str]:
    """Return every status id that occurs in the issues or their histories."""
    found = set()
    for one in issues:
        found.add(one.status.id)
        for change in one.changes:
            if change.field is Field.STATUS:
                found.update(filter(None, (change.before, change.after)))
    return found


def removals(issues: Iterable[Issue], project_id: str) -> int:
    """Count how often an issue was moved out of the project, as the histories tell."""
    return sum(
        change.field is Field.MEMBERSHIP and change.before == project_id
        for one in issues
        for change in one.changes
    )


def unaccounted(counts: Sequence[float], known_removals: int) -> int | None:
    """Return how many more issues the weekly counts lost than the histories tell of.

    - Only a lower bound: what joined in the same week hides what left.
    - None where there are no counts yet, as in a project's first week.
    """
    if not counts:
        return None
    lost = sum(max(0.0, before - after) for before, after in pairwise(counts))
    return max(0, round(lost) - known_removals)
