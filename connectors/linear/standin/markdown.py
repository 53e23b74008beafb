"""What Linear makes of Markdown: it stores a tree and writes it out anew, so bytes change.

All rules are from independent projects' reports:

- bullets are `*`, emphasis is `*x*`, bare addresses and link targets stand in `<>`;
- the padding of tables collapses, two-space hard breaks and HTML comments are gone;
- bold over a line break comes back as two spans;
- a table indented under a bullet loses the first character of each cell;
- inline code and fenced blocks come back exactly.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BULLET = re.compile(r"^(\s*)[-+](\s+)(?=\S)")
_ANY_BULLET = re.compile(r"^\s*(?:[*+-]|\d+[.)])\s+\S")
_CHECKED = re.compile(r"^(\s*(?:[*+-]|\d+[.)])\s+)\[X\]")
_RULE = re.compile(r"^\s*([-_*])(?:\s*\1){2,}\s*$")
_TABLE_ROW = re.compile(r"^(\s*)\|(.*)\|\s*$")
_TABLE_RULE = re.compile(r":?-+:?")
_CODE_SPAN = re.compile(r"(`+)(?!`)(?:.+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK_TARGET = re.compile(
    r"\]\((?!<)((?:https?|mailto):[^\s()\x00]*(?:\([^\s()\x00]*\)[^\s()\x00]*)*)\)"
)
_BARE_URL = re.compile(r"(?<![<(\w/\"'=])(https?://[^\s<>|\x00]*[^\s<>|\x00.,;:!?)\]}'\"*_])")
_BOLD_ACROSS = re.compile(r"\*\*(?=\S)([^*\n]+)\n(?!\n)([^*\n]+)(?<=\S)\*\*")
_UNDERSCORED = re.compile(r"(?<![\w_\\])_(?=[^\s_])([^_\n]*[^\s_\\]|[^\s_\\])_(?![\w_])")
_STRONG_UNDERSCORED = re.compile(r"(?<![\w_\\])__(?=[^\s_])([^\n]*?[^\s_])__(?![\w_])")
_HELD = re.compile("\x00(\\d+)\x00")


def rewrite(text: str) -> str:
    """Return Markdown as Linear gives it back."""
    parts = _blocks(text.replace("\r\n", "\n").replace("\x00", ""))
    return "".join(part if fenced else _prose(part) for fenced, part in parts).strip("\n")


def _blocks(text: str) -> list[tuple[bool, str]]:
    """Part fenced code from the rest; the parts joined are the text."""
    parts: list[tuple[bool, str]] = []
    current: list[str] = []
    fence: str | None = None
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line.rstrip("\n"))
        if fence is None and match:
            parts.append((False, "".join(current)))
            current, fence = [line], match[2]
        elif fence is not None and match and _closes(match, fence):
            parts.append((True, "".join([*current, line])))
            current, fence = [], None
        else:
            current.append(line)
    parts.append((fence is not None, "".join(current)))
    return parts


def _closes(match: re.Match[str], fence: str) -> bool:
    return match[2].startswith(fence[0] * len(fence)) and not match[3].strip()


def _prose(text: str) -> str:
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\x00{len(held) - 1}\x00"

    text = _CODE_SPAN.sub(hold, text)
    text = _COMMENT.sub("", text)
    text = _BOLD_ACROSS.sub(r"**\1**\n**\2**", text)
    text = _lines(text)
    text = _LINK_TARGET.sub(r"](<\1>)", text)
    text = _BARE_URL.sub(r"<\1>", text)
    text = re.sub(r"<(?:https?|mailto):[^<>\s]*>", hold, text)
    text = _STRONG_UNDERSCORED.sub(r"**\1**", text)
    text = _UNDERSCORED.sub(r"*\1*", text)
    while _HELD.search(text):
        text = _HELD.sub(lambda match: held[int(match[1])], text)
    return text


def _lines(text: str) -> str:
    written: list[str] = []
    under_bullet = False
    for line in text.split("\n"):
        row = _TABLE_ROW.match(line)
        if row:
            written.append(_table_row(row, damaged=under_bullet and bool(row[1])))
            continue
        if _ANY_BULLET.match(line) and not _RULE.match(line):
            under_bullet = True
        elif line.strip() and not line.startswith((" ", "\t")):
            under_bullet = False
        written.append(_line(line))
    return "\n".join(written)


def _line(line: str) -> str:
    stripped = line.rstrip()
    if _RULE.match(stripped):
        return "---"
    stripped = _BULLET.sub(r"\1*\2", stripped)
    return _CHECKED.sub(r"\1[x]", stripped)


def _table_row(row: re.Match[str], *, damaged: bool) -> str:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row[2])]
    if all(_TABLE_RULE.fullmatch(cell) for cell in cells):
        cells = [re.sub("-+", "---", cell) for cell in cells]
    elif damaged:
        cells = [cell[1:] for cell in cells]
    return f"{row[1]}| {' | '.join(cells)} |"
