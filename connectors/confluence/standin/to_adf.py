"""A page's text as Atlassian Document Format, derived from the stored tree.

Written by itself, so that a reader of ADF is tested against something that does not share its
mistakes. Node types and attributes are those of the published schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from connectors.confluence.standin.blocks import (
    HEADINGS,
    INLINE_MACROS,
    cells_of,
    folded,
    in_paragraphs,
    rows_of,
)
from connectors.confluence.standin.tree import Node

Adf = dict[str, Any]
_MARKS = {
    "strong": "strong",
    "b": "strong",
    "em": "em",
    "i": "em",
    "code": "code",
    "u": "underline",
    "del": "strike",
    "s": "strike",
}
_PANELS = {"info": "info", "note": "note", "tip": "success", "warning": "error", "panel": "custom"}
_COLOURS = {"grey": "neutral", "gray": "neutral"}


def adf_of(root: Node, name_of: Callable[[str], str]) -> Adf:
    """Return a whole page as a document."""
    return {"type": "doc", "content": _Writer(name_of).blocks(root.children), "version": 1}


class _Writer:
    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of

    def blocks(self, children: Iterable[Node | str]) -> list[Adf]:
        found = [one for node in in_paragraphs(children) for one in self._block(node)]
        return found or [{"type": "paragraph"}]

    def _block(self, node: Node) -> Iterator[Adf]:  # noqa: C901, PLR0912 (one case each)
        match node.name:
            case "p":
                yield self._holding("paragraph", node)
            case name if name in HEADINGS:
                yield self._holding("heading", node, level=int(name[1]))
            case "ul":
                yield self._list("bulletList", node)
            case "ol":
                yield self._list("orderedList", node, order=1)
            case "table":
                yield self._table(node)
            case "hr":
                yield {"type": "rule"}
            case "pre":
                yield _code(node.text, "")
            case "blockquote":
                yield {"type": "blockquote", "content": self.blocks(node.children)}
            case "ac:task-list":
                yield self._tasks(node)
            case "ac:image":
                yield _image(node)
            case "ac:layout":
                yield from (self._layout(one) for one in node.elements)
            case "ac:structured-macro":
                yield self._macro(node)
            case _:
                yield from self.blocks(node.children)

    def _holding(self, kind: str, node: Node, **attrs: int) -> Adf:
        local = node.attributes.get("local-id")
        given = {**attrs, **({"localId": local} if local else {})}
        found: Adf = {"type": kind}
        if given:
            found["attrs"] = given
        if content := self._line(node.children):
            found["content"] = content
        return found

    def _list(self, kind: str, node: Node, **attrs: int) -> Adf:
        items = [
            {"type": "listItem", "content": self.blocks(one.children)}
            for one in node.elements
            if one.name == "li"
        ]
        return {"type": kind, **({"attrs": attrs} if attrs else {}), "content": items}

    def _table(self, node: Node) -> Adf:
        attrs = {
            "isNumberColumnEnabled": False,
            "layout": node.attributes.get("data-layout", "default"),
        }
        if width := node.attributes.get("data-table-width"):
            attrs["width"] = float(width)
        if local := node.attributes.get("ac:local-id"):
            attrs["localId"] = local
        rows = [
            {"type": "tableRow", "content": [self._cell(cell) for cell in cells_of(row)]}
            for row in rows_of(node)
        ]
        return {"type": "table", "attrs": attrs, "content": rows}

    def _cell(self, cell: Node) -> Adf:
        spans = {
            name: int(cell.attributes[name])
            for name in ("colspan", "rowspan")
            if cell.attributes.get(name, "").isdigit()
        }
        kind = "tableHeader" if cell.name == "th" else "tableCell"
        return {"type": kind, "attrs": spans, "content": self.blocks(cell.children)}

    def _tasks(self, node: Node) -> Adf:
        items = []
        for task in (one for one in node.elements if one.name == "ac:task"):
            status, body, uuid = (
                task.first(f"ac:task-{part}") for part in ("status", "body", "uuid")
            )
            state = "DONE" if status is not None and status.text == "complete" else "TODO"
            item: Adf = {
                "type": "taskItem",
                "attrs": {"localId": uuid.text if uuid is not None else "", "state": state},
            }
            if body is not None and (content := self._line(body.children)):
                item["content"] = content
            items.append(item)
        local = node.attributes.get("ac:local-id", "")
        return {"type": "taskList", "attrs": {"localId": local}, "content": items}

    def _layout(self, section: Node) -> Adf:
        cells = [one for one in section.elements if one.name == "ac:layout-cell"]
        width = round(100 / max(len(cells), 1), 2)
        columns = [
            {
                "type": "layoutColumn",
                "attrs": {"width": width},
                "content": self.blocks(cell.children),
            }
            for cell in cells
        ]
        return {"type": "layoutSection", "content": columns}

    def _macro(self, node: Node) -> Adf:
        name = node.attributes.get("ac:name", "")
        plain, rich = node.first("ac:plain-text-body"), node.first("ac:rich-text-body")
        inside = self.blocks(rich.children) if rich is not None else []
        if name == "code" and plain is not None:
            return _code(plain.text, node.parameter("language"))
        if name in _PANELS and rich is not None:
            attrs = {"panelType": _PANELS[name]}
            return {"type": "panel", "attrs": attrs, "content": inside}
        if name == "expand" and rich is not None:
            attrs = {"title": node.parameter("title")}
            return {"type": "expand", "attrs": attrs, "content": inside}
        extension: Adf = {"type": "extension", "attrs": _extension(node, name)}
        if rich is not None:
            extension |= {"type": "bodiedExtension", "content": inside}
        return extension

    # Lines.

    def _line(self, children: Iterable[Node | str]) -> list[Adf]:
        found: list[Adf] = []
        for one in self._inline(children, ()):
            last = found[-1] if found else None
            if (
                last is not None
                and last["type"] == one["type"] == "text"
                and last.get("marks") == one.get("marks")
            ):
                last["text"] = folded(last["text"] + one["text"])
            else:
                found.append(one)
        return _trimmed(found)

    def _inline(self, children: Iterable[Node | str], marks: tuple[Adf, ...]) -> Iterator[Adf]:
        for one in children:
            if isinstance(one, str):
                if text := folded(one):
                    yield _text(text, marks)
            else:
                yield from self._element(one, marks)

    def _element(self, node: Node, marks: tuple[Adf, ...]) -> Iterator[Adf]:
        match node.name:
            case name if name in _MARKS:
                mark = {"type": _MARKS[name]}
                yield from self._inline(node.children, marks if mark in marks else (*marks, mark))
            case "a":
                yield from self._anchor(node, marks)
            case "br":
                yield {"type": "hardBreak"}
            case "time":
                yield _date(node)
            case "ac:link":
                yield from self._link(node, marks)
            case "ac:emoticon":
                words = node.attributes.get("ac:emoji-fallback") or node.attributes.get("ac:name")
                yield {"type": "emoji", "attrs": {"shortName": f":{words}:"}}
            case "ac:structured-macro":
                yield _inline_macro(node)
            case _:
                yield from self._inline(node.children, marks)

    def _anchor(self, node: Node, marks: tuple[Adf, ...]) -> Iterator[Adf]:
        href = node.attributes.get("href", "")
        if node.attributes.get("data-card-appearance") == "inline":
            yield {"type": "inlineCard", "attrs": {"url": href}}
            return
        mark = {"type": "link", "attrs": {"href": href}}
        yield from self._inline(node.children, (*marks, mark))

    def _link(self, node: Node, marks: tuple[Adf, ...]) -> Iterator[Adf]:
        user = node.first("ri:user")
        if user is not None:
            ref = user.attributes.get("ri:account-id") or user.attributes.get("ri:userkey") or ""
            attrs = {"id": ref, "text": f"@{self._name_of(ref)}", "accessLevel": ""}
            yield {"type": "mention", "attrs": attrs}
            return
        page = node.first("ri:page")
        title = page.attributes.get("ri:content-title", "") if page is not None else ""
        if words := (node.text.strip() or title):
            yield _text(words, marks)


def _text(text: str, marks: tuple[Adf, ...]) -> Adf:
    found: Adf = {"type": "text", "text": text}
    if marks:
        found["marks"] = [dict(mark) for mark in marks]
    return found


def _trimmed(line: list[Adf]) -> list[Adf]:
    """Drop the white space at both ends of a line, and text that is empty then."""
    if line and line[0]["type"] == "text":
        line[0]["text"] = line[0]["text"].lstrip(" ")
    if line and line[-1]["type"] == "text":
        line[-1]["text"] = line[-1]["text"].rstrip(" ")
    return [one for one in line if one["type"] != "text" or one["text"]]


def _code(text: str, language: str) -> Adf:
    found: Adf = {"type": "codeBlock", "attrs": {"language": language} if language else {}}
    if text:
        found["content"] = [{"type": "text", "text": text}]
    return found


def _date(node: Node) -> Adf:
    """A day is its first millisecond in UTC, as a string of digits."""
    given = node.attributes.get("datetime", "")
    try:
        day = datetime.fromisoformat(given).replace(tzinfo=UTC)
    except ValueError:
        return {"type": "text", "text": given or "?"}
    return {"type": "date", "attrs": {"timestamp": str(round(day.timestamp() * 1000))}}


def _image(node: Node) -> Adf:
    file, address = node.first("ri:attachment"), node.first("ri:url")
    attrs: Adf = {"type": "external", "url": ""}
    if file is not None:
        name = file.attributes.get("ri:filename", "")
        attrs = {"type": "file", "id": "", "collection": "", "__fileName": name}
    elif address is not None:
        attrs = {"type": "external", "url": address.attributes.get("ri:value", "")}
    media = {"type": "media", "attrs": attrs}
    return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [media]}


def _inline_macro(node: Node) -> Adf:
    name = node.attributes.get("ac:name", "")
    if name == "status":
        colour = node.parameter("colour").casefold() or "neutral"
        attrs = {
            "text": node.parameter("title"),
            "color": _COLOURS.get(colour, colour),
            "localId": node.attributes.get("ac:local-id", ""),
            "style": "",
        }
        return {"type": "status", "attrs": attrs}
    kind = "inlineExtension" if name in INLINE_MACROS else "extension"
    return {"type": kind, "attrs": _extension(node, name)}


def _extension(node: Node, name: str) -> Adf:
    given = {
        one.attributes.get("ac:name", ""): {"value": one.text}
        for one in node.elements
        if one.name == "ac:parameter"
    }
    return {
        "extensionType": "com.atlassian.confluence.macro.core",
        "extensionKey": name,
        "parameters": {"macroParams": given},
    }
