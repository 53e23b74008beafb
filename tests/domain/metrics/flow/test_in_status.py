"""How long the work stood in each status."""

from __future__ import annotations

from service.domain.metrics import Snapshot
from service.domain.metrics.series import Bar, Bars
from service.domain.metrics.values import Part
from service.domain.tracking import Status, StatusCategory
from tests.domain.builders import STATUSES, an_issue, issues_of
from tests.domain.metrics.report import report


def parts(found: Snapshot, name: str) -> dict[str, object]:
    told = found[f"flow.{name}"].value
    assert isinstance(told, tuple)
    return {one.name: one.value for one in told if isinstance(one, Part)}


def test_the_times_of_a_done_issue_add_up_from_creation_to_completion() -> None:
    issue = an_issue("APOLLO-1", "todo 2d, in_progress 3d, review 1d, in_progress 12h, done")

    found = report(issue, close=30)

    expected = {"To do": 2.0, "In progress": 3.5, "In review": 1.0}
    assert expected == parts(found, "time_in_status_days")


def test_the_times_of_an_open_issue_add_up_to_the_close() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, in_progress"), close=10)

    assert {"To do": 2.0, "In progress": 8.0} == parts(found, "time_in_status_days")


def test_a_reopened_issue_stood_in_done_until_it_came_back() -> None:
    found = report(an_issue("APOLLO-1", "in_progress 1d, done 4d, in_progress 2d, done"), close=30)

    assert {"In progress": 3.0, "Done": 4.0} == parts(found, "time_in_status_days")


def test_a_dropped_issue_counts_until_it_was_dropped() -> None:
    found = report(an_issue("APOLLO-1", "todo 3d, cancelled"), close=30)

    assert {"To do": 3.0} == parts(found, "time_in_status_days")


def test_statuses_come_in_the_order_of_the_work_with_visits_and_issues() -> None:
    issues = [
        an_issue("APOLLO-1", "todo 1d, in_progress 1d, review 1d, in_progress 1d, done"),
        an_issue("APOLLO-2", "todo 2d, in_progress"),
    ]

    found = report(*issues, close=10)

    assert {"To do": 2, "In progress": 3, "In review": 1} == parts(found, "visits")
    assert ["To do", "In progress", "In review"] == list(parts(found, "visits"))
    expected = (
        Bar("To do", 3.0, "2 visits, 2 issues"),
        Bar("In progress", 10.0, "3 visits, 2 issues"),
        Bar("In review", 1.0, "1 visit, 1 issue"),
    )
    assert Bars("days", expected) == found.series["time_in_status"]


def test_shares_are_of_all_time_and_a_median_needs_five_issues() -> None:
    """1, 2, 3, 4, 5 days in to do, and one of them 5 more in progress: 15 of 20, and 5 of 20."""
    issues = [an_issue(f"APOLLO-{n}", f"todo {n}d, done") for n in range(1, 5)]
    last = an_issue("APOLLO-5", "todo 5d, in_progress 5d, done")

    found = report(*issues, last, close=30)

    assert {"To do": 0.75, "In progress": 0.25} == parts(found, "time_in_status_share")
    assert {"To do": 3.0, "In progress": None} == parts(found, "time_in_status_median_days")
    told = found["flow.time_in_status_median_days"].value
    assert isinstance(told, tuple)
    reason = "fewer than 5 issues were measured: 5.0 days"
    assert Part("In progress", None, 1, ("APOLLO-5",), reason) == told[1]


def test_two_statuses_of_one_name_are_told_as_one() -> None:
    """Each team-managed project brings its own ids for the same words."""
    twin = Status("other", "In progress", StatusCategory.IN_PROGRESS)
    issue = an_issue("APOLLO-1", "todo 1d, in_progress 2d, done")
    given = issues_of(issue, an_issue("APOLLO-2", "in_progress 4d, done"))
    given.statuses[twin.id] = twin

    found = report(given=given, close=30)

    assert {"To do": 1.0, "In progress": 6.0} == parts(found, "time_in_status_days")


def test_a_status_that_is_in_no_list_any_more_goes_by_its_id() -> None:
    given = issues_of(an_issue("APOLLO-1", "review 2d, done"))
    del given.statuses["review"]
    assert "review" in STATUSES

    found = report(given=given, close=30)

    assert {"review": 2.0} == parts(found, "time_in_status_days")


def test_an_empty_project_has_no_time_in_status() -> None:
    found = report(close=5)

    assert "no issue was in the project at the close" == found["flow.visits"].reason
    reason = found["flow.visits"].reason
    assert Bars("days", reason=reason) == found.series["time_in_status"]
