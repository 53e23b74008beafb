"""Lengths of time of many issues, and the percentiles that are read off them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from service.domain.metrics.values import Excluded, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

#: Below this many measured issues a percentile says nothing; the values themselves do.
FEWEST = 5


def nearest_rank(ordered: Sequence[T], percent: int) -> T:
    """Return the percentile of a sorted sequence that is not empty: one that is really in it."""
    return ordered[-(-percent * len(ordered) // 100) - 1]


@dataclass(frozen=True)
class Spread:
    """Lengths in days, each with the key of its issue, sorted.

    - `what` are the measured things in the plural, `finished issues`.
    - `nothing` is the reason where not one was measured.
    - `excluded` are the issues that could not be measured.
    """

    lengths: Sequence[tuple[float, str]]
    what: str
    nothing: str
    excluded: tuple[Excluded, ...]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the measured issues, the quickest first."""
        return tuple(dict.fromkeys(key for _, key in self.lengths))

    def percentile(self, percent: int, formula: str) -> Value:
        """Return a percentile by nearest rank; of fewer than five the values as the reason."""
        formula = f"P{percent}, nearest rank, of: {formula}"
        if len(self.lengths) < FEWEST:
            return unknown("days", formula, self._too_few(), self.excluded)
        length, _ = nearest_rank(self.lengths, percent)
        return Value(length, "days", len(self.lengths), formula, self.keys, self.excluded)

    def _too_few(self) -> str:
        if not self.lengths:
            return self.nothing
        each = ", ".join(f"{key} {length:.1f} days" for length, key in self.lengths)
        return f"fewer than {FEWEST} {self.what} were measured: {each}"
