"""Working time: which of the recorded hours are the project's, up to the close.

What somebody wrote down counts as it was written: entries that look wrong are told, not mended.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING

from service.domain.history import Finding
from service.domain.metrics.past import past_of
from service.domain.metrics.values import Excluded
from service.domain.words import day, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.tracking import TimeEntry

NO_TIME = "the tracker keeps no working time; import it to have this figure"
NONE_RECORDED = "no working time was recorded for the project up to the close"

HOUR = 3600
A_DAY = 24 * HOUR

#: So many keys are named in a sentence before the rest is only counted.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Worked:
    """The working time of a project up to the close.

    - `entries` are the project's, oldest first, `days` their local days: recorded for it as a
      whole, or on an issue while that was in it. What was recorded before its issue existed counts
      from the creation on. Sub-tasks' time is on the sub-tasks alone.
    - `reason` says why the total is not known, and is None where it is. The hours below are then
      only those that are known.
    - `partial` are the keys of issues of which the tracker gave only a part of the time.
    - `excluded` are issues whose time, or a part of it, is not the project's.
    - `findings` tell of entries to look at: they count as they were recorded.
    - `seconds` are the project's, by issue id; `all_seconds` and `begun` are of all time that was
      recorded on an issue up to the close, wherever it belonged, and of when that began.
    """

    entries: tuple[TimeEntry, ...]
    days: tuple[date, ...]
    reason: str | None
    partial: frozenset[str] = frozenset()
    excluded: tuple[Excluded, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: Mapping[str, int] = field(default_factory=dict)
    all_seconds: Mapping[str, int] = field(default_factory=dict)
    begun: Mapping[str, datetime] = field(default_factory=dict)
    _instants: tuple[datetime, ...] = ()
    _sums: tuple[int, ...] = ()

    @property
    def hours(self) -> float:
        """The hours up to the close."""
        return self._sums[-1] / HOUR if self._sums else 0.0

    def hours_until(self, at: datetime) -> float:
        """Return the hours of work begun up to the instant, and never of any after the close."""
        index = bisect_right(self._instants, at)
        return self._sums[index - 1] / HOUR if index else 0.0

    def hours_of(self, issue_id: str) -> float | None:
        """Return the project's hours on one issue, None where there are none recorded."""
        return _hours(self.seconds, issue_id)

    def actual_of(self, issue_id: str) -> float | None:
        """Return all hours on one issue up to the close, wherever it belonged at the time.

        This is what its estimate is compared with. None where there are none recorded.
        """
        return _hours(self.all_seconds, issue_id)


def worked_of(basis: Basis) -> Worked:
    """Return the working time of the project up to the close, worked out once for all areas."""
    return basis.once(_worked)


def _hours(seconds: Mapping[str, int], issue_id: str) -> float | None:
    found = seconds.get(issue_id)
    return None if found is None else found / HOUR


def _worked(basis: Basis) -> Worked:
    given, end = basis.issues.time, basis.window.close
    if given is None:
        return Worked((), (), basis.issues.time_unknown or NO_TIME)
    each_once = {entry.id: entry for entry in given if entry.at <= end}
    recorded = sorted(each_once.values(), key=attrgetter("at", "id"))
    known = _issues(basis, recorded)
    ours: list[TimeEntry] = []
    other: list[TimeEntry] = []
    for entry in recorded:
        (ours if _is_ours(entry, known) else other).append(entry)
    days = tuple(basis.calendar.day_of(entry.at) for entry in ours)
    partial = frozenset(past.key for past in known.values()) & basis.issues.time_partial
    return Worked(
        entries=tuple(ours),
        days=days,
        reason=_reason(ours, partial),
        partial=partial,
        excluded=tuple(_not_ours(basis, other, known)),
        findings=tuple(_findings(ours, days, known, end)),
        seconds=_by_issue(ours),
        all_seconds=_by_issue(recorded),
        begun={entry.issue_id: entry.at for entry in reversed(recorded) if entry.issue_id},
        _instants=tuple(entry.at for entry in ours),
        _sums=tuple(accumulate(entry.seconds for entry in ours)),
    )


def _issues(basis: Basis, recorded: Iterable[TimeEntry]) -> dict[str, Past]:
    """Return the issues that can have time of the project, by id: also those that only group."""
    known = {past.issue.id: past for past in basis.scope.counted}
    wanted = {entry.issue_id for entry in recorded} - set(known)
    excluded = {one.issue for one in basis.scope.excluded}
    for issue in basis.issues.issues if wanted - {None} else ():
        if issue.id in wanted and issue.key not in excluded:
            known[issue.id] = past_of(issue, basis.project.ref.key, {})
    return known


def _is_ours(entry: TimeEntry, known: Mapping[str, Past]) -> bool:
    if entry.issue_id is None:
        return True
    past = known.get(entry.issue_id)
    # People write the ticket after the work: its time is then older than the issue itself.
    return past is not None and past.member_at(max(entry.at, past.issue.created_at))


def _reason(ours: Sequence[TimeEntry], partial: frozenset[str]) -> str | None:
    if partial:
        some = sorted(partial)
        named = some if len(some) <= SHOWN else [*some[:SHOWN], f"{len(some) - SHOWN} more"]
        return f"the tracker gave only a part of the working time of {listed(named)}"
    return None if ours else NONE_RECORDED


def _by_issue(entries: Iterable[TimeEntry]) -> dict[str, int]:
    seconds: dict[str, int] = {}
    for entry in entries:
        if entry.issue_id is not None:
            seconds[entry.issue_id] = seconds.get(entry.issue_id, 0) + entry.seconds
    return seconds


def _not_ours(
    basis: Basis, entries: Iterable[TimeEntry], known: Mapping[str, Past]
) -> Iterator[Excluded]:
    """Tell the time that was left out, issue by issue."""
    keys = {issue.id: issue.key for issue in basis.issues.issues}
    for issue_id, seconds in sorted(_by_issue(entries).items()):
        hours = hours_told(seconds)
        if issue_id in known:
            reason = f"{hours} recorded while it was not in the project"
        elif issue_id in keys:
            reason = f"{hours} left out: the issue itself cannot be counted"
        else:
            reason = f"{hours} left out: no such issue was ever in the project"
        yield Excluded(keys.get(issue_id, issue_id), reason)


def _findings(
    ours: Sequence[TimeEntry],
    days: Sequence[date],
    known: Mapping[str, Past],
    end: datetime,
) -> Iterator[Finding]:
    late = [entry for entry in ours if entry.recorded_at is not None and entry.recorded_at > end]
    for its_key, seconds in _seconds_by_key(late, known).items():
        text = f"{hours_told(seconds)} of work before the close recorded after it; counted"
        yield Finding(its_key, None, text)
    negative = [entry for entry in ours if entry.seconds < 0]
    for its_key, seconds in _seconds_by_key(negative, known).items():
        text = f"negative working time is recorded ({hours_told(seconds)}); subtracted"
        yield Finding(its_key, None, text)
    yield from _long_days(ours, days, known)


def _long_days(
    ours: Sequence[TimeEntry], days: Sequence[date], known: Mapping[str, Past]
) -> Iterator[Finding]:
    """Tell of days with more than 24 hours of one person, who is not named."""
    seconds: dict[tuple[date, str], int] = {}
    for entry, on in zip(ours, days, strict=True):  # hot: once for each entry
        one = on, entry.person_id or entry.id
        seconds[one] = seconds.get(one, 0) + entry.seconds
    keys = {one: set[str]() for one, total in seconds.items() if total > A_DAY}
    for entry, on in zip(ours, days, strict=True) if keys else ():
        one = on, entry.person_id or entry.id
        if one in keys and entry.issue_id is not None:
            keys[one].add(known[entry.issue_id].key)
    for on, told in sorted((one[0], listed(sorted(keys[one]))) for one in keys):
        where = f" on {told}" if told else ""
        text = f"more than 24 hours of one person are recorded{where} for {day(on)}; counted"
        yield Finding(None, None, text)


def _seconds_by_key(
    entries: Iterable[TimeEntry], known: Mapping[str, Past]
) -> dict[str | None, int]:
    """Add up the time by the key of the issue, None for the project as a whole; in their order."""
    seconds: dict[str | None, int] = {}
    for entry in entries:
        key = known[entry.issue_id].key if entry.issue_id is not None else None
        seconds[key] = seconds.get(key, 0) + entry.seconds
    return dict(sorted(seconds.items(), key=lambda one: one[0] or ""))


def hours_told(seconds: int) -> str:
    """Write working time in hours: `1 hour`, `2.5 hours`."""
    return f"{seconds / HOUR:g} {'hour' if seconds == HOUR else 'hours'}"
