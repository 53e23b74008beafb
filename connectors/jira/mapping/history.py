"""A changelog's histories → our changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from connectors.jira.mapping import items, people, statuses
from connectors.jira.mapping import raw as read
from service.domain.tracking import Change, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.jira.mapping.context import Context

    Naming = Callable[[str | None, str | None], str | None]


class Entry(NamedTuple):
    """One history of a changelog: what one account (None: not told) changed at one instant."""

    at: datetime
    id: str
    author: Mapping[str, Any] | None
    items: Sequence[items.Item]


@dataclass(frozen=True, slots=True)
class Present:
    """What the undoing of statuses starts from: today's status id and resolution."""

    status: str
    resolution: str | None


def ordered(histories: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Return the histories oldest first, each once: pages come in any order and overlap."""
    found = [
        Entry(
            at=read.instant(one, "created"),
            id=id_,
            author=read.maybe_part(one, "author"),
            items=read.parts(one, "items"),
        )
        for id_, one in {read.ident(one, "id"): one for one in histories}.items()
    ]
    found.sort(key=_when)
    return found


def changes(log: Iterable[Entry], present: Present, context: Context) -> tuple[Change, ...]:
    """Return every change of the fields we keep, oldest first. `log` is in order.

    A status is kept under its own id, whatever the resolution; only where a resolution says what
    is done (`resolution_is_done`), it makes another status of one.
    """
    found: list[Change] = []
    # The hot loop of reading issues: once for each item of each history.
    for at, number, by, changed in log:
        if told := items.told(changed, context):
            author = people.account_id(by)
            for index, (field, before, after) in enumerate(told):
                found.append(Change(at, f"{number}.{index:03}", field, before, after, author))
    if context.resolution_is_done:

        def named(status: str | None, resolution: str | None) -> str | None:
            return status and statuses.resolved_id(status, context.known.get(status), resolution)

        found += _standings([*log], present, context, named)
        found.sort(key=_when)
    return tuple(found)


def moves(log: Sequence[Entry], present: Present, context: Context) -> tuple[Change, ...]:
    """Return the changes of status, oldest first; a status that work was dropped in is another one.

    Under ids that `statuses.of_ids` knows. `log` is in order.
    """

    def named(status: str | None, resolution: str | None) -> str | None:
        return status and statuses.standing_id(
            status,
            context.known.get(status),
            resolution,
            resolution_is_done=context.resolution_is_done,
        )

    return tuple(sorted(_standings(log, present, context, named), key=_when))


def _when(one: Entry | Change) -> tuple[datetime, int, str]:
    return one.at, len(one.id), one.id  # a longer number is a later one


def _standings(
    log: Sequence[Entry], present: Present, context: Context, named: Naming
) -> Iterator[Change]:
    """Yield the changes of status, each together with the resolution it came with.

    Undone from today, newest first, for the resolution is kept by items of its own.
    """
    status, resolution = present.status, present.resolution
    for at, number, by, changed in reversed(log):
        about = [(items.name_of(item, context.fields), item) for item in changed]
        steps = [_sides(item) for name, item in about if name == "status"]
        told = [item for name, item in about if name == "resolution"]
        after = read.maybe_text(told[-1], "toString") if told else resolution
        before = read.maybe_text(told[0], "fromString") if told else resolution
        for index, (left, joined) in reversed([*enumerate(steps or [(status, status)])]):
            last = index == max(len(steps), 1) - 1
            was, became = named(left, before), named(joined, after if last else before)
            if was != became:
                change_id = f"{number}.{100 + index:03}"
                yield Change(at, change_id, Field.STATUS, was, became, people.account_id(by))
        if steps:
            status = steps[0][0] or status
        resolution = before


def _sides(item: items.Item) -> items.Pair:
    return items.value_of(item, "from"), items.value_of(item, "to")
