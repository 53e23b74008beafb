"""The day of the session, as people wrote it behind `Session date:`."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from service.domain.document import plain
from service.domain.reading.actions import tables_in
from service.domain.reading.lines import comparable, lines_of
from service.domain.words import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain.document import Block, Table
    from service.domain.reading.lines import Template

_LABEL = re.compile(
    r"^\W*(?:session (?:date|day)|(?:date|day) of (?:the |our )?session"
    r"|session (?:was )?(?:held )?on|session held)\b\s*[:=–—-]*\s*",
    re.IGNORECASE,
)
_MONTHS = (
    *("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?"),
    *("aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?"),
)
_MONTH = "|".join(f"(?P<m{number}>{name})" for number, name in enumerate(_MONTHS, 1))
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<a>\d{1,2})(?P<s>[-/])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]?(?:of )?(?:{_MONTH})\b\.?,?[ -]?"
        r"(?P<y>\d{4})(?!\d)"
    ),
    re.compile(rf"\b(?:{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})(?!\d)"),
)
#: Words that make a day a plan, or no day at all.
_UNSURE = re.compile(
    r"\b(?:not|no|never|cancell?ed|postponed|moved|skipped|tb[acd]|tentative(?:ly)?|maybe|perhaps"
    r"|or|unknown|around|about|before|after|early|late|instead of)\b|\?"
)
_FURTHEST_YEARS = 5  # a session further from today is a slip of the pen
_LAST_MONTH = 12


def session_of(
    blocks: Sequence[Block], template: Template, today: date
) -> tuple[date | None, str | None]:
    """Return the day of the session, and what stands there where it is no day we understand.

    Several lines must name one day; an empty one and the template's own say nothing.
    """
    texts = [text for text in _written(blocks, template) if comparable(text)]
    days = {written_day(text, today) for text in texts}
    if not texts:
        return None, None
    if len(days) == 1 and (day := days.pop()) is not None:
        return day, None
    return None, "; ".join(dict.fromkeys(texts))


def written_day(text: str, today: date) -> date | None:
    """Read the one day that a text names, None where it names none, several or an unsure one.

    Also None for 05/06/2026, which is June in Berlin and May in Boston.
    """
    words = folded(text)
    days: set[date | None] = set()
    for pattern in _DATES:
        days |= {_day(found) for found in pattern.finditer(words)}
        words = pattern.sub(" ", words)
    if len(days) != 1 or _UNSURE.search(words) or re.search(r"\d{4}", words):
        return None
    day = days.pop()
    return day if day and abs(day.year - today.year) <= _FURTHEST_YEARS else None


def _day(found: re.Match[str]) -> date | None:
    parts = {name: value for name, value in found.groupdict().items() if value}
    number, month = parts.get("d"), parts.get("m")
    if "a" in parts:
        one, two = int(parts["a"]), int(parts["b"])
        if max(one, two) <= _LAST_MONTH and one != two:
            return None
        number, month = (parts["b"], parts["a"]) if two > _LAST_MONTH else (parts["a"], parts["b"])
    month = month or next((n for k in range(1, 13) if parts.get(f"m{k}") and (n := str(k))), None)
    try:
        return date(int(parts["y"]), int(month or 0), int(number or 0))
    except ValueError:
        return None


def _written(blocks: Sequence[Block], template: Template) -> Iterator[str]:
    """List what stands behind the label, on its line, on the next one or in the cell beside."""
    lines = list(lines_of(blocks))
    for place, line in enumerate(lines):
        label = _LABEL.match(line)
        if not label:
            continue
        value = line[label.end() :].strip(" |")
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if comparable(value) and comparable(line) not in template.prompts:
            yield value
        elif template.own(following) and _is_about_a_day(following):
            yield following
    for table in tables_in(blocks):
        yield from _column(table)


def _is_about_a_day(line: str) -> bool:
    """Whether a line holds a date, has no label of its own (`Delivered: …`) and is no table's row.

    Where nobody has written a day yet, the figures follow, and their rows are full of dates.
    """
    dated = any(pattern.search(folded(line)) for pattern in _DATES)
    return dated and not re.match(r"[^\d:]{3,}:", line) and " | " not in line


def _column(table: Table) -> Iterator[str]:
    """List what stands below a header that is the label, or beside it in the header."""
    header = [plain(cell) for cell in table.header]
    for place, name in enumerate(header):
        beside = header[place + 1] if place + 1 < len(header) else ""
        if not _LABEL.fullmatch(name):
            continue
        if _is_about_a_day(beside):
            yield beside
        else:
            yield from (plain(row[place]) for row in table.rows if place < len(row))
