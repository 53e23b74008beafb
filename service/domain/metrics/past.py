"""What the figures need of one issue's past, read off its history once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from service.domain.history import History, Interval, intervals
from service.domain.tracking import Field, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from service.domain.history import Track
    from service.domain.tracking import Issue

DONE = StatusCategory.DONE


class Past(NamedTuple):
    """One issue's past in one project.

    - `stays` are the stretches of its membership, none of them before its creation.
    - `entered` holds when it entered `kinds`, index by index; the first is the status of its
      creation. A change between two statuses of one kind is an entry too.
    """

    key: str
    issue: Issue
    history: History
    stays: list[Interval]
    entered: list[datetime]
    kinds: list[StatusCategory]
    estimate: Track[float | None]
    dropped: Track[bool]

    @property
    def assignee(self) -> Track[str | None]:
        """The account ids of the assignees."""
        return self.history.assignee

    def member_at(self, at: datetime) -> bool:
        """Whether it belonged to the project at the instant."""
        for start, end in self.stays:  # noqa: SIM110  (hot: any() would make a generator)
            if start <= at and (end is None or at < end):
                return True
        return False

    def member_between(self, start: datetime, end: datetime) -> bool:
        """Whether it belonged to the project at some instant inside, both ends left out."""
        return any(
            stay.start < end and (stay.end is None or stay.end > start) for stay in self.stays
        )

    def joined_at(self, by: datetime) -> datetime:
        """Return when a member at the instant last joined; ValueError for one that never did."""
        if len(self.stays) == 1 and self.stays[0].start <= by:  # hot: most join once
            return self.stays[0].start
        return max(start for start, _ in self.stays if start <= by)

    def left_at(self, by: datetime) -> datetime:
        """Return when one that is no member at the instant last left; ValueError if it never did."""
        return max(end for _, end in self.stays if end is not None and end <= by)

    def ever_sized(self, unit: Field) -> bool:
        """Whether it ever carried a size: `unit` is ESTIMATE for points or HOURS."""
        if unit is Field.HOURS and unit not in self.history.changes:
            return self.issue.hours is not None
        values = _size(self, unit).values
        return values != (None,) and any(value is not None for value in values)

    def kind_at(self, at: datetime) -> StatusCategory:
        """Return what its status counted as at the instant."""
        return self.kinds[max(bisect_right(self.entered, at) - 1, 0)]

    def dropped_at(self, at: datetime) -> bool:
        """Whether it stood given up: by its status, or done with a resolution that says so."""
        kind = self.kind_at(at)
        return kind is StatusCategory.CANCELLED or (kind is DONE and self.dropped.at(at))

    def started_at(self) -> datetime | None:
        """Return the first entry into progress; moving back later does not erase it."""
        for at, kind in zip(self.entered, self.kinds, strict=True):
            if kind is StatusCategory.IN_PROGRESS:
                return at
        return None

    def done_at(self, by: datetime) -> datetime | None:
        """Return the last entry to done from outside, None unless it stood in done at `by`.

        An issue that was created done is done from its creation: nothing earlier is recorded.
        """
        index = bisect_right(self.entered, by) - 1
        if index < 0 or self.kinds[index] is not DONE:
            return None
        while index > 0 and self.kinds[index - 1] is DONE:
            index -= 1
        return self.entered[index]

    def delivered_at(self, by: datetime) -> datetime | None:
        """Return the last entry to done from outside, None where it was not done or given up."""
        return None if self.dropped_at(by) else self.done_at(by)

    def reopened_at(self) -> list[datetime]:
        """Return every exit from done to a status that is not done, whenever it was."""
        kinds = self.kinds
        if DONE not in kinds:
            return []
        return [
            self.entered[index]
            for index in range(1, len(kinds))
            if kinds[index - 1] is DONE and kinds[index] is not DONE
        ]


def past_of(issue: Issue, project_id: str, kinds: Mapping[str, StatusCategory]) -> Past:
    """Read an issue's past. A status that `kinds` does not hold counts as not started."""
    history = History(issue)
    status, entered = history.status, [issue.created_at]
    if status.instants:
        # Imported issues may have changes from before their creation.
        entered = [min(issue.created_at, status.instants[0]), *status.instants]
    return Past(
        key=issue.key,
        issue=issue,
        history=history,
        stays=_stays(history, project_id),
        entered=entered,
        kinds=[kinds.get(value or "", StatusCategory.TODO) for value in status.values],
        estimate=history.estimate,
        dropped=history.dropped,
    )


def _stays(history: History, project_id: str) -> list[Interval]:
    """Return the membership; an issue in the bin left at the instant it was last put away."""
    issue = history.issue
    if Field.MEMBERSHIP in history.changes:
        stays = intervals(history.member(Field.MEMBERSHIP, project_id), issue.created_at)
    else:
        stays = [Interval(issue.created_at, None)] if project_id in issue.membership else []
    if not issue.trashed:
        return stays
    binned_at = binned(history)
    if binned_at is None:
        return []
    return [
        Interval(start, binned_at if end is None else min(end, binned_at))
        for start, end in stays
        if start < binned_at
    ]


def binned(history: History) -> datetime | None:
    """Return when an issue that lies in the bin was put there, None where it is not recorded."""
    put_away = [step.at for step in history.archived.steps() if step.after]
    return put_away[-1] if put_away else None


class Sizes:
    """Sizes by the leaf rule: a parent counts by its sub-tasks where any has a size of that unit.

    Only sub-tasks that are in the project at the instant take the size off their parent.
    """

    def __init__(self, pasts: Iterable[Past]) -> None:
        self._parts: dict[str, list[Past]] = {}
        for past in pasts:
            if parent := past.issue.parent_id:
                self._parts.setdefault(parent, []).append(past)

    def at(self, past: Past, at: datetime, unit: Field = Field.ESTIMATE) -> float | None:
        """Return the size of an issue at the instant, None where it has none of its own.

        `unit` is ESTIMATE for points or HOURS.
        """
        if past.issue.id in self._parts and self.by_parts(past, at, unit):
            return None
        return _size(past, unit).at(at)

    def by_parts(self, past: Past, at: datetime, unit: Field = Field.ESTIMATE) -> bool:
        """Whether the issue counts by its sub-tasks at the instant."""
        parts = self._parts.get(past.issue.id)
        return parts is not None and any(
            part.member_at(at) and _size(part, unit).at(at) is not None for part in parts
        )


def _size(past: Past, unit: Field) -> Track[float | None]:
    return past.estimate if unit is Field.ESTIMATE else past.history.hours
