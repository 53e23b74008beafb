"""Lines of a page, and telling people's lines from the template's own.

Recognition goes by words alone: case, markup, quotation marks, dashes and spaces are rewritten by
the tools a page passes through.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.document import (
    BulletList,
    Code,
    Fold,
    Heading,
    LineBreak,
    Paragraph,
    Picture,
    Rule,
    Table,
    Text,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.document import Block, Inline

#: Stands in a comparable line of the template where a placeholder is filled in.
BLANK = "…"

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PROMPT = 4  # words; an answer behind a shorter line is not told from a longer line
_LABELS = frozenset({"why", "because", "cause", "root cause", "session date"})
_NONE = re.compile(
    r"(?:none|nothing|nil|no|n a|not applicable|(?:there (?:are|were|is) )?no (?:more |further |new )?"
    r"(?:actions?|failings?|findings?|issues?|problems?|root causes?|causes?|lessons?|"
    r"(?:open )?questions?|successes|changes?))"
    r"(?: (?:so far|yet|found|known|at all|to report|this time|needed|necessary|required|open|"
    r"to add|noted|identified|agreed|(?:because|since|as) .*))?"
    r"|nothing (?:needs to|has to|must|should) (?:change|be changed)"
)
_PLACEHOLDER = re.compile(
    r"tb[acd](?: (?:later|soon|in (?:the )?session))?|to ?do|later|pending|wip|work in progress"
    r"|to be (?:added|announced|completed|confirmed|decided|defined|determined|done|filled(?: in)?"
    r"|written)(?: later)?|(?:please )?fill (?:me |this )?(?:in|out)|coming soon|placeholder"
    r"|n a|x+|lorem ipsum.*|asdf\w*|(?:bla|blah)(?: (?:bla|blah))*"
)


def comparable(line: str) -> str:
    """Reduce a line to its words, as they compare with another line's."""
    return " ".join(map(_folded, _WORD.findall(line)))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def says_none(line: str) -> bool:
    """Whether a line says that there is nothing: `None`, `n/a`, `No actions: all went to plan`."""
    clause = re.split(r"[:.;,–—(]", line, maxsplit=1)[0]
    return bool(_NONE.fullmatch(comparable(clause)))


def says_nothing_yet(line: str) -> bool:
    """Whether a line only keeps a place: `TBD`, `n/a`, `?`, `xxx`, `lorem ipsum …`."""
    words = comparable(line)
    return not words or bool(_PLACEHOLDER.fullmatch(words))


def says_nothing(line: str) -> bool:
    """Whether a line says that there is nothing, or nothing yet."""
    return says_none(line) or says_nothing_yet(line)


@dataclass(frozen=True, slots=True)
class Template:
    """The template's own lines: prompts word by word, pre-filled facts up to what is filled in."""

    prompts: frozenset[str]
    facts: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, lines: frozenset[str]) -> Template:
        """Build it from comparable lines, BLANK standing for a placeholder."""
        facts = sorted(line for line in lines if BLANK in line and line.strip(f"{BLANK} "))
        return cls(frozenset(line for line in lines if BLANK not in line), tuple(map(_fact, facts)))

    def own(self, line: str) -> str | None:
        """Return what people wrote of a line, None where all of it is the template's.

        An answer written behind a prompt is people's, the prompt is not.
        """
        words = [(_folded(found[0]), found.end()) for found in _WORD.finditer(line)]
        whole = " ".join(word for word, _ in words)
        if not words or whole in self.prompts or whole in _LABELS:
            return None
        for count in range(len(words) - 1, _SHORTEST_PROMPT - 1, -1):
            if " ".join(word for word, _ in words[:count]) in self.prompts:
                return re.sub(r"^[^\w(\"“<«']+", "", line[words[count - 1][1] :])
        return line.strip()

    def is_fact(self, line: str) -> bool:
        """Whether a line is one that the template had filled in."""
        words = comparable(line)
        return any(fact.fullmatch(words) for fact in self.facts)


def _fact(line: str) -> re.Pattern[str]:
    parts = [re.escape(part.strip()) for part in line.split(BLANK)]
    return re.compile(r"\s*.*?\s*".join(parts))


def broken(content: tuple[Inline, ...]) -> Iterator[str]:
    """Split inline content at its breaks into lines of plain words; lines without any are out."""
    line: list[Inline] = []
    for part in (*content, LineBreak()):
        if isinstance(part, Text):
            line.append(part)
            continue
        if words := plain(tuple(line)):
            yield words
        line = []


def row_line(cells: Iterable[tuple[Inline, ...]]) -> str:
    """Write a row of a table as one line."""
    return " | ".join(map(plain, cells)).strip()


def lines_of(blocks: Iterable[Block]) -> Iterator[str]:
    """List every line of blocks in the order of reading, headers of tables left out.

    Not recursive: a page may nest deeper than the interpreter does.
    """
    stack = list(blocks)[::-1]
    while stack:
        block = stack.pop()
        match block:
            case Heading(_, content) | Paragraph(content):
                yield from broken(content)
            case BulletList(items):
                for item in reversed(items):
                    stack += [*reversed(item.children), Paragraph(item.content)]
            case Table(_, rows):
                yield from map(row_line, rows)
            case Code(words):
                yield from words.splitlines()
            case Fold(_, inside):
                stack += reversed(inside)
            case Rule() | Picture():
                pass
