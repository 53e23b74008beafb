"""What is known of a project's plan and money that no tracker keeps, as a record that only grows.

Some of it is what the tracker showed at each of our looks, some is what people told Closeout. What
was before the first record of a name is not known, and nothing here says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from service.domain.metrics.window import Chosen
from service.domain.money import Budget, DirectCost, Money
from service.domain.tracking import PlanChange
from service.domain.words import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from service.domain.tracking import Project, ProjectRef

#: A value as JSON holds it: instants and dates are ISO text, amounts decimal text.
Known: TypeAlias = "Mapping[str, object]"

_WHOLE = r"[0-9]{1,3}(?:[ _'][0-9]{3})+|[0-9]+"
_AMOUNT = re.compile(rf"\s*((?:{_WHOLE})(?:\.[0-9]+)?)\s*([A-Za-z]{{3}})\s*")


class FactName(StrEnum):
    """What a fact is about."""

    TARGET = "target"  # {"on", "coarse"}: the planned finish
    START = "start"  # {"on"}: the planned start
    MILESTONES = "milestones"  # {"targets": [{"id", "name", "on"}]}
    BASELINE = "baseline"  # {"at", "reason"}: the kick-off that a person chose; at null: none
    BUDGET = "budget"  # {"amount", "currency", "approved_at"}
    COST = "cost"  # {"amount", "currency", "on", "what"}
    TIME_KEY = "time_key"  # {"key"}: with what the people of imported time are made unreadable


class FactSource(StrEnum):
    """Where a fact comes from."""

    TRACKER = "tracker"
    API = "api"
    CLI = "cli"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class PlanFact:
    """One thing that became known of a project at an instant; of each name the last one holds.

    - `by` is who told it, None where it was the tracker; it is kept as a trace and never published.
    """

    project: ProjectRef
    name: FactName
    at: datetime
    value: Known
    source: FactSource
    by: str | None = None


def shown(project: Project) -> dict[FactName, Known]:
    """Return what a tracker shows of the plan at this look, by the name it is kept under."""
    return {
        FactName.TARGET: {"on": _text(project.target_on), "coarse": project.target_is_coarse},
        FactName.START: {"on": _text(project.start_on)},
        FactName.MILESTONES: {
            "targets": [
                {"id": one.id, "name": one.name, "on": _text(one.target_on)}
                for one in project.milestones
            ]
        },
    }


def news(project: Project, facts: Iterable[PlanFact], at: datetime) -> list[PlanFact]:
    """Return what this look shows otherwise than the last record does, or for the first time."""
    last = {fact.name: fact.value for fact in facts if fact.source is FactSource.TRACKER}
    return [
        PlanFact(project.ref, name, at, value, FactSource.TRACKER)
        for name, value in shown(project).items()
        if last.get(name) != value
    ]


def enriched(project: Project, facts: Iterable[PlanFact]) -> Project:
    """Give a project the history of its plan from our own record, where its tracker keeps none.

    `plan_known_since` says from when on it is known; without any record nothing is.
    """
    if project.plan_changes is not None:
        return project
    seen = [
        fact for fact in facts if fact.name is FactName.TARGET and fact.source is FactSource.TRACKER
    ]
    if not seen:
        return project
    changes = (
        PlanChange(after.at, _date(before.value["on"]), _date(after.value["on"]))
        for before, after in pairwise(seen)
    )
    return replace(
        project,
        plan_changes=tuple(one for one in changes if one.before != one.after),
        plan_known_since=seen[0].at,
    )


def chosen_baseline(facts: Iterable[PlanFact], timezone: tzinfo) -> Chosen | None:
    """Return the kick-off that was chosen last, with what is published of the choice: never who."""
    found = None
    for fact in facts:
        if fact.name is FactName.BASELINE:
            found = fact
    if found is None or found.value["at"] is None:
        return None
    on = day(found.at.astimezone(timezone).date())
    return Chosen(
        datetime.fromisoformat(str(found.value["at"])), f"chosen on {on}: {found.value['reason']}"
    )


def budgets(facts: Iterable[PlanFact]) -> tuple[Budget, ...]:
    """Return every budget that was told, by the instant of its approval.

    Of two that were approved at the same instant the one told last holds.
    """
    told = {
        datetime.fromisoformat(str(fact.value["approved_at"])): _money(fact.value)
        for fact in facts
        if fact.name is FactName.BUDGET
    }
    return tuple(Budget(at, told[at]) for at in sorted(told))


def direct_costs(facts: Iterable[PlanFact]) -> tuple[DirectCost, ...]:
    """Return every direct cost that was told."""
    return tuple(
        DirectCost(
            date.fromisoformat(str(fact.value["on"])), _money(fact.value), str(fact.value["what"])
        )
        for fact in facts
        if fact.name is FactName.COST
    )


def last_value(facts: Sequence[PlanFact], name: FactName) -> Known | None:
    """Return the value of a name that holds now, None before any."""
    return next((fact.value for fact in reversed(facts) if fact.name is name), None)


def moment(text: str, timezone: tzinfo) -> datetime:
    """Read an instant as people write it: `2026-01-05` is the beginning of that local day.

    One without a zone is local time. Raises ValueError, which says what is allowed.
    """
    try:
        if "T" not in text and " " not in text.strip():
            found = datetime.combine(date.fromisoformat(text.strip()), time.min)
        else:
            found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no instant: write 2026-01-05, or 2026-01-05T09:00 with or without a zone"
        ) from None


def amount(text: str) -> Money:
    """Read an amount with its currency: `120000 EUR`, `1 250.50 USD`.

    A comma is refused, because it parts thousands here and cents there. Raises ValueError, which
    says what is allowed.
    """
    allowed = "write an amount and its currency, such as 120000 EUR or 1250.50 USD"
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no amount: {allowed}")
    return Money(Decimal(re.sub("[ _']", "", match[1])), match[2].upper())


def money_value(money: Money) -> dict[str, object]:
    """Write an amount as a fact holds it."""
    return {"amount": str(money.amount), "currency": money.currency}


def _money(value: Known) -> Money:
    return Money(Decimal(str(value["amount"])), str(value["currency"]))


def _text(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _date(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
