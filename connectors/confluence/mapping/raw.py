"""Read values out of Confluence's answers, where any id may be a number."""

from __future__ import annotations

from connectors.raw import Reader

__all__ = [
    "maybe_instant",
    "maybe_part",
    "maybe_text",
    "number",
    "parts",
    "text",
]

_read = Reader("Confluence")

text = _read.ident
maybe_text = _read.maybe_ident
number = _read.number
maybe_instant = _read.maybe_instant
maybe_part = _read.maybe_part
parts = _read.listed
