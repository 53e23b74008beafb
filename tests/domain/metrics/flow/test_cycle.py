"""Cycle times of what was delivered, lead times, and all the percentiles."""

from __future__ import annotations

import pytest

from service.domain.metrics import Excluded
from service.domain.tracking import Field, Issue
from tests.domain.builders import a_change, a_history, an_issue, joined
from tests.domain.metrics.report import report, value


def many(*histories: str, dropped: bool = False, first: int = 1) -> list[Issue]:
    return [
        an_issue(f"APOLLO-{number}", history, dropped=dropped)
        for number, history in enumerate(histories, start=first)
    ]


def of_lengths(*days: float) -> list[Issue]:
    return many(*[f"todo 1d, in_progress {length}d, done" for length in days])


@pytest.mark.parametrize(("percent", "expected"), [(50, 10), (70, 14), (85, 17), (95, 19)])
def test_a_percentile_is_a_length_that_really_was(percent: int, expected: float) -> None:
    """Of 1, 2, ... 20 days P70 is the 14th, P85 the 17th, P95 the 19th."""
    found = report(*of_lengths(*range(1, 21)), close=60)

    assert expected == value(found, f"flow.cycle_time_p{percent}_days")


def test_dropped_work_is_no_cycle_time_of_what_was_delivered() -> None:
    """Won't fix, duplicate and the like are done by their status, and quickly so. Edge case 8."""
    dropped = many(*["in_progress 1h, done"] * 5, dropped=True, first=6)

    found = report(*of_lengths(1, 2, 3, 4, 5), *dropped, close=30)

    assert 10 == value(found, "flow.cycle_time_n")
    assert 5 == value(found, "flow.delivered_cycle_time_n")
    assert 3 == value(found, "flow.delivered_cycle_time_p50_days")
    assert 5 == value(found, "flow.delivered_cycle_time_p85_days")
    assert 1 / 24 == found["flow.cycle_time_p50_days"].value


def test_of_fewer_than_five_delivered_the_values_are_listed() -> None:
    found = report(*of_lengths(1, 2), close=30)

    reason = "fewer than 5 delivered issues were measured: APOLLO-1 1.0 days, APOLLO-2 2.0 days"
    assert reason == found["flow.delivered_cycle_time_p50_days"].reason


def test_the_coverage_tells_which_delivered_issues_have_no_cycle_time() -> None:
    """Fault F1 of the peers."""
    skipped = an_issue("APOLLO-9", "todo 3d, done")
    given_up = an_issue("APOLLO-10", "todo 3d, done", dropped=True)

    found = report(*of_lengths(1, 2), skipped, given_up, close=30)

    reason = "was never in progress before it was done"
    expected = (Excluded("APOLLO-9", reason),)
    assert expected == found["flow.delivered_cycle_time_n"].excluded


def test_the_first_completion_is_told_beside_the_last() -> None:
    found = report(*many(*["in_progress 1d, done 5d, in_progress 2d, done"] * 5), close=30)

    assert 8 == value(found, "flow.delivered_cycle_time_p50_days")
    assert 1 == value(found, "flow.cycle_time_first_done_p50_days")


def test_a_completion_before_the_start_is_not_the_first_one() -> None:
    """Edge case 6."""
    found = report(
        *many(*["done 5d, todo 1d, in_progress 2d, done 1d, todo 1d, done"] * 5), close=30
    )

    assert 2 == value(found, "flow.cycle_time_first_done_p50_days")


def test_a_completion_in_the_instant_of_the_start_is_no_length_of_zero() -> None:
    found = report(*many(*["todo 1d, in_progress 0d, done 1d, todo 1d, done"] * 5), close=30)

    leaf = found["flow.cycle_time_first_done_p50_days"]
    assert leaf.value is None
    assert "APOLLO-1" == leaf.excluded[0].issue


def test_customers_wait_from_creation_and_the_project_from_joining() -> None:
    """Created a day before the kick-off, joined at day 2, done at day 3 to 7."""
    issues = [
        an_issue(
            f"APOLLO-{n}", f"todo {n + 2}d, in_progress 1d, done", created=-1, changes=[joined(2)]
        )
        for n in range(1, 6)
    ]

    found = report(*issues, close=30)

    # Done on day n + 2: 6 days after creation in the middle, 3 after joining.
    assert 6 == value(found, "flow.lead_time_p50_days")
    assert 8 == value(found, "flow.lead_time_p85_days")
    assert 3 == value(found, "flow.commitment_time_p50_days")


def test_an_issue_that_was_created_done_has_no_lead_time_of_zero() -> None:
    """Edge case 6. Fault F15 of the peers."""
    found = report(an_issue("APOLLO-1", "done", created=1), close=30)

    leaf = found["flow.lead_time_p50_days"]
    assert leaf.value is None
    assert "no issue was delivered after it was created and joined" == leaf.reason
    assert (Excluded("APOLLO-1", "was created in a done status"),) == leaf.excluded


def test_an_issue_that_joined_when_it_was_done_has_no_negative_commitment_time() -> None:
    """Edge case 6. Fault F15 of the peers."""
    late = an_issue("APOLLO-1", "in_progress 2d, done", changes=[joined(5)])

    leaf = report(late, close=30)["flow.commitment_time_p50_days"]

    reason = "joined the project only when or after it was done"
    assert (Excluded("APOLLO-1", reason),) == leaf.excluded


def test_an_import_is_as_old_as_its_first_change() -> None:
    imported = [
        an_issue(
            f"APOLLO-{n}", a_history("todo 1d, in_progress 3d, done", -20), created=0, status="done"
        )
        for n in range(5)
    ]

    found = report(*imported, close=30)

    # What is recorded begins with the move out of `todo`, three days before the completion.
    assert 3 == value(found, "flow.lead_time_p50_days")


def test_an_edit_of_the_resolution_alone_does_not_move_the_completion() -> None:
    """The resolution's date is not asked: it changes without a change of status. Edge case 7."""
    resolved = [
        an_issue(
            f"APOLLO-{n}",
            "todo 1d, in_progress 3d, done",
            changes=[a_change(Field.DROPPED, "true", None, 20)],
        )
        for n in range(5)
    ]

    found = report(*resolved, close=30)

    assert 3 == value(found, "flow.delivered_cycle_time_p50_days")
