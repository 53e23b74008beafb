"""Hourly rates and exchange rates, read from the files that `[finances]` names.

A file is UTF-8, its values parted by commas or semicolons. What is wrong raises BadSettings with
one line that names the file, the line, the column and what is allowed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from service.domain.money import Exchange, Finances, Money, Rate
from service.settings.sections import Accounting
from service.settings.values import BadSettings

RATES = ("since", "role", "person", "amount", "currency")
EXCHANGE = ("on", "base", "quote", "rate")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of such a file, with where it stands."""

    file: Path
    number: int
    cells: Mapping[str, str]

    def read(self, column: str, make: Callable[[str], Value], allowed: str) -> Value:
        """Return what a cell holds. Raises BadSettings."""
        text = self.cells[column].strip()
        try:
            return make(text)
        except (ValueError, InvalidOperation):
            raise BadSettings(
                f"{self.file}, line {self.number}, column {column}: {text!r} must be {allowed}"
            ) from None

    def day(self, column: str) -> date:
        """Return a date. Raises BadSettings."""
        return self.read(column, date.fromisoformat, "a date such as 2026-01-31")

    def number_in(self, column: str) -> Decimal:
        """Return a number above zero. Raises BadSettings."""
        return self.read(column, _positive, "a number above 0 such as 95.50")

    def currency(self, column: str) -> str:
        """Return a currency. Raises BadSettings."""
        return self.read(column, _currency, "a currency by its ISO code, such as EUR")


def read_finances(given: Accounting, folder: Path) -> Finances:
    """Return the rates that a configuration names; its files are looked up in `folder`.

    Raises BadSettings.
    """
    return Finances(
        currency=given.currency or None,
        rates=tuple(map(_rate, _lines("rates", given.rates, RATES, folder))),
        exchanges=tuple(map(_exchange, _lines("exchange", given.exchange, EXCHANGE, folder))),
    )


def _rate(line: Line) -> Rate:
    money = Money(line.number_in("amount"), line.currency("currency"))
    role, person = line.cells["role"].strip(), line.cells["person"].strip()
    return Rate(line.day("since"), money, role or None, person or None)


def _exchange(line: Line) -> Exchange:
    base, quote = line.currency("base"), line.currency("quote")
    if base == quote:
        raise BadSettings(
            f"{line.file}, line {line.number}, column quote: {quote!r} must be another than base"
        )
    return Exchange(line.day("on"), base, quote, line.number_in("rate"))


def _lines(key: str, name: str, columns: tuple[str, ...], folder: Path) -> Iterator[Line]:
    if not name:
        return
    path = folder / name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadSettings(f"finances.{key}: cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadSettings(f"finances.{key}: {path} is not UTF-8") from None
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    found = tuple(cell.strip().casefold() for cell in next(rows, []))
    if sorted(found) != sorted(columns):
        raise BadSettings(f"{path}, line 1: the columns must be {', '.join(columns)}")
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(found):
            raise BadSettings(
                f"{path}, line {rows.line_num}: it has {len(cells)} values instead of {len(found)}"
            )
        yield Line(path, rows.line_num, dict(zip(found, cells, strict=True)))


def _positive(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite() or found <= 0:
        raise ValueError(text)
    return found


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise ValueError(text)
    return text
