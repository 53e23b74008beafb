"""Finding the sections of a page by the words of their headings.

Case, numbering, emoji, punctuation, order and level do not matter, and renamed headings are found
while their key words are left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.domain.document import Heading, Paragraph, Text, plain
from service.domain.postmortem import Section
from service.domain.reading.lines import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.document import Block

_KEY_WORDS = {
    Section.OPEN_QUESTIONS: (
        r"(?:open|unanswered|unresolved|remaining) (?:\w+ )?(?:questions?|issues?|points?|topics?)"
        r"|questions|parking lot"
    ),
    Section.ACTIONS: (
        r"(?:corrective |preventive |agreed )?actions?(?: items?| points?)?|next steps|follow ?ups?"
        r"|to ?dos?|measures|decisions|what we (?:will )?change"
    ),
    Section.ROOT_CAUSES: (
        r"(?:root )?causes?|(?:five|5) whys|why (?:it|this|that|did (?:it|this|that)) happen(?:ed)?"
    ),
    Section.DID_NOT_GO_WELL: (
        r"(?:did ?not|didn ?t|not|less|could) (?:\w+ ){0,3}(?:well|better|good|right|work|improved?)"
        r"|(?:went|gone|going|go) (?:wrong|badly|poorly)|to improve|improvements?"
        r"|failings|failures|problems|difficulties|challenges|pain points|what (?:hurt|failed)"
    ),
    Section.WENT_WELL: (
        r"(?:went|go|gone|going|worked) (?:(?:really|very|especially|particularly) )?"
        r"(?:well|right|great)|successes|wins|highlights|what worked|positives|strengths"
    ),
    Section.LESSONS: r"lessons?|learnings|learned|learnt|take ?aways?",
    Section.GROUND_RULES: r"ground rules?|rules",
    Section.CONTEXT: (
        r"context|summary|background|overview|facts|key (?:figures|metrics)"
        r"|planned (?:and|vs|versus) actual"
    ),
}
_KEYS = {section: re.compile(rf"\b(?:{words})\b") for section, words in _KEY_WORDS.items()}
#: Words that add nothing to a heading's key words.
_FILLER = re.compile(
    r"\d+|[ivx]+|a|the|our|what|we|it|this|did|is|was|has|of|and|to|in|list|section|phase|part|step"
    r"|analysis|items|project|post|mortem|mins?|minutes|root|learn(?:ed|t)|lessons|action|table"
    r"|register|review"
)
_BOLD_LEVEL = 7  # a line in bold stands below every heading


@dataclass(slots=True)
class SectionBlocks:
    """The heading of a section as it stands, and the blocks below it."""

    heading: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A heading that may begin a section; `whole` says that it has no words of its own."""

    level: int
    words: str
    section: Section | None
    whole: bool


def sections_of(blocks: Iterable[Block]) -> dict[Section, SectionBlocks]:
    """Cut a page into its sections; what stands in none of them is left out.

    - A heading with key words and others (`Actions took too long`) begins a section only where it
      is not inside of one; below a heading of people's own nothing begins a section.
    - Another heading ends the section unless it is of a lower level.
    - The title of the page, which may have any words, begins none.
    - A line in bold is taken for the heading where the page has no real one with its words.
    """
    page = list(blocks)
    read = map(_read, (block for block in page if isinstance(block, Heading)))
    headings = [heading for heading in read if heading]
    real = {heading.section for heading in headings}
    title = _title(headings)
    sections: dict[Section, SectionBlocks] = {}
    above: list[tuple[int, Section | None]] = []
    for block in page:
        candidate = _read(block)
        if candidate and (candidate.level < _BOLD_LEVEL or candidate.section not in real):
            while above and above[-1][0] >= candidate.level:
                above.pop()
            if candidate.section and candidate != title and _begins(candidate, above):
                above.append((candidate.level, candidate.section))
                sections.setdefault(candidate.section, SectionBlocks(candidate.words))
                continue
            above.append((candidate.level, None))
        if current := _around(above):
            sections[current].blocks.append(block)
    return sections


def _around(above: list[tuple[int, Section | None]]) -> Section | None:
    """Return the innermost section in which the page stands."""
    return next((section for _, section in reversed(above) if section), None)


def _title(headings: list[_Candidate]) -> _Candidate | None:
    """Return the first heading where it stands above all others and says more than a section."""
    if not headings or headings[0].whole:
        return None
    first, *others = headings
    return first if others and all(other.level > first.level for other in others) else None


def _begins(candidate: _Candidate, above: list[tuple[int, Section | None]]) -> bool:
    """Whether a heading with key words begins a section where it stands."""
    return _around(above) is None or (candidate.whole and above[-1][1] is not None)


def _read(block: Block) -> _Candidate | None:
    """Read a heading, or a line in bold that is nothing but key words."""
    match block:
        case Heading(level, content):
            words = plain(content)
            section, whole = section_named(words)
            return _Candidate(level, words, section, whole)
        case Paragraph(content) if all(isinstance(run, Text) and run.strong for run in content):
            words = plain(content)
            section, whole = section_named(words)
            return _Candidate(_BOLD_LEVEL, words, section, whole) if section and whole else None
    return None


def section_named(heading: str) -> tuple[Section | None, bool]:
    """Tell which section a heading names, and whether it says nothing else.

    Of several sections whose key words are there, the first named is meant.
    """
    words = comparable(heading)
    matches = [
        (match.start(), -match.end(), section)
        for section, keys in _KEYS.items()
        if (match := keys.search(words))
    ]
    if not matches:
        return None, False
    start, end, section = min(matches)
    others = f"{words[:start]} {words[-end:]}".split()
    return section, all(map(_FILLER.fullmatch, others))
