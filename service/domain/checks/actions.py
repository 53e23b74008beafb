"""The check that asks whether actions are agreed that somebody can be held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from service.domain.actions import Problem, ResolvedAction, resolve
from service.domain.checks.shape import content, page_url, verdict
from service.domain.facts import Facts
from service.domain.language import Language
from service.domain.policy import Level, Roles
from service.domain.postmortem import PostMortem
from service.domain.remote import Ticket
from service.domain.tracking import StatusCategory
from service.domain.verdict import Need, Outcome, Verdict, all_of
from service.domain.words import counted, day, quoted


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
    - An account that was deactivated after its owner's ticket was done is no fault any more.
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
        done = _done(facts)
        actions = agreed(facts, self.language, self.maximum)
        parts = (*(self._row(action, done, url) for action in actions), *self._unread(page, url))
        counting = self._count(len(actions), url)
        outcome = all_of((Outcome.PASSED, *(part.outcome for part in parts)))
        if counting:
            outcome = Outcome.BLOCKED
        summary = self._summary(parts, len(actions))
        return verdict(self, outcome, summary, needs=counting, url=url, children=parts)

    def _summary(self, parts: tuple[Verdict, ...], rows: int) -> str:
        complete = sum(part.outcome is Outcome.PASSED for part in parts)
        said = [f"{complete} of {rows} actions complete" if rows else "No action is agreed"]
        if rows > self.maximum:
            said.append(f"at most {self.maximum} are taken: park the others as lessons")
        if rows < self.minimum:
            said.append(f"at least {self.minimum} are needed")
        said += [
            f"{part.title}: {part.summary}" for part in parts if part.outcome is not Outcome.PASSED
        ]
        return f"{'; '.join(said).removesuffix('.')}."

    def _count(self, rows: int, url: str | None) -> list[Need]:
        if rows < self.minimum:
            more = counted(self.minimum - rows, "more action")
            return [Need(f"Agree {more}, or ask for a waiver", self.who.facilitator, url)]
        if rows > self.maximum:
            over = counted(rows - self.maximum, "action")
            return [Need(f"Park {over} as a lesson", self.who.facilitator, url)]
        return []

    def _row(self, action: ResolvedAction, done: frozenset[str], url: str | None) -> Verdict:
        name, title = part_name(action), f"Action {action.row.number}"
        finished = action.record is not None and action.record.id in done
        problems = [p for p in action.problems if not (p.left and finished)]
        if not problems:
            return Verdict(name, title, Outcome.PASSED, _agreement(action), url=url)
        known = any(not problem.unknown for problem in problems)
        outcome = Outcome.BLOCKED if known else Outcome.UNKNOWN
        needs = tuple(
            self._need(action, problem, url) for problem in problems if not problem.unknown
        )
        return Verdict(name, title, outcome, " ".join(p.text for p in problems), needs, url)

    def _need(self, action: ResolvedAction, problem: Problem, url: str | None) -> Need:
        what = f"Action {action.row.number}, {problem.part}: {problem.text}"
        return Need(what, self.who.facilitator, url)

    def _unread(self, page: PostMortem, url: str | None) -> tuple[Verdict, ...]:
        todo = "Write it as a row of the actions table, or delete it"
        return tuple(
            Verdict(
                f"not-understood-{number}",
                "Not understood",
                Outcome.BLOCKED,
                f"{quoted(line)} could not be read as an action. {todo}.",
                (Need(todo, self.who.facilitator, url),),
                url,
            )
            for number, line in enumerate(page.not_understood, 1)
        )


def _agreement(action: ResolvedAction) -> str:
    due = f", due {day(action.due_on)}" if action.due_on else ""
    return " ".join((f"Complete{due}.", *action.notes))


def _done(facts: Facts) -> frozenset[str]:
    return frozenset(
        action.record.id
        for action in facts.actions
        if isinstance(action.ticket, Ticket)
        and action.ticket.status.category is StatusCategory.DONE
    )
