"""Reopening: how often finished work came back, after how long, and what it took again.

A reopening leaves the done statuses; from one done status to another is none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.in_status import NO_MEMBERS
from service.domain.metrics.flow.passage import DONE
from service.domain.metrics.flow.spread import Spread
from service.domain.metrics.values import Value, unknown

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past

NOTHING_FINISHED = "no issue that was in the project at the close was ever done"
NEVER_REOPENED = "no finished issue was reopened"

_REOPENED = "exits from done to another status, up to the close, of members at the close"
_RATE = (
    "members at the close that were reopened at least once up to the close, divided by those that "
    "were done at least once"
)
_TIME = "time from an entry to done to the exit from it, up to the close, of members at the close"
_FIRST = f"{_TIME}, the first one of each issue"
_REWORK = (
    "sum of the time from the first entry to done to the last one, where that is another one, of "
    "members that were done at the close"
)


class Reopening(NamedTuple):
    """Finished work that came back: when it had been done, and when it came back."""

    past: Past
    done: datetime
    exit: datetime


class _Found(NamedTuple):
    reopenings: list[Reopening]
    finished: tuple[str, ...]
    rework: dict[str, timedelta]


def _found(basis: Basis) -> _Found:
    """Look at each member at the close for the times at which it was done and came back."""
    close = basis.window.close
    reopenings, finished, rework = [], [], {}
    for past in basis.scope["final"]:  # hot: once for each issue
        kinds, entered = past.kinds, past.entered
        if DONE not in kinds or entered[first := kinds.index(DONE)] > close:
            continue
        finished.append(past.key)
        done = entered[first]
        inside, again = True, False
        for index in range(first + 1, len(kinds)):
            at, is_done = entered[index], kinds[index] is DONE
            if at > close:
                break
            if inside and not is_done:
                reopenings.append(Reopening(past, done, at))
                again = True
            elif is_done and not inside:
                done = at
            inside = is_done
        if inside and again:
            rework[past.key] = done - entered[first]
    return _Found(reopenings, tuple(finished), rework)


def reopen_figures(basis: Basis) -> dict[str, Value]:
    """Return the reopenings, their rate, how long work had been done, and the rework after it."""
    scope, left_out = basis.scope, basis.scope.excluded
    reopenings, finished, rework = _found(basis)
    by_issue = {one.past.key: one for one in reversed(reopenings)}  # the first one of each stays
    keys = tuple(dict.fromkeys(one.past.key for one in reopenings))
    n = len(scope["final"])
    figures = {
        "reopened": Value(len(reopenings), "times", n, _REOPENED, keys, left_out)
        if n
        else unknown("times", _REOPENED, NO_MEMBERS, left_out),
    }
    if not finished:
        return figures | {
            "reopen_rate": unknown("ratio", _RATE, NOTHING_FINISHED, left_out),
            "time_to_reopen_median_days": unknown("days", _TIME, NOTHING_FINISHED, left_out),
            "time_to_first_reopen_median_days": unknown("days", _FIRST, NOTHING_FINISHED, left_out),
            "rework_days": unknown("days", _REWORK, NOTHING_FINISHED, left_out),
        }
    times = _spread(reopenings, "reopenings", basis)
    firsts = _spread(list(by_issue.values()), "reopened issues", basis)
    total = sum(rework.values(), timedelta()) / DAY
    rate = len(keys) / len(finished)
    return figures | {
        "reopen_rate": Value(rate, "ratio", len(finished), _RATE, keys, left_out),
        "time_to_reopen_median_days": times.percentile(50, _TIME),
        "time_to_first_reopen_median_days": firsts.percentile(50, _FIRST),
        "rework_days": Value(total, "days", len(finished), _REWORK, tuple(rework), left_out),
    }


def _spread(reopenings: list[Reopening], what: str, basis: Basis) -> Spread:
    lengths = sorted(((one.exit - one.done) / DAY, one.past.key) for one in reopenings)
    return Spread(lengths, what, NEVER_REOPENED, basis.scope.excluded)
