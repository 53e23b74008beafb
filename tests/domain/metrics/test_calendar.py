"""Days, weeks and working days of a project's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
#: A week of work: Monday 4 to Sunday 10 March 2024.
MONDAY, FRIDAY, SATURDAY = date(2024, 3, 4), date(2024, 3, 8), date(2024, 3, 9)

#: Instants of thirty years, in whole minutes: their fractions of a day add up exactly enough.
INSTANTS = st.integers(0, 30 * 366 * 1440).map(
    lambda minutes: datetime(1999, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(on: date, hour: float = 0) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(hours=hour)


def slowly(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Add the working days up one by one, cutting the first and the last."""
    worked, on = 0.0, calendar.day_of(start)
    while calendar.start_of(on) < end:
        begin, after = calendar.start_of(on), calendar.end_of(on)
        inside = min(after, end) - max(begin, start)
        worked += calendar.share_of(on) * (inside / (after - begin))
        on += timedelta(days=1)
    return worked


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param(at(MONDAY, 9), at(MONDAY, 15), 0.25, id="six hours of one day"),
        pytest.param(at(MONDAY), at(MONDAY), 0, id="no time at all"),
        pytest.param(at(MONDAY), at(SATURDAY), 5, id="a whole week"),
        pytest.param(at(FRIDAY, 12), at(SATURDAY, 12), 0.5, id="into the weekend"),
        pytest.param(at(SATURDAY), at(SATURDAY, 30), 0, id="inside of the weekend"),
        pytest.param(at(FRIDAY, 12), at(MONDAY, 12 + 7 * 24), 1, id="over the weekend"),
        pytest.param(at(MONDAY, 15), at(MONDAY, 9), -0.25, id="backwards"),
        pytest.param(at(date(2023, 12, 29)), at(date(2024, 1, 2)), 2, id="over new year"),
        pytest.param(at(date(2021, 12, 31)), at(date(2024, 1, 1)), 521, id="over whole years"),
    ],
)
def test_working_days_are_counted_with_their_parts(
    start: datetime, end: datetime, days: float
) -> None:
    """2022 and 2023 have 260 working days each, and 31 December 2021 is a Friday. Edge case 11."""
    assert days == pytest.approx(Calendar().working_days(start, end))


def test_a_holiday_is_no_working_day_and_a_half_day_is_half_of_one() -> None:
    """Edge case 11."""
    calendar = Calendar(holidays={date(2024, 3, 5)}, half_days={date(2024, 3, 6)})

    assert calendar.working_days(at(MONDAY), at(SATURDAY)) == 3.5
    assert calendar.working_days(at(date(2024, 3, 6)), at(date(2024, 3, 6), 12)) == 0.25


def test_a_half_day_on_a_holiday_or_on_the_weekend_is_not_worked() -> None:
    calendar = Calendar(holidays={MONDAY}, half_days={MONDAY, SATURDAY})

    assert calendar.share_of(MONDAY) == calendar.share_of(SATURDAY) == 0


def test_the_weekend_is_the_one_of_the_region() -> None:
    """Edge case 11."""
    calendar = Calendar(weekend=frozenset({4, 5}))

    assert calendar.working_days(at(FRIDAY), at(date(2024, 3, 11))) == 1


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 6, 3), 24)]
)
def test_a_day_is_as_long_as_it_is_in_its_zone(on: date, hours: int) -> None:
    """Edge case 10."""
    calendar = Calendar(BERLIN, weekend=frozenset())

    begin, end = calendar.start_of(on), calendar.end_of(on)
    assert timedelta(hours=hours) == end - begin
    assert calendar.working_days(begin, end) == 1
    assert calendar.working_days(begin, begin + (end - begin) / 2) == 0.5


def test_the_two_hours_that_are_called_alike_follow_each_other() -> None:
    """On 27 October 2024 the clocks of Berlin go from 03:00 back to 02:00."""
    calendar = Calendar(BERLIN, weekend=frozenset())
    first, second = (datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=fold) for fold in (0, 1))

    assert calendar.working_days(first.astimezone(UTC), second.astimezone(UTC)) == pytest.approx(
        1 / 25
    )


def test_an_instant_belongs_to_the_local_day_and_week() -> None:
    """Edge case 10."""
    calendar = Calendar(BERLIN)
    late = datetime(2024, 3, 10, 23, 30, tzinfo=UTC)  # half past midnight of Monday in Berlin

    assert calendar.day_of(late) == calendar.week_of(late) == date(2024, 3, 11)
    assert Calendar().week_of(late) == MONDAY


@given(INSTANTS, st.integers(0, 1000 * 1440))
def test_working_days_are_what_counting_day_by_day_gives(start: datetime, minutes: int) -> None:
    calendar = Calendar(BERLIN, half_days={date(2010, 12, 24)}, holidays={date(2010, 12, 27)})
    end = start + timedelta(minutes=minutes)

    assert calendar.working_days(start, end) == pytest.approx(slowly(calendar, start, end))


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_days_add_up_and_backwards_they_are_negative(
    one: datetime, two: datetime, three: datetime
) -> None:
    calendar = Calendar(BERLIN)

    there = calendar.working_days(one, two) + calendar.working_days(two, three)
    assert there == pytest.approx(calendar.working_days(one, three), abs=1e-6)
    assert calendar.working_days(two, one) == -calendar.working_days(one, two)


@given(INSTANTS, INSTANTS, st.integers(-500, 500))
def test_shifting_by_whole_weeks_changes_no_working_days(
    start: datetime, end: datetime, weeks: int
) -> None:
    calendar, by = Calendar(), timedelta(weeks=weeks)

    shifted = calendar.working_days(start + by, end + by)
    assert shifted == pytest.approx(calendar.working_days(start, end), abs=1e-6)


def test_each_day_is_looked_up_once_however_many_spans_are_asked_for() -> None:
    class Counted(set[date]):
        asked = 0

        def __contains__(self, on: object) -> bool:
            self.asked += 1
            return super().__contains__(on)

    holidays = Counted()
    calendar = Calendar(weekend=frozenset(), holidays=holidays)
    for number in range(2000):
        start = at(date(2021, 1, 1)) + timedelta(hours=number)
        calendar.working_days(start, start + timedelta(days=900))

    # Four years day by day, and 84 days at either end for their bounds.
    assert holidays.asked <= 4 * 366 + 2 * 85
