"""How the story is told: numbered steps, and what each party sees, in their own words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_LINK = re.compile(r"\[([^\]]*)\]\(<?[^)>]*>?\)")
_STRESS = re.compile(r"\*\*?([^*\s](?:[^*]*[^*\s])?)\*\*?")
QUOTE = "   | "
WIDTH = 94  # characters of a quoted line


class StoryStopped(Exception):
    """A step of the story did not happen within its time; the text says which and what was seen."""


@dataclass(slots=True)
class Step:
    """One step of the story with the lines that were told of it."""

    number: int
    title: str
    lines: list[str] = field(default_factory=list)


class Telling:
    """Writes the story through `tell`, one line after the other, and remembers it."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was told until now."""
        return tuple(self._steps)

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._steps.append(Step(len(self._steps) + 1, title))
        self._tell(f"\n{len(self._steps)}. {title}")

    def line(self, text: str) -> None:
        """Tell one line of the present step."""
        self._note(text)
        self._tell(f"   {text}" if text else "")

    def quote(self, markdown: str | Iterable[str]) -> None:
        """Tell what stands in a tool, word for word, without its markup."""
        lines = markdown.splitlines() if isinstance(markdown, str) else markdown
        for line in map(plain, lines):
            if line.strip():
                self._note(line)
                for part in _wrapped(line):
                    self._tell(f"{QUOTE}{part}")

    def _note(self, text: str) -> None:
        if self._steps and text:
            self._steps[-1].lines.append(text)


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip(" *")))
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False)


def plain(markdown: str) -> str:
    """Return a line of Markdown as its reader sees it: no stars, no addresses behind words."""
    return _STRESS.sub(r"\1", _LINK.sub(r"\1", markdown)).replace("\\", "")
