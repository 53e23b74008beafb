"""Whether somebody other than the owner confirmed that an action is in place.

A verification counts from the moment the ticket was last done: reopening it takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.closeout import Verification
from service.domain.facts import ActionFacts, Facts, Unread
from service.domain.remote import Presence, Ticket
from service.domain.tracking import Person, StatusCategory
from service.domain.witness import active, witness
from service.domain.words import folded


class Proof(StrEnum):
    """What is known of an action's verification, where its ticket is done."""

    GIVEN = "given"
    MISSING = "missing"
    UNDONE = "undone"  # it was verified, then reopened
    BY_OWNER = "by_owner"
    TOO_EARLY = "too_early"
    NOBODY_KNOWN = "nobody_known"


@dataclass(frozen=True, slots=True)
class Doneness:
    """When a ticket last entered and last left a done status; None where that never happened."""

    entered_at: datetime | None
    left_at: datetime | None


def doneness(ticket: Ticket) -> Doneness:
    """Read it off the recorded moves; moves within done statuses change nothing."""
    entered: datetime | None = None
    left: datetime | None = None
    was_done = False
    for move in sorted(ticket.status_moves, key=lambda move: move.at):
        if move.before is not None:
            was_done = move.before.category is StatusCategory.DONE
        is_done = move.after.category is StatusCategory.DONE
        if is_done and not was_done:
            entered = move.at
        if was_done and not is_done:
            left = move.at
        was_done = is_done
    return Doneness(entered, left)


def proof(
    verification: Verification | None,
    ticket: Ticket,
    owner: Person,
    people: Sequence[Person],
    label: str,
) -> Proof:
    """Say whether a done ticket is verified, by word or by label; either is enough."""
    by_word = _by_word(verification, ticket, owner, people)
    by_label = _by_label(ticket, owner, label)
    if Proof.GIVEN in {by_word, by_label}:
        return Proof.GIVEN
    return by_word if by_label is Proof.MISSING else by_label


def _by_word(
    verification: Verification | None, ticket: Ticket, owner: Person, people: Sequence[Person]
) -> Proof:
    if verification is None:
        return Proof.MISSING
    left = doneness(ticket).left_at
    if left is not None and verification.at < left:
        return Proof.UNDONE
    account = next((person for person in people if person.id == verification.by_id), None)
    by = account or Person(verification.by_id or "", verification.by_name)
    return Proof.BY_OWNER if is_same(by, owner) else Proof.GIVEN


def _by_label(ticket: Ticket, owner: Person, label: str) -> Proof:
    """Judge the label that is on the ticket now, or the done status called like it.

    It counts by who put it there last, and when.
    """
    wanted = label.casefold()
    stands = ticket.status.name.casefold() == wanted
    if not stands and wanted not in {name.casefold() for name in ticket.labels}:
        return Proof.MISSING
    giving = _last_giving(ticket, wanted)
    at, by = giving or (None, None)
    if at is None or by is None:
        return Proof.NOBODY_KNOWN
    assigned = ticket.assignee is not None and is_same(by, ticket.assignee)
    if assigned or is_same(by, owner):
        return Proof.BY_OWNER
    entered = doneness(ticket).entered_at
    return Proof.TOO_EARLY if entered is not None and at < entered else Proof.GIVEN


def _last_giving(ticket: Ticket, label: str) -> tuple[datetime, Person | None] | None:
    """Return when the label was put on last, or its status entered, and by whom."""
    labelled = [
        (change.at, change.by)
        for change in ticket.label_changes
        if change.added and change.label.casefold() == label
    ]
    entered = [
        (move.at, move.by)
        for move in ticket.status_moves
        if move.after.name.casefold() == label and ticket.status.name.casefold() == label
    ]
    return max((*labelled, *entered), key=lambda one: one[0], default=None)


def is_same(by: Person | str, owner: Person) -> bool:
    """Whether somebody is the owner, also with a second account or only a typed name.

    - Two accounts with one e-mail are one person.
    - Typed words are the owner's when they are the name, the handle, the e-mail or the first name:
      a word that could be the owner's cannot prove that it is somebody else's.
    """
    if isinstance(by, Person) and by.id:
        same_mail = bool(by.email and owner.email) and folded(by.email or "") == folded(
            owner.email or ""
        )
        return by.id == owner.id or same_mail
    words = folded(by.name if isinstance(by, Person) else by).lstrip("@")
    known = {folded(value) for value in (owner.name, owner.handle, owner.email) if value}
    return words in known | {folded(owner.name).split(" ", 1)[0]}


def owner_of_record(action: ActionFacts, people: Sequence[Person] | Unread) -> Person:
    """Return the account that owns an action, as the directory knows it now."""
    record = action.record
    known = () if isinstance(people, Unread) else people
    mine = (person for person in known if person.id == record.owner_id)
    return next(mine, Person(record.owner_id, record.owner_name))


def verification_problem(
    by: Person | str,
    evidence: str,
    action: ActionFacts,
    people: Sequence[Person] | Unread = (),
    *,
    own: Person | None = None,
) -> str | None:
    """Say why a verification is refused, None where it is taken; the same for every door.

    - Where the accounts are known, `by` must be one that is active, or words that name just one.
    - `own` is the account Closeout acts as: what it writes is nobody's word.
    """
    name = by.name if isinstance(by, Person) else by
    known = () if isinstance(people, Unread) else people
    found = witness(name, known) if isinstance(by, str) and known else by
    who = found if isinstance(found, Person) else by
    if not name.strip():
        return "Say who verifies: a name is missing."
    owner = owner_of_record(action, people)
    if is_same(by, owner) or is_same(who, owner):
        return (
            f"{action.record.owner_name} owns this action, and nobody verifies their own: "
            "ask another person to look at the evidence."
        )
    if isinstance(found, str) and known:
        return found
    if (problem := _no_person(who, known, own)) is not None:
        return problem
    if not any(c.isalnum() for c in evidence):
        return "Say what you saw: a link or a sentence of evidence is missing."
    return _not_ready(who, action.ticket)


def _no_person(who: Person | str, people: Sequence[Person], own: Person | None) -> str | None:
    """Say why an account's word is nobody's: it was deactivated, or it is Closeout's own."""
    if isinstance(who, Person) and not active(who, people):
        return f"{who.name} has no active account any more: another person has to verify it."
    if own is not None and is_same(who, own):
        return (
            f"Closeout acts as {own.name}, and what it writes is nobody's word: "
            "another person has to verify it."
        )
    return None


def _not_ready(who: Person | str, ticket: Ticket | Unread | None) -> str | None:
    """Say why a ticket cannot be verified yet, or not by this person."""
    if ticket is None:
        return "This action has no ticket yet; it can be verified once its ticket is done."
    if isinstance(ticket, Unread):
        return f"Its ticket could not be read, so it is not known to be done: {ticket.reason}"
    if ticket.assignee is not None and is_same(who, ticket.assignee):
        return (
            f"{ticket.key} is assigned to {ticket.assignee.name}, and nobody verifies their own: "
            "ask another person, or assign the ticket to the owner of the action."
        )
    return _not_done(ticket)


def _not_done(ticket: Ticket) -> str | None:
    if ticket.presence in {Presence.MISSING, Presence.TRASHED}:
        return f"The ticket {ticket.key} was deleted: restore it first."
    if ticket.status.category is StatusCategory.CANCELLED or ticket.duplicate:
        return f"{ticket.key} was ended without being done: reopen it first."
    if ticket.status.category is not StatusCategory.DONE:
        return (
            f"{ticket.key} is not done yet ({ticket.status.name}): "
            "it can be verified once its owner has moved it to done."
        )
    return None


def owners(facts: Facts) -> tuple[Person, ...]:
    """List everybody who owns an action of this closeout."""
    return tuple(owner_of_record(action, facts.people) for action in facts.actions)
