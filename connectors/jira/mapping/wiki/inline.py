"""The runs within a line of Jira wiki markup."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from service.domain.document import Inline, LineBreak, Text

_DEEPEST = 8  # marks within marks; what is deeper is words
_LETTER = re.compile(r"[^\W_]")

# What Jira's renderer lets a backslash escape (BackslashEscapeRendererComponent).
ESCAPED = r"\\[-#*_+?^~|%{}\[\]()!@]"
LINK = r"\[(?:\\.|[^\]\\\n])+\]"
MONOSPACED = r"\{\{(?:\\.|[^\\\n])+?\}\}"

_TOKEN = re.compile(
    rf"(?P<escaped>{ESCAPED})"
    r"|(?P<newline>\\\\|\n)"
    r"|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,31});)"
    rf"|(?P<code>{MONOSPACED})"
    rf"|(?P<link>{LINK})"
    r"|(?P<image>![^\s!|][^!|\n]*\.\w{2,4}(?:\|[^!\n]*)?!)"
    r"|(?P<dropped>\{(?:color|anchor)(?::[^}\n]*)?\})"
    r"|(?P<braced>\{(?:[*_+^~-]|\?\?)\})"
    r"|(?P<url>https?://(?:[^\W_]|[.:/?=%@,;$']|[-_~](?=[-\w.:/?=%@,;$'~]))*)"
    r"|(?P<mark>[*_+^~-]|\?\?)"
)
_UNESCAPE = re.compile(rf"{ESCAPED}|&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z]\w{{1,31}});")


def read(words: str) -> tuple[Inline, ...]:
    """Read the runs of a line or of several; the end of a line is a break."""
    return tuple(_Line(words).runs(0, len(words), Text(""), 0))


@dataclass(frozen=True, slots=True)
class _Line:
    words: str

    def runs(self, at: int, end: int, style: Text, depth: int) -> list[Inline]:
        """Read from `at` to `end` in the style of `style`."""
        found: list[Inline] = []
        lone: set[str] = set()  # marks that nothing closes from here on
        while at < end:
            token = _TOKEN.search(self.words, at, end)
            found.append(replace(style, text=self.words[at : token.start() if token else end]))
            if token is None:
                break
            at = token.end()
            kind = str(token.lastgroup)
            if kind in {"mark", "braced"}:
                closing = None if depth == _DEEPEST else self._closing(token, end, lone)
                if closing is None:
                    found.append(replace(style, text=token[0]))
                    continue
                inner = _marked(style, token[0])
                found += self.runs(at, closing[0], inner, depth + 1)
                at = closing[1]
            else:
                found += self._token(kind, token[0], style, depth)
        return found

    def _token(self, kind: str, words: str, style: Text, depth: int) -> list[Inline]:
        match kind:
            case "newline":
                return [LineBreak()]
            case "code":
                return [replace(style, text=unescaped(words[2:-2]), code=True)]
            case "link":
                return _link(words, style, depth)
            case "image" | "dropped":
                return []
            case _:
                return [replace(style, text=unescaped(words))]

    def _closing(self, token: re.Match[str], end: int, lone: set[str]) -> tuple[int, int] | None:
        """Return where the mark that closes this one begins and ends, None where none does."""
        mark, start = token[0], token.end()
        if mark in lone or not self._opens(token, end):
            return None
        for other in _TOKEN.finditer(self.words, start, end):
            if other["newline"] == "\n":
                break
            if other[0] == mark and other.start() > start and self._closes(other):
                return other.start(), other.end()
        lone.add(mark)
        return None

    def _opens(self, token: re.Match[str], end: int) -> bool:
        if token["braced"]:
            return True
        before, after = self.words[: token.start()][-1:], self.words[token.end() : end][:1]
        return not _LETTER.match(before) and bool(after.strip())

    def _closes(self, token: re.Match[str]) -> bool:
        if token["braced"]:
            return True
        before, after = self.words[token.start() - 1], self.words[token.end() :][:1]
        return bool(before.strip()) and not _LETTER.match(after)


def _marked(style: Text, mark: str) -> Text:
    """Add what a mark says to a style; deleted, inserted, raised words are words."""
    bare = mark.strip("{}")
    return replace(
        style, strong=style.strong or bare == "*", emphasis=style.emphasis or bare == "_"
    )


def _link(words: str, style: Text, depth: int) -> list[Inline]:
    """Read `[words|address]`, `[address]`, `[~user]`; what leads nowhere else is its words."""
    parts = re.split(r"(?<!\\)\|", words[1:-1])
    target = (parts[1] if len(parts) > 1 else parts[0]).strip()
    alias = parts[0]
    if target.startswith("~") and len(parts) == 1:
        return [replace(style, text=f"@{unescaped(target[1:])}")]
    if target.startswith(("http://", "https://")):
        style = replace(style, href=target)
    elif len(parts) == 1:
        bare = target.removeprefix("mailto:").removeprefix("^").removeprefix("#")
        shown = unescaped(bare) if bare != target else unescaped(words)
        return [replace(style, text=shown)]
    if len(parts) == 1 or not alias.strip():
        return [replace(style, text=target)]
    if depth >= _DEEPEST:
        return [replace(style, text=unescaped(alias))]
    return _Line(alias).runs(0, len(alias), style, depth + 1)


def unescaped(words: str) -> str:
    """Return words without escapes and character references."""
    return _UNESCAPE.sub(
        lambda found: found[0][1:] if found[0].startswith("\\") else html.unescape(found[0]), words
    )
