"""Jira wiki markup, as people, editors and tools write it, as a neutral document tree.

Never raises and never drops words, whatever the string: macros that are not known stay words.
Pictures say nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.jira.mapping.wiki import inline
from connectors.jira.mapping.wiki.normal import normalised
from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Heading,
    ListItem,
    Paragraph,
    Rule,
    Table,
)
from service.markdown.normal import DEEPEST, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.markdown.normal import Content

# A second brace before the name makes a run of code of it: `{{center}}` is a word.
_FENCED = re.compile(
    r"(?<![\\{])\{(?P<name>noformat|code)(?::[^}\n]*)?\}(?P<words>.*?)\{(?P=name)\}", re.DOTALL
)
_FRAME = re.compile(r"(?<![\\{])\{(?:quote|panel|section|column|center)(?::(?P<said>[^}\n]*))?\}")
_TITLE = re.compile(r"(?:^|\|)title=([^|]*)")
_HEADING = re.compile(r"\s*h([1-6])\.(?:\s+|$)(.*)")
_QUOTE = re.compile(r"\s*bq\.\s+(.*)")
_RULE = re.compile(r"\s*-{4,5}\s*")
_ITEM = re.compile(r"\s*([*#]+|-)\s+(.*)")
_CELLS = re.compile(rf"{inline.ESCAPED}|{inline.LINK}|{inline.MONOSPACED}|(?P<bar>\|\|?)")


def read(markup: str | None) -> Document:
    """Read wiki markup, None as an empty document; the result is normal."""
    text = clean((markup or "").replace("\r\n", "\n").replace("\r", "\n"))
    blocks: list[Block] = []
    at = 0
    for code in _FENCED.finditer(text):
        blocks += _Blocks(text[at : code.start()]).read()
        blocks.append(Code(code["words"].removeprefix("\n").removesuffix("\n")))
        at = code.end()
    blocks += _Blocks(text[at:]).read()
    return normalised(Document(tuple(blocks)))


class _Blocks:
    """Reads the blocks of a text without preformatted parts, line by line."""

    def __init__(self, text: str) -> None:
        self._lines = _FRAME.sub(_frame, text).split("\n")[::-1]

    def read(self) -> Iterator[Block]:
        while self._lines:
            line = self._lines.pop()
            if not line.strip():
                continue
            if found := _HEADING.fullmatch(line):
                yield Heading(int(found[1]), inline.read(found[2]))
            elif found := _QUOTE.fullmatch(line):
                yield Paragraph(inline.read(found[1]))
            elif _RULE.fullmatch(line):
                yield Rule()
            elif _ITEM.fullmatch(line):
                yield from _nested(self._items(line), 1)
            elif _is_row(line):
                yield self._table(line)
            else:
                yield Paragraph(inline.read(self._more(line)))

    def _items(self, line: str) -> list[tuple[str, Content]]:
        """Take the lines of a list: each item's marker and its words."""
        found: list[tuple[str, Content]] = []
        while (item := _ITEM.fullmatch(line)) is not None:
            found.append((item[1][:DEEPEST], inline.read(self._more(item[2]))))
            if not self._lines or not _ITEM.fullmatch(self._lines[-1]):
                break
            line = self._lines.pop()
        return found

    def _table(self, line: str) -> Table:
        """Take the lines of a table; its first row is the header where all its cells say so."""
        rows = [_row(self._more(line))]
        while self._lines and _is_row(self._lines[-1]):
            rows.append(_row(self._more(self._lines.pop())))
        cells = tuple(row for row, _ in rows)
        return Table(cells[0], cells[1:]) if rows[0][1] else Table((), cells)

    def _more(self, line: str) -> str:
        """Add the lines that go on with the same words."""
        lines = [line]
        while self._lines and self._lines[-1].strip() and not _begins(self._lines[-1]):
            lines.append(self._lines.pop())
        return "\n".join(lines)


def _begins(line: str) -> bool:
    """Whether a line begins a block of its own."""
    shapes = (_HEADING, _QUOTE, _RULE, _ITEM)
    return _is_row(line) or any(shape.fullmatch(line) for shape in shapes)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _frame(found: re.Match[str]) -> str:
    """Put an empty line where a frame begins or ends; its title is a line of its own."""
    title = _TITLE.search(found["said"] or "")
    return f"\n\n{title[1]}\n\n" if title else "\n\n"


def _nested(entries: Sequence[tuple[str, Content]], depth: int) -> Iterator[BulletList]:
    """Build lists from markers: `*` and `#`, one character for each level."""
    at = 0
    while at < len(entries):
        marker, content = entries[at]
        end = at + 1
        while end < len(entries) and len(entries[end][0]) > depth:
            end += 1
        skips = len(marker) > depth
        below = tuple(_nested(entries[at if skips else at + 1 : end], depth + 1))
        ordered = marker[min(depth, len(marker)) - 1] == "#"
        yield BulletList((ListItem(() if skips else content, below),), ordered)
        at = end


def _row(line: str) -> tuple[tuple[Content, ...], bool]:
    """Split a row into cells, and say whether all of them are headers."""
    line = line.strip()
    bars = [found for found in _CELLS.finditer(line) if found["bar"]]
    ends = [*(bar.start() for bar in bars[1:]), len(line)]
    cells = [line[bar.end() : end] for bar, end in zip(bars, ends, strict=True)]
    if len(cells) > 1 and not cells[-1]:
        cells.pop()
        bars.pop()
    header = all(len(bar[0]) > 1 for bar in bars)
    return tuple(map(inline.read, map(str.strip, cells))), header
