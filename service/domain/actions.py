"""From the rows of the actions table to actions somebody can be held to.

An action is complete when it names a specific change, exactly one active person, one day and how it
is verified. Everything missing is a sentence that says what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from service.domain.closeout import ActionRecord
from service.domain.due_dates import due_of
from service.domain.facts import Unread
from service.domain.language import Language, unproven, vague
from service.domain.owners import owner_of
from service.domain.postmortem import ActionRow
from service.domain.tracking import Person
from service.domain.words import folded

ALIKE = 0.6  # difflib's own rule of thumb for "close"


class Part(StrEnum):
    """What a problem is about: a cell of the row, or the row among the others."""

    CHANGE = "change"
    OWNER = "owner"
    DUE = "due"
    CHECK = "check"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not complete, and what to write.

    - `unknown` is True where we could not read what the cell is checked against.
    - `past` and `left` mark faults that came by time alone: the day has passed, the account was
      deactivated. They are no fault of a row that was complete before.
    """

    part: Part
    text: str
    unknown: bool = False
    past: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class ResolvedAction:
    """A row with what its cells mean.

    - `owner` and `due_on` are set where the cell is clear, also beside a problem of another cell
      (and of this one, where time alone made it one).
    - `record` is the action that Closeout already keeps for this row.
    - `notes` say how something was read, to be shown.
    """

    row: ActionRow
    owner: Person | None
    due_on: date | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    record: ActionRecord | None = None

    @property
    def complete(self) -> bool:
        """Whether a ticket can be made from it."""
        return not self.problems

    @property
    def key(self) -> str:
        """The change as it is compared: case, accents, spaces and punctuation gone."""
        return _normal(self.row.change)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which row is which kept action.

    `fresh` are rows that no action is kept for; `gone` are actions whose row left the page.
    """

    matched: tuple[tuple[ResolvedAction, ActionRecord], ...]
    fresh: tuple[ResolvedAction, ...]
    gone: tuple[ActionRecord, ...]


def resolve(
    rows: Sequence[ActionRow],
    people: Sequence[Person] | Unread,
    team_names: Collection[str],
    today: date,
    language: Language,
    *,
    records: Sequence[ActionRecord] = (),
    maximum: int = 5,
) -> tuple[ResolvedAction, ...]:
    """Read each row, and say of each cell what is missing.

    - A day that has passed is no problem for an action that has its ticket.
    - A row that says the same as another, or carries the ticket of another, is refused: else one
      action would get two tickets.
    - Complete rows beyond `maximum` are refused; those with a ticket come first.
    """
    read = tuple(_read(row, people, team_names, today, language) for row in rows)
    kept = {action.row.number: record for action, record in pair(read, records).matched}
    known = tuple(_known(action, kept.get(action.row.number)) for action in read)
    return _limited(_told_apart(known), maximum)


def pair(rows: Sequence[ResolvedAction], records: Sequence[ActionRecord]) -> Pairing:
    """Match rows to kept actions, so that a reworded or moved row never makes a second ticket.

    In turn: the ticket's key or address in the row; the same words, then the most alike ones; the
    same owner and day, where only one row and one action are left that share them.
    """
    matched: dict[int, ActionRecord] = {}
    for likeness in (_by_ticket, _alike):
        _match(rows, records, matched, likeness)
    _match_by_owner_and_day(rows, records, matched)
    taken = {record.id for record in matched.values()}
    return Pairing(
        matched=tuple((r, matched[r.row.number]) for r in rows if r.row.number in matched),
        fresh=tuple(row for row in rows if row.row.number not in matched),
        gone=tuple(record for record in records if record.id not in taken),
    )


def _match(
    rows: Sequence[ResolvedAction],
    records: Sequence[ActionRecord],
    matched: dict[int, ActionRecord],
    likeness: Callable[[ResolvedAction, ActionRecord], float],
) -> None:
    """Take the best pairs first, each row and each action once; ties go by their numbers."""
    taken = {record.id for record in matched.values()}
    pairs = [
        (-score, record.number, row.row.number, record)
        for row in rows
        if row.row.number not in matched
        for record in records
        if record.id not in taken and (score := likeness(row, record)) >= ALIKE
    ]
    for _, _, number, record in sorted(pairs, key=lambda found: found[:3]):
        if number not in matched and record.id not in taken:
            matched[number] = record
            taken.add(record.id)


def _by_ticket(row: ResolvedAction, record: ActionRecord) -> float:
    """1 to 2 where the row carries the action's ticket; the more alike of two copies wins."""
    return 1 + _alike(row, record) if _carries(row.row.ticket, record) else 0


def _alike(row: ResolvedAction, record: ActionRecord) -> float:
    """From 0 to 1, which are the same words."""
    if not row.key:
        return 0
    return SequenceMatcher(None, _normal(record.change), row.key, autojunk=False).ratio()


def _match_by_owner_and_day(
    rows: Sequence[ResolvedAction],
    records: Sequence[ActionRecord],
    matched: dict[int, ActionRecord],
) -> None:
    taken = {record.id for record in matched.values()}
    left = [row for row in rows if row.row.number not in matched and row.owner and row.due_on]
    for record in records:
        if record.id in taken:
            continue
        mine = (record.owner_id, record.due_on)
        same = [row for row in left if row.owner and (row.owner.id, row.due_on) == mine]
        rivals = [r for r in records if r.id not in taken and (r.owner_id, r.due_on) == mine]
        if len(same) == 1 and len(rivals) == 1:
            matched[same[0].row.number] = record


def _carries(cell: str, record: ActionRecord) -> bool:
    """Whether a ticket cell shows a ticket: its key as a word of its own, or its address."""
    if record.ticket_url and record.ticket_url.casefold() in cell.casefold():
        return True
    key = record.ticket_key
    return bool(key) and bool(
        re.search(rf"(?<![\w-]){re.escape(key or '')}(?![\w-])", cell, re.IGNORECASE)
    )


def _normal(change: str) -> str:
    return " ".join(re.findall(r"\w+", folded(change)))


def _read(
    row: ActionRow,
    people: Sequence[Person] | Unread,
    team_names: Collection[str],
    today: date,
    language: Language,
) -> ResolvedAction:
    """Read one row on its own."""
    problems: list[Problem] = []
    if reason := vague(row.change, language):
        problems.append(Problem(Part.CHANGE, reason))
    person, fault = _owner(row.owner, people, team_names, language)
    if fault:
        problems.append(fault)
    due = due_of(row.due, today)
    if due.problem:
        problems.append(Problem(Part.DUE, due.problem, past=due.past))
    if reason := unproven(row.check, language):
        problems.append(Problem(Part.CHECK, reason))
    return ResolvedAction(row, person, due.on, tuple(problems), (due.note,) if due.note else ())


def _owner(
    cell: str,
    people: Sequence[Person] | Unread,
    team_names: Collection[str],
    language: Language,
) -> tuple[Person | None, Problem | None]:
    if isinstance(people, Unread):
        text = f"Whether the owner has an account is not known: {people.reason}"
        return None, Problem(Part.OWNER, text, unknown=True)
    found = owner_of(cell, people, team_names, language)
    if found.problem is None:
        return found.person, None
    return found.left, Problem(Part.OWNER, found.problem, left=found.left is not None)


def _known(action: ResolvedAction, record: ActionRecord | None) -> ResolvedAction:
    """Give a row its kept action; what was agreed in time stays agreed."""
    if record is None:
        return action
    problems = action.problems
    if record.ticket_id is not None:
        problems = tuple(problem for problem in problems if not problem.past)
    return replace(action, record=record, problems=problems)


def _told_apart(actions: Sequence[ResolvedAction]) -> tuple[ResolvedAction, ...]:
    """Refuse copies: a row that says the same as another one or carries its ticket."""
    first: dict[str, ResolvedAction] = {}
    for action in sorted(actions, key=_ticketed_first):
        first.setdefault(action.key, action)
    return tuple(_with_copy(action, first[action.key], actions) for action in actions)


def _with_copy(
    action: ResolvedAction, first: ResolvedAction, actions: Sequence[ResolvedAction]
) -> ResolvedAction:
    if action.key and first is not action:
        text = f"It says the same as row {first.row.number}: delete one of the two."
        return _with(action, Problem(Part.ROW, text))
    if action.record is not None:
        return action
    for other in actions:
        if other.record is not None and _carries(action.row.ticket, other.record):
            text = (
                f"It carries the ticket {other.record.ticket_key} of row {other.row.number}: "
                "clear its ticket cell if it is another action, else delete the row."
            )
            return _with(action, Problem(Part.ROW, text))
    return action


def _limited(actions: Sequence[ResolvedAction], maximum: int) -> tuple[ResolvedAction, ...]:
    """Refuse complete rows beyond the maximum; a longer list stays undone."""
    complete = sorted((a for a in actions if a.complete), key=_ticketed_first)
    over = {action.row.number for action in complete[maximum:]}
    text = f"There are {maximum} complete actions already, which is the most: park it as a lesson."
    return tuple(
        _with(action, Problem(Part.ROW, text)) if action.row.number in over else action
        for action in actions
    )


def _ticketed_first(action: ResolvedAction) -> tuple[bool, int]:
    return action.record is None or action.record.ticket_id is None, action.row.number


def _with(action: ResolvedAction, problem: Problem) -> ResolvedAction:
    return replace(action, problems=(*action.problems, problem))
