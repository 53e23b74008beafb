"""Changelogs read as ours: what came when, from what to what, and what it was before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.mapping import history, issue, tickets
from connectors.jira.mapping.fields import Fields
from service.domain.history import History, state
from service.domain.tracking import Field, Issue, StatusCategory
from tests.connectors.jira.building import (
    DOING,
    DONE,
    EPIC,
    a_context,
    a_history,
    an_issue,
    an_item,
)


def _read(raw: dict[str, Any], *histories: dict[str, Any], **context: object) -> Issue:
    ordered = history.ordered(histories)
    return issue.issue(raw, ordered, a_context(**context), url="https://acme.test/browse/X")


def _told(found: Issue, field: Field) -> list[tuple[str | None, str | None]]:
    return [(one.before, one.after) for one in found.changes if one.field is field]


@pytest.mark.parametrize(
    ("item", "field", "expected"),
    [
        pytest.param(an_item("status", "1", "3"), Field.STATUS, ("1", "3"), id="status by id"),
        pytest.param(
            an_item("assignee", None, "ben"), Field.ASSIGNEE, (None, "ben"), id="assignee"
        ),
        pytest.param(
            an_item("duedate", "2026-11-10 00:00:00.0", None, text=True),
            Field.DUE_ON,
            ("2026-11-10", None),
            id="a due date that is only text",
        ),
        pytest.param(
            an_item("Story Points", "3", "5", text=True),
            Field.ESTIMATE,
            ("3", "5"),
            id="points by name, only text",
        ),
        pytest.param(
            an_item("Punkte", "3", "5", text=True, id="cf_points"),
            Field.ESTIMATE,
            ("3", "5"),
            id="points by the field's id",
        ),
        pytest.param(
            an_item("Fix Version", None, "7"), Field.MEMBERSHIP, (None, "version:7"), id="version"
        ),
        pytest.param(
            an_item("IssueParentAssociation", "500", None),
            Field.MEMBERSHIP,
            (EPIC, None),
            id="parent, as Cloud writes it",
        ),
        pytest.param(
            an_item("Epic Link", None, "500", became="NOVA-12"),
            Field.MEMBERSHIP,
            (None, EPIC),
            id="parent, as Data Center writes it",
        ),
        pytest.param(
            an_item("Epic Link", None, "NOVA-12", text=True),
            Field.MEMBERSHIP,
            (None, EPIC),
            id="parent by its key only",
        ),
        pytest.param(an_item("project", "10", "11"), Field.TEAM, ("10", "11"), id="Jira project"),
        pytest.param(
            an_item("Key", "OLD-1", "NOVA-7", text=True),
            Field.TEAM,
            ("OLD", "10000"),
            id="Jira project by the key only",
        ),
    ],
)
def test_an_item_becomes_a_change(
    item: dict[str, Any], field: Field, expected: tuple[str | None, str | None]
) -> None:
    raw = an_issue(DOING, project={"id": "10000", "key": "NOVA", "name": "Nova"})

    found = _read(raw, a_history("11-03 09", item), ids={"NOVA-12": "500", "NOVA": "10000"})

    assert [expected] == _told(found, field)


def test_labels_are_told_one_by_one_though_jira_writes_the_whole_list() -> None:
    item = an_item("labels", "api urgent", "api done", text=True)

    found = _read(an_issue(labels=["api", "done"]), a_history("11-03 09", item))

    assert [("urgent", None), (None, "done")] == _told(found, Field.LABELS)
    assert {"api": "api", "done": "done"} == found.labels


def test_a_parent_that_is_told_under_two_names_changed_once() -> None:
    twice = (an_item("Epic Link", None, "500"), an_item("IssueParentAssociation", None, "500"))

    found = _read(an_issue(parent={"id": "500"}), a_history("11-03 09", *twice))

    assert [(None, EPIC)] == _told(found, Field.MEMBERSHIP)


def test_a_move_tells_the_project_once_though_the_key_changed_too() -> None:
    """Edge case 3."""
    moved = (an_item("project", "1", "10000"), an_item("Key", "OLD-1", "NOVA-101", text=True))

    found = _read(an_issue(), a_history("11-03 09", *moved))

    assert [("1", "10000")] == _told(found, Field.TEAM)
    assert [("project:1", None), (None, "project:10000")] == _told(found, Field.MEMBERSHIP)


def test_membership_is_kept_of_the_object_that_is_asked_for_only() -> None:
    raw = an_issue(parent={"id": "500"}, fixVersions=[{"id": "7"}])
    joined = (an_item("Fix Version", None, "7"), an_item("IssueParentAssociation", None, "500"))

    found = _read(raw, a_history("11-03 09", *joined), about=EPIC)

    assert (frozenset({EPIC}), [(None, EPIC)]) == (found.membership, _told(found, Field.MEMBERSHIP))


def test_a_value_that_was_there_from_the_beginning_is_found_by_undoing() -> None:
    """Edge case 1."""
    raw = an_issue(duedate="2026-11-17", cf_points=5.0)
    moved = an_item("duedate", "2026-11-10", "2026-11-17")

    found = _read(raw, a_history("11-03 09", moved))

    before = state(found, datetime(2026, 10, 5, tzinfo=UTC))
    assert before is not None
    assert (date(2026, 11, 10), 5.0) == (before.due_on, before.estimate)


WONT_DO = {"id": "2", "name": "Won’t Do"}


def _dropped_by(resolution: dict[str, str], *histories: dict[str, Any]) -> Issue:
    return _read(an_issue(DONE, resolution=resolution), *histories)


def test_dropped_work_keeps_its_status_and_says_beside_it_that_it_was_dropped() -> None:
    """Edge case 8."""
    dropped = (
        an_item("resolution", None, "2", became="Won't Do"),
        an_item("status", "3", "9"),
    )

    found = _dropped_by(WONT_DO, a_history("11-03 09", *dropped))

    assert [("3", "9")] == _told(found, Field.STATUS)
    assert [(None, "true")] == _told(found, Field.DROPPED)
    assert (DONE, True) == (found.status, found.dropped)
    assert found.complete_history


def test_work_that_was_done_and_dropped_later_was_done_until_then() -> None:
    """Edge case 8."""
    done = an_item("status", "1", "9"), an_item("resolution", None, "1", became="Done")
    dropped = an_item("resolution", "1", "2", was="Done", became="Duplicate")

    found = _dropped_by(
        {"id": "2", "name": "Duplicate"},
        a_history("11-03 09", *done),
        a_history("11-05 09", dropped, number=30002),
    )

    assert [("1", "9")] == _told(found, Field.STATUS)
    assert [(None, "true")] == _told(found, Field.DROPPED)
    assert not History(found).dropped.at(datetime(2026, 11, 4, tzinfo=UTC))


def test_a_resolution_that_drops_nothing_is_no_change() -> None:
    found = _dropped_by(
        {"id": "1", "name": "Done"},
        a_history("11-03 09", an_item("resolution", None, "1", became="Done")),
    )

    assert ([], False) == (_told(found, Field.DROPPED), found.dropped)


def test_a_ticket_that_is_dropped_after_it_was_done_moves_to_a_cancelled_status() -> None:
    done = an_item("status", "1", "9"), an_item("resolution", None, "1", became="Done")
    dropped = an_item("resolution", "1", "2", was="Done", became="Duplicate")
    raw = an_issue(DONE, resolution={"id": "2", "name": "Duplicate"})
    log = [a_history("11-03 09", *done), a_history("11-05 09", dropped, number=30002)]

    ticket = tickets.ticket(raw, log, a_context(), url="https://acme.test/browse/X")

    assert [StatusCategory.DONE, StatusCategory.CANCELLED] == [
        move.after.category for move in ticket.status_moves
    ]
    assert StatusCategory.CANCELLED is ticket.status.category


def test_where_the_resolution_is_the_truth_it_alone_says_what_is_done() -> None:
    """Edge case 7."""
    raw = an_issue(DOING, resolution={"id": "1", "name": "Fixed"})
    resolved = an_item("resolution", None, "1", became="Fixed")

    found = _read(raw, a_history("11-03 09", resolved), resolution_is_done=True)

    assert [("3", "3:resolved")] == _told(found, Field.STATUS)
    assert StatusCategory.DONE is found.status.category


def test_where_the_resolution_is_the_truth_dropped_work_is_done_and_dropped() -> None:
    raw = an_issue(DOING, resolution=WONT_DO)
    dropped = an_item("resolution", None, "2", became="Won't Do")

    found = _read(raw, a_history("11-03 09", dropped), resolution_is_done=True)

    assert [("3", "3:resolved")] == _told(found, Field.STATUS)
    assert (StatusCategory.DONE, True) == (found.status.category, found.dropped)


@pytest.mark.parametrize(
    ("histories", "complete"),
    [
        pytest.param([a_history("11-03 09", an_item("status", "1", "3"))], True, id="whole"),
        pytest.param([a_history("11-03 09", an_item("status", "1", "9"))], False, id="status gap"),
        pytest.param(
            [a_history("11-03 09", an_item("project", "1", "2"))], False, id="project gap"
        ),
        pytest.param([a_history("11-03 09", an_item("assignee", "a", "b"))], True, id="renamed"),
    ],
)
def test_a_history_that_does_not_lead_to_today_is_incomplete(
    histories: list[dict[str, Any]], complete: bool
) -> None:
    """Edge case 2."""
    found = _read(an_issue(DOING), *histories)

    assert complete is found.complete_history


def test_the_field_for_points_is_the_one_that_these_issues_use() -> None:
    with_value = [an_issue(cf_estimate=3.0), an_issue(cf_estimate=None, cf_points=None)]
    known = a_context().fields

    assert "cf_estimate" == issue.points_field(with_value, [], known)
    assert "cf_points" == issue.points_field([an_issue()], [], known)
    assert issue.points_field([an_issue()], [], Fields()) is None


HISTORIES = [
    a_history("11-03 09", an_item("status", "1", "3"), number=99),
    a_history("11-03 09", an_item("status", "3", "9"), number=100),
    a_history("11-05 09", an_item("status", "9", "3"), an_item("assignee", None, "b"), number=101),
    a_history("11-06 09", an_item("resolution", None, "2", became="Won't Do"), number=102),
    a_history("11-06 10", an_item("timeoriginalestimate", "28800", "3600"), number=103),
    a_history("11-06 10", an_item("Flagged", "", "[1]", was=""), number=104),
    a_history("11-07 09", an_item("Sprint", "7, 8", "8"), an_item("Sprint", "8", "9"), number=105),
    a_history("11-08 09", an_item("summary", "Old", "New", text=True), number=106),
]


@given(st.permutations([*HISTORIES, *HISTORIES]))
def test_neither_order_nor_repetition_of_histories_matters(mixed: list[dict[str, Any]]) -> None:
    """Edge case 13."""
    raw = an_issue(DOING, assignee={"accountId": "b"})

    assert _read(raw, *HISTORIES) == _read(raw, *mixed)


def test_several_moves_in_one_history_follow_each_other() -> None:
    """Edge case 13."""
    moves = (an_item("status", "1", "3"), an_item("status", "3", "9"))

    found = _read(an_issue(DONE), a_history("11-03 09", *moves))

    assert [("1", "3"), ("3", "9")] == _told(found, Field.STATUS)
