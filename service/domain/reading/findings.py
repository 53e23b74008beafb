"""What went well, what did not, and the whys below each failing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.domain.document import plain
from service.domain.reading.labels import Label, chain, has_arrow, labelled
from service.domain.reading.lines import broken, comparable, says_nothing, says_nothing_yet
from service.domain.reading.outline import Kind, Node, leaf, outline
from service.domain.reading.tables import header_and_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.domain.document import Block, Table
    from service.domain.reading.lines import Template

#: From this depth on the last why is the root cause also where nobody says so.
ENOUGH_WHYS = 3

_NUMBER_HEADER = re.compile(r"|no|nr|number|id|\d+")
_TITLE = re.compile(
    r"^(?:(?:failing|issue|problem|finding)\s*#?\d*|what happened|fact)\s*[:–—]\s*", re.IGNORECASE
)


@dataclass(slots=True)
class Draft:
    """A failing while it is being read. `chained`: its whys stand in one line, by arrows."""

    text: str
    whys: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    chained: bool = False

    def cause(self) -> str | None:
        """Return the root cause it names itself."""
        return "; ".join(dict.fromkeys(self.causes)) or None

    def end(self) -> str | None:
        """Return the end of its chain of whys, where that is deep enough to be a root cause."""
        return (
            self.whys[-1] if self.whys and (self.chained or len(self.whys) >= ENOUGH_WHYS) else None
        )


def successes_in(blocks: Sequence[Block], template: Template) -> tuple[str, ...]:
    """List what went well: items, lines and rows people wrote, their details left out."""
    return tuple(_successes(outline(blocks, template)))


def _successes(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in {Kind.HEADING, Kind.INTRO} and node.below:
            yield from _successes(node.below)
        elif node.kind is not Kind.INTRO and not says_nothing(node.line):
            yield node.words if node.label is None else node.line


def failings_in(blocks: Sequence[Block], template: Template) -> list[Draft]:
    """List what did not go well, each with the whys and causes that stand with it."""
    drafts: list[Draft] = []
    for node in _opened(outline(blocks, template, rows=_rows)):
        if node.label is None or not drafts:
            if node.label is not Label.CAUSE and not says_nothing(node.line):
                drafts.append(_draft(node))
        else:
            _collect((node,), drafts[-1])
    return drafts


def _opened(nodes: Iterable[Node]) -> Iterator[Node]:
    """Put the failings below a heading of topics, or below an introduction, in its place."""
    for node in nodes:
        told = any(child.label for child in node.below)
        topics = node.kind is Kind.HEADING and any(
            child.kind is Kind.ITEM and child.label is None for child in node.below
        )
        if (node.kind is Kind.INTRO and not told) or topics:
            yield from _opened(node.below)
        else:
            yield node


def _draft(node: Node) -> Draft:
    (_, head), *links = chain(_TITLE.sub("", node.words)) or [(None, node.words)]
    draft = Draft(head.rstrip(" :"), chained=has_arrow(node.words))
    _link(links, draft)
    _collect(node.below, draft)
    return draft


def _link(links: Iterable[tuple[Label | None, str]], draft: Draft) -> None:
    """Add the links of a written chain; a root at its end is also its last why."""
    for label, words in links:
        if says_nothing_yet(words):
            continue
        if label is not Label.DETAIL:
            draft.whys.append(words)
        if label is Label.CAUSE:
            draft.causes.append(words)


def _collect(nodes: Iterable[Node], draft: Draft) -> None:
    for node in nodes:
        label = node.label or (Label.WHY if node.kind is Kind.ITEM else None)
        if label is Label.DETAIL:
            continue
        if says_nothing_yet(node.words):
            pass
        elif label is Label.CAUSE:
            draft.causes.append(node.words)
        elif label is Label.WHY:
            (_, first), *links = chain(node.words) or [(None, node.words)]
            draft.whys.append(first)
            draft.chained = draft.chained or has_arrow(node.words)
            _link(links, draft)
        _collect(node.below, draft)


def _rows(table: Table) -> Iterator[Node]:
    """Read a table of failings: a column of them, and columns of whys and causes beside it."""
    header, rows = header_and_rows(table)
    labels = [column_label(name) for name in header]
    told = (at for at, name in enumerate(header) if not (labels[at] or is_number_header(name)))
    named = next(told, 0)
    for row in rows:
        below: list[Node] = []
        for place, cell in enumerate(row):
            label = labels[place] if place < len(labels) else None
            if label in {Label.WHY, Label.CAUSE}:
                below += [leaf(line, label) for line in broken(cell)]
        line = plain(row[named]) if named < len(row) else ""
        if comparable(line):
            yield Node(Kind.ITEM, line, None, line, tuple(below))


def is_number_header(name: str) -> bool:
    """Whether a column is headed as one of numbers, or not at all."""
    return bool(_NUMBER_HEADER.fullmatch(comparable(name)))


def column_label(name: str) -> Label | None:
    """Tell what a column's cells are to the failing of their row, by the words of its header."""
    words = comparable(name)
    if re.search(r"\bcauses?\b", words):
        return Label.WHY if re.search(r"\b(?:immediate|direct)\b", words) else Label.CAUSE
    if re.search(r"\bwhys?\b|\bbecause\b|\b(?:process|monitoring) gap\b|\bsystemic\b", words):
        return Label.WHY
    return labelled(f"{name}:")[0]
