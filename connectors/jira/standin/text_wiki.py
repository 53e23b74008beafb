"""Wiki markup from Markdown and back, for Data Center and for the interface's version 2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_SIGNS = {"strong": "*", "em": "_", "s": "-"}
_SPECIAL = re.compile(r"([{}\[\]|])")

Fits = Callable[[str], bool]


def from_markdown(text: str) -> str:
    """Return Markdown as wiki markup."""
    return "\n\n".join(_Writer(_PARSER.parse(text)).blocks(None))


@dataclass(slots=True)
class _Writer:
    tokens: Sequence[Token]
    at: int = 0
    signs: str = ""

    def blocks(self, until: str | None) -> Iterator[str]:
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == until:
                return
            yield from self.block(token)

    def block(self, token: Token) -> Iterator[str]:
        match token.type:
            case "heading_open":
                yield f"h{token.tag[1]}. {self.line()}"
            case "paragraph_open":
                yield self.line()
            case "bullet_list_open" | "ordered_list_open":
                yield "\n".join(self.items(token))
            case "blockquote_open":
                inside = "\n\n".join(self.blocks("blockquote_close"))
                yield f"{{quote}}\n{inside}\n{{quote}}"
            case "fence" | "code_block":
                body = token.content.rstrip("\n")
                yield f"{{noformat}}\n{body}\n{{noformat}}"
            case "hr":
                yield "----"
            case "table_open":
                yield "\n".join(self.table())
            case _:
                pass

    def line(self) -> str:
        found = _inline(self.tokens[self.at])
        self.at += 2
        return found

    def items(self, token: Token) -> Iterator[str]:
        close = token.type.replace("_open", "_close")
        self.signs += "#" if token.type.startswith("ordered") else "*"
        while self.tokens[self.at].type != close:
            self.at += 1
            parts = list(self.blocks("list_item_close"))
            own = f"{self.signs} {parts[0]}" if parts else self.signs
            yield "\n".join([own, *parts[1:]])
        self.at += 1
        self.signs = self.signs[:-1]

    def table(self) -> Iterator[str]:
        cells: list[str] = []
        sign = "|"
        while self.tokens[self.at].type != "table_close":
            token = self.tokens[self.at]
            self.at += 1
            if token.type == "tr_open":
                cells = []
            elif token.type in ("th_open", "td_open"):
                sign = "||" if token.type == "th_open" else "|"
                cells.append(_inline(self.tokens[self.at]) or " ")
                self.at += 2
            elif token.type == "tr_close":
                yield sign + sign.join(cells) + sign
        self.at += 1


def _inline(token: Token) -> str:
    text, links = "", []
    for child in token.children or ():
        name = child.type.rpartition("_")[0]
        if name in _SIGNS:
            text += _SIGNS[name]
        elif child.type == "link_open":
            links.append((len(text), str(child.attrGet("href") or "")))
        elif child.type == "link_close":
            start, href = links.pop()
            words = text[start:]
            text = text[:start] + (f"[{href}]" if words == href else f"[{words}|{href}]")
        elif child.type == "code_inline":
            text += f"{{{{{child.content}}}}}"
        elif child.type == "softbreak":
            text += " "
        elif child.type == "hardbreak":
            text += "\n"
        else:
            escape = not links
            text += _SPECIAL.sub(r"\\\1", child.content) if escape else child.content
    return text


# Back.

_LIST = re.compile(r"([*#-]+)\s+(.*)")
_HEADING = re.compile(r"h([1-6])\.\s*(.*)")
_LINK = re.compile(r"(?<!\\)\[([^\]|]+)\|([^\]]+)\]|(?<!\\)\[(https?://[^\]]+)\]")
_STRONG = re.compile(r"(?<![\w*\\])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_MENTION = re.compile(r"(?<!\\)\[~(?:accountid:)?([^\]]+)\]")
_CODE = re.compile(r"\{\{(.+?)\}\}")
_CELLS = re.compile(r"(?<!\\)\|\|?(?![^\[\]]*\])")


def wiki_to_markdown(text: str) -> str:
    """Return wiki markup as Markdown; what is not known stays as it is."""
    return "\n\n".join(_markdown_blocks(text.replace("\r\n", "\n")))


def _markdown_blocks(text: str) -> Iterator[str]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        end, block = _next_block(lines, at)
        if block:
            yield block
        at = end


def _next_block(lines: Sequence[str], at: int) -> tuple[int, str]:
    line = lines[at].strip()
    if (found := _HEADING.fullmatch(line)) is not None:
        return at + 1, f"{'#' * int(found[1])} {_markdown_inline(found[2])}"
    if line.startswith(("{noformat}", "{code")):
        end = _fenced(lines, at)
        body = "\n".join(lines[at + 1 : end - 1])
        return end, f"```\n{body}\n```"
    if line == "{quote}":
        end = _fenced(lines, at)
        inside = wiki_to_markdown("\n".join(lines[at + 1 : end - 1]))
        return end, "\n".join(f"> {one}".rstrip() for one in inside.splitlines())
    if line == "----":
        return at + 1, "---"
    if line.startswith("|"):
        end = _while(lines, at, lambda one: one.startswith("|"))
        return end, _markdown_table([one.strip() for one in lines[at:end]])
    if _LIST.fullmatch(line):
        end = _while(lines, at, lambda one: _LIST.fullmatch(one) is not None)
        return end, "\n".join(_item(one.strip()) for one in lines[at:end])
    end = _while(lines, at, lambda one: bool(one) and not _starts_block(one)) or at + 1
    return max(end, at + 1), "  \n".join(_markdown_inline(one.strip()) for one in lines[at:end])


def _starts_block(line: str) -> bool:
    return (
        line.startswith(("|", "{noformat}", "{code", "{quote}", "----"))
        or _HEADING.fullmatch(line) is not None
        or _LIST.fullmatch(line) is not None
    )


def _while(lines: Sequence[str], at: int, fits: Fits) -> int:
    while at < len(lines) and fits(lines[at].strip()):
        at += 1
    return at


def _fenced(lines: Sequence[str], at: int) -> int:
    sign = lines[at].strip().partition(":")[0].rstrip("}")
    for end in range(at + 1, len(lines)):
        if lines[end].strip().startswith(sign):
            return end + 1
    return len(lines)


def _item(line: str) -> str:
    found = _LIST.fullmatch(line)
    if found is None:
        return line
    signs, words = found[1], found[2]
    indent = "".join("   " if one == "#" else "  " for one in signs[:-1])
    return f"{indent}{'1.' if signs[-1] == '#' else '*'} {_markdown_inline(words)}"


def _markdown_table(lines: Sequence[str]) -> str:
    rows = [_row(line) for line in lines]
    headed = lines[0].startswith("||")
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows]
    header, body = (padded[0], padded[1:]) if headed else ([""] * width, padded)
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["-"] * width, *body))


def _row(line: str) -> list[str]:
    cells = _CELLS.split(line.rstrip())
    inside = cells[1:-1] if line.rstrip().endswith("|") else cells[1:]
    return [_markdown_inline(cell.strip()).replace("|", "\\|") for cell in inside]


def _markdown_inline(text: str) -> str:
    text = _CODE.sub(r"`\1`", text)
    text = _MENTION.sub(r"@\1", text)
    text = _LINK.sub(lambda m: f"<{m[3]}>" if m[3] else f"[{m[1]}]({m[2]})", text)
    text = _STRONG.sub(r"**\1**", text)
    return re.sub(r"\\([{}\[\]|])", r"\1", text)
