"""The importer of the tests: what it must read off the documents of the sample's era."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from service.domain.history import state
from service.domain.tracking import Field, Status, StatusCategory
from tests.importers.jira_ndjson import Document, Importer, documents

OPEN = {"id": "1", "name": "Open", "statusCategory": {"key": "new"}}
CLOSED = {"id": "6", "name": "Closed", "statusCategory": {"key": "done"}}


def item(name: str, before: str | None, after: str | None, *, text: bool = False) -> dict[str, Any]:
    """Return a changelog item; `text` puts the values into the strings only."""
    ids = (None, None) if text else (before, after)
    return {
        "field": name,
        "from": ids[0],
        "fromString": before,
        "to": ids[1],
        "toString": after,
    }


def a_document(*items: dict[str, Any], total: int | None = None, **fields: object) -> Document:
    history = {
        "id": "77",
        "created": "2011-06-20T21:30:00.000-0500",
        "author": {"name": "eddie"},
        "items": list(items),
    }
    return {
        "id": "11456",
        "key": "FCREPO-4",
        "self": "https://jira.example/rest/api/2/issue/11456",
        "fields": {
            "summary": "Proper architecture",
            "issuetype": {"name": "Story"},
            "status": OPEN,
            "created": "2011-06-01T10:00:00.000-0500",
            "fixVersions": [],
            **fields,
        },
        "changelog": {"total": 1 if total is None else total, "histories": [history]},
    }


def test_a_due_date_that_is_only_text_is_read() -> None:
    moved = item("duedate", "2011-06-21 00:00:00.0", "2011-07-01 00:00:00.0", text=True)

    issue = Importer().issue(a_document(moved, duedate="2011-07-01"))

    before = state(issue, datetime(2011, 6, 20, tzinfo=UTC))
    assert before is not None
    assert before.due_on == date(2011, 6, 21)


def test_story_points_that_are_only_text_are_read() -> None:
    document = a_document(item("Story Points", "3", "5", text=True), customfield_1=5.0)

    issue = Importer(points="customfield_1").issue(document)

    before = state(issue, datetime(2011, 6, 20, tzinfo=UTC))
    assert before is not None
    assert (before.estimate, issue.estimate) == (3, 5)


def test_versions_are_the_membership() -> None:
    swapped = (item("Fix Version", "10", None), item("Fix Version", None, "20"))

    issue = Importer().issue(a_document(*swapped, fixVersions=[{"id": "20"}]))

    before = state(issue, datetime(2011, 6, 20, tzinfo=UTC))
    assert before is not None
    assert (before.membership, issue.membership) == (frozenset({"10"}), frozenset({"20"}))


def test_instants_are_in_utc_and_several_items_of_one_history_are_told_apart() -> None:
    issue = Importer().issue(
        a_document(
            item("assignee", None, "eddie"), item("status", "6", "1"), item("Rank", "1", "2")
        )
    )

    assert [
        (Field.ASSIGNEE, "77.000", datetime(2011, 6, 21, 2, 30, tzinfo=UTC)),
        (Field.STATUS, "77.001", datetime(2011, 6, 21, 2, 30, tzinfo=UTC)),
    ] == [(change.field, change.id, change.at) for change in issue.changes]


def test_statuses_come_from_the_documents_and_from_the_histories() -> None:
    found = Importer().read([a_document(item("status", "5", "6"), status=CLOSED)])

    assert found.statuses == {
        "5": Status("5", "5", StatusCategory.TODO),
        "6": Status("6", "Closed", StatusCategory.DONE),
    }


def test_a_status_map_overrules_what_the_documents_say() -> None:
    resolved = Status("5", "Resolved", StatusCategory.DONE)

    found = Importer(statuses={"5": resolved}).read([a_document(item("status", "1", "5"))])

    assert found.statuses["5"] == resolved


def test_a_cut_history_is_not_complete() -> None:
    assert Importer().issue(a_document(item("status", "5", "1"))).complete_history
    assert not Importer().issue(a_document(item("status", "5", "1"), total=140)).complete_history


def test_documents_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "issues.ndjson"
    path.write_bytes(orjson.dumps({"key": "A-1"}) + b"\n" + orjson.dumps({"key": "A-2"}) + b"\n")

    assert [one["key"] for one in documents(path)] == ["A-1", "A-2"]
