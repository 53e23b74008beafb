"""Which elements of storage format are blocks, and how loose text becomes paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.confluence.standin.tree import Node

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
INLINE_MACROS = frozenset({"status", "jira", "anchor"})
_BLOCKS = frozenset(
    {
        *HEADINGS,
        *("p", "ul", "ol", "table", "hr", "pre", "blockquote", "div"),
        *("ac:layout", "ac:layout-section", "ac:layout-cell"),
        *("ac:task-list", "ac:image", "ac:adf-extension"),
    }
)


def is_block(node: Node) -> bool:
    """Say whether an element stands by itself, and not within a line."""
    if node.name == "ac:structured-macro":
        return node.attributes.get("ac:name") not in INLINE_MACROS
    return node.name in _BLOCKS


def in_paragraphs(children: Iterable[Node | str]) -> list[Node]:
    """Wrap what stands in no block into paragraphs; white space between blocks is dropped."""
    found: list[Node] = []
    line: list[Node | str] = []
    for one in children:
        if isinstance(one, Node) and is_block(one):
            _finish(line, found)
            found.append(one)
            line = []
        else:
            line.append(one)
    _finish(line, found)
    return found


def _finish(line: list[Node | str], found: list[Node]) -> None:
    if any(isinstance(one, Node) or one.strip() for one in line):
        found.append(Node("p", children=list(line)))


def rows_of(table: Node) -> list[Node]:
    """Return a table's rows, of its head and its body, in order."""
    rows: list[Node] = []
    for one in table.elements:
        if one.name == "tr":
            rows.append(one)
        elif one.name in ("tbody", "thead", "tfoot"):
            rows += [row for row in one.elements if row.name == "tr"]
    return rows


def cells_of(row: Node) -> list[Node]:
    """Return a row's cells, in order."""
    return [one for one in row.elements if one.name in ("td", "th")]


def folded(text: str) -> str:
    """Return text with each run of white space as one space; a no-break space is none."""
    spaced = "".join(" " if c in " \t\r\n" else c for c in text)
    while "  " in spaced:
        spaced = spaced.replace("  ", " ")
    return spaced
