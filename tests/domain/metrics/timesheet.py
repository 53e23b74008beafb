"""Builders of recorded time and of money: name what matters to the test, the rest is ordinary.

Days are counted from the kick-off, Monday 4 March 2024, 9:00 UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from service.domain.money import Budget, DirectCost, Exchange, Money, Rate
from service.domain.tracking import Issue, ProjectIssues, TimeEntry
from tests.domain.builders import day, issues_of

_numbers = count(1)


def hours(
    amount: float,
    issue: str | None = "APOLLO-1",
    at: float | datetime = 2,
    *,
    person: str | None = "ada",
    role: str | None = None,
    recorded: float | None = None,
    entry_id: str | None = None,
) -> TimeEntry:
    """Return hours of work on an issue (None: on the project), begun so many days in."""
    return TimeEntry(
        id=entry_id or f"entry-{next(_numbers)}",
        at=at if isinstance(at, datetime) else day(at),
        seconds=round(amount * 3600),
        issue_id=issue,
        person_id=person,
        role=role,
        recorded_at=None if recorded is None else day(recorded),
    )


def with_time(
    issues: Iterable[Issue],
    *time: TimeEntry,
    unknown: str | None = None,
    partial: Iterable[str] = (),
) -> ProjectIssues:
    """Return the issues with the time recorded on them; `unknown` says why it was not read."""
    return replace(
        issues_of(*issues),
        time=None if unknown is not None else time,
        time_unknown=unknown,
        time_partial=frozenset(partial),
    )


def a_rate(
    an_hour: str,
    currency: str = "EUR",
    *,
    since: str = "2024-01-01",
    role: str | None = None,
    person: str | None = None,
) -> Rate:
    """Return an hourly rate, of everybody where neither role nor person is named."""
    return Rate(date.fromisoformat(since), money(an_hour, currency), role, person)


def a_budget(amount: str, currency: str = "EUR", *, approved: float = -1) -> Budget:
    """Return a budget that was approved so many days after the kick-off."""
    return Budget(day(approved), money(amount, currency))


def a_cost(amount: str, currency: str = "EUR", *, on: str = "2024-03-06") -> DirectCost:
    """Return something that was paid for besides working time."""
    return DirectCost(date.fromisoformat(on), money(amount, currency), "a licence")


def an_exchange(base: str, quote: str, rate: str, on: str = "2024-01-01") -> Exchange:
    """Return what one unit of `base` was worth in `quote` from a day on."""
    return Exchange(date.fromisoformat(on), base, quote, Decimal(rate))


def money(amount: str, currency: str = "EUR") -> Money:
    """Return an amount."""
    return Money(Decimal(amount), currency)
