"""Linear's words → ours, one table a thing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.linear import mapping
from connectors.linear.mapping import raw as read
from service.domain.remote import LabelChange, Presence, StatusMove
from service.domain.tracking import Person, Project, Status, StatusCategory
from service.markdown import read as markdown_of
from service.ports import Unavailable
from tests.connectors.linear.answers import (
    a_document,
    a_project,
    a_status,
    a_user,
    an_entry,
    an_issue,
)

ADA = Person("ada", "Ada", "ada@acme.example", "ada")


def a_mapped_project(kind: str = "completed", changes: dict[str, Any] | None = None) -> Project:
    return mapping.project(
        {**a_project(kind), **(changes or {})},
    )


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("backlog", StatusCategory.TODO),
        ("planned", StatusCategory.TODO),
        ("started", StatusCategory.IN_PROGRESS),
        ("paused", StatusCategory.IN_PROGRESS),
        ("completed", StatusCategory.DONE),
        ("canceled", StatusCategory.CANCELLED),
    ],
)
def test_a_project_status_means_what_its_type_says(kind: str, category: StatusCategory) -> None:
    # The name says the opposite on purpose: names are free text.
    assert Status("s", "Completed", category) == mapping.project_status(
        {"id": "s", "name": "Completed", "type": kind}
    )


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("triage", StatusCategory.TODO),
        ("backlog", StatusCategory.TODO),
        ("unstarted", StatusCategory.TODO),
        ("started", StatusCategory.IN_PROGRESS),
        ("completed", StatusCategory.DONE),
        ("canceled", StatusCategory.CANCELLED),
        ("duplicate", StatusCategory.CANCELLED),
    ],
)
def test_a_workflow_state_means_what_its_type_says(kind: str, category: StatusCategory) -> None:
    assert category is mapping.issue_status(a_status(kind)).category


@pytest.mark.parametrize("kind", ["frozen", "COMPLETED", "cancelled"])
def test_a_type_nobody_knows_is_never_closed_and_is_told(kind: str) -> None:
    with capture_logs() as logs:
        found = mapping.project_status(a_status(kind))

    assert not found.category.closed
    assert [(kind, "warning")] == [(line["type"], line["log_level"]) for line in logs]


@pytest.mark.parametrize(
    ("day", "resolution", "last"),
    [
        ("2026-03-31", None, "2026-03-31"),
        ("2026-02-01", "month", "2026-02-28"),
        ("2028-02-29", "month", "2028-02-29"),
        ("2026-04-15", "quarter", "2026-06-30"),
        ("2026-12-31", "quarter", "2026-12-31"),
        ("2026-01-01", "halfYear", "2026-06-30"),
        ("2026-07-01", "halfYear", "2026-12-31"),
        ("2026-05-05", "year", "2026-12-31"),
        ("2026-05-05", "decade", "2026-05-05"),
    ],
)
def test_a_target_stands_for_the_end_of_its_period(
    day: str, resolution: str | None, last: str
) -> None:
    found = a_mapped_project(changes={"targetDate": day, "targetDateResolution": resolution})

    assert date.fromisoformat(last) == found.target_on
    assert (resolution is not None) == found.target_is_coarse


@pytest.mark.parametrize(
    ("kind", "completed", "canceled", "closed_at"),
    [
        pytest.param("completed", "2026-04-02", None, 2, id="completed"),
        pytest.param("canceled", None, "2026-04-03", 3, id="canceled"),
        pytest.param("canceled", "2026-04-02", "2026-04-03", 3, id="completed, then canceled"),
        pytest.param("completed", "2026-04-04", "2026-04-03", 4, id="canceled, then completed"),
        pytest.param("canceled", "2026-04-02", None, 2, id="canceled without its instant"),
        pytest.param("completed", None, None, None, id="without any instant"),
        pytest.param("started", "2026-04-02", None, None, id="open with a date left over"),
    ],
)
def test_a_project_is_closed_since_it_was_moved_into_its_status(
    kind: str, completed: str | None, canceled: str | None, closed_at: int | None
) -> None:
    instants = {"completedAt": completed, "canceledAt": canceled}

    found = a_mapped_project(
        kind, {key: f"{day}T10:00:00Z" if day else None for key, day in instants.items()}
    )

    expected = None if closed_at is None else datetime(2026, 4, closed_at, 10, tzinfo=UTC)
    assert expected == found.closed_at


@pytest.mark.parametrize(
    ("kind", "changes", "gone"),
    [
        pytest.param("started", {}, None, id="open"),
        pytest.param("completed", {}, None, id="closed"),
        pytest.param("started", {"archivedAt": "2026-04-02T10:00:00Z"}, "archived", id="archived"),
        pytest.param("completed", {"archivedAt": "2026-04-02T10:00:00Z"}, None, id="put away"),
        pytest.param("started", {"trashed": True}, "trashed", id="trashed"),
        pytest.param("completed", {"trashed": True}, "trashed", id="closed and trashed"),
    ],
)
def test_a_project_that_left_says_how(kind: str, changes: dict[str, Any], gone: str | None) -> None:
    assert gone == a_mapped_project(kind, changes).gone


def test_a_project_has_nothing_where_linear_says_nothing() -> None:
    bare = {
        key: value
        for key, value in a_project("planned").items()
        if key in {"id", "name", "url", "status", "createdAt"}
    }

    found = mapping.project(bare)

    assert (
        found.description,
        found.started_at,
        found.closed_at,
        found.start_on,
        found.target_on,
        found.lead,
        found.plan_changes,
    ) == (None,) * 7
    assert found.created_at == found.updated_at
    assert not found.target_is_coarse


@pytest.mark.parametrize("key", ["id", "name", "url", "status", "createdAt"])
def test_a_project_without_what_it_must_have_is_no_answer(key: str) -> None:
    with pytest.raises(Unavailable, match=key):
        a_mapped_project(changes={key: None})


@pytest.mark.parametrize(
    ("key", "value"),
    [("createdAt", "yesterday"), ("targetDate", "soon"), ("name", 7), ("status", "Done")],
)
def test_a_value_of_another_shape_is_no_answer(key: str, value: object) -> None:
    with pytest.raises(Unavailable, match=key):
        a_mapped_project(changes={key: value})


def test_a_person_in_another_shape_is_no_answer() -> None:
    with pytest.raises(Unavailable, match="lead"):
        mapping.maybe_person({"lead": "Ada"}, "lead")


def test_a_deactivated_account_is_not_active() -> None:
    assert not mapping.person(a_user(active=False)).active


def test_an_account_without_a_name_goes_by_its_handle() -> None:
    assert mapping.person({**a_user(), "name": None}).name == "ada"


@pytest.mark.parametrize(
    ("changes", "presence"),
    [
        ({}, Presence.PRESENT),
        ({"archivedAt": "2026-04-02T10:00:00Z"}, Presence.PRESENT),
        ({"trashed": True, "archivedAt": "2026-04-02T10:00:00Z"}, Presence.TRASHED),
    ],
)
def test_an_archived_ticket_is_still_there_and_a_trashed_one_is_not(
    changes: dict[str, Any], presence: Presence
) -> None:
    assert presence is mapping.ticket(an_issue(**changes)).presence


@pytest.mark.parametrize(("kind", "duplicate"), [("duplicate", True), ("canceled", False)])
def test_a_duplicate_is_told_from_other_ends(kind: str, duplicate: bool) -> None:
    found = mapping.ticket(an_issue(state=a_status(kind)))

    assert (duplicate, StatusCategory.CANCELLED) == (found.duplicate, found.status.category)


def test_a_ticket_keeps_who_put_labels_on_and_took_them_off() -> None:
    verified = {"id": "l1", "name": "verified"}
    entries = [
        an_entry(2, "2026-02-02T10:00:00Z", actor=a_user(), removedLabels=[verified]),
        an_entry(
            1, "2026-02-01T10:00:00Z", actor=None, addedLabelIds=["l1"], addedLabels=[verified]
        ),
        an_entry(3, "2026-02-03T10:00:00Z", actor=a_user(), addedLabelIds=["l2"]),
        an_entry(4, "2026-02-04T10:00:00Z", actor=a_user(), addedLabelIds=["deleted"]),
    ]

    found = mapping.ticket(an_issue(), [{"id": "l2", "name": "late"}], entries)

    day = [datetime(2026, 2, number, 10, tzinfo=UTC) for number in range(1, 5)]
    assert found.labels == ("late",)
    assert (
        LabelChange("verified", added=True, at=day[0], by=None),
        LabelChange("verified", added=False, at=day[1], by=ADA),
        LabelChange("late", added=True, at=day[2], by=ADA),
        LabelChange("deleted", added=True, at=day[3], by=ADA),
    ) == found.label_changes


def test_a_ticket_keeps_its_moves_oldest_first() -> None:
    start, done = a_status("started"), a_status("completed")
    entries = [
        an_entry(2, "2026-02-02T10:00:00Z", actor=a_user(), fromState=start, toState=done),
        an_entry(1, "2026-02-01T10:00:00Z", actor=None, fromState=None, toState=start),
    ]

    found = mapping.ticket(an_issue(), [], entries)

    one, two = mapping.issue_status(start), mapping.issue_status(done)
    assert (
        StatusMove(datetime(2026, 2, 1, 10, tzinfo=UTC), None, one, None),
        StatusMove(datetime(2026, 2, 2, 10, tzinfo=UTC), one, two, ADA),
    ) == found.status_moves


@pytest.mark.parametrize(
    ("changes", "presence"),
    [
        ({}, Presence.PRESENT),
        ({"archivedAt": "2026-04-02T10:00:00Z"}, Presence.ARCHIVED),
        ({"trashed": True, "archivedAt": "2026-04-02T10:00:00Z"}, Presence.TRASHED),
    ],
)
def test_a_page_has_content_only_while_it_is_present(
    changes: dict[str, Any], presence: Presence
) -> None:
    found = mapping.page(a_document(**changes), markdown_of("words"))

    assert presence is found.presence
    assert (presence is Presence.PRESENT) == (found.content is not None)


def test_instants_are_in_utc() -> None:
    found = read.instant({"at": "2026-02-01T12:00:00+02:00"}, "at")

    assert found.isoformat() == "2026-02-01T10:00:00+00:00"
