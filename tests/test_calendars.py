"""Working days by country and region: public holidays, weekends, half days."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from service.calendars import UnknownPlace, WorkingDays, calendar_of, check_place

BERLIN = ZoneInfo("Europe/Berlin")
CORPUS_CHRISTI = date(2026, 6, 4)  # a Thursday; a holiday in Bavaria, not in Berlin
UNITY = date(2025, 10, 3)  # a Friday; a holiday everywhere in Germany
CHRISTMAS_EVE = date(2026, 12, 24)  # a Thursday


def share(days: WorkingDays, on: date) -> float:
    return calendar_of(days, BERLIN).share_of(on)


def test_without_a_country_only_weekends_are_free() -> None:
    days = WorkingDays()

    assert (1.0, 0.0) == (share(days, UNITY), share(days, date(2026, 6, 6)))


def test_public_holidays_are_those_of_the_region() -> None:
    bavaria, berlin = WorkingDays("DE", "BY"), WorkingDays("DE", "BE")

    assert (0.0, 1.0) == (share(bavaria, CORPUS_CHRISTI), share(berlin, CORPUS_CHRISTI))
    assert (0.0, 0.0) == (share(bavaria, UNITY), share(berlin, UNITY))


def test_the_weekend_is_that_of_the_country_unless_it_is_given() -> None:
    friday, sunday = date(2026, 6, 5), date(2026, 6, 7)
    given = WorkingDays("IL", weekend=frozenset({6}))

    assert (0.0, 1.0) == (share(WorkingDays("IL"), friday), share(WorkingDays("IL"), sunday))
    assert (1.0, 0.0) == (share(given, friday), share(given, sunday))


def test_half_days_come_back_every_year() -> None:
    days = WorkingDays("DE", half_days=frozenset({(12, 24), (12, 31)}))

    found = [share(days, on) for on in (CHRISTMAS_EVE, date(2025, 12, 31), date(2026, 12, 23))]

    assert [0.5, 0.5, 1.0] == found


def test_the_time_zone_is_the_projects() -> None:
    assert BERLIN == calendar_of(WorkingDays("DE"), BERLIN).timezone


@pytest.mark.parametrize(
    ("country", "region", "words"),
    [
        pytest.param("Germany", None, "a country such as DE", id="a name"),
        pytest.param("XX", None, "'XX' is not known", id="no country"),
        pytest.param("DE", "ZZ", "one of BB, BE", id="no region"),
    ],
)
def test_a_place_there_is_not_says_which_there_are(
    country: str, region: str | None, words: str
) -> None:
    with pytest.raises(UnknownPlace, match=words):
        check_place(country, region)


def test_places_that_there_are_are_no_error() -> None:
    check_place("DE", None)
    check_place("DE", "BY")
