"""What must hold for the flow of any project, against a plain walk over the told frames."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot, StatusSets
from service.domain.metrics.values import Part, Value
from service.domain.tracking import Change, Field, StatusCategory
from tests.domain.builders import APOLLO, STATUSES, a_change, day, issues_of
from tests.domain.lives import Life, many_lives
from tests.domain.metrics.report import report
from tests.domain.metrics.walk import category, closed_at, cycle

START, END = day(0), day(6)
DAY = timedelta(days=1)
DONE, IN_PROGRESS = StatusCategory.DONE, StatusCategory.IN_PROGRESS

SETS = StatusSets(
    active=frozenset({"In progress"}),
    review=frozenset({"In review"}),
    blocked=frozenset({"On hold"}),
)


@dataclass(frozen=True)
class Held:
    """A life, and when it was flagged and linked to a blocker: instants at which that flips."""

    life: Life
    flagged: tuple[datetime, ...]
    linked: tuple[datetime, ...]
    blocker: Life | None

    def blocked_at(self, at: datetime) -> bool:
        frame = self.life.at(at)
        if frame and frame.status == "on_hold":
            return True
        if sum(one <= at for one in self.flagged) % 2:
            return True
        waits = bool(sum(one <= at for one in self.linked) % 2)
        if not waits or self.blocker is None:
            return waits
        return self.blocker.at(at) is not None and not category(self.blocker, at).closed

    def instants(self) -> set[datetime]:
        blocker = self.blocker.frames if self.blocker else ()
        told = (*self.life.frames, *blocker)
        return {*(at for at, _ in told), *self.flagged, *self.linked}


@st.composite
def held_up(draw: st.DrawFn) -> list[Held]:
    """Draw issues in the project, some of them flagged or waiting for one another at times."""
    lives = draw(many_lives(5))
    found = []
    for life in lives:
        born = life.frames[0][0]
        minutes = st.lists(st.integers(0, 20_000), max_size=4, unique=True)
        flips = [
            tuple(born + timedelta(minutes=one) for one in sorted(draw(minutes))) for _ in range(2)
        ]
        blocker = draw(st.sampled_from([None, *(one for one in lives if one is not life)]))
        name = blocker.issue.id if blocker else "never read"
        found.append(Held(_with(life, flips[0], flips[1], name), flips[0], flips[1], blocker))
    return found


def _with(
    life: Life, flagged: tuple[datetime, ...], linked: tuple[datetime, ...], blocker: str
) -> Life:
    flips = [_flip(Field.FLAGGED, "true", n, at) for n, at in enumerate(flagged)]
    flips += [_flip(Field.BLOCKED_BY, blocker, n, at) for n, at in enumerate(linked)]
    issue = replace(
        life.issue,
        changes=(*life.issue.changes, *flips),
        flagged=len(flagged) % 2 == 1,
        blocked_by=frozenset({blocker} if len(linked) % 2 else ()),
    )
    return replace(life, issue=issue)


def _flip(field: Field, value: str, number: int, at: datetime) -> Change:
    before, after = (None, value) if number % 2 == 0 else (value, None)
    return a_change(field, before, after, at)


def of(told: list[Held], sets: StatusSets = SETS) -> Snapshot:
    given = issues_of(*(one.life.issue for one in told))
    return report(given=given, baseline=START, close=END, status_sets=sets)


def members(told: list[Held]) -> list[Held]:
    frames = [(one, one.life.at(END)) for one in told]
    return [one for one, frame in frames if frame and APOLLO in frame.membership]


def number(found: Snapshot, name: str) -> float:
    value = found[f"flow.{name}"].value
    assert isinstance(value, int | float)
    return float(value)


def parts(found: Snapshot, name: str) -> dict[str, float]:
    told = found[f"flow.{name}"].value
    assert isinstance(told, tuple)
    return {one.name: float(str(one.value)) for one in told if isinstance(one, Part)}


@given(held_up())
def test_times_in_status_are_what_a_plain_walk_gives(told: list[Held]) -> None:
    found = of(told)

    expected: defaultdict[str, timedelta] = defaultdict(timedelta)
    for life in (one.life for one in members(told)):
        end = closed_at(life, END) or END
        instants = sorted({end, *(at for at, _ in life.frames if at < end)})
        for at, until in pairwise(instants):
            frame = life.at(at)
            expected[STATUSES[frame.status or ""].name if frame else ""] += until - at
    times = parts(found, "time_in_status_days") if members(told) else {}
    for name in {*expected, *times}:
        assert math.isclose(expected[name] / DAY, times.get(name, 0.0), abs_tol=1e-9), name


@given(held_up())
def test_blocked_and_active_time_are_what_a_plain_walk_gives(told: list[Held]) -> None:
    found = of(told)

    cycles = [(one, span) for one in members(told) if (span := cycle(one.life, END))]
    if not cycles:
        assert found["flow.blocked_days"].value is None
        return
    blocked = active = whole = timedelta()
    for one, (start, end) in cycles:
        whole += end - start
        inside = {at for at in one.instants() if start < at < end}
        for at, until in pairwise(sorted({start, end, *inside})):
            frame = one.life.at(at)
            stopped = one.blocked_at(at)
            blocked += (until - at) if stopped else timedelta()
            works = frame is not None and frame.status in {"in_progress", "review"}
            active += (until - at) if works and not stopped else timedelta()
    assert math.isclose(blocked / DAY, number(found, "blocked_days"), abs_tol=1e-9)
    assert math.isclose(active / DAY, number(found, "active_days"), abs_tol=1e-9)
    assert math.isclose((whole - active) / DAY, number(found, "wait_days"), abs_tol=1e-9)


@given(held_up())
def test_no_length_is_negative_and_no_share_over_one(told: list[Held]) -> None:
    found = of(told)

    for name, figure in found.metrics["flow"].items():
        each = figure.value if isinstance(figure.value, tuple) else (figure,)
        for value in (one.value for one in each if isinstance(one, Part | Value)):
            if isinstance(value, int | float) and name != "net_flow":
                assert value >= 0, name
                assert figure.unit != "ratio" or value <= 1, name
