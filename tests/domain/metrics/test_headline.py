"""The figures in words, as the page's table shows them."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from service.domain.metrics import Row, Snapshot, details, headline
from tests.domain.builders import (
    a_plan_change,
    a_project,
    an_issue,
    estimated,
    issues_of,
    joined,
    left,
)
from tests.domain.metrics.report import report


def row(found: Snapshot, label: str) -> Row:
    """Return a row of those that a page folds."""
    return next(one for one in details(found) if one.label == label)


def first(found: Snapshot, label: str) -> Row:
    """Return a row of the six that come first."""
    return next(one for one in headline(found) if one.label == label)


def a_whole_project() -> Snapshot:
    """Planned for 8 March, moved to 12 March; five of six done, one added, one removed."""
    issues = [
        an_issue(f"APOLLO-{n}", f"todo 1d, in_progress {n}d, done", estimate=1) for n in range(1, 6)
    ]
    return report(
        *issues,
        an_issue("APOLLO-6", changes=[left(2)], estimate=3),
        an_issue("APOLLO-7", "todo 2d, cancelled", created=-1, changes=[joined(1)], estimate=2),
        an_issue("APOLLO-8", created=-1, changes=[joined(1), left(2)]),
        an_issue(
            "APOLLO-9", "todo 1d, done 1d, todo", changes=[estimated("3", "2", 1)], estimate=2
        ),
        project=a_project(
            target="2024-03-12",
            plan_changes=[a_plan_change("2024-03-08", "2024-03-12", 3)],
            closed=10,
        ),
    )


NO_TIME = "unknown: the tracker keeps no working time; import it to have this figure"


def test_the_six_figures_that_matter_come_first() -> None:
    assert headline(a_whole_project()) == [
        Row(
            "Finish",
            "8 Mar 2024",
            "10 Mar 2024",
            "slip: 2 days late; re-planned 1 time; "
            "kick-off 4 Mar 2024: the project was started then",
        ),
        Row(
            "Scope",
            "7 issues, 11 points",
            "7 issues, 9 points",
            "1 added, 1 removed after the kick-off; added: 14 % of the scope at kick-off",
        ),
        Row(
            "Delivered",
            "7 issues, 11 points",
            "5 issues, 5 points",
            "71 % of what was planned; 1 dropped; 1 not done",
        ),
        Row(
            "Effort",
            "unknown: no issue that was in the project at the kick-off had an estimate in hours "
            "then",
            NO_TIME,
        ),
        Row(
            "Cost",
            "unknown: no budget was given; give the approved one, and since when it is",
            "unknown: no hourly rates and no costs were given; give the rate of a role or of "
            "everybody",
        ),
        Row(
            "Cycle time",
            None,
            "half within 3.0 days, 85 % within 5.0 days",
            "5 of 5 delivered issues measured; 1 reopening in 1 issue",
        ),
    ]


def test_the_rest_of_the_figures_comes_behind_them() -> None:
    found = a_whole_project()

    assert details(found)[:4] == [
        Row(
            "Planned finish at kick-off",
            "8 Mar 2024",
            None,
            "kick-off 4 Mar 2024: the project was started then",
        ),
        Row(
            "Re-plans",
            None,
            "1: 8 Mar 2024 → 12 Mar 2024 (on 7 Mar 2024)",
            "last plan: 12 Mar 2024",
        ),
        Row("Actual finish", "8 Mar 2024", "10 Mar 2024", "5 of 7 issues delivered at the close"),
        Row(
            "Slip",
            None,
            "2 days late",
            "95 % date unknown: 5 of 6 issues were done at the close, fewer than 95 %",
        ),
    ]
    assert row(found, "Added after kick-off") == Row(
        "Added after kick-off", None, "1 issue, 2 points", "1 more came and went in between"
    )
    assert row(found, "Dropped") == Row("Dropped", None, "1 issue, 2 points")
    assert row(found, "Reopenings") == Row("Reopenings", None, "1, in 1 issue")
    assert row(found, "Volatility").actual == "43 %"
    assert row(found, "Blocked").actual == "none"
    assert row(found, "Estimates") == Row("Estimates", None, NO_TIME)


def test_a_plan_that_is_not_known_is_spelled_out_with_its_reason() -> None:
    project = a_project(target="2024-04-05", plan_changes=None)

    found = report(an_issue(done_on="2024-03-10"), project=project, close=30)

    unknown = "unknown: the tracker keeps no earlier target dates"
    assert row(found, "Planned finish at kick-off").planned == unknown
    assert row(found, "Re-plans") == Row("Re-plans", None, unknown, "last plan: 5 Apr 2024")
    assert row(found, "Actual finish") == Row("Actual finish", None, "10 Mar 2024")
    assert row(found, "Slip") == Row("Slip", None, unknown)


def test_a_plan_that_was_never_made_is_none_and_not_unknown() -> None:
    found = report(an_issue(done_on="2024-03-10"), project=a_project(target=None), close=30)

    assert row(found, "Planned finish at kick-off").planned == "none was set"
    assert row(found, "Slip").actual == "unknown: no target date was set at the kick-off"


def test_removals_without_a_trace_stand_beside_those_that_are_known() -> None:
    found = report(given=issues_of(an_issue(), unaccounted_removals=2), close=5)

    assert row(found, "Removed after kick-off") == Row(
        "Removed after kick-off",
        None,
        "0 issues",
        "2 removals unaccounted: more issues left the project than can be followed",
    )


def test_the_coverage_of_the_cycle_time_is_shown() -> None:
    issues = [an_issue(f"APOLLO-{n}", "in_progress 2d, done") for n in range(5)]

    found = report(*issues, an_issue("APOLLO-9", "todo 1d, done"), close=5)

    assert row(found, "Cycle time").reason == (
        "5 of 6 delivered issues measured; 1 never in progress before done"
    )


def test_a_cycle_time_of_too_few_issues_is_unknown_and_lists_them() -> None:
    found = report(an_issue("APOLLO-1", "in_progress 36h, done"), close=5)

    assert row(found, "Cycle time") == Row(
        "Cycle time",
        None,
        "unknown: fewer than 5 delivered issues were measured: APOLLO-1 1.5 days",
        "1 of 1 delivered issue measured",
    )


def test_an_issue_that_could_not_be_counted_is_mentioned() -> None:
    found = report(an_issue("APOLLO-1"), an_issue("APOLLO-2", complete_history=False), close=5)

    assert row(found, "Scope at the close").reason == "1 issue could not be counted"


def test_a_finish_on_the_day_before_it_and_on_time_are_told_apart() -> None:
    def slip(done_on: str) -> str | None:
        project = a_project(target="2024-03-10")
        return row(report(an_issue(done_on=done_on), project=project, close=30), "Slip").actual

    assert slip("2024-03-09") == "1 day early"
    assert slip("2024-03-10") == "none, on the planned day"
    assert slip("2024-03-11") == "1 day late"


def test_days_are_those_of_the_projects_zone() -> None:
    project = a_project(started=None)
    late = an_issue("APOLLO-1", "todo 14h, in_progress")  # 23:00 UTC

    def kick_off(zone: str) -> str | None:
        found = report(late, project=project, close=30, timezone=ZoneInfo(zone))
        return row(found, "Planned finish at kick-off").reason

    assert kick_off("UTC") == "kick-off 4 Mar 2024: the first of its issues went into progress"
    assert kick_off("Europe/Berlin") == (
        "kick-off 5 Mar 2024: the first of its issues went into progress"
    )


def test_a_row_is_kept_as_plain_values() -> None:
    found = report(an_issue(), project=a_project(target=None), close=5, timezone=UTC)

    assert first(found, "Finish").as_json() == {
        "label": "Finish",
        "planned": "none was set",
        "actual": "unknown: no issue that was in the project at the close is done",
        "reason": "kick-off 4 Mar 2024: the project was started then",
    }
