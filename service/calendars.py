"""The working calendar of a country or region: its weekend, public holidays and half days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from service.domain.metrics.calendar import SATURDAY, SUNDAY, Calendar

if TYPE_CHECKING:
    from datetime import tzinfo


class UnknownPlace(ValueError):
    """There are no holidays of such a country or region; the text says which there are."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked on, as somebody configured it.

    - `country` is an ISO 3166 code, `region` that of a part of it; without a country no day is a
      public holiday.
    - `weekend` are days of the week, Monday is 0; None is that of the country, else Saturday and
      Sunday.
    - `half_days` are months and days on which half of the day is worked, every year.
    """

    country: str | None = None
    region: str | None = None
    weekend: frozenset[int] | None = None
    half_days: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class _PublicHolidays:
    country: str
    region: str | None

    def __contains__(self, on: object) -> bool:
        return on in _holidays(self.country, self.region, _date(on).year)


@dataclass(frozen=True, slots=True)
class _EveryYear:
    days: frozenset[tuple[int, int]]

    def __contains__(self, on: object) -> bool:
        return (_date(on).month, _date(on).day) in self.days


def calendar_of(days: WorkingDays, timezone: tzinfo) -> Calendar:
    """Return the calendar for those working days; its days begin and end in the time zone.

    Holidays are worked out year by year, when a figure first asks for one.
    """
    weekend = days.weekend
    if weekend is None:
        weekend = _weekend(days.country) if days.country else frozenset({SATURDAY, SUNDAY})
    return Calendar(
        timezone,
        weekend=weekend,
        holidays=_PublicHolidays(days.country, days.region) if days.country else frozenset(),
        half_days=_EveryYear(days.half_days),
    )


def check_place(country: str, region: str | None) -> None:
    """Raise UnknownPlace where there are no holidays of a country or of a region in it."""
    import holidays  # 0.2 s, which only those who configure a country pay

    known = holidays.list_supported_countries()
    if country not in known:
        raise UnknownPlace(f"a country such as DE or US, by its ISO code; {country!r} is not known")
    if region is not None and region not in known[country]:
        there = ", ".join(known[country])
        allowed = f"one of {there}" if there else f"left out: {country} is known as a whole only"
        raise UnknownPlace(f"{allowed}; {region!r} is not known in {country}")


@lru_cache(maxsize=256)
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


@lru_cache(maxsize=16)
def _weekend(country: str) -> frozenset[int]:
    import holidays

    return frozenset(holidays.country_holidays(country).weekend)


def _date(on: object) -> date:
    if not isinstance(on, date):
        raise TypeError(f"{on!r} is no date")
    return on
