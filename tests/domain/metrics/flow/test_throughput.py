"""How many issues were delivered in each week."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from service.domain.metrics import Excluded, Snapshot
from service.domain.metrics.values import Part
from tests.domain.builders import an_issue, day
from tests.domain.metrics.report import report, value


def weeks(found: Snapshot) -> dict[str, int]:
    told = found["flow.throughput_weekly"].value
    assert isinstance(told, tuple)
    return {one.name: one.n for one in told if isinstance(one, Part)}


def test_a_week_without_deliveries_is_a_zero_and_not_a_gap() -> None:
    """The kick-off is Monday, 4 March 2024."""
    found = report(
        an_issue("APOLLO-1", done_on="2024-03-05"),
        an_issue("APOLLO-2", done_on="2024-03-10"),
        an_issue("APOLLO-3", done_on="2024-03-18"),
        close=21,
    )

    assert {"2024-03-04": 2, "2024-03-11": 0, "2024-03-18": 1, "2024-03-25": 0} == weeks(found)
    assert 0 == value(found, "flow.throughput_median")  # of 0, 0, 1 and 2 the second


def test_dropped_work_is_no_throughput() -> None:
    """Edge case 8."""
    found = report(
        an_issue("APOLLO-1", done_on="2024-03-05", dropped=True),
        an_issue("APOLLO-2", "todo 1d, cancelled"),
        an_issue("APOLLO-3", done_on="2024-03-05"),
        close=5,
    )

    assert {"2024-03-04": 1} == weeks(found)
    assert ("APOLLO-3",) == found["flow.throughput_weekly"].issues


def test_a_week_begins_where_the_project_is() -> None:
    """Sunday 23:30 UTC is Monday in Berlin, and Sunday still in New York. Edge case 10."""
    issue = an_issue("APOLLO-1", done_on="2024-03-10T23:30:00+00:00")

    berlin = report(issue, close=10, timezone=ZoneInfo("Europe/Berlin"))
    new_york = report(issue, close=10, timezone=ZoneInfo("America/New_York"))

    assert {"2024-03-04": 0, "2024-03-11": 1} == weeks(berlin)
    assert {"2024-03-04": 1, "2024-03-11": 0} == weeks(new_york)


def test_a_reopened_issue_is_delivered_once_at_its_last_completion() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, done 1d, todo 6d, done"), close=10)

    assert {"2024-03-04": 0, "2024-03-11": 1} == weeks(found)


def test_what_was_done_before_the_kick_off_is_in_no_week() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, done", created=-9), close=2)

    assert {"2024-03-04": 0} == weeks(found)
    expected = (Excluded("APOLLO-1", "was done before the kick-off"),)
    assert expected == found["flow.throughput_weekly"].excluded


def test_without_a_kick_off_there_are_no_weeks() -> None:
    found = report(an_issue("APOLLO-1", done_on="2024-03-05"), baseline=day(9), close=3)

    assert found.window.baseline_reason == found["flow.throughput_weekly"].reason
    assert found.window.baseline_reason == found["flow.throughput_median"].reason
