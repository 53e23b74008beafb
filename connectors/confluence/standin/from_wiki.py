"""Wiki markup as storage format: headings, lists, tables, paragraphs, links and emphasis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from connectors.confluence.standin.tree import Node, printable, write

_HEADING = re.compile(r"^h([1-6])\.\s+(.*)$")
_ITEM = re.compile(r"^([*#-]+)\s+(.*)$")
_INLINE = re.compile(
    r"\*(?P<strong>\S(?:[^*]*\S)?)\*|_(?P<em>\S(?:[^_]*\S)?)_|\{\{(?P<code>[^}]+)\}\}"
    r"|\[(?:(?P<words>[^|\]]+)\|)?(?P<href>https?://[^|\]\s]+)\]|\\\\(?P<br>)"
)


def storage_of_wiki(text: str) -> str:
    """Return storage format; what is not understood stays text."""
    lines = printable(text.replace("\r\n", "\n")).split("\n")
    return write(Node("", children=list(_blocks(lines))))


def _blocks(lines: list[str]) -> Iterator[Node]:
    paragraph: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        taken = 1
        block: Node | None = None
        if match := _HEADING.match(line):
            block = Node(f"h{match[1]}", children=list(_inline(match[2])))
        elif line == "----":
            block = Node("hr")
        elif _ITEM.match(line) or line.startswith("|"):
            same = _ITEM.match if _ITEM.match(line) else re.compile(r"^\|").match
            taken = next(
                (n for n, one in enumerate(lines[at:]) if not same(one.strip())), len(lines) - at
            )
            part = [one.strip() for one in lines[at : at + taken]]
            block = _list(part, 1) if _ITEM.match(line) else _table(part)
        if block is not None or not line:
            if paragraph:
                yield _paragraph(paragraph)
            paragraph = []
            if block is not None:
                yield block
        else:
            paragraph.append(line)
        at += taken
    if paragraph:
        yield _paragraph(paragraph)


def _paragraph(lines: list[str]) -> Node:
    children: list[Node | str] = []
    for line in lines:
        if children:
            children.append(Node("br"))
        children += _inline(line)
    return Node("p", children=children)


def _list(lines: list[str], depth: int) -> Node:
    found = Node("ol" if lines[0][depth - 1] == "#" else "ul")
    deeper: list[str] = []

    def finish() -> None:
        if deeper:
            if not found.elements:
                found.children.append(Node("li"))
            found.elements[-1].children.append(_list(list(deeper), depth + 1))
            deeper.clear()

    for line in lines:
        match = _ITEM.match(line)
        if match is None:
            continue
        if len(match[1]) > depth:
            deeper.append(line)
            continue
        finish()
        found.children.append(Node("li", children=list(_inline(match[2]))))
    finish()
    return found


def _table(lines: list[str]) -> Node:
    rows: list[Node | str] = []
    for line in lines:
        head = line.startswith("||")
        cells = line.strip("|").split("||" if head else "|")
        name = "th" if head else "td"
        rows.append(
            Node("tr", children=[Node(name, children=list(_inline(c.strip()))) for c in cells])
        )
    return Node("table", children=[Node("tbody", children=rows)])


def _inline(text: str) -> Iterable[Node | str]:
    end = 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        end = match.end()
        if match["href"]:
            yield Node("a", {"href": match["href"]}, [match["words"] or match["href"]])
        elif match["br"] is not None:
            yield Node("br")
        else:
            name = next(n for n in ("strong", "em", "code") if match[n])
            yield Node(name, children=[match[name]])
    if end < len(text):
        yield text[end:]
