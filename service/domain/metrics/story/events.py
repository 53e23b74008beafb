"""Key events of a project, as its history tells them: no event is guessed, none names a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.metrics.calendar import DAY
from service.domain.metrics.flow.blocked import blocked_of
from service.domain.metrics.flow.passage import DONE, passages_of
from service.domain.metrics.values import Value, iso
from service.domain.tracking import PlanChange
from service.domain.words import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past

#: So many issues at least, and this share of the scope at kick-off, make a jump of the scope.
JUMP, JUMP_SHARE = 3, 0.1
#: So many reopenings within so many days are a burst.
BURST, BURST_SPAN = 3, timedelta(days=7)
#: The longest blocked stretches that are told, and how long one lasts at least.
LONGEST, LONG = 3, DAY


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the project, when, and to which issues (keys).

    `on` is the day it was in the project's time zone.
    """

    at: datetime
    kind: str
    text: str
    issues: tuple[str, ...] = ()
    on: date | None = None

    def as_json(self) -> dict[str, object]:
        """Return the event as it is published."""
        return {
            "at": iso(self.at),
            "day": self.on and self.on.isoformat(),
            "kind": self.kind,
            "text": self.text,
            "issues": list(self.issues),
        }


def events(basis: Basis, schedule: Mapping[str, Value]) -> tuple[Event, ...]:
    """Return the key events up to the close, oldest first; `schedule` are that area's figures."""
    found = [
        *_ends(basis),
        *_replan(schedule["replan_history"]),
        *_overdue(basis, schedule["planned_finish"]),
        *_jumps(basis),
        *_blocked(basis),
        *_bursts(basis),
    ]
    found.sort(key=lambda one: (one.at, one.kind == "close", one.kind, one.text))
    return tuple(replace(one, on=basis.calendar.day_of(one.at)) for one in found)


def _ends(basis: Basis) -> Iterator[Event]:
    window = basis.window
    if window.baseline is not None:
        yield Event(window.baseline, "kick-off", f"Kick-off: {window.baseline_reason}.")
    yield Event(window.close, "close", f"Close: {window.close_reason}.")
    done = [
        (one.ended, one.past)
        for one in passages_of(basis)
        if one.kind is DONE and one.left is None and one.ended is not None
    ]
    if done:
        last = max(at for at, _ in done)
        keys = tuple(past.key for at, past in done if at == last)
        yield Event(
            last, "completion", f"The last of {counted(len(done), 'issue')} was done.", keys
        )


def _replan(history: Value) -> Iterator[Event]:
    if not isinstance(history.value, tuple):
        return
    changes = [one for one in history.value if isinstance(one, PlanChange)]
    if changes:
        first = changes[0]
        before, after = (day(on) if on else "no date" for on in (first.before, first.after))
        text = f"The planned finish was moved for the first time: {before} → {after}."
        yield Event(first.at, "first re-plan", text)


def _overdue(basis: Basis, planned: Value) -> Iterator[Event]:
    """Tell that the first planned finish passed while members of that instant were not done."""
    if not isinstance(planned.value, date):
        return
    at = basis.calendar.end_of(planned.value)
    if at > basis.window.close:
        return
    members = [past for past in basis.scope.counted if past.member_at(at)]
    late = tuple(past.key for past in members if not past.kind_at(at).closed)
    if late:
        text = (
            f"The planned finish of {day(planned.value)} passed with {len(late)} of "
            f"{counted(len(members), 'issue')} not done."
        )
        yield Event(at, "first overdue", text, late)


def _jumps(basis: Basis) -> Iterator[Event]:
    start, close = basis.window.baseline, basis.window.close
    if start is None:
        return
    base = len(basis.scope["base"])
    least = max(JUMP, JUMP_SHARE * base)
    for word, moves in (("joined", _joins(basis)), ("left", _leaves(basis))):
        inside = [(at, past) for at, past in moves if start < at <= close]
        if len(inside) < least:
            continue
        days: defaultdict[date, list[tuple[datetime, Past]]] = defaultdict(list)
        for at, past in inside:
            days[basis.calendar.day_of(at)].append((at, past))
        for found in days.values():
            if len(found) >= least:
                share = (
                    f", {100 * len(found) / base:.0f} % of the scope at kick-off" if base else ""
                )
                text = f"{counted(len(found), 'issue')} {word} the scope on one day{share}."
                first = min(at for at, _ in found)
                yield Event(first, f"scope {word}", text, tuple(past.key for _, past in found))


def _joins(basis: Basis) -> Iterator[tuple[datetime, Past]]:
    return ((start, past) for past in basis.scope.counted for start, _ in past.stays)


def _leaves(basis: Basis) -> Iterator[tuple[datetime, Past]]:
    return ((end, past) for past in basis.scope.counted for _, end in past.stays if end is not None)


def _blocked(basis: Basis) -> Iterator[Event]:
    spans = [
        (stretch.end - stretch.start, key, stretch.start)
        for key, stretches in blocked_of(basis).stretches.items()
        for stretch in stretches
        if stretch.end is not None and stretch.end - stretch.start >= LONG
    ]
    for length, key, start in sorted(spans, key=lambda one: (-one[0], one[1]))[:LONGEST]:
        yield Event(start, "blocked", f"{key} was blocked for {length / DAY:.1f} days.", (key,))


def _bursts(basis: Basis) -> Iterator[Event]:
    """Tell each burst once: from its first reopening on, as long as the next comes in time."""
    reopened = sorted(
        (at, past.key)
        for past in basis.scope["final"]
        for at in past.reopened_at()
        if at <= basis.window.close
    )
    for burst in _runs(reopened):
        if len(burst) >= BURST:
            keys = tuple(dict.fromkeys(key for _, key in burst))
            text = (
                f"{counted(len(burst), 'reopening')} within {BURST_SPAN.days} days, "
                f"of {counted(len(keys), 'issue')}."
            )
            yield Event(burst[0][0], "reopenings", text, keys)


def _runs(found: Iterable[tuple[datetime, str]]) -> Iterator[list[tuple[datetime, str]]]:
    """Part instants in order into runs, none longer than a burst may be."""
    run: list[tuple[datetime, str]] = []
    for at, key in found:
        if run and at - run[0][0] > BURST_SPAN:
            yield run
            run = []
        run.append((at, key))
    if run:
        yield run
