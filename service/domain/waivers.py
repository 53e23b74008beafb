"""Letting a check pass by a named person's word: until a day, with a reason, always shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from service.domain.closeout import Waiver
from service.domain.facts import Facts, Unread
from service.domain.language import Language, unreasoned
from service.domain.owners import mentioned
from service.domain.policy import KNOWN, Policy
from service.domain.tracking import Person
from service.domain.verdict import Outcome, Verdict
from service.domain.verification import is_same, owners
from service.domain.witness import witness
from service.domain.words import counted, day, listed, quoted, sentence

#: The checks that are about what the owners of the actions do.
OF_OWNERS = frozenset({"actions-agreed", "tickets-exist", "actions-verified"})


def waiver_problem(
    waiver: Waiver,
    facts: Facts,
    policy: Policy | None = None,
    language: Language | None = None,
) -> str | None:
    """Say why a waiver is refused when it is given, None where it is taken; for every door.

    - Whoever waives is one person with an active account, where the accounts could be read.
    - Nobody waives a check on an action of their own, be it kept or only a row of the page yet.
    """
    policy = policy or Policy()
    if waiver.check not in KNOWN:
        return f"There is no check {quoted(waiver.check)}; there are: {', '.join(KNOWN)}."
    if not policy.may_waive(waiver.check):
        return _not_waivable(waiver.check, policy)
    if not waiver.by_name.strip():
        return "Say who waives: a name is missing, and it is shown with the waiver."
    if problem := unreasoned(waiver.reason, language or Language()):
        return problem
    return (
        _wrong_day(waiver.until, facts.today, policy.waiver_days)
        or _own_check(waiver, facts)
        or _no_witness(waiver, facts)
    )


def waived(verdict: Verdict, facts: Facts, policy: Policy | None = None) -> Verdict:
    """Let a blocked or unknown check pass where a waiver holds today, and say so.

    - What was taken when it was given stays given, but nobody's waiver holds for what is their
      own by now, or for a check that the policy lets nobody waive any more.
    - One that holds no more lets nothing pass, and is mentioned so that nobody wonders.
    """
    if verdict.outcome not in {Outcome.BLOCKED, Outcome.UNKNOWN}:
        return verdict
    mine = [waiver for waiver in facts.waivers if waiver.check == verdict.name]
    if not mine:
        return verdict
    judged = [(waiver, _lapsed(waiver, facts, policy or Policy())) for waiver in mine]
    if good := [waiver for waiver, problem in judged if problem is None]:
        return _passing(verdict, max(good, key=_latest))
    _, problem = max(judged, key=lambda found: _latest(found[0]))
    return replace(verdict, summary=f"{sentence(verdict.summary)} {problem}")


def _passing(verdict: Verdict, waiver: Waiver) -> Verdict:
    by = f"waived by {waiver.by_name} until {day(waiver.until)}"
    return replace(
        verdict,
        outcome=Outcome.PASSED,
        summary=f"Without the waiver: {verdict.summary}",
        needs=(),
        waived=f"{by}: {sentence(waiver.reason.strip().rstrip('.'))}",
    )


def _latest(waiver: Waiver) -> tuple[date, datetime, str]:
    return waiver.until, waiver.at, waiver.id


def _lapsed(waiver: Waiver, facts: Facts, policy: Policy) -> str | None:
    """Say why a waiver that was taken does not hold today, None where it does."""
    if waiver.until < facts.today:
        return f"A waiver ended on {day(waiver.until)}."
    if not policy.may_waive(waiver.check):
        return f"A waiver does not count: {_not_waivable(waiver.check, policy)}"
    if problem := _own_check(waiver, facts):
        return f"A waiver does not count: {problem}"
    return None


def _not_waivable(check: str, policy: Policy) -> str:
    names = [spec.name for spec in policy.checks if spec.waivable]
    return f"{quoted(check)} cannot be waived; these can: {listed(names) or 'none'}."


def _wrong_day(until: date, today: date, most: int) -> str | None:
    if until < today:
        return f"{day(until)} is past: a waiver holds until a day from today on."
    latest = today + timedelta(days=most)
    if until > latest:
        ahead = counted((until - today).days, "day")
        return (
            f"{day(until)} is {ahead} ahead: a waiver holds for at most {counted(most, 'day')}, "
            f"write a day up to {day(latest)}."
        )
    return None


def _no_witness(waiver: Waiver, facts: Facts) -> str | None:
    """Say why the name is not one person's; accounts that were not read prove nothing."""
    if isinstance(facts.people, Unread) or not facts.people:
        return None
    found = witness(waiver.by_name, facts.people)
    return found if isinstance(found, str) else None


def _own_check(waiver: Waiver, facts: Facts) -> str | None:
    if waiver.check not in OF_OWNERS:
        return None
    people = () if isinstance(facts.people, Unread) else facts.people
    found = witness(waiver.by_name, people)
    names = (waiver.by_name,) if isinstance(found, str) else (waiver.by_name, found)
    involved = (*owners(facts), *_row_owners(facts))
    if any(is_same(name, owner) for name in names for owner in involved):
        return (
            f"{waiver.by_name} owns one of these actions, and nobody waives a check on their own: "
            "ask another person."
        )
    return None


def _row_owners(facts: Facts) -> Iterator[Person]:
    """Find the people whom the owner cells of the page could mean."""
    people = () if isinstance(facts.people, Unread) else facts.people
    for row in facts.post_mortem.rows if facts.post_mortem else ():
        if row.owner.strip():
            yield Person("", row.owner.strip())
            yield from mentioned(row.owner, people)
