"""Which of the recorded hours are the project's, and what is said of those that look wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.tracking import ProjectIssues, TimeEntry
from tests.domain.builders import an_issue, day, joined, left
from tests.domain.metrics.report import report, texts, value
from tests.domain.metrics.timesheet import hours, with_time

ONE = an_issue("APOLLO-1", "todo 1d, in_progress 9d, done")


def test_time_begun_up_to_the_close_counts_and_later_time_does_not() -> None:
    given_ = with_time([ONE], hours(2, at=1), hours(3, at=20), hours(5, at=20.001))

    found = report(given=given_, close=20)

    assert value(found, "effort.actual_hours") == 5
    assert found["effort.actual_hours"].issues == ("APOLLO-1",)


def test_an_entry_that_two_pages_gave_counts_once() -> None:
    entry = hours(2)

    found = report(given=with_time([ONE], entry, entry), close=20)

    assert value(found, "effort.actual_hours") == 2


def test_time_counts_while_its_issue_was_in_the_project() -> None:
    """It joined on day 3 and left on day 6: of 1 + 2 + 4 hours the 2 of day 4 are the project's.

    Edge case 3.
    """
    passing = an_issue("APOLLO-2", "todo 1d, in_progress", changes=[joined(3), left(6)])
    entries = [hours(1, "APOLLO-2", 2), hours(2, "APOLLO-2", 4), hours(4, "APOLLO-2", 7)]

    found = report(given=with_time([ONE, passing], *entries), close=20)

    actual = found["effort.actual_hours"]
    assert actual.value == 2
    assert [(one.issue, one.reason) for one in actual.excluded] == [
        ("APOLLO-2", "5 hours recorded while it was not in the project")
    ]


def test_time_for_the_project_as_a_whole_counts() -> None:
    found = report(given=with_time([ONE], hours(2), hours(1.5, None)), close=20)

    assert value(found, "effort.actual_hours") == 3.5
    assert value(found, "effort.variance_unplanned_hours") == 3.5


def test_time_from_before_the_ticket_was_written_counts() -> None:
    late_ticket = an_issue("APOLLO-2", "todo 1d, done", created=5)

    found = report(given=with_time([late_ticket], hours(2, "APOLLO-2", 4)), close=20)

    assert value(found, "effort.actual_hours") == 2


def test_time_on_an_epic_of_the_project_counts_though_the_epic_is_no_item() -> None:
    epic = an_issue("APOLLO-9", kind="Epic")

    found = report(given=with_time([ONE, epic], hours(2, "APOLLO-9")), close=20)

    assert value(found, "effort.actual_hours") == 2
    assert value(found, "scope.final") == 1


def test_time_on_a_sub_task_counts_once() -> None:
    part = an_issue("APOLLO-2", "todo 1d, in_progress 1d, done", parent="APOLLO-1")

    found = report(given=with_time([ONE, part], hours(1), hours(2, "APOLLO-2")), close=20)

    assert value(found, "effort.actual_hours") == 3


def test_time_on_an_issue_that_is_not_known_is_named_and_left_out() -> None:
    found = report(given=with_time([ONE], hours(2), hours(1, "GEMINI-7")), close=20)

    actual = found["effort.actual_hours"]
    assert actual.value == 2
    assert [(one.issue, one.reason) for one in actual.excluded] == [
        ("GEMINI-7", "1 hour left out: no such issue was ever in the project")
    ]


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (
            with_time([ONE], unknown="the account may not read worklogs"),
            "the account may not read worklogs",
        ),
        (
            with_time([ONE], unknown=""),
            "the tracker keeps no working time; import it to have this figure",
        ),
        (with_time([ONE]), "no working time was recorded for the project up to the close"),
        (
            with_time([ONE], hours(2), partial=["APOLLO-1"]),
            "the tracker gave only a part of the working time of APOLLO-1",
        ),
    ],
)
def test_hours_that_are_not_known_are_unknown_with_the_reason(
    given_: ProjectIssues, reason: str
) -> None:
    found = report(given=given_, close=20)

    assert found["effort.actual_hours"].value is None
    assert found["effort.actual_hours"].reason == reason


def test_time_written_down_after_the_close_counts_and_is_told() -> None:
    """Edge case 16."""
    late = [hours(2, at=3, recorded=25), hours(1.5, at=4, recorded=26), hours(1, recorded=20)]

    found = report(given=with_time([ONE], *late), close=20)

    assert value(found, "effort.actual_hours") == 4.5
    assert "APOLLO-1: 3.5 hours of work before the close recorded after it; counted" in texts(found)


def test_negative_time_is_subtracted_and_told() -> None:
    """Edge case 16."""
    found = report(given=with_time([ONE], hours(5), hours(-2)), close=20)

    assert value(found, "effort.actual_hours") == 3
    assert "APOLLO-1: negative working time is recorded (-2 hours); subtracted" in texts(found)


def test_more_than_a_day_of_work_in_a_day_is_told_without_a_name() -> None:
    """Ada has 25 hours on 6 March, on two issues; Grace has 24 there, which somebody may.

    Edge case 16.
    """
    two = an_issue("APOLLO-2")
    entries = [
        hours(13, "APOLLO-1", 2),
        hours(12, "APOLLO-2", 2.1),
        hours(24, "APOLLO-2", 2.1, person="grace"),
        hours(24, "APOLLO-2", 3),
    ]

    found = report(given=with_time([ONE, two], *entries), close=20)

    told = [text for text in texts(found) if "24 hours" in text]
    where = "on APOLLO-1 and APOLLO-2 for 6 Mar 2024"
    assert told == [f"more than 24 hours of one person are recorded {where}; counted"]
    assert value(found, "effort.actual_hours") == 73


def test_the_day_of_an_entry_is_that_of_the_projects_time_zone() -> None:
    """23:30 UTC and 1:00 UTC are two days in UTC and one day in Tokyo."""
    late, early = datetime(2024, 3, 6, 23, 30, tzinfo=UTC), datetime(2024, 3, 7, 1, tzinfo=UTC)
    given_ = with_time([ONE], hours(13, at=late), hours(12, at=early))

    in_utc, in_tokyo = (
        report(given=given_, close=20, timezone=zone) for zone in (UTC, ZoneInfo("Asia/Tokyo"))
    )

    assert not [text for text in texts(in_utc) if "24 hours" in text]
    assert [text for text in texts(in_tokyo) if "7 Mar 2024" in text]


ENTRIES = st.lists(
    st.builds(
        hours,
        st.floats(-5, 30),
        st.sampled_from(["APOLLO-1", "APOLLO-2", "APOLLO-3", None]),
        st.floats(-3, 25),
        person=st.sampled_from([None, "ada", "grace"]),
    ),
    max_size=12,
)
THREE = [
    an_issue("APOLLO-1", "todo 1d, in_progress 3d, done", hours=8),
    an_issue("APOLLO-2", "todo 1d, in_progress", changes=[joined(3)]),
    an_issue("APOLLO-3", "todo 1d, done", changes=[left(9)], hours=3),
]


@given(ENTRIES)
def test_the_bridge_from_planned_to_actual_hours_has_no_gap(entries: list[TimeEntry]) -> None:
    found = report(given=with_time(THREE, *entries), baseline=day(0), close=20)

    names = ("estimated", "variance", "variance_added", "variance_unplanned")
    parts = [found[f"effort.{name}_hours"].value for name in names]
    actual = found["effort.actual_hours"].value
    if actual is None:
        assert parts == [11, None, None, None]
        return
    assert actual == pytest.approx(sum(float(str(part)) for part in parts), abs=1e-9)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(entries: list[TimeEntry], random: Random) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)

    one, other = (report(given=with_time(THREE, *some), close=20) for some in (entries, shuffled))

    assert one.as_json() == other.as_json()
