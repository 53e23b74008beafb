"""When work that had begun was held up."""

from __future__ import annotations

from dataclasses import replace

from service.domain.metrics import Excluded, StatusSets
from service.domain.tracking import Change, Field
from tests.domain.builders import a_change, an_issue, day, left
from tests.domain.metrics.report import report, value

#: In progress from day 2 to day 12, then done.
TEN_DAYS = "todo 2d, in_progress 10d, done"


def flag(since: float, until: float | None = None) -> list[Change]:
    changes = [a_change(Field.FLAGGED, None, "true", since)]
    return changes + ([a_change(Field.FLAGGED, "true", None, until)] if until else [])


def link(blocker: str, since: float, until: float | None = None) -> list[Change]:
    changes = [a_change(Field.BLOCKED_BY, None, blocker, since)]
    return changes + ([a_change(Field.BLOCKED_BY, blocker, None, until)] if until else [])


def test_a_flag_blocks_within_the_cycle_only() -> None:
    issue = an_issue("APOLLO-1", TEN_DAYS, changes=[*flag(1, 5), *flag(11, 20)])

    found = report(issue, close=30)

    assert 4 == value(found, "flow.blocked_days")  # days 2 to 5, and 11 to 12
    assert ("APOLLO-1",) == found["flow.blocked_n"].issues


def test_what_was_held_up_twice_at_once_counts_once() -> None:
    blocker = an_issue("APOLLO-2", "in_progress 40d")
    issue = an_issue("APOLLO-1", TEN_DAYS, changes=[*flag(3, 6), *link("APOLLO-2", 5, 8)])

    found = report(issue, blocker, close=30)

    assert 5 == value(found, "flow.blocked_days")


def test_a_link_blocks_until_the_blocker_is_done() -> None:
    blocker = an_issue("APOLLO-2", "todo 5d, done")
    issue = an_issue("APOLLO-1", TEN_DAYS, changes=link("APOLLO-2", 3), blocked_by=["APOLLO-2"])

    found = report(issue, blocker, close=30)

    assert 2 == value(found, "flow.blocked_days")


def test_a_blocker_that_is_reopened_blocks_again() -> None:
    blocker = an_issue("APOLLO-2", "todo 5d, done 2d, todo 1d, cancelled")
    issue = an_issue("APOLLO-1", TEN_DAYS, blocked_by=["APOLLO-2"])

    found = report(issue, blocker, close=30)

    assert 4 == value(found, "flow.blocked_days")  # days 2 to 5, and 7 to 8


def test_a_blocker_of_another_project_blocks_all_the_same() -> None:
    blocker = an_issue("GEMINI-1", "todo 5d, done", projects=["gemini"])
    epic = an_issue("APOLLO-3", "todo 7d, done", kind="Epic", changes=[left(1)])
    issue = an_issue("APOLLO-1", TEN_DAYS, blocked_by=["GEMINI-1", "APOLLO-3"])

    found = report(issue, blocker, epic, close=30)

    assert 5 == value(found, "flow.blocked_days")
    assert () == found["flow.blocked_days"].excluded


def test_of_a_blocker_that_was_not_read_the_link_alone_counts_and_that_is_said() -> None:
    issue = an_issue("APOLLO-1", TEN_DAYS, changes=link("GEMINI-1", 3, 7))

    found = report(issue, close=30)

    reason = "waits for an issue that was not read: counted for as long as the link stood"
    assert 4 == value(found, "flow.blocked_days")
    assert (Excluded("APOLLO-1", reason),) == found["flow.blocked_days"].excluded


def test_a_link_that_stood_outside_of_the_cycle_raises_no_doubt() -> None:
    issue = an_issue("APOLLO-1", TEN_DAYS, changes=link("GEMINI-1", 20))

    found = report(issue, close=30)

    assert 0 == value(found, "flow.blocked_days")
    assert () == found["flow.blocked_days"].excluded


def test_a_status_that_is_named_blocked_blocks() -> None:
    issue = an_issue("APOLLO-1", "in_progress 1d, on_hold 3d, in_progress 1d, done")
    sets = StatusSets(blocked=frozenset({"On hold"}), active=frozenset({"In progress"}))

    found = report(issue, close=30, status_sets=sets)

    assert 3 == value(found, "flow.blocked_days")
    assert 0.4 == value(found, "flow.flow_efficiency")


def test_later_edits_change_no_blocked_day() -> None:
    """The intervals come from the history, not from what the issue looks like now.

    Fault F13 of the peers.
    """
    issue = an_issue("APOLLO-1", TEN_DAYS, changes=flag(3, 5))
    edited = replace(
        issue,
        flagged=True,
        changes=(*issue.changes, *flag(40), a_change(Field.TEXT, None, None, 41)),
    )

    before, after = report(issue, close=30), report(edited, close=30)

    assert 2 == value(before, "flow.blocked_days")
    assert before["flow.blocked_days"] == after["flow.blocked_days"]


def test_the_median_is_that_of_the_blocked_issues() -> None:
    issues = [an_issue(f"APOLLO-{n}", TEN_DAYS, changes=flag(3, 3 + n)) for n in range(1, 6)]

    found = report(*issues, an_issue("APOLLO-9", TEN_DAYS), close=30)

    assert 3 == value(found, "flow.blocked_median_days")
    assert 5 == value(found, "flow.blocked_n")
    assert 6 == found["flow.blocked_n"].n
    assert 15 == value(found, "flow.blocked_days")


def test_nothing_blocked_is_a_zero_and_no_median() -> None:
    found = report(an_issue("APOLLO-1", TEN_DAYS), close=30)

    assert 0 == value(found, "flow.blocked_days")
    assert "no delivered issue was blocked" == found["flow.blocked_median_days"].reason


def test_no_cycle_is_nothing_to_be_blocked() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, done", changes=flag(1)), close=30)

    reason = "no delivered issue was in progress before it was done"
    assert reason == found["flow.blocked_days"].reason


def test_work_stands_blocked_no_longer_than_to_the_close() -> None:
    issue = an_issue("APOLLO-1", "in_progress 2d, done 8d, in_progress 5d, done", flagged=True)

    found = report(issue, close=day(5))

    assert 2 == value(found, "flow.blocked_days")
