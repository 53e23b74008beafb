"""The rows of the action tables, and what stands among the actions and cannot be read as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain.document import Table, plain
from service.domain.postmortem import ACTION_COLUMNS, ActionRow
from service.domain.reading.lines import comparable, row_line, says_none, says_nothing
from service.domain.reading.outline import Kind, outline
from service.domain.reading.tables import Words, columns, header_and_rows
from service.domain.words import counted, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.domain.document import Block, Inline
    from service.domain.reading.lines import Template
    from service.domain.reading.outline import Node

#: Our names of the columns, in the order in which they choose their place. A column about the
#: verifier or the state (`Verified by`, `Done on`) is none of them.
_COLUMNS = {
    "check": Words.of(
        r"(?:how )?(?:it is |is it |we |to |it s )?(?:verif(?:y|ied|ication)|check(?:ed|s)?|proof|prove[nd]?)"
        r"|evidence|definition of done|done when|acceptance(?: criteri(?:on|a))?",
        r"(?:how|what|which) (?:\w+ )*?(?:verif\w+|check\w*|pro(?:of|ves?|ved|ven)|shows?)"
        r"|verification|proof|evidence|check(?! ?ed by)|definition of done",
    ),
    "owner": Words.of(
        r"(?:action )?owner|who|responsible(?: person)?|assignee|assigned to|by whom|person|lead",
        r"owner|who(?! verif| check)|responsible|assignee|assigned",
    ),
    "due": Words.of(
        r"due(?: (?:date|on|by))?|when|(?:target |end )?date|deadline|by(?: when)?|until|finish by",
        r"due|by when|when|deadline|until|date",
    ),
    "ticket": Words.of(
        r"tickets?|issue|link|ticket link|tracked in|url", r"tickets?|tracked|issue|link"
    ),
    "change": Words.of(
        r"(?:the )?(?:changes?|actions?)(?: items?)?|what(?: changes)?|tasks?|measures?|to ?do"
        r"|description|decision",
        r"change[sd]?|actions?|what|tasks?|measures?",
    ),
}
_NOT_OURS = re.compile(
    r"(?:verified|checked|verifier|reviewed|approved|done|created|raised|closed|status|state)"
    r"(?: (?:by|on|at|date|yes no))?|(?:date|day) (?:verified|done|closed|created)"
    r"|who (?:verif|check|review)\w*"
)
_NEEDED = ("change", "owner", "due", "check")
_TITLES = dict(zip(("change", "owner", "due", "check", "ticket"), ACTION_COLUMNS, strict=True))
_LIKE_A_ROW = re.compile(
    r"\b(?:owner|responsible|assigned to|assignee|due|deadline|by when|verif(?:y|ied)|who|when)\s*[:=]"
    r"|\bowner\b.*\bdue\b|\d{4}-\d\d?-\d\d?|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    r"|.\|.*\||(?:\s[–—-]\s.*){2,}",
    re.IGNORECASE,
)
_FORM = " | ".join(ACTION_COLUMNS)


class ActionReader:
    """Collects the actions of a page, table by table, in the order of reading."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self.rows: list[ActionRow] = []
        self.not_understood: list[str] = []

    def read_section(self, blocks: Sequence[Block]) -> None:
        """Read the actions' own section: every table, and lines that look like actions."""
        for table in tables_in(blocks):
            self._table(table)
        for node in outline(blocks, self._template, rows=lambda _: ()):
            self._line(node)

    def read_elsewhere(self, blocks: Sequence[Block]) -> None:
        """Read tables that stand outside of the section and have its columns."""
        for table in tables_in(blocks):
            header, _ = header_and_rows(table)
            found = action_columns(header)
            if "owner" in found and "due" in found and ("change" in found or "check" in found):
                self._table(table)

    def _table(self, table: Table) -> None:
        header, rows = header_and_rows(table)
        found = action_columns(header)
        missing = [_TITLES[name] for name in _NEEDED if name not in found]
        for row in rows:
            cells = _trimmed([plain(cell) for cell in row], len(header))
            ours = cells if missing or len(cells) != len(header) else _pick(cells, found)
            if not any(map(comparable, ours)) or _says_none(ours):
                continue
            if missing:
                self._refuse(row, _without(missing))
            elif len(cells) != len(header):
                self._refuse(row, _uneven(len(cells), len(header)))
            else:
                self.rows.append(_row(len(self.rows) + 1, cells, found))

    def _line(self, node: Node) -> None:
        if says_nothing(node.line):
            return
        if node.kind is Kind.ITEM or _LIKE_A_ROW.search(node.line):
            self.not_understood.append(
                f"{quoted(node.line)} is not read as an action: write it as a row of the actions"
                f" table, under {_FORM}."
            )
        elif node.kind in {Kind.HEADING, Kind.INTRO}:
            for below in node.below:
                self._line(below)

    def _refuse(self, row: Sequence[tuple[Inline, ...]], why: str) -> None:
        self.not_understood.append(f"{quoted(row_line(row))} {why}")


def tables_in(blocks: Iterable[Block]) -> Iterator[Table]:
    """List the tables of blocks in the order of reading, also those below items of a list."""
    stack = list(blocks)[::-1]
    while stack:
        block = stack.pop()
        if isinstance(block, Table):
            yield block
        for item in reversed(getattr(block, "items", ())):
            stack += reversed(item.children)


def action_columns(header: list[str]) -> dict[str, int]:
    """Map our names of the columns (change, owner, due, check, ticket) to their places."""
    names = ["" if _NOT_OURS.fullmatch(comparable(name)) else name for name in header]
    return columns(names, _COLUMNS)


def _pick(cells: list[str], found: dict[str, int]) -> list[str]:
    return [cells[place] for place in found.values()]


def _row(number: int, cells: list[str], found: dict[str, int]) -> ActionRow:
    words = {name: cells[place] for name, place in found.items()}
    return ActionRow(
        number=number,
        change=words["change"],
        owner=words["owner"],
        due=words["due"],
        check=words["check"],
        ticket=words.get("ticket", ""),
    )


def _says_none(cells: list[str]) -> bool:
    """Whether a row says nothing but that there is no action."""
    filled = [cell for cell in cells if comparable(cell)]
    return len(filled) == 1 and says_none(filled[0])


def _trimmed(cells: list[str], length: int) -> list[str]:
    """Drop empty cells beyond the header: nothing is lost with them."""
    while len(cells) > length and not cells[-1]:
        cells = cells[:-1]
    return cells


def _without(missing: list[str]) -> str:
    names = listed([f"“{name}”" for name in missing])
    columns_word = "column" if len(missing) == 1 else "columns"
    return f"stands in a table without the {columns_word} {names}: name the columns {_FORM}."


def _uneven(cells: int, header: int) -> str:
    return (
        f"has {counted(cells, 'cell')} where the header has {header}: give each column one cell"
        " (an empty one stays empty)."
    )
