"""What the editor stores when a person writes Markdown, for edits made from behind.

- `@Full Name` of somebody on the site becomes a mention; a name without the sign stays text.
- A date like 2026-12-01 in a column whose header begins with "Due" becomes a date.
- The address of an issue becomes a smart link on Cloud; other addresses become links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.confluence.standin.tree import Node, printable

_ADDRESS = re.compile(r"https?://[\w:/.\-?=#%+~@&;,!$]*[\w/#=]")
_ISSUE = re.compile(r"https?://\S+/browse/[A-Z][A-Z0-9_]*-\d+")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOX = re.compile(r"\[([ xX])\](?:\s+|$)")
_SIMPLE = {
    "heading_open": "",
    "paragraph_open": "p",
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "list_item_open": "li",
    "blockquote_open": "blockquote",
    "table_open": "table",
    "tr_open": "tr",
    "th_open": "th",
    "td_open": "td",
}
_SPANS = {"strong_open": "strong", "em_open": "em"}


class _Parser(MarkdownIt):
    """Leaves addresses as they are written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the parser's own name)
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (the parser's own name)
        return link


class FromMarkdown:
    """Turns Markdown into a tree of storage format. `people` maps names to references."""

    def __init__(self, people: Mapping[str, str], *, cloud: bool) -> None:
        self._people = people
        self._cloud = cloud
        names = sorted((re.escape(name) for name in people), key=len, reverse=True)
        self._mention = re.compile(rf"@({'|'.join(names)})(?!\w)") if names else re.compile(r"(?!)")
        self._parser = _Parser("commonmark", {"html": False}).enable("table")
        self._due = False

    def page(self, markdown: str) -> Node:
        """Return a whole page."""
        tokens = iter(self._parser.parse(printable(markdown.replace("\r\n", "\n"))))
        return Node("", children=list(self._blocks(tokens, None)))

    def _blocks(self, tokens: Iterator[Token], end: str | None) -> Iterator[Node]:
        for token in tokens:
            kind = token.type
            if kind == end:
                return
            if kind in _SIMPLE:
                yield from self._block(token, tokens)
            elif kind == "hr":
                yield Node("hr")
            elif kind in ("fence", "code_block"):
                yield _code(token)
            elif kind == "inline":
                yield Node("p", children=list(self._inline(token)))

    def _block(self, token: Token, tokens: Iterator[Token]) -> Iterator[Node]:
        name = _SIMPLE[token.type] or token.tag
        end = token.type.replace("_open", "_close")
        match name:
            case "table":
                yield Node("table", children=[Node("tbody", children=list(self._rows(tokens)))])
            case "li":
                yield _item(list(self._blocks(tokens, end)))
            case "ul" | "ol":
                yield from _lists(name, list(self._blocks(tokens, end)))
            case "blockquote":
                yield Node(name, children=list(self._blocks(tokens, end)))
            case _:
                children = list(self._inline(next(tokens)))
                next(tokens)
                images = [c for c in children if isinstance(c, Node) and c.name == "ac:image"]
                alone = len(images) == len(children) == 1
                yield images[0] if alone else Node(name, children=children)

    def _rows(self, tokens: Iterator[Token]) -> Iterator[Node]:
        """Read a table; what its header says of a column holds for the cells below."""
        header: list[str] = []
        row = Node("tr")
        for token in tokens:
            match token.type:
                case "tr_open":
                    row = Node("tr")
                case "tr_close":
                    yield row
                case "th_open" | "td_open":
                    column = len(row.children)
                    line = next(tokens)
                    if token.type == "th_open":
                        header.append(line.content)
                    self._due = token.type == "td_open" and _is_due(header, column)
                    row.children.append(Node(token.tag, children=list(self._inline(line))))
                    self._due = False
                case "table_close":
                    return
                case _:
                    pass

    def _inline(self, line: Token) -> Iterator[Node | str]:
        root = Node("")
        stack = [root]
        for token in line.children or []:
            match token.type:
                case "text" | "text_special":
                    stack[-1].children += self._text(token.content, linked=_in_link(stack))
                case "softbreak" | "hardbreak":
                    stack[-1].children.append(Node("br"))
                case "code_inline":
                    stack[-1].children.append(Node("code", children=[token.content]))
                case "image":
                    stack[-1].children.append(_image(token))
                case "link_open":
                    stack.append(Node("a", {"href": str(token.attrGet("href") or "")}))
                case opening if opening in _SPANS:
                    stack.append(Node(_SPANS[opening]))
                case "link_close" | "strong_close" | "em_close":
                    node = stack.pop()
                    stack[-1].children.append(self._smart(node))
                case _:
                    stack[-1].children.append(token.content)
        yield from _joined(root.children)

    def _smart(self, node: Node) -> Node:
        href = node.attributes.get("href", "")
        if self._cloud and _ISSUE.fullmatch(href) and node.text == href:
            node.attributes["data-card-appearance"] = "inline"
        return node

    def _text(self, text: str, *, linked: bool) -> list[Node | str]:
        if linked:
            return [text]
        found: list[Node | str] = [text]
        found = _split(found, _BREAK, lambda _: Node("br"))
        found = _split(found, _ADDRESS, lambda m: self._smart(Node("a", {"href": m[0]}, [m[0]])))
        found = _split(found, self._mention, lambda m: self._person(m[1]))
        if self._due:
            found = _split(found, _DATE, lambda m: Node("time", {"datetime": m[0]}))
        return found

    def _person(self, name: str) -> Node:
        attribute = "ri:account-id" if self._cloud else "ri:userkey"
        return Node("ac:link", children=[Node("ri:user", {attribute: self._people[name]})])


def _split(
    parts: list[Node | str],
    pattern: re.Pattern[str],
    make: Callable[[re.Match[str]], Node],
) -> list[Node | str]:
    found: list[Node | str] = []
    for part in parts:
        if isinstance(part, Node):
            found.append(part)
            continue
        end = 0
        for match in pattern.finditer(part):
            found += [part[end : match.start()], make(match)]
            end = match.end()
        found.append(part[end:])
    return [one for one in found if one != ""]


def _joined(children: list[Node | str]) -> Iterator[Node | str]:
    """Yield children with neighbouring texts as one."""
    text = ""
    for one in children:
        if isinstance(one, str):
            text += one
            continue
        if text:
            yield text
        text = ""
        yield one
    if text:
        yield text


def _in_link(stack: list[Node]) -> bool:
    return any(node.name == "a" for node in stack)


def _is_due(header: list[str], column: int) -> bool:
    return column < len(header) and header[column].strip("*_ ").casefold().startswith("due")


def _item(blocks: list[Node]) -> Node:
    """Return a list item; its first line stands in it without a paragraph."""
    if blocks and blocks[0].name == "p":
        return Node("li", children=[*blocks[0].children, *blocks[1:]])
    return Node("li", children=list(blocks))


def _lists(name: str, items: list[Node]) -> Iterator[Node]:
    """Yield a list; neighbouring items that begin with a box are a list of tasks by themselves."""
    for boxed, group in groupby(items, key=lambda item: _box(item) is not None):
        children: list[Node | str] = [_task(one) if boxed else one for one in group]
        yield Node("ac:task-list" if boxed else name, children=children)


def _box(item: Node) -> re.Match[str] | None:
    first = item.children[0] if item.children else None
    return _BOX.match(first) if isinstance(first, str) else None


def _task(item: Node) -> Node:
    box = _box(item)
    words = str(item.children[0])[box.end() :] if box is not None else ""
    status = "complete" if box is not None and box[1] != " " else "incomplete"
    body: list[Node | str] = [words, *item.children[1:]] if words else item.children[1:]
    return Node(
        "ac:task",
        children=[
            Node("ac:task-status", children=[status]),
            Node("ac:task-body", children=body),
        ],
    )


def _code(token: Token) -> Node:
    children: list[Node | str] = []
    if language := token.info.strip():
        children.append(Node("ac:parameter", {"ac:name": "language"}, [language]))
    body = token.content.removesuffix("\n")
    children.append(Node("ac:plain-text-body", children=[body] if body else [], cdata=True))
    return Node("ac:structured-macro", {"ac:name": "code"}, children)


def _image(token: Token) -> Node:
    source = str(token.attrGet("src") or "")
    if source.startswith("attachment:"):
        name = source.removeprefix("attachment:")
        inside = Node("ri:attachment", {"ri:filename": name})
    else:
        inside = Node("ri:url", {"ri:value": source})
    return Node("ac:image", children=[inside])
