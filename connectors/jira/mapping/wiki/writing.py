"""The neutral document tree as Jira wiki markup in which text is always text.

- Escaped by a backslash is what Jira's renderer takes one for; other characters that begin markup
  (a backslash itself, the dot in `h1.`) are written as character references.
- A mark in the middle of a word is written in braces, `{*}like{*}this`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from connectors.jira.mapping.wiki.normal import fence, normalised
from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Fold,
    Heading,
    LineBreak,
    Paragraph,
    Picture,
    Rule,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.document import ListItem
    from service.markdown.normal import Content

_BREAK = r" \\ "  # where a new line would end the item or the row

# Letters and digits on both sides take the meaning from a hyphen and an underscore.
_SPECIAL = re.compile(
    r"[*+^~{}\[\]|]"
    r"|(?<![^\W_])[-_]|[-_](?![^\W_])"
    r"|!(?!\s)"
    r"|\#(?!\w)"
    r"|\?(?=\?)"
    r"|\((?=(?:[yni/x!+?*-]|\*[rgby]|on|off|flag|flagoff|c|r|tm)\))"  # pictures and signs
    r"|(?<=[:;])[()]",
    re.IGNORECASE,
)
_REFERENCES = re.compile(r"\\|&(?=#?\w{1,32};)|:(?=[PDpd])")
_LINE_START = re.compile(r"^(?=#)")
_WORD_START = re.compile(r"^(h[1-6]|bq)\.")
_BACKSLASH = r"\\"


def write(document: Document) -> str:
    """Write a document as wiki markup; the same document always gives the same text."""
    return "\n\n".join(map(_block, normalised(document).blocks))


def _block(block: Block) -> str:
    match block:
        case Heading(level, content):
            return f"h{level}. {_line(content)}"
        case Paragraph(content):
            return "\n".join(map(_start, _lines(content)))
        case BulletList(items, ordered):
            return "\n".join(_items(items, "#" if ordered else "*"))
        case Table(header, rows):
            return "\n".join((_row(header, "||"), *(_row(row, "|") for row in rows)))
        case Code(words):
            name = fence(words)
            return f"{{{name}}}\n{words}\n{{{name}}}"
        case Rule():
            return "----"
        case Fold() | Picture():
            return ""  # the normal form has neither
        case never:
            assert_never(never)


def _items(items: Iterable[ListItem], marker: str) -> Iterator[str]:
    for item in items:
        yield f"{marker} {_BREAK.join(_lines(item.content))}"
        for below in item.children:
            if isinstance(below, BulletList):
                yield from _items(below.items, marker + ("#" if below.ordered else "*"))


def _row(cells: Iterable[Content], mark: str) -> str:
    return "".join(f"{mark}{_BREAK.join(_lines(cell)) or ' '}" for cell in cells) + mark


def _start(line: str) -> str:
    r"""Escape what would begin a block: `# a` is `\# a`, `h1. a` is `h1&#46; a`."""
    return _WORD_START.sub(r"\1&#46;", _LINE_START.sub(_BACKSLASH, line))


def _lines(content: Content) -> list[str]:
    lines: list[list[Text]] = [[]]
    for part in content:
        if isinstance(part, LineBreak):
            lines.append([])
        else:
            lines[-1].append(part)
    return [_line(tuple(line)) for line in lines if line]


def _line(content: Content) -> str:
    runs = [part for part in content if isinstance(part, Text)]
    around = ["", *(run.text for run in runs), ""]
    return "".join(
        _run(run, apart=not around[at][-1:].strip() and not around[at + 2][:1].strip())
        for at, run in enumerate(runs)
    )


def _run(run: Text, *, apart: bool) -> str:
    """Write a run; `apart` says that there is nothing but space on both sides of it."""
    words = escaped(run.text)
    if run.code:
        words = f"{{{{{words}}}}}"
    free = apart or run.href is not None
    if run.emphasis:
        words = f"_{words}_" if free else f"{{_}}{words}{{_}}"
    if run.strong:
        words = f"*{words}*" if free else f"{{*}}{words}{{*}}"
    return words if run.href is None else f"[{words}|{run.href}]"


def escaped(words: str) -> str:
    """Return words as markup that reads as these words."""
    pieces = _REFERENCES.split(words)
    found = _REFERENCES.findall(words)
    written = [_SPECIAL.sub(r"\\\g<0>", pieces[0])]
    for mark, piece in zip(found, pieces[1:], strict=True):
        written += [f"&#{ord(mark)};", _SPECIAL.sub(r"\\\g<0>", piece)]
    return "".join(written)
