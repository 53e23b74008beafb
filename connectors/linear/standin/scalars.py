"""Linear's scalars: instants, dates and durations, checked as inputs and written as outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from graphql import GraphQLError

from connectors.linear.standin.kinds import Value

_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?"
    r"(?:(?P<days>\d+)D)?(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that an input gave in place of an instant: `-P2W` is two weeks ago."""

    length: timedelta

    def after(self, now: datetime) -> datetime:
        """Return the instant it stands for."""
        return now + self.length


Instant = datetime | Duration
Day = date | Duration


def instant_text(value: datetime) -> str:
    """Write an instant as Linear does: `2026-01-15T10:00:30.000Z`."""
    at = value.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def parse_instant(value: Value) -> Instant:
    """Read an input of type DateTime. Raises GraphQLError for anything else."""
    text = _text(value, "DateTime")
    duration = _duration(text)
    if duration is not None:
        return duration
    shortcut = _shortcut(text)
    if shortcut is not None:
        return datetime.combine(shortcut, time(), UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise GraphQLError(f"Value is not a valid DateTime: {text!r}") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def parse_day(value: Value) -> Day:
    """Read an input of type TimelessDate. Raises GraphQLError for anything else."""
    text = _text(value, "TimelessDate")
    duration = _duration(text)
    if duration is not None:
        return duration
    shortcut = _shortcut(text)
    if shortcut is not None:
        return shortcut
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise GraphQLError(f"Value is not a valid TimelessDate: {text!r}") from None


def instant_at(value: Instant | None, now: datetime) -> datetime | None:
    """Turn a read input into an instant."""
    return value.after(now) if isinstance(value, Duration) else value


def day_at(value: Day | None, now: datetime) -> date | None:
    """Turn a read input into a date."""
    return value.after(now).date() if isinstance(value, Duration) else value


def _text(value: Value, scalar: str) -> str:
    if isinstance(value, str):
        return value
    raise GraphQLError(f"Value is not a valid {scalar}: {value!r}")


def _shortcut(text: str) -> date | None:
    match = _YEAR_OR_MONTH.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), 1)
    except ValueError:
        raise GraphQLError(f"Value is not a valid date: {text!r}") from None


def _duration(text: str) -> Duration | None:
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    parts = {name: int(value or 0) for name, value in match.groupdict().items() if name != "sign"}
    days = parts["years"] * 365 + parts["months"] * 30 + parts["weeks"] * 7 + parts["days"]
    length = timedelta(
        days=days, hours=parts["hours"], minutes=parts["minutes"], seconds=parts["seconds"]
    )
    return Duration(-length if match["sign"] == "-" else length)
