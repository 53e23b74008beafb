"""Runs of words as one line of Markdown, so that it reads back as the same runs.

Where Markdown could not tell stress or an address from the words beside it, the stress is left
out and the address stands in brackets: words come before style.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.confluence.standin.blocks import folded

BREAK = "\n"
_SPACES = " \xa0"
_SPECIAL = re.compile(r"([\\`*\[\]<])|(?<![^\W_])(_)|(_)(?![^\W_])|(&)(?=#?\w+;)")
_LINE_START = re.compile(
    r"^(\d{1,9})([.)])(?=\s|$)"
    r"|^(#{1,6}(?=\s|$)|[+\->](?=\s|$)|>|=+\s*$|-+\s*$|~{3}|[:|][:|\s\-]*$|-[:|\s\-]*$)"
)
_BARE_ADDRESS = re.compile(r"https?://[A-Za-z0-9:/.\-?=#%+~@]*[A-Za-z0-9/#=]")
_ENTITY = re.compile(r"&(?=#?\w+;)")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one style. A `bare` one is an address that is its own words."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    bare: bool = False
    href: str = ""

    @property
    def stressed(self) -> bool:
        return (
            (self.strong or self.emphasis) and not (self.code or self.bare) and self.text != BREAK
        )


def line_of(runs: Iterable[Run], *, cell: bool) -> str:
    """Return a line; a break within it is `<br>` in a cell, else a backslash and a new line."""
    merged = _merged(runs)
    plain = [_plain(run, cell=cell) for run in merged]
    found = ""
    for at, run in enumerate(merged):
        following = merged[at + 1] if at + 1 < len(merged) else None
        after = plain[at + 1][:1] if following is not None else ""
        if run.bare:
            found += _address(run, following)
            continue
        beside = (at > 0 and merged[at - 1].stressed) or (following and following.stressed)
        found += _stressed(run, plain[at], found[-1:], after, beside=bool(beside))
    return found.strip(_SPACES)


def at_start(line: str) -> str:
    """Keep a line of words from being read as a list, a heading, a rule or a table."""
    match = _LINE_START.match(line)
    if match is None:
        return line
    return f"{match[1]}\\{line[len(match[1]) :]}" if match[1] else f"\\{line}"


def heading_of(line: str) -> str:
    """Return a line as a heading's: in one piece, its last signs kept."""
    return re.sub(r"(?<![^\s])(#+)$", r"\\\1", line.replace("\\\n", " "))


def fenced(text: str, language: str) -> str:
    """Return preformatted text."""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{text.rstrip(BREAK)}\n{ticks}"


def escaped(text: str) -> str:
    """Return words without a sign that Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Join neighbours of one style; no space follows a space or a break."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        one = run
        if not run.code and not run.bare and run.text != BREAK and _ends_open(last):
            one = replace(run, text=run.text.lstrip(" "))
        if not one.text:
            continue
        alike = last is not None and replace(last, text="") == replace(one, text="")
        if last is None or not alike or one.bare or BREAK in (last.text, one.text):
            found.append(one)
        elif one.code:
            found[-1] = replace(last, text=last.text + one.text)
        else:
            found[-1] = replace(last, text=folded(last.text + one.text))
    return found


def _ends_open(last: Run | None) -> bool:
    return last is None or (not last.code and last.text[-1:] in (" ", BREAK))


def _plain(run: Run, *, cell: bool) -> str:
    if run.text == BREAK:
        return "<br>" if cell else "\\\n"
    if run.code:
        return _code(run.text.replace("\n", " "), cell=cell)
    text = escaped(run.text)
    if cell:
        text = text.replace("|", "\\|")
    core = text.strip(" ")
    if run.href and core and not run.bare:
        href = _ENTITY.sub(r"\\&", run.href.replace("\\", "\\\\").replace("\n", " "))
        shown = href.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
        return text.replace(core, f"[{core}](<{shown}>)", 1)
    return text


def _address(run: Run, following: Run | None) -> str:
    alone = following is None or following.text.startswith((" ", BREAK))
    if alone and _BARE_ADDRESS.fullmatch(run.text):
        return run.text
    if run.text.startswith(("http://", "https://")):
        shown = run.text.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
        return f"<{shown.replace('|', '%7C')}>"
    return escaped(run.text)


def _stressed(run: Run, plain: str, before: str, after: str, *, beside: bool) -> str:
    core = plain.strip()
    if not run.stressed or not core:
        return plain
    start = plain.index(core)
    lead, tail = plain[:start], plain[start + len(core) :]
    touching = beside and not (lead and tail)
    opens = _can_stand(core[0], (lead or before)[-1:])
    closes = _can_stand(core[-1], (tail or after)[:1])
    if touching or not opens or not closes:
        return plain
    signs = "*" * (2 * run.strong + run.emphasis)
    return f"{lead}{signs}{core}{signs}{tail}"


def _can_stand(inside: str, outside: str) -> bool:
    """Say whether a sign of stress between the two is read as one."""
    return not outside or outside.isspace() or not _is_punctuation(inside)


def _is_punctuation(sign: str) -> bool:
    return sign in string.punctuation or unicodedata.category(sign)[0] in "PS"


def _code(text: str, *, cell: bool) -> str:
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    spaced = text.startswith(" ") and text.endswith(" ") and text.strip()
    pad = " " if text.startswith("`") or text.endswith("`") or spaced else ""
    shown = text.replace("|", "\\|") if cell else text
    return f"{fence}{pad}{shown}{pad}{fence}"
