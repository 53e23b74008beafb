"""What the team writes into the page: text put below the headings it finds there, as by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.demo.telling import StoryStopped

_EMPTY_ROW = re.compile(r"^\|(?:\s*\|){5}[ \t]*$", re.MULTILINE)
_SESSION = re.compile(r"^\*\*Session date:\*\*.*$", re.MULTILINE)

FINDINGS = """\
* The plan moved by a week on the day search turned out larger than estimated
  * Why: search was estimated from the title of its ticket
  * Why: nothing in the estimate asks how much data there is
  * Root cause: our template for estimates has no line for volumes
* Issues joined the scope after kick-off, and the client heard of them in the last week
  * Why: new issues go straight to the board
  * Root cause: the weekly report to the client does not list changes of scope"""
TEXTS: Mapping[str, str] = {
    "What went well": (
        "* The schema check in the import pipeline refused 3 broken files before they were loaded: "
        "all 5 pilot accounts moved over without a restart"
    ),
    "What did not go well": FINDINGS,
    "Root causes": "1: missing from every estimate of the last quarter, in two other projects too",
    "Lessons": "* Ask for volumes before search is estimated: they decide its design",
    "Open questions": "* Which pilot accounts still open the old list?",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the actions table."""

    change: str
    owner: str
    due_on: date | None
    check: str

    def __str__(self) -> str:
        return f"| {self.change} | {self.owner} | {self.due_on or ''} | {self.check} |  |"


CHANGES = (
    (
        "Add a line for data volumes to the estimate template",
        "The template has the line, and two new estimates fill it in",
    ),
    (
        "Post every change of scope in the weekly client report",
        "Two reports in a row have the section",
    ),
    (
        "Require a rehearsal of the import in the kickoff checklist",
        "The checklist has the item, and the next kickoff ticked it",
    ),
)


def filled(content: str, rows: Sequence[Row]) -> str:
    """Write the team's text below each heading, and the actions into the table's empty rows."""
    for heading, text in TEXTS.items():
        content = below(content, heading, text)
    for row in rows:
        content = _replaced(_EMPTY_ROW, str(row), content, "an empty row of the actions table")
    return content


def below(content: str, heading: str, text: str) -> str:
    """Write text at the end of a heading's section."""
    start = re.search(rf"^## {re.escape(heading)}[ \t]*$", content, re.MULTILINE)
    if start is None:
        raise StoryStopped(f"the page has no heading “{heading}”")
    following = content.find("\n## ", start.end())
    end = len(content) if following < 0 else following
    return f"{content[:end].rstrip()}\n\n{text}\n{content[end:]}"


def with_session(content: str, on: date) -> str:
    """Write the day of the session behind its words."""
    return _replaced(_SESSION, f"**Session date:** {on}", content, "the line of the session date")


def with_due_date(content: str, change: str, on: date) -> str:
    """Write the due date into the row of a change."""
    row = re.compile(rf"^(\|\s*{re.escape(change)}\s*\|[^|\n]*\|)[^|\n]*\|", re.MULTILINE)
    return _replaced(row, rf"\g<1> {on} |", content, f"the row of “{change}”")


def figures(content: str) -> list[tuple[str, ...]]:
    """Read the rows of the first table on the page, its header first."""
    rows: list[tuple[str, ...]] = []
    for line in content.splitlines():
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
        elif rows:
            break
    return [row for row in rows if set("".join(row)) - set("-: ")]


def _replaced(pattern: re.Pattern[str], text: str, content: str, what: str) -> str:
    written, times = pattern.subn(text, content, count=1)
    if not times:
        raise StoryStopped(f"the page does not have {what}")
    return written
