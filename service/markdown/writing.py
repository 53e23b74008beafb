"""The neutral document tree as Markdown in which text is always text.

- Headings, lists, left-aligned tables, fenced code; no HTML, no table below a bullet.
- Every character that Markdown could take for markup is escaped, `@` is kept from addressing.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias, assert_never

from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Fold,
    Heading,
    LineBreak,
    ListItem,
    Paragraph,
    Picture,
    Rule,
    Table,
    Text,
    unfolded,
)
from service.markdown.normal import JOINER, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.markdown.normal import Content

_ALWAYS = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w{1,32};)|!$")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_LAST_HASH = re.compile(r"(?=#$)")
_BACKSLASH = r"\\"
_LINE_START = re.compile(r"^(?=[#+=>:|-])")
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)])", re.ASCII)
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

# A mark (`**`, `_` or none) and the words it stands around.
Piece: TypeAlias = tuple[str, str]


def write(
    document: Document, *, folds: bool = False, addresses: Mapping[str, str] | None = None
) -> str:
    """Write a document as Markdown; the same document always gives the same bytes.

    - `folds` says that the reader knows sections between `+++ Title` and `+++`, which are shown
      closed; without it they stand open.
    - `addresses` are those of the pictures by name; one without an address is not shown.
    """
    known = addresses or {}
    shown = Document(tuple(_shown(document.blocks, known, folds=folds)))
    lines = list(_joined(normalised(shown).blocks))
    return "\n".join((*lines, "")) if lines else ""


def _shown(
    blocks: Iterable[Block], addresses: Mapping[str, str], *, folds: bool
) -> Iterator[Block]:
    """Yield what this reader is shown; a picture becomes the paragraph with its address."""
    for block in blocks if folds else unfolded(blocks):
        match block:
            case Fold(title, inside):
                yield Fold(title, tuple(_shown(inside, addresses, folds=folds)))
            case Picture(name, alternative) if name in addresses:
                yield Picture(addresses[name], alternative, b"")
            case Picture():
                pass
            case _:
                yield block


def _joined(blocks: Iterable[Block]) -> Iterator[str]:
    """Write blocks line by line, an empty line between two of them."""
    for number, block in enumerate(blocks):
        if number:
            yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, content):
            yield f"{'#' * level} {_LAST_HASH.sub(_BACKSLASH, _line(content))}"
        case Paragraph(content):
            yield from _lines(content)
        case BulletList(items, ordered):
            for number, item in enumerate(items, 1):
                yield from _item(item, f"{number}. " if ordered else "- ")
        case Table(header, rows):
            yield _row(header)
            yield f"|{' --- |' * len(header)}"
            yield from map(_row, rows)
        case Code(words):
            fence = _fence(words, 3)
            yield from (fence, *words.split("\n"), fence)
        case Rule():
            yield "***"
        case Fold(title, inside):
            yield f"+++ {_line((Text(title),))}"
            yield ""
            yield from _joined(inside)
            yield ""
            yield "+++"
        case Picture(address, alternative):
            yield f"![{_line((Text(alternative),))}](<{address}>)"
        case never:
            assert_never(never)


def _item(item: ListItem, marker: str) -> Iterator[str]:
    """Write an item: its marker, then everything else indented to where its words begin."""
    own = _lines(item.content)
    if item.checked is not None:
        box = "[x]" if item.checked else "[ ]"
        own = [f"{box} {own[0]}", *own[1:]] if own else [box]
    gap = [""] if own and item.children and not _joins(item.children) else []
    lines = [*own, *gap, *_joined(item.children)]
    for number, line in enumerate(lines):
        yield f"{' ' * len(marker) if number else marker}{line}" if line else ""


def _joins(children: tuple[Block, ...]) -> bool:
    """Whether the first child may follow without an empty line: a list that starts with words.

    A list that starts with an empty item would underline the words above it into a heading.
    """
    first = children[0] if children else None
    return isinstance(first, BulletList) and bool(first.items[0].content)


def _row(cells: tuple[Content, ...]) -> str:
    words = (_line(cell).replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(words)} |"


def _lines(content: Content) -> list[str]:
    """Write inline content that may break, each line safe from being taken for a block."""
    lines = [
        _start(_line(tuple(parts)))
        for breaks, parts in groupby(content, lambda part: isinstance(part, LineBreak))
        if not breaks
    ]
    return [line + "\\" for line in lines[:-1]] + lines[-1:]


def _start(line: str) -> str:
    r"""Escape what would begin a block: `# a` is `\# a`, `1. a` is `1\. a`."""
    line = _LINE_START.sub(_BACKSLASH, line)
    return _NUMBERED.sub(r"\1\\", line)


def _line(content: Content) -> str:
    """Write runs on one line: links outermost, then strong, then emphasis, then code."""
    return _marked(_linked([part for part in content if isinstance(part, Text)]))


def _linked(runs: Iterable[Text]) -> Iterator[Piece]:
    for href, group in groupby(runs, lambda run: run.href):
        pieces = _strong(group)
        if href is None:
            yield from pieces
        else:
            yield "", f"[{_marked(pieces)}]({_ENTITY.sub('&amp;', href)})"


def _strong(runs: Iterable[Text]) -> Iterator[Piece]:
    for strong, group in groupby(runs, lambda run: run.strong):
        pieces = _emphasis(group)
        if strong:
            yield "**", _marked(pieces)
        else:
            yield from pieces


def _emphasis(runs: Iterable[Text]) -> Iterator[Piece]:
    for emphasis, group in groupby(runs, lambda run: run.emphasis):
        yield "_" if emphasis else "", "".join(map(_run, group))


def _run(run: Text) -> str:
    if not run.code:
        return _ALWAYS.sub(r"\\\g<0>", _MENTION.sub(f"@{JOINER}", run.text))
    fence = _fence(run.text, 1)
    pad = " " if "`" in (run.text[0], run.text[-1]) else ""
    return f"{fence}{pad}{run.text}{pad}{fence}"


def _marked(pieces: Iterable[Piece]) -> str:
    """Put the marks around their words, and see that each mark is read as one.

    A mark between a letter and a punctuation character is none (CommonMark 6.2), nor is `_`
    between two letters. There the letter outside is written as a character reference.
    """
    parts = list(pieces)
    written = ""
    for number, (mark, words) in enumerate(parts):
        before = parts[number - 1] if number else ("", "")
        after = parts[number + 1] if number + 1 < len(parts) else ("", "")
        if mark:
            written += f"{mark}{words}{mark}"
            continue
        plain = words
        if _clash(before, before[1][-1:], plain[:1]):
            plain = f"&#{ord(plain[0])};{plain[1:]}"
        if _clash(after, after[1][:1], plain[-1:]):
            plain = f"{plain[:-1]}&#{ord(plain[-1])};"
        written += plain
    return written


def _clash(marked: Piece, inside: str, outside: str) -> bool:
    """Whether the mark between these two characters would not be read as a mark."""
    mark = marked[0]
    if not mark or not outside or outside == " " or outside in _ASCII_PUNCTUATION:
        return False
    return mark == "_" or not inside.isalnum()


def _fence(words: str, least: int) -> str:
    """Return a run of backticks longer than any in the words."""
    longest = max(map(len, re.findall("`+", words)), default=0)
    return "`" * max(least, longest + 1)
