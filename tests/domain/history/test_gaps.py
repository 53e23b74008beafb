"""A record that does not hold together gives findings, never an exception."""

from __future__ import annotations

from hypothesis import given

from service.domain.history import Finding, History, findings, intervals, state
from service.domain.tracking import Field
from tests.domain.builders import (
    APOLLO,
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


@given(lives())
def test_a_whole_record_gives_no_finding(life: Life) -> None:
    assert findings(History(life.issue)) == []


def test_a_missing_change_is_named_and_the_undoing_goes_on() -> None:
    """Edge case 2."""
    issue = an_issue(
        history=[
            a_change(Field.STATUS, "todo", "in_progress", 1),
            a_change(Field.STATUS, "review", "done", 3),
        ],
        status="done",
    )

    found = findings(History(issue))

    text = "a change of its status after 2024-03-05 09:00 UTC is not recorded"
    assert found == [Finding("APOLLO-1", Field.STATUS, text)]
    at_two = state(issue, day(2))
    assert at_two is not None
    assert at_two.status == "review"


def test_a_last_change_that_does_not_lead_to_today_is_named_without_the_person() -> None:
    """Edge case 15."""
    issue = an_issue(assignee=a_person("Grace"), changes=[assigned(None, "ada", 1)])

    found = findings(History(issue))

    text = "the last recorded change of its assignee does not lead to what it is today"
    assert found == [Finding("APOLLO-1", Field.ASSIGNEE, text)]


def test_an_estimate_that_is_no_number_is_named_and_taken_as_none() -> None:
    issue = an_issue(estimate=3, changes=[estimated("XL", "3", 1)])

    found = findings(History(issue))

    text = "the estimate 'XL' cannot be read and is taken as none"
    assert found == [Finding("APOLLO-1", Field.ESTIMATE, text)]
    at_start = state(issue, day(0))
    assert at_start is not None
    assert at_start.estimate is None


def test_a_membership_that_was_left_twice_is_named() -> None:
    issue = an_issue(changes=[left(1), left(2)])

    found = findings(History(issue))

    text = "a change of its project after 2024-03-05 09:00 UTC is not recorded"
    assert found == [Finding("APOLLO-1", Field.MEMBERSHIP, text)]


def test_membership_is_the_stretches_between_joining_and_leaving() -> None:
    issue = an_issue(created=-1, changes=[left(1), joined(3), left(3), joined(5)])

    stays = intervals(History(issue).member(Field.MEMBERSHIP, APOLLO), issue.created_at)

    assert stays == [(day(-1), day(1)), (day(5), None)]


def test_nothing_is_a_member_before_it_was_created() -> None:
    issue = an_issue(created=2, changes=[joined(1)])

    stays = intervals(History(issue).member(Field.MEMBERSHIP, APOLLO), issue.created_at)

    assert stays == [(day(2), None)]
