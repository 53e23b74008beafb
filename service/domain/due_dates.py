"""Reading the day in a cell, and refusing what two readers could read as two days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.words import day, folded, quoted

_MONTHS = (
    "jan january januar janner",
    "feb february februar",
    "mar march marz maerz",
    "apr april",
    "may mai",
    "jun june juni",
    "jul july juli",
    "aug august",
    "sep sept september",
    "oct october okt oktober",
    "nov november",
    "dec december dez dezember",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EXAMPLE_AHEAD = timedelta(days=28)
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Due:
    """What a cell says about a day.

    - `on` is the day; also set where it is past, so that the action can still be recognised.
    - `note` says how a coarse or unusual spelling was read, to be shown.
    - `problem` is the sentence that refuses it; `past` says that being past is the only fault.
    """

    on: date | None = None
    note: str | None = None
    problem: str | None = None
    past: bool = False


class _Refused(Exception):
    """The cell has the shape of a date, but not of one day; the text says what to write."""


def due_of(cell: str, today: date) -> Due:
    """Read a due date: ISO, day and month in words, dotted, or the end of a month or quarter."""
    text = _bare(cell)
    if not any(c.isalnum() for c in text):
        return Due(problem=f"No due date is written: write a day, for example {_example(today)}.")
    try:
        found = _read(text, today)
    except _Refused as refusal:
        return Due(problem=f"{quoted(cell)} {refusal}")
    if found is None:
        return Due(problem=f"{quoted(cell)} is not a day: write it like {_example(today)}.")
    on, resolved = found
    note = f"{quoted(cell)} is read as {day(on)}." if resolved else None
    if on < today:
        problem = f"{quoted(cell)} is past: write a day from {today.isoformat()} on."
        return Due(on, note, problem, past=True)
    return Due(on, note)


def _bare(cell: str) -> str:
    """Drop what says nothing about the day: `by`, a weekday, a time of midnight."""
    text = folded(cell).strip(" .,;:()[]")
    text = re.sub(r"^(?:due|by|until|till|on|bis)\b:?\s*", "", text)
    text = re.sub(
        rf"^(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _WEEKDAYS)})\b[.,]?\s*", "", text
    )
    return re.sub(r"(?<=\d)t[\d:.]+(?:z|[+-][\d:]+)?$", "", text)


def _example(today: date) -> str:
    return (today + _EXAMPLE_AHEAD).isoformat()


def _read(text: str, today: date) -> tuple[date, bool] | None:
    """Return the day and whether it had to be resolved, None where no shape fits."""
    for pattern, reading in _SHAPES:
        if (match := re.fullmatch(pattern, text)) and (found := reading(match, today)):
            return found
    return None


def _day(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise _Refused("is no day of the calendar: write one that exists.") from None


def _year_first(match: re.Match[str], _today: date) -> tuple[date, bool]:
    return _day(int(match["y"]), int(match["m"]), int(match["d"])), False


def _dotted(match: re.Match[str], today: date) -> tuple[date, bool]:
    number, month, year = int(match["d"]), int(match["m"]), match["y"]
    return _with_year(number, month, year, today)


def _in_words(match: re.Match[str], today: date) -> tuple[date, bool] | None:
    month = _MONTH.get(match["m"])
    return _with_year(int(match["d"]), month, match["y"], today) if month else None


def _with_year(number: int, month: int, year: str | None, today: date) -> tuple[date, bool]:
    if not year:
        ahead = _next(lambda y: _day(y, month, number), today)
        raise _Refused(f"has no year: write {ahead.isoformat()} if that is what you mean.")
    if len(year) < len("2027"):
        full = _day(2000 + int(year), month, number)
        raise _Refused(f"has a short year: write {full.isoformat()}.")
    return _day(int(year), month, number), False


def _slashed(match: re.Match[str], _today: date) -> tuple[date, bool]:
    """Read 28/03/2027; 03/04/2027 is April in Berlin and March in Boston, so it is refused."""
    one, two, year = int(match["a"]), int(match["b"]), int(match["y"])
    if max(one, two) <= _MONTHS_A_YEAR and one != two:
        first, second = _day(year, two, one), _day(year, one, two)
        meant = f"{day(first)} or {day(second)}"
        raise _Refused(f"could be {meant}: write {first.isoformat()} or {second.isoformat()}.")
    number, month = (one, two) if one > _MONTHS_A_YEAR else (two, one)
    return _day(year, month, number), True


def _month_end(year: int, month: int) -> date:
    start = date(year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
    return start - timedelta(days=1)


def _quarter(match: re.Match[str], today: date) -> tuple[date, bool]:
    month = 3 * int(match["q"])
    return _period(lambda year: _month_end(year, month), match["y"] or match["before"], today)


def _month(match: re.Match[str], today: date) -> tuple[date, bool] | None:
    month = _MONTH.get(match["m"])
    return _period(lambda year: _month_end(year, month), match["y"], today) if month else None


def _year(match: re.Match[str], today: date) -> tuple[date, bool]:
    return _period(lambda year: date(year, 12, 31), match["y"], today)


def _period(end: Callable[[int], date], year: str | None, today: date) -> tuple[date, bool]:
    if not year:
        ahead = _next(end, today)
        raise _Refused(f"has no year: write {ahead.isoformat()} if that is what you mean.")
    try:
        return end(int(year)), True
    except (ValueError, OverflowError):
        raise _Refused("is no day of the calendar: write one that exists.") from None


def _next(on: Callable[[int], date], today: date) -> date:
    """Return the first such day from today on; 29 February may need some years."""
    for year in range(today.year, today.year + 9):
        try:
            found = on(year)
        except _Refused:
            continue
        if found >= today:
            return found
    raise _Refused("is no day of the calendar: write one that exists.")


_END = r"(?:(?:the )?end(?: of)? |ende )?"
_SHAPES: tuple[tuple[str, Callable[[re.Match[str], date], tuple[date, bool] | None]], ...] = (
    (r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})", _year_first),
    (r"(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})(?:\. ?(?P<y>\d{4}|\d\d)?)?", _dotted),
    (r"(?P<a>\d{1,2})(?P<s>[-/])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4})", _slashed),
    (
        r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[ -]?(?:of )?(?P<m>[a-z]+)\.?,?[ -]?(?P<y>\d{4}|\d\d)?",
        _in_words,
    ),
    (r"(?P<m>[a-z]+)\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<y>\d{4}))?", _in_words),
    (_END + r"(?:(?P<before>\d{4})[ -]?)?q(?P<q>[1-4])(?:[ /-]?(?P<y>\d{4}))?", _quarter),
    (_END + r"(?P<m>[a-z]+)\.?(?: (?P<y>\d{4}))?", _month),
    (_END.removesuffix("?") + r"(?P<y>\d{4})", _year),
)
