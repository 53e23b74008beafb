"""Faults of other tools that ours must not have, by their numbers in the catalogue (F1 to F15).

Here are those that show only in a whole report. The others stand where their subject is tested;
`Fault F4 of the peers.` in a docstring finds each.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.builders import a_project, an_issue, estimated
from tests.domain.metrics.earned_value.ten_days import at, done_after, ev, open_issue, told
from tests.domain.metrics.report import report, value


def test_skipped_steps_are_no_cycle_times_of_zero_and_the_coverage_is_told() -> None:
    """Fault F1 of the peers: 2,333 of 2,859 finished issues were never in progress."""
    skipped = [an_issue(f"APOLLO-{n}", "todo 2d, done") for n in range(9)]
    started = [an_issue(f"APOLLO-1{n}", "todo 1d, in_progress 4d, done") for n in range(5)]

    found = report(*skipped, *started, close=10)

    for percentile in (50, 70, 85, 95):
        assert value(found, f"flow.cycle_time_p{percentile}_days") == 4
    cycle = found["flow.cycle_time_p50_days"]
    assert (cycle.n, len(cycle.excluded)) == (5, 9)
    assert (value(found, "flow.cycle_time_n"), value(found, "flow.never_started_n")) == (5, 9)
    alone = report(*skipped, close=10)["flow.cycle_time_p50_days"]
    assert (alone.value, alone.reason) == (
        None,
        "no finished issue was in progress before it was done",
    )


@pytest.mark.parametrize("text", ["2024-03-05T20:30:00-05:00", "2024-03-06T01:30:00+00:00"])
def test_an_instant_lies_on_one_day_whatever_the_offset_it_is_written_with(text: str) -> None:
    """Fault F2 of the peers: 30 % of those with an offset landed on another day."""
    found = report(an_issue("APOLLO-1", done_on=text), project=a_project(target="2024-03-05"))

    assert found["schedule.actual_finish"].value == date(2024, 3, 6)
    assert value(found, "schedule.slip_days") == 1


def test_less_than_a_day_is_not_cut_to_whole_days() -> None:
    """Fault F3 of the peers: 198 of 526 finished in less than a day, shown as 0 or 1."""
    issues = [an_issue(f"APOLLO-{n}", f"todo 1h, in_progress {n}h, done") for n in range(1, 6)]

    found = report(*issues, close=10)

    assert value(found, "flow.cycle_time_p50_days") == 0.125  # the third of five: 3 hours


def test_no_more_can_be_earned_than_was_planned_whatever_is_estimated_later() -> None:
    """Fault F9 of the peers: 4 of 10 points, of which somebody made 400 after the kick-off."""
    raised = estimated("4", "400", at(3))
    grown = done_after(5, "APOLLO-1", 400, changes=[raised])

    found = told(grown, open_issue("APOLLO-2", 6), close=8)

    assert (ev(found, "bac"), ev(found, "ev"), ev(found, "complete")) == (10, 4, 0.4)


def test_earned_schedule_is_interpolated_between_the_days() -> None:
    """Fault F10 of the peers: 4.5 of 10 points by an even plan of ten days is 4.5 days."""
    found = told(done_after(5, "APOLLO-1", 4.5), open_issue("APOLLO-2", 5.5), close=8)

    assert ev(found, "es") == 4.5
    assert ev(found, "sv_t") == -3.5


def test_a_ratio_of_nothing_is_unknown_with_a_reason_and_never_zero() -> None:
    """Fault F11 of the peers."""
    found = report(close=10)

    ratios = [
        (f"{area}.{name}", figure)
        for area, figures in found.metrics.items()
        for name, figure in figures.items()
        if figure.unit == "ratio"
    ]
    assert len(ratios) > 10
    for name, figure in ratios:
        assert figure.value is None, name
        assert figure.reason, name
