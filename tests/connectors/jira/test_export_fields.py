"""The fields of an exported issue: what they were, and what they are where nothing names them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.domain.history import History, state
from service.domain.tracking import Field, Issue, StatusCategory
from service.exports import Exported
from tests.connectors.jira.building import an_item
from tests.connectors.jira.exporting import Raw, an_exported, issues_of, read, told, written

BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


def _read(folder: Path, *documents: Raw, points: str | None = None) -> Exported:
    return read(written(folder, documents), points=points, project="NOVA")


def _one(
    folder: Path,
    *histories: Raw,
    **fields: Any,  # noqa: ANN401  (as they are)
) -> Issue:
    (found,) = _read(folder, an_exported(1, *histories, **fields)).issues.issues
    return found


def test_values_that_are_only_text_are_read_as_an_old_jira_writes_them(tmp_path: Path) -> None:
    moved = an_item("duedate", "2026-10-21 00:00:00.0", "2026-11-02 00:00:00.0", text=True)
    history = told(moved) | {"created": "2026-11-02T21:30:00.000-0500"}

    found = _one(tmp_path, history, duedate="2026-11-02")

    before = state(found, BEFORE)
    assert before is not None
    assert (date(2026, 10, 21), date(2026, 11, 2)) == (before.due_on, found.due_on)
    assert datetime(2026, 11, 3, 2, 30, tzinfo=UTC) == found.changes[0].at
    assert UTC is found.changes[0].at.tzinfo


def test_the_order_of_histories_and_one_given_twice_change_nothing(tmp_path: Path) -> None:
    first = told(an_item("assignee", None, "ada"), at="11-03 09", number=99)
    later = told(an_item("assignee", "ada", "bob"), at="11-03 09", number=100)

    found = _one(tmp_path, later, first, later, assignee={"name": "bob"})

    assert [(None, "ada"), ("ada", "bob")] == [(one.before, one.after) for one in found.changes]


def test_a_history_of_which_a_part_is_missing_is_not_complete(tmp_path: Path) -> None:
    assert _one(tmp_path).complete_history
    assert not _one(tmp_path, total=140).complete_history


def test_a_last_status_that_is_not_the_present_one_is_a_missing_part(tmp_path: Path) -> None:
    started = told(an_item("status", "1", "3", was="To Do", became="In Progress"))

    assert not _one(tmp_path, started).complete_history


NAMED = {"customfield_10016": "Story Points"}


def _raised(field: str = "Story Points", id_: str | None = None) -> Raw:
    more = {"id": id_} if id_ else {}
    return told(an_item(field, "3", "5", text=True, **more))


@pytest.mark.parametrize(
    ("document", "given"),
    [
        pytest.param(
            an_exported(1, _raised(), names=NAMED, customfield_10016=5.0), None, id="by its name"
        ),
        pytest.param(
            an_exported(1, _raised(id_="customfield_10016"), customfield_10016=5.0),
            None,
            id="by the id in the history",
        ),
        pytest.param(
            an_exported(1, _raised(), customfield_10016=5.0), "customfield_10016", id="as given"
        ),
        pytest.param(an_exported(1, _raised()), None, id="by the history alone"),
        pytest.param(
            an_exported(1, _raised("Story point estimate")), None, id="in a team's own project"
        ),
    ],
)
def test_story_points_are_found(document: Raw, given: str | None, tmp_path: Path) -> None:
    (found,) = _read(tmp_path, document, points=given).issues.issues

    before = state(found, BEFORE)
    assert before is not None
    assert (3.0, 5.0) == (before.estimate, found.estimate)


def test_points_set_at_creation_are_found_where_another_issue_names_the_field(
    tmp_path: Path,
) -> None:
    silent = an_exported(1, customfield_10016=8.0)
    naming = an_exported(2, _raised(id_="customfield_10016"), customfield_10016=5.0)

    found = issues_of(_read(tmp_path, silent, naming))

    assert (8.0, 5.0) == (found["NOVA-1"].estimate, found["NOVA-2"].estimate)


def test_points_that_are_known_by_histories_alone_are_said_to_be(tmp_path: Path) -> None:
    found = _read(tmp_path, an_exported(1, _raised()))

    assert ["--points-field names the field" in one.text for one in found.findings] == [True]


def test_estimates_in_hours_sprints_flags_and_blockers_are_read(tmp_path: Path) -> None:
    names = {"customfield_3": "Sprint", "customfield_4": "Flagged"}
    changes = told(
        an_item("timeoriginalestimate", "3600", "5400"),
        an_item("Sprint", "12", "12, 15"),
        an_item("Flagged", None, "[10019]", was="", became="Impediment"),
        an_item("Link", None, "NOVA-7", became="This issue is blocked by NOVA-7"),
        an_item("issuetype", "5", "6", was="Story", became="Bug"),
        an_item("labels", None, None, was="old", became="old new"),
        an_item("summary", "Pay", "Payment"),
        an_item("resolution", None, "2", was=None, became="Won't Fix"),
    )
    blocks = {"type": {"inward": "is blocked by"}, "inwardIssue": {"id": "107", "key": "NOVA-7"}}

    found = _one(
        tmp_path, changes, names=names, timeoriginalestimate=5400, issuelinks=[blocks],
        customfield_3=[{"id": 12, "name": "One"}, {"id": 15, "name": "Two"}],
        customfield_4=[{"value": "Impediment"}], labels=["old", "new"],
        resolution={"name": "Won't Fix"}, components=[{"name": "Shop"}],
    )  # fmt: skip

    past = History(found)
    assert (1.0, 1.5) == (past.hours.at(BEFORE), found.hours)
    assert {"12"} == past.members(Field.SPRINTS, BEFORE)
    assert {"12", "15"} == found.sprints
    assert (False, True) == (past.flagged.at(BEFORE), found.flagged)
    assert frozenset() == past.members(Field.BLOCKED_BY, BEFORE)
    assert {"107"} == found.blocked_by
    assert {"old"} == past.members(Field.LABELS, BEFORE)
    assert {"old", "new"} == set(found.labels)
    assert (False, True) == (past.dropped.at(BEFORE), found.dropped)
    assert "Bug" == past.changes[Field.KIND][0].after
    assert [(None, None)] == [(one.before, one.after) for one in past.changes[Field.TEXT]]
    assert ("Shop",) == found.components


@pytest.mark.parametrize(
    ("histories", "fields", "sprints", "flagged"),
    [
        pytest.param((), {}, set(), False, id="nothing told"),
        pytest.param(
            (told(an_item("Sprint", None, "12"), an_item("Flagged", "", "Impediment")),),
            {},
            {"12"},
            True,
            id="by the last change",
        ),
        pytest.param(
            (),
            {
                "names": {"customfield_3": "Sprint"},
                "customfield_3": ["com.atlassian.greenhopper.Sprint@1f[id=37,rapidViewId=5]"],
            },
            {"37"},
            False,
            id="as an old Data Center writes it",
        ),
    ],
)
def test_sprints_and_flags_are_known_where_no_field_is_named(
    histories: tuple[Raw, ...],
    fields: dict[str, Any],
    sprints: set[str],
    flagged: bool,
    tmp_path: Path,
) -> None:
    found = _one(tmp_path, *histories, **fields)

    assert sprints == found.sprints
    assert flagged is found.flagged


def test_a_type_above_the_ordinary_ones_is_an_epic_in_histories_too(tmp_path: Path) -> None:
    theme = {"id": "8", "name": "Theme", "hierarchyLevel": 1}
    raised = told(an_item("issuetype", "5", "8", was="Story", became="Theme"))

    found = _one(tmp_path, raised, issuetype=theme)

    assert ("Epic", "Epic") == (found.kind, found.changes[0].after)


def test_a_status_that_the_export_tells_nothing_of_counts_as_not_started_and_is_said(
    tmp_path: Path,
) -> None:
    moved = told(an_item("status", "4", "1", was="Reopened", became="To Do"))
    parked = an_exported(2)
    parked["fields"]["status"] = {"id": "77", "name": "Parked"}

    found = _read(tmp_path, an_exported(1, moved), parked)

    assert {"Reopened", "Parked"} == found.unclear
    assert {StatusCategory.TODO} == {
        found.issues.statuses[id_].category for id_ in ("1", "4", "77")
    }


def test_recorded_time_is_read_with_how_much_of_it_is_missing(tmp_path: Path) -> None:
    work = {
        "id": "1",
        "started": "2026-11-02T09:00:00.000+0100",
        "created": "2026-11-05T09:00:00.000+0100",
        "timeSpentSeconds": 5400,
        "author": {"accountId": "ada"},
    }

    found = _read(
        tmp_path, an_exported(1, worklog={"total": 2, "worklogs": [work]}), an_exported(2)
    ).issues

    assert found.time is not None
    (entry,) = found.time
    assert (5400, "1", "ada") == (entry.seconds, entry.issue_id, entry.person_id)
    assert datetime(2026, 11, 2, 8, tzinfo=UTC) == entry.at
    assert datetime(2026, 11, 5, 8, tzinfo=UTC) == entry.recorded_at
    assert {"NOVA-1"} == found.time_partial


def test_time_that_no_issue_holds_is_unknown_and_not_none_at_all(tmp_path: Path) -> None:
    found = _read(tmp_path, an_exported(1)).issues

    assert found.time is None
    assert "the export holds no worklogs; with fields=*all it does" == found.time_unknown
