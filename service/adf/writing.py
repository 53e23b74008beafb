"""The neutral document tree as Atlassian Document Format (version 1 of its JSON schema)."""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from service.adf.normal import normalised
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

Node: TypeAlias = dict[str, Any]


def write(document: Document) -> Node:
    """Write a document; the same document always gives the same nodes."""
    return {
        "type": "doc",
        "version": 1,
        "content": _blocks(normalised(document).blocks, map(str, count(1))),
    }


def _blocks(blocks: Iterable[Block], ids: Iterator[str]) -> list[Node]:
    return [node for block in blocks for node in _block(block, ids)]


def _block(block: Block, ids: Iterator[str]) -> Iterator[Node]:
    match block:
        case Heading(level, content):
            yield {"type": "heading", "attrs": {"level": level}, "content": _inline(content)}
        case Paragraph(content):
            yield _paragraph(content)
        case BulletList(items, ordered):
            yield from _lists(items, "orderedList" if ordered else "bulletList", ids)
        case Table(header, rows):
            lines = [_row(header, "tableHeader"), *(_row(row, "tableCell") for row in rows)]
            yield {"type": "table", "content": lines}
        case Code(words):
            text = [{"type": "text", "text": words}] if words else []
            yield {"type": "codeBlock", "content": text}
        case Rule():
            yield {"type": "rule"}
        case Picture():  # a medium has to be uploaded, and named by an id of its own
            pass
        case Fold(title, inside):
            yield {"type": "expand", "attrs": {"title": title}, "content": _blocks(inside, ids)}
        case never:
            assert_never(never)


def _lists(items: Iterable[ListItem], kind: str, ids: Iterator[str]) -> Iterator[Node]:
    """Write items, those with a box as a list of tasks of their own."""
    for boxed, group in groupby(items, lambda item: item.checked is not None):
        if boxed:
            yield _tasks(group, ids)
        else:
            yield {"type": kind, "content": [_item(item, ids) for item in group]}


def _item(item: ListItem, ids: Iterator[str]) -> Node:
    """Write an item; it begins with a paragraph, be it empty, or editors refuse it."""
    return {
        "type": "listItem",
        "content": [_paragraph(item.content), *_blocks(item.children, ids)],
    }


def _tasks(items: Iterable[ListItem], ids: Iterator[str]) -> Node:
    """Write a list of tasks; what is nested in one follows it as a list within the list."""
    found: Node = {"type": "taskList", "attrs": {"localId": next(ids)}, "content": []}
    for item in items:
        state = "DONE" if item.checked else "TODO"
        attrs = {"localId": next(ids), "state": state}
        task = {"type": "taskItem", "attrs": attrs, "content": _inline(item.content)}
        found["content"] += [task, *_blocks(item.children, ids)]
    return found


def _row(cells: Iterable[tuple[Inline, ...]], kind: str) -> Node:
    return {
        "type": "tableRow",
        "content": [{"type": kind, "content": [_paragraph(cell)]} for cell in cells],
    }


def _paragraph(content: Iterable[Inline]) -> Node:
    return {"type": "paragraph", "content": _inline(content)}


def _inline(content: Iterable[Inline]) -> list[Node]:
    return [
        {"type": "hardBreak"} if isinstance(part, LineBreak) else _run(part) for part in content
    ]


def _run(run: Text) -> Node:
    marks: list[Node] = [
        {"type": name}
        for name, wanted in (("strong", run.strong), ("em", run.emphasis), ("code", run.code))
        if wanted
    ]
    if run.href is not None:
        marks.append({"type": "link", "attrs": {"href": run.href}})
    node: Node = {"type": "text", "text": run.text}
    return {**node, "marks": marks} if marks else node
