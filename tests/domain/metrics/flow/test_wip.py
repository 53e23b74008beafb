"""What was in progress: on average, at most, at the close, and how old it was then."""

from __future__ import annotations

from service.domain.metrics.values import Part
from tests.domain.builders import an_issue, day, joined, left
from tests.domain.metrics.report import report, value


def test_average_wip_is_throughput_times_mean_cycle_time() -> None:
    """Little: 3 issues in 10 days, of 2, 4 and 6 days: 0.3 a day x 4 days = 1.2."""
    issues = [
        an_issue("APOLLO-1", "todo 1d, in_progress 2d, done"),
        an_issue("APOLLO-2", "todo 2d, in_progress 4d, done"),
        an_issue("APOLLO-3", "todo 3d, in_progress 6d, done"),
    ]

    found = report(*issues, close=10)

    assert 1.2 == value(found, "flow.wip_average")
    assert 2 == value(found, "flow.wip_max")  # the first ends on day 3, as the third begins


def test_what_began_before_the_kick_off_counts_from_there() -> None:
    early = an_issue("APOLLO-1", "in_progress 6d, done", created=-4)

    found = report(early, close=8)

    assert 0.25 == value(found, "flow.wip_average")
    assert 1 == value(found, "flow.wip_at_kickoff")
    assert 0 == value(found, "flow.arrivals")
    assert 1 == value(found, "flow.departures")
    assert -1 == value(found, "flow.net_flow")


def test_work_in_progress_at_the_close_is_what_began_and_did_not_end() -> None:
    issues = [
        an_issue("APOLLO-1", "todo 1d, in_progress"),
        an_issue("APOLLO-2", "todo 2d, in_progress 1d, todo"),  # moved back: it has begun
        an_issue("APOLLO-3", "todo"),
        an_issue("APOLLO-4", "in_progress 1d, done"),
        an_issue("APOLLO-5", "in_progress 1d, cancelled"),
        an_issue("APOLLO-6", "in_progress", changes=[left(4)]),
        an_issue("APOLLO-7", "in_progress 12d, done"),  # after the close
        an_issue("APOLLO-8", "todo 12d, in_progress"),  # begun after it
    ]

    found = report(*issues, close=10)

    assert ("APOLLO-1", "APOLLO-2", "APOLLO-7") == found["flow.wip_at_close"].issues
    assert (
        Part("APOLLO-1", 9.0, 1, ("APOLLO-1",)),
        Part("APOLLO-2", 8.0, 1, ("APOLLO-2",)),
        Part("APOLLO-7", 10.0, 1, ("APOLLO-7",)),
    ) == found["flow.ageing_days"].value


def test_work_counts_only_while_it_was_in_the_project() -> None:
    """In progress for 20 days, in the project from day 2 to day 6 of 8."""
    visitor = an_issue("APOLLO-1", "in_progress", created=-10, changes=[joined(2), left(6)])

    found = report(visitor, an_issue("APOLLO-2"), close=8)

    assert 0.5 == value(found, "flow.wip_average")
    assert 1 == value(found, "flow.arrivals")
    assert 1 == value(found, "flow.departures")


def test_work_that_was_done_before_it_joined_was_never_in_progress_there() -> None:
    found = report(an_issue("APOLLO-1", "in_progress 1d, done", changes=[joined(3)]), close=8)

    assert 0 == value(found, "flow.wip_average")


def test_work_that_began_after_leaving_was_never_in_progress_there() -> None:
    gone = an_issue("APOLLO-1", "todo 5d, in_progress", changes=[left(3)])

    found = report(gone, close=8)

    assert 0 == value(found, "flow.wip_average")
    assert 0 == value(found, "flow.departures")


def test_work_is_not_in_progress_any_more_after_it_was_done_and_left() -> None:
    gone = an_issue("APOLLO-1", "in_progress 2d, done", changes=[left(7)])

    found = report(gone, close=8)

    assert 0.25 == value(found, "flow.wip_average")


def test_a_window_without_length_has_no_average() -> None:
    found = report(an_issue("APOLLO-1", "in_progress"), baseline=day(3), close=3)

    assert "kick-off and close are one instant" == found["flow.wip_average"].reason
    assert 1 == value(found, "flow.wip_max")
    assert 1 == value(found, "flow.wip_at_close")


def test_without_a_kick_off_only_the_close_is_known() -> None:
    found = report(an_issue("APOLLO-1", "in_progress"), baseline=day(9), close=3)

    assert found["flow.wip_average"].reason == found.window.baseline_reason
    assert 1 == value(found, "flow.wip_at_close")


def test_an_empty_project_has_no_work_in_progress_to_count() -> None:
    found = report(close=5)

    for name in ("wip_average", "wip_max", "wip_at_close", "ageing_days", "net_flow"):
        assert "no issue was in the project up to the close" == found[f"flow.{name}"].reason
