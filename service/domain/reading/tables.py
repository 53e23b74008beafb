"""Finding the columns of a table by the words of its header, wherever they were moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.document import plain
from service.domain.reading.lines import comparable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.document import Inline, Table


@dataclass(frozen=True, slots=True)
class Words:
    """How a column may be headed: by exactly these words, or by some of these among others."""

    exactly: re.Pattern[str]
    among: re.Pattern[str]

    @classmethod
    def of(cls, exactly: str, among: str) -> Words:
        """Build it from two alternations of comparable words."""
        return cls(re.compile(rf"(?:{exactly})"), re.compile(rf"\b(?:{among})\b"))


def header_and_rows(
    table: Table,
) -> tuple[list[str], list[tuple[tuple[Inline, ...], ...]]]:
    """Return the header's words and the rows; an empty header leaves its place to the first row."""
    header = [plain(cell) for cell in table.header]
    rows = list(table.rows)
    if not any(map(comparable, header)) and rows:
        header = [plain(cell) for cell in rows.pop(0)]
    return header, rows


def columns(header: list[str], wanted: Mapping[str, Words]) -> dict[str, int]:
    """Give each wanted column its place: by its exact words first, then by the first that fits.

    No place is given twice; what comes first in `wanted` chooses first.
    """
    names = list(map(comparable, header))
    found: dict[str, int] = {}
    for name, words in wanted.items():
        _take(found, name, [bool(words.exactly.fullmatch(each)) for each in names])
    for name, words in wanted.items():
        if name not in found:
            _take(found, name, [bool(words.among.search(each)) for each in names])
    return found


def _take(found: dict[str, int], name: str, fits: list[bool]) -> None:
    taken = set(found.values())
    place = next((at for at, fit in enumerate(fits) if fit and at not in taken), None)
    if place is not None:
        found[name] = place
