"""The sections of the file that every connector shares, and the kinds of value they take."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, timedelta
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Setting

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+)([smhd])", value.strip())):
        return timedelta(**{UNITS[match[2]]: int(match[1])})
    if isinstance(value, timedelta):
        return value
    message = "a duration such as 30s, 5m or 24h"
    raise ValueError(message)


def _zone(value: object) -> object:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = "a time zone such as Europe/Berlin"
        raise ValueError(message) from error


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        message = "an address such as https://closeout.example.com"
        raise ValueError(message)
    return value.rstrip("/")


def _redis(value: str) -> str:
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        message = 'empty, or an address such as "redis://localhost:6379/0"'
        raise ValueError(message)
    return value


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        message = "an address or a network such as 10.0.0.0/8"
        raise ValueError(message) from None


def _weekday(value: str) -> str:
    if value.casefold() not in WEEKDAYS:
        raise ValueError(f"one of {', '.join(WEEKDAYS)}")
    return value.casefold()


def _yearly_day(value: str) -> str:
    try:
        # A leap year, so that 29 February may be named.
        date.fromisoformat(f"2024-{value}")
    except ValueError:
        message = "a month and a day such as 12-24"
        raise ValueError(message) from None
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}|", value):
        message = "a currency by its ISO code, such as EUR"
        raise ValueError(message)
    return value


Duration: TypeAlias = Annotated[timedelta, BeforeValidator(_duration)]
Zone: TypeAlias = Annotated[ZoneInfo, BeforeValidator(_zone)]
Address: TypeAlias = Annotated[str, AfterValidator(_address)]
Weekday: TypeAlias = Annotated[str, AfterValidator(_weekday)]
YearlyDay: TypeAlias = Annotated[str, AfterValidator(_yearly_day)]
Network: TypeAlias = Annotated[str, AfterValidator(_network)]


class Section(BaseModel):
    """A section of the file: frozen, and no key beyond those named."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class General(Section):
    """`[closeout]`."""

    public_url: Address = "http://localhost:8080"
    database_url: str = Setting(default="sqlite:///closeout.db", min_length=1, repr=False)
    redis_url: Annotated[str, AfterValidator(_redis)] = Setting(default="", repr=False)
    policy: str = "default"
    timezone: Zone = ZoneInfo("UTC")
    api_tokens: tuple[str, ...] = Setting(default=(), repr=False)


class Clock(Section):
    """`[clock]`: how often we look by ourselves, and how often a project may be moved back.

    `lease` is how long a worker has a project for itself, and how long a killed one keeps it.
    """

    sweep_every: Duration = timedelta(minutes=5)
    pages_every: Duration = timedelta(minutes=2)
    holds_per_hour: int = Setting(default=3, ge=1)
    lease: Duration = Setting(default=timedelta(seconds=60), ge=timedelta(seconds=1))


class WorkingCalendar(Section):
    """`[calendar]`: which days are worked on.

    - `country` and `region` are ISO codes; their public holidays are no working days.
    - `weekend` left out is that of the country, else Saturday and Sunday.
    - Half of the day is worked on `half_days`, months and days, every year.
    """

    country: str = ""
    region: str = ""
    weekend: tuple[Weekday, ...] | None = None
    half_days: tuple[YearlyDay, ...] = ()


class Accounting(Section):
    """`[finances]`: what costs are shown in, and the files that hourly rates and exchange come from.

    `currency` left out is that of the budget at the kick-off.
    """

    currency: Annotated[str, AfterValidator(_currency)] = ""
    rates: str = ""
    exchange: str = ""


class Web(Section):
    """`[web]`: where the pages listen, and who may see them when that is not loopback.

    `user_header` names who is signed in, and is believed from `trusted_proxies` only.
    """

    host: str = "127.0.0.1"
    password_hash: str | None = Setting(default=None, repr=False)
    user_header: str | None = None
    trusted_proxies: tuple[Network, ...] = ()


class Statuses(Section):
    """What the statuses of issues count as, by name or id; one that is not named by its category."""

    active: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


class Common(Section):
    """The keys that every workspace has, whatever its connector."""

    connector: str
    # A workspace with a key and a secret and nothing else is held: what is left out of the file
    # must not quietly switch the gate off. The example file says to begin with "observe".
    mode: Literal["observe", "warn", "enforce"] = "enforce"
    pages: str = ""
    tickets: str = ""
    policy: str = ""
    statuses: Statuses = Statuses()
