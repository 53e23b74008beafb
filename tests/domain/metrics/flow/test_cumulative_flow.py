"""Where the members stood at the end of each day."""

from __future__ import annotations

from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

from service.domain.metrics.series import Lines
from service.domain.tracking import Issue
from tests.domain.builders import a_project, an_issue, left
from tests.domain.metrics.report import report


def lines(
    *issues: Issue, close: float, timezone: tzinfo = UTC
) -> dict[str, tuple[float | None, ...]]:
    """Return the lines that are not 0 all the time."""
    told = report(*issues, close=close, timezone=timezone).series["cumulative_flow"]
    assert isinstance(told, Lines)
    return {name: values for name, values in told.lines if any(values)}


def test_the_cumulative_flow_tells_each_day_where_the_members_stood() -> None:
    """The kick-off is at 9 in the morning, so what takes a day ends at the next day's 9."""
    found = lines(
        an_issue("APOLLO-1", "todo 1d, in_progress 2d, done"),
        an_issue("APOLLO-2", "todo 2d, cancelled"),
        an_issue("APOLLO-3", "in_progress", changes=[left(3)]),
        an_issue("APOLLO-4", "todo", created=1),
        close=4,
    )

    assert {
        "todo": (2, 2, 1, 1, 1),
        "in_progress": (1, 2, 2, 0, 0),
        "done": (0, 0, 0, 1, 1),
        "dropped": (0, 0, 1, 1, 1),
        "removed": (0, 0, 0, 1, 1),
    } == found


def test_the_cumulative_flow_is_told_in_hindsight() -> None:
    """Moved back and reopened: in progress from the first start to the last completion."""
    history = "in_progress 1d, todo 1d, in_progress 1d, done 1d, todo 1d, done"

    found = lines(an_issue("APOLLO-1", history), close=6)

    assert {"in_progress": (1, 1, 1, 1, 1, 0, 0), "done": (0, 0, 0, 0, 0, 1, 1)} == found


def test_a_day_ends_where_the_project_is() -> None:
    """Monday 23:30 UTC is Tuesday in Berlin: there the day of the kick-off ends without it."""
    issue = an_issue("APOLLO-1", done_on="2024-03-04T23:30:00+00:00")

    berlin = lines(issue, close=1, timezone=ZoneInfo("Europe/Berlin"))
    london = lines(issue, close=1, timezone=ZoneInfo("Europe/London"))

    assert {"todo": (1, 0), "done": (0, 1)} == berlin
    assert {"done": (1, 1)} == london


def test_what_happened_before_the_kick_off_stands_in_the_first_day() -> None:
    found = lines(an_issue("APOLLO-1", "in_progress 1d, done", created=-9), close=1)

    assert {"done": (1, 1)} == found


def test_a_long_project_is_told_by_weeks_up_to_the_close() -> None:
    project = a_project(started=-500)

    found = report(an_issue("APOLLO-1", "todo 2d, done"), project=project, close=9)

    told = found.series["cumulative_flow"]
    assert isinstance(told, Lines)
    assert len(told.days) == 73  # 510 days are 72 weeks and 6 days
    assert date(2024, 3, 13) == told.days[-1]
    assert (0, 1, 1) == dict(told.lines)["done"][-3:]


def test_an_empty_project_has_no_flow_to_draw() -> None:
    told = report(close=5).series["cumulative_flow"]

    assert Lines("issues", reason="no issue was in the project up to the close") == told
