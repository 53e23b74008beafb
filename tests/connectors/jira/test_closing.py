"""Closing objects as projects: what stands in them, since when, and what was planned."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.jira.mapping import closing, history
from connectors.jira.mapping.closing import Asking, Beside
from service.domain.tracking import PlanChange, Project, StatusCategory
from tests.connectors.jira.building import (
    DOING,
    DONE,
    TODO,
    a_context,
    a_history,
    an_issue,
    an_item,
)

BESIDE = Beside(url="https://acme.test/browse/NOVA-12")
ASKING = Asking("ready-to-close", frozenset({"Ready to close", "77"}))
NOVA = {"id": "10000", "key": "NOVA", "name": "Nova", "lead": {"accountId": "ada"}}
VERSION = {"id": "7", "name": "1.4", "projectId": 10000, "releaseDate": "2026-11-17"}


def _issue(raw: dict[str, Any], *histories: dict[str, Any], **context: object) -> Project:
    ordered = history.ordered(histories)
    return closing.of_issue(raw, ordered, a_context(**context), BESIDE, ASKING)


def test_an_epic_is_named_by_its_key_and_summary_and_known_by_its_id() -> None:
    found = _issue(an_issue(DOING, "12", summary="Checkout redesign"))

    assert ("issue:12", "NOVA-12 Checkout redesign") == (found.ref.key, found.name)
    assert "10000:5" == found.gate_scope
    assert ["NOVA"] == [team.key for team in found.teams]


@pytest.mark.parametrize(
    ("resolution", "category"),
    [
        (None, StatusCategory.DONE),
        ({"id": "1", "name": "Done"}, StatusCategory.DONE),
        ({"id": "2", "name": "Won't Do"}, StatusCategory.CANCELLED),
        ({"id": "3", "name": "CANNOT REPRODUCE"}, StatusCategory.CANCELLED),
    ],
)
def test_an_epic_that_was_dropped_is_closed_as_cancelled(
    resolution: dict[str, str] | None, category: StatusCategory
) -> None:
    found = _issue(an_issue(DONE, resolution=resolution))

    assert (category, "9", True) == (found.status.category, found.status.id, found.closed)


def test_the_instant_of_closing_is_that_of_the_last_change_of_category() -> None:
    raw = an_issue(DONE, statuscategorychangedate="2026-11-18T10:00:00.000+0100")

    assert datetime(2026, 11, 18, 9, tzinfo=UTC) == _issue(raw).closed_at


def test_without_that_the_changelog_tells_when_it_was_closed_last() -> None:
    moves = (
        a_history("11-01 09", an_item("status", "3", "9"), number=1),
        a_history("11-02 09", an_item("status", "9", "3"), number=2),
        a_history("11-05 09", an_item("status", "3", "9"), number=3),
        a_history("11-06 09", an_item("resolution", None, "2", became="Won't Do"), number=4),
    )

    found = _issue(an_issue(DONE, resolution={"id": "2", "name": "Won't Do"}), *moves)

    assert datetime(2026, 11, 5, 9, tzinfo=UTC) == found.closed_at


def test_an_open_epic_was_closed_at_no_time() -> None:
    raw = an_issue(DOING, statuscategorychangedate="2026-11-18T10:00:00.000+0100")

    assert _issue(raw).closed_at is None


def test_an_epic_was_started_with_its_first_move_into_progress() -> None:
    moves = (
        a_history("11-01 09", an_item("status", "1", "3"), number=1),
        a_history("11-02 09", an_item("status", "3", "1"), number=2),
        a_history("11-05 09", an_item("status", "1", "3"), number=3),
    )

    assert datetime(2026, 11, 1, 9, tzinfo=UTC) == _issue(an_issue(DOING), *moves).started_at


def test_the_plan_is_the_due_date_with_its_changes() -> None:
    moved = an_item("duedate", "2026-11-10", "2026-11-17")

    found = _issue(an_issue(duedate="2026-11-17"), a_history("11-03 09", moved))

    at = datetime(2026, 11, 3, 9, tzinfo=UTC)
    change = PlanChange(at, date(2026, 11, 10), date(2026, 11, 17))
    assert (date(2026, 11, 17), (change,)) == (found.target_on, found.plan_changes)


def test_without_a_due_date_the_plan_is_the_target_end() -> None:
    moved = an_item("Target end", "2026-11-10", "2026-11-20", id="cf_target")

    found = _issue(an_issue(cf_target="2026-11-20"), a_history("11-03 09", moved))

    assert date(2026, 11, 20) == found.target_on
    assert [date(2026, 11, 10)] == [one.before for one in found.plan_changes or ()]


def test_a_due_date_that_was_taken_away_is_still_the_plan() -> None:
    taken = an_item("duedate", "2026-11-10", None)

    found = _issue(an_issue(cf_target="2026-11-20"), a_history("11-03 09", taken))

    assert (None, 1) == (found.target_on, len(found.plan_changes or ()))


def test_a_label_asks_for_the_closing_since_it_was_put_on() -> None:
    labelled = an_item("labels", "", "ready-to-close", text=True)

    found = _issue(an_issue(DOING, labels=["ready-to-close"]), a_history("11-03 09", labelled))

    assert datetime(2026, 11, 3, 9, tzinfo=UTC) == found.closing_asked_at


def test_an_asking_that_was_taken_back_and_made_again_counts_from_the_second_time() -> None:
    on = an_item("labels", "", "ready-to-close", text=True)
    off = an_item("labels", "ready-to-close", "", text=True)
    log = (
        a_history("11-03 09", on, number=1),
        a_history("11-04 09", off, number=2),
        a_history("11-05 09", on, number=3),
    )

    found = _issue(an_issue(DOING, labels=["ready-to-close"]), *log)

    assert datetime(2026, 11, 5, 9, tzinfo=UTC) == found.closing_asked_at


def test_a_status_asks_for_the_closing_by_its_name_or_id() -> None:
    ready = {"id": "77", "name": "Ready to close", "statusCategory": {"key": "indeterminate"}}
    moved = an_item("status", "3", "77")

    found = _issue(an_issue(DOING) | _fields(status=ready), a_history("11-03 09", moved))

    assert datetime(2026, 11, 3, 9, tzinfo=UTC) == found.closing_asked_at


def _fields(**changes: object) -> dict[str, Any]:
    return {"fields": {**an_issue()["fields"], **changes}}


def test_an_asking_without_a_record_is_as_old_as_the_issue_and_no_edit_makes_it_newer() -> None:
    raw = an_issue(DOING, labels=["ready-to-close"], updated="2026-11-04T09:00:00.000+0000")

    found = _issue(raw)

    assert found.created_at == found.closing_asked_at


@pytest.mark.parametrize("raw", [an_issue(DONE, labels=["ready-to-close"]), an_issue(TODO)])
def test_nobody_asks_for_what_is_closed_or_not_marked(raw: dict[str, Any]) -> None:
    assert _issue(raw).closing_asked_at is None


def test_a_released_version_is_closed_and_nothing_says_since_when() -> None:
    released = {**VERSION, "released": True}

    found = closing.of_version(released, NOVA, BESIDE)
    closure = closing.closure_of_version(released, "NOVA")

    assert ("version:7", "NOVA 1.4", "NOVA:1.4") == (found.ref.key, found.name, found.known_as)
    assert ("released", True, None) == (found.status.id, found.closed, found.closed_at)
    assert (date(2026, 11, 17), None) == (found.target_on, found.plan_changes)
    assert found.lead is not None
    assert closure is not None
    assert (None, "unreleased") == (closure.closed_at, closure.left_status_id)


def test_an_archived_version_is_gone_unless_it_was_released() -> None:
    archived = {**VERSION, "archived": True}

    assert "archived" == closing.of_version(archived, NOVA, BESIDE).gone
    assert closing.of_version({**archived, "released": True}, NOVA, BESIDE).gone is None


@pytest.mark.parametrize(
    ("changes", "closed", "gone"),
    [
        ({}, False, None),
        ({"archived": True, "archivedDate": "2026-11-17T09:00:00.000+0000"}, True, None),
        ({"deleted": True}, False, "trashed"),
    ],
)
def test_a_jira_project_is_closed_by_archiving(
    changes: dict[str, Any], closed: bool, gone: str | None
) -> None:
    found = closing.of_project({**NOVA, **changes}, BESIDE)

    assert ("project:10000", closed, gone) == (found.ref.key, found.closed, found.gone)
    assert closed is (found.closed_at is not None)
    assert closed is (closing.closure_of_project({**NOVA, **changes}) is not None)


def test_an_epic_tells_which_issues_came_and_went() -> None:
    log = [
        a_history("11-01 09", an_item("Epic Child", None, "1"), number=1),
        a_history("11-01 09", an_item("Epic Child", None, "2"), number=2),
        a_history("11-03 09", an_item("Epic Child", "1", None), number=3),
        a_history("11-04 09", an_item("Epic Child", None, "3, 4"), number=4),
    ]

    joined, left = closing.children_told(history.ordered(log))

    assert (frozenset("234"), frozenset("1")) == (joined, left)
