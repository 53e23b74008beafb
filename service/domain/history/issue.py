"""The primitive below every figure: an issue's fields as they were at an instant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import lt
from typing import TYPE_CHECKING, TypeVar

from service.domain.history.kept import kept
from service.domain.history.track import Step, Track, undo, undo_columns
from service.domain.tracking import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from service.domain.tracking import Change, Issue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class State:
    """The fields of an issue at one instant; people, statuses, teams and labels as ids."""

    status: str | None
    membership: frozenset[str]
    assignee: str | None
    estimate: float | None
    due_on: date | None
    labels: frozenset[str]
    team: str | None
    archived: bool


def state(issue: Issue, instant: datetime) -> State | None:
    """Return what the issue was at the instant: today's fields with every later change undone.

    - None before the issue was created: it was absent.
    - The order and repetition of the changes do not matter.
    """
    if instant < issue.created_at:
        return None
    past = History(issue)
    return State(
        status=past.status.at(instant),
        membership=past.members(Field.MEMBERSHIP, instant),
        assignee=past.assignee.at(instant),
        estimate=past.estimate.at(instant),
        due_on=past.due_on.at(instant),
        labels=past.members(Field.LABELS, instant),
        team=past.team.at(instant),
        archived=past.archived.at(instant),
    )


class History:
    """The changes of one issue, sorted out by field once, each undone when it is first asked for.

    `changes` holds the recorded changes by field, oldest first, each once, their instants in UTC.
    """

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        changes: dict[Field, list[Change]] = {}
        for change in issue.changes:  # hot: every change of every issue
            # Two times of one zone are compared by their clocks, wrong when these are set back.
            one = change if change.at.tzinfo is UTC else _in_utc(change)
            if one.field in changes:
                changes[one.field].append(one)
            else:
                changes[one.field] = [one]
        for field, found in changes.items():
            if len(found) > 1 and not _rising(found):
                changes[field] = _in_order(found)
        self.changes = changes

    @kept
    def status(self) -> Track[str | None]:
        """The status ids."""
        return self._scalar(Field.STATUS, self.issue.status.id, text_of)

    @kept
    def assignee(self) -> Track[str | None]:
        """The assignee's account ids."""
        person = self.issue.assignee
        return self._scalar(Field.ASSIGNEE, person.id if person else None, text_of)

    @kept
    def estimate(self) -> Track[float | None]:
        """The estimates in points; 0 is an estimate, None is none."""
        return self._scalar(Field.ESTIMATE, self.issue.estimate, number_of)

    @kept
    def due_on(self) -> Track[date | None]:
        """The due dates, as local calendar dates."""
        return self._scalar(Field.DUE_ON, self.issue.due_on, date_of)

    @kept
    def team(self) -> Track[str | None]:
        """The team ids."""
        team = self.issue.team
        return self._scalar(Field.TEAM, team.id if team else None, text_of)

    @kept
    def hours(self) -> Track[float | None]:
        """The estimates in hours of work; 0 is an estimate, None is none."""
        return self._scalar(Field.HOURS, self.issue.hours, number_of)

    @kept
    def kind(self) -> Track[str | None]:
        """The names of its type."""
        return self._scalar(Field.KIND, self.issue.kind, text_of)

    @kept
    def milestone(self) -> Track[str | None]:
        """The milestone ids."""
        return self._scalar(Field.MILESTONE, self.issue.milestone_id, text_of)

    @kept
    def flagged(self) -> Track[bool]:
        """Whether it was marked as held up."""
        return self._scalar(Field.FLAGGED, self.issue.flagged, flag_of)

    @kept
    def dropped(self) -> Track[bool]:
        """Whether its resolution said that the work was given up, whatever its status."""
        return self._scalar(Field.DROPPED, self.issue.dropped, flag_of)

    @kept
    def archived(self) -> Track[bool]:
        """Whether it was archived."""
        return self._scalar(Field.ARCHIVED, self.issue.archived, flag_of)

    def member(self, field: Field, one: str) -> Track[bool]:
        """Return whether `one` was in a set field, its birth not looked at."""
        return self._in_set(field, one, self._present(field))

    def members(self, field: Field, instant: datetime) -> frozenset[str]:
        """Return all that was in a set field (membership, labels, sprints, blocked by) then."""
        present = self._present(field)
        seen = {*present, *self.mentioned(field)}
        return frozenset(one for one in seen if self._in_set(field, one, present).at(instant))

    def mentioned(self, field: Field) -> set[str]:
        """Return every value that occurs in the recorded changes of a field."""
        changes = self.changes.get(field, ())
        return {one for change in changes for one in (change.before, change.after) if one}

    def _present(self, field: Field) -> frozenset[str]:
        issue = self.issue
        match field:
            case Field.MEMBERSHIP:
                return issue.membership
            case Field.SPRINTS:
                return issue.sprints
            case Field.BLOCKED_BY:
                return issue.blocked_by
            case _:
                return frozenset(issue.labels)

    def _scalar(self, field: Field, present: T, read: Callable[[str | None], T]) -> Track[T]:
        changes = self.changes.get(field)
        if changes is None:  # hot: most fields of most issues never changed
            return Track((), (present,))
        if len(changes) == 1:  # hot: and most of the others changed once
            at, _, _, was, now, _ = changes[0]
            return Track((at,), (read(was), present), () if read(now) == present else (at,))
        instants, before, became = [], [], []
        for at, _, _, was, now, _ in changes:
            instants.append(at)
            before.append(read(was))
            became.append(read(now))
        return undo_columns(present, tuple(instants), tuple(before), tuple(became))

    def _in_set(self, field: Field, one: str, present: frozenset[str]) -> Track[bool]:
        steps = [
            Step(change.at, change.before == one, change.after == one)
            for change in self.changes.get(field, ())
            if (change.before == one) is not (change.after == one)
        ]
        return undo(one in present, steps) if steps else Track((), (one in present,))


def text_of(text: str | None) -> str | None:
    """Read an id; an empty text is none."""
    return text or None


def number_of(text: str | None) -> float | None:
    """Read decimal text; None where there is no number in it."""
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None


def date_of(text: str | None) -> date | None:
    """Read an ISO date; None where there is none in it."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def flag_of(text: str | None) -> bool:
    """Read a yes or no; no value at all is a no."""
    return (text or "").casefold() not in {"", "false", "0"}


def _rising(changes: Sequence[Change]) -> bool:
    """Whether each change came after the one before, as most records have them."""
    instants = [change.at for change in changes]
    return all(map(lt, instants, instants[1:]))


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """Sort the changes of one field, oldest first, and drop those given twice (page borders)."""
    ordered = sorted(changes, key=_order)
    return [one for index, one in enumerate(ordered) if index == 0 or one != ordered[index - 1]]


def _order(change: Change) -> tuple[datetime, int, str, str, str]:
    """Order by instant, then by id (a longer number is a later one), whatever came in first."""
    return change.at, len(change.id), change.id, change.before or "", change.after or ""


def _in_utc(change: Change) -> Change:
    return change._replace(at=change.at.astimezone(UTC))
