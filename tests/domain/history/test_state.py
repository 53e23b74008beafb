"""What an issue was at an instant, undone from today."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.history import History, State, state
from service.domain.tracking import Field, Issue, Team
from tests.domain.builders import (
    APOLLO,
    KICK_OFF,
    a_change,
    a_person,
    an_issue,
    assigned,
    day,
    estimated,
    joined,
    left,
)
from tests.domain.lives import Life, lives


def at(issue: Issue, days: float) -> State:
    found = state(issue, day(days))
    assert found is not None
    return found


def test_an_issue_is_absent_before_its_creation() -> None:
    issue = an_issue(created=2)

    assert state(issue, day(2) - timedelta(microseconds=1)) is None
    assert state(issue, day(2)) is not None


def test_a_value_set_at_creation_is_found_although_no_change_tells_of_it() -> None:
    """Edge case 1. Fault F7 of the peers."""
    issue = an_issue(
        "APOLLO-1",
        estimate=5,
        due_on=date(2024, 3, 20),
        assignee=a_person("Ada"),
        team=Team("t1", "OPS", "Operations"),
        projects={APOLLO, "gemini"},
    )

    assert at(issue, 0) == State(
        status="todo",
        membership=frozenset({APOLLO, "gemini"}),
        assignee="ada",
        estimate=5,
        due_on=date(2024, 3, 20),
        labels=frozenset(),
        team="t1",
        archived=False,
    )


def test_a_change_holds_from_its_own_instant_on() -> None:
    issue = an_issue(history="todo 1d, in_progress")

    assert state(issue, day(1) - timedelta(microseconds=1)) == at(issue, 0)
    assert at(issue, 1).status == "in_progress"


def test_every_field_is_undone() -> None:
    issue = an_issue(
        history="todo 4d, done",
        estimate=8,
        due_on=date(2024, 3, 20),
        assignee=a_person("Grace"),
        team=Team("t2", "WEB", "Web"),
        archived=True,
        changes=[
            estimated("3", "8", 4),
            assigned("ada", "grace", 4),
            a_change(Field.DUE_ON, None, "2024-03-20", 4),
            a_change(Field.TEAM, "t1", "t2", 4),
            a_change(Field.ARCHIVED, "false", "true", 4),
            a_change(Field.LABELS, "bug", None, 4),
            left(3, "gemini"),
            joined(4),
        ],
    )

    assert at(issue, 2) == State(
        status="todo",
        membership=frozenset({"gemini"}),
        assignee="ada",
        estimate=3,
        due_on=None,
        labels=frozenset({"bug"}),
        team="t1",
        archived=False,
    )


def test_one_change_may_carry_both_the_project_that_was_left_and_the_one_joined() -> None:
    issue = an_issue(changes=[a_change(Field.MEMBERSHIP, "gemini", APOLLO, 2)])

    assert at(issue, 1).membership == frozenset({"gemini"})
    assert at(issue, 2).membership == frozenset({APOLLO})


def test_zero_points_are_an_estimate_and_none_is_not() -> None:
    """Edge case 5."""
    issue = an_issue(estimate=0, changes=[estimated(None, "0", 1)])

    assert at(issue, 0).estimate is None
    assert at(issue, 1).estimate == 0


def test_an_estimate_is_read_from_its_text() -> None:
    issue = an_issue(estimate=5, changes=[estimated("3.0", "5", 1)])

    assert at(issue, 0).estimate == 3
    assert History(issue).estimate.breaks == ()


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")], ids=["in order", "numbered backwards"])
def test_two_changes_of_one_second_are_taken_in_the_order_in_which_they_join(
    ids: tuple[str, str],
) -> None:
    """Edge case 13."""
    first, second = ids
    issue = an_issue(
        history=[
            a_change(Field.STATUS, "todo", "in_progress", 1, change_id=first),
            a_change(Field.STATUS, "in_progress", "done", 1, change_id=second),
        ],
        status="done",
    )

    assert at(issue, 0.5).status == "todo"
    assert at(issue, 1).status == "done"
    assert History(issue).status.values == ("todo", "in_progress", "done")


def test_a_longer_number_is_a_later_one_where_the_values_leave_it_open() -> None:
    """There and back twice in one second: both orders join, the numbers decide. Edge case 13."""
    there_and_back = ["todo", "review", "todo", "on_hold", "todo"]
    issue = an_issue(
        history=[
            a_change(Field.STATUS, before, after, 1, change_id=str(number))
            for number, (before, after) in enumerate(pairwise(there_and_back), start=8)
        ],
        status="todo",
    )

    assert History(issue).status.values == tuple(there_and_back)


def test_instants_are_compared_in_utc_whatever_their_offset() -> None:
    """Edge case 10. Fault F2 of the peers."""
    kansas = ZoneInfo("America/Chicago")
    change = a_change(Field.STATUS, "todo", "done", datetime(2024, 3, 5, 20, tzinfo=kansas))
    issue = an_issue(history=[change])

    assert at(issue, 1).status == "todo"  # 5 March, 9:00 UTC
    before = state(issue, datetime(2024, 3, 6, 1, 59, tzinfo=UTC))
    after = state(issue, datetime(2024, 3, 6, 2, 0, tzinfo=UTC))
    assert before is not None
    assert after is not None
    assert (before.status, after.status) == ("todo", "done")


def test_the_hour_that_comes_twice_keeps_its_order() -> None:
    """Edge case 10."""
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2024, 10, 27, 2, 50, tzinfo=berlin)
    second = datetime(2024, 10, 27, 2, 10, tzinfo=berlin, fold=1)
    issue = an_issue(
        history=[
            a_change(Field.STATUS, "in_progress", "done", second),
            a_change(Field.STATUS, "todo", "in_progress", first),
        ],
        status="done",
    )

    assert History(issue).status.values == ("todo", "in_progress", "done")


@given(lives())
def test_undoing_gives_what_was_told(life: Life) -> None:
    for instant, _ in life.frames:
        assert life.at(instant) == state(life.issue, instant)
        just_before = instant - timedelta(microseconds=1)
        assert life.at(just_before) == state(life.issue, just_before)


@given(lives(), st.randoms(use_true_random=False), st.integers(0, 12))
def test_the_order_and_repetition_of_changes_do_not_matter(
    life: Life, random: Random, repeated: int
) -> None:
    """Edge case 13."""
    changes = [*life.issue.changes, *life.issue.changes[:repeated]]
    random.shuffle(changes)
    shuffled = replace(life.issue, changes=tuple(changes))

    for instant in (KICK_OFF, *(instant for instant, _ in life.frames)):
        assert state(life.issue, instant) == state(shuffled, instant)
