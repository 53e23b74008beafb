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

_SCALARS = {
    Field.STATUS: ("fromStateId", "toStateId"),
    Field.ASSIGNEE: ("fromAssigneeId", "toAssigneeId"),
    Field.ESTIMATE: ("fromEstimate", "toEstimate"),
    Field.DUE_ON: ("fromDueDate", "toDueDate"),
    Field.TEAM: ("fromTeamId", "toTeamId"),
}


def issue(
    raw: Mapping[str, Any],
    labels: Iterable[Mapping[str, Any]],
    entries: Iterable[Mapping[str, Any]],
) -> Issue:
    """Map an Issue with all its labels and its whole history.

    An issue in the trash counts as archived too: Linear archives what is put there.
    """
    project, parent = read.maybe_part(raw, "project"), read.maybe_part(raw, "parent")
    in_team = read.maybe_part(raw, "team")
    trashed = bool(raw.get("trashed"))
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
        membership=frozenset({read.text(project, "id")} if project else ()),
        labels={read.text(one, "id"): read.text(one, "name") for one in labels},
        team=mapping.team(in_team) if in_team else None,
        archived=trashed or read.maybe_instant(raw, "archivedAt") is not None,
        trashed=trashed,
        changes=changes(entries),
        parent_id=read.text(parent, "id") if parent else None,
    )


def changes(entries: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return every change of the entries, oldest first, each entry once."""
    unique = {read.text(entry, "id"): entry for entry in entries}
    ordered = sorted(unique.items(), key=lambda one: (read.instant(one[1], "createdAt"), one[0]))
    return tuple(change for _, entry in ordered for change in _entry(entry))


def _entry(entry: Mapping[str, Any]) -> Iterator[Change]:
    at, entry_id = read.instant(entry, "createdAt"), read.text(entry, "id")
    actor = read.maybe_text(entry, "actorId")
    for field, before, after in _pairs(entry):
        yield Change(at, entry_id, field, before, after, actor)


def _pairs(entry: Mapping[str, Any]) -> Iterator[tuple[Field, str | None, str | None]]:
    for field, (source, target) in _SCALARS.items():
        before, after = _scalar(entry, source), _scalar(entry, target)
        if before != after:
            yield field, before, after
    left, joined = _scalar(entry, "fromProjectId"), _scalar(entry, "toProjectId")
    if left != joined:
        yield from ((Field.MEMBERSHIP, left, None),) if left else ()
        yield from ((Field.MEMBERSHIP, None, joined),) if joined else ()
    yield from ((Field.LABELS, one, None) for one in read.texts(entry, "removedLabelIds"))
    yield from ((Field.LABELS, None, one) for one in read.texts(entry, "addedLabelIds"))
    put_away = [entry[key] for key in ("archived", "trashed") if isinstance(entry.get(key), bool)]
    if put_away:
        yield Field.ARCHIVED, _flag(not any(put_away)), _flag(any(put_away))


def _scalar(entry: Mapping[str, Any], key: str) -> str | None:
    value = entry.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(float(value)).removesuffix(".0")
    return read.maybe_text(entry, key)


def _flag(value: bool) -> str:  # noqa: FBT001  (the value itself)
    return "true" if value else "false"


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
