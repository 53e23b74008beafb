"""A figure that can be opened: its value, what it was made from, what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from service.domain.tracking import PlanChange

if TYPE_CHECKING:
    from collections.abc import Iterable


class Part(NamedTuple):
    """One part of a figure that is told by name: a week, a status, a milestone.

    `value` None is unknown, and `reason` says why; `issues` are the keys behind it.
    """

    name: str
    value: int | float | Decimal | date | None
    n: int
    issues: tuple[str, ...] = ()
    reason: str | None = None


#: What a figure may be; None is unknown, and its `reason` says why. Money is a Decimal that was
#: rounded to the currency's minor unit, the currency being the figure's unit.
Figure = int | float | Decimal | date | str | tuple[PlanChange, ...] | tuple[Part, ...] | None


class Excluded(NamedTuple):
    """An issue that a figure could not use, by key, and why."""

    issue: str
    reason: str


#: What was left out as it is published, by the identity of the tuple that holds it.
LeftOut = dict[int, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Value:
    """One figure.

    - `n` is how many issues (or plan changes) it was computed from; `issues` are their keys.
    - `excluded` are those that would belong to it and could not be used.
    - `reason` says why the value is None, and is None where there is a value.
    """

    value: Figure
    unit: str
    n: int
    formula: str
    issues: tuple[str, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    reason: str | None = None

    def as_json(self, told: LeftOut | None = None) -> dict[str, object]:
        """Return the leaf as it is published; fractions are rounded here, to 6 digits, only.

        Leaves that are told together and left out the same issues share one list in `told`.
        """
        known = {} if told is None else told
        left_out = known.get(id(self.excluded))
        if left_out is None:  # hot: most of a large report are the issues that were left out
            left_out = [{"issue": issue, "reason": reason} for issue, reason in self.excluded]
            known[id(self.excluded)] = left_out
        return {
            "value": _plain(self.value),
            "unit": self.unit,
            "n": self.n,
            "excluded": left_out,
            "issues": list(self.issues),
            "formula": self.formula,
            "reason": self.reason,
        }


def unknown(unit: str, formula: str, reason: str, excluded: Iterable[Excluded] = ()) -> Value:
    """Return a figure that is not known, with the reason."""
    return Value(None, unit, 0, formula, excluded=tuple(excluded), reason=reason)


def iso(at: datetime | None) -> str | None:
    """Return an instant as ISO text in UTC, ending in Z."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Figure) -> object:
    match value:
        case float():
            return round(value, 6) + 0.0  # no "-0.0"
        case Decimal():
            return float(value)  # exact: an amount has fewer digits than a float keeps
        case date():
            return value.isoformat()
        case tuple():
            return [_entry(one) for one in value]
        case _:
            return value


def _entry(one: PlanChange | Part) -> dict[str, object]:
    if isinstance(one, PlanChange):
        return {"at": iso(one.at), "before": _plain(one.before), "after": _plain(one.after)}
    return {
        "name": one.name,
        "value": _plain(one.value),
        "n": one.n,
        "issues": list(one.issues),
        "reason": one.reason,
    }
