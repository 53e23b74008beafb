"""Take people's word: a verification of an action, a waiver of a check."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.closeout import Verification, Waiver
from service.domain.facts import Unread
from service.domain.gate import waiver_problem
from service.domain.owners import owner_of
from service.domain.verification import verification_problem
from service.flows.gather import gather, known_accounts, people_of
from service.ports import NotFound, Refused
from service.records import Note

if TYPE_CHECKING:
    from datetime import date

    from service.domain.closeout import ActionRecord, Closeout
    from service.domain.tracking import Person
    from service.flows.tools import Tools


def verify(
    action: ActionRecord, *, who: str, evidence: str, source: str, tools: Tools
) -> Verification:
    """Record that a person other than the owner found the action in place.

    Raises Refused with the reason: the owner's own word, no evidence, not done yet.
    """
    closeout = tools.store.closeout_by_id(action.closeout_id)
    if closeout is None:
        raise NotFound(f"no closeout has the action {action.id}")
    facts = gather(tools.project(closeout.project), closeout, tools=tools)
    mine = next(known for known in facts.actions if known.record.id == action.id)
    people = people_of(known_accounts(tools))
    by = _account(who, people, tools)
    own = tools.tickets.me()
    if (problem := verification_problem(by or who, evidence, mine, people, own=own)) is not None:
        raise Refused(problem)
    given = Verification(
        action_id=action.id,
        by_id=by.id if by else None,
        by_name=by.name if by else who.strip(),
        at=tools.now(),
        evidence=evidence.strip(),
        source=source,
    )
    tools.store.add_verification(given)
    words = f"Action {action.number} verified by {given.by_name}: {given.evidence}"
    _told(closeout, words, tools)
    return given


def waive(
    closeout: Closeout, *, check: str, who: str, reason: str, until: date, tools: Tools
) -> Waiver:
    """Let a check pass until a day, by a named person and with a reason, shown everywhere.

    Raises Refused with the reason: an unknown check, a day in the past, somebody's own check.
    """
    now = tools.now()
    key = f"{closeout.id}|{check}|{who}|{now.isoformat()}"
    waiver = Waiver(
        id=hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16],
        closeout_id=closeout.id,
        check=check.strip(),
        by_name=who.strip(),
        reason=reason.strip(),
        until=until,
        at=now,
    )
    facts = gather(tools.project(closeout.project), closeout, tools=tools)
    facts = replace(facts, people=people_of(known_accounts(tools)))
    if (problem := waiver_problem(waiver, facts, tools.policy, tools.language)) is not None:
        raise Refused(problem)
    tools.store.add_waiver(waiver)
    words = f"{waiver.check} waived by {waiver.by_name} until {until.isoformat()}: {waiver.reason}"
    _told(closeout, words, tools)
    return waiver


def _account(who: str, people: tuple[Person, ...] | Unread, tools: Tools) -> Person | None:
    """Find the account of a typed name, None where it names no single one."""
    if isinstance(people, Unread):
        return None
    return owner_of(who, people, (), tools.language).person


def _told(closeout: Closeout, words: str, tools: Tools) -> None:
    now = tools.now()
    tools.store.note(Note(now, words, closeout.id))
    tools.store.mark_due(closeout.project, now, words)
