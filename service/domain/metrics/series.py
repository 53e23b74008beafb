"""What the charts show, as numbers: each kind of chart has one shape.

`reason` says why there is nothing to draw, and is None where there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Lines:
    """Values day by day, at the end of each; a value is None where there is none yet or any more."""

    unit: str
    days: tuple[date, ...] = ()
    lines: tuple[tuple[str, tuple[float | None, ...]], ...] = ()
    reason: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the series as it is published."""
        return {
            "unit": self.unit,
            "days": [day.isoformat() for day in self.days],
            "lines": {name: list(values) for name, values in self.lines},
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Pairs:
    """For each issue what was expected of it and what it took, both in `unit`."""

    unit: str
    points: tuple[tuple[str, float, float], ...] = ()
    reason: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the pairs as they are published."""
        return {
            "unit": self.unit,
            "points": [
                {"issue": key, "estimate": round(estimate, 6), "actual": round(actual, 6)}
                for key, estimate, actual in self.points
            ],
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Plans:
    """The planned finish from each day on, and the day on which it was really finished."""

    steps: tuple[tuple[date, date | None], ...] = ()
    actual: date | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the plans as they are published."""
        return {
            "unit": "date",
            "steps": [
                {"day": day.isoformat(), "planned": planned and planned.isoformat()}
                for day, planned in self.steps
            ],
            "actual": self.actual and self.actual.isoformat(),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length, and what to know beside it."""

    name: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Lengths side by side, in `unit`."""

    unit: str
    bars: tuple[Bar, ...] = ()
    reason: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the bars as they are published."""
        return {
            "unit": self.unit,
            "bars": [
                {"name": bar.name, "value": round(bar.value, 6), "note": bar.note}
                for bar in self.bars
            ],
            "reason": self.reason,
        }


Series = Lines | Pairs | Plans | Bars
