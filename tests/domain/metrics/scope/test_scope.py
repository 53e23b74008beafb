"""What was planned, what came, what went, and what became of it."""

from __future__ import annotations

from service.domain.metrics import Excluded
from service.domain.tracking import Field
from tests.domain.builders import a_change, an_issue, joined, left
from tests.domain.metrics.report import report, texts, value


def test_scope_is_dated_by_joining_and_not_by_creation() -> None:
    """Edge case 3. Fault F5 of the peers."""
    here = an_issue("APOLLO-1", created=-5)
    later = an_issue("APOLLO-2", created=-5, changes=[joined(2)])

    found = report(here, later, close=5)

    assert found["scope.base"].issues == ("APOLLO-1",)
    assert found["scope.added"].issues == ("APOLLO-2",)
    assert found["scope.final"].issues == ("APOLLO-1", "APOLLO-2")


def test_an_issue_that_left_is_counted_as_removed_and_not_forgotten() -> None:
    """Edge case 3. Fault F5 of the peers."""
    found = report(an_issue("APOLLO-1", changes=[left(3)]), close=5)

    assert (value(found, "scope.base"), value(found, "scope.final")) == (1, 0)
    assert found["scope.removed"].issues == ("APOLLO-1",)


def test_an_issue_that_came_and_went_is_transient() -> None:
    """Edge case 3."""
    visitor = an_issue("APOLLO-1", created=-5, changes=[joined(1), left(2)])

    found = report(visitor, close=5)

    assert found["scope.transient"].issues == ("APOLLO-1",)
    assert (value(found, "scope.added"), value(found, "scope.removed")) == (0, 0)


def test_an_issue_that_came_and_went_in_one_instant_was_never_there() -> None:
    found = report(an_issue("APOLLO-1", created=-5, changes=[joined(1), left(1)]), close=5)

    assert value(found, "scope.transient") == 0


def test_an_issue_that_left_at_the_very_kick_off_was_never_in_the_window() -> None:
    found = report(an_issue("APOLLO-1", created=-5, changes=[left(0)]), close=5)

    assert [value(found, f"scope.{name}") for name in ("base", "removed", "transient")] == [0, 0, 0]


def test_an_issue_that_left_and_came_back_is_neither_added_nor_removed() -> None:
    """Edge case 3."""
    found = report(an_issue("APOLLO-1", changes=[left(1), joined(2)]), close=5)

    assert found["scope.base"].issues == found["scope.final"].issues == ("APOLLO-1",)
    assert (value(found, "scope.added"), value(found, "scope.removed")) == (0, 0)


def test_an_issue_that_was_moved_after_the_close_still_belongs_to_the_report() -> None:
    """Edge case 3."""
    found = report(an_issue("APOLLO-1", changes=[left(9)]), close=5)

    assert value(found, "scope.final") == 1


def test_an_epic_groups_issues_and_is_none_itself() -> None:
    """Edge case 4."""
    found = report(an_issue("APOLLO-1", kind="Epic"), an_issue("APOLLO-2", kind="Story"), close=5)

    assert found["scope.final"].issues == ("APOLLO-2",)


def test_done_and_dropped_and_carried_over_make_up_the_final_scope() -> None:
    found = report(
        an_issue("APOLLO-1", "todo 1d, done"),
        an_issue("APOLLO-2", "todo 1d, cancelled"),
        an_issue("APOLLO-3", "todo 1d, in_progress"),
        an_issue("APOLLO-4", "todo 9d, done"),
        close=5,
    )

    assert found["scope.done"].issues == found["scope.delivered"].issues == ("APOLLO-1",)
    assert found["scope.dropped"].issues == ("APOLLO-2",)
    assert found["scope.carried_over"].issues == ("APOLLO-3", "APOLLO-4")


def test_an_issue_born_after_the_kick_off_was_added() -> None:
    found = report(an_issue("APOLLO-1", created=1), close=5)

    assert found["scope.added"].issues == ("APOLLO-1",)


def test_an_issue_with_half_a_history_is_left_out_and_named() -> None:
    """Edge case 2. Fault F12 of the peers."""
    found = report(an_issue("APOLLO-1"), an_issue("APOLLO-2", complete_history=False), close=5)

    reason = "the tracker gave only a part of its history"
    assert value(found, "scope.final") == 1
    assert found["scope.final"].excluded == (Excluded("APOLLO-2", reason),)
    assert f"APOLLO-2: left out: {reason}" in texts(found)


def test_a_deleted_issue_left_when_it_was_put_into_the_bin() -> None:
    """Edge case 9."""
    binned = an_issue(
        "APOLLO-1",
        archived=True,
        trashed=True,
        changes=[a_change(Field.ARCHIVED, None, "true", 2)],
    )

    found = report(binned, close=5)

    assert found["scope.removed"].issues == ("APOLLO-1",)


def test_a_deleted_issue_without_a_date_is_left_out_and_named() -> None:
    """Edge case 9."""
    found = report(an_issue("APOLLO-1", archived=True, trashed=True), close=5)

    reason = "it was deleted, and the tracker does not say when"
    assert found["scope.final"].excluded == (Excluded("APOLLO-1", reason),)


def test_an_archived_issue_stays_in_the_scope() -> None:
    """Edge case 9."""
    archived = an_issue(
        "APOLLO-1",
        "todo 1d, done",
        archived=True,
        changes=[a_change(Field.ARCHIVED, None, "true", 2)],
    )

    assert value(report(archived, close=5), "scope.done") == 1


def test_an_issue_given_on_two_pages_is_counted_once() -> None:
    """Edge case 13."""
    issue = an_issue("APOLLO-1", changes=[joined(2)])

    assert value(report(issue, issue, close=5), "scope.final") == 1


def test_issues_are_listed_in_the_order_of_their_numbers() -> None:
    found = report(an_issue("APOLLO-10"), an_issue("APOLLO-9"), close=5)

    assert found["scope.final"].issues == ("APOLLO-9", "APOLLO-10")
