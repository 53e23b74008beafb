"""Read values out of Linear's answers."""

from __future__ import annotations

from connectors.raw import Reader, parsed_day, parsed_instant

__all__ = [
    "instant",
    "maybe_day",
    "maybe_instant",
    "maybe_number",
    "maybe_part",
    "maybe_text",
    "parsed_day",
    "parsed_instant",
    "part",
    "parts",
    "text",
    "texts",
]

_read = Reader("Linear")

text = _read.text
maybe_text = _read.maybe_text
instant = _read.instant
maybe_instant = _read.maybe_instant
maybe_day = _read.maybe_day
maybe_number = _read.maybe_number
part = _read.part
maybe_part = _read.maybe_part
parts = _read.parts
texts = _read.texts
