"""Markdown, as people and tools write it, as a neutral document tree.

Never raises and never drops words, whatever the string: HTML is text, what nests too deep is a
paragraph, a table row keeps all its cells. Pictures that stand by themselves say nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.token import Token

from service.domain.document import (
    Block,
    BulletList,
    Code,
    Document,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    Paragraph,
    Rule,
    Table,
    Text,
)
from service.markdown.normal import DEEPEST, clean, tidied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

    from service.markdown.normal import Content

_DEEPEST_LEVEL = 2 * DEEPEST + 4  # the parser counts a list and its item as one level each
_BOX = re.compile(r"\[([ xX])\](?:\s+|$)")
_FOLD = re.compile(r"\+\+[+>](?:\s+|$)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(markdown: str) -> Document:
    """Read Markdown (CommonMark with tables and task lists); the result is tidied."""
    return tidied(Document(tuple(_blocks(iter(_PARSER.parse(clean(markdown))), None))))


def _blocks(  # noqa: C901  (one case each)
    tokens: Iterator[Token], end: str | None
) -> Iterator[Block]:
    """Read blocks up to the token that closes them."""
    for token in tokens:
        match token.type:
            case closing if closing == end:
                return
            case "heading_open":
                yield Heading(int(token.tag[1:]), _content(tokens))
            case "paragraph_open":
                yield from _paragraph(tokens)
            case "bullet_list_open":
                yield BulletList(tuple(_items(tokens, "bullet_list_close")))
            case "ordered_list_open":
                yield BulletList(tuple(_items(tokens, "ordered_list_close")), ordered=True)
            case "blockquote_open":
                yield from _blocks(tokens, "blockquote_close")
            case "table_open":
                header, *rows = _rows(tokens)
                yield Table(header, tuple(rows))
            case "fence":
                yield _code(token)
            case "hr":
                yield Rule()


def _code(token: Token) -> Code:
    """Read preformatted text. One word behind the fence is its language, more are words."""
    words = token.content.removesuffix("\n")
    told = token.info.strip()
    return Code(f"{told}\n{words}" if len(told.split()) > 1 else words)


def _paragraph(tokens: Iterator[Token]) -> Iterator[Paragraph]:
    """Read a paragraph; one that opens or ends a section that folds is only its title.

    One of nothing but pictures is none: what a picture says in words was written for it, not by
    those who write the page.
    """
    words = next(tokens)
    next(tokens)
    if _is_pictures(words):
        return
    content = _inline(words)
    mark = _FOLD.match(words.content)  # as it was written: an escaped one is words
    first = content[0] if mark and content else None
    if mark and isinstance(first, Text):
        content = (replace(first, text=first.text[mark.end() :]), *content[1:])
    yield Paragraph(content)


def _is_pictures(words: Token) -> bool:
    """Whether there is a picture and nothing to read beside it: links and styles show nothing."""
    shown = [
        child
        for child in words.children or ()
        if not child.nesting and child.type not in {"softbreak", "hardbreak"}
        if child.type != "text" or child.content.strip()
    ]
    return bool(shown) and all(child.type == "image" for child in shown)


def _content(tokens: Iterator[Token]) -> Content:
    """Read the words of a heading, and its closing token."""
    content = _inline(next(tokens))
    next(tokens)
    return content


def _items(tokens: Iterator[Token], end: str) -> Iterator[ListItem]:
    for token in tokens:
        if token.type == end:
            return
        blocks = tuple(_blocks(tokens, "list_item_close"))
        first = blocks[0] if blocks else None
        own = isinstance(first, Paragraph)
        yield ListItem(
            first.content if isinstance(first, Paragraph) else (),
            blocks[1:] if own else blocks,
            token.meta.get("checked"),
        )


def _rows(tokens: Iterator[Token]) -> Iterator[tuple[Content, ...]]:
    cells: list[Content] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(_inline(token))
        elif token.type == "tr_close":
            yield tuple(cells)
            cells = []
        elif token.type == "table_close":
            return


def _inline(token: Token) -> Content:
    """Read runs of text. A line's end is a break, as tools strip the two spaces that say so."""
    found: list[Inline] = []
    strong = emphasis = 0
    href: str | None = None
    for child in token.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                strong += child.nesting
            case "em_open" | "em_close":
                emphasis += child.nesting
            case "link_open":
                href = str(child.attrGet("href") or "")
            case "link_close":
                href = None
            case "softbreak" | "hardbreak":
                found.append(LineBreak())
            case "html_inline" if _BREAK.fullmatch(child.content):
                found.append(LineBreak())
            case "image":
                words = child.content or str(child.attrGet("src") or "")
                found.append(Text(words, strong > 0, emphasis > 0, href=href))
            case _:
                code = child.type == "code_inline"
                found.append(Text(child.content, strong > 0, emphasis > 0, code, href))
    return tuple(found)


class _Markdown(MarkdownIt):
    """CommonMark whose addresses stay as they are: which of them may be links is decided here."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  (the library's name)
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


def _boxes(state: StateCore) -> None:
    """Take `[ ]` and `[x]` off the words of a list item and keep them on the item."""
    for item, paragraph, words in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if (item.type, paragraph.type) != ("list_item_open", "paragraph_open"):
            continue
        if box := _BOX.match(words.content):
            item.meta["checked"] = box[1] != " "
            words.content = words.content[box.end() :]


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (the library's form of a rule)
    """Read as one paragraph what nests so deep that the parser would skip it."""
    if silent or state.level < _DEEPEST_LEVEL:
        return False
    state.push("paragraph_open", "p", 1)
    words = state.push("inline", "", 0)
    words.content = state.getLines(start, end, state.blkIndent, keepLastLF=False).strip()
    words.children = []
    state.push("paragraph_close", "p", -1)
    state.line = end
    return True


def _whole_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (the library's form of a rule)
    """Read a table whose rows keep as many cells as were written.

    The library's own rule fills short rows and drops what goes beyond the header (GFM 4.10).
    """
    known = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    tokens, state.tokens[known:] = state.tokens[known:], []
    for token in tokens:
        if token.type == "tr_open" and token.map and token.map[0] > start:
            cells = _cells(getLine(state, token.map[0]))
            state.tokens += [token, *cells]
        elif token.type not in {"td_open", "td_close"} and not (
            token.type == "inline" and token.map and token.map[0] > start
        ):
            state.tokens.append(token)
    return True


def _cells(line: str) -> list[Token]:
    cells = escapedSplit(line.strip())
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return [Token("inline", "", 0, content=cell.strip(), children=[]) for cell in cells]


def _parser() -> MarkdownIt:
    parser = _Markdown("commonmark", {"maxNesting": 100})
    parser.enable(["table", "strikethrough"])
    # HTML stays text, a definition of a link stays a line, deep indentation stays words.
    parser.disable(["html_block", "reference", "code"])
    parser.block.ruler.at("table", _whole_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("table", "too_deep", _too_deep)
    parser.core.ruler.before("inline", "boxes", _boxes)
    return parser


_PARSER = _parser()
