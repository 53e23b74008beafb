"""The one form in which a document survives the Atlassian Document Format.

- What Markdown cannot tell apart is one here too: neighbouring runs of one style are one run,
  spaces stand outside of styles, neighbouring lists of one kind are one list, nothing is empty.
- A list item holds lines, lists and code: below one, a heading is a paragraph, the rows of a table
  are items and a rule is nothing.
- An item with a box holds such items only, and is never numbered: whatever else is nested in it
  follows it.
- Code is neither strong nor emphasised. A cell keeps its line breaks.
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
    Fold,
    Heading,
    Inline,
    ListItem,
    Paragraph,
    Picture,
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


def normalised(document: Document) -> Document:
    """Return the document as it reads after a way through ADF."""
    return Document(tuple(_joined(_each(document.blocks, 0))))


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Make neighbouring lists of one kind one list."""
    waiting: BulletList | None = None
    for block in blocks:
        if (
            waiting is not None
            and isinstance(block, BulletList)
            and block.ordered == waiting.ordered
        ):
            waiting = replace(waiting, items=waiting.items + block.items)
            continue
        if waiting is not None:
            yield waiting
        waiting = block if isinstance(block, BulletList) else None
        if waiting is None:
            yield block
    if waiting is not None:
        yield waiting


def _each(blocks: Iterable[Block], depth: int) -> Iterator[Block]:  # noqa: C901, PLR0912  (one case each)
    for block in blocks:
        match block:
            case Heading(level, content):
                if line := shared.one_line(_plain_code(content)):
                    low = min(max(level, 1), LOWEST_HEADING)
                    yield Paragraph(line) if depth else Heading(low, line)
            case Paragraph(content):
                if runs := _inline(content):
                    yield Paragraph(runs)
            case BulletList():
                yield from _list(block, depth)
            case Table():
                yield from _table(block, depth)
            case Code(words):
                yield Code(re.sub(r"\r\n?", "\n", clean(words)))
            case Fold(title, inside):
                if depth:
                    yield from _each(unfolded((block,)), depth)
                elif kept := tuple(_joined(_each(unfolded(inside), 0))):
                    yield Fold(shared.folded_title(title), kept)
            case Rule() | Picture():
                if not depth:
                    yield block


def _list(block: BulletList, depth: int) -> Iterator[Block]:
    """Give each item a list of its own, which `_joined` puts together again."""
    for item in block.items:
        content = _inline(item.content)
        below = tuple(_joined(_below(item.children, depth)))
        if not content and below and isinstance(below[0], Paragraph):
            content, below = below[0].content, below[1:]
        if item.checked is None:
            if content or below:
                yield BulletList((ListItem(content, below),), block.ordered)
        elif all(map(_boxed, below)):
            yield BulletList((ListItem(content, below, item.checked),))
        else:
            yield BulletList((ListItem(content, (), item.checked),))
            yield from below


def _below(blocks: Iterable[Block], depth: int) -> Iterator[Block]:
    if depth + 1 < DEEPEST:
        yield from _each(blocks, depth + 1)
    else:
        yield from _flat(blocks)


def _boxed(block: Block) -> bool:
    """Whether a block that is normal already is a list of which every item has a box."""
    return isinstance(block, BulletList) and all(item.checked is not None for item in block.items)


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Put what lies too deep into paragraphs, without descending by recursion."""
    stack = list(blocks)[::-1]
    while stack:
        block = stack.pop()
        if isinstance(block, BulletList):
            for item in reversed(block.items):
                stack += [*reversed(item.children), Paragraph(item.content)]
        else:
            yield from _each((block,), DEEPEST)


def _table(table: Table, depth: int) -> Iterator[Block]:
    rows = tuple(tuple(map(_inline, row)) for row in table.rows if row)
    header = tuple(map(_inline, table.header)) or ((),) * max(map(len, rows), default=0)
    if not header:
        return
    if not depth:
        yield Table(header, rows)
        return
    lines = (" | ".join(filter(None, map(plain, row))) for row in (header, *rows))
    for line in filter(None, lines):
        content = _inline((Text(line),))
        yield BulletList((ListItem(content),)) if depth < DEEPEST else Paragraph(content)


def _inline(content: Content) -> Content:
    return shared.inline(_plain_code(content))


def _plain_code(content: Content) -> Content:
    return tuple(map(_unstyled, content))


def _unstyled(part: Inline) -> Inline:
    if isinstance(part, Text) and part.code:
        return replace(part, strong=False, emphasis=False)
    return part
