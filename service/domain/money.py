"""Money: amounts in a currency, what an hour costs, what a currency is worth on a day.

Decimal throughout; an amount is rounded once, where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (its ISO 4217 code)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour of work costs from a day on.

    It is of one person (an account id or mail address), of a role, or of everybody where both are
    None; the most particular one that is in force holds.
    """

    since: date
    an_hour: Money
    role: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one unit of `base` was worth in `quote` on a day, as somebody published it."""

    on: date
    base: str
    quote: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """What a project may cost, from the instant of its approval on."""

    approved_at: datetime
    money: Money


@dataclass(frozen=True, slots=True)
class DirectCost:
    """Something that was paid for besides working time."""

    on: date
    money: Money
    what: str


@dataclass(frozen=True, slots=True)
class Finances:
    """What is known of a project's money; empty parts are not known.

    - `currency` is the one that figures are shown in; None: that of the budget at the kick-off.
    - `exchanges` hold on their day and until the next one that is given.
    """

    currency: str | None = None
    rates: tuple[Rate, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    budgets: tuple[Budget, ...] = ()
    costs: tuple[DirectCost, ...] = ()
