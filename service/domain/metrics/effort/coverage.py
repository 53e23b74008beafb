"""How many of the finished issues the figures of effort can speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.effort.accuracy import NO_HOURS, pairing_of
from service.domain.metrics.effort.estimates import BY_PARTS, LATE, finished_of, is_late
from service.domain.metrics.effort.points_to_time import sample_of
from service.domain.metrics.effort.worked import worked_of
from service.domain.metrics.flow.cycle import NEVER_STARTED
from service.domain.metrics.values import Excluded, Value, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.effort.estimates import Finished

NOTHING_FINISHED = "no issue was delivered by the close"

_ESTIMATE = "share of the finished issues with an estimate, in points or hours, when work began"
_ACTUAL = "share of the finished issues on which time is recorded"
_CYCLE = "share of the finished issues with a cycle time, a proxy: no time is recorded"
_BOTH = "share of the finished issues with an estimate in hours when work began and recorded time"
_BOTH_PROXY = (
    "share of the finished issues with points when work began and a cycle time, a proxy: no time "
    "is recorded"
)


def coverage_figures(basis: Basis) -> dict[str, Value]:
    """Return the shares of the finished issues with an estimate, with an actual, and with both."""
    finished, left_out = finished_of(basis), basis.scope.excluded
    estimated = [_without_estimate(one) for one in finished]
    if worked_of(basis).entries:
        actual = [None if one.worked is not None else NO_HOURS for one in finished]
        formulas = (_ESTIMATE, _ACTUAL, _BOTH)
        both = pairing_of(basis).excluded
    else:
        actual = [None if one.days is not None else NEVER_STARTED for one in finished]
        formulas = (_ESTIMATE, _CYCLE, _BOTH_PROXY)
        both = sample_of(basis).excluded
    reasons = {one.issue: one.reason for one in both}
    compared = [reasons.get(one.past.key) for one in finished]
    rows = (estimated, actual, compared)
    figures = [
        _share(finished, row, formula, left_out)
        for row, formula in zip(rows, formulas, strict=True)
    ]
    return dict(zip(("coverage_estimate", "coverage_actual", "coverage"), figures, strict=True))


def _without_estimate(one: Finished) -> str | None:
    """Return why an issue counts as one without an estimate, None where it has one."""
    if one.points is None and one.hours is None:
        return BY_PARTS if one.by_parts else "has no estimate"
    return LATE if is_late(one) else None


def _share(
    finished: Sequence[Finished],
    missing: Sequence[str | None],
    formula: str,
    left_out: tuple[Excluded, ...],
) -> Value:
    """Return the share of the issues of which nothing is missing; `missing` is why something is."""
    if not finished:
        return unknown("ratio", formula, NOTHING_FINISHED, left_out)
    keys, excluded = [], list(left_out)
    for one, reason in zip(finished, missing, strict=True):
        if reason is None:
            keys.append(one.past.key)
        else:
            excluded.append(Excluded(one.past.key, reason))
    n = len(finished)
    return Value(len(keys) / n, "ratio", n, formula, tuple(keys), tuple(excluded))
