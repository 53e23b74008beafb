"""The blocks of a section as an outline of people's own lines: headings, items, rows, lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from service.domain.document import (
    BulletList,
    Code,
    Fold,
    Heading,
    ListItem,
    Paragraph,
    Picture,
    Rule,
    Table,
)
from service.domain.reading.labels import Label, labelled
from service.domain.reading.lines import broken, lines_of, row_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from service.domain.document import Block
    from service.domain.reading.lines import Template

    Rows: TypeAlias = Callable[[Table], Iterable["Node"]]

_DEEPEST = 12  # levels; what lies deeper stands on the last one


class Kind(StrEnum):
    """What a node was on the page."""

    HEADING = "heading"
    INTRO = "intro"  # a line that ends in a colon, above a list
    ITEM = "item"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Node:
    """A line with what stands below it. `words` are without the label; `line` is as written.

    `ordinal` is the place in a numbered list, from 1.
    """

    kind: Kind
    line: str
    label: Label | None
    words: str
    below: tuple[Node, ...] = ()
    ordinal: int | None = None
    checked: bool | None = None


def outline(
    blocks: Sequence[Block],
    template: Template,
    rows: Callable[[Table], Iterable[Node]] | None = None,
) -> tuple[Node, ...]:
    """Build the outline of blocks; the template's own lines make way.

    - What stands below a line of the template's moves up to its place, and takes its label.
    - `rows` reads a table; without it each row is an item.
    """
    return tuple(_own(_nodes(list(blocks), 0, rows or _plain_rows), template))


def leaf(line: str, label: Label | None = None) -> Node:
    """Build a node of one line that carries a label by where it stands."""
    return Node(Kind.LINE, line, label, line)


def _own(nodes: Iterable[Node], template: Template) -> Iterator[Node]:
    for node in nodes:
        below = tuple(_own(node.below, template))
        words = template.own(node.line)
        label, rest = (node.label, node.words) if node.label else labelled(node.line)
        if words is None:
            yield from (_inherit(child, label) for child in below)
        else:
            rest = rest if words == node.line.strip() else words
            yield replace(node, label=label, words=rest, below=below)


def _inherit(node: Node, label: Label | None) -> Node:
    """Give a line the label that stood alone on the line above it."""
    return node if node.label else replace(node, label=label)


def _nodes(  # noqa: C901  (one case each)
    blocks: list[Block], depth: int, rows: Rows
) -> Iterator[Node]:
    if depth > _DEEPEST:
        yield from (_node(Kind.ITEM, line) for line in lines_of(blocks))
        return
    place = 0
    while place < len(blocks):
        block = blocks[place]
        place += 1
        match block:
            case Heading(level, content):
                end = _end(blocks, place, level)
                below = tuple(_nodes(blocks[place:end], depth + 1, rows))
                yield _node(Kind.HEADING, " ".join(broken(content)), below)
                place = end
            case Paragraph(content):
                *lines, last = list(broken(content)) or [""]
                yield from (_node(Kind.LINE, line) for line in lines)
                following = blocks[place] if place < len(blocks) else None
                if last.endswith(":") and isinstance(following, BulletList):
                    yield _node(Kind.INTRO, last, tuple(_items(following, depth + 1, rows)))
                    place += 1
                elif last:
                    yield _node(Kind.LINE, last)
            case BulletList():
                yield from _items(block, depth, rows)
            case Code(words):
                yield from (_node(Kind.LINE, line) for line in words.splitlines() if line.strip())
            case Table():
                yield from rows(block)
            case Fold(_, inside):
                yield from _nodes(list(inside), depth, rows)
            case Rule() | Picture():
                pass


def _end(blocks: list[Block], start: int, level: int) -> int:
    """Find where the part below a heading ends: at the next one of its level or above."""
    for place in range(start, len(blocks)):
        block = blocks[place]
        if isinstance(block, Heading) and block.level <= level:
            return place
    return len(blocks)


def _items(block: BulletList, depth: int, rows: Rows) -> Iterator[Node]:
    for ordinal, item in enumerate(block.items, 1):
        yield _item(item, ordinal if block.ordered else None, depth, rows)


def _item(item: ListItem, ordinal: int | None, depth: int, rows: Rows) -> Node:
    first, *others = list(broken(item.content)) or [""]
    below = (
        *(_node(Kind.LINE, line) for line in others),
        *_nodes(list(item.children), depth + 1, rows),
    )
    return replace(_node(Kind.ITEM, first, below), ordinal=ordinal, checked=item.checked)


def _plain_rows(table: Table) -> Iterator[Node]:
    yield from (_node(Kind.ITEM, row_line(row)) for row in table.rows)


def _node(kind: Kind, line: str, below: tuple[Node, ...] = ()) -> Node:
    return Node(kind, line, None, line, below)
