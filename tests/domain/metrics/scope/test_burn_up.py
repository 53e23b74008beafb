"""The burn-up chart: scope, delivered and planned at the end of each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot
from service.domain.metrics.series import Lines
from service.domain.tracking import Field, Issue, StatusCategory, Team
from tests.domain.builders import (
    APOLLO,
    STATUSES,
    a_change,
    a_project,
    an_issue,
    day,
    estimated,
    joined,
    left,
)
from tests.domain.lives import Life, as_issues, many_lives
from tests.domain.metrics.report import report

UNPLANNED = a_project(target=None)


def chart(found: Snapshot) -> Lines:
    series = found.series["burn_up"]
    assert isinstance(series, Lines)
    return series


def line(found: Snapshot, name: str) -> list[float | None]:
    return list(dict(chart(found).lines)[name])


def test_scope_and_delivered_are_counted_at_the_end_of_each_local_day() -> None:
    found = report(
        an_issue("APOLLO-1", "todo 1d, done"),
        an_issue("APOLLO-2", changes=[left(3)]),
        an_issue("APOLLO-3", "todo 1d, done", created=2),
        project=UNPLANNED,
        close=4,
    )

    assert chart(found).unit == "issues"
    assert chart(found).days == tuple(date(2024, 3, on) for on in (4, 5, 6, 7, 8))
    assert line(found, "scope") == [2, 2, 3, 2, 2]
    assert line(found, "done") == [0, 1, 1, 2, 2]


def test_a_reopened_issue_is_taken_out_of_the_delivered_ones() -> None:
    """Edge case 7."""
    found = report(an_issue("APOLLO-1", "todo 1d, done 1d, todo 1d, done"), close=4)

    assert line(found, "done") == [0, 1, 0, 1, 1]


def test_what_is_given_up_is_not_delivered_whatever_its_status() -> None:
    dropped = replace(an_issue("APOLLO-1", "todo 1d, done"), dropped=True)
    later = replace(
        an_issue("APOLLO-2", "todo 1d, done", changes=[a_change(Field.DROPPED, None, "true", 3)]),
        dropped=True,
    )

    found = report(dropped, later, an_issue("APOLLO-3", "todo 1d, cancelled"), close=4)

    assert line(found, "done") == [0, 1, 1, 0, 0]


def test_what_happens_on_the_last_day_after_the_close_is_not_seen() -> None:
    found = report(an_issue("APOLLO-1", "todo 1.2d, done", changes=[left(1.3)]), close=1.1)

    assert line(found, "scope") == [1, 1]
    assert line(found, "done") == [0, 0]


def test_midnight_belongs_to_the_day_that_begins_and_days_are_those_of_the_zone() -> None:
    """Midnight of Berlin, 5 March, is 23:00 UTC of the 4th."""
    issue = an_issue("APOLLO-1", done_on="2024-03-04T23:00:00+00:00")

    found = report(issue, close=1, timezone=ZoneInfo("Europe/Berlin"))

    assert line(found, "done") == [0, 1]
    assert line(report(issue, close=1), "done") == [1, 1]


def test_points_are_drawn_where_every_member_at_the_close_has_some() -> None:
    """3 points from the start, 5 from the second day, another 2 that come and are done."""
    found = report(
        an_issue("APOLLO-1", estimate=5, changes=[estimated("3", "5", 1)]),
        an_issue("APOLLO-2", "todo 1d, done", created=2, estimate=2),
        close=4,
    )

    assert chart(found).unit == "points"
    assert line(found, "scope") == [3, 5, 7, 7, 7]
    assert line(found, "done") == [0, 0, 0, 2, 2]


def test_points_come_and_go_with_the_issue() -> None:
    found = report(
        an_issue(
            "APOLLO-1",
            created=-5,
            estimate=8,
            changes=[estimated("1", "8", 2), joined(1), left(3)],
        ),
        an_issue("APOLLO-2", estimate=1),
        close=4,
    )

    assert line(found, "scope") == [1, 2, 9, 1, 1]


def test_one_member_without_points_makes_the_unit_issues() -> None:
    found = report(an_issue("APOLLO-1", estimate=5), an_issue("APOLLO-2"), close=2)

    assert chart(found).unit == "issues"
    assert line(found, "scope") == [2, 2, 2]


def test_points_of_two_teams_make_the_unit_issues() -> None:
    """Edge case 19."""
    found = report(
        an_issue("APOLLO-1", estimate=5, team=Team("t1", "WEB", "Web")),
        an_issue("APOLLO-2", estimate=5, team=Team("t2", "OPS", "Ops")),
        close=2,
    )

    assert chart(found).unit == "issues"


def test_a_parent_counts_by_its_sub_tasks_from_the_day_on_which_one_has_points() -> None:
    """The parent of 8 gives way to the sub-task of 3, until that one leaves the project."""
    found = report(
        an_issue("APOLLO-1", estimate=8),
        an_issue("APOLLO-2", estimate=3, created=1, parent="APOLLO-1", changes=[left(3)]),
        close=4,
    )

    assert chart(found).unit == "points"
    assert line(found, "scope") == [8, 3, 3, 8, 8]


def test_the_plan_rises_straight_to_the_planned_finish_and_stays() -> None:
    """Kick-off Monday 09:00, planned finish Wednesday: 63 hours to its end. Base of 63 points."""
    found = report(
        an_issue("APOLLO-1", estimate=63), project=a_project(target="2024-03-06"), close=4
    )

    assert line(found, "planned") == [15, 39, 63, 63, 63]


def test_a_plan_that_was_over_at_the_kick_off_is_flat() -> None:
    found = report(an_issue("APOLLO-1"), project=a_project(target="2024-03-01"), close=2)

    assert line(found, "planned") == [1, 1, 1]


def test_without_a_plan_there_is_no_planned_line() -> None:
    found = report(an_issue(), project=UNPLANNED, close=2)

    assert [name for name, _ in chart(found).lines] == ["scope", "done"]


def test_a_long_window_is_thinned_out_to_weeks_that_end_with_the_close() -> None:
    """1,000 days and the day of the kick-off: 143 points, the first six days after it."""
    issues = [
        an_issue("APOLLO-1"),
        an_issue("APOLLO-2", created=7),
        an_issue("APOLLO-3", created=994),
    ]

    found = report(*issues, project=UNPLANNED, close=1000)

    days = chart(found).days
    assert (len(days), days[-1]) == (143, day(1000).date())
    assert {timedelta(weeks=1)} == {later - one for one, later in pairwise(days)}
    assert days[0] == day(6).date()
    assert line(found, "scope")[:2] == [1, 2]
    assert line(found, "scope")[-2:] == [2, 3]


def test_however_long_the_window_about_four_hundred_points_are_published() -> None:
    for length in (1, 399, 400, 401, 2799, 2800, 2801, 9000):
        found = report(an_issue(), project=UNPLANNED, close=length)

        assert len(chart(found).days) == len(line(found, "scope")) <= 400
        assert chart(found).days[-1] == day(length).date()


def test_a_chart_of_nothing_says_why() -> None:
    unstarted = report(project=a_project(started=None), close=5)
    empty = report(close=5)

    assert chart(unstarted).reason == unstarted.window.baseline_reason
    assert chart(empty).reason == "no issue was in the project between kick-off and close"
    assert chart(empty).days == ()


def plainly(told: list[Life], at: datetime, *, points: bool) -> tuple[float, float]:
    """Return scope and delivered at an instant, read off the frames."""
    frames = [frame for life in told if (frame := life.at(at)) and APOLLO in frame.membership]
    weights = [(frame, frame.estimate or 0 if points else 1) for frame in frames]
    return (
        sum(weight for _, weight in weights),
        sum(
            weight
            for frame, weight in weights
            if STATUSES[frame.status or ""].category is StatusCategory.DONE
        ),
    )


@given(many_lives(), st.integers(1, 30))
def test_the_lines_are_what_a_plain_replay_gives(told: list[Life], length: int) -> None:
    found = report(given=as_issues(told), baseline=day(0), close=length, project=UNPLANNED)

    drawn = chart(found)
    points = drawn.unit == "points"
    for index, on in enumerate(drawn.days):
        evening = datetime.combine(on, datetime.max.time(), day(0).tzinfo)
        scope, done = plainly(told, min(evening, day(length)), points=points)
        assert line(found, "scope")[index] == scope
        assert line(found, "done")[index] == done


def test_the_last_points_are_the_figures_of_the_close() -> None:
    issues: list[Issue] = [
        an_issue("APOLLO-1", "todo 1d, done", estimate=0.1),
        an_issue("APOLLO-2", "todo 1d, done", estimate=0.2),
        an_issue("APOLLO-3", estimate=0.3, created=1),
    ]

    found = report(*issues, close=5)

    assert line(found, "scope")[-1] == 0.6
    assert line(found, "done")[-1] == 0.3
