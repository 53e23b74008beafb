"""Where the record of an issue does not hold together: each change must lead to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.history.issue import date_of, number_of
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from service.domain.history.issue import History
    from service.domain.history.track import Track

_WORDS = {
    Field.MEMBERSHIP: "project",
    Field.DUE_ON: "due date",
    Field.ARCHIVED: "archiving",
    Field.HOURS: "estimate in hours",
    Field.KIND: "type",
    Field.FLAGGED: "flag",
    Field.BLOCKED_BY: "blocking links",
    Field.DROPPED: "resolution",
}
_SETS = {Field.MEMBERSHIP, Field.LABELS, Field.SPRINTS, Field.BLOCKED_BY}
_READ = {Field.ESTIMATE: number_of, Field.HOURS: number_of, Field.DUE_ON: date_of}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the data that limits what the figures say.

    `issue` is the key of the issue it is about, None where it is about all of them. The text names
    no person.
    """

    issue: str | None
    field: Field | None
    text: str


def findings(history: History) -> list[Finding]:
    """Check the chain of every field that has changes, and that numbers and dates can be read."""
    found: list[Finding] = []
    key = history.issue.key
    for field in history.changes:  # hot: every field of every issue that ever changed
        if field in _SETS:
            tracks = [history.member(field, one) for one in sorted(history.mentioned(field))]
        elif field is Field.TEXT:  # an edit of words has no values to compare
            continue
        else:
            tracks = [getattr(history, field)]
        for track in tracks:
            if track.breaks:
                found += [Finding(key, field, _gap(field, track, at)) for at in track.breaks]
        if read := _READ.get(field):
            found += _unread(history, field, read)
    if len(found) > 1:
        found.sort(key=lambda one: one.field or "")
    return found


def _unread(
    history: History, field: Field, read: Callable[[str | None], object]
) -> Iterator[Finding]:
    for text in sorted(text for text in history.mentioned(field) if read(text) is None):
        why = f"the {_word(field)} {text!r} cannot be read and is taken as none"
        yield Finding(history.issue.key, field, why)


def _word(field: Field) -> str:
    return _WORDS.get(field, field.value)


def _gap(field: Field, track: Track[object], at: datetime) -> str:
    word = _word(field)
    if at == track.instants[-1]:
        return f"the last recorded change of its {word} does not lead to what it is today"
    return f"a change of its {word} after {at:%Y-%m-%d %H:%M} UTC is not recorded"
