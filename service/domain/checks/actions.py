"""The check that asks whether actions are agreed that somebody can be held to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from service.domain.actions import Problem, ResolvedAction, resolve
from service.domain.checks.shape import content, page_url, verdict
from service.domain.checks.standing import called, has_ended
from service.domain.facts import ActionFacts, Facts
from service.domain.language import Language
from service.domain.policy import Level, Roles
from service.domain.postmortem import PostMortem, Section
from service.domain.reading.lines import says_none
from service.domain.remote import Ticket
from service.domain.tracking import StatusCategory
from service.domain.verdict import Need, Outcome, Verdict, all_of
from service.domain.verification import is_same
from service.domain.words import counted, day, listed, quoted, sentence


def agreed(facts: Facts, language: Language, maximum: int) -> tuple[ResolvedAction, ...]:
    """Resolve the rows of the page against the actions that are kept already."""
    if facts.post_mortem is None:
        return ()
    return resolve(
        facts.post_mortem.rows,
        facts.people,
        facts.team_names,
        facts.today,
        language,
        records=[action.record for action in facts.actions],
        maximum=maximum,
    )


def part_name(action: ResolvedAction) -> str:
    """Name a row's part of a verdict, the same however rows are moved once it is kept."""
    record = action.record
    return f"action-{record.number}" if record else f"row-{action.row.number}"


@dataclass(frozen=True, slots=True)
class ActionsAgreed:
    """The page has `minimum` to `maximum` actions, each complete.

    - A line that belongs to the actions and could not be read blocks: it may be an action.
    - A kept action whose row left the page blocks, until its ticket has ended.
    - An account that was deactivated after its owner's ticket was done is no fault any more.
    - Where the page and the ticket name another owner or day, that is said and blocks nothing.
    """

    name: ClassVar[str] = "actions-agreed"
    title: ClassVar[str] = "Actions agreed"
    level: ClassVar[Level] = Level.COMPLETE
    only: ClassVar[bool] = False

    who: Roles
    language: Language
    minimum: int = 3
    maximum: int = 5

    def evaluate(self, facts: Facts) -> Verdict:
        page = content(self, facts)
        if isinstance(page, Verdict):
            return page
        url = page_url(facts)
        actions = agreed(facts, self.language, self.maximum)
        rows = tuple(self._row(action, facts, url) for action in actions)
        gone = tuple(self._gone(actions, page, facts, url))
        unread = tuple(self._unread(page, url))
        parts = (*rows, *gone, *unread)
        counting = self._count(len(rows), page, url)
        outcome = all_of((Outcome.PASSED, *(part.outcome for part in parts)))
        if counting:
            outcome = Outcome.BLOCKED
        said = (
            self._tally(rows, page),
            *(f"{row.title}: {row.summary}" for row in rows if row.outcome is not Outcome.PASSED),
            *(text for action in actions if (text := _differs(action, _kept(action, facts)))),
            *(part.summary for part in gone),
            *_unread_lines(page),
        )
        summary = " ".join(map(sentence, said))
        return verdict(self, outcome, summary, needs=counting, url=url, children=parts)

    def _tally(self, rows: tuple[Verdict, ...], page: PostMortem) -> str:
        if not rows and self.minimum and _says_none(page):
            return (
                f"The page says that no action is needed: that takes a waiver of "
                f"{quoted(self.title)} by {self.who.process_owner}"
            )
        complete = sum(row.outcome is Outcome.PASSED for row in rows)
        said = f"{complete} of {len(rows)} actions complete" if rows else "No action is agreed"
        if len(rows) > self.maximum:
            return f"{said}; at most {self.maximum} are taken: park the others as lessons"
        return f"{said}; at least {self.minimum} are needed" if len(rows) < self.minimum else said

    def _count(self, rows: int, page: PostMortem, url: str | None) -> list[Need]:
        if rows > self.maximum:
            over = counted(rows - self.maximum, "action")
            return [Need(f"Park {over} as a lesson", self.who.facilitator, url)]
        if rows >= self.minimum:
            return []
        if not rows and _says_none(page):
            todo = f"Waive {quoted(self.title)} with the reason, or have actions agreed"
            return [Need(todo, self.who.process_owner, url)]
        more = counted(self.minimum - rows, "more action")
        return [Need(f"Agree {more}, or ask for a waiver", self.who.facilitator, url)]

    def _row(self, action: ResolvedAction, facts: Facts, url: str | None) -> Verdict:
        name, title = part_name(action), f"Action {action.row.number}"
        known = _kept(action, facts)
        problems = [p for p in action.problems if not (p.left and _done(known))]
        if not problems:
            return Verdict(name, title, Outcome.PASSED, _agreement(action, known), url=url)
        certain = any(not problem.unknown for problem in problems)
        outcome = Outcome.BLOCKED if certain else Outcome.UNKNOWN
        needs = tuple(
            self._need(action, problem, url) for problem in problems if not problem.unknown
        )
        return Verdict(name, title, outcome, " ".join(p.text for p in problems), needs, url)

    def _need(self, action: ResolvedAction, problem: Problem, url: str | None) -> Need:
        what = f"Action {action.row.number}, {problem.part}: {problem.text}"
        return Need(what.removesuffix("."), self.who.facilitator, url)

    def _gone(
        self,
        actions: tuple[ResolvedAction, ...],
        page: PostMortem,
        facts: Facts,
        url: str | None,
    ) -> Iterator[Verdict]:
        """Name the kept actions whose row is not on the page any more.

        Not while lines could not be read: the row may be one of them.
        """
        there = {action.record.id for action in actions if action.record is not None}
        for known in facts.actions if not page.not_understood else ():
            if known.record.id in there:
                continue
            key, name = called(known), f"action-{known.record.number}"
            gone = f"{key} {quoted(known.record.change)} is no longer on the page"
            if isinstance(known.ticket, Ticket) and has_ended(known.ticket):
                yield Verdict(name, key, Outcome.SKIPPED, f"{gone}; its ticket has ended.", url=url)
                continue
            need = Need(f"{gone}: put its row back, or ask for a waiver", self.who.facilitator, url)
            yield Verdict(name, key, Outcome.BLOCKED, f"{need.what}.", (need,), url)

    def _unread(self, page: PostMortem, url: str | None) -> Iterator[Verdict]:
        for number, said in enumerate(page.not_understood, 1):
            need = Need(said.removesuffix("."), self.who.facilitator, url)
            name, title = f"not-understood-{number}", f"Unread line {number}"
            yield Verdict(name, title, Outcome.BLOCKED, said, (need,), url)


def _says_none(page: PostMortem) -> bool:
    section = page.sections.get(Section.ACTIONS)
    return section is not None and any(map(says_none, section.own))


def _unread_lines(page: PostMortem) -> Iterator[str]:
    if page.not_understood:
        lines = counted(len(page.not_understood), "line")
        yield f"{lines} among the actions could not be read as an action"


def _kept(action: ResolvedAction, facts: Facts) -> ActionFacts | None:
    """Return the action that is kept for a row."""
    mine = (known for known in facts.actions if known.record == action.record)
    return next(mine, None)


def _agreement(action: ResolvedAction, known: ActionFacts | None) -> str:
    due = f", due {day(action.due_on)}" if action.due_on else ""
    differs = _differs(action, known)
    return " ".join((f"Complete{due}.", *action.notes, *([differs] if differs else ())))


def _differs(action: ResolvedAction, known: ActionFacts | None) -> str | None:
    """Say where a ticket that is still open has another owner or day than its row."""
    ticket = known.ticket if known else None
    if not isinstance(ticket, Ticket) or has_ended(ticket):
        return None
    page, there = [], []
    owner, assignee = action.owner, ticket.assignee
    if owner is not None and not (assignee and is_same(assignee, owner)):
        page.append(owner.name)
        there.append(assignee.name if assignee else "nobody")
    if action.due_on is not None and action.due_on != ticket.due_on:
        page.append(day(action.due_on))
        there.append(day(ticket.due_on) if ticket.due_on else "no day")
    if not page:
        return None
    said = f"page says {listed(page)}, ticket says {listed(there)}"
    return f"{ticket.key}: {said}: change the ticket too."


def _done(known: ActionFacts | None) -> bool:
    ticket = known.ticket if known else None
    return isinstance(ticket, Ticket) and ticket.status.category is StatusCategory.DONE
