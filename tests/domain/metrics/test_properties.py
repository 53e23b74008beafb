"""What must hold for any project, whatever its history."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given

from service.domain.metrics import Snapshot, snapshot
from service.domain.tracking import StatusCategory
from tests.domain.builders import APOLLO, STATUSES, a_plan_change, a_project, day
from tests.domain.lives import Life, as_issues, many_lives
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
    for name, sizes in (("base", before), ("final", after)):
        points = found[f"scope.{name}_points"].value
        assert points in (None, sum(size or 0 for size in sizes.values()))


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
