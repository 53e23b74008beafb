"""Read values out of Jira's answers."""

from __future__ import annotations

from connectors.raw import Reader, of_epoch, parsed_day, parsed_instant

__all__ = [
    "ident",
    "instant",
    "maybe_day",
    "maybe_ident",
    "maybe_instant",
    "maybe_number",
    "maybe_part",
    "maybe_text",
    "number",
    "of_epoch",
    "parsed_day",
    "parsed_instant",
    "part",
    "parts",
    "text",
    "texts",
]

_read = Reader("Jira")

ident = _read.ident
maybe_ident = _read.maybe_ident
text = _read.text
maybe_text = _read.maybe_text
instant = _read.instant
maybe_instant = _read.maybe_instant
maybe_day = _read.maybe_day
maybe_number = _read.maybe_number
number = _read.number
part = _read.part
maybe_part = _read.maybe_part
parts = _read.parts
texts = _read.texts
