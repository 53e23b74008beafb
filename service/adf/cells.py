"""The cells of a table: merged ones taken apart, blocks in one of them put into lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.domain.document import (
    Block,
    BulletList,
    Code,
    Fold,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    Picture,
    Rule,
    Table,
    Text,
    plain,
    unfolded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WIDEST = 100  # columns or rows that one cell may take; nobody's table has more


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and how many columns and rows it takes."""

    content: tuple[Inline, ...]
    columns: int = 1
    rows: int = 1


def grid(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[tuple[Inline, ...], ...], ...]:
    """Take merged cells apart: over columns the rest is empty, over rows each says the same.

    An owner's cell that is merged over two actions names the owner of both.
    """
    above: dict[int, Cell] = {}
    found = []
    for row in rows:
        line, above = _line(row, above)
        found.append(line)
    return tuple(found)


def _line(
    row: Sequence[Cell], above: dict[int, Cell]
) -> tuple[tuple[tuple[Inline, ...], ...], dict[int, Cell]]:
    """Put the cells of a row into the places that the rows above leave free."""
    line: list[tuple[Inline, ...]] = []
    below: dict[int, Cell] = {}
    waiting = [part for cell in row for part in _parts(cell)][::-1]
    while waiting or len(line) in above:
        cell = above.get(len(line)) or waiting.pop()
        if cell.rows > 1:
            below[len(line)] = replace(cell, rows=min(cell.rows, _WIDEST) - 1)
        line.append(cell.content)
    return tuple(line), below


def _parts(cell: Cell) -> Iterator[Cell]:
    yield cell
    for _ in range(min(cell.columns, _WIDEST) - 1):
        yield replace(cell, content=())


def in_one_cell(blocks: Iterable[Block]) -> tuple[Inline, ...]:
    """Put blocks into one run of lines, a break between each two."""
    parts: list[Inline] = []
    for line in _lines(blocks):
        if parts:
            parts.append(LineBreak())
        parts += line
    return tuple(parts)


def _lines(blocks: Iterable[Block]) -> Iterator[tuple[Inline, ...]]:
    stack = list(blocks)[::-1]
    while stack:
        match stack.pop():
            case Heading(_, content) | Paragraph(content):
                yield content
            case BulletList(items):
                for item in reversed(items):
                    stack += [*reversed(item.children), Paragraph(item.content)]
            case Table(header, rows):
                yield from ((Text(" | ".join(map(plain, row))),) for row in (header, *rows))
            case Code(words):
                yield from ((Text(line, code=True),) for line in words.splitlines())
            case Fold() as fold:
                stack += reversed(list(unfolded((fold,))))
            case Rule() | Picture():
                pass
