"""What stands in the cells of a time sheet: dates, times of day and hours."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum

HOUR = 3600

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?: .*)?")
_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})(?: .*)?")
_CLOCK = re.compile(r"(-?)([0-9]+):([0-5][0-9])(?::([0-5][0-9]))?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\s*([AaPp][Mm])?")
_DECIMAL = re.compile(r"-?[0-9]*[.,]?[0-9]+")
_MONTHS = 12
_NOON = 12


class DateOrder(StrEnum):
    """Which comes first in a date such as 03/04/2026."""

    DAY = "dmy"
    MONTH = "mdy"


class BadCell(ValueError):
    """A cell that cannot be read; the text says what is allowed."""


class AmbiguousDate(BadCell):
    """A date that may be read two ways."""


def read_date(text: str, order: DateOrder | None) -> date:
    """Return a date: 2026-04-03, 3.4.2026, or with slashes in the order that is given.

    A date with slashes whose order nobody gave is taken where only one order is possible. Raises
    AmbiguousDate or BadCell.
    """
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _DOTTED.fullmatch(text):
        return _date(int(match[3]), int(match[2]), int(match[1]), text)
    match = _SLASHED.fullmatch(text)
    if match is None:
        raise BadCell(f"{text!r} is no date such as 2026-04-30")
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if order is None:
        if first <= _MONTHS and second <= _MONTHS and first != second:
            raise AmbiguousDate(
                f"{text!r} may be read two ways; say which with --dates dmy or --dates mdy"
            )
        order = DateOrder.DAY if first > _MONTHS else DateOrder.MONTH
    if order is DateOrder.DAY:
        return _date(year, second, first, text)
    return _date(year, first, second, text)


def read_time(text: str) -> time | None:
    """Return a time of day, to the minute; None where the cell says none that can be read.

    It only orders the work within its day, which is why it is no error.
    """
    match = _TIME.search(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if match[3]:
        hour = hour % _NOON + (_NOON if match[3].lower() == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def read_seconds(text: str) -> int:
    """Return the length of work in seconds: 1.5, 1,5, 1:30 and 01:30:00 are all the same.

    A comma parts the decimals. Raises BadCell.
    """
    plain = text.strip().removesuffix("h").strip()
    if match := _CLOCK.fullmatch(plain):
        seconds = int(match[2]) * HOUR + int(match[3]) * 60 + int(match[4] or 0)
        return -seconds if match[1] else seconds
    if not _DECIMAL.fullmatch(plain):
        raise BadCell(f"{text!r} is no length of work such as 1.5 or 1:30")
    try:
        return int((Decimal(plain.replace(",", ".")) * HOUR).to_integral_value())
    except InvalidOperation:
        raise BadCell(f"{text!r} is no length of work such as 1.5 or 1:30") from None


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(f"{text!r} is no day of the calendar") from None
