"""The changelog of an exported issue as our changes.

What is where: `from` and `to` are ids and may be null with the value in their texts only (due
dates, story points, keys); labels and sprints come as the whole list, versions one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache

from connectors.jira.export import words
from connectors.jira.export.documents import Document, HistoryPart, Item
from connectors.jira.export.selection import Target
from connectors.jira.mapping import statuses as meaning
from connectors.jira.mapping.items import YES, hours_text, ids_in
from connectors.jira.mapping.keys import Kind, project_of
from service.domain.tracking import Change, Field, Status, StatusCategory

HISTORY_CREATED = "changelog.histories.created"

#: A history with what it is ordered by: its instant in UTC, then its id: a longer number is later.
Placed = tuple[datetime, int, str, HistoryPart]
Told = tuple[Field, str | None, str | None]
Reading = Callable[[Item, list[Told]], None]


class Changes:
    """Reads changelogs for one closing object, and learns the statuses only these name.

    - `statuses` are those the issues of the export stand in, by id; one that only a history names
      is added, and counts as not started.
    - `ids` are the ids of issues and of Jira projects by their keys, `custom` the names of the
      custom fields by their ids, `kinds` our words for issue types by theirs.
    - `waits` are the words, in small letters, by which links say that an issue waits for another.
    - `points` is which of the fields for story points is read, by its name in small letters.
    - `last` holds, of the changelog read last, what it left the status, the project and each
      custom field with: the present value, where the field is not known by id.
    """

    def __init__(
        self,
        target: Target,
        statuses: dict[str, Status],
        ids: Mapping[str, str],
        custom: Mapping[str, str],
        kinds: Mapping[str, str],
        waits: Collection[str],
    ) -> None:
        self.statuses = statuses
        self.points = ""
        self.last: dict[str, str | None] = {}
        self._target = target
        self._about = str(target.closing)
        self._ids = ids
        self._kinds = kinds
        self._waits = waits
        self._by_name = {one.name.casefold(): one.id for one in statuses.values()}
        self._readings = self._by_field()
        self._readings |= {
            id_.casefold(): self._readings[name]
            for id_, name in custom.items()
            if name in self._readings
        }
        self._known: dict[str, Reading | None] = {}

    def of(self, document: Document) -> tuple[Change, ...]:
        """Return every change of the fields we keep, oldest first. Raises ValueError."""
        found: list[Change] = []
        self.last = {}
        known = self._known
        # The hot loop of reading an export: once for each item of each history.
        for at, _, number, history in ordered(document.changelog.histories):
            told: list[Told] = []
            for item in history.items:
                try:
                    reading = known[item.field_id or item.field]
                except KeyError:
                    reading = self._reading(item)
                if reading is not None:
                    reading(item, told)
            if not told:
                continue
            author = history.author.id if history.author is not None else None
            for index, (field, before, after) in enumerate(told):
                if before != after or field is Field.TEXT:
                    found.append(Change(at, f"{number}.{index:03}", field, before, after, author))
        return tuple(found)

    def _reading(self, item: Item) -> Reading | None:
        """Find how an item is read: by the field's id, else by its name in any case of letters."""
        found = self._readings.get((item.field_id or "").casefold())
        found = found or self._readings.get(item.field.casefold())
        self._known[item.field_id or item.field] = found
        return found

    def _by_field(self) -> dict[str, Reading]:
        found: dict[str, Reading] = {
            "status": self._status,
            "resolution": _resolution,
            "assignee": _assignee,
            "duedate": _due,
            "timeoriginalestimate": _hours,
            "issuetype": self._kind,
            "issue type": self._kind,
            "labels": _labels,
            "link": self._link,
            "issuelinks": self._link,
            "sprint": self._sprint,
            "flagged": self._flagged,
            "story points": self._points("story points"),
            "story point estimate": self._points("story point estimate"),
            "summary": _text,
            "description": _text,
            "project": self._project,
            "key": self._key,
        }
        if self._target.closing.kind is Kind.VERSION:
            found |= {name.casefold(): self._version for name in words.VERSIONS}
        if self._target.closing.kind is Kind.ISSUE:
            found |= {name.casefold(): self._parent for name in words.PARENTS}
        return found

    def _status(self, item: Item, told: list[Told]) -> None:
        before, after = item.before, item.after
        if before not in self.statuses:
            before = self._status_id(before, item.before_text)
        if after not in self.statuses:
            after = self._status_id(after, item.after_text)
        self.last["status"] = after
        told.append((Field.STATUS, before, after))

    def _status_id(self, id_: str | None, name: str | None) -> str | None:
        if id_ is None and name:
            id_ = self._by_name.get(name.casefold(), name)
        if id_ is not None and id_ not in self.statuses:
            self.statuses[id_] = Status(id_, name or id_, StatusCategory.TODO)
        return id_

    def _points(self, name: str) -> Reading:
        def read(item: Item, told: list[Told]) -> None:
            self.last[name] = after = _value(item.after, item.after_text)
            if name == self.points:
                told.append((Field.ESTIMATE, _value(item.before, item.before_text), after))

        return read

    def _sprint(self, item: Item, told: list[Told]) -> None:
        self.last["sprint"] = item.after
        before, after = ids_in(item.before), ids_in(item.after)
        _swapped(Field.SPRINTS, before, after, told)

    def _flagged(self, item: Item, told: list[Told]) -> None:
        before, after = (
            YES if value not in {None, "[]", "null"} else None
            for value in (
                _value(item.before, item.before_text),
                _value(item.after, item.after_text),
            )
        )
        self.last["flagged"] = after
        told.append((Field.FLAGGED, before, after))

    def _link(self, item: Item, told: list[Told]) -> None:
        left = self._blocker(item.before, item.before_text)
        joined = self._blocker(item.after, item.after_text)
        if left or joined:
            told.append((Field.BLOCKED_BY, left, joined))

    def _blocker(self, key: str | None, sentence: str | None) -> str | None:
        """Return the id of the issue to wait for, where the words of a link say that it is one."""
        if not key or not any(one in (sentence or "").casefold() for one in self._waits):
            return None
        return self._ids.get(key, key)

    def _kind(self, item: Item, told: list[Told]) -> None:
        before = self._kinds.get(item.before or "", item.before_text)
        told.append((Field.KIND, before, self._kinds.get(item.after or "", item.after_text)))

    def _version(self, item: Item, told: list[Told]) -> None:
        self._moved(
            self._is_version(item.before, item.before_text),
            self._is_version(item.after, item.after_text),
            told,
        )

    def _is_version(self, id_: str | None, name: str | None) -> bool:
        return id_ == self._target.closing.id if id_ else name == self._target.word

    def _parent(self, item: Item, told: list[Told]) -> None:
        wanted, ids = self._target.closing.id, self._ids
        if item.field == words.EPIC_LINK:
            self.last["epic link"] = item.after_text
        before = item.before or ids.get(item.before_text or "", item.before_text)
        after = item.after or ids.get(item.after_text or "", item.after_text)
        self._moved(before == wanted, after == wanted, told)

    def _project(self, item: Item, told: list[Told]) -> None:
        self._moved_project(item.before, item.after, told)

    def _key(self, item: Item, told: list[Told]) -> None:
        """Read a move that may be told by the key alone; told by the project too, it is the same."""
        before, after = (
            self._ids.get(prefix, prefix) or None
            for prefix in (project_of(item.before_text or ""), project_of(item.after_text or ""))
        )
        self._moved_project(before, after, told)

    def _moved_project(self, before: str | None, after: str | None, told: list[Told]) -> None:
        self.last["project"] = after
        _once((Field.TEAM, before, after), told)
        if self._target.closing.kind is Kind.PROJECT:
            wanted = self._target.closing.id
            self._moved(before == wanted, after == wanted, told)

    def _moved(self, left: bool, joined: bool, told: list[Told]) -> None:  # noqa: FBT001  (before and after)
        """Tell what left and what joined the closing object."""
        if left and not joined:
            _once((Field.MEMBERSHIP, self._about, None), told)
        elif joined and not left:
            _once((Field.MEMBERSHIP, None, self._about), told)


def ordered(histories: Iterable[HistoryPart]) -> list[Placed]:
    """Return the histories oldest first, each once; see `Placed`. Raises ValueError.

    Exports have them newest or oldest first, and twice where pages overlap.
    """
    unique = {
        one.id: (instant(one.created, HISTORY_CREATED), len(one.id), one.id, one)
        for one in histories
    }
    return sorted(unique.values())


def instant(text: str, field: str) -> datetime:
    """Read `2007-02-09T10:54:45.000-0600`, in UTC; offsets differ inside one issue.

    Raises ValueError, naming the field, where it is none or has no time zone.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"field {field}: {text!r} is no instant") from None
    if at.tzinfo is UTC:  # hot: most sites are set to it
        return at
    if at.tzinfo is None:
        raise ValueError(f"field {field}: the instant {text!r} has no time zone")
    return at.astimezone(UTC)


def day(text: str, field: str) -> date:
    """Read `2011-06-21`, or an instant that begins with it. Raises ValueError."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"field {field}: {text!r} is no date") from None


def _value(value: str | None, text: str | None) -> str | None:
    """Return `from` (or `to`) where it is present, else its text; None for no value."""
    return value or text or None


def _once(one: Told, told: list[Told]) -> None:
    """Tell what Jira tells twice: a parent as the epic link too, a project by the key too."""
    if one not in told:
        told.append(one)


@cache
def dropped(resolution: str | None) -> bool:
    """Whether a resolution says that the work was given up; there are few of them."""
    return meaning.dropped(resolution)


def _resolution(item: Item, told: list[Told]) -> None:
    before = YES if dropped(item.before_text) else None
    told.append((Field.DROPPED, before, YES if dropped(item.after_text) else None))


def _assignee(item: Item, told: list[Told]) -> None:
    before = _value(item.before, item.before_text)
    told.append((Field.ASSIGNEE, before, _value(item.after, item.after_text)))


def _due(item: Item, told: list[Told]) -> None:
    before, after = (
        value.replace("T", " ").split(" ")[0] if value else None
        for value in (
            _value(item.before, item.before_text),
            _value(item.after, item.after_text),
        )
    )
    told.append((Field.DUE_ON, before, after))


def _hours(item: Item, told: list[Told]) -> None:
    told.append((Field.HOURS, hours_text(item.before), hours_text(item.after)))


def _labels(item: Item, told: list[Told]) -> None:
    before, after = ((text or "").split() for text in (item.before_text, item.after_text))
    _swapped(Field.LABELS, before, after, told)


def _text(_item: Item, told: list[Told]) -> None:
    told.append((Field.TEXT, None, None))


def _swapped(field: Field, before: list[str], after: list[str], told: list[Told]) -> None:
    told.extend((field, one, None) for one in before if one not in after)
    told.extend((field, None, one) for one in after if one not in before)
