"""A page as Markdown, for the board and for people at the stand-in's own page.

What is written back by `from_markdown` reads as the same Markdown again. Macros show as what is in
them, mentions as `@Name`, dates as `2026-12-01`, smart links as their bare address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from connectors.confluence.standin.blocks import (
    HEADINGS,
    cells_of,
    folded,
    in_paragraphs,
    is_block,
    rows_of,
)
from connectors.confluence.standin.markdown_lines import (
    BREAK,
    Run,
    at_start,
    escaped,
    fenced,
    heading_of,
    line_of,
)
from connectors.confluence.standin.tree import Node

_LISTS = ("ul", "ol", "ac:task-list")


class ToMarkdown:
    """Turns a tree of storage format into Markdown. `name_of` gives the name of an account."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of

    def page(self, root: Node) -> str:
        """Return the whole page."""
        return "\n\n".join(self._blocks(root.children)) + "\n"

    # Blocks.

    def _blocks(self, children: Iterable[Node | str]) -> list[str]:
        written = (self._block(one) for one in in_paragraphs(children))
        return [one for one in written if one]

    def _block(self, node: Node) -> str:  # noqa: PLR0911 (one case each)
        match node.name:
            case name if name in HEADINGS:
                words = heading_of(self._line(node))
                return f"{'#' * int(name[1])} {words}" if words else ""
            case "p":
                return "\n".join(map(at_start, self._line(node).split("\n")))
            case name if name in _LISTS:
                return "\n".join(self._list(node))
            case "table":
                return self._table(node)
            case "hr":
                return "---"
            case "pre":
                return fenced(node.text, "")
            case "blockquote":
                inside = "\n\n".join(self._blocks(node.children))
                return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
            case "ac:image":
                return _image(node)
            case "ac:structured-macro":
                return self._macro(node)
            case _:
                return "\n\n".join(self._blocks(node.children))

    def _macro(self, node: Node) -> str:
        body = node.first("ac:rich-text-body")
        if body is not None:
            return "\n\n".join(self._blocks(body.children))
        plain = node.first("ac:plain-text-body")
        return fenced(plain.text, node.parameter("language")) if plain is not None else ""

    def _list(self, node: Node) -> list[str]:
        """Return a list's lines; a list within a list of tasks belongs to the task above it."""
        lines: list[str] = []
        number = 0
        for one in node.elements:
            if one.name in _LISTS:
                lines += [f"  {line}".rstrip() for line in self._list(one)]
                continue
            number += 1
            lines += self._item(one, f"{number}. " if node.name == "ol" else "* ")
        return lines

    def _item(self, item: Node, sign: str) -> list[str]:
        children: list[Node | str] = item.children
        box = ""
        if item.name == "ac:task":
            status, body = item.first("ac:task-status"), item.first("ac:task-body")
            box = "[x] " if status is not None and status.text == "complete" else "[ ] "
            children = body.children if body is not None else []
        own = in_paragraphs(children)
        first = self._block(own.pop(0)) if own and own[0].name == "p" else ""
        pad = " " * len(sign)
        found = [f"{sign}{box}{first}".rstrip().replace("\n", f"\n{pad}")]
        for node in own:
            block = self._block(node)
            if node.name not in _LISTS and block:
                found.append("")
            found += [f"{pad}{line}".rstrip() for line in block.split("\n") if block]
        return found

    def _table(self, node: Node) -> str:
        rows = [[self._cell(cell) for cell in cells_of(row)] for row in rows_of(node)]
        width = max((len(row) for row in rows), default=0)
        if not width:
            return ""
        full = [row + [""] * (width - len(row)) for row in rows]
        lines = [f"| {' | '.join(row)} |" for row in full]
        return "\n".join([lines[0], f"| {' | '.join(['---'] * width)} |", *lines[1:]])

    def _cell(self, cell: Node) -> str:
        runs: list[Run] = []
        for block in in_paragraphs(cell.children):
            inside = list(self._runs(block.children, Run("")))
            if runs and inside:
                runs.append(Run(BREAK))
            runs += inside if cell.name == "td" else (replace(r, strong=False) for r in inside)
        return line_of(runs, cell=True).removesuffix("<br>")

    # Lines.

    def _line(self, node: Node) -> str:
        line = line_of(self._runs(node.children, Run("")), cell=False)
        return line.removesuffix("\\\n").strip(" \xa0")

    def _runs(self, children: Iterable[Node | str], now: Run) -> Iterable[Run]:
        for one in children:
            if isinstance(one, str):
                yield replace(now, text=folded(one))
            else:
                yield from self._inline(one, now)

    def _inline(self, node: Node, now: Run) -> Iterable[Run]:  # noqa: C901 (one case each)
        match node.name:
            case "strong" | "b":
                yield from self._runs(node.children, replace(now, strong=True))
            case "em" | "i":
                yield from self._runs(node.children, replace(now, emphasis=True))
            case "code":
                yield Run(node.text, code=True)
            case "a":
                href = node.attributes.get("href", "")
                if "data-card-appearance" in node.attributes or node.text == href:
                    yield Run(href, bare=True)
                else:
                    yield from self._runs(node.children, replace(now, href=href))
            case "br":
                yield Run(BREAK)
            case "time":
                yield replace(now, text=node.attributes.get("datetime", ""))
            case "ac:link":
                yield from self._link(node, now)
            case "ac:structured-macro":
                yield replace(now, text=node.parameter("title") or node.parameter("key"))
            case _ if is_block(node) or node.name == "li":
                yield Run(BREAK)
                yield from self._runs(node.children, now)
            case _:
                yield from self._runs(node.children, now)

    def _link(self, node: Node, now: Run) -> Iterable[Run]:
        user = node.first("ri:user")
        if user is not None:
            ref = user.attributes.get("ri:account-id") or user.attributes.get("ri:userkey") or ""
            yield replace(now, text=f"@{self._name_of(ref)}")
            return
        page = node.first("ri:page")
        title = page.attributes.get("ri:content-title", "") if page is not None else ""
        yield replace(now, text=folded(node.text).strip(" ") or title)


def _image(node: Node) -> str:
    file, address = node.first("ri:attachment"), node.first("ri:url")
    if file is not None:
        name = file.attributes.get("ri:filename", "")
        return f"![{escaped(name)}](<attachment:{name}>)"
    return f"![](<{address.attributes.get('ri:value', '')}>)" if address is not None else ""
