"""Storage format, as people and editors make it, as a neutral document tree.

Never drops words: what is unknown keeps its text in order. Local ids, layouts and widths say
nothing; pictures and prompts that only the editor shows say nothing either.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from connectors.confluence.mapping import parsing
from connectors.confluence.mapping.macros import said
from connectors.confluence.mapping.parsing import attribute, child, name, pieces, words
from service import adf
from service.adf.cells import Cell, grid, in_one_cell
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

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from xml.etree.ElementTree import Element

_DEEPEST = 100  # elements within one another; what lies deeper is read without recursion
_MACROS = frozenset({"ac:structured-macro", "ac:macro"})
_BODIES = ("ac:rich-text-body", "ac:plain-text-body")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = frozenset(
    {
        *_HEADINGS,
        *_LISTS,
        *("p", "div", "table", "hr", "pre", "blockquote", "dl", "dt", "dd", "li", "caption"),
        *("section", "article", "center", "tr", "td", "th", "thead", "tbody", "tfoot"),
        *("ac:task-list", "ac:task", "ac:layout", "ac:layout-section", "ac:layout-cell"),
        *("ac:adf-extension", "ac:adf-node", "ac:adf-content", "ac:adf-fallback", "ac:caption"),
        *_BODIES,
    }
)
#: What only the editor shows, what only programs read, and pictures.
_SILENT = frozenset(
    {
        *("ac:placeholder", "ac:parameter", "ac:default-parameter", "ac:task-id", "ac:task-uuid"),
        *("ac:task-status", "ac:adf-attribute", "ac:adf-parameter", "ac:adf-parameter-value"),
        *("colgroup", "col", "img", "ac:image", "style", "script"),
    }
)
_STRONG = frozenset({"strong", "b"})
_EMPHASIS = frozenset({"em", "i"})
_CODE = frozenset({"code", "tt", "kbd", "samp"})
_LINK_BODIES = ("ac:plain-text-link-body", "ac:link-body")
_LINKED_BY = {
    "ri:page": "ri:content-title",
    "ri:blog-post": "ri:content-title",
    "ri:attachment": "ri:filename",
    "ri:space": "ri:space-key",
    "ri:url": "ri:value",
}
_PLAIN = Text("")


def read(root: Element, names: Mapping[str, str] | None = None) -> Document:
    """Read a page; the result is normal, as `service.adf.read` gives it.

    `names` maps account ids, user keys and user names to what people are called; one that nobody
    knows is shown by its id.
    """
    reader = _Reader(names or {})
    return adf.normalised(Document(tuple(reader.blocks(root, 0))))


@dataclass(frozen=True, slots=True)
class _Reader:
    names: Mapping[str, str] = field(default_factory=dict)

    def blocks(self, element: Element, depth: int) -> Iterator[Block]:
        """Read blocks; runs that stand between them are paragraphs."""
        waiting: list[Inline] = []
        for piece in pieces(element):
            if isinstance(piece, str) or not _is_block(piece):
                waiting += self.piece(piece, _PLAIN, depth)
                continue
            yield Paragraph(tuple(waiting))
            waiting = []
            yield from self.block(piece, depth + 1)
        yield Paragraph(tuple(waiting))

    def block(self, element: Element, depth: int) -> Iterator[Block]:
        kind = name(element)
        if depth > _DEEPEST:
            yield from (Paragraph((Text(text),)) for text in element.itertext())
            return
        match kind:
            case heading if heading in _HEADINGS:
                yield Heading(_HEADINGS[kind], tuple(self.inline(element, _PLAIN, depth)))
            case "ul" | "ol":
                yield BulletList(tuple(self.items(element, depth)), ordered=kind == "ol")
            case "ac:task-list":
                yield BulletList(tuple(self.tasks(element, depth)))
            case "table":
                yield from self.table(element, depth)
            case "pre" | "ac:plain-text-body":
                yield Code(words(element))
            case "hr":
                yield Rule()
            case macro if macro in _MACROS:
                yield from self.macro(element, depth)
            case "ac:adf-extension" | "ac:adf-node":
                yield from self.node(element, depth)
            case _:
                yield from self.blocks(element, depth)

    def items(self, element: Element, depth: int) -> Iterator[ListItem]:
        """Read the items of a list; what stands between them belongs to the one before."""
        waiting: ListItem | None = None
        for piece in pieces(element):
            if not isinstance(piece, str) and name(piece) == "li":
                if waiting is not None:
                    yield waiting
                waiting = ListItem((), tuple(self.blocks(piece, depth)))
            else:
                last = waiting or ListItem(())
                waiting = replace(last, children=(*last.children, *self.within(piece, depth)))
        if waiting is not None:
            yield waiting

    def within(self, piece: str | Element, depth: int) -> Iterator[Block]:
        """Read one piece as blocks."""
        if isinstance(piece, str) or not _is_block(piece):
            yield Paragraph(tuple(self.piece(piece, _PLAIN, depth)))
        else:
            yield from self.block(piece, depth + 1)

    def tasks(self, element: Element, depth: int) -> Iterator[ListItem]:
        """Read a list of tasks, in which a nested list follows the task it belongs to."""
        waiting: ListItem | None = None
        for one in element:
            if name(one) == "ac:task":
                if waiting is not None:
                    yield waiting
                waiting = self.task(one, depth)
            else:
                last = waiting or ListItem((), checked=False)
                waiting = replace(last, children=(*last.children, *self.within(one, depth)))
        if waiting is not None:
            yield waiting

    def task(self, element: Element, depth: int) -> ListItem:
        status, body = child(element, "ac:task-status"), child(element, "ac:task-body")
        done = status is not None and words(status).strip() == "complete"
        below = () if body is None else tuple(self.blocks(body, depth + 1))
        return ListItem((), below, done)

    def table(self, element: Element, depth: int) -> Iterator[Block]:
        """Read a table. A first row that is no header leaves an empty one above it."""
        if (caption := child(element, "caption")) is not None:
            yield from self.blocks(caption, depth + 1)
        lines = [
            (head, [one for one in row if name(one) in {"td", "th"}])
            for head, row in _rows(element)
        ]
        rows = grid([[self.cell(one, depth) for one in line] for _, line in lines])
        head, first = lines[0] if lines else (False, [])
        if first and (head or all(name(one) == "th" for one in first)):
            yield Table(rows[0], rows[1:])
        else:
            yield Table((), rows)

    def cell(self, element: Element, depth: int) -> Cell:
        content = in_one_cell(self.blocks(element, depth + 3))
        return Cell(content, span(element, "colspan"), span(element, "rowspan"))

    def macro(self, element: Element, depth: int) -> Iterator[Block]:
        """Read a macro with a body: its title as a line, then what is in it."""
        title = said(attribute(element, "ac:name") or "", parsing.parameters(element))
        yield Paragraph((Text(title),))
        for body in _named(element, _BODIES):
            yield from self.block(body, depth + 1)

    def node(self, element: Element, depth: int) -> Iterator[Block]:
        """Read what has no storage format of its own; the fallback says the same once more."""
        inner = [one for one in element if name(one) == "ac:adf-node"]
        if _is_adf(element, "decision-list"):
            yield BulletList(
                tuple(ListItem((), tuple(self.block(one, depth + 1))) for one in inner)
            )
            return
        titles = [words(one) for one in element if attribute(one, "key") == "title"]
        yield Paragraph((Text(" ".join(titles)),))
        for one in element:
            if name(one) != "ac:adf-fallback" or not inner:
                yield from self.within(one, depth)

    def inline(self, element: Element, style: Text, depth: int) -> Iterator[Inline]:
        for piece in pieces(element):
            yield from self.piece(piece, style, depth)

    def piece(self, piece: str | Element, style: Text, depth: int) -> Iterator[Inline]:  # noqa: C901, PLR0912  (one case each)
        if isinstance(piece, str):
            yield replace(style, text=piece)
            return
        if depth > _DEEPEST:
            yield replace(style, text=words(piece))
            return
        kind = name(piece)
        match kind:
            case "br":
                yield LineBreak()
            case silent if silent in _SILENT:
                pass
            case strong if strong in _STRONG:
                yield from self.inline(piece, replace(style, strong=True), depth + 1)
            case emphasis if emphasis in _EMPHASIS:
                yield from self.inline(piece, replace(style, emphasis=True), depth + 1)
            case code if code in _CODE:
                yield from self.inline(piece, replace(style, code=True), depth + 1)
            case "a":
                yield from self.anchor(piece, style, depth)
            case "time":
                yield replace(style, text=piece.get("datetime") or words(piece))
            case "ac:link":
                yield from self.link(piece, style, depth)
            case "ri:user":
                yield replace(style, text=self.mention(piece))
            case "ac:emoticon":
                yield replace(style, text=_emoji(piece))
            case macro if macro in _MACROS:
                told = said(attribute(piece, "ac:name") or "", parsing.parameters(piece))
                yield replace(style, text=told)
                for body in _named(piece, _BODIES):
                    yield from self.inline(body, style, depth + 1)
            case _:
                lines = kind in _BLOCKS
                yield from (LineBreak(),) * lines
                yield from self.inline(piece, style, depth + 1)
                yield from (LineBreak(),) * lines

    def anchor(self, element: Element, style: Text, depth: int) -> Iterator[Inline]:
        """Read a link; a smart one is shown by its address, as its title is not in the page."""
        href = element.get("href")
        linked = replace(style, href=href)
        if element.get("data-card-appearance") or not words(element).strip():
            yield replace(linked, text=href or words(element))
        else:
            yield from self.inline(element, linked, depth + 1)

    def link(self, element: Element, style: Text, depth: int) -> Iterator[Inline]:
        """Read a link within Confluence by its own words, else by what it leads to."""
        user = child(element, "ri:user")
        body = next(_named(element, _LINK_BODIES), None)
        if user is not None and (self.known(user) or body is None):
            yield replace(style, text=self.mention(user))
        elif body is not None:
            yield from self.inline(body, style, depth + 1)
        else:
            targets = (attribute(one, _LINKED_BY.get(name(one), "")) for one in element)
            told = next(filter(None, targets), attribute(element, "ac:anchor") or words(element))
            yield replace(style, text=told)

    def known(self, user: Element) -> str | None:
        found = parsing.mention(user)
        return self.names.get(found.id) if found else None

    def mention(self, user: Element) -> str:
        """Write a mention as `@Name`, which is how people type it and owners are read."""
        found = parsing.mention(user)
        return f"@{self.names.get(found.id) or found.id}" if found else ""


def _is_block(element: Element) -> bool:
    """Whether an element cannot stand in a line: a block, a macro with a body, what holds one."""
    kind = name(element)
    if kind in _SILENT:
        return False
    if kind in _BLOCKS:
        return True
    return any(name(one) in _BLOCKS for one in element.iter())


def _named(element: Element, wanted: Collection[str]) -> Iterator[Element]:
    return (one for one in element if name(one) in wanted)


def _is_adf(element: Element, kind: str) -> bool:
    return name(element) == "ac:adf-node" and element.get("type") == kind


def rows_of(table: Element) -> list[Element]:
    """List the rows of a table, none of a table within it."""
    return [row for _, row in _rows(table)]


def _rows(table: Element) -> Iterator[tuple[bool, Element]]:
    """Yield the rows of a table, and of each whether it stands in the table's head."""
    for one in table:
        if name(one) == "tr":
            yield False, one
        elif name(one) in {"thead", "tbody", "tfoot"}:
            yield from ((name(one) == "thead", row) for row in one if name(row) == "tr")


def span(cell: Element, key: str) -> int:
    """Return how many columns (`colspan`) or rows (`rowspan`) a cell takes."""
    try:
        return max(int(cell.get(key) or 1), 1)
    except ValueError:
        return 1


def _emoji(element: Element) -> str:
    for key in ("ac:emoji-fallback", "ac:emoji-shortname", "ac:name"):
        if value := attribute(element, key):
            return value
    return ""
