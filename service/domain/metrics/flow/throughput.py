"""Throughput: how many issues were delivered in each week, weeks without any included.

One of the four measures of the Kanban Guide (2020). Weeks are ISO weeks in the project's time
zone, each named by its Monday.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.domain.metrics.flow.passage import delivered_of
from service.domain.metrics.flow.spread import nearest_rank
from service.domain.metrics.values import Excluded, Part, Value, unknown

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis

EARLIER = "was done before the kick-off"

_WEEKLY = (
    "done members at the close that were not dropped, by the ISO week of their last completion in "
    "the project's time zone, from the week of the kick-off to the week of the close"
)
_MEDIAN = f"median, nearest rank, over all weeks, of: {_WEEKLY}"

WEEK = 7


def throughput_figures(basis: Basis) -> dict[str, Value]:
    """Return how many issues were delivered in each week, and the median week."""
    start, excluded = basis.window.baseline, [*basis.scope.excluded]
    if start is None:
        reason = basis.window.baseline_reason
        return {
            "throughput_weekly": unknown("issues", _WEEKLY, reason, excluded),
            "throughput_median": unknown("issues", _MEDIAN, reason, excluded),
        }
    zone = basis.calendar.timezone
    first, last = (basis.calendar.week_of(at).toordinal() for at in (start, basis.window.close))
    weeks: dict[int, list[str]] = {monday: [] for monday in range(first, last + 1, WEEK)}
    for past, _, _, ended, _, _, _ in delivered_of(basis):  # hot: once for each issue
        if ended is None:
            continue
        if ended < start:
            excluded.append(Excluded(past.key, EARLIER))
            continue
        number = ended.astimezone(zone).toordinal()
        weeks[number - (number - 1) % WEEK].append(past.key)  # day 1 was a Monday
    parts = tuple(
        Part(date.fromordinal(monday).isoformat(), len(keys), len(keys), tuple(keys))
        for monday, keys in weeks.items()
    )
    every = tuple(key for part in parts for key in part.issues)
    middle = nearest_rank(sorted(part.n for part in parts), 50)
    n, left_out = len(every), tuple(excluded)
    return {
        "throughput_weekly": Value(parts, "issues", n, _WEEKLY, every, left_out),
        "throughput_median": Value(middle, "issues", n, _MEDIAN, every, left_out),
    }
