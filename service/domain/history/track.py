"""One value over time, made by undoing its changes from the present."""

from __future__ import annotations

from bisect import bisect_right
from operator import ge
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Interval(NamedTuple):
    """A stretch of time from `start` on; `end` is the first instant after it, None: it lasts."""

    start: datetime
    end: datetime | None


class Step(NamedTuple, Generic[T_co]):
    """A change of one value at an instant, read into our types."""

    at: datetime
    before: T_co
    after: T_co


class Track(NamedTuple, Generic[T_co]):
    """One value over time.

    - `values[0]` held before `instants[0]`, `values[k]` from `instants[k - 1]` on.
    - `breaks` are the instants of the changes that did not lead to what was recorded next.
    """

    instants: tuple[datetime, ...]
    values: tuple[T_co, ...]
    breaks: tuple[datetime, ...] = ()

    def at(self, instant: datetime) -> T_co:
        """Return the value at the instant, a change at this very instant included."""
        if not self.instants:
            return self.values[0]
        return self.values[bisect_right(self.instants, instant)]

    def steps(self) -> Iterator[Step[T_co]]:
        """Yield every change, oldest first; a recorded change to the same value is one too."""
        for index, instant in enumerate(self.instants):
            yield Step(instant, self.values[index], self.values[index + 1])


def undo(present: T, steps: Sequence[Step[T]]) -> Track[T]:
    """Undo the steps (sorted, oldest first) from the present value, newest first.

    Steps of one instant are taken in the order in which each starts where the one before ended:
    tools write several with the same second and number them at random.
    """
    if not steps:
        return Track((), (present,))
    instants, before, became = zip(*steps, strict=True)
    return undo_columns(present, instants, before, became)


def undo_columns(
    present: T, instants: tuple[datetime, ...], before: tuple[T, ...], became: tuple[T, ...]
) -> Track[T]:
    """Undo steps that are given column by column, as `undo` does."""
    if any(map(ge, instants, instants[1:])):
        return _undo_ties(present, [*map(Step, instants, before, became)])
    # Hot: what held before each step is what that step recorded; only the last is known by today.
    values = (*before, present)
    next_was = values[1:]
    breaks = () if became == next_was else _breaks(instants, became, next_was)
    return Track(instants, values, breaks)


def _breaks(
    instants: Sequence[datetime], became: Sequence[T], next_was: Sequence[T]
) -> tuple[datetime, ...]:
    """Return the instants of the steps after which something else was recorded."""
    return tuple(
        at for at, after, was in zip(instants, became, next_was, strict=True) if after != was
    )


def _undo_ties(present: T, steps: Sequence[Step[T]]) -> Track[T]:
    """Undo steps of which several are of one instant, one by one, newest first."""
    values, instants, breaks = [present], [], []
    pending = list(steps)
    value = present
    while pending:
        step = pending.pop(_latest(pending, value))
        if step.after != value:
            breaks.append(step.at)
        value = step.before
        values.append(value)
        instants.append(step.at)
    return Track(tuple(reversed(instants)), tuple(reversed(values)), tuple(reversed(breaks)))


def intervals(track: Track[bool], born_at: datetime) -> list[Interval]:
    """Return the stretches during which the track was true, none of them before `born_at`.

    A stretch without length is none: something that joined and left in one instant was never in.
    """
    found = []
    start: datetime | None = born_at if track.values[0] else None
    for at, holds in zip(track.instants, track.values[1:], strict=True):
        if holds and start is None:
            start = max(at, born_at)
        elif not holds and start is not None:
            if at > start:
                found.append(Interval(start, at))
            start = None
    if start is not None:
        found.append(Interval(start, None))
    return found


def _latest(pending: Sequence[Step[T]], value: T) -> int:
    """Return the index of the step to undo first: of those at the last instant, one that fits."""
    last = len(pending) - 1
    at = pending[last].at
    index = last
    while index >= 0 and pending[index].at == at:
        if pending[index].after == value:
            return index
        index -= 1
    return last
