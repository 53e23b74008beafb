"""A post-mortem as people wrote it: sections, findings with their causes, rows of actions.

Read from the neutral document tree and nothing else, so that every tool's pages read alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

#: How the tables of the page are headed, where Closeout writes them.
FIGURE_COLUMNS = ("Figure", "Planned", "Actual", "How we know")
FOLDED_FIGURES = "All figures"
EVENT_COLUMNS = ("When", "What happened")
SIGN_COLUMNS = ("Warning sign", "Kind of failure", "What shows it")
DELIVERABLE_COLUMNS = ("Deliverable", "Planned for", "State")
ACTION_COLUMNS = ("Change", "Owner", "Due", "How it is verified", "Ticket")


class Section(StrEnum):
    """The sections of the page, in the order in which the template has them."""

    CONTEXT = "context"
    GROUND_RULES = "ground_rules"
    WENT_WELL = "went_well"
    DID_NOT_GO_WELL = "did_not_go_well"
    ROOT_CAUSES = "root_causes"
    ACTIONS = "actions"
    LESSONS = "lessons"
    OPEN_QUESTIONS = "open_questions"


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section: its heading as it stands on the page, and what people wrote below it.

    `own` are the lines that are not the template's own prompts or pre-filled facts; an explicit
    "none" is one of them, a placeholder ("TBD") is not.
    """

    heading: str
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failing:
    """Something that did not go well, and the whys below it, outermost first.

    `cause` is the root cause where one is named for it: in its own line, as the end of its
    why-chain, or in the section of root causes by its number or words.
    """

    number: int
    text: str
    whys: tuple[str, ...]
    cause: str | None


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One row of an actions table, each cell as the words that stand there ("" for an empty one).

    `number` counts the filled rows of the page from 1, over all its action tables.
    """

    number: int
    change: str
    owner: str
    due: str
    check: str
    ticket: str


@dataclass(frozen=True, slots=True)
class PostMortem:
    """What was read off a page.

    - `session_on` is the day of the session, None where none is written; `session_text` is what
      stands there when it is not a date we understand.
    - `missing` are the sections whose heading is not on the page any more.
    - `not_understood` is a sentence for each row or line that belongs to the actions and could
      not be read: it quotes the line and says what to write.
    - `loose_causes` are the lines of the section of root causes that name no finding.
    """

    session_on: date | None
    session_text: str | None
    sections: dict[Section, SectionText]
    missing: tuple[Section, ...]
    successes: tuple[str, ...]
    failings: tuple[Failing, ...]
    root_causes: tuple[str, ...]
    rows: tuple[ActionRow, ...]
    not_understood: tuple[str, ...]
    loose_causes: tuple[str, ...] = ()


def depth(failing: Failing) -> int:
    """Count how many answers deep a failing was followed.

    A root cause in a line of its own, or in its section, is one more answer than the whys; one at
    the end of the chain is among them already.
    """
    return len(failing.whys) + (failing.cause is not None and failing.cause not in failing.whys)
