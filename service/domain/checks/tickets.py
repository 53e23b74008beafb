"""The checks of the tickets: that each action has one, and that it is done and verified."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from service.domain.actions import ResolvedAction
from service.domain.checks.actions import agreed, part_name
from service.domain.checks.shape import Check, content, page_url, verdict
from service.domain.checks.standing import GONE, Finding, Standing, called
from service.domain.facts import ActionFacts, Facts, Unread
from service.domain.language import Language
from service.domain.policy import Level, Roles
from service.domain.remote import Presence, Ticket
from service.domain.verdict import Need, Outcome, Verdict, all_of
from service.domain.words import listed


@dataclass(frozen=True, slots=True)
class TicketsExist:
    """Each agreed action has a ticket that is still there.

    - A ticket that moved to another team is the same one.
    - A finished ticket in the archive is there; an unfinished one is out of sight.
    """

    name: ClassVar[str] = "tickets-exist"
    title: ClassVar[str] = "Tickets exist"
    level: ClassVar[Level] = Level.TICKETED
    only: ClassVar[bool] = False

    who: Roles
    language: Language
    maximum: int = 5
    settle_seconds: int = 10

    def evaluate(self, facts: Facts) -> Verdict:
        rows = agreed(facts, self.language, self.maximum)
        parts = tuple(_parts(facts, rows, self._kept, self._fresh))
        return _together(self, facts, parts, "ticketed")

    def _kept(self, action: ActionFacts, facts: Facts) -> Finding:
        ticket = action.ticket
        if ticket is None:
            need = _by_itself(facts)
            return Outcome.BLOCKED, "has no ticket yet; Closeout makes it by itself", need
        if isinstance(ticket, Unread):
            return Outcome.UNKNOWN, f"could not be read: {ticket.reason}", None
        if ticket.presence in GONE:
            return gone(ticket, self.who)
        if ticket.presence is Presence.ARCHIVED and not ticket.status.category.closed:
            return archived(ticket, self.who)
        return Outcome.PASSED, "is there", None

    def _fresh(self, row: ResolvedAction, facts: Facts) -> Finding:
        if not row.complete:
            return _incomplete(row, facts, self.who, "gets its ticket once its row is complete")
        need = _by_itself(facts)
        still = f"has read the same for {self.settle_seconds} seconds"
        return Outcome.BLOCKED, f"gets its ticket once the page {still}", need


@dataclass(frozen=True, slots=True)
class ActionsVerified:
    """Each agreed action is done, and verified by somebody other than its owner.

    - Cancelled and duplicate are not done, deleted is not done.
    - `label` on the ticket counts where another person put it there after it was done.
    """

    name: ClassVar[str] = "actions-verified"
    title: ClassVar[str] = "Actions verified"
    level: ClassVar[Level] = Level.VERIFIED
    only: ClassVar[bool] = False

    who: Roles
    language: Language
    maximum: int = 5
    label: str = "verified"

    def evaluate(self, facts: Facts) -> Verdict:
        rows = agreed(facts, self.language, self.maximum)
        parts = tuple(_parts(facts, rows, self._kept, self._fresh))
        return _together(self, facts, parts, "verified")

    def _kept(self, action: ActionFacts, facts: Facts) -> Finding:
        ticket = action.ticket
        if ticket is None:
            need = _by_itself(facts)
            return Outcome.BLOCKED, "waits for its ticket", need
        if isinstance(ticket, Unread):
            return Outcome.UNKNOWN, f"could not be read: {ticket.reason}", None
        if ticket.presence in GONE:
            return gone(ticket, self.who, follows=True)
        return Standing(action, ticket, facts, self.who, self.label).judge()

    def _fresh(self, row: ResolvedAction, facts: Facts) -> Finding:
        if not row.complete:
            return _incomplete(row, facts, self.who, "waits for its ticket")
        need = _by_itself(facts)
        return Outcome.BLOCKED, "waits for its ticket", need


def _by_itself(facts: Facts) -> Need:
    what = "Wait: Closeout makes the ticket by itself"
    return Need(what, "Closeout", page_url(facts), follows=True)


def _incomplete(row: ResolvedAction, facts: Facts, who: Roles, text: str) -> Finding:
    todo = f"Complete the row of action {row.row.number}"
    return Outcome.BLOCKED, text, Need(todo, who.facilitator, page_url(facts), follows=True)


def gone(ticket: Ticket, who: Roles, *, follows: bool = False) -> Finding:
    """A deleted ticket is never made again by itself: people said it should go."""
    todo = f"Restore {ticket.key}, or ask for a waiver"
    need = Need(todo, who.process_owner, ticket.url, follows=follows)
    return Outcome.BLOCKED, "ticket was deleted, restore it or ask for a waiver", need


def archived(ticket: Ticket, who: Roles) -> Finding:
    """Say what to do about a ticket that was archived before it was done."""
    need = Need(f"Take {ticket.key} out of the archive", who.process_owner, ticket.url)
    return Outcome.BLOCKED, "was archived before it was done, take it out of the archive", need


def _parts(
    facts: Facts,
    rows: tuple[ResolvedAction, ...],
    kept: Callable[[ActionFacts, Facts], Finding],
    fresh: Callable[[ResolvedAction, Facts], Finding],
) -> Iterator[Verdict]:
    """Judge each kept action, then each row that is not kept yet."""
    page = page_url(facts)
    for action in facts.actions:
        record, ticket = action.record, action.ticket
        url = ticket.url if isinstance(ticket, Ticket) else record.ticket_url or page
        yield _part(f"action-{record.number}", called(action), kept(action, facts), url)
    for row in rows:
        if row.record is None:
            yield _part(part_name(row), f"Action {row.row.number}", fresh(row, facts), page)


def _part(name: str, title: str, finding: Finding, url: str | None) -> Verdict:
    outcome, text, need = finding
    return Verdict(name, title, outcome, f"{title} {text}", (need,) if need else (), url)


def _together(check: Check, facts: Facts, parts: tuple[Verdict, ...], word: str) -> Verdict:
    """Put the parts together; rows of a page that could not be read may be further actions."""
    page, url = content(check, facts), page_url(facts)
    if not parts and isinstance(page, Verdict):
        return page
    if not parts:
        return verdict(check, Outcome.SKIPPED, "There is no action to ask about.", url=url)
    outcomes = [part.outcome for part in parts]
    met = outcomes.count(Outcome.PASSED)
    said = [f"{met} of {len(parts)} {word}"]
    said += _said(part for part in parts if part.outcome is not Outcome.PASSED)
    if isinstance(page, Verdict) and page.outcome is Outcome.UNKNOWN:
        outcomes.append(page.outcome)
        said.append("whether the page has more actions is not known")
    summary = f"{'; '.join(said).removesuffix('.')}."
    return verdict(check, all_of(outcomes), summary, url=url, children=parts)


def _said(parts: Iterable[Verdict]) -> Iterator[str]:
    """Say each thing once, with all the tickets or actions that it is true of."""
    same: dict[str, list[Verdict]] = {}
    for part in parts:
        same.setdefault(part.summary.removeprefix(part.title), []).append(part)
    for text, group in same.items():
        if len(group) == 1:
            yield group[0].summary
        else:
            yield f"{listed([part.title for part in group])}:{text}"
