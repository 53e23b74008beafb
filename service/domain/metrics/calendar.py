"""Days and weeks of a project: where they begin and end, and which of them are worked on."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate
from typing import NamedTuple

DAY = timedelta(days=1)

SATURDAY, SUNDAY = 5, 6


class _Day(NamedTuple):
    """A local day: its first instant, its length, how much of it is worked, and of its year before.

    `before` counts the working days of its year up to it, the day itself left out.
    """

    begin: datetime
    length: timedelta
    share: float
    before: float


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working calendar of a project.

    - `timezone` is where its days begin and end; a day may have 23 or 25 hours there.
    - `weekend` are the days of the week without work, Monday is 0.
    - `holidays` are days without work, `half_days` those with half of it.
    """

    timezone: tzinfo = UTC
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: Container[date] = frozenset()
    half_days: Container[date] = frozenset()
    # Read off once: a project asks for the same days and years again and again.
    _days: dict[date, _Day] = field(default_factory=dict, compare=False, repr=False)
    _starts: dict[date, datetime] = field(default_factory=dict, compare=False, repr=False)
    _years: dict[int, list[float]] = field(default_factory=dict, compare=False, repr=False)

    def day_of(self, at: datetime) -> date:
        """Return the local day of an instant."""
        return at.astimezone(self.timezone).date()

    def start_of(self, on: date) -> datetime:
        """Return the first instant of a local day, in UTC."""
        found = self._starts.get(on)
        if found is None:
            found = datetime.combine(on, time.min, self.timezone).astimezone(UTC)
            self._starts[on] = found
        return found

    def end_of(self, on: date) -> datetime:
        """Return the first instant after a local day, in UTC: what is due that day is late then."""
        return self.start_of(on + DAY)

    def week_of(self, at: datetime) -> date:
        """Return the Monday of the ISO week of an instant."""
        on = self.day_of(at)
        return on - timedelta(days=on.weekday())

    def share_of(self, on: date) -> float:
        """Return how much of a day is worked: 1, 0.5 or 0."""
        if on.weekday() in self.weekend or on in self.holidays:
            return 0.0
        return 0.5 if on in self.half_days else 1.0

    def working_days(self, start: datetime, end: datetime) -> float:
        """Return the working days between two instants; a part of a day counts as that part.

        Negative where the end is before the start.
        """
        if end < start:
            return -self.working_days(end, start)
        first, worked_first = self._worked_in_year(start)
        last, worked_last = self._worked_in_year(end)
        if first == last:
            return worked_last - worked_first
        between = sum(self._worked_by(year)[-1] for year in range(first, last))
        return between + worked_last - worked_first

    def _worked_in_year(self, at: datetime) -> tuple[int, float]:
        """Return the local year of an instant and the working days of that year up to it."""
        on = self.day_of(at)
        begin, length, share, before = self._days.get(on) or self._read(on)
        return on.year, before + share * ((at - begin) / length) if share else before

    def _read(self, on: date) -> _Day:
        begin = self.start_of(on)
        new_year = date(on.year, 1, 1)
        before = self._worked_by(on.year)[(on - new_year).days]
        day = _Day(begin, self.end_of(on) - begin, self.share_of(on), before)
        self._days[on] = day
        return day

    def _worked_by(self, year: int) -> list[float]:
        """Return the working days of a year before each of its days; the last entry is them all."""
        if year not in self._years:
            first = date(year, 1, 1).toordinal()
            after = date(year, 12, 31).toordinal() + 1
            shares = (self.share_of(date.fromordinal(number)) for number in range(first, after))
            self._years[year] = list(accumulate(shares, initial=0.0))
        return self._years[year]
