"""Whether issues were done by their due dates, as planned and as moved."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from service.domain.metrics import Excluded
from service.domain.tracking import Change, Field
from tests.domain.builders import a_change, an_issue
from tests.domain.metrics.report import report, value

DUE = date(2024, 3, 8)


def due(before: str | None, after: str | None, at: float) -> Change:
    return a_change(Field.DUE_ON, before, after, at)


def test_the_hit_rate_is_the_share_that_was_done_by_the_end_of_its_due_date() -> None:
    found = report(
        an_issue("APOLLO-1", due_on=DUE, done_on="2024-03-08"),
        an_issue("APOLLO-2", due_on=DUE, done_on="2024-03-09"),
        an_issue("APOLLO-3", due_on=DUE, done_on="2024-03-05"),
        close=30,
    )

    rate = found["schedule.due_hit_rate"]
    assert rate.value == pytest.approx(2 / 3)
    assert (rate.n, rate.issues) == (3, ("APOLLO-1", "APOLLO-3"))


def test_a_moved_due_date_flatters_only_the_moved_rate() -> None:
    """Due on the 8th, moved to the 15th, done on the 12th: late by plan, in time by what it was."""
    moved = an_issue(
        due_on=date(2024, 3, 15), done_on="2024-03-12", changes=[due("2024-03-08", "2024-03-15", 3)]
    )

    found = report(moved, close=30)

    assert value(found, "schedule.due_hit_rate") == 0
    assert value(found, "schedule.due_hit_rate_moved") == 1
    assert value(found, "schedule.due_lateness_median_days") == 4


def test_a_due_date_moved_after_completion_or_after_the_close_changes_nothing() -> None:
    done = an_issue(
        "APOLLO-1", due_on=DUE, done_on="2024-03-12", changes=[due("2024-03-15", "2024-03-08", 20)]
    )
    undone = an_issue("APOLLO-2", due_on=None, changes=[due("2024-03-08", None, 40)])

    found = report(done, undone, close=30)

    assert value(found, "schedule.due_hit_rate_moved") == 0.5
    assert found["schedule.due_hit_rate_moved"].n == 2


@pytest.mark.parametrize(
    ("zone", "rate"), [("UTC", 1), ("America/New_York", 1), ("Pacific/Auckland", 0)]
)
def test_an_issue_is_late_only_after_the_local_day_has_ended(zone: str, rate: int) -> None:
    """Edge case 10."""
    issue = an_issue(due_on=DUE, done_on="2024-03-08T23:30:00+00:00")

    found = report(issue, close=30, timezone=ZoneInfo(zone))

    assert value(found, "schedule.due_hit_rate") == rate


def test_what_was_overdue_at_the_close_is_late_and_what_was_not_yet_due_is_left_out() -> None:
    found = report(
        an_issue("APOLLO-1", due_on=DUE),
        an_issue("APOLLO-2", due_on=date(2024, 3, 9)),
        close=5,  # during 9 March
    )

    rate = found["schedule.due_hit_rate"]
    assert (rate.value, rate.n) == (0, 1)
    assert rate.excluded == (Excluded("APOLLO-2", "neither done nor late at the close"),)
    lateness = found["schedule.due_lateness_median_days"]
    assert lateness.reason == "no issue was done after its due date"
    assert Excluded("APOLLO-1", "not done at the close") in lateness.excluded


def test_a_due_date_that_came_after_the_kick_off_is_no_planned_one() -> None:
    later = an_issue("APOLLO-1", created=1, due_on=DUE, done_on="2024-03-07")
    given_later = an_issue(
        "APOLLO-2", due_on=DUE, done_on="2024-03-07", changes=[due(None, "2024-03-08", 1)]
    )

    found = report(later, given_later, close=30)

    assert found["schedule.due_hit_rate"].reason == "no issue with a due date can be judged"
    assert value(found, "schedule.due_hit_rate_moved") == 1


def test_a_due_date_set_at_creation_is_found_though_it_is_in_no_history() -> None:
    """Edge case 1."""
    found = report(an_issue(created=-3, due_on=DUE, done_on="2024-03-07"), close=30)

    assert value(found, "schedule.due_hit_rate") == 1


def test_dropped_issues_and_those_without_a_due_date_are_left_out_with_the_reason() -> None:
    found = report(
        an_issue("APOLLO-1", due_on=DUE, done_on="2024-03-07"),
        an_issue("APOLLO-2", "todo 1d, cancelled", due_on=DUE),
        an_issue("APOLLO-3", done_on="2024-03-07"),
        close=30,
    )

    assert found["schedule.due_hit_rate"].n == 1
    assert found["schedule.due_hit_rate"].excluded == (
        Excluded("APOLLO-2", "dropped"),
        Excluded("APOLLO-3", "no due date"),
    )


def test_the_lateness_is_the_median_of_the_late_ones() -> None:
    """Late by 1, 2 and 10 days; the one in time does not count."""
    found = report(
        *(
            an_issue(f"APOLLO-{n}", due_on=DUE, done_on=done)
            for n, done in enumerate(["2024-03-09", "2024-03-10", "2024-03-18", "2024-03-01"])
        ),
        close=30,
    )

    lateness = found["schedule.due_lateness_median_days"]
    assert (lateness.value, lateness.n) == (2, 3)


def test_without_any_due_date_nothing_is_known_of_them() -> None:
    found = report(an_issue(done_on="2024-03-07"), close=30)

    reason = "no issue that was in the project at the close ever had a due date"
    for name in ("due_hit_rate", "due_hit_rate_moved", "due_lateness_median_days"):
        assert found[f"schedule.{name}"].reason == reason
