"""Atlassian Document Format, as a program writes it, as storage format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.tree import Node, printable, write

_MARKS = {
    "strong": "strong",
    "em": "em",
    "code": "code",
    "underline": "u",
    "strike": "del",
    "subsup": "sub",
}
_SIMPLE = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
    "rule": "hr",
    "blockquote": "blockquote",
    "hardBreak": "br",
    "taskList": "ac:task-list",
    "decisionList": "ul",
    "decisionItem": "li",
}
_PANELS = {"info": "info", "note": "note", "success": "tip", "error": "warning"}


def storage_of_adf(document: object) -> str:
    """Return storage format. Raises Refused (400) for what is no document."""
    if not isinstance(document, Mapping) or document.get("type") != "doc":
        raise _unconvertible("the top node is not a doc")
    if document.get("version") != 1:
        raise _unconvertible("the document has no version 1")
    return write(Node("", children=list(_nodes(document))))


def _unconvertible(why: str) -> Refused:
    return Refused(400, f"Content body cannot be converted to new editor format: {why}")


def _nodes(parent: Mapping[str, Any]) -> Iterable[Node | str]:
    content = parent.get("content", [])
    if not isinstance(content, list):
        raise _unconvertible("content is not a list")
    for one in content:
        if not isinstance(one, Mapping) or not isinstance(one.get("type"), str):
            raise _unconvertible("a node has no type")
        yield _node(one)


def _node(given: Mapping[str, Any]) -> Node | str:  # noqa: PLR0911 (one case each)
    kind, attrs = str(given["type"]), given.get("attrs") or {}
    match kind:
        case "text":
            return _text(given)
        case "heading":
            return Node(f"h{attrs.get('level', 1)}", children=list(_nodes(given)))
        case "table":
            return Node("table", children=[Node("tbody", children=list(_nodes(given)))])
        case "taskItem":
            return _task(given)
        case "codeBlock":
            return _macro("code", {"language": str(attrs.get("language", ""))}, _plain(given))
        case "panel":
            name = _PANELS.get(str(attrs.get("panelType")), "info")
            return _macro(name, {}, Node("ac:rich-text-body", children=list(_nodes(given))))
        case "expand":
            body = Node("ac:rich-text-body", children=list(_nodes(given)))
            return _macro("expand", {"title": str(attrs.get("title", ""))}, body)
        case "mention" | "date" | "inlineCard" | "status" | "emoji":
            return _inline(kind, attrs)
        case _ if kind in _SIMPLE:
            return Node(_SIMPLE[kind], children=list(_nodes(given)))
        case _:
            raise _unconvertible(f"there is no node type {kind}")


def _inline(kind: str, attrs: Mapping[str, Any]) -> Node | str:
    match kind:
        case "mention":
            return Node("ac:link", children=[Node("ri:user", {"ri:account-id": str(attrs["id"])})])
        case "date":
            day = datetime.fromtimestamp(int(attrs["timestamp"]) / 1000, UTC)
            return Node("time", {"datetime": f"{day:%Y-%m-%d}"})
        case "inlineCard":
            url = str(attrs["url"])
            return Node("a", {"href": url, "data-card-appearance": "inline"}, [url])
        case "status":
            colour = str(attrs.get("color", "neutral"))
            shown = "Grey" if colour == "neutral" else colour.capitalize()
            return _macro("status", {"title": str(attrs.get("text", "")), "colour": shown})
        case _:
            return str(attrs.get("text") or attrs.get("shortName") or "")


def _text(given: Mapping[str, Any]) -> Node | str:
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise _unconvertible("a text node is empty")
    found: Node | str = printable(text)
    for mark in given.get("marks") or []:
        kind = mark.get("type")
        if kind == "link":
            found = Node("a", {"href": str(mark.get("attrs", {}).get("href", ""))}, [found])
        elif kind in _MARKS:
            found = Node(_MARKS[kind], children=[found])
    return found


def _task(given: Mapping[str, Any]) -> Node:
    attrs = given.get("attrs") or {}
    status = "complete" if attrs.get("state") == "DONE" else "incomplete"
    return Node(
        "ac:task",
        children=[
            Node("ac:task-status", children=[status]),
            Node("ac:task-body", children=list(_nodes(given))),
        ],
    )


def _plain(given: Mapping[str, Any]) -> Node:
    words = "".join(str(one.get("text", "")) for one in given.get("content") or [])
    return Node("ac:plain-text-body", children=[printable(words)], cdata=True)


def _macro(name: str, parameters: Mapping[str, str], body: Node | None = None) -> Node:
    children: list[Node | str] = [
        Node("ac:parameter", {"ac:name": key}, [value])
        for key, value in parameters.items()
        if value
    ]
    if body is not None:
        children.append(body)
    return Node("ac:structured-macro", {"ac:name": name, "ac:schema-version": "1"}, children)
