"""What the reader is told about the data behind the figures."""

from __future__ import annotations

from dataclasses import replace

from service.domain.metrics import StatusSets
from service.domain.tracking import Field
from tests.domain.builders import a_change, an_issue, issues_of
from tests.domain.metrics.report import report, texts


def test_an_open_issue_that_was_archived_is_named_and_a_finished_one_is_not() -> None:
    """Edge case 9."""
    put_away = [a_change(Field.ARCHIVED, None, "true", 3)]
    found = report(
        an_issue("APOLLO-1", archived=True, changes=put_away),
        an_issue("APOLLO-2", "todo 1d, done", archived=True, changes=put_away),
        an_issue("APOLLO-3", archived=True, changes=[a_change(Field.ARCHIVED, None, "true", 9)]),
        close=5,
    )

    assert texts(found) == [
        "APOLLO-1: was archived without being done or dropped: it counts as carried over"
    ]


def test_what_became_done_by_no_account_is_named_where_others_have_one() -> None:
    """Edge case 9."""
    by_hand = an_issue("APOLLO-1", [a_change(Field.STATUS, "todo", "done", 1, by="a1")])
    by_rule = an_issue("APOLLO-2", [a_change(Field.STATUS, "todo", "done", 2)])

    found = report(by_hand, by_rule, close=5)

    assert texts(found) == [
        "APOLLO-2: became done by no account: a rule of the tracker may have closed it"
    ]


def test_where_no_completion_has_an_account_nothing_is_said_of_it() -> None:
    assert texts(report(an_issue("APOLLO-1", "todo 1d, done"), close=5)) == []


def test_issues_with_only_a_part_of_their_recorded_time_are_named() -> None:
    """Edge case 16."""
    given = replace(issues_of(an_issue("APOLLO-1")), time_partial=frozenset({"APOLLO-1"}))

    assert texts(report(given=given, close=5)) == [
        "APOLLO-1: the tracker gave only a part of its recorded time: hours and costs are unknown"
    ]


def test_a_name_in_the_status_map_that_no_issue_ever_had_is_named() -> None:
    sets = StatusSets(active=frozenset({"In Progres", "REVIEW"}), done=frozenset({"Done", "Fixed"}))

    found = report(an_issue(), close=5, status_sets=sets)

    assert texts(found) == [
        "the status map names 'fixed' and 'in progres', which no issue of the project ever had"
    ]


def test_a_deleted_status_that_still_stands_in_a_history_is_rightly_in_the_map() -> None:
    """Edge case 12."""
    changes = [
        a_change(Field.STATUS, "todo", "closed-7", 1),
        a_change(Field.STATUS, "closed-7", "done", 2),
    ]

    found = report(
        an_issue("APOLLO-1", changes, status="done"),
        close=5,
        status_sets=StatusSets(done=frozenset({"Closed-7"})),
    )

    assert texts(found) == []
