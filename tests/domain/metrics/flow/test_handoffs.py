"""How often work changed hands, and how the work was spread over people, who stay unnamed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from service.domain.metrics import Excluded
from service.domain.tracking import Change, Field, Issue, Team
from tests.domain.builders import a_change, a_person, an_issue, assigned, day
from tests.domain.metrics.report import report, value

ROCKETS = Team("t1", "ROC", "Rockets")
MINUTE = 1 / 1440


def worked_on(
    key: str, who: str | None, history: str = "in_progress 4d, done", changes: Iterable[Change] = ()
) -> Issue:
    person = a_person(who.title()) if who else None
    return an_issue(key, history, assignee=person, changes=changes)


def test_handoffs_per_item_leave_out_what_was_taken_back_at_once() -> None:
    back_and_forth = [
        assigned("ada", "grace", 1),
        assigned("grace", "ada", 1 + MINUTE),
        assigned("ada", "alan", 2),
    ]
    issues = [worked_on("APOLLO-1", "alan", changes=back_and_forth), worked_on("APOLLO-2", "ada")]

    found = report(*issues, close=30)

    assert 3 == value(found, "flow.handoffs")
    assert 0.5 == value(found, "flow.handoffs_per_item")


def test_time_without_an_assignee_is_a_length_and_no_handoff() -> None:
    """Edge case 15."""
    gap = [assigned("ada", None, 1), assigned(None, "grace", 3)]
    issues = [worked_on("APOLLO-1", "grace", changes=gap), worked_on("APOLLO-2", None)]

    found = report(*issues, close=30)

    assert 6 == value(found, "flow.unassigned_days")
    assert ("APOLLO-1", "APOLLO-2") == found["flow.unassigned_days"].issues
    assert 0 == value(found, "flow.handoffs")


def test_gaps_before_the_start_and_after_the_end_do_not_count() -> None:
    history = "todo 2d, in_progress 4d, done"
    gaps = [
        assigned("ada", None, 1),
        assigned(None, "ada", 3),
        assigned("ada", None, 5),
        assigned(None, "ada", 9),
    ]

    found = report(worked_on("APOLLO-1", "ada", history, gaps), close=30)

    assert 2 == value(found, "flow.unassigned_days")


def test_teams_hand_over_within_the_cycle() -> None:
    moves = [
        a_change(Field.TEAM, "t2", "t1", 1),
        a_change(Field.TEAM, "t1", "t3", 3),
        a_change(Field.TEAM, "t3", "t1", 9),
    ]
    issue = an_issue("APOLLO-1", "todo 2d, in_progress 4d, done", team=ROCKETS, changes=moves)

    found = report(issue, close=30)

    assert 1 == value(found, "flow.team_handoffs")


def test_team_handoffs_are_unknown_where_there_are_no_teams() -> None:
    found = report(worked_on("APOLLO-1", "ada"), close=30)

    assert "no team is recorded for any of these issues" == found["flow.team_handoffs"].reason


@pytest.mark.parametrize("name", ["handoffs_per_item", "team_handoffs", "unassigned_days"])
def test_handoffs_are_unknown_where_nothing_was_in_work(name: str) -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, done"), close=30)

    assert found[f"flow.{name}"].value is None
    assert str(found[f"flow.{name}"].reason).endswith("was in progress before it was done")


def test_the_largest_share_is_told_of_three_people_and_more() -> None:
    people = ["ada", "ada", "grace", "alan", None]
    issues = [worked_on(f"APOLLO-{n}", who) for n, who in enumerate(people, start=1)]

    found = report(*issues, close=30)

    leaf = found["flow.top_share"]
    assert 0.5 == leaf.value
    assert 3 == value(found, "flow.people_n")
    assert (Excluded("APOLLO-5", "nobody was assigned when it was done"),) == leaf.excluded
    # All that were measured, not those of the one with the most.
    assert ("APOLLO-1", "APOLLO-2", "APOLLO-3", "APOLLO-4") == leaf.issues


def test_a_share_of_two_people_would_point_at_one_of_them() -> None:
    issues = [worked_on("APOLLO-1", "ada"), worked_on("APOLLO-2", "grace")]

    leaf = report(*issues, close=30)["flow.top_share"]

    assert leaf.value is None
    assert "fewer than 3 people delivered: a share would point at one of them" == leaf.reason


def test_the_assignee_that_counts_is_the_one_at_completion() -> None:
    later = [assigned("ada", "grace", 9)]
    issues = [
        worked_on("APOLLO-1", "grace", changes=later),
        worked_on("APOLLO-2", "grace", changes=later),
        worked_on("APOLLO-3", "grace"),
        worked_on("APOLLO-4", "alan"),
    ]

    found = report(*issues, close=30)

    assert 0.5 == value(found, "flow.top_share")


def test_work_in_progress_of_a_person_counts_only_while_there_is_some() -> None:
    """Ada has one from day 0 to 4 and one from 2 to 6, Grace has one for 4 days: 12 in 10."""
    issues = [
        worked_on("APOLLO-1", "ada"),
        worked_on("APOLLO-2", "ada", "todo 2d, in_progress 4d, done"),
        worked_on("APOLLO-3", "grace"),
    ]

    found = report(*issues, close=30)

    assert 1.2 == value(found, "flow.wip_per_person")


def test_a_handed_over_issue_is_in_one_hand_at_a_time() -> None:
    moves = [assigned("ada", "grace", 1)]
    issues = [worked_on("APOLLO-1", "grace", changes=moves)]

    found = report(*issues, close=2)

    assert 1 == value(found, "flow.wip_per_person")
    assert 2 == value(found, "flow.people_n")


def test_nobody_at_all_is_unknown_and_not_zero() -> None:
    found = report(worked_on("APOLLO-1", None), close=30)

    assert found["flow.people_n"].value is None
    assert found["flow.wip_per_person"].value is None


def test_without_a_kick_off_people_are_counted_up_to_the_close() -> None:
    found = report(worked_on("APOLLO-1", "ada", "in_progress"), baseline=day(9), close=3)

    assert 1 == value(found, "flow.people_n")
