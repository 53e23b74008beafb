"""Earned value and earned schedule against published examples, their arithmetic written out."""

from __future__ import annotations

import pytest

from service.domain.metrics.earned_value.earned_schedule import (
    earned_schedule,
    schedule_indices,
)
from service.domain.metrics.earned_value.indices import Index, indices
from tests.domain.metrics.earned_value.curves import by_period


def test_the_toy_project_of_the_r_package_pra() -> None:
    """P. Govan, "Earned Value Management", vignette of the R package PRA.

    BAC 100,000; planned are 10, 20, 40, 70 and 100 % by the ends of five periods; after the third
    35 % are done, and 9,000, then 18,000, then 36,000 in all were spent.
    PV = 40,000, EV = 35,000, AC = 36,000. Published: CV -1,000, SPI 0.875, CPI 0.9722222.
    """
    found = indices(bac=100_000, pv=40_000, ev=35_000, ac=36_000)

    assert Index(-1_000) == found.cv
    assert Index(-5_000) == found.sv
    assert Index(0.875) == found.spi
    assert 0.9722222 == pytest.approx(found.cpi.value)
    assert 102_857.142857 == pytest.approx(found.eac.value)  # 100,000 x 36 / 35
    assert Index(101_000) == found.eac_atypical  # 36,000 + 65,000
    # 36,000 + 65,000 / (CPI x SPI) = 36,000 + 65,000 / (35 / 36 x 0.875)
    assert 36_000 + 65_000 * 36 / 30.625 == pytest.approx(found.eac_cost_schedule.value)
    assert 66_857.142857 == pytest.approx(found.etc.value)
    assert -2_857.142857 == pytest.approx(found.vac.value)
    assert Index(65_000 / 64_000) == found.tcpi
    assert Index(0.35) == found.complete
    assert Index(0.36) == found.spent


def test_the_toy_project_in_time() -> None:
    """The same project: 35,000 lie 15,000 of 20,000 into the third period, so ES = 2.75.

    SPI(t) = 2.75 / 3, SV(t) = -0.25, IEAC(t) = 5 x 3 / 2.75, TSPI = 2.25 / 2.
    """
    curve = by_period([10_000, 20_000, 40_000, 70_000, 100_000])

    found = schedule_indices(curve, earned=35_000, at=3)

    assert 2.75 == pytest.approx(found.es)
    assert -0.25 == pytest.approx(found.sv_t)
    assert 2.75 / 3 == pytest.approx(found.spi_t.value)
    assert 15 / 2.75 == pytest.approx(found.ieac_t.value)
    assert 1.125 == pytest.approx(found.tspi.value)


#: Sprints' course of project management, exercise 10 "Monitoring via EVM", in thousand dollars:
#: what is planned to be done by the end of each of eleven months. Preparation 600 in months 1 and
#: 2, design 1,200 in 3 to 5, implementation 400 in 6 and 7, testing 1,200 in 6 to 8, deployment
#: 300 in 9 to 11.
ELEVEN_MONTHS = [300, 600, 1000, 1400, 1800, 2400, 3000, 3400, 3500, 3600, 3700]


def test_the_exercise_of_a_course_after_seven_months() -> None:
    """Preparation and design are done, half of implementation, a third of testing: EV = 2,400.

    Published: PV 3,000, CV -300, CPI 0.89, SPI 0.8, EAC 4,160 and VAC -460 with CPI rounded first.
    """
    pv = by_period(ELEVEN_MONTHS).at(7)
    ev = 600 + 1200 + 0.5 * 400 + 1200 / 3

    found = indices(bac=3_700, pv=pv, ev=ev, ac=600 + 1400 + 200 + 500)

    assert 3_000 == pv
    assert Index(-300) == found.cv
    assert Index(0.8) == found.spi
    assert 8 / 9 == pytest.approx(found.cpi.value)
    assert 4_162.5 == pytest.approx(found.eac.value)
    assert -462.5 == pytest.approx(found.vac.value)
    assert Index(4_000) == found.eac_atypical


def test_the_exercise_of_a_course_is_one_month_late_and_not_a_fifth_of_its_time() -> None:
    """2,400 were planned for the end of month 6; its own answer, 20 % of 11 months, is SV's."""
    found = schedule_indices(by_period(ELEVEN_MONTHS), earned=2_400, at=7)

    assert 6 == pytest.approx(found.es)
    assert -1 == pytest.approx(found.sv_t)
    assert 6 / 7 == pytest.approx(found.spi_t.value)
    assert 11 * 7 / 6 == pytest.approx(found.ieac_t.value)


def test_lipkes_sketch_all_of_may_and_a_part_of_june_by_the_end_of_july() -> None:
    """W. Lipke, "Earned Schedule Concept": ES = 5 + (EV - PV(May)) / (PV(June) - PV(May)), AT = 7.

    With 470 planned by May and 590 by June, 500 earned are 5 + 30 / 120 = 5.25 months.
    """
    planned = [40, 110, 220, 340, 470, 590, 700, 790, 860, 910, 940]

    found = schedule_indices(by_period(planned), earned=500, at=7)

    assert 5.25 == pytest.approx(found.es)
    assert -1.75 == pytest.approx(found.sv_t)
    assert 0.75 == pytest.approx(found.spi_t.value)


def test_a_late_project_is_perfect_by_spi_at_its_end_and_late_by_earned_schedule() -> None:
    """MPUG, "Earned Schedule Management": ten modules of 100,000 in ten months took twelve.

    Published: SV = 0 and SPI = 1 at the end, though it is two months late and cost 1.3 million.
    """
    modules = by_period([100_000 * number for number in range(1, 11)])

    found = indices(bac=1_000_000, pv=modules.at(12), ev=1_000_000, ac=1_300_000)
    in_time = schedule_indices(modules, earned=1_000_000, at=12)

    assert Index(0) == found.sv
    assert Index(1) == found.spi
    assert Index(-300_000) == found.cv
    assert 1_300_000 == pytest.approx(found.eac.value)
    assert 10 == in_time.es
    assert -2 == in_time.sv_t
    assert 10 / 12 == pytest.approx(in_time.spi_t.value)
    assert 12 == pytest.approx(in_time.ieac_t.value)


def test_lipkes_late_project_of_twelve_months_ends_three_months_late() -> None:
    """W. Lipke, "Earned Schedule", International Metrics Congress 2007, "Late Finish Project".

    Planned from January to December, finished in March: SV goes back to 0, SV(t) ends at -3.
    """
    year = by_period([month / 12 for month in range(1, 13)])

    found = schedule_indices(year, earned=1, at=15)

    assert Index(0) == indices(bac=1, pv=year.at(15), ev=1, ac=None).sv
    assert -3 == found.sv_t
    assert Index(0.8) == found.spi_t


def test_work_that_stands_still_by_plan_counts_as_earned_with_the_step_before_it() -> None:
    """Lipke's C is the largest n with PV(n) <= EV: of a stretch without work, its end.

    Nothing is planned in periods 3 and 4, so 20 earned are 4 periods, not 2.
    """
    curve = by_period([10, 20, 20, 20, 30])

    found = [earned_schedule(curve, earned) for earned in (19, 20, 25, 30)]

    assert [1.9, 4, 4.5, 5] == pytest.approx(found)
