"""Membership that is handed down: a sub-task is in the epic its parent is in. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import history
from service.domain.history import History, Step, Track, undo
from service.domain.tracking import Change, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.jira.mapping.history import Context
    from service.domain.tracking import Issue


def handed_down(
    found: Mapping[str, Issue],
    parents: Mapping[str, str | None],
    histories: Mapping[str, Sequence[Mapping[str, Any]]],
    context: Context,
) -> dict[str, Issue]:
    """Return the issues with what each is a member of by its parents, at every instant.

    - `found` are all issues by id, `parents` the present parent's id of each, `histories` in order.
    - Only for the closing object `context.about`; a parent that was not read hands nothing down.
    """
    about = context.about
    if about is None:
        return dict(found)
    ready: dict[str, Issue] = {}

    def whole(id_: str, above: tuple[str, ...] = ()) -> Issue:
        if id_ not in ready:
            issue = found[id_]
            past = _parents(parents.get(id_), histories.get(id_, ()), context)
            elders = {
                one: whole(one, (*above, id_))
                for one in {*past.values} - {None, id_, *above}
                if one is not None and one in found
            }
            ready[id_] = _with(issue, past, elders, about) if elders else issue
        return ready[id_]

    return {id_: whole(id_) for id_ in found}


def _parents(
    present: str | None, histories: Sequence[Mapping[str, Any]], context: Context
) -> Track[str | None]:
    steps = [
        Step(history.at_of(one), before, after)
        for one in histories
        for before, after in history.parent_pairs(one, context)
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
