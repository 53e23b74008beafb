"""How often finished work came back."""

from __future__ import annotations

from tests.domain.builders import an_issue
from tests.domain.metrics.report import report, value

TWICE = "in_progress 1d, done 2d, todo 1d, done 4d, in_progress 1d, done"


def test_the_rate_is_of_the_issues_that_were_ever_done() -> None:
    issues = [
        an_issue("APOLLO-1", TWICE),
        an_issue("APOLLO-2", "todo 1d, done 1d, todo"),
        an_issue("APOLLO-3", "todo 1d, done"),
        an_issue("APOLLO-4", "todo 1d, done"),
        an_issue("APOLLO-5", "todo"),
    ]

    found = report(*issues, close=30)

    assert 3 == value(found, "flow.reopened")
    assert 0.5 == value(found, "flow.reopen_rate")
    assert 4 == found["flow.reopen_rate"].n
    assert ("APOLLO-1", "APOLLO-2") == found["flow.reopen_rate"].issues


def test_from_done_to_done_is_no_reopening() -> None:
    found = report(an_issue("APOLLO-1", "in_progress 1d, done 5d, verified"), close=30)

    assert 0 == value(found, "flow.reopen_rate")
    assert 0 == value(found, "flow.rework_days")
    assert "no finished issue was reopened" == found["flow.time_to_reopen_median_days"].reason


def test_rework_lasts_from_the_first_completion_to_the_last() -> None:
    found = report(an_issue("APOLLO-1", TWICE), an_issue("APOLLO-2", "todo 1d, done"), close=30)

    assert 8 == value(found, "flow.rework_days")
    assert ("APOLLO-1",) == found["flow.rework_days"].issues


def test_work_that_is_still_open_has_no_rework_yet() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, done 2d, todo 1d, done 1d, todo"), close=30)

    assert 0 == value(found, "flow.rework_days")


def test_the_time_to_a_reopening_is_told_of_all_and_of_the_first_ones() -> None:
    issues = [an_issue(f"APOLLO-{n}", TWICE) for n in range(1, 6)]
    later = [an_issue(f"APOLLO-{n}", "todo 1d, done 9d, todo") for n in range(6, 8)]

    found = report(*issues, *later, close=30)

    # 2 five times, 4 five times, 9 twice: the sixth of twelve; and 2 five times, 9 twice.
    assert 4 == value(found, "flow.time_to_reopen_median_days")
    assert 2 == value(found, "flow.time_to_first_reopen_median_days")


def test_a_reopening_after_the_close_does_not_count() -> None:
    """Edge case 7."""
    found = report(an_issue("APOLLO-1", "todo 1d, done 9d, todo"), close=5)

    assert 0 == value(found, "flow.reopen_rate")


def test_a_rate_of_nothing_finished_is_unknown() -> None:
    found = report(an_issue("APOLLO-1", "todo"), an_issue("APOLLO-2", "todo 9d, done"), close=5)

    reason = "no issue that was in the project at the close was ever done"
    assert 0 == value(found, "flow.reopened")
    for name in ("reopen_rate", "rework_days", "time_to_first_reopen_median_days"):
        assert reason == found[f"flow.{name}"].reason
