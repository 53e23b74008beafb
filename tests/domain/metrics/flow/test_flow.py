"""How long the work took, how often it came back and changed hands."""

from __future__ import annotations

import pytest

from service.domain.metrics import Excluded, Snapshot, StatusSets
from service.domain.tracking import Issue
from tests.domain.builders import a_history, a_person, an_issue, assigned
from tests.domain.metrics.report import report, texts, value


def five(*histories: str) -> list[Issue]:
    """Return issues of these histories, made up to five with cycle times of 9 days."""
    rest = ["in_progress 9d, done"] * (5 - len(histories))
    return [
        an_issue(f"APOLLO-{number}", history)
        for number, history in enumerate([*histories, *rest], start=1)
    ]


def reasons(found: Snapshot) -> dict[str, str]:
    return {one.issue: one.reason for one in found["flow.cycle_time_n"].excluded}


def test_percentiles_are_nearest_rank_and_keep_fractions_of_a_day() -> None:
    """Of 6 h, 1 d, 2 d, 3 d, 4 d the third is the median, and the fifth is P85.

    Fault F3 of the peers.
    """
    lengths = ("1d", "6h", "4d", "2d", "3d")
    issues = [
        an_issue(f"APOLLO-{n}", f"todo 1d, in_progress {length}, done")
        for n, length in enumerate(lengths, start=1)
    ]

    found = report(*issues, close=30)

    assert value(found, "flow.cycle_time_p50_days") == 2
    assert value(found, "flow.cycle_time_p85_days") == 4
    assert value(found, "flow.cycle_time_n") == 5


def test_a_day_has_24_hours_and_six_digits_are_published() -> None:
    found = report(*five(*["in_progress 100m, done"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 0.069444


def test_of_fewer_than_five_the_values_are_listed_and_no_percentile_is_claimed() -> None:
    found = report(
        an_issue("APOLLO-1", "in_progress 36h, done"), an_issue("APOLLO-2", "in_progress 1d, done")
    )

    p50 = found["flow.cycle_time_p50_days"]
    assert p50.value is None
    assert p50.reason == (
        "fewer than 5 finished issues were measured: APOLLO-2 1.0 days, APOLLO-1 1.5 days"
    )
    assert value(found, "flow.cycle_time_n") == 2


def test_a_skipped_in_progress_is_no_cycle_time_of_zero() -> None:
    """Edge case 6. Fault F1 of the peers."""
    found = report(an_issue("APOLLO-1", "todo 2d, done"), close=30)

    assert found["flow.cycle_time_p50_days"].value is None
    assert found["flow.never_started_n"].issues == ("APOLLO-1",)
    assert found["flow.never_started_n"].n == 1
    assert reasons(found) == {"APOLLO-1": "was never in progress before it was done"}


def test_a_cycle_ends_with_the_last_completion_even_if_the_first_was_before_the_start() -> None:
    found = report(*five(*["todo 1d, done 1d, in_progress 1d, todo 1d, done"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 2


def test_started_and_done_in_one_instant_is_no_cycle_time_of_zero() -> None:
    """Edge case 6."""
    found = report(an_issue("APOLLO-1", "todo 1d, in_progress 0d, done"), close=30)

    assert value(found, "flow.cycle_time_n") == 0
    assert reasons(found) == {"APOLLO-1": "was in progress only when or after it was done"}


def test_progress_only_after_the_close_leaves_no_cycle_time() -> None:
    """Edge case 6."""
    again = an_issue("APOLLO-1", "todo 1d, done 9d, in_progress 1d, done")

    found = report(again, close=5)

    assert found["scope.done"].issues == ("APOLLO-1",)
    assert reasons(found) == {"APOLLO-1": "was in progress only when or after it was done"}


def test_a_move_back_does_not_erase_when_work_began() -> None:
    """Fault F4 of the peers."""
    found = report(*five(*["in_progress 1d, todo 4d, in_progress 1d, done"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 6


def test_a_reopened_issue_is_done_when_it_was_done_for_the_last_time() -> None:
    """Edge case 7."""
    found = report(*five(*["in_progress 1d, done 1d, in_progress 1d, done"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 3


def test_from_one_done_status_to_another_is_no_second_completion_and_no_reopening() -> None:
    """Edge case 7."""
    found = report(*five(*["in_progress 1d, done 5d, verified"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 1
    assert value(found, "flow.reopened") == 0


def test_several_active_statuses_make_one_stretch() -> None:
    """Fault F6 of the peers."""
    found = report(*five(*["in_progress 1d, review 1d, on_hold 1d, done"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 3


def test_an_issue_created_in_progress_began_with_its_creation() -> None:
    found = report(*five(*["in_progress 2d, done"] * 5), close=30)

    assert value(found, "flow.cycle_time_p50_days") == 2


def test_an_issue_created_done_is_done_and_its_date_is_doubted() -> None:
    """Edge case 6."""
    found = report(an_issue("APOLLO-1", "done", created=2), close=30)

    assert value(found, "scope.done") == 1
    assert value(found, "flow.cycle_time_n") == 0
    assert (
        "APOLLO-1: was created in a done status: its creation stands for its completion"
        in texts(found)
    )


def test_an_import_with_a_history_from_before_its_creation_keeps_its_length() -> None:
    """Edge case 6."""
    imported = [
        an_issue(
            f"APOLLO-{n}",
            a_history("todo 1d, in_progress 3d, done", -20),
            created=0,
            status="done",
        )
        for n in range(5)
    ]

    found = report(*imported, close=30)

    assert value(found, "flow.cycle_time_p50_days") == 3


def test_a_dropped_issue_has_no_cycle_time() -> None:
    """Edge case 8."""
    found = report(an_issue("APOLLO-1", "in_progress 3d, cancelled"), close=30)

    assert (found["flow.cycle_time_n"].n, found["flow.never_started_n"].n) == (0, 0)


def test_reopenings_are_counted_each_time_and_only_up_to_the_close() -> None:
    found = report(
        an_issue("APOLLO-1", "todo 1d, done 1d, todo 1d, done 1d, in_progress 1d, done"),
        an_issue("APOLLO-2", "todo 1d, done 9d, todo"),
        close=6,
    )

    assert value(found, "flow.reopened") == 2
    assert found["flow.reopened"].issues == ("APOLLO-1",)
    assert "APOLLO-2: was reopened after the close, which changes no figure" in texts(found)


def test_an_empty_project_has_no_reopenings_to_count() -> None:
    found = report(close=5)

    assert found["flow.reopened"].value is None
    assert found["flow.reopened"].reason == "no issue was in the project at the close"


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([("ada", "grace", 3)], 1),
        ([("ada", "grace", 1)], 0),
        ([("ada", "grace", 9)], 0),
        ([(None, "grace", 3)], 0),
        ([("ada", None, 3), (None, "grace", 4)], 0),
        ([("ada", "grace", 3), ("grace", "ada", 4)], 2),
    ],
    ids=["in work", "before the start", "after the end", "first", "a gap", "there and back"],
)
def test_handoffs_are_changes_of_the_assignee_while_in_work(
    moves: list[tuple[str | None, str | None, float]], expected: int
) -> None:
    last = moves[-1][1]
    issue = an_issue(
        "APOLLO-1",
        "todo 2d, in_progress 4d, done",
        assignee=a_person(str(last).title()),
        changes=[assigned(*move) for move in moves],
    )

    found = report(issue, close=30)

    assert value(found, "flow.handoffs") == expected


def test_a_handoff_taken_back_at_once_does_not_last() -> None:
    minute = 1 / 1440
    issue = an_issue(
        "APOLLO-1",
        "todo 2d, in_progress 4d, done",
        assignee=a_person("Grace"),
        changes=[
            assigned("ada", "grace", 3),
            assigned("grace", "ada", 3 + minute),
            assigned("ada", "grace", 4),
        ],
    )

    found = report(issue, close=30)

    assert value(found, "flow.handoffs") == 3
    assert value(found, "flow.handoffs_lasting") == 1


def test_handoffs_are_unknown_where_nothing_was_in_work() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, done"), close=30)

    reason = "no finished issue was in progress before it was done"
    assert found["flow.handoffs"].reason == reason


def test_a_status_is_taken_for_what_it_is_named_to_be() -> None:
    sets = StatusSets(active=frozenset({"In review"}), done=frozenset({"ON HOLD"}))
    issues = five(*["in_progress 3d, todo 1d, review 1d, on_hold"] * 5)

    by_category, by_name = report(*issues, close=30), report(*issues, close=30, status_sets=sets)

    assert by_category["scope.done"].value == 0
    assert by_name["scope.done"].value == 5
    # "In progress" is not named and goes by its category.
    assert value(by_name, "flow.cycle_time_p50_days") == 5


def test_what_was_left_out_of_the_scope_is_left_out_of_the_flow_too() -> None:
    found = report(an_issue("APOLLO-1", "in_progress 1d, done", complete_history=False), close=30)

    reason = "the tracker gave only a part of its history"
    assert found["flow.cycle_time_n"].excluded == (Excluded("APOLLO-1", reason),)
