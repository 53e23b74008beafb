"""Scales: where a number or a day lies on the paper, and which ones are written beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.words import MONTHS

MARKS = 7  # about so many numbers on an axis


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from `low` to `high`, drawn from `start` to `end` in pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value lies; what is beyond an end is drawn at it."""
        share = (min(max(value, self.low), self.high) - self.low) / ((self.high - self.low) or 1)
        return self.start + share * (self.end - self.start)


def round_up(highest: float) -> tuple[float, float]:
    """Return a round number that is no less than the highest value, and the step between marks."""
    if highest <= 0:
        return 1.0, 1.0
    rough = highest / MARKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
    return math.ceil(highest / step - 1e-9) * step, step


def marks(highest: float, step: float) -> list[float]:
    """Return the numbers to write from 0 to the highest."""
    return [index * step for index in range(round(highest / step) + 1)]


def day_marks(first: date, last: date) -> list[tuple[date, str]]:
    """Return the days to write below an axis, each with its words; the year where it changes."""
    days = max((last - first).days, 1)
    step = max(1, math.ceil(days / MARKS))
    found: list[tuple[date, str]] = []
    for number in range(0, days + 1, step):
        on = first + timedelta(days=number)
        known = found and found[-1][0].year == on.year
        found.append((on, short(on) if known else f"{short(on)} {on.year}"))
    return found


def short(on: date) -> str:
    """Write a day without its year: `28 Mar`."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def plain(number: float) -> str:
    """Write a number as short as it can be read: about three digits say enough."""
    if number == round(number) or abs(number) >= 100:  # noqa: PLR2004  (three digits)
        return f"{number:,.0f}"
    digits = 1 if abs(number) >= 10 else 2  # noqa: PLR2004  (three digits)
    return f"{number:.{digits}f}".rstrip("0").rstrip(".")
