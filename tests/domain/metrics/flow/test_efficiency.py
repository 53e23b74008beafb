"""What part of the time somebody worked, and what part the work waited."""

from __future__ import annotations

import pytest

from service.domain.metrics import Snapshot, StatusSets
from service.domain.tracking import Field, Issue
from tests.domain.builders import a_change, an_issue, issues_of
from tests.domain.metrics.report import report, value

SETS = StatusSets(
    active=frozenset({"In progress"}),
    review=frozenset({"In review"}),
    waiting=frozenset({"On hold"}),
)


def of(*histories: str, sets: StatusSets | None = None, close: float = 60) -> Snapshot:
    issues = [an_issue(f"APOLLO-{n}", history) for n, history in enumerate(histories, start=1)]
    return report(*issues, close=close, status_sets=sets)


def flagged(since: float, until: float) -> Issue:
    flags = [
        a_change(Field.FLAGGED, None, "true", since),
        a_change(Field.FLAGGED, "true", None, until),
    ]
    return an_issue("APOLLO-1", "in_progress 6d, on_hold 4d, done", changes=flags)


def test_efficiency_is_a_ratio_of_sums_and_review_is_active() -> None:
    """3 + 1 of 8 days, and 2 of 2: 6 of 10, not the mean of 50 % and 100 %."""
    found = of("in_progress 3d, on_hold 4d, review 1d, done", "in_progress 2d, done", sets=SETS)

    assert 0.6 == value(found, "flow.flow_efficiency")
    assert 6 == value(found, "flow.active_days")
    assert 4 == value(found, "flow.wait_days")
    assert 1 == value(found, "flow.review_days")


def test_time_moved_back_or_done_too_early_is_waiting() -> None:
    found = of("in_progress 1d, todo 2d, in_progress 1d, done 4d, in_progress 2d, done", sets=SETS)

    assert 4 == value(found, "flow.active_days")
    assert 6 == value(found, "flow.wait_days")


def test_blocked_time_is_not_active_and_is_taken_off_once() -> None:
    """Flagged from day 4 to 8: two days of work, and two that were waiting anyway."""
    found = report(flagged(4, 8), close=60, status_sets=SETS)

    assert 4 == value(found, "flow.active_days")
    assert 6 == value(found, "flow.wait_days")
    assert 0.4 == value(found, "flow.flow_efficiency")


@pytest.mark.parametrize(
    "name", ["flow_efficiency", "active_days", "wait_days", "active_time_p50_days"]
)
def test_statuses_that_nobody_sorted_out_leave_it_unknown(name: str) -> None:
    found = of("in_progress 3d, on_hold 4d, review 1d, done")

    assert found[f"flow.{name}"].value is None
    assert (
        "it is not known whether work waits in 'In progress', 'In review' and 'On hold'; "
        "name each as active, waiting, review or blocked" == found[f"flow.{name}"].reason
    )


def test_one_status_that_was_forgotten_is_asked_for() -> None:
    sets = StatusSets(active=frozenset({"In progress", "in review"}))

    found = of("in_progress 3d, on_hold 4d, review 1d, done", sets=sets)

    assert (
        "it is not known whether work waits in 'On hold'; "
        "name each as active, waiting, review or blocked" == found["flow.flow_efficiency"].reason
    )


def test_the_only_status_in_progress_is_active_where_waiting_shows_besides() -> None:
    found = of("in_progress 3d, todo 1d, in_progress 4d, done")

    assert 0.875 == value(found, "flow.flow_efficiency")


@pytest.mark.parametrize("sets", [None, StatusSets(active=frozenset({"In progress"}))])
def test_no_recorded_waiting_is_not_100_percent(sets: StatusSets | None) -> None:
    found = of("in_progress 3d, done", sets=sets)

    assert found["flow.flow_efficiency"].value is None
    assert (
        "no waiting is recorded, so that all time would be active; "
        "name the statuses in which work waits" == found["flow.flow_efficiency"].reason
    )


def test_waiting_that_is_named_and_never_was_is_100_percent() -> None:
    found = of("in_progress 3d, done", sets=SETS)

    assert 1 == value(found, "flow.flow_efficiency")


def test_a_named_status_that_never_was_used_is_known_and_zero() -> None:
    given = issues_of(an_issue("APOLLO-1", "in_progress 3d, done"))
    for unused in ("review", "on_hold"):
        del given.statuses[unused]

    found = report(given=given, close=60, status_sets=SETS)

    assert 1 == value(found, "flow.flow_efficiency")
    assert 0 == value(found, "flow.review_days")


def test_a_status_that_was_deleted_is_named_by_its_id() -> None:
    given = issues_of(an_issue("APOLLO-1", "in_progress 3d, on_hold 1d, done"))
    del given.statuses["on_hold"]
    sets = StatusSets(active=frozenset({"In progress"}), waiting=frozenset({"on_hold"}))

    found = report(given=given, close=60, status_sets=sets)

    assert 0.75 == value(found, "flow.flow_efficiency")


def test_the_active_time_has_a_median_of_its_own() -> None:
    histories = [f"in_progress {n}d, on_hold 9d, done" for n in range(1, 6)]

    found = of(*histories, sets=SETS)

    assert 3 == value(found, "flow.active_time_p50_days")
    assert 12 == value(found, "flow.cycle_time_p50_days")


def test_review_is_unknown_where_no_status_is_named_so() -> None:
    found = of("in_progress 3d, review 1d, done")

    assert (
        "no status is named as review; name those in which somebody else looks at the work"
        == found["flow.review_days"].reason
    )


def test_an_id_beats_a_name() -> None:
    sets = StatusSets(active=frozenset({"In progress", "In review"}), waiting=frozenset({"review"}))

    found = of("in_progress 1d, review 3d, done", sets=sets)

    assert 0.25 == value(found, "flow.flow_efficiency")


def test_a_status_that_was_used_only_after_the_close_need_not_be_sorted_out() -> None:
    sets = StatusSets(active=frozenset({"In progress"}), waiting=frozenset({"On hold"}))

    found = of("in_progress 3d, on_hold 1d, done 20d, review 1d, done", sets=sets, close=10)

    assert 0.75 == value(found, "flow.flow_efficiency")


def test_dropped_work_is_in_no_efficiency() -> None:
    issues = [
        an_issue("APOLLO-1", "in_progress 1d, on_hold 1d, done"),
        an_issue("APOLLO-2", "in_progress 50d, done", dropped=True),
    ]

    found = report(*issues, close=60, status_sets=SETS)

    assert 0.5 == value(found, "flow.flow_efficiency")


def test_nothing_delivered_is_no_efficiency() -> None:
    found = of("in_progress 3d", close=2, sets=SETS)

    reason = "no delivered issue was in progress before it was done"
    assert reason == found["flow.flow_efficiency"].reason
    assert reason == found["flow.review_days"].reason
