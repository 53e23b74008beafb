"""Reading an Atlassian document as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Node = Mapping[str, Any]


def to_markdown(document: Node) -> str:
    """Return a document as Markdown; what Markdown has no sign for becomes its words."""
    return _blocks(document.get("content", []))


def _blocks(nodes: list[Node]) -> str:
    return "\n\n".join(text for node in nodes if (text := _block(node)))


def _block(node: Node) -> str:
    shower = _BLOCKS.get(str(node.get("type")))
    if shower is not None:
        return shower(node)
    return _blocks(node["content"]) if node.get("content") else _inline(node)


def _heading(node: Node) -> str:
    return f"{'#' * int(node.get('attrs', {}).get('level', 1))} {_inlines(node)}"


def _items(node: Node) -> str:
    ordered = node["type"] == "orderedList"
    first = int(node.get("attrs", {}).get("order", 1))
    lines = []
    for number, item in enumerate(node.get("content", []), first):
        sign = f"{number}. " if ordered else "* "
        lines.append(_hung(sign, _tight(item.get("content", []))))
    return "\n".join(lines)


def _tasks(node: Node) -> str:
    lines = []
    for item in node.get("content", []):
        if item.get("type") == "taskList":
            lines.append(_indented(_tasks(item), "  "))
            continue
        box = "[x]" if item.get("attrs", {}).get("state") == "DONE" else "[ ]"
        lines.append(_hung(f"- {box} ", _inlines(item)))
    return "\n".join(lines)


def _tight(nodes: list[Node]) -> str:
    """Join what is in an item: lists follow its line without a gap."""
    text = ""
    for node in nodes:
        part = _block(node)
        tight = not text or str(node.get("type")).endswith("List")
        text += ("" if not text else "\n" if tight else "\n\n") + part
    return text


def _hung(sign: str, text: str) -> str:
    return sign + _indented(text, "  " if sign[0] in "*-" else " " * len(sign)).lstrip()


def _indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}" if line else line for line in text.splitlines())


def _table(node: Node) -> str:
    rows = [[_cell(cell) for cell in row.get("content", [])] for row in node.get("content", [])]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows]
    first = node["content"][0].get("content", [])
    headed = all(cell.get("type") == "tableHeader" for cell in first)
    header, body = (padded[0], padded[1:]) if headed else ([""] * width, padded)
    lines = [header, ["-"] * width, *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(node: Node) -> str:
    parts = (_block(one) for one in node.get("content", []))
    return " ".join(" ".join(parts).split()).replace("|", "\\|")


def _quoted(node: Node) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(node.get("content", [])).splitlines())


def _code(node: Node) -> str:
    text = "".join(str(one.get("text", "")) for one in node.get("content", []))
    return f"```{node.get('attrs', {}).get('language') or ''}\n{text}\n```"


def _inlines(node: Node) -> str:
    return "".join(_inline(one) for one in node.get("content", []))


_BLOCKS: Mapping[str, Callable[[Node], str]] = {
    "paragraph": _inlines,
    "heading": _heading,
    "bulletList": _items,
    "orderedList": _items,
    "taskList": _tasks,
    "table": _table,
    "blockquote": _quoted,
    "panel": _quoted,
    "codeBlock": _code,
    "rule": lambda _: "---",
}


# Inside of a line.


def _inline(node: Node) -> str:
    attrs = node.get("attrs", {})
    match node.get("type"):
        case "text":
            return _marked(str(node["text"]), node.get("marks", []))
        case "hardBreak":
            return "\n"
        case "mention" | "emoji" | "status":
            return str(attrs.get("text", ""))
        case "date":
            seconds = int(attrs.get("timestamp", 0)) / 1000
            return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
        case "inlineCard" | "blockCard" | "embedCard":
            return f"<{attrs.get('url', '')}>"
        case _:
            return _inlines(node)


def _marked(text: str, marks: list[Node]) -> str:
    for mark in marks:
        match mark.get("type"):
            case "strong":
                text = _around(text, "**")
            case "em":
                text = _around(text, "_")
            case "code":
                text = _around(text, "`")
            case "strike":
                text = _around(text, "~~")
            case "link":
                text = f"[{text}]({mark.get('attrs', {}).get('href', '')})"
            case _:
                pass
    return text


def _around(text: str, sign: str) -> str:
    """Put signs around the words, not around the spaces beside them."""
    inside = text.strip()
    if not inside:
        return text
    start = text.index(inside)
    return f"{text[:start]}{sign}{inside}{sign}{text[start + len(inside) :]}"
