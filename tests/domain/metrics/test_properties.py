"""What must hold for any project, whatever its history."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot, snapshot
from service.domain.metrics.values import Figure, Part
from service.domain.tracking import ProjectIssues, StatusCategory
from tests.domain.builders import APOLLO, STATUSES, a_plan_change, a_project, day, issues_of
from tests.domain.lives import PEOPLE, Life, as_issues, many_lives, shifted, shifted_project
from tests.domain.metrics.report import NOW, report

PROJECT = a_project(
    target="2024-05-01",
    plan_changes=[
        a_plan_change("2024-03-31", "2024-04-15", 1),
        a_plan_change("2024-04-15", "2024-05-01", 4),
    ],
)
START, END = day(0), day(6)


def of(told: list[Life]) -> Snapshot:
    return report(given=as_issues(told), project=PROJECT, baseline=START, close=END)


def members(told: list[Life], at: datetime) -> dict[str, float | None]:
    """Return the members at an instant with their sizes, read plainly off the frames."""
    frames = {life.issue.key: life.at(at) for life in told}
    return {
        key: frame.estimate for key, frame in frames.items() if frame and APOLLO in frame.membership
    }


@given(many_lives())
def test_the_scope_is_what_a_plain_replay_gives(told: list[Life]) -> None:
    found = of(told)

    before, after = members(told, START), members(told, END)
    assert sorted(before) == sorted(found["scope.base"].issues)
    assert sorted(after) == sorted(found["scope.final"].issues)
    assert sorted(after.keys() - before) == sorted(found["scope.added"].issues)
    assert sorted(before.keys() - after) == sorted(found["scope.removed"].issues)


@given(many_lives())
def test_those_that_came_and_went_are_what_a_plain_replay_gives(told: list[Life]) -> None:
    found = of(told)

    ends = members(told, START).keys() | members(told, END).keys()
    # A frame of no length was never there: only the last of one instant counts.
    instants = {at for life in told for at, _ in life.frames if START < at < END}
    inside = {key for at in instants for key in members(told, at)}
    assert sorted(inside - ends) == sorted(found["scope.transient"].issues)


@given(many_lives())
def test_what_became_of_the_scope_is_what_a_plain_replay_gives(told: list[Life]) -> None:
    found = of(told)

    kinds: dict[str, StatusCategory] = {}
    for life in told:
        frame = life.at(END)
        if frame and APOLLO in frame.membership:
            kinds[life.issue.key] = STATUSES[frame.status or ""].category
    done = sorted(key for key, kind in kinds.items() if kind is StatusCategory.DONE)
    dropped = sorted(key for key, kind in kinds.items() if kind is StatusCategory.CANCELLED)
    assert done == sorted(found["scope.done"].issues)
    assert dropped == sorted(found["scope.dropped"].issues)
    assert len(kinds) == sum(
        found[f"scope.{name}"].n for name in ("done", "dropped", "carried_over")
    )


@given(many_lives())
def test_final_is_base_and_added_less_removed(told: list[Life]) -> None:
    found = of(told)

    base, added, removed, final = (
        found[f"scope.{name}"].n for name in ("base", "added", "removed", "final")
    )
    assert final == base + added - removed


@given(many_lives())
def test_final_points_are_base_and_added_less_removed_and_reestimated(told: list[Life]) -> None:
    found = of(told)

    names = ("base", "added", "removed", "final", "reestimated")
    points = [found[f"scope.{name}_points"].value for name in names]
    if None in points:
        assert points == [None] * 5
        assert all(size is None for size in members(told, END).values())
        return
    base, added, removed, final, reestimated = (float(str(one)) for one in points)
    assert math.isclose(final, base + added - removed + reestimated, abs_tol=1e-9)
    assert final == sum(size or 0 for size in members(told, END).values())


@given(many_lives(), st.randoms(use_true_random=False), st.integers(0, 12))
def test_the_order_and_repetition_of_issues_and_changes_change_nothing(
    told: list[Life], random: Random, repeated: int
) -> None:
    issues = []
    for life in told:
        changes = [*life.issue.changes, *life.issue.changes[:repeated]]
        random.shuffle(changes)
        issues.append(replace(life.issue, changes=tuple(changes)))
    issues += issues[:repeated]
    random.shuffle(issues)
    plans = [*(PROJECT.plan_changes or ()), *(PROJECT.plan_changes or ())[:1]]
    random.shuffle(plans)

    mixed = report(
        given=issues_of(*issues),
        project=replace(PROJECT, plan_changes=tuple(plans)),
        baseline=START,
        close=END,
    )

    assert of(told).as_json() == mixed.as_json()


def renamed(figure: Figure, by: timedelta) -> Figure:
    """Return a figure told by name with the names that are days moved along."""
    if not isinstance(figure, tuple):
        return figure
    parts = [one for one in figure if isinstance(one, Part)]
    return tuple(part._replace(name=moved_day(part.name, by)) for part in parts)


def moved_day(name: str, by: timedelta) -> str:
    try:
        return (date.fromisoformat(name) + by).isoformat()
    except ValueError:
        return name


@given(many_lives(), st.integers(-400, 400))
def test_shifting_every_instant_by_weeks_shifts_dates_and_no_duration(
    told: list[Life], weeks: int
) -> None:
    by = timedelta(weeks=weeks)  # whole ones: a weekend stays one
    issues = tuple(shifted(life.issue, by) for life in told)

    before = snapshot(PROJECT, as_issues(told), now=NOW)
    after = snapshot(
        shifted_project(PROJECT, by),
        ProjectIssues(issues, dict(STATUSES), unaccounted_removals=0),
        now=NOW + by,
    )

    assert after.window.close - before.window.close == by
    for area, figures in before.metrics.items():
        for name, figure in figures.items():
            moved = after[f"{area}.{name}"]
            if figure.unit == "date" and figure.value is not None:
                assert moved.value == figure.value + by  # type: ignore[operator]  # both are dates
            elif name != "replan_history":
                expected = replace(figure, value=renamed(figure.value, by))
                assert expected.as_json()["value"] == moved.as_json()["value"], name
            assert moved.issues == figure.issues


@given(many_lives())
def test_no_cycle_time_is_zero_or_less_and_every_finished_issue_is_accounted_for(
    told: list[Life],
) -> None:
    found = of(told)

    measured, never = found["flow.cycle_time_n"], found["flow.never_started_n"]
    assert found["scope.done"].n == measured.n + len(never.issues)
    for name in ("flow.cycle_time_p50_days", "flow.cycle_time_p85_days"):
        length = found[name].value
        assert length is None or float(str(length)) > 0


@given(many_lives())
def test_every_figure_that_is_unknown_says_why_and_no_other_does(told: list[Life]) -> None:
    found = snapshot(PROJECT, as_issues(told), now=NOW)

    for figures in found.metrics.values():
        for figure in figures.values():
            assert (figure.value is None) is bool(figure.reason)


@given(many_lives())
def test_people_are_in_no_figure(told: list[Life]) -> None:
    published = str(of(told).as_json())

    assert not [name for name in PEOPLE if name in published]
