"""What Linear's refusals mean for us: try again, never again, or an operator must act.

Linear answers a refusal with HTTP 200 or 400 and an `errors` list, also when a rate limit is
reached: the body says what happened, the status alone says little.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from service.ports import Limited, NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
USUAL_WAIT = timedelta(seconds=60)
LONGEST_TEXT = 400

_BUCKETS = (
    "X-RateLimit-Requests",
    "X-RateLimit-Complexity",
    "X-RateLimit-Endpoint-Requests",
)
_LIMITED = {"ratelimited"}
_AUTH = {"authentication error", "authentication_error", "unauthenticated", "forbidden"}
_PASSING = {
    "network error",
    "internal error",
    "internal_server_error",
    "lock timeout",
    "bootstrap error",
}
_FINAL = {
    "feature not accessible",
    "invalid input",
    "input_error",
    "invalid_input",
    "user error",
    "graphql error",
    "graphql_validation_failed",
    "usage limit exceeded",
}
_SERVER_ERROR = 500
_TOO_MANY = 429
_NO_ENTRY = {401, 403}


class Unreachable(Unavailable):
    """Nobody answered, or nobody who speaks GraphQL."""


def of_everything(failure: Exception) -> bool:
    """Whether anything else we could ask would fail now as well: nobody is there, or we must wait.

    Any other failure may be that of one part of what was asked for.
    """
    waits = isinstance(failure, Unavailable) and failure.retry_after is not None
    return waits or isinstance(failure, Unreachable)


class TooComplex(Rejected):
    """The query costs more points than Linear takes at once: ask for fewer at a time."""


class AlreadyThere(Rejected):
    """An entity with the id we gave exists already; `told` is Linear's sentence naming the id."""

    def __init__(self, message: str, told: str) -> None:
        super().__init__(message)
        self.told = told

    def names(self, marker: str) -> bool:
        """Whether it is our own id that is taken."""
        return marker.casefold() in self.told.casefold()


def refusal(
    errors: Sequence[Mapping[str, Any]], status: int | None, headers: Mapping[str, str]
) -> Exception:
    """Return the exception for an answer that carries errors, the gravest of them first."""
    kinds = {word for error in errors for word in _words(error)}
    text = "; ".join(dict.fromkeys(_text(error) for error in errors))[:LONGEST_TEXT]
    if kinds & _LIMITED or status == _TOO_MANY:
        return Limited(f"Linear's rate limit is reached: {text}", wait(errors, headers))
    if kinds & _AUTH or (status in _NO_ENTRY and not kinds):
        return NotAllowed(f"Linear does not allow it with this key: {text}")
    if kinds & _PASSING or any(_by_server(error, status) for error in errors):
        return Unavailable(f"Linear could not answer: {text}")
    return _final(errors, text)


def _final(errors: Sequence[Mapping[str, Any]], text: str) -> Exception:
    first = str(errors[0].get("message") or "")
    if first.startswith("conflict on insert of "):
        return AlreadyThere(
            f"Linear refused: {text}", _extensions(errors[0], "userPresentableMessage")
        )
    if "query too complex" in first.casefold():
        return TooComplex(f"Linear refused: {text}")
    if first.startswith("Entity not found"):
        return NotFound(f"Linear has no such thing, or does not show it to this key: {text}")
    return Rejected(f"Linear refused: {text}")


def wait(errors: Sequence[Mapping[str, Any]], headers: Mapping[str, str]) -> timedelta:
    """Return how long to wait after a rate limit: until the last exhausted bucket is filled again.

    - Resets are UTC epoch milliseconds; the server's own `Date` says what time it is there, so
      that a wrong clock here does not matter.
    - Clamped to 1 second to 1 hour; 60 seconds where nothing says how long.
    """
    now = date_of(headers)
    resets = (*_resets(headers), *_told(errors)) if now else ()
    waits = [reset / 1000 - now.timestamp() for reset in resets if now]
    waits += _retry_after(headers, now)
    if not waits:
        return USUAL_WAIT
    seconds = min(max(*waits, SHORTEST_WAIT.total_seconds()), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds)


def _retry_after(headers: Mapping[str, str], now: datetime | None) -> list[float]:
    """Return what `Retry-After` says, in seconds or as a date."""
    value = headers.get("Retry-After")
    if (seconds := _number(value)) is not None:
        return [seconds]
    at = _date(value)
    return [(at - now).total_seconds()] if at and now else []


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """Return the instant in the `Date` header, None where there is none."""
    return _date(headers.get("Date"))


def _date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _resets(headers: Mapping[str, str]) -> list[float]:
    found = []
    for bucket in _BUCKETS:
        left = _number(headers.get(f"{bucket}-Remaining"))
        reset = _number(headers.get(f"{bucket}-Reset"))
        if left is not None and reset is not None and left <= 0:
            found.append(reset)
    return found


def _told(errors: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the resets that stand in the errors themselves."""
    found = []
    for error in errors:
        meta = _mapping(_mapping(error.get("extensions")).get("meta"))
        result = _mapping(meta.get("rateLimitResult"))
        reset, left = _number(result.get("reset")), _number(result.get("remaining"))
        if reset is not None and (left is None or left <= 0):
            found.append(reset)
    return found


def _words(error: Mapping[str, Any]) -> set[str]:
    """Return how Linear classifies an error: `extensions.type` and `.code`, in small letters."""
    return {_extensions(error, key).casefold() for key in ("type", "code")} - {""}


def _by_server(error: Mapping[str, Any], status: int | None) -> bool:
    """Whether an error is the server's own: by its status, or of a kind that says nothing."""
    words = _words(error)
    if words & _FINAL:
        return False
    extensions = _mapping(error.get("extensions"))
    told = _number(extensions.get("statusCode"))
    if told is not None or extensions.get("userError") is True:
        return told is not None and told >= _SERVER_ERROR
    return bool(words & {"unknown", "other"}) or (status or 0) >= _SERVER_ERROR


def _text(error: Mapping[str, Any]) -> str:
    message = str(error.get("message") or "no reason given")
    shown = _extensions(error, "userPresentableMessage")
    whole = f"{message} ({shown})" if shown and shown not in message else message
    return " ".join(whole.split())


def _extensions(error: Mapping[str, Any], key: str) -> str:
    value = _mapping(error.get("extensions")).get(key)
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
