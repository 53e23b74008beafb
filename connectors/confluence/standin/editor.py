"""What the editor makes of a page when somebody saves it: bytes change, words do not.

On Cloud, all reported: every node gets a new local id at every edit, tables get a width, a layout
and columns, the text of cells and list items stands in paragraphs, that of header cells is bold.
Data Center's older editor does less: it marks tables as wrapped and fills empty cells with a
break. Macros and tasks get ids from the server, whoever wrote the body.
"""

from __future__ import annotations

from connectors._standin.ids import Ids
from connectors.confluence.standin.blocks import HEADINGS, cells_of, in_paragraphs, rows_of
from connectors.confluence.standin.tree import Node

_TABLE_WIDTH = 760
_RENAMED = {"b": "strong", "i": "em", "s": "del", "strike": "del", "tt": "code"}
_MARKED = frozenset({*HEADINGS, "p", "ul", "ol", "li", "tr", "td", "th", "blockquote", "hr"})


def accept(root: Node, ids: Ids) -> None:
    """Give macros and tasks the ids that the server gives them."""
    number = max(
        (int(n.text) for n in root.walk() if n.name == "ac:task-id" and n.text.isdigit()), default=0
    )
    for node in root.walk():
        if node.name == "ac:structured-macro":
            node.attributes.setdefault("ac:schema-version", "1")
            node.attributes.setdefault("ac:macro-id", ids.uuid())
        elif node.name == "ac:task":
            number = _number_task(node, number, ids)


def save(root: Node, ids: Ids, *, cloud: bool) -> None:
    """Rewrite a page as the editor does when a person saves it."""
    root.children = list(in_paragraphs(root.children))
    for node in list(root.walk()):
        node.name = _RENAMED.get(node.name, node.name)
    for node in list(root.walk()):
        match node.name:
            case "table":
                _table(node, ids, cloud=cloud)
            case "li" if cloud:
                node.children = list(in_paragraphs(node.children))
            case _:
                pass
    accept(root, ids)
    if cloud:
        _mark(root, ids)


def _number_task(task: Node, number: int, ids: Ids) -> int:
    known = {one.name for one in task.elements}
    if "ac:task-uuid" not in known:
        task.children.insert(0, Node("ac:task-uuid", children=[ids.uuid()]))
    if "ac:task-id" not in known:
        number += 1
        task.children.insert(0, Node("ac:task-id", children=[str(number)]))
    if "ac:task-status" not in known:
        task.children.insert(2, Node("ac:task-status", children=["incomplete"]))
    return number


def _table(table: Node, ids: Ids, *, cloud: bool) -> None:
    rows = rows_of(table)
    columns = max((_width(row) for row in rows), default=0)
    for row in rows:
        for cell in cells_of(row):
            _cell(cell, cloud=cloud)
    table.children = [_columns(columns, cloud=cloud), Node("tbody", children=list(rows))]
    if cloud:
        kept = {k: v for k, v in table.attributes.items() if k not in ("class", "style")}
        given = {"data-table-width": str(_TABLE_WIDTH), "data-layout": "default"}
        table.attributes = {**given, **kept, "ac:local-id": ids.uuid()}
    else:
        table.attributes.setdefault("class", "wrapped")


def _width(row: Node) -> int:
    return sum(int(cell.attributes.get("colspan", "1")) for cell in cells_of(row))


def _columns(count: int, *, cloud: bool) -> Node:
    width = {"style": f"width: {_TABLE_WIDTH / max(count, 1):.1f}px;"} if cloud else {}
    return Node("colgroup", children=[Node("col", dict(width)) for _ in range(count)])


def _cell(cell: Node, *, cloud: bool) -> None:
    if not cloud:
        if not cell.children:
            cell.children = [Node("br")]
        return
    blocks = in_paragraphs(cell.children) or [Node("p")]
    if cell.name == "th":
        for block in blocks:
            if block.name == "p":
                _embolden(block)
    cell.children = list(blocks)


def _embolden(paragraph: Node) -> None:
    """Make all of a header's line bold, once."""
    if not paragraph.children or [one.name for one in paragraph.elements] == ["strong"]:
        return
    paragraph.children = [Node("strong", children=paragraph.children)]


def _mark(root: Node, ids: Ids) -> None:
    for node in root.walk():
        if node.name in _MARKED:
            node.attributes["local-id"] = ids.short()
        elif node.name in ("ac:structured-macro", "ac:task-list", "ac:task", "time"):
            node.attributes["ac:local-id" if ":" in node.name else "local-id"] = ids.uuid()
