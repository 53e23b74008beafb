"""One cell of the figures table, and the row it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from service.domain.words import counted, day

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.metrics.snapshot import Snapshot
    from service.domain.metrics.values import Value

PERCENT = 100
#: Units that a ratio or an index has: the number says all.
_BARE = frozenset({"ratio", "times", ""})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the figures table; a cell is None where the column says nothing of this row.

    A cell that is not known says so and why: `unknown: the tracker keeps no earlier target dates`.
    `reason` is what the reader should know beside the cells: how the figure is bounded, what it
    covers.
    """

    label: str
    planned: str | None
    actual: str | None
    reason: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the row as it is kept and published."""
        return {
            "label": self.label,
            "planned": self.planned,
            "actual": self.actual,
            "reason": self.reason,
        }


def cell(value: Value) -> str:
    """Write a figure as people read it; one that is not known with its reason."""
    match value.value:
        case None:
            return f"unknown: {value.reason}"
        case date() as on:
            return day(on)
        case Decimal() as amount:
            return f"{amount:,} {value.unit}"
        case float(0) if value.unit not in _BARE:
            return "none"
        case float() as number if value.unit in _BARE:
            return f"{number:.2f}"
        case float() as number:
            return f"{number:,.1f} {value.unit}"
        case 0:
            return "none"
        case number:
            return str(number)


def percent(value: Value) -> str:
    """Write a ratio as a percentage; one that is not known with its reason."""
    if not isinstance(value.value, int | float):
        return cell(value)
    return f"{PERCENT * value.value:.0f} %"


def local_day(found: Snapshot, at: datetime) -> str:
    """Write the day of an instant in the project's zone."""
    return day(at.astimezone(found.timezone).date())


def late(value: Value) -> str:
    """Write a slip in days."""
    if not isinstance(value.value, int):
        return cell(value)
    if value.value == 0:
        return "none, on the planned day"
    return f"{counted(abs(value.value), 'day')} {'late' if value.value > 0 else 'early'}"


def size(found: Snapshot, name: str) -> str:
    """Write a part of the scope in issues, with its points and hours where there are any."""
    items = found[f"scope.{name}"]
    if not isinstance(items.value, int):
        return cell(items)
    parts = [counted(items.value, "issue")]
    for unit in ("points", "hours"):
        sized = found[f"scope.{name}_{unit}"].value
        if isinstance(sized, float) and items.value:
            parts.append(f"{sized:g} {unit}")
    return ", ".join(parts)


def joined(*parts: str | None) -> str | None:
    """Join what there is to know beside a cell; None where there is nothing."""
    return "; ".join(part for part in parts if part) or None
