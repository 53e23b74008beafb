"""From the bytes of a CSV file to the rows of a time sheet, whichever tool wrote it.

The kind of file is told by its header:

- Harvest, the export of the detailed time report: Date, Client, Project, Task, Notes, Hours, First
  Name, Last Name, Roles, External Reference URL.
- Toggl Track, the detailed report: User, Email, Project, Task, Description, Start date, Start time,
  Duration, Tags.
- Tempo, the timesheet or logged-time export: Issue Key, Hours, Work date, Full name, Work Description.
- Our plain form: date, issue, hours, and where wanted person, role, project, note.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.recorded_time import SheetRow, Skipped, TimeSheet
from service.timesheets.cells import (
    AmbiguousDate,
    BadCell,
    read_date,
    read_seconds,
    read_time,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.timesheets.cells import DateOrder

LARGEST = 50 * 1024 * 1024  # bytes


class UnreadableSheet(ValueError):
    """A file of which nothing can be taken; the text names the line and what is allowed."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of one kind of file mean, by their names in small letters.

    - All of `needed` tell the kind. Names are alternatives, the first that is there counts, but of
      `person` all are joined, and every one of `issue` is looked into.
    """

    source: str
    needed: frozenset[str]
    date: str
    hours: str
    issue: tuple[str, ...]
    person: tuple[tuple[str, ...], ...]
    begun: str | None = None
    role: str | None = None
    project: str | None = None


#: In this order: the plain form has no column that another kind does not have.
KINDS = (
    Columns(
        source="toggl",
        needed=frozenset({"description", "start date", "duration"}),
        date="start date",
        hours="duration",
        issue=("description", "task", "tags"),
        person=(("email",), ("user",)),
        begun="start time",
        project="project",
    ),
    Columns(
        source="tempo",
        needed=frozenset({"issue key", "hours", "work date"}),
        date="work date",
        hours="hours",
        issue=("issue key",),
        person=(("user account id",), ("account id",), ("username",), ("full name",)),
        begun="work date",
        project="project name",
    ),
    Columns(
        source="harvest",
        needed=frozenset({"date", "task", "notes", "hours", "first name"}),
        date="date",
        hours="hours",
        issue=("external reference url", "notes", "task"),
        person=(("email",), ("first name", "last name")),
        role="roles",
        project="project",
    ),
    Columns(
        source="csv",
        needed=frozenset({"date", "issue", "hours"}),
        date="date",
        hours="hours",
        issue=("issue",),
        person=(("person",),),
        role="role",
        project="project",
    ),
)


def read_sheet(raw: bytes, order: DateOrder | None = None) -> TimeSheet:
    """Read a time sheet.

    - A row that cannot be read is skipped with the reason; dates that may be read two ways refuse
      the whole file, because the rest of it would be half of the truth.
    - Bytes are UTF-8, with or without a mark at the beginning, or UTF-16 with one.

    Raises UnreadableSheet.
    """
    text = _text(raw)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        head = [" ".join(cell.casefold().split()) for cell in next(rows, [])]
        kind = _kind(head)
        taken: list[SheetRow] = []
        skipped: list[Skipped] = []
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            padded = [cell.strip() for cell in cells] + [""] * (len(head) - len(cells))
            # Where a cell has line breaks in it, this is the last line of the row.
            row = _row(rows.line_num, dict(zip(head, padded, strict=False)), kind, order)
            if isinstance(row, Skipped):
                skipped.append(row)
            else:
                taken.append(row)
    except csv.Error as error:
        raise UnreadableSheet(f"line {rows.line_num} is not CSV: {error}") from None
    return TimeSheet(kind.source, tuple(taken), tuple(skipped))


def _text(raw: bytes) -> str:
    if len(raw) > LARGEST:
        raise UnreadableSheet(
            f"the file is larger than {LARGEST // 1024**2} MB; export less at once"
        )
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableSheet("the file is not UTF-8; export it as CSV in UTF-8") from None


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _kind(head: Sequence[str]) -> Columns:
    for kind in KINDS:
        if kind.needed <= set(head):
            return kind
    there = "; ".join(f"{kind.source}: {', '.join(sorted(kind.needed))}" for kind in KINDS)
    raise UnreadableSheet(
        f"line 1: the columns are of no kind that is known; a file needs those of one ({there})"
    )


def _row(
    number: int, cells: Mapping[str, str], kind: Columns, order: DateOrder | None
) -> SheetRow | Skipped:
    try:
        on, seconds = read_date(cells[kind.date], order), read_seconds(cells[kind.hours])
    except AmbiguousDate as error:
        raise UnreadableSheet(f"line {number}: {error}") from None
    except BadCell as error:
        return Skipped(number, str(error))
    if not seconds:
        return Skipped(number, "it has no hours")
    begun = cells.get(kind.begun or "", "")
    return SheetRow(
        number=number,
        on=on,
        seconds=seconds,
        issue_texts=tuple(text for name in kind.issue if (text := cells.get(name, ""))),
        begun_at=read_time(begun) if begun else None,
        person=_person(cells, kind),
        role=cells.get(kind.role or "") or None,
        project=cells.get(kind.project or "") or None,
    )


def _person(cells: Mapping[str, str], kind: Columns) -> str | None:
    for names in kind.person:
        if joined := " ".join(text for name in names if (text := cells.get(name, ""))):
            return joined
    return None
