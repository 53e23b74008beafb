"""Making an Atlassian document of Markdown, as a program or as the editor would."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = dict[str, Any]
Mark = dict[str, Any]

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_MARKS = {"strong": "strong", "em": "em", "s": "strike"}
_BARE = re.compile(r"https?://[^\s<>()|]+[^\s<>()|.,;:!?]")
_BOX = re.compile(r"\[([ xX])\]\s+")


def to_adf(text: str, *, by_hand: bool = False) -> Node:
    """Return a document; `by_hand` adds what the editor adds: ids, layouts, cards."""
    writer = _Writer(list(_PARSER.parse(text)), by_hand=by_hand, salt=text)
    return {"type": "doc", "version": 1, "content": list(writer.blocks(None))}


@dataclass(slots=True)
class _Writer:
    tokens: Sequence[Token]
    by_hand: bool
    salt: str
    at: int = 0
    ids: int = 0
    marks: list[Mark] = field(default_factory=list)

    def blocks(self, until: str | None) -> Iterator[Node]:
        """Write blocks up to the token that ends them."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == until:
                return
            yield from self.block(token)

    def block(self, token: Token) -> Iterator[Node]:
        match token.type:
            case "heading_open":
                yield {"type": "heading", **self.line(level=int(token.tag[1]))}
            case "paragraph_open":
                yield from self.paragraph()
            case "bullet_list_open" | "ordered_list_open":
                yield from self.items(token)
            case "blockquote_open":
                yield {"type": "blockquote", "content": list(self.blocks("blockquote_close"))}
            case "fence" | "code_block":
                yield self.code(token)
            case "hr":
                yield {"type": "rule"}
            case "table_open":
                yield self.table()
            case "html_block":
                yield {"type": "paragraph", "content": [{"type": "text", "text": token.content}]}
            case _:
                pass

    def line(self, **attrs: Any) -> Node:  # noqa: ANN401 (attributes of a node)
        """Write the inline content that follows, and step over what closes it."""
        content = list(self.inline(self.tokens[self.at]))
        self.at += 2
        if self.by_hand:
            attrs["localId"] = self.local_id()
        return {**({"attrs": attrs} if attrs else {}), **({"content": content} if content else {})}

    def local_id(self) -> str:
        self.ids += 1
        return hashlib.sha256(f"{self.ids}{self.salt}".encode()).hexdigest()[:12]

    def paragraph(self) -> Iterator[Node]:
        made = {"type": "paragraph", **self.line()}
        if made.get("content"):
            yield made

    def code(self, token: Token) -> Node:
        text = token.content.rstrip("\n")
        content = [{"type": "text", "text": text}] if text else []
        attrs = {"language": token.info.strip()} if token.info.strip() else {}
        return {"type": "codeBlock", "attrs": attrs, "content": content}

    # Lists.

    def items(self, token: Token) -> Iterator[Node]:
        kind = "orderedList" if token.type == "ordered_list_open" else "bulletList"
        close = token.type.replace("_open", "_close")
        items: list[list[Node]] = []
        while self.tokens[self.at].type != close:
            self.at += 1
            items.append(list(self.blocks("list_item_close")))
        self.at += 1
        boxes = [_box(item) for item in items]
        if items and all(box is not None for box in boxes):
            yield self.tasks(items, boxes)
            return
        attrs = {"attrs": {"order": int(token.attrGet("start") or 1)}} if kind[0] == "o" else {}
        content = [{"type": "listItem", "content": item or [_EMPTY]} for item in items]
        yield {"type": kind, **attrs, "content": content}

    def tasks(self, items: list[list[Node]], boxes: list[bool | None]) -> Node:
        content: list[Node] = []
        for item, done in zip(items, boxes, strict=True):
            text = _without_box(item[0].get("content", []))
            state = "DONE" if done else "TODO"
            attrs = {"localId": self.local_id(), "state": state}
            content.append({"type": "taskItem", "attrs": attrs, "content": text})
            content += [one for one in item[1:] if one["type"] == "taskList"]
        return {"type": "taskList", "attrs": {"localId": self.local_id()}, "content": content}

    # Tables.

    def table(self) -> Node:
        rows: list[Node] = []
        cells: list[Node] = []
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            self.at += 1
            if token.type == "tr_open":
                cells = []
            elif token.type in ("th_open", "td_open"):
                kind = "tableHeader" if token.type == "th_open" else "tableCell"
                content = list(self.inline(self.tokens[self.at]))
                self.at += 2
                line = {"type": "paragraph", **({"content": content} if content else {})}
                attrs = {"localId": self.local_id()} if self.by_hand else {}
                cells.append({"type": kind, "attrs": attrs, "content": [line]})
            elif token.type == "tr_close":
                rows.append({"type": "tableRow", "content": cells})
        self.at += 1
        table: Node = {"isNumberColumnEnabled": False, "layout": "default"}
        if self.by_hand:
            table["localId"] = self.local_id()
        return {"type": "table", "attrs": table, "content": rows}

    # Inside of a line.

    def inline(self, token: Token) -> Iterator[Node]:
        self.marks = []
        for child in token.children or ():
            yield from self.piece(child)

    def piece(self, child: Token) -> Iterator[Node]:
        name = child.type.rpartition("_")[0]
        if name in _MARKS:
            if child.nesting > 0:
                self.marks.append({"type": _MARKS[name]})
            else:
                self.marks.pop()
            return
        match child.type:
            case "link_open":
                href = str(child.attrGet("href") or "")
                self.marks.append({"type": "link", "attrs": {"href": href}})
            case "link_close":
                self.marks.pop()
            case "code_inline":
                yield self.text(child.content, {"type": "code"})
            case "softbreak":
                yield self.text(" ")
            case "hardbreak":
                yield {"type": "hardBreak"}
            case "text" | "html_inline" if child.content:
                yield from self.words(child.content)
            case _:
                pass

    def words(self, text: str) -> Iterator[Node]:
        """Write text; by hand, a bare address becomes a card."""
        linked = any(mark["type"] == "link" for mark in self.marks)
        if (
            linked
            and _BARE.fullmatch(text)
            and self.by_hand
            and self.marks[-1]["attrs"]["href"] == text
        ):
            yield {"type": "inlineCard", "attrs": {"url": text}}
            return
        at = 0
        for found in _BARE.finditer(text) if self.by_hand and not linked else ():
            if found.start() > at:
                yield self.text(text[at : found.start()])
            yield {"type": "inlineCard", "attrs": {"url": found.group()}}
            at = found.end()
        if at < len(text):
            yield self.text(text[at:])

    def text(self, words: str, *more: Mark) -> Node:
        marks = [*self.marks, *more]
        return {"type": "text", "text": words, **({"marks": marks} if marks else {})}


_EMPTY: Node = {"type": "paragraph"}


def _box(item: list[Node]) -> bool | None:
    """Say whether an item has a box and whether it is ticked; None without a box."""
    content = item[0].get("content", []) if item else []
    found = _BOX.match(str(content[0].get("text", ""))) if content else None
    return None if found is None else found.group(1) != " "


def _without_box(content: list[Node]) -> list[Node]:
    first = {**content[0], "text": _BOX.sub("", content[0]["text"], count=1)}
    return ([first] if first["text"] else []) + content[1:]
