"""A time sheet against a project: what is taken, what is there already, what is left out and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from service.domain.recorded_time import (
    Choice,
    SheetRow,
    Skipped,
    TimeImport,
    TimeSheet,
    time_import,
    with_imported_time,
)
from service.domain.tracking import ProjectIssues, TimeEntry
from tests.domain.builders import an_issue, issues_of
from tests.domain.metrics.report import report, value

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600
MAY_4, MAY_5 = date(2026, 5, 4), date(2026, 5, 5)
ISSUES = issues_of(an_issue("NOVA-1"), an_issue("NOVA-2"))
ONE, TWO = (issue.id for issue in ISSUES.issues)


def a_row(number: int = 2, text: str = "NOVA-1", hours: float = 2, **fields: object) -> SheetRow:
    usual = SheetRow(number, MAY_4, int(hours * HOUR), (text,) if text else (), person="Ada Berg")
    return replace(usual, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def a_sheet(*rows: SheetRow, source: str = "toggl") -> TimeSheet:
    return TimeSheet(source, rows)


def sorted_out(
    sheet: TimeSheet,
    issues: ProjectIssues = ISSUES,
    stored: tuple[TimeEntry, ...] = (),
    **choice: object,
) -> TimeImport:
    return time_import(
        sheet,
        issues,
        stored,
        Choice(**choice),  # type: ignore[arg-type]  # the choice is the caller's
        timezone=BERLIN,
        unreadable=lambda person: f"hidden {len(person)}",
    )


def reasons(found: TimeImport) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in found.skipped]


def test_a_row_becomes_time_of_the_issue_it_names() -> None:
    row = a_row(begun_at=time(9, 30), role="design")

    (entry,) = sorted_out(a_sheet(row)).added

    # 09:30 in Berlin in May is 07:30 UTC.
    at = datetime(2026, 5, 4, 7, 30, tzinfo=UTC)
    expected = (at, 2 * HOUR, ONE, "hidden 8", "design", "toggl")
    assert expected == (
        entry.at,
        entry.seconds,
        entry.issue_id,
        entry.person_id,
        entry.role,
        entry.source,
    )


def test_a_day_without_a_time_begins_with_the_local_day() -> None:
    (entry,) = sorted_out(a_sheet(a_row())).added

    assert datetime(2026, 5, 3, 22, tzinfo=UTC) == entry.at


def test_hours_are_added_up_by_issue() -> None:
    sheet = a_sheet(a_row(), a_row(3, "nova-2: tests", 0.5), a_row(4, "see NOVA-1", 1))

    assert {"NOVA-1": 3 * HOUR, "NOVA-2": HOUR // 2} == sorted_out(sheet).by_issue


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "it names no issue; --project NAME takes", id="nothing"),
        pytest.param("fix-login-2", "it names no issue", id="no key"),
        pytest.param("APOLLO-7 review", "APOLLO-7: no such issue in this project", id="another's"),
        pytest.param("NOVA-1 and NOVA-2", "it names several issues: NOVA-1 and NOVA-2", id="two"),
    ],
)
def test_a_row_that_is_not_of_one_issue_is_left_out_with_its_line(text: str, reason: str) -> None:
    found = sorted_out(a_sheet(a_row(7, text)))

    assert () == found.added
    ((line, said),) = reasons(found)
    assert 7 == line
    assert said.startswith(reason)


def test_of_several_cells_the_first_that_names_an_issue_counts() -> None:
    row = a_row(issue_texts=("a call", "NOVA-2", "NOVA-1"))

    assert TWO == sorted_out(a_sheet(row)).added[0].issue_id


def test_a_project_of_the_sheet_is_taken_as_a_whole() -> None:
    sheet = a_sheet(
        a_row(2, "a call", project="Nova "),
        a_row(3, "NOVA-2", project="nova"),
        a_row(4, "a call", project="Apollo"),
        a_row(5, "APOLLO-7", project="Nova"),
    )

    found = sorted_out(sheet, project="Nova")

    assert [None, TWO] == [entry.issue_id for entry in found.added]
    assert [
        (4, "it is of the project “Apollo”"),
        (5, "APOLLO-7: no such issue in this project"),
    ] == reasons(found)


def test_the_same_rows_of_another_export_are_there_already() -> None:
    first = sorted_out(a_sheet(a_row(), a_row(3)))  # two equal rows are two entries
    overlapping = a_sheet(a_row(5), a_row(6), a_row(7), a_row(8, on=MAY_5))

    found = sorted_out(overlapping, stored=first.added)

    assert (2, 2) == (len(first.added), found.already)
    assert [MAY_4, MAY_5] == [entry.at.astimezone(BERLIN).date() for entry in found.added]


def test_the_same_hours_of_another_kind_of_file_are_other_entries() -> None:
    first = sorted_out(a_sheet(a_row()))

    found = sorted_out(a_sheet(a_row(), source="harvest"), stored=first.added)

    assert (1, 0) == (len(found.added), found.already)


def test_hours_that_were_corrected_in_the_sheet_are_told_and_not_added_up() -> None:
    before = sorted_out(a_sheet(a_row(hours=3)))

    found = sorted_out(a_sheet(a_row(hours=4)), stored=before.added)

    assert () == found.added
    ((_, reason),) = reasons(found)
    assert reason.startswith("3 h that this sheet does not have were imported")
    assert "--replace" in reason


def test_corrected_hours_replace_the_earlier_ones_where_that_is_said() -> None:
    before = sorted_out(a_sheet(a_row(hours=3), a_row(3, "NOVA-2")))

    found = sorted_out(a_sheet(a_row(hours=4)), stored=before.added, replace=True)

    assert (before.added[0].id,) == found.instead_of
    assert {"NOVA-1": 4 * HOUR} == found.by_issue


def test_another_row_of_the_same_day_is_no_correction() -> None:
    before = sorted_out(a_sheet(a_row(hours=3)))

    found = sorted_out(a_sheet(a_row(hours=3), a_row(3, hours=1)), stored=before.added)

    assert ([HOUR], 1, ()) == ([one.seconds for one in found.added], found.already, found.skipped)


def test_time_that_the_tracker_has_on_the_issue_and_day_is_probably_the_same() -> None:
    kept = TimeEntry("w-1", datetime(2026, 5, 3, 22, 30, tzinfo=UTC), HOUR, ONE)
    issues = replace(ISSUES, time=(kept,))
    sheet = a_sheet(a_row(2), a_row(3, "NOVA-2"), a_row(4, on=MAY_5))

    found = sorted_out(sheet, issues)
    both = sorted_out(sheet, issues, beside_worklogs=True)

    reason = (
        "the tracker has 1 h on NOVA-1 on 4 May 2026: probably the same; "
        "--beside-worklogs counts both"
    )
    assert [Skipped(2, reason)] == list(found.skipped)
    assert (2, 3) == (len(found.added), len(both.added))


def test_nobody_can_be_read_from_what_is_kept() -> None:
    found = sorted_out(a_sheet(a_row(person="Ada Berg"), a_row(3, "a call with Ada Berg")))

    assert "Ada" not in repr(found)


def test_what_was_imported_joins_what_the_tracker_keeps() -> None:
    entry = TimeEntry("e-1", datetime(2024, 3, 5, tzinfo=UTC), 2 * HOUR, ONE, source="csv")
    none, some = replace(ISSUES, time=None, time_unknown="it keeps none"), replace(ISSUES, time=())

    assert none == with_imported_time(none, [])
    assert [(entry,), (entry,)] == [with_imported_time(one, [entry]).time for one in (none, some)]


def test_imported_hours_are_in_the_figures() -> None:
    issue = an_issue("NOVA-1", history="todo 1d, in_progress 3d, done")
    entries = [
        TimeEntry("e-1", datetime(2024, 3, 6, tzinfo=UTC), 2 * HOUR, issue.id, source="csv"),
        TimeEntry("e-2", datetime(2024, 3, 7, tzinfo=UTC), HOUR, None, source="csv"),
    ]

    found = report(given=with_imported_time(issues_of(issue), entries))

    assert 3.0 == value(found, "effort.actual_hours")
