"""A document as storage format: XHTML with Confluence's own elements, built as a tree.

Every element comes from one list and every text goes through one escape, so that no title, name or
figure can become markup. `reading.read(parse(write(d))) == normalised(d)` for every document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from service import adf
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

    from service.domain.document import Inline, ListItem

#: Everything we ever write, each with the attributes it may have.
ELEMENTS: dict[str, frozenset[str]] = {
    **{name: frozenset[str]() for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br")},
    **{name: frozenset[str]() for name in ("ul", "ol", "li", "strong", "em", "code")},
    **{name: frozenset[str]() for name in ("table", "tbody", "tr", "th", "td")},
    "a": frozenset({"href", "data-card-appearance"}),
    "ac:structured-macro": frozenset({"ac:name", "ac:schema-version"}),
    "ac:parameter": frozenset({"ac:name"}),
    "ac:plain-text-body": frozenset(),
    "ac:rich-text-body": frozenset(),
    "ac:image": frozenset({"ac:alt", "ac:width"}),
    "ri:attachment": frozenset({"ri:filename"}),
    "ac:task-list": frozenset(),
    "ac:task": frozenset(),
    "ac:task-id": frozenset(),
    "ac:task-status": frozenset(),
    "ac:task-body": frozenset(),
}

# XML 1.0 (2.2) has no way to write these, not even as character references.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK = "closeout-"
_WIDTH = 760  # pixels, as wide as a page of text


@dataclass(frozen=True, slots=True)
class Node:
    """An element that may be written. Raises ValueError where it is none of ELEMENTS."""

    name: str
    children: tuple[Node | str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    literal: bool = False  # its text is a CDATA section, as in the body of a macro

    def __post_init__(self) -> None:
        allowed = ELEMENTS.get(self.name)
        if allowed is None or not allowed.issuperset(key for key, _ in self.attributes):
            raise ValueError(f"not an element we write: {self.name} {self.attributes}")


def normalised(document: Document) -> Document:
    """Return the document as it reads after a way through storage format."""
    blocks = (_codes_cleaned(block) for block in adf.normalised(document).blocks)
    return adf.normalised(Document(tuple(blocks)))


def write(document: Document, marker: str | None = None) -> str:
    """Write a document as the body of a page.

    With a `marker` its last paragraph is an anchor of that name: no reader sees it, every editor
    keeps it, and `marked` finds it.
    """
    nodes = list(_blocks(adf.normalised(document).blocks))
    if marker is not None:
        name = Node("ac:parameter", (f"{_MARK}{marker}",), (("ac:name", ""),))
        nodes.append(Node("p", (_macro("anchor", name),)))
    return "".join(map(_written, nodes))


def smart_link(key: str, url: str) -> str:
    """Write a paragraph with a link that Cloud shows as a card of the thing it leads to."""
    told = (("href", url), ("data-card-appearance", "inline"))
    return _written(Node("p", (Node("a", (key,), told),)))


def is_mark(anchor: str, marker: str) -> bool:
    """Whether an anchor's name is the one that `write` gave a page with this marker."""
    return anchor.strip().casefold() == f"{_MARK}{marker}".casefold()


def _written(node: Node | str) -> str:
    if isinstance(node, str):
        return escape(_NOT_XML.sub("", node), quote=False)
    attributes = "".join(
        f' {key}="{escape(_NOT_XML.sub("", value))}"' for key, value in node.attributes
    )
    if not node.children:
        return f"<{node.name}{attributes} />"
    if node.literal:
        inside = _literal("".join(one for one in node.children if isinstance(one, str)))
    else:
        inside = "".join(map(_written, node.children))
    return f"<{node.name}{attributes}>{inside}</{node.name}>"


def _literal(text: str) -> str:
    """Write a CDATA section; one that would end within the text is split there."""
    safe = _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{safe}]]>"


def _blocks(blocks: Iterable[Block]) -> Iterator[Node]:
    for block in blocks:
        match block:
            case Heading(level, content):
                yield Node(f"h{level}", _inline(content))
            case Paragraph(content):
                yield Node("p", _inline(content))
            case BulletList():
                yield from _lists(block)
            case Table():
                yield _table(block)
            case Code(words):
                body = Node("ac:plain-text-body", (words,), literal=True)
                yield _macro("code", body)
            case Rule():
                yield Node("hr")
            case Picture() as picture:
                yield _image(picture)
            case Fold(title, inside):
                shown = Node("ac:parameter", (title,), (("ac:name", "title"),))
                body = Node("ac:rich-text-body", tuple(_blocks(inside)))
                yield _macro("expand", shown, body)
            case never:
                assert_never(never)


def _lists(block: BulletList) -> Iterator[Node]:
    """Write a list; neighbouring items with a box are a list of tasks by themselves."""
    for boxed, items in groupby(block.items, key=lambda item: item.checked is not None):
        if boxed:
            yield Node("ac:task-list", tuple(_tasks(items)))
        else:
            yield Node("ol" if block.ordered else "ul", tuple(map(_item, items)))


def _item(item: ListItem) -> Node:
    return Node("li", (Node("p", _inline(item.content)), *_blocks(item.children)))


def _tasks(items: Iterable[ListItem]) -> Iterator[Node]:
    """Write tasks; what is nested in one follows it as a list within the list."""
    for number, item in enumerate(items, 1):
        status = "complete" if item.checked else "incomplete"
        yield Node(
            "ac:task",
            (
                Node("ac:task-id", (str(number),)),
                Node("ac:task-status", (status,)),
                Node("ac:task-body", _inline(item.content)),
            ),
        )
        yield from _blocks(item.children)


def _table(table: Table) -> Node:
    rows = [_row("th", table.header), *(_row("td", row) for row in table.rows)]
    return Node("table", (Node("tbody", tuple(rows)),))


def _row(kind: str, cells: Iterable[tuple[Inline, ...]]) -> Node:
    return Node("tr", tuple(Node(kind, (Node("p", _inline(cell)),)) for cell in cells))


def _macro(name: str, *inside: Node) -> Node:
    told = (("ac:name", name), ("ac:schema-version", "1"))
    return Node("ac:structured-macro", inside, told)


def _image(picture: Picture) -> Node:
    """Show an attached file; the attachment may come after the page that names it."""
    file = Node("ri:attachment", (), (("ri:filename", picture.file),))
    told = (("ac:alt", picture.alternative), ("ac:width", str(_WIDTH)))
    return Node("ac:image", (file,), told)


def _inline(content: Iterable[Inline]) -> tuple[Node | str, ...]:
    return tuple(Node("br") if isinstance(part, LineBreak) else _run(part) for part in content)


def _run(run: Text) -> Node | str:
    written: Node | str = run.text
    for name, wanted in (("code", run.code), ("em", run.emphasis), ("strong", run.strong)):
        if wanted:
            written = Node(name, (written,))
    return Node("a", (written,), (("href", run.href),)) if run.href else written


def _codes_cleaned(block: Block) -> Block:
    if isinstance(block, Code):
        return Code(_NOT_XML.sub("", block.text))
    if isinstance(block, BulletList):
        items = (
            replace(item, children=tuple(map(_codes_cleaned, item.children)))
            for item in block.items
        )
        return replace(block, items=tuple(items))
    if isinstance(block, Fold):
        return replace(block, blocks=tuple(map(_codes_cleaned, block.blocks)))
    return block
