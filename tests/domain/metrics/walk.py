"""A plain walk over the frames of told lives: when work began, ended, and in what it stood.

Slow and simple, so that it is an oracle for the figures. Nothing here undoes a history.
"""

from __future__ import annotations

from datetime import datetime

from service.domain.history import State
from service.domain.tracking import Field, Issue, StatusCategory
from tests.domain.builders import STATUSES
from tests.domain.lives import Life

DONE, IN_PROGRESS = StatusCategory.DONE, StatusCategory.IN_PROGRESS


def category(life: Life, at: datetime) -> StatusCategory:
    """Return what the life stood in; before its birth, what it was born in."""
    return _category(life.at(at) or life.frames[0][1])


def _category(frame: State) -> StatusCategory:
    return STATUSES[frame.status or ""].category


def closed_at(life: Life, by: datetime) -> datetime | None:
    """Return when the life came to be done or dropped by its status, as it stands at `by`."""
    told = [(at, _category(frame)) for at, frame in life.frames if at <= by]
    if not told or not told[-1][1].closed:
        return None
    index = len(told) - 1
    # Of several frames in one instant each was an entry: they are walked one by one.
    while index and told[index - 1][1] is told[-1][1]:
        index -= 1
    return told[index][0]


def started_at(life: Life) -> datetime | None:
    """Return the first entry into progress, None where there was none."""
    return next((at for at, frame in life.frames if _category(frame) is IN_PROGRESS), None)


def cycle(life: Life, by: datetime) -> tuple[datetime, datetime] | None:
    """Return the cycle of a life that is done at `by`, None where it has none."""
    start, end = started_at(life), closed_at(life, by)
    if category(life, by) is not DONE or end is None or start is None or start >= end:
        return None
    return start, end


def dropped_at(issue: Issue, at: datetime) -> bool:
    """Whether its resolution said at the instant that the work was given up, told forward."""
    told = [change for change in issue.changes if change.field is Field.DROPPED]
    if not told:
        return issue.dropped
    held = told[0].before
    for change in told:
        held = change.after if change.at <= at else held
    return held is not None
