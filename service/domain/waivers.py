"""Letting a check pass by a named person's word: until a day, with a reason, always shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from service.domain.closeout import Waiver
from service.domain.facts import Facts, Unread
from service.domain.owners import mentioned
from service.domain.policy import KNOWN
from service.domain.tracking import Person
from service.domain.verdict import Outcome, Verdict
from service.domain.verification import is_same, owners
from service.domain.words import day, quoted, sentence

OF_ACTIONS = "actions-"


def waiver_problem(waiver: Waiver, facts: Facts) -> str | None:
    """Say why a waiver is refused, None where it is taken; the same for every door.

    Nobody waives a check on an action of their own, be it kept or only a row of the page yet.
    """
    if waiver.check not in KNOWN:
        return f"There is no check {quoted(waiver.check)}; there are: {', '.join(KNOWN)}."
    if not waiver.by_name.strip():
        return "Say who waives: a name is missing, and it is shown with the waiver."
    if not any(c.isalnum() for c in waiver.reason):
        return "Say why: a waiver without a reason is refused, and the reason is shown with it."
    if waiver.until < facts.today:
        return f"{day(waiver.until)} is past: a waiver holds until a day from today on."
    return _own_check(waiver, facts)


def _own_check(waiver: Waiver, facts: Facts) -> str | None:
    if not waiver.check.startswith(OF_ACTIONS):
        return None
    involved = (*owners(facts), *_row_owners(facts))
    if any(is_same(waiver.by_name, owner) for owner in involved):
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


def waived(verdict: Verdict, facts: Facts) -> Verdict:
    """Let a blocked or unknown check pass where a waiver holds today, and say so.

    One that has ended lets nothing pass, and is mentioned so that nobody wonders.
    """
    if verdict.outcome not in {Outcome.BLOCKED, Outcome.UNKNOWN}:
        return verdict
    mine = [waiver for waiver in facts.waivers if waiver.check == verdict.name]
    good = [waiver for waiver in mine if waiver_problem(waiver, facts) is None]
    if good:
        latest = max(good, key=lambda waiver: (waiver.until, waiver.at, waiver.id))
        text = f"waived by {latest.by_name} until {day(latest.until)}: {latest.reason.strip()}"
        summary = f"Passes by a waiver until {day(latest.until)}. Without it: {verdict.summary}"
        return replace(
            verdict, outcome=Outcome.PASSED, summary=summary, needs=(), waived=sentence(text)
        )
    ended = _ended(mine, facts.today)
    if ended is None:
        return verdict
    return replace(verdict, summary=f"{verdict.summary} A waiver ended on {day(ended)}.")


def _ended(waivers: list[Waiver], today: date) -> date | None:
    return max((waiver.until for waiver in waivers if waiver.until < today), default=None)
