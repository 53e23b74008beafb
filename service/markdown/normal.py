"""The one form in which a document survives Markdown.

Two trees that Markdown cannot tell apart have the same normal form: neighbouring runs of one
style are one run, spaces stand outside of styles, nothing is empty.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Fold,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    Paragraph,
    Picture,
    Rule,
    Table,
    Text,
    plain,
    unfolded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEEPEST = 8  # levels of lists that are kept as levels; what lies deeper stands on the last one
LOWEST_HEADING = 6
JOINER = "\u2060"  # word joiner: `@` followed by it addresses nobody and reads the same

# NUL, other controls that are no space, lone surrogates and noncharacters: XML, PostgreSQL and
# Markdown's character references each refuse some of them.
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_URL_SAFE = "-._~:/?#[]@!$&'*+,;=%"

Content: TypeAlias = tuple[Inline, ...]


def clean(words: str) -> str:
    """Replace what no store or page takes (NUL, controls, lone surrogates) by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", words)


def web_address(href: str | None) -> str | None:
    """Return an http(s) address in plain ASCII, None for any other."""
    if href is None or not re.match(r"https?://", href.strip(), re.IGNORECASE):
        return None
    return quote(clean(href.strip()), safe=_URL_SAFE)


def normalised(document: Document) -> Document:
    """Return the document as it reads after a way through Markdown."""
    return Document(tuple(_blocks(document.blocks, 0, tables=False)))


def tidied(document: Document) -> Document:
    """Return the normal form of what was read, in which a table may stand below a bullet."""
    return Document(tuple(_blocks(document.blocks, 0, tables=True)))


def _blocks(blocks: Iterable[Block], depth: int, *, tables: bool) -> Iterator[Block]:
    """Normalise blocks; neighbouring lists of one kind are one list."""
    waiting: BulletList | None = None
    for block in _each(blocks, depth, tables=tables):
        if waiting is not None:
            if isinstance(block, BulletList) and block.ordered == waiting.ordered:
                waiting = replace(waiting, items=waiting.items + block.items)
                continue
            yield waiting
            waiting = None
        if isinstance(block, BulletList):
            waiting = block
        else:
            yield block
    if waiting is not None:
        yield waiting


def _each(blocks: Iterable[Block], depth: int, *, tables: bool) -> Iterator[Block]:  # noqa: C901, PLR0912  (one case each)
    for block in blocks:
        match block:
            case Heading(level, content):
                if line := one_line(content):
                    yield Heading(min(max(level, 1), LOWEST_HEADING), line)
            case Paragraph(content):
                if runs := inline(content):
                    yield Paragraph(runs)
            case BulletList(items, ordered):
                if kept := tuple(_items(items, depth, tables=tables)):
                    yield BulletList(kept, ordered)
            case Table():
                yield from _table(block, 0 if tables else depth)
            case Code(words):
                yield Code(re.sub(r"\r\n?", "\n", clean(words)))
            case Fold(title, inside):
                if depth:
                    yield from _each(unfolded((block,)), depth, tables=tables)
                elif shown := tuple(_blocks(unfolded(inside), 0, tables=tables)):
                    yield Fold(folded_title(title), shown)
            case Rule():
                yield block
            case Picture():
                if not depth:
                    yield block


def _items(items: Iterable[ListItem], depth: int, *, tables: bool) -> Iterator[ListItem]:
    for item in items:
        content = inline(item.content)
        if depth + 1 < DEEPEST:
            below = tuple(_blocks(item.children, depth + 1, tables=tables))
        else:
            below = tuple(_flat(item.children, tables=tables))
        if not content and below and isinstance(below[0], Paragraph):
            content, below = below[0].content, below[1:]
        if content or below or item.checked is not None:
            yield ListItem(content, below, item.checked)


def _flat(blocks: Iterable[Block], *, tables: bool) -> Iterator[Block]:
    """Put what lies too deep into paragraphs, without descending by recursion."""
    stack = list(blocks)[::-1]
    while stack:
        block = stack.pop()
        match block:
            case BulletList(items):
                for item in reversed(items):
                    stack.extend(reversed(item.children))
                    stack.append(Paragraph(item.content))
            case Heading(_, content):
                stack.append(Paragraph(content))
            case _:
                yield from _blocks((block,), DEEPEST, tables=tables)


def _table(table: Table, depth: int) -> Iterator[Block]:
    """Normalise a table. Below a bullet its rows become bullets.

    A table indented under a bullet loses the first character of each cell in at least one
    tracker that rewrites Markdown.
    """
    rows = tuple(tuple(map(one_line, row)) for row in table.rows if row)
    header = tuple(map(one_line, table.header)) or ((),) * max(map(len, rows), default=0)
    if not header:
        return
    if not depth:
        yield Table(header, rows)
        return
    lines = (" | ".join(filter(None, map(plain, row))) for row in (header, *rows))
    content = [inline((Text(line),)) for line in lines]
    if depth < DEEPEST and any(content):
        yield BulletList(tuple(ListItem(line) for line in content if line))
    else:
        yield from (Paragraph(line) for line in content if line)


def folded_title(title: str) -> str:
    """Normalise the title of a fold: one line of plain words, never empty."""
    return plain((Text(clean(title).replace(JOINER, "")),)) or "More"


def one_line(content: Content) -> Content:
    """Normalise inline content that cannot break: breaks become spaces."""
    return inline(tuple(Text(" ") if isinstance(part, LineBreak) else part for part in content))


def inline(content: Content) -> Content:
    """Normalise inline content: spaces folded and outside of styles, like runs joined."""
    runs: list[Inline] = []
    space = False
    for part in content:
        if isinstance(part, LineBreak):
            if runs and not isinstance(runs[-1], LineBreak):
                runs.append(part)
            space = False
            continue
        words = clean(part.text).replace(JOINER, "")
        core = " ".join(words.split())
        space = space or words[:1].isspace()
        if core:
            _join(runs, replace(part, text=core, href=web_address(part.href)), space=space)
            space = words[-1:].isspace()
        elif words:
            space = True
    if runs and isinstance(runs[-1], LineBreak):
        runs.pop()
    return tuple(runs)


def _join(runs: list[Inline], part: Text, *, space: bool) -> None:
    """Add a run behind the others, into the last one where both are of one style."""
    last = runs[-1] if runs else None
    if not isinstance(last, Text):
        runs.append(part)
        return
    if _style(last) == _style(part) and not (space and part.code):
        runs[-1] = replace(last, text=f"{last.text}{' ' * space}{part.text}")
        return
    if space and _style(last) == PLAIN:
        runs[-1] = replace(last, text=f"{last.text} ")
    elif space and _style(part) == PLAIN:
        part = replace(part, text=f" {part.text}")
    elif space:
        runs.append(Text(" "))
    runs.append(part)


def _style(run: Text) -> tuple[bool, bool, bool, str | None]:
    return run.strong, run.emphasis, run.code, run.href


PLAIN = _style(Text(""))
