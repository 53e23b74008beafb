"""The section of root causes, and which failing each of its lines belongs to.

A line belongs to a failing by its number (`1:`, `#1`, `Issue 1`), by quoting its words, or by its
place in a numbered list or table that is as long as the failings; never by guessing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.document import plain
from service.domain.reading.findings import column_label, is_number_header
from service.domain.reading.labels import Label, chain, has_arrow
from service.domain.reading.lines import comparable, says_nothing, says_nothing_yet
from service.domain.reading.outline import Kind, Node, leaf, outline
from service.domain.reading.tables import header_and_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.domain.document import Block, Table
    from service.domain.reading.lines import Template

_NUMBERS = r"(\d{1,2}(?:\s*(?:,|&|\+|and)\s*#?\d{1,2})*)"
_NOUN = r"(?:for |of )?(?:failings?|issues?|problems?|findings?|numbers?|nos?\.|nr\.?)"
_LEADING = re.compile(
    rf"^\W*(?:{_NOUN}\s*)?#?{_NUMBERS}\s*(?:[:)\]–—→]+|\.(?=\s|$)|[-=]+>?(?=\s)|$)\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"(?:\b{_NOUN}\s*#?|(?<![\w/])#){_NUMBERS}\b", re.IGNORECASE)
_TRAILING = re.compile(rf"\(\s*{_NUMBERS}\s*\)\W*$")
_QUOTED = re.compile(r"[“\"«„]([^”\"»“]+)[”\"»“]")
_HEAD = re.compile(r"^(.+?)(?::|\s[–—-]+>?|→)\s+(.+)$")
_FEWEST_WORDS = 3  # of a failing that a head repeats; two words could be any two
_FEWEST_QUOTED = 2
_HIGHEST = 99  # number that a line can name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the section: the cause, what it says about where it belongs, and its place."""

    about: str
    cause: str
    place: int | None = None


def entries_in(blocks: Sequence[Block], template: Template) -> list[Entry]:
    """List the root causes of the section."""
    return list(_entries(outline(blocks, template, rows=_rows), ""))


def assigned(
    entries: Sequence[Entry], failings: Sequence[str]
) -> tuple[dict[int, str], tuple[Entry, ...]]:
    """Map the number of a failing (from 1) to the causes that the section gives for it.

    Returns beside it the entries that belong to none. Where there is one failing and one entry,
    nothing is left to guess.
    """
    found: defaultdict[int, list[str]] = defaultdict(list)
    loose: list[Entry] = []
    for entry in entries:
        numbers = _numbers(entry.about, len(failings))
        belongs = numbers or _quoted(entry.about, failings)
        for number in belongs:
            words = entry.cause if numbers else _behind(entry.cause, failings[number - 1])
            found[number].append(words)
        if not belongs:
            loose.append(entry)
    places = [entry.place for entry in entries]
    if not found and (places == list(range(1, len(failings) + 1)) or _one_each(entries, failings)):
        found.update((place, [entry.cause]) for place, entry in enumerate(entries, 1))
        loose = []
    causes = {number: "; ".join(dict.fromkeys(words)) for number, words in found.items()}
    return causes, tuple(loose)


def _one_each(entries: Sequence[Entry], failings: Sequence[str]) -> bool:
    """Whether one line and one failing belong together; a line may still name another one."""
    return len(entries) == len(failings) == 1 and not _numbers(entries[0].about, _HIGHEST)


def _entries(nodes: Iterable[Node], above: str) -> Iterator[Entry]:
    for node in nodes:
        causes = [
            child.words
            for child in node.below
            if child.label is Label.CAUSE and not says_nothing_yet(child.words)
        ]
        about = f"{above}\n{node.line}" if above else node.line
        if says_nothing(node.line) or node.label is Label.DETAIL:
            continue
        if causes:
            yield Entry(about, "; ".join(causes), node.ordinal)
        elif node.kind in {Kind.HEADING, Kind.INTRO} and node.below:
            yield from _entries(node.below, about)
        else:
            cause = _cause(node)
            if not says_nothing_yet(cause):
                yield Entry(about, cause, node.ordinal if not above else None)


def _cause(node: Node) -> str:
    """Return the words of the cause: behind its number, at the end of its chain."""
    words = _LEADING.sub("", node.words)
    return chain(words)[-1][1] if has_arrow(words) and chain(words) else words


def _numbers(about: str, highest: int) -> set[int]:
    """Read the failings' numbers out of a line, those that there are."""
    found: set[int] = set()
    for line in about.splitlines():
        texts = [match[1] for match in _NAMED.finditer(line)]
        texts += [match[1] for match in (_LEADING.match(line), _TRAILING.search(line)) if match]
        found |= {int(number) for text in texts for number in re.findall(r"\d+", text)}
    return {number for number in found if 1 <= number <= highest}


def _quoted(about: str, failings: Sequence[str]) -> set[int]:
    """Find the failings whose words a line repeats, whole or between quotation marks."""
    line = f" {comparable(about)} "
    parts = [comparable(match[1]) for match in _QUOTED.finditer(about)]
    parts = [part for part in parts if len(part.split()) >= _FEWEST_QUOTED]
    if head := _HEAD.match(about):
        parts += [part for part in [comparable(head[1])] if len(part.split()) >= _FEWEST_WORDS]
    found = set()
    for number, failing in enumerate(map(comparable, failings), 1):
        whole = len(failing.split()) >= _FEWEST_QUOTED and f" {failing} " in line
        if whole or any(f" {part} " in f" {failing} " for part in parts):
            found.add(number)
    return found


def _behind(cause: str, failing: str) -> str:
    """Return what stands behind the failing's words, the whole line where they do not lead it."""
    head = _HEAD.match(cause)
    return head[2] if head and comparable(head[1]) in comparable(failing) else cause


def _rows(table: Table) -> Iterator[Node]:
    """Read a table of causes: the column of causes, or else the last one; the others say whose."""
    header, rows = header_and_rows(table)
    labels = [column_label(name) for name in header]
    if Label.CAUSE in labels:
        named = labels.index(Label.CAUSE)
    else:
        named = max((at for at, name in enumerate(header) if not is_number_header(name)), default=0)
    ordinal = 0
    for row in rows:
        cause = plain(row[named]) if named < len(row) else ""
        if not comparable(cause):
            continue
        ordinal += 1
        whose = [plain(cell) for at, cell in enumerate(row) if at != named]
        line = "\n".join(filter(comparable, whose))
        yield Node(
            Kind.ITEM, line or cause, None, line or cause, (leaf(cause, Label.CAUSE),), ordinal
        )
