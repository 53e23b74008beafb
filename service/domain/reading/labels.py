"""Labels that people write before an answer: `Why:`, `Because`, `Root cause:`, `<-`."""

from __future__ import annotations

import re
from enum import StrEnum

_LEAD = r"^[\s•·*>\"'“–—-]*"
_ARROW = r"<[-–—=]+|←|⇐|⟵"
_END = r"\s*[:=–—]+\s*|\s+-+\s+|\s*-+\s*$"
_CAUSE = re.compile(
    rf"{_LEAD}(?:\((?:the )?root(?: cause)?\)\s*:?\s*"
    rf"|(?:the )?(?:(?:root|underlying|real)[\s-]+)?causes?\s*#?\d*(?:\s*\([^)]*\))?(?:{_END}|\s*$)"
    r"|(?:the )?root causes? (?:is|was|are|were)\b\s*(?:that\b\s*)?|root\s*[:=–—]\s*)",
    re.IGNORECASE,
)
_WHY = re.compile(
    rf"{_LEAD}(?:(?:{_ARROW}|↳|⮡)\s*"
    r"|(?:(?:\d(?:st|nd|rd|th|\.)?|first|second|third|fourth|fifth)\s+)?"
    rf"why\s*#?\d*(?:\s*\([^)]*\))?(?:{_END}|\s*[?.)]+\s*|\s*$)"
    r"|because\b\s*[:,]?\s*"
    r"|(?:immediate cause|direct cause|process gap|monitoring gap|systemic issue"
    rf"|contributing (?:factor|condition|cause))(?:{_END}))",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"{_LEAD}why\b", re.IGNORECASE)
_DETAIL = re.compile(
    rf"{_LEAD}(?:impact|effect|evidence|examples?|notes?|facts?|details?|where else|also affects?"
    r"|also in|elsewhere|plus|actions?|owner|due|cost|source|links?|bucket|class|category|type"
    rf"|when)(?:{_END})",
    re.IGNORECASE,
)
_CHAIN = re.compile(rf"\s*(?:{_ARROW})\s*")
_INLINE = re.compile(r"(?<=[.;,!?–—-])\s+(?=(?:why\s*\d*|root cause)\s*:)", re.IGNORECASE)


class Label(StrEnum):
    """What a line is to the failing above it."""

    WHY = "why"
    CAUSE = "cause"
    DETAIL = "detail"


def labelled(line: str) -> tuple[Label | None, str]:
    """Part a line into its label and the words behind it."""
    for label, pattern in ((Label.WHY, _WHY), (Label.CAUSE, _CAUSE), (Label.DETAIL, _DETAIL)):
        if found := pattern.match(line):
            return label, line[found.end() :].strip()
    return (Label.WHY if _QUESTION.match(line) else None), line.strip()


def chain(line: str) -> list[tuple[Label | None, str]]:
    """Part a line that holds a whole chain: `late <- no data <- (root) no checkpoint`.

    The first part has no label unless one is written; what an arrow leads to is a why.
    """
    links: list[tuple[Label | None, str]] = []
    for number, part in enumerate(_CHAIN.split(line)):
        for place, piece in enumerate(_INLINE.split(part)):
            label, words = labelled(piece)
            if label is None and number and not place:
                label = Label.WHY
            if words := words.rstrip(" ;,–—-"):
                links.append((label, words))
    return links


def has_arrow(line: str) -> bool:
    """Whether a line holds a chain written with arrows."""
    return bool(_CHAIN.search(line))
