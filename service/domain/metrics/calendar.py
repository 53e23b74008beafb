"""Days and weeks of a project: where they begin and end, and which of them are worked on."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

DAY = timedelta(days=1)

SATURDAY, SUNDAY = 5, 6


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
    _until: dict[int, float] = field(default_factory=dict, compare=False, repr=False)

    def day_of(self, at: datetime) -> date:
        """Return the local day of an instant."""
        return at.astimezone(self.timezone).date()

    def start_of(self, on: date) -> datetime:
        """Return the first instant of a local day, in UTC."""
        return datetime.combine(on, time.min, self.timezone).astimezone(UTC)

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
        return self._worked_until(end) - self._worked_until(start)

    def _worked_until(self, at: datetime) -> float:
        """Return the working days from the beginning of this calendar's reckoning to an instant."""
        on = self.day_of(at)
        share = self.share_of(on)
        whole = self._whole_days_before(on)
        if not share:
            return whole
        begin = self.start_of(on)
        return whole + share * ((at - begin) / (self.end_of(on) - begin))

    def _whole_days_before(self, on: date) -> float:
        """Return the working days before a day, counted from some day on; kept for the next time."""
        number, known = on.toordinal(), self._until
        if number in known:
            return known[number]
        if not known:
            known[number] = 0.0
            return 0.0
        if number < (first := min(known)):
            for day, after in pairwise(range(first, number - 1, -1)):
                known[after] = known[day] - self.share_of(date.fromordinal(after))
        else:
            for before, day in pairwise(range(max(known), number + 1)):
                known[day] = known[before] + self.share_of(date.fromordinal(before))
        return known[number]
