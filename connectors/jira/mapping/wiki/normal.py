"""The one form in which a document survives Jira's wiki markup.

- As for Markdown: neighbouring runs of one style are one run, neighbouring lists of one kind one
  list, nothing is empty.
- An item of a list holds lines and lists. Paragraphs, code and rows of tables below it are lines of
  the item, or items of the list above them; a box is a character before the words.
- An item without words leaves its place to what is below it.
- Code that holds the end of every block of code is lines of code.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Heading,
    LineBreak,
    ListItem,
    Paragraph,
    Rule,
    Table,
    Text,
    plain,
    unfolded,
)
from service.markdown import normal as shared
from service.markdown.normal import DEEPEST, LOWEST_HEADING, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.markdown.normal import Content

FENCES = ("noformat", "code")
BOXES = {True: "☑", False: "☐"}


def normalised(document: Document) -> Document:
    """Return the document as it reads after a way through wiki markup."""
    return Document(tuple(_joined(_each(unfolded(document.blocks)))))


def fence(words: str) -> str | None:
    """Return the macro that can hold preformatted text, None where none can."""
    return next((name for name in FENCES if f"{{{name}}}" not in words), None)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Make neighbouring lists of one kind one list."""
    waiting: BulletList | None = None
    for block in blocks:
        if not isinstance(block, BulletList):
            if waiting is not None:
                yield waiting
            waiting = None
            yield block
        elif waiting is None or waiting.ordered != block.ordered:
            if waiting is not None:
                yield waiting
            waiting = block
        else:
            waiting = replace(waiting, items=waiting.items + block.items)
    if waiting is not None:
        yield waiting


def _each(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Heading(level, content):
                if line := _inline(shared.one_line(content)):
                    yield Heading(min(max(level, 1), LOWEST_HEADING), line)
            case Paragraph(content):
                if runs := _inline(content):
                    yield Paragraph(runs)
            case BulletList():
                yield from _list(block, 0)
            case Table(header, rows):
                yield from _table(header, rows)
            case Code(words):
                yield from _code(words)
            case Rule():
                yield block


def _code(words: str) -> Iterator[Block]:
    words = re.sub(r"\r\n?", "\n", clean(words))
    if fence(words) is not None:
        yield Code(words)
    elif lines := _inline(_broken(_code_lines(words))):
        yield Paragraph(lines)


def _table(header: tuple[Content, ...], rows: tuple[tuple[Content, ...], ...]) -> Iterator[Block]:
    lines = tuple(tuple(map(_inline, row)) for row in rows if row)
    named = tuple(map(_inline, header)) or ((),) * max(map(len, lines), default=0)
    if named:
        yield Table(named, lines)


def _list(block: BulletList, depth: int) -> Iterator[Block]:
    """Give each item a list of its own, which `_joined` puts together again."""
    for item in block.items:
        if depth + 1 < DEEPEST:
            lines, below = _lines_and_lists(item.children, depth)
        else:
            lines, below = list(_flat(item.children)), ()
        box = "" if item.checked is None else f"{BOXES[item.checked]} "
        content = _inline(_broken([(Text(box), *item.content), *lines]))
        if content:
            yield BulletList((ListItem(content, below),), block.ordered)
        else:
            yield from below


def _lines_and_lists(
    blocks: Iterable[Block], depth: int
) -> tuple[list[Content], tuple[Block, ...]]:
    """Part what is below an item: its own lines come first, later ones become items."""
    lines: list[Content] = []
    below: list[Block] = []
    for block in blocks:
        if isinstance(block, BulletList):
            below += _list(block, depth + 1)
        elif below:
            found = (_inline(line) for line in _lines(block))
            below += [BulletList((ListItem(line),)) for line in found if line]
        else:
            lines += _lines(block)
    return lines, tuple(_joined(below))


def _lines(block: Block) -> Iterator[Content]:
    match block:
        case Heading(_, content) | Paragraph(content):
            yield content
        case Table(header, rows):
            yield from ((Text(" | ".join(filter(None, map(plain, r)))),) for r in (header, *rows))
        case Code(words):
            yield from _code_lines(words)


def _code_lines(words: str) -> list[Content]:
    return [(Text(line, code=True),) for line in words.split("\n")]


def _flat(blocks: Iterable[Block]) -> Iterator[Content]:
    """Put what lies too deep into lines, without descending by recursion."""
    stack = list(blocks)[::-1]
    while stack:
        block = stack.pop()
        if isinstance(block, BulletList):
            for item in reversed(block.items):
                stack += [*reversed(item.children), Paragraph(item.content)]
        else:
            yield from _lines(block)


def _broken(lines: Iterable[Content]) -> Content:
    """Put lines into one run, a break between each two."""
    found = [part for line in lines if plain(line) for part in (LineBreak(), *line)]
    return tuple(found[1:])


def _inline(content: Content) -> Content:
    """Normalise runs; a bracket in an address would end the link."""
    return tuple(
        replace(part, href=part.href.replace("[", "%5B").replace("]", "%5D"))
        if isinstance(part, Text) and part.href
        else part
        for part in shared.inline(content)
    )
