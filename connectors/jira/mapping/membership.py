"""Membership that is handed down: a sub-task is in the epic its parent is in. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.jira.mapping import items
from service.domain.history import History, Step, Track, undo
from service.domain.tracking import Change, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.jira.mapping.context import Context
    from connectors.jira.mapping.history import Entry
    from service.domain.tracking import Issue


def handed_down(
    found: Mapping[str, Issue],
    parents: Mapping[str, str | None],
    logs: Mapping[str, Sequence[Entry]],
    context: Context,
) -> dict[str, Issue]:
    """Return the issues with what each is a member of by its parents, at every instant.

    - `found` are all issues by id, `parents` the present parent's id of each, `logs` in order.
    - Only for the closing object `context.about`; a parent that was not read hands nothing down.
    """
    about = context.about
    if about is None:
        return dict(found)
    pasts = {id_: _parents(parents.get(id_), logs.get(id_, ()), context) for id_ in found}
    return handed_down_by(found, pasts, about)


def handed_down_by(
    found: Mapping[str, Issue], pasts: Mapping[str, Track[str | None]], about: str
) -> dict[str, Issue]:
    """Return the issues with what each is a member of by its parents: `pasts` holds these by id."""
    ready: dict[str, Issue] = {}

    def whole(id_: str, above: tuple[str, ...] = ()) -> Issue:
        if id_ not in ready:
            issue, past = found[id_], pasts[id_]
            elders = {
                one: whole(one, (*above, id_))
                for one in {*past.values} - {None, id_, *above}
                if one is not None and one in found
            }
            ready[id_] = _with(issue, past, elders, about) if elders else issue
        return ready[id_]

    return {id_: whole(id_) for id_ in found}


def _parents(present: str | None, log: Sequence[Entry], context: Context) -> Track[str | None]:
    steps = [
        Step(entry.at, before, after)
        for entry in log
        for before, after in items.parent_pairs(entry.items, context)
    ]
    return undo(present, steps)


def _with(issue: Issue, past: Track[str | None], elders: Mapping[str, Issue], about: str) -> Issue:
    own = History(issue).member(Field.MEMBERSHIP, about)
    tracks = {one: History(elder).member(Field.MEMBERSHIP, about) for one, elder in elders.items()}
    instants = sorted({
        *past.instants, *own.instants, *(at for track in tracks.values() for at in track.instants)
    })  # fmt: skip

    def inside(index: int) -> bool:
        """Whether it was a member before the first instant (-1), or from that instant on."""
        parent = past.values[0] if index < 0 else past.at(instants[index])
        every = (own, tracks[parent]) if parent in tracks else (own,)
        return any(one.values[0] if index < 0 else one.at(instants[index]) for one in every)

    kept = tuple(change for change in issue.changes if change.field is not Field.MEMBERSHIP)
    inherited = tuple(_steps(instants, inside, about))
    member = inside(len(instants) - 1)
    return replace(
        issue,
        membership=issue.membership | {about} if member else issue.membership - {about},
        changes=tuple(sorted((*kept, *inherited), key=lambda one: (one.at, len(one.id), one.id))),
    )


def _steps(
    instants: Sequence[datetime], inside: Callable[[int], bool], about: str
) -> Iterator[Change]:
    for index, at in enumerate(instants):
        before, after = inside(index - 1), inside(index)
        if before != after:
            yield Change(
                at,
                f"{index}.by-parent",
                Field.MEMBERSHIP,
                about if before else None,
                about if after else None,
            )
