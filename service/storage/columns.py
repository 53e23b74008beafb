"""Column types that make both engines keep and give back the same values."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# PostgreSQL's text refuses NUL, and SQLite counts a text only up to it; neither takes a lone
# surrogate, because UTF-8 has no bytes for one.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# A unique index of PostgreSQL refuses entries over 2,704 bytes; the widest of ours has three keys.
_KEY_BYTES = 600


def cleaned(text: str) -> str:
    """Return the text with U+FFFD for each character that no text column can hold."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def shortened(key: str) -> str:
    """Return a cleaned key as it is, or, over 600 bytes, its beginning and the hash of the whole.

    Equal keys stay equal and different ones different, which is what a key is for.
    """
    encoded = key.encode()
    if len(encoded) <= _KEY_BYTES:
        return key
    beginning = encoded[:500].decode(errors="ignore")
    return f"{beginning}…{hashlib.sha256(encoded).hexdigest()}"


class Instant(TypeDecorator[datetime]):
    """An instant, to the microsecond, in UTC and aware of it on both engines.

    SQLite keeps text of a fixed width without a zone, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; an instant needs one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text of any length; what the engines cannot hold is replaced, so that no title breaks an insert."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else cleaned(value)


class KeyText(CleanText):
    """Text that stands in an index; one over 600 bytes is shortened, here and where it is looked for."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else shortened(cleaned(value))


class Json(TypeDecorator[Any]):
    """JSON as text: readable on both engines, and without what PostgreSQL's own type refuses (NUL)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else _dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        return None if value is None else orjson.loads(value)


def as_kept(value: object) -> object:
    """Return a value as it comes back out of a JSON column, to compare it with what is there."""
    return orjson.loads(_dumps(value))


def _dumps(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except (
        orjson.JSONEncodeError
    ):  # most likely a lone surrogate, which is rare enough to try twice
        return orjson.dumps(_without_surrogates(value))


def _without_surrogates(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case dict():
            return {
                _without_surrogates(key): _without_surrogates(item) for key, item in value.items()
            }
        case list() | tuple():
            return [_without_surrogates(item) for item in value]
        case _:
            return value
