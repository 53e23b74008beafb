"""The items of a changelog → what changed, in our words. Pure.

What is where: `from` and `to` are ids and may be null with the value in `fromString` and
`toString` only (due dates, story points, keys); a field's `fieldId` may be missing; labels and
sprints come as the whole list, versions and links one by one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from connectors.jira.mapping import raw as read
from connectors.jira.mapping import statuses
from connectors.jira.mapping.keys import Closing, Kind, project_of
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from connectors.jira.mapping.context import Context
    from connectors.jira.mapping.fields import Fields

    Item = Mapping[str, Any]
    Pair = tuple[str | None, str | None]
    Told = tuple[Field, str | None, str | None]
    Reading = Callable[[Item, Context], Iterable[Told]]

YES = "true"

_TEXTS = frozenset({str, type(None)})
_TEXT_OF = {"from": "fromString", "to": "toString"}
_SECONDS = 3600
_SPRINT = re.compile(r"[\[,]id=(\d+)")


def name_of(item: Item, fields: Fields) -> str:
    """Return which field an item is about, in small letters: its id, else what its name says."""
    id_, name = item.get("fieldId"), item.get("field")
    if type(id_) in _TEXTS and type(name) in _TEXTS:  # the usual case, and a hot one
        return fields.name_of(id_, name)
    return fields.name_of(read.maybe_text(item, "fieldId"), read.maybe_text(item, "field"))


def value_of(item: Item, side: str) -> str | None:
    """Return `from` (or `to`) where it is present, else its text; None for no value."""
    found = item.get(side)
    if type(found) is str and found:  # the usual case, and a hot one
        return found
    return read.maybe_ident(item, side) or read.maybe_text(item, _TEXT_OF[side])


def told(items: Sequence[Item], context: Context) -> list[Told]:
    """Return what a history says of the fields we keep: the field, its value before and after."""
    names = [name_of(item, context.fields) for item in items]
    found: list[Told] = []
    for name, item in zip(names, items, strict=True):
        if name == "key" and "project" in names:
            continue  # the same move, told twice
        if (reading := _reading(name, context)) is not None:
            found += reading(item, context)
    if "parent" in names:
        for left, joined in parent_pairs(items, context):
            found += _moved(Kind.ISSUE, left, joined, context)
    return found


def parent_pairs(items: Sequence[Item], context: Context) -> list[Pair]:
    """Return the parents' ids before and after, each change once: Jira may tell it twice."""
    pairs = [
        (_parent(item, "from", context), _parent(item, "to", context))
        for item in items
        if name_of(item, context.fields) == "parent"
    ]
    return [pair for pair in dict.fromkeys(pairs) if pair[0] != pair[1]]


def ids_in(text: str | None) -> list[str]:
    """Return the ids of a list such as `10001, 10002`."""
    return [one for one in (text or "").replace(",", " ").split() if one.isdecimal()]


def hours(seconds: float) -> float:
    """Return an estimate as Jira keeps it, in seconds, in hours of work."""
    return seconds / _SECONDS


def hours_text(seconds: str | None) -> str | None:
    """Return seconds as hours; what is no number stays as it is, and counts as unreadable."""
    if not seconds or not seconds.isdecimal():
        return seconds
    return repr(hours(int(seconds))).removesuffix(".0")


def sprints(value: object) -> frozenset[str]:
    """Return the ids of the sprints in a field: objects on Cloud, texts on a Data Center."""
    found = set()
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            found.add(read.maybe_ident(one, "id"))
        elif isinstance(one, str) and (match := _SPRINT.search(one)):
            found.add(match[1])
    return frozenset(one for one in found if one)


def _reading(name: str, context: Context) -> Reading | None:
    if name == context.points:
        return _points
    if name in (context.fields.sprint, "sprint"):
        return _sprints
    if name in (context.fields.flagged, "flagged"):
        return _flagged
    return _READINGS.get(name)


def _changed(kept: Field, before: str | None, after: str | None) -> Iterable[Told]:
    return ((kept, before, after),) if before != after else ()


def _swapped(kept: Field, before: Sequence[str], after: Sequence[str]) -> Iterator[Told]:
    """Yield what left a set and what joined it, of a field that is told as the whole list."""
    yield from ((kept, one, None) for one in before if one not in after)
    yield from ((kept, None, one) for one in after if one not in before)


def _status(item: Item, context: Context) -> Iterable[Told]:
    if context.resolution_is_done:
        return ()  # then it takes the resolution of that time as well: see `history`
    return _changed(Field.STATUS, value_of(item, "from"), value_of(item, "to"))


def _resolution(item: Item, _context: Context) -> Iterable[Told]:
    before, after = (
        _flag(statuses.dropped(read.maybe_text(item, side))) for side in ("fromString", "toString")
    )
    return _changed(Field.DROPPED, before, after)


def _assignee(item: Item, _context: Context) -> Iterable[Told]:
    return _changed(Field.ASSIGNEE, value_of(item, "from"), value_of(item, "to"))


def _due(item: Item, _context: Context) -> Iterable[Told]:
    before, after = (_day_text(value_of(item, side)) for side in ("from", "to"))
    return _changed(Field.DUE_ON, before, after)


def _points(item: Item, _context: Context) -> Iterable[Told]:
    return _changed(Field.ESTIMATE, value_of(item, "from"), value_of(item, "to"))


def _hours(item: Item, _context: Context) -> Iterable[Told]:
    before, after = (hours_text(value_of(item, side)) for side in ("from", "to"))
    return _changed(Field.HOURS, before, after)


def _kind(item: Item, context: Context) -> Iterable[Told]:
    before, after = (
        context.kinds.get(read.maybe_ident(item, side) or "")
        or read.maybe_text(item, _TEXT_OF[side])
        for side in ("from", "to")
    )
    return _changed(Field.KIND, before, after)


def _flagged(item: Item, _context: Context) -> Iterable[Told]:
    before, after = (
        _flag(value_of(item, side) not in (None, "[]", "null")) for side in ("from", "to")
    )
    return _changed(Field.FLAGGED, before, after)


def _sprints(item: Item, _context: Context) -> Iterable[Told]:
    before, after = (ids_in(read.maybe_ident(item, side)) for side in ("from", "to"))
    return _swapped(Field.SPRINTS, before, after)


def _labels(item: Item, _context: Context) -> Iterable[Told]:
    before, after = (
        (read.maybe_text(item, side) or "").split() for side in ("fromString", "toString")
    )
    return _swapped(Field.LABELS, before, after)


def _link(item: Item, context: Context) -> Iterable[Told]:
    """Read a link that says so in the words of its type; any other is none of ours.

    The sentence around these words is in the language of whoever made the link.
    """
    left, joined = (
        context.ids.get(key, key) if (key := _blocker(item, side, context)) else None
        for side in ("from", "to")
    )
    return _changed(Field.BLOCKED_BY, left, joined)


def _blocker(item: Item, side: str, context: Context) -> str | None:
    sentence = (read.maybe_text(item, _TEXT_OF[side]) or "").casefold()
    says_so = any(words in sentence for words in context.waits)
    return read.maybe_ident(item, side) if says_so else None


def _text(_item: Item, _context: Context) -> Iterable[Told]:
    return ((Field.TEXT, None, None),)


def _version(item: Item, context: Context) -> Iterable[Told]:
    left, joined = read.maybe_ident(item, "from"), read.maybe_ident(item, "to")
    return _moved(Kind.VERSION, left, joined, context)


def _project(item: Item, context: Context) -> Iterator[Told]:
    yield from _moved_project(value_of(item, "from"), value_of(item, "to"), context)


def _key(item: Item, context: Context) -> Iterator[Told]:
    """Read a move to another Jira project that is told by the key alone."""
    before, after = (
        context.ids.get(prefix, prefix) or None
        for prefix in (project_of(value_of(item, side) or "") for side in ("from", "to"))
    )
    yield from _moved_project(before, after, context)


def _moved_project(before: str | None, after: str | None, context: Context) -> Iterator[Told]:
    yield from _changed(Field.TEAM, before, after)
    yield from _moved(Kind.PROJECT, before, after, context)


def _moved(kind: Kind, left: str | None, joined: str | None, context: Context) -> Iterator[Told]:
    """Yield what left and what joined a closing object, those not asked for left out."""
    if left == joined:
        return
    before, after = (str(Closing(kind, one)) if one else None for one in (left, joined))
    if before and context.about in {None, before}:
        yield Field.MEMBERSHIP, before, None
    if after and context.about in {None, after}:
        yield Field.MEMBERSHIP, None, after


def _parent(item: Item, side: str, context: Context) -> str | None:
    id_ = read.maybe_ident(item, side)
    key = read.maybe_text(item, _TEXT_OF[side])
    return id_ or (context.ids.get(key, key) if key else None)


def _flag(value: bool) -> str | None:  # noqa: FBT001  (the value itself)
    return YES if value else None


def _day_text(value: str | None) -> str | None:
    """Return a date without the time Jira writes behind it."""
    return re.split(r"[ T]", value)[0] if value else None


_READINGS: Mapping[str, Reading] = {
    "status": _status,
    "resolution": _resolution,
    "assignee": _assignee,
    "duedate": _due,
    "timeoriginalestimate": _hours,
    "issuetype": _kind,
    "issue type": _kind,
    "labels": _labels,
    "link": _link,
    "issuelinks": _link,
    "summary": _text,
    "description": _text,
    "fixversions": _version,
    "project": _project,
    "key": _key,
}
