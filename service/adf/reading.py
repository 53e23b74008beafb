"""Atlassian Document Format, as people and editors make it, as a neutral document tree.

Never raises and never drops words, whatever the nodes: what is unknown keeps its text and its
content in order, what nests too deep is paragraphs. Pictures and other media say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from service.adf.cells import Cell, grid, in_one_cell
from service.adf.normal import normalised
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
    from collections.abc import Iterable, Iterator, Mapping

Node: TypeAlias = "Mapping[str, Any]"

_DEEPEST_NODE = 40  # what lies deeper is read without recursion
_INLINE = frozenset(
    {
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "placeholder",
        "inlineExtension",
        "mediaInline",
    }
)
# A placeholder is a prompt that only its editor shows.
_SILENT = frozenset({"placeholder", "media", "mediaInline"})
_SAYING = ("text", "title", "url")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(adf: Mapping[str, Any] | None, names: Mapping[str, str] | None = None) -> Document:
    """Read a document (`{"type": "doc", …}`), None as an empty one; the result is normal.

    `names` maps account ids to names, for mentions that come without: some editors leave the name
    out. One that nobody knows is shown by its id.
    """
    reader = _Reader(names or {})
    return normalised(Document(tuple(reader.blocks(_children(adf or {}), 0))))


@dataclass(frozen=True, slots=True)
class _Reader:
    names: Mapping[str, str] = field(default_factory=dict)

    def blocks(self, nodes: Iterable[Node], depth: int) -> Iterator[Block]:
        """Read blocks; runs that stand between them are paragraphs."""
        waiting: list[Inline] = []
        for node in nodes if depth < _DEEPEST_NODE else _leaves(nodes):
            if _kind(node) in _INLINE:
                waiting += self.inline(node)
                continue
            if waiting:
                yield Paragraph(tuple(waiting))
                waiting = []
            yield from self.block(node, depth + 1)
        if waiting:
            yield Paragraph(tuple(waiting))

    def block(self, node: Node, depth: int) -> Iterator[Block]:  # noqa: C901  (one case each)
        match _kind(node):
            case "paragraph":
                yield Paragraph(self.content(node))
            case "heading":
                level = _attrs(node).get("level")
                yield Heading(level if isinstance(level, int) else 1, self.content(node))
            case "bulletList" | "decisionList":
                yield BulletList(tuple(self.items(node, depth)))
            case "orderedList":
                yield BulletList(tuple(self.items(node, depth)), ordered=True)
            case "taskList":
                yield BulletList(tuple(self.tasks(node, depth)))
            case "table":
                yield self.table(node, depth)
            case "codeBlock":
                yield Code("".join(_code(child) for child in _children(node)))
            case "rule":
                yield Rule()
            case "blockCard" | "embedCard":
                yield Paragraph(_card(node))
            case kind if kind in _SILENT:
                pass
            case "expand" | "nestedExpand":
                yield Paragraph((Text(_word(node, "title")),))
                yield from self.blocks(_children(node), depth)
            case _:
                yield Paragraph((Text(_told(node)),))
                yield from self.blocks(_children(node), depth)

    def items(self, node: Node, depth: int) -> Iterator[ListItem]:
        """Read the items of a list; their first paragraph becomes their line."""
        for child in _children(node):
            yield ListItem((), tuple(self.blocks(_children(child), depth)))

    def tasks(self, node: Node, depth: int) -> Iterator[ListItem]:
        """Read a list of tasks, in which a nested list follows the task it belongs to."""
        waiting: ListItem | None = None
        for child in _children(node):
            if _kind(child) == "taskList":
                below = tuple(self.block(child, depth + 1)) if depth < _DEEPEST_NODE else ()
                over = tuple(self.blocks((child,), depth)) if depth >= _DEEPEST_NODE else ()
                last = waiting or ListItem(())
                waiting = ListItem(last.content, (*last.children, *below, *over), last.checked)
                continue
            if waiting is not None:
                yield waiting
            done = _attrs(child).get("state") == "DONE"
            waiting = ListItem((), tuple(self.blocks(_children(child), depth)), done)
        if waiting is not None:
            yield waiting

    def table(self, node: Node, depth: int) -> Table:
        """Read a table. A first row that is no header leaves an empty one above it."""
        lines = [_children(row) for row in _children(node) if _kind(row) == "tableRow"]
        rows = grid([[self.cell(cell, depth) for cell in line] for line in lines])
        if lines and lines[0] and all(_kind(cell) == "tableHeader" for cell in lines[0]):
            return Table(rows[0], rows[1:])
        return Table((), rows)

    def cell(self, node: Node, depth: int) -> Cell:
        attrs = _attrs(node)
        content = in_one_cell(self.blocks(_children(node), depth))
        return Cell(content, _span(attrs.get("colspan")), _span(attrs.get("rowspan")))

    def content(self, node: Node) -> tuple[Inline, ...]:
        return tuple(
            part
            for child in _leaves(_children(node))
            if _kind(child) in _INLINE
            for part in self.inline(child)
        )

    def inline(self, node: Node) -> tuple[Inline, ...]:
        match _kind(node):
            case "text":
                return (_run(node),)
            case "hardBreak":
                return (LineBreak(),)
            case "mention":
                return (Text(self.mention(node)),)
            case "emoji":
                return (Text(_word(node, "text") or _word(node, "shortName")),)
            case "date":
                return (Text(_day(_word(node, "timestamp"))),)
            case "inlineCard":
                return _card(node)
            case kind if kind in _SILENT:
                return ()
            case _:
                return (Text(_told(node)),)

    def mention(self, node: Node) -> str:
        """Write a mention as `@Name`, which is how people type it and owners are read."""
        account = _word(node, "id")
        name = _word(node, "text").lstrip("@") or self.names.get(account) or account
        return f"@{name}" if name else ""


def _leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    """List the runs below nodes in order, without recursion; each block ends as a line of its own.

    An unknown node stands for itself by what it says.
    """
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        inner = _children(node)
        if _kind(node) in _INLINE:
            yield node
        else:
            yield {"type": "text", "text": _told(node)}
            stack += [_END, *reversed(inner)] if inner else []


_END: Node = {"type": "text", "text": " "}


def _run(node: Node) -> Text:
    marks = {_kind(mark): mark for mark in _mappings(node.get("marks"))}
    href = _attrs(marks.get("link", {})).get("href")
    return Text(
        str(node.get("text") or ""),
        strong="strong" in marks,
        emphasis="em" in marks,
        code="code" in marks,
        href=href if isinstance(href, str) else None,
    )


def _code(node: Node) -> str:
    return "\n" if _kind(node) == "hardBreak" else _told(node)


def _card(node: Node) -> tuple[Inline, ...]:
    """Read a smart link by its address; one that carries its data instead says it there."""
    data = _attrs(node).get("data")
    held = data if isinstance(data, dict) else {}
    url = _word(node, "url") or str(held.get("url") or "")
    return (Text(url or str(held.get("name") or ""), href=url or None),)


def _day(timestamp: str) -> str:
    """Return the day of an epoch in milliseconds, which editors set to midnight UTC."""
    try:
        return (_EPOCH + timedelta(milliseconds=int(timestamp))).date().isoformat()
    except (ValueError, OverflowError):
        return timestamp


def _told(node: Node) -> str:
    """Return what a node says by itself: its text, else the issue that a macro shows."""
    own = node.get("text")
    if isinstance(own, str):
        return own
    if _kind(node) in _SILENT:
        return ""
    return next(filter(None, (_word(node, name) for name in _SAYING)), "") or _issue(node)


def _issue(node: Node) -> str:
    """Return the key in a macro that shows one issue of Jira."""
    value: object = _attrs(node)
    for name in ("parameters", "macroParams", "key", "value"):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _span(value: object) -> int:
    return value if isinstance(value, int) else 1


def _word(node: Node, name: str) -> str:
    value = _attrs(node).get(name)
    return str(value) if isinstance(value, str | int) else ""


def _attrs(node: Node) -> Mapping[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _kind(node: Node) -> str:
    return str(node.get("type") or "")


def _children(node: Node) -> list[Node]:
    return _mappings(node.get("content"))


def _mappings(value: object) -> list[Node]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
