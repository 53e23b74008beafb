"""Where one action stands that has its ticket, and who can bring it further.

Every text continues the ticket's key: "OPS-88 done, waits for somebody other than Sara to verify".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from service.domain.closeout import ActionStatus
from service.domain.facts import ActionFacts, Facts, Unread
from service.domain.policy import Roles
from service.domain.remote import Presence, Ticket
from service.domain.tracking import Person, StatusCategory
from service.domain.verdict import Need, Outcome
from service.domain.verification import Proof, doneness, owner_of_record, proof
from service.domain.words import counted, day, quoted

GONE = frozenset({Presence.MISSING, Presence.TRASHED})


def status_of(action: ActionFacts, facts: Facts, label: str) -> ActionStatus:
    """Say how far an action is; where its ticket could not be read, as far as was known before."""
    ticket = action.ticket
    if ticket is None:
        return ActionStatus.PROPOSED
    if isinstance(ticket, Unread):
        return action.record.status
    if ticket.presence in GONE or ticket.duplicate:
        return ActionStatus.DROPPED
    match ticket.status.category:
        case StatusCategory.CANCELLED:
            return ActionStatus.DROPPED
        case StatusCategory.TODO | StatusCategory.IN_PROGRESS:
            return ActionStatus.OPEN
        case StatusCategory.DONE:
            people = () if isinstance(facts.people, Unread) else facts.people
            owner = owner_of_record(action, facts.people)
            given = proof(action.verification, ticket, owner, people, label) is Proof.GIVEN
            return ActionStatus.VERIFIED if given else ActionStatus.DONE
        case never:
            assert_never(never)


def called(action: ActionFacts) -> str:
    """Call an action by its ticket's key as it is now, also after a move to another team."""
    ticket = action.ticket
    if isinstance(ticket, Ticket):
        return ticket.key
    return action.record.ticket_key or f"Action {action.record.number}"


def has_ended(ticket: Ticket) -> bool:
    """Whether nothing is expected of a ticket any more: done, cancelled, a duplicate, deleted."""
    return ticket.presence in GONE or ticket.duplicate or ticket.status.category.closed


# What was found of one action, as words that continue its key, and what to do about it.
Finding = tuple[Outcome, str, Need | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """An action, its ticket as it stands, and everything else it is judged by."""

    action: ActionFacts
    ticket: Ticket
    facts: Facts
    who: Roles
    label: str

    def judge(self) -> Finding:
        """Say whether the action is verified, and if not, what is next and who can do it."""
        if self.ticket.duplicate:
            return self._ended("was closed as a duplicate, which is not done")
        match self.ticket.status.category:
            case StatusCategory.DONE:
                return self._done()
            case StatusCategory.CANCELLED:
                return self._ended("was cancelled, which is not done")
            case StatusCategory.TODO | StatusCategory.IN_PROGRESS:
                return self._open()
            case never:
                assert_never(never)

    @property
    def _owner(self) -> Person:
        return owner_of_record(self.action, self.facts.people)

    def _ended(self, how: str) -> Finding:
        todo = "reopen it, or ask for a waiver"
        need = Need(f"{self.ticket.key}: {todo}", self.who.process_owner, self.ticket.url)
        return Outcome.BLOCKED, f"{how}: {todo}", need

    def _open(self) -> Finding:
        key, status = self.ticket.key, self.ticket.status.name
        if self.ticket.presence is Presence.ARCHIVED:
            todo = f"Take {key} out of the archive"
            need = Need(todo, self.who.process_owner, self.ticket.url, follows=True)
            return Outcome.BLOCKED, "was archived before it was done, take it out again", need
        reopened = doneness(self.ticket).left_at
        was = f"open again since {day(reopened.date())}" if reopened else "open"
        actor = self._actor()
        due = self._due()
        if actor is None:
            todo = "name another owner on the page and in the ticket"
            text = f"{was} ({status}), {due}; its owner has no active account any more: {todo}"
            need = Need(f"{key}: {todo}", self.who.process_owner, self.ticket.url, follows=True)
            return Outcome.BLOCKED, text, need
        need = Need(f"Finish {key}, {due}", actor.name, self.ticket.url)
        return Outcome.BLOCKED, f"{was} ({status}), {due}, owner {actor.name}", need

    def _actor(self) -> Person | None:
        """Find who can finish it: the owner, else whoever has the ticket, if still there."""
        for person in (self._owner, self.ticket.assignee):
            if person is not None and self._active(person):
                return person
        return None

    def _active(self, person: Person) -> bool:
        people = self.facts.people
        if not person.active or isinstance(people, Unread):
            return person.active
        return next((known.active for known in people if known.id == person.id), True)

    def _due(self) -> str:
        due = self.ticket.due_on or self.action.record.due_on
        late = (self.facts.today - due).days
        return f"due {day(due)}, {counted(late, 'day')} ago" if late > 0 else f"due {day(due)}"

    def _done(self) -> Finding:
        people = () if isinstance(self.facts.people, Unread) else self.facts.people
        found = proof(self.action.verification, self.ticket, self._owner, people, self.label)
        other = f"somebody other than {self._owner.name}"
        label = quoted(self.label)
        match found:
            case Proof.GIVEN:
                return Outcome.PASSED, "is done and verified", None
            case Proof.MISSING:
                text = f"done, waits for {other} to verify"
            case Proof.UNDONE:
                text = f"was reopened after it was verified, waits for {other} to verify it again"
            case Proof.BY_OWNER:
                text = f"done, but its own owner verified it: waits for {other} to verify"
            case Proof.TOO_EARLY:
                text = f"done, but the label {label} is older than that: waits for {other} to set it anew"
            case Proof.NOBODY_KNOWN:
                return self._label_of_nobody(other)
            case never:
                assert_never(never)
        return Outcome.BLOCKED, text, self._verify(other)

    def _label_of_nobody(self, other: str) -> Finding:
        text = (
            f"done and labelled {quoted(self.label)}, but the tracker does not say who set the "
            f"label: {other} can verify it here, or set the label anew"
        )
        return Outcome.UNKNOWN, text, self._verify(other)

    def _verify(self, other: str) -> Need:
        check = quoted(self.action.record.check, 120)
        return Need(f"Verify {self.ticket.key} against its check: {check}", other, self.ticket.url)
