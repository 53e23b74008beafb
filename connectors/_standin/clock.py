"""The stand-in's own time: it can be pushed ahead, and it can run faster than the wall clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

Clock = Callable[[], datetime]


class StandinClock:
    """A clock over another one.

    - `speed` 60 makes a minute of the wall clock an hour here.
    - `advance` pushes it ahead; it never goes back.
    - Instants are cut to milliseconds, as the tools give them.
    """

    def __init__(self, base: Clock, speed: float = 1.0) -> None:
        self._base = base
        self._began = base()
        self.speed = speed
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        passed = (self._base() - self._began) * self.speed
        now = self._began + passed + self._ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def advance(self, by: timedelta) -> None:
        """Push the clock ahead. Raises ValueError for a step back."""
        if by < timedelta():
            raise ValueError(f"a clock does not run back: {by}")
        self._ahead += by

    def seconds_until(self, instant: datetime) -> float:
        """Seconds of the wall clock until then, if nobody advances this one; never negative."""
        return max(0.0, (instant - self()).total_seconds() / self.speed)
