"""The ten invariants of the figures, each over generated projects.

`whole_projects` draws everything that figures are made from; what is expected is either a plain
walk over the told frames, or another report on the same project.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from random import Random
from typing import TypeVar

from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain.history import History, Track
from service.domain.metrics import Calendar, Chosen, Snapshot, StatusSets, snapshot
from service.domain.metrics.series import Lines
from service.domain.metrics.values import Figure, Part
from service.domain.money import Finances
from service.domain.tracking import Field, Issue
from tests.domain.builders import APOLLO, STATUSES, a_project, day, issues_of
from tests.domain.lives import Life, lives
from tests.domain.metrics.report import NOW
from tests.domain.metrics.walk import closed_at, cycle, dropped_at, started_at
from tests.domain.whole_projects import (
    LAST,
    Whole,
    finished,
    members_at,
    moved,
    orderly_projects,
    whole_projects,
)

T = TypeVar("T")

START, END = day(0), day(6)
ANY = whole_projects() | orderly_projects()
BUSY = whole_projects(busy=True) | orderly_projects()
DAY = timedelta(days=1)

SETS = StatusSets(
    active=frozenset({"In progress"}),
    review=frozenset({"In review"}),
    blocked=frozenset({"On hold"}),
)
#: What a calendar week holds moves to another week when days are shifted.
BY_WEEK = {
    *("added_by_week", "removed_by_week", "throughput_weekly", "throughput_median", "burn_weekly"),
}


def of(whole: Whole, baseline: datetime | None = START, close: datetime | None = END) -> Snapshot:
    return snapshot(
        whole.project,
        whole.issues,
        now=NOW,
        baseline=Chosen(baseline) if baseline else None,
        close=Chosen(close) if close else None,
        status_sets=SETS,
        finances=whole.finances,
    )


def number(found: Snapshot, name: str) -> float:
    value = found[name].value
    assert isinstance(value, int | float | Decimal), name
    return float(value)


@given(ANY)
def test_undoing_everything_and_redoing_it_is_the_identity(whole: Whole) -> None:
    """Invariant 1."""
    for life in whole.lives:
        issue, past = life.issue, History(life.issue)
        for field, track, today in _scalars(issue, past):
            told = [track.values[0], *(step.after for step in track.steps())]
            assert today == told[-1], field
            assert not track.breaks, field
            recorded = [change.at for change in issue.changes if change.field is field]
            assert recorded == list(track.instants), field
        for field, present in (
            (Field.MEMBERSHIP, issue.membership),
            (Field.LABELS, frozenset(issue.labels)),
            (Field.SPRINTS, issue.sprints),
            (Field.BLOCKED_BY, issue.blocked_by),
        ):
            held = set(past.members(field, issue.created_at - DAY))  # everything undone
            for change in issue.changes:
                if change.field is field:
                    held ^= {change.before or change.after or ""}
            assert present == held, field


def _scalars(issue: Issue, past: History) -> list[tuple[Field, Track[object], object]]:
    return [
        (Field.STATUS, past.status, issue.status.id),
        (Field.ASSIGNEE, past.assignee, issue.assignee and issue.assignee.id),
        (Field.ESTIMATE, past.estimate, issue.estimate),
        (Field.HOURS, past.hours, issue.hours),
        (Field.DUE_ON, past.due_on, issue.due_on),
        (Field.KIND, past.kind, issue.kind),
        (Field.MILESTONE, past.milestone, issue.milestone_id),
        (Field.FLAGGED, past.flagged, issue.flagged),
        (Field.DROPPED, past.dropped, issue.dropped),
    ]


@given(ANY)
def test_final_is_base_and_added_less_removed_in_points_and_hours_also_reestimated(
    whole: Whole,
) -> None:
    """Invariant 2."""
    found = of(whole)

    base, added, removed, final = (
        number(found, f"scope.{name}") for name in ("base", "added", "removed", "final")
    )
    assert final == base + added - removed
    names = ("base", "added", "removed", "final", "reestimated")
    for unit in ("points", "hours"):
        sizes = [found[f"scope.{name}_{unit}"].value for name in names]
        if None in sizes:
            assert sizes == [None] * 5
            continue
        base, added, removed, final, reestimated = (float(str(size)) for size in sizes)
        assert math.isclose(final, base + added - removed + reestimated, abs_tol=1e-9), unit


@given(ANY)
def test_times_in_status_add_up_from_creation_to_the_close_or_to_done(whole: Whole) -> None:
    """Invariant 3."""
    found = of(whole)

    told = found["flow.time_in_status_days"].value
    parts = told if isinstance(told, tuple) else ()
    times = [one.value for one in parts if isinstance(one, Part)]
    lives = [(life.frames[0][0], closed_at(life, END) or END) for life in members_at(whole, END)]
    whole_time = sum((end - created for created, end in lives), timedelta())
    assert math.isclose(whole_time / DAY, math.fsum(map(_float, times)), abs_tol=1e-9)


@given(ANY)
def test_the_columns_of_the_cumulative_flow_are_monotone_and_ordered(whole: Whole) -> None:
    """Invariant 4."""
    found = of(whole)

    series = found.series["cumulative_flow"]
    assert isinstance(series, Lines)
    if series.reason:
        return
    lines = {name: [value or 0.0 for value in values] for name, values in series.lines}
    assert all(min(values) >= 0 for values in lines.values())
    # From below: each sum of lines is below the next one, and none ever falls.
    layers = [lines[name] for name in ("removed", "dropped", "done", "in_progress", "todo")]
    columns = [list(accumulate(column)) for column in zip(*layers, strict=True)]
    for earlier, later in pairwise(columns):
        assert all(one <= other for one, other in zip(earlier, later, strict=True))
    last = {name: values[-1] for name, values in lines.items()}
    assert number(found, "scope.delivered") == last["done"]
    assert number(found, "scope.dropped") == last["dropped"]
    assert number(found, "scope.carried_over") == last["todo"] + last["in_progress"]
    assert number(found, "flow.wip_at_close") == last["in_progress"]


@given(BUSY, st.floats(0, 20))
def test_work_in_progress_is_what_arrived_less_what_departed(whole: Whole, at: float) -> None:
    """Invariant 5, at any instant: that of the close. Before the kick-off work arrived too."""
    found = of(whole, close=day(at))

    if found["flow.wip_at_kickoff"].value is None:
        return
    names = ("wip_at_kickoff", "arrivals", "departures", "wip_at_close", "net_flow", "wip_max")
    before, came, went, after, net, most = (number(found, f"flow.{name}") for name in names)
    assert after == before + came - went
    assert net == came - went
    assert max(before, after) <= most


@given(BUSY)
def test_earned_is_all_of_the_budget_when_all_planned_work_is_done_and_never_more(
    whole: Whole,
) -> None:
    """Invariant 6."""
    some, every = of(whole, close=LAST), of(finished(whole), close=LAST)

    assert every["scope.base"].issues == some["scope.base"].issues
    if every["scope.base"].issues:
        earned, budget = number(some, "earned_value.ev"), number(some, "earned_value.bac")
        assert 0 <= earned <= budget
        assert number(every, "earned_value.ev") == number(every, "earned_value.bac") == budget
        assert every["earned_value.complete"].value == 1
        assert every["earned_value.es"].value == every["earned_value.pd"].value


@given(st.lists(lives(busy=True), min_size=1, max_size=8))
def test_average_wip_is_throughput_times_mean_cycle_time_on_a_closed_window(
    told: list[Life],
) -> None:
    """Invariant 7: Little's law, exact by area where all work begins and ends in the window."""
    first, last = day(-30), day(120)
    ways = [(started_at(life), closed_at(life, last)) for life in told]
    ended = [
        (_only_in_apollo(life, f"APOLLO-{number}"), end - start)
        for number, (life, (start, end)) in enumerate(zip(told, ways, strict=True))
        if start is not None and end is not None and start < end
    ]
    assume(ended)

    found = of(_whole(*(issue for issue, _ in ended)), first, last)

    throughput = len(ended) / ((last - first) / DAY)
    mean = sum((length for _, length in ended), timedelta()) / DAY / len(ended)
    assert len(ended) == number(found, "flow.departures")
    assert math.isclose(throughput * mean, number(found, "flow.wip_average"))


@given(BUSY)
def test_blocked_is_at_most_the_cycle_and_active_and_wait_make_up_the_cycle(whole: Whole) -> None:
    """Invariant 8, on the way and when all is done."""
    for told, close in ((whole, END), (finished(whole), LAST)):
        found = of(told, close=close)

        spans = [
            cycle(life, close)
            for life in members_at(told, close)
            if not dropped_at(life.issue, close)
        ]
        lengths = [end - start for start, end in filter(None, spans)]
        length = sum(lengths, timedelta()) / DAY
        if not lengths:
            assert found["flow.active_days"].value is found["flow.wait_days"].value is None
            continue
        blocked = number(found, "flow.blocked_days")
        active, wait = number(found, "flow.active_days"), number(found, "flow.wait_days")
        assert 0 <= blocked <= length + 1e-9
        assert math.isclose(length, active + wait, abs_tol=1e-9)
        assert blocked <= wait + 1e-9


@given(ANY, st.randoms(use_true_random=False), st.integers(0, 12))
def test_permuting_histories_and_splitting_pages_changes_nothing(
    whole: Whole, random: Random, repeated: int
) -> None:
    """Invariant 9: pages that were split come in any order, and repeat what stands at a border."""
    issues = []
    for issue in whole.issues.issues:
        changes = _shuffled([*issue.changes, *issue.changes[:repeated]], random)
        issues.append(replace(issue, changes=tuple(changes)))
    time = whole.issues.time
    mixed = Whole(
        replace(
            whole.project,
            plan_changes=tuple(
                _shuffled([*(whole.project.plan_changes or ())] * (1 + repeated % 2), random)
            ),
        ),
        whole.lives,
        replace(
            whole.issues,
            issues=tuple(_shuffled([*issues, *issues[:repeated]], random)),
            statuses=dict(_shuffled([*STATUSES.items()], random)),
            time=time and tuple(_shuffled([*time, *time[:repeated]], random)),
        ),
        replace(
            whole.finances,
            rates=tuple(_shuffled([*whole.finances.rates], random)),
            costs=tuple(_shuffled([*whole.finances.costs], random)),
            budgets=tuple(_shuffled([*whole.finances.budgets], random)),
        ),
    )

    for close in (END, day(14)):
        one, other = of(whole, close=close), of(mixed, close=close)
        assert json.dumps(one.as_json()) == json.dumps(other.as_json())


@given(ANY, st.integers(-3000, 3000), st.booleans())
def test_shifting_every_instant_by_k_days_shifts_dates_by_k_and_no_duration(
    whole: Whole, k: int, windowed: bool
) -> None:
    """Invariant 10. A weekend stays one only over whole weeks: else every day is worked."""
    by = timedelta(days=k)
    weekend = Calendar().weekend if k % 7 == 0 else frozenset[int]()
    later = moved(whole, by)

    before, after = (
        snapshot(
            one.project,
            one.issues,
            now=NOW + shift,
            calendar=Calendar(weekend=weekend),
            baseline=Chosen(START + shift) if windowed else None,
            close=Chosen(day(14) + shift) if windowed else None,
            status_sets=SETS,
            finances=one.finances,
        )
        for one, shift in ((whole, timedelta()), (later, by))
    )

    assert after.window.close - before.window.close == by
    for area, figures in before.metrics.items():
        for name, figure in figures.items():
            other = after[f"{area}.{name}"]
            if k % 7 and name in BY_WEEK:
                continue
            assert figure.issues == other.issues, name
            if name == "replan_history":
                continue
            expected = replace(figure, value=_shifted(figure.value, by)).as_json()
            assert expected["value"] == other.as_json()["value"], name


def _shifted(figure: Figure, by: timedelta) -> Figure:
    """Return a figure with its dates, and the names of its parts that are days, moved along."""
    if isinstance(figure, date):
        return figure + by
    if not isinstance(figure, tuple):
        return figure
    parts = [one for one in figure if isinstance(one, Part)]
    return tuple(
        part._replace(
            name=_moved_name(part.name, by),
            value=part.value + by if isinstance(part.value, date) else part.value,
        )
        for part in parts
    )


def _moved_name(name: str, by: timedelta) -> str:
    try:
        return (date.fromisoformat(name) + by).isoformat()
    except ValueError:
        return name


def _shuffled(rows: list[T], random: Random) -> list[T]:
    random.shuffle(rows)
    return rows


def _only_in_apollo(life: Life, key: str) -> Issue:
    changes = (change for change in life.issue.changes if change.field is not Field.MEMBERSHIP)
    return replace(
        life.issue,
        id=key,
        key=key,
        membership=frozenset({APOLLO}),
        changes=tuple(changes),
    )


def _whole(*issues: Issue) -> Whole:
    return Whole(a_project(), (), issues_of(*issues), Finances())


def _float(value: object) -> float:
    return float(str(value))
