"""Forecasts in hindsight: what the throughput of the days before foretold, against the truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.metrics import Snapshot
from service.domain.metrics.forecast import HORIZON, finish_days, percentile, seed_of
from service.domain.metrics.values import Part
from service.domain.tracking import Field, Issue, ProjectRef
from tests.domain.builders import a_change, a_project, an_issue, joined, left
from tests.domain.metrics.report import report, value

MIDNIGHT = datetime(2024, 3, 4, tzinfo=UTC)
PROJECT = a_project(created=MIDNIGHT - timedelta(days=9), started=MIDNIGHT)


def at(days: float) -> datetime:
    return MIDNIGHT + timedelta(days=days)


def done_after(days: float, number: int, *more: object) -> Issue:
    """Return an issue that was there before the kick-off and is done so many days after it."""
    history = (a_change(Field.STATUS, "todo", "done", at(days)),)
    return an_issue(f"APOLLO-{number}", history, created=at(-1), changes=more)  # type: ignore[arg-type] # changes


def one_a_day(count: int) -> list[Issue]:
    """Return issues that are done one by one, at noon of each day from the kick-off on."""
    return [done_after(number + 0.5, number) for number in range(count)]


def told(*issues: Issue, close: float = 100) -> Snapshot:
    return report(*issues, project=PROJECT, close=at(close))


def forecast(found: Snapshot, name: str) -> object:
    return value(found, f"forecast.{name}")


def test_a_steady_pace_foretells_the_very_day() -> None:
    """40 issues, one a day: whatever is drawn, so many days as issues are left: 12 April."""
    found = told(*one_a_day(40))

    for share in (25, 50, 75):
        assert "2024-04-12" == forecast(found, f"p50_at_{share}")
        assert "2024-04-12" == forecast(found, f"p85_at_{share}")
        assert 0 == forecast(found, f"p85_error_at_{share}")


def test_what_is_left_at_the_time_is_named() -> None:
    """A half of 7.5 days is on the fourth day, at whose end four of eight are done."""
    found = told(*one_a_day(8))

    keys = ("APOLLO-4", "APOLLO-5", "APOLLO-6", "APOLLO-7")
    assert keys == found["forecast.p50_at_50"].issues
    assert 4 == found["forecast.p50_at_50"].n


def test_a_pace_that_slackens_was_foretold_too_early() -> None:
    """Ten in ten days and the last ten days later: from the tenth day one more day was foretold."""
    found = told(*one_a_day(10), done_after(19.5, 10))

    assert "2024-03-14" == forecast(found, "p85_at_50")
    assert -9 == forecast(found, "p85_error_at_50")
    parts = found["forecast.inside_p85"].value
    assert isinstance(parts, tuple)
    assert {"25 %": 0, "50 %": 0, "75 %": 0} == {
        part.name: part.value for part in parts if isinstance(part, Part)
    }


def test_idle_days_are_drawn_too() -> None:
    """One every second day: with the idle days 20 more take about 40 days, without them 20."""
    found = told(*(done_after(2 * number + 0.5, number) for number in range(40)))

    error = forecast(found, "p50_error_at_50")
    assert isinstance(error, int)
    assert abs(error) <= 2


def test_the_scope_of_the_time_counts_and_not_that_of_the_end() -> None:
    """Ten done by day 10 when the other ten had not joined yet: nothing seemed to be left."""
    later = [done_after(number + 0.5, number, joined(at(15))) for number in range(15, 25)]

    found = told(*one_a_day(10), *later)

    assert "2024-03-16" == forecast(found, "p50_at_50")  # day 12.25: the day itself
    assert () == found["forecast.p50_at_50"].issues


def test_issues_that_left_or_were_dropped_are_not_waited_for() -> None:
    dropped = an_issue("APOLLO-90", "todo 3d, cancelled", created=at(-1))
    gone = done_after(90, 91, left(at(3)))

    found = told(*one_a_day(20), dropped, gone)

    assert "2024-03-23" == forecast(found, "p85_at_50")


def test_before_anything_is_delivered_there_is_nothing_to_draw_from() -> None:
    """Nothing for twenty days, then one a day: 25 and 50 % of 29 days have seen no completion."""
    found = told(*(done_after(20 + number, number) for number in range(10)))

    assert forecast(found, "p50_at_50") is None
    assert forecast(found, "p50_error_at_50") is None
    reason = "no issue was delivered before then, so there is no throughput to draw from"
    assert reason == found["forecast.p50_at_50"].reason
    parts = found["forecast.inside_p85"].value
    assert isinstance(parts, tuple)
    assert [reason, reason, None] == [part.reason for part in parts if isinstance(part, Part)]


def test_what_was_delivered_before_the_kick_off_is_no_throughput() -> None:
    found = told(done_after(-0.5, 1), done_after(30, 2))

    assert "no throughput" in (found["forecast.p50_at_25"].reason or "")


@pytest.mark.parametrize(
    ("issues", "reason"),
    [
        pytest.param([], "no issue that was in the project", id="nothing"),
        pytest.param([done_after(-0.5, 1)], "before or at the kick-off", id="done before"),
        pytest.param([done_after(0.5, 1)], "finished within that day", id="done on the day"),
    ],
)
def test_a_project_without_a_duration_has_no_forecast(issues: list[Issue], reason: str) -> None:
    found = told(*issues, an_issue("APOLLO-99", created=at(-1)))

    for figure in found.metrics["forecast"].values():
        assert figure.value is None
        assert reason in (figure.reason or "")


def test_without_a_kick_off_the_forecast_says_why() -> None:
    found = report(project=a_project(started=None), close=8)

    for figure in found.metrics["forecast"].values():
        assert found.window.baseline_reason == figure.reason


def test_a_project_that_was_given_up_has_no_truth_to_hold_a_forecast_against() -> None:
    """Edge case 18."""
    project = a_project(started=MIDNIGHT, closed=at(20), status="cancelled")

    found = report(*one_a_day(10), project=project)

    assert "given up" in (found["forecast.p50_at_50"].reason or "")


def test_a_finish_years_away_is_not_told() -> None:
    """One in the first half of a year, and 5,000 at once at its end."""
    rest = [done_after(180, number) for number in range(5000)]

    found = told(done_after(1, 5001), *rest, close=200)

    assert "more than five years away at that throughput" == found["forecast.p85_at_50"].reason


def test_the_same_project_gives_the_same_figures_and_another_one_others() -> None:
    issues = [done_after(number * (number % 5) + 1, number) for number in range(40)]
    other = replace(PROJECT, ref=ProjectRef("acme", "apollo-2"))
    elsewhere = [replace(one, membership=frozenset({"apollo-2"})) for one in issues]

    found, again = told(*issues), told(*reversed(issues))
    there = report(*elsewhere, project=other, close=at(100))

    assert found.metrics["forecast"] == again.metrics["forecast"]
    assert seed_of("apollo") != seed_of("apollo-2")
    assert forecast(there, "p50_at_50") is not None


def test_the_seed_of_a_key_is_the_same_in_every_process() -> None:
    """The first eight bytes of SHA-256 of "apollo", which Python's own hash() would not give."""
    assert 0x8D3AA1A6F227D714 == seed_of("apollo")


def test_a_coin_of_a_pace_takes_as_long_as_the_negative_binomial_distribution_says() -> None:
    """One completion on every second day: 10 of them take 20 days on average, spread by sqrt(20).

    The mean of r successes at p is r / p, the variance r (1 - p) / p^2 = 10 x 0.5 / 0.25 = 20.
    """
    days = finish_days(np.array([0, 1]), 10, seed=1)

    assert 10_000 == len(days)
    assert 20 == pytest.approx(days.mean(), abs=0.2)
    assert 20 == pytest.approx(days.var(), rel=0.06)
    assert 10 <= days.min()


def test_the_simulation_agrees_with_drawing_the_days_one_by_one() -> None:
    counts = np.array([0, 0, 3, 1, 0, 7, 2, 0])
    rng = np.random.default_rng(7)
    plain = np.cumsum(rng.choice(counts, (4000, 200)), axis=1)
    expected = (plain < 60).sum(axis=1) + 1

    days = finish_days(counts, 60, seed=7)

    assert expected.mean() == pytest.approx(days.mean(), rel=0.02)
    for share in (15, 50, 85):
        assert percentile(expected, share) == pytest.approx(percentile(days, share), abs=1)


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=60).filter(any),
    st.integers(1, 400),
    st.integers(0, 2**64 - 1),
)
def test_no_future_is_shorter_than_the_best_days_or_longer_than_is_looked(
    counts: list[int], missing: int, seed: int
) -> None:
    days = finish_days(np.array(counts), missing, seed, trials=50)

    assert min(-(-missing // max(counts)), HORIZON + 1) <= days.min()
    assert HORIZON + 1 >= days.max()
    assert days.tolist() == finish_days(np.array(counts), missing, seed, trials=50).tolist()


def test_a_percentile_is_one_of_the_days() -> None:
    """Of 1 to 10, half are over by 5, and 85 % by 9 (nearest rank: the ninth of ten)."""
    days = np.arange(10, 0, -1)

    assert (5, 9, 10) == tuple(percentile(days, share) for share in (50, 85, 100))


def test_the_truth_of_a_finish_is_the_last_delivery_in_the_project_at_the_close() -> None:
    """One a day up to 12 April; on day 60 a duplicate is closed, which did not finish anything.

    It was open after 30 of the 40 days, so eleven more days were foretold: one too many.
    """
    duplicate = done_after(60, 98, a_change(Field.DROPPED, None, "true", at(60)))

    found = told(*one_a_day(40), replace(duplicate, dropped=True))

    assert "2024-04-13" == forecast(found, "p50_at_75")
    assert 1 == forecast(found, "p50_error_at_75")


def test_with_work_left_open_only_a_day_that_was_too_early_is_held_against_the_truth() -> None:
    """One a day, done on day 20, and one is never done.

    At 25 % of it, on 8 March, 16 days more were foretold for 16 issues: 24 March, while the last
    completion was on 23 March. With ten that joined on day 15 it was on 2 April, and the 24th
    that was foretold on 11 March for 13 issues was nine days too early.
    """
    never = an_issue("APOLLO-99", created=at(-1))
    later = [done_after(number + 0.5, number, joined(at(15))) for number in range(20, 30)]

    found, grown = told(*one_a_day(20), never), told(*one_a_day(20), *later, never)

    assert "2024-03-24" == forecast(found, "p85_at_25")
    assert forecast(found, "p85_error_at_25") is None
    reason = "1 issue stood open at the close: not all was finished then"
    assert reason == found["forecast.p85_error_at_25"].reason
    assert reason == found["forecast.inside_p85"].reason
    assert -9 == forecast(grown, "p85_error_at_25")
