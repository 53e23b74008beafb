"""A neutral document tree: what a page or a comment says, free of any tool's markup.

Connectors turn it into Markdown, storage format or blocks, and read those back into it. Text is
always text: a title with markup in it stays a title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text. `href` makes it a link (http or https only)."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str | None = None


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A break inside a paragraph."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, level 1 to 6."""

    level: int
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of inline content."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item: its own line, then whatever is nested below. `checked` is None without a box."""

    content: tuple[Inline, ...]
    children: tuple[Block, ...] = ()
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list, bulleted or numbered."""

    items: tuple[ListItem, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the header's cells, then rows of as many cells as people made of it."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A block of preformatted text."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal rule."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks of a page that are shown only when a reader opens them; `title` is always shown.

    It stands in a document itself, never below something else.

    Where a tool cannot fold, and in what is read back, it is a paragraph with the title and the
    blocks behind it.
    """

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG) that stands in a document itself, or in a fold of it.

    `name` is its file's, without the ending; `alternative` says in words what it shows. A tool
    that takes no pictures shows nothing in its place, and it reads as nothing everywhere.
    """

    name: str
    alternative: str
    png: bytes

    @property
    def file(self) -> str:
        """The name of the file that is attached."""
        return f"{self.name}.png"


Inline: TypeAlias = Text | LineBreak
Block: TypeAlias = Heading | Paragraph | BulletList | Table | Code | Rule | Fold | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A whole page or comment."""

    blocks: tuple[Block, ...]


def unfolded(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with every fold opened."""
    for block in blocks:
        if isinstance(block, Fold):
            yield Paragraph((Text(block.title),))
            yield from unfolded(block.blocks)
        else:
            yield block


def pictures(document: Document) -> list[Picture]:
    """List the pictures of a document in the order of reading."""
    return [block for block in unfolded(document.blocks) if isinstance(block, Picture)]


def plain(content: tuple[Inline, ...]) -> str:
    """Return the words of inline content on one line, markup gone, spaces folded."""
    words = "".join(part.text if isinstance(part, Text) else " " for part in content)
    return " ".join(words.split())


def text(*parts: str | Inline) -> tuple[Inline, ...]:
    """Build inline content from strings and ready parts."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def link(words: str, href: str) -> Text:
    """Build a link; an address that is not http(s) becomes plain text."""
    return Text(words, href=href if href.startswith(("https://", "http://")) else None)
