"""What of the plan was delivered, and what of the delivered was planned."""

from __future__ import annotations

from dataclasses import replace

from service.domain.tracking import Field
from tests.domain.builders import a_change, a_project, an_issue, left
from tests.domain.metrics.report import report, value


def test_delivered_of_the_base_and_of_what_was_added() -> None:
    """Of four planned ones one left, one is open and one dropped; of two added ones one is done."""
    found = report(
        an_issue("APOLLO-1", "todo 1d, done"),
        an_issue("APOLLO-2", "todo 1d, in_progress"),
        an_issue("APOLLO-3", "todo 1d, cancelled"),
        an_issue("APOLLO-4", "todo 1d, done", changes=[left(2)]),
        an_issue("APOLLO-5", "todo 1d, done", created=1),
        an_issue("APOLLO-6", created=1),
        close=5,
    )

    assert value(found, "scope.delivered_of_base") == 0.25
    assert found["scope.delivered_of_base"].issues == ("APOLLO-1",)
    assert value(found, "scope.delivered_of_added") == 0.5
    assert value(found, "scope.unplanned_share") == 0.5
    assert found["scope.unplanned_share"].issues == ("APOLLO-5",)


def test_what_was_done_to_give_it_up_is_not_delivered() -> None:
    given_up = replace(an_issue("APOLLO-1", "todo 1d, done"), dropped=True)

    found = report(given_up, close=5)

    assert value(found, "scope.done") == 1
    assert value(found, "scope.delivered_of_base") == 0
    assert found["scope.unplanned_share"].reason == "nothing was delivered up to the close"


def test_bugs_and_other_unplanned_work_are_told_apart_by_the_type_of_the_issue() -> None:
    """Four are delivered, three of them unplanned: two bugs and a task."""
    found = report(
        an_issue("APOLLO-1", "todo 1d, done", kind="Bug"),
        an_issue("APOLLO-2", "todo 1d, done", kind="Bug", created=1),
        an_issue("APOLLO-3", "todo 1d, done", kind="defect", created=1),
        an_issue("APOLLO-4", "todo 1d, done", kind="Task", created=1, labels=["Bug"]),
        close=5,
    )

    assert found["scope.unplanned_share_bugs"].issues == ("APOLLO-2", "APOLLO-3")
    assert value(found, "scope.unplanned_share_bugs") == 0.5
    assert value(found, "scope.unplanned_share_rest") == 0.25
    assert value(found, "scope.unplanned_share") == 0.75


def test_where_there_are_no_types_a_label_says_that_it_is_a_bug() -> None:
    found = report(
        an_issue("APOLLO-1", "todo 1d, done", created=1, labels=["Bug"]),
        an_issue("APOLLO-2", "todo 1d, done", created=1, labels=["web"]),
        close=5,
    )

    assert found["scope.unplanned_share_bugs"].issues == ("APOLLO-1",)


def test_where_nothing_tells_bugs_apart_their_share_is_unknown() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, done", created=1), close=5)

    reason = "bugs cannot be told from other work: none of these issues carries a type"
    assert value(found, "scope.unplanned_share") == 1
    assert found["scope.unplanned_share_bugs"].reason == reason
    assert found["scope.unplanned_share_rest"].reason == reason


def test_a_type_or_label_that_came_after_the_close_tells_nothing() -> None:
    found = report(
        an_issue(
            "APOLLO-1",
            "todo 1d, done",
            created=1,
            kind="Bug",
            changes=[a_change(Field.KIND, "Task", "Bug", 9)],
        ),
        an_issue(
            "APOLLO-2",
            "todo 1d, done",
            created=1,
            labels=["bug"],
            changes=[a_change(Field.LABELS, None, "bug", 9)],
        ),
        close=5,
    )

    assert value(found, "scope.unplanned_share_bugs") == 0


def test_shares_of_nothing_are_unknown() -> None:
    found = report(an_issue("APOLLO-1", created=1), close=5)

    assert found["scope.delivered_of_base"].reason == "no issue was there at the kick-off"
    assert value(found, "scope.delivered_of_added") == 0
    found = report(an_issue("APOLLO-1"), close=5)
    assert found["scope.delivered_of_added"].reason == "nothing was added after the kick-off"


def test_without_a_kick_off_nothing_was_planned_or_unplanned() -> None:
    found = report(project=a_project(started=None), close=5)

    for name in ("delivered_of_base", "delivered_of_added", "unplanned_share"):
        assert found[f"scope.{name}"].reason == found.window.baseline_reason
