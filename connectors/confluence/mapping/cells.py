"""Tickets into the empty cells of a page's actions table, by splicing the text as it stands.

The tree tells which cell is meant, as the page is read everywhere else; a scan of the text tells
where that cell stands. Nothing is written out of the tree. Whatever is in doubt stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement  # the types: defusedxml parses

from connectors.confluence.mapping import parsing, reading
from connectors.confluence.mapping.storage import smart_link
from service.adf.cells import Cell, grid
from service.domain.document import Table, plain, text
from service.domain.reading.actions import action_columns
from service.domain.reading.tables import header_and_rows
from service.ports import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.ports import TicketCell

_COLUMNS = frozenset({"change", "owner", "due", "check", "ticket"})
_MARKUP = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|<(?P<end>/)?(?P<name>[^\s<>/!?]+)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
#: A cell in which nothing was written: the editors leave empty paragraphs and breaks in it.
_EMPTY = re.compile(
    r"(?:\s|&nbsp;|&#160;|&#x[aA]0;|</?p(?:\s[^<>]*)?>|<br(?:\s[^<>]*)?/?>|</br>|<p/>)*"
)
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class _Span:
    """Where an element stands in the text: its start tag, what is inside, its end tag."""

    name: str
    start: int
    inside: int
    end: int  # of what is inside; an element of one tag has nothing inside
    closed: bool  # whether it is one tag, `<td />`


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of an actions table; `ticket` is None where its cell is merged with others."""

    change: str
    ticket: Element | None


def with_tickets(
    storage: str, cells: Sequence[TicketCell], names: Mapping[str, str] | None = None
) -> str:
    """Return a page's storage format with each ticket linked in the empty Ticket cell of its row.

    - The row is the only one whose Change reads as the cell's. Where there is none, or several, or
      something stands in the Ticket cell, it stays as it is.
    - `names` are those of the people it mentions, as for `reading.read`.
    - All else stays byte for byte; a text that cannot be read with certainty stays whole.
    """
    try:
        root = parsing.parse(storage)
        spans = _spans(storage, root)
        if spans is None:
            return storage
        found = _found(storage, root, spans, cells, names or {})
        written = _spliced(storage, [(spans[cell], one) for cell, one in found.items()])
        return written if _as_meant(root, found, parsing.parse(written)) else storage
    except Rejected:
        return storage


def _found(
    storage: str,
    root: Element,
    spans: Mapping[Element, _Span],
    cells: Sequence[TicketCell],
    names: Mapping[str, str],
) -> dict[Element, TicketCell]:
    """Map the empty cells that are meant to their tickets."""
    rows = [row for table in _tables(root) for row in _rows(table, names)]
    standing = Counter(row.change for row in rows)
    wanted = {_folded(one.change): one for one in cells if one.ticket_url.startswith(_WEB)}
    asked = Counter(_folded(one.change) for one in dict.fromkeys(cells))
    return {
        row.ticket: wanted[row.change]
        for row in rows
        if row.change in wanted
        and standing[row.change] == asked[row.change] == 1
        and row.ticket is not None
        and _is_empty(storage, spans[row.ticket])
    }


def _tables(root: Element) -> Iterator[Element]:
    """List the tables in the order of the page, none that stands within another one."""
    stack = [root]
    while stack:
        element = stack.pop()
        if parsing.name(element) == "table":
            yield element
        else:
            stack += reversed(element)


def _rows(table: Element, names: Mapping[str, str]) -> Iterator[_Row]:
    """List the rows of a table that are read as actions and have a place for the ticket."""
    alone = Element("storage")
    alone.append(table)
    read = [one for one in reading.read(alone, names).blocks if isinstance(one, Table)]
    if len(read) != 1:
        return
    header, rows = header_and_rows(read[0])
    columns = action_columns(header)
    places = _places(table)[-len(rows) :]
    if _COLUMNS - columns.keys() or len(places) != len(rows):
        return
    for row, line in zip(rows, places, strict=True):
        words = [plain(cell) for cell in row]
        uneven = len(words) < len(header) or any(words[len(header) :]) or len(words) != len(line)
        if not uneven and words[columns["change"]]:
            yield _Row(words[columns["change"]], line[columns["ticket"]])


def _places(table: Element) -> list[list[Element | None]]:
    """Return the cells of each row where they stand; None where a cell is merged with others."""
    lines = [
        [one for one in row if parsing.name(one) in {"td", "th"}] for row in reading.rows_of(table)
    ]
    cells = [one for line in lines for one in line]
    numbers = iter(range(len(cells)))
    numbered = grid(
        [
            [
                Cell(
                    text(str(next(numbers))),
                    reading.span(one, "colspan"),
                    reading.span(one, "rowspan"),
                )
                for one in line
            ]
            for line in lines
        ]
    )
    return [[_alone(cells, plain(place)) for place in line] for line in numbered if line]


def _alone(cells: Sequence[Element], number: str) -> Element | None:
    """Return the cell of a number, None for one that takes more than its own place."""
    cell = cells[int(number)] if number else None
    merged = cell is None or any(reading.span(cell, way) > 1 for way in ("colspan", "rowspan"))
    return None if merged else cell


def _spans(storage: str, root: Element) -> dict[Element, _Span] | None:
    """Return where each element of the tree stands, None where scan and tree do not agree."""
    spans: list[_Span | None] = []
    opened: list[tuple[int, str, re.Match[str]]] = []
    for tag in _MARKUP.finditer(storage):
        name = tag["name"]
        if name is None:
            continue
        if tag["end"]:
            number, begun, start = opened.pop() if opened else (0, "", tag)
            if begun != name:
                return None
            spans[number] = _Span(name, start.start(), start.end(), tag.start(), closed=False)
        elif tag["rest"].endswith("/"):
            spans.append(_Span(name, tag.start(), tag.end(), tag.end(), closed=True))
        else:
            opened.append((len(spans), name, tag))
            spans.append(None)
    elements = list(root.iter())[1:]
    found = [one for one in spans if one is not None]
    same = [one.name for one in found] == [parsing.name(one) for one in elements]
    return dict(zip(elements, found, strict=True)) if same and not opened else None


def _is_empty(storage: str, span: _Span) -> bool:
    return _EMPTY.fullmatch(storage, span.inside, span.end) is not None


def _spliced(storage: str, cells: Sequence[tuple[_Span, TicketCell]]) -> str:
    """Put links into cells, the last one first: what stands before keeps its place."""
    for span, one in sorted(cells, key=lambda cell: cell[0].start, reverse=True):
        link, start, end = smart_link(one.ticket_key, one.ticket_url), span.inside, span.end
        if span.closed:
            tag = storage[span.start : span.inside].removesuffix("/>").rstrip()
            link, start = f"{tag}>{link}</{span.name}>", span.start
        storage = storage[:start] + link + storage[end:]
    return storage


def _as_meant(root: Element, found: Mapping[Element, TicketCell], written: Element) -> bool:
    """Whether the written text reads as the page did, with the links and nothing else."""
    for cell, one in found.items():
        for child in list(cell):
            cell.remove(child)
        cell.text = None
        told = {"href": one.ticket_url, "data-card-appearance": "inline"}
        SubElement(SubElement(cell, "p"), "a", told).text = one.ticket_key
    return all(
        (a.tag, a.attrib, a.text or "", a.tail or "", len(a))
        == (b.tag, b.attrib, b.text or "", b.tail or "", len(b))
        for a, b in zip_longest(root.iter(), written.iter(), fillvalue=Element("none"))
    )


def _folded(words: str) -> str:
    return plain(text(words))
