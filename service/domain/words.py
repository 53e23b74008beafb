"""How dates, quotations, lists and numbers read in every sentence of Closeout."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> str:
    """Write a date so that nobody on any continent misreads it: `28 Mar 2027`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def quoted(text: str, longest: int = 60) -> str:
    """Put text people wrote between quotation marks, cut where it is long."""
    words = " ".join(text.split())
    return f"“{words}”" if len(words) <= longest else f"“{words[: longest - 1].rstrip()}…”"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Join words as people do: `a`, `a and b`, `a, b and c`."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 action`, `2 actions`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """End a text with one full stop, unless it already ends as a sentence."""
    return text if text.endswith((".", "!", "?", "…", ".”")) else f"{text}."


def called(name: str) -> str:
    """Call a project by its name, also where somebody left that blank."""
    return " ".join(name.split()) or "(project without a name)"


def folded(text: str) -> str:
    """Reduce text to what two spellings of it share: case, accents and spaces gone."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
