"""Keep what no tracker keeps: the plan as it is seen at each look, and what people tell of it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.domain.closeout import CloseoutStatus
from service.domain.metrics.values import iso
from service.domain.plan_facts import (
    FactName,
    FactSource,
    PlanFact,
    budgets,
    chosen_baseline,
    direct_costs,
    enriched,
    last_value,
    money_value,
    news,
)
from service.domain.words import quoted
from service.ports import Refused
from service.records import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from service.domain.metrics import Chosen
    from service.domain.money import Finances, Money
    from service.domain.tracking import Project, ProjectRef
    from service.flows.tools import Tools


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells something, and by which door."""

    who: str
    source: FactSource


def keep_plan(project: Project, *, tools: Tools) -> Sequence[PlanFact]:
    """Keep what this look shows of the plan, where that is news; return all that is known."""
    known = tools.store.facts(project.ref)
    added = [tools.store.keep_fact(fact) for fact in news(project, known, tools.now())]
    return tools.store.facts(project.ref) if any(added) else known


def known_plan(
    project: Project, facts: Sequence[PlanFact], *, tools: Tools
) -> tuple[Project, Chosen | None]:
    """Return the project with the history of its plan, and the kick-off somebody chose."""
    return enriched(project, facts), chosen_baseline(facts, tools.timezone)


def known_finances(facts: Sequence[PlanFact], *, tools: Tools) -> Finances:
    """Return the configured rates with the project's budgets and costs.

    The rate of a person holds for imported time as well, in which people are not readable.
    """
    given = tools.finances
    rates = list(given.rates)
    if key := _time_key(facts):
        rates += [
            replace(rate, person_id=unreadable(key, rate.person_id))
            for rate in given.rates
            if rate.person_id
        ]
    return replace(given, rates=tuple(rates), budgets=budgets(facts), costs=direct_costs(facts))


def choose_baseline(
    project: Project, at: datetime | None, *, reason: str, told: Told, tools: Tools
) -> None:
    """Take an instant as the kick-off, None for none but what the rules find.

    Raises Refused where the report is closed, or the instant cannot be a kick-off.
    """
    refuse_closed(project.ref, tools=tools)
    facts = tools.store.facts(project.ref)
    if at is None and (last_value(facts, FactName.BASELINE) or {"at": None})["at"] is None:
        raise Refused(f"no kick-off was chosen for {project.name}: there is nothing to clear")
    if at is not None and at > (end := _end(project, tools)):
        raise Refused(f"a kick-off on {iso(at)} lies after {iso(end)}: choose one before")
    value = {"at": iso(at), "reason": " ".join(reason.split())}
    words = f"Kick-off set to {iso(at)}" if at else "The chosen kick-off was cleared"
    _keep(
        project,
        FactName.BASELINE,
        value,
        told=told,
        words=f"{words}: {value['reason']}",
        tools=tools,
    )


def approve_budget(
    project: Project, money: Money, approved_at: datetime, *, told: Told, tools: Tools
) -> None:
    """Take an amount as the budget from an instant on. Raises Refused where the report is closed."""
    refuse_closed(project.ref, tools=tools)
    value = {**money_value(money), "approved_at": iso(approved_at)}
    words = f"Budget of {money.amount} {money.currency}, approved {iso(approved_at)}"
    _keep(project, FactName.BUDGET, value, told=told, words=words, tools=tools)


def add_cost(
    project: Project, money: Money, *, on: date, what: str, told: Told, tools: Tools
) -> None:
    """Add a cost besides working time.

    Raises Refused where the report is closed, or this very cost was told before.
    """
    refuse_closed(project.ref, tools=tools)
    value = {**money_value(money), "on": on.isoformat(), "what": " ".join(what.split())}
    known = tools.store.facts(project.ref)
    if any(fact.name is FactName.COST and fact.value == value for fact in known):
        raise Refused(
            f"{money.amount} {money.currency} on {on.isoformat()} for {quoted(what)} is there "
            "already; a second one like it needs words of its own"
        )
    words = f"Cost of {money.amount} {money.currency} on {on.isoformat()} for {quoted(what)}"
    _keep(project, FactName.COST, value, told=told, words=words, tools=tools)


def refuse_closed(ref: ProjectRef, *, tools: Tools) -> None:
    """Raise Refused where the project's report is closed: what was published does not change."""
    closeout = tools.store.closeout(ref)
    if closeout is not None and closeout.status is CloseoutStatus.CLOSED:
        raise Refused(
            f"the closeout of {closeout.project_name} is closed and its report does not change; "
            "take the project up again in its tracker first"
        )


def time_key(ref: ProjectRef, *, tools: Tools) -> str:
    """Return the key with which the people of a project's imported time are made unreadable."""
    if key := _time_key(tools.store.facts(ref)):
        return key
    made = {"key": secrets.token_hex(32)}
    fact = PlanFact(ref, FactName.TIME_KEY, tools.now(), made, FactSource.FILE)
    tools.store.keep_fact(fact)
    return _time_key(tools.store.facts(ref)) or made["key"]


def unreadable(key: str, person: str) -> str:
    """Return what stands for a person: always the same, and nothing to read a name from."""
    name = " ".join(person.casefold().split())
    return hmac.digest(bytes.fromhex(key), name.encode("utf-8", "replace"), "sha256").hex()[:32]


def _time_key(facts: Sequence[PlanFact]) -> str | None:
    """Return the first key that was made: two that were made at once must not both be used."""
    return next((str(one.value["key"]) for one in facts if one.name is FactName.TIME_KEY), None)


def _end(project: Project, tools: Tools) -> datetime:
    closeout = tools.store.closeout(project.ref)
    return closeout.delivered_at if closeout else tools.now()


def _keep(
    project: Project,
    name: FactName,
    value: Mapping[str, object],
    *,
    told: Told,
    words: str,
    tools: Tools,
) -> None:
    fact = PlanFact(project.ref, name, tools.now(), value, told.source, told.who.strip())
    if not tools.store.keep_fact(fact):
        raise Refused(f"that is how it stands already: {words}")
    closeout = tools.store.closeout(project.ref)
    note = Note(tools.now(), f"{words} (by {fact.by})", closeout.id if closeout else None)
    tools.store.note(replace(note, workspace=project.ref.workspace))
