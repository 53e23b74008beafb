"""Working time out of a time sheet: which of its rows are a project's, and which are new.

Nothing is guessed: a row that names no issue of the project, or that may be there already, is left
out and told with its line and the reason.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from service.domain.tracking import TimeEntry
from service.domain.words import day, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from service.domain.tracking import ProjectIssues

#: A key of an issue in a text people wrote: NOVA-12, in any case of letters.
_KEY = re.compile(r"(?<![A-Za-z0-9_-])([A-Za-z][A-Za-z0-9_]*-[0-9]+)(?![A-Za-z0-9_-])")

HOUR = 3600


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a time sheet.

    - `number` is its line in the file.
    - `begun_at` is the local time of day, None where the sheet only keeps days.
    - `issue_texts` are the cells in which the key of an issue may stand.
    - `person` is a mail address or a name, only to be made unreadable; `project` is the sheet's.
    """

    number: int
    on: date
    seconds: int
    issue_texts: tuple[str, ...] = ()
    begun_at: time | None = None
    person: str | None = None
    role: str | None = None
    project: str | None = None


class Skipped(NamedTuple):
    """A row that is not taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class TimeSheet:
    """A file of working time as it was read; `source` is the kind of file."""

    source: str
    rows: tuple[SheetRow, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose to take.

    - `project` is a project of the sheet whose rows are taken, those without an issue for the
      project as a whole; without it only rows that name an issue are.
    - `beside_worklogs` takes rows although the tracker has time on the issue and day.
    - `replace` takes what a corrected sheet says instead of what was imported before.
    """

    project: str | None = None
    beside_worklogs: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class TimeImport:
    """What an import would do, or did.

    - `added` are the new entries; `by_issue` are their seconds by the key of the issue, None for
      the project as a whole.
    - `already` counts the rows that were imported before; `instead_of` are ids that are taken out.
    """

    source: str
    added: tuple[TimeEntry, ...]
    by_issue: Mapping[str | None, int]
    already: int
    skipped: tuple[Skipped, ...]
    instead_of: tuple[str, ...] = ()


#: Person, issue and day: where a sheet that was corrected says other hours than before.
_Slot = tuple["str | None", "str | None", date]


def with_imported_time(issues: ProjectIssues, imported: Sequence[TimeEntry]) -> ProjectIssues:
    """Join the time that was imported to what the tracker keeps."""
    if not imported:
        return issues
    return replace(issues, time=(*(issues.time or ()), *imported))


def time_import(
    sheet: TimeSheet,
    issues: ProjectIssues,
    stored: Sequence[TimeEntry],
    choice: Choice,
    *,
    timezone: tzinfo,
    unreadable: Callable[[str], str],
) -> TimeImport:
    """Sort the rows of a sheet out: new, there already, not the project's, probably double.

    - The id of an entry comes from source, day, issue, person, hours and which of several equal
      rows it is: the same row of another export is the same entry.
    - `stored` is what was imported before; `unreadable` hides a person.
    """
    keys = {issue.key.upper(): issue.id for issue in issues.issues}
    names = {id_: key for key, id_ in keys.items()}
    skipped = list(sheet.skipped)
    entries: list[tuple[SheetRow, TimeEntry]] = []
    equal: Counter[str] = Counter()
    for row in sheet.rows:
        found = _issue_of(row, keys, choice)
        if isinstance(found, Skipped):
            skipped.append(found)
            continue
        entries.append((row, _entry(sheet.source, row, found or None, equal, timezone, unreadable)))
    fresh, already, instead_of = _new(entries, stored, choice, timezone, skipped)
    if not choice.beside_worklogs:
        fresh = _beside_none(fresh, issues, names, timezone, skipped)
    by_issue: Counter[str | None] = Counter()
    for _, entry in fresh:
        by_issue[names.get(entry.issue_id or "")] += entry.seconds
    return TimeImport(
        source=sheet.source,
        added=tuple(entry for _, entry in fresh),
        by_issue=dict(sorted(by_issue.items(), key=lambda one: one[0] or "")),
        already=already,
        skipped=tuple(sorted(skipped)),
        instead_of=instead_of,
    )


def _issue_of(row: SheetRow, keys: Mapping[str, str], choice: Choice) -> str | Skipped:
    """Return the id of the issue a row is for, empty for the project as a whole."""
    wanted = choice.project is None or _folded(row.project) == _folded(choice.project)
    if not wanted:
        return Skipped(row.number, f"it is of the project {quoted(row.project or '')}")
    for text in row.issue_texts:
        named = dict.fromkeys(key.upper() for key in _KEY.findall(text))
        ours = [key for key in named if key in keys]
        if len(ours) > 1:
            return Skipped(row.number, f"it names several issues: {listed(ours)}")
        if ours:
            return keys[ours[0]]
    mentioned = [key for text in row.issue_texts for key in _KEY.findall(text)]
    others = dict.fromkeys(key for key in mentioned if key == key.upper())
    if choice.project is not None and not others:
        return ""
    if others:
        return Skipped(row.number, f"{listed(list(others))}: no such issue in this project")
    return Skipped(
        row.number,
        "it names no issue; --project NAME takes the rows of a project of the sheet as a whole",
    )


def _entry(
    source: str,
    row: SheetRow,
    issue_id: str | None,
    equal: Counter[str],
    timezone: tzinfo,
    unreadable: Callable[[str], str],
) -> TimeEntry:
    person = unreadable(row.person) if row.person else None
    same = f"{source}|{row.on.isoformat()}|{issue_id}|{person}|{row.seconds}"
    equal[same] += 1
    begun = datetime.combine(row.on, row.begun_at or time.min, timezone)
    return TimeEntry(
        id=hashlib.sha256(f"{same}|{equal[same]}".encode()).hexdigest()[:32],
        at=begun.astimezone(UTC),
        seconds=row.seconds,
        issue_id=issue_id,
        person_id=person,
        role=row.role,
        source=source,
    )


def _new(
    entries: Sequence[tuple[SheetRow, TimeEntry]],
    stored: Sequence[TimeEntry],
    choice: Choice,
    timezone: tzinfo,
    skipped: list[Skipped],
) -> tuple[list[tuple[SheetRow, TimeEntry]], int, tuple[str, ...]]:
    """Part off what is there, and what the sheet says otherwise than an earlier one did."""
    there = {entry.id for entry in stored}
    in_file = {entry.id for _, entry in entries}
    before: defaultdict[tuple[str, _Slot], list[TimeEntry]] = defaultdict(list)
    for entry in stored:
        if entry.id not in in_file:
            before[entry.source, _slot(entry, timezone)].append(entry)
    fresh, instead_of = [], []
    for row, entry in entries:
        if entry.id in there:
            continue
        old = before.get((entry.source, _slot(entry, timezone)), [])
        if old and not choice.replace:
            seconds = sum(one.seconds for one in old)
            reason = f"{_hours(seconds)} that this sheet does not have were imported for the same"
            reason += " person, issue and day: probably corrected; --replace takes this instead"
            skipped.append(Skipped(row.number, reason))
            continue
        instead_of += [one.id for one in old]
        fresh.append((row, entry))
    return fresh, len(in_file & there), tuple(dict.fromkeys(instead_of))


def _beside_none(
    entries: Iterable[tuple[SheetRow, TimeEntry]],
    issues: ProjectIssues,
    names: Mapping[str, str],
    timezone: tzinfo,
    skipped: list[Skipped],
) -> list[tuple[SheetRow, TimeEntry]]:
    """Part off the rows for an issue and day of which the tracker itself has time."""
    kept: Counter[tuple[str | None, date]] = Counter()
    for entry in issues.time or ():
        kept[entry.issue_id, entry.at.astimezone(timezone).date()] += entry.seconds
    fresh = []
    for row, entry in entries:
        seconds = kept.get((entry.issue_id, row.on), 0) if entry.issue_id else 0
        if seconds:
            reason = f"the tracker has {_hours(seconds)} on {names[entry.issue_id or '']} on "
            reason += f"{day(row.on)}: probably the same; --beside-worklogs counts both"
            skipped.append(Skipped(row.number, reason))
        else:
            fresh.append((row, entry))
    return fresh


def _slot(entry: TimeEntry, timezone: tzinfo) -> _Slot:
    return entry.person_id, entry.issue_id, entry.at.astimezone(timezone).date()


def _hours(seconds: int) -> str:
    return f"{seconds / HOUR:g} h"


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())
