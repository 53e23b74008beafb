"""Earned value over time: its lines, when it turned bad, and what it foretold."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from service.domain.metrics.series import Lines
from tests.domain.metrics.earned_value.ten_days import (
    at,
    done_after,
    ev,
    hours,
    lines_of,
    open_issue,
    told,
)


def test_the_first_bad_day_is_looked_for_after_a_fifth_of_the_duration() -> None:
    """Nothing is done on the first day of ten, but then one of ten each half day ahead, then late.

    Done are 9 of 10 by day 4.5 and the last on day 20: SPI(t) is first below 0.9 when 9 days of
    schedule are spread over more than 10 days: at the end of the eleventh, 14 March.
    """
    early = [done_after(number / 2, f"APOLLO-{number}", 1) for number in range(1, 10)]

    found = told(*early, done_after(20, "APOLLO-10", 1), close=25)

    assert "2024-03-14" == ev(found, "spi_t_below_09_on")


def test_indices_that_never_were_bad_say_so() -> None:
    found = told(done_after(1, "APOLLO-1", 4), done_after(8.5, "APOLLO-2", 1))

    assert ev(found, "spi_t_below_09_on") is None
    assert "never stood below 0.9" in (found["earned_value.spi_t_below_09_on"].reason or "")


def test_what_was_foretold_on_the_way_is_held_against_the_truth() -> None:
    """Four issues of 10 hours each; done on days 2, 4, 6 and 8 by 5, 10, 15 and 10 hours.

    EAC is 40 x 5 / 10 = 20 hours at day 2, 40 x 15 / 20 = 30 at day 4, 40 x 30 / 30 = 40 at day 6
    and at the end: an error of -50 %, -25 % and 0. IEAC(t): of ten planned days 2.5 are earned on
    day 2, which foretells 10 x 2 / 2.5 = 8 days, the truth; so do the 5 on day 4.
    """
    work = zip((2, 4, 6, 8), (5, 10, 15, 10), strict=True)
    issues = [done_after(days, f"APOLLO-{days}", hours=10.0) for days in (2, 4, 6, 8)]
    time = [hours(f"APOLLO-{days}", days - 1, spent) for days, spent in work]

    found = told(*issues, time=time)

    assert [20.0, 30.0, 40.0] == [ev(found, f"eac_at_{share}") for share in (25, 50, 75)]
    assert [-0.5, -0.25, 0.0] == [ev(found, f"eac_error_at_{share}") for share in (25, 50, 75)]
    assert ["2024-03-12"] * 3 == [ev(found, f"ieac_t_at_{share}") for share in (25, 50, 75)]
    assert [0, 0, 0] == [ev(found, f"ieac_t_error_at_{share}") for share in (25, 50, 75)]


def test_the_estimate_is_stable_after_the_last_day_on_which_it_was_off() -> None:
    """10 hours planned for each of four, they took 15, 5, 10 and 10: in the end 40.

    From day 2 on EAC is 40 x 15 / 10 = 60, from day 4 on 40 x 20 / 20 = 40, and so it stays: the
    first day's end to show it is that of the fifth day, 5 of 8.
    """
    work = zip((2, 4, 6, 8), (15, 5, 10, 10), strict=True)
    issues = [done_after(days, f"APOLLO-{days}", hours=10.0) for days in (2, 4, 6, 8)]

    found = told(*issues, time=[hours(f"APOLLO-{days}", days, spent) for days, spent in work])

    assert 0.625 == ev(found, "stable_after")
    assert "2024-03-06" == ev(found, "cpi_below_09_on")  # CPI = 10 / 15


def test_a_finish_foretold_ten_years_away_is_not_told() -> None:
    """One of 10,000 points by day 2.5: ES = 10 / 10,000, IEAC(t) = 10 x 2.5 x 1,000 days."""
    found = told(done_after(1, "APOLLO-1", 1), done_after(10, "APOLLO-2", 9999))

    assert ev(found, "ieac_t_at_25") is None
    assert "more than ten years away at that pace" == found["earned_value.ieac_t_at_25"].reason


def test_the_lines_end_with_the_close_and_the_plan_goes_on() -> None:
    found = told(done_after(1.5, "APOLLO-1", 4), open_issue("APOLLO-2", 6), close=2.5)

    assert (0.0, 4.0, 4.0, None) == lines_of(found)["earned"][:4]
    assert [1.0, 2.0, 3.0] == pytest.approx(lines_of(found)["planned"][:3])
    assert 10.0 == lines_of(found)["planned"][-1]


def test_the_lines_of_years_are_thinned_out_to_weeks() -> None:
    found = told(done_after(500, "APOLLO-1", 4), close=799)

    series = found.series["earned_value"]
    assert isinstance(series, Lines)
    assert {timedelta(days=7)} == {after - before for before, after in pairwise(series.days)}
    assert at(799).date() == series.days[-1]
    assert (4.0, 4.0) == (lines_of(found)["earned"][-1], lines_of(found)["planned"][-1])


def test_spi_over_time_goes_to_1_and_earned_schedule_does_not() -> None:
    found = told(done_after(5, "APOLLO-1", 4), done_after(20, "APOLLO-2", 6), close=30)

    indices = lines_of(found, "performance_indices")
    assert (0.4, 1.0) == (indices["spi"][-2], indices["spi"][-1])
    assert 0.5 == indices["spi_t"][-1]
    assert "cpi" not in indices


def test_a_late_finish_foretold_for_work_that_stands_open_is_held_against_nothing() -> None:
    """Half of the plan on day 8 and never the rest: IEAC(t) at 75 % of 20 days is 30 days."""
    found = told(done_after(8, "APOLLO-1", 5), open_issue("APOLLO-2", 5))

    assert "2024-04-03" == ev(found, "ieac_t_at_75")
    reason = "1 planned issue stood open at the close: not all was finished then"
    assert reason == found["earned_value.ieac_t_error_at_75"].reason
