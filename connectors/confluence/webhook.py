"""Data Center's webhooks as bytes: is this from our Confluence, and which page is it about? Pure.

Confluence signs the raw body with HMAC-SHA256 in `X-Hub-Signature` (Managing Webhooks). The body is
thin: what happened, when, and the page's id. Cloud has no webhooks without an app.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from service.ports import BadSignature, Event, Subject, UnknownEvent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.confluence.settings import ConfluenceSettings

SIGNATURE = "X-Hub-Signature"

_METHOD = "sha256="
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PAGES = "page_"
#: Kinds Confluence documents that change no page we look at.
_IGNORED = (
    *("attachment_", "blog_", "blueprint_", "cluster_", "comment_", "content_", "farm_", "group_"),
    *("label_", "license_", "plugin_", "relation_", "search_", "space_", "theme_", "user_"),
)


@dataclass(frozen=True, slots=True)
class ConfluenceWebhook:
    """The webhook of one site, with its signing secrets."""

    secrets: tuple[bytes, ...]

    @classmethod
    def from_settings(cls, settings: ConfluenceSettings) -> ConfluenceWebhook:
        """Build it; several secrets are valid at once during a rotation."""
        return cls(tuple(secret.encode() for secret in settings.webhook_secret if secret))

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Return the delivery id of a rightly signed body; else raise BadSignature.

        Confluence gives a delivery no id: the bytes are one, as they say what happened and when.
        """
        given = _header(headers, SIGNATURE) or ""
        if not given.isascii() or not given.startswith(_METHOD):
            raise BadSignature
        told = given.removeprefix(_METHOD).encode()
        good = [
            hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest().encode(), told)
            for secret in self.secrets
        ]
        if not any(good):
            raise BadSignature
        return hashlib.sha256(body).hexdigest()

    def event(self, body: bytes) -> Event | None:
        """Return which page a delivery concerns, None for a kind that changes no page."""
        raw = _parsed(body)
        if raw.get("test") is True:  # what "Test connection" sends
            return None
        kind = raw.get("event")
        if not isinstance(kind, str) or not kind:
            raise Unreadable("'event' is missing or no text")
        if kind.startswith(_IGNORED):
            return None
        if not kind.startswith(_PAGES):
            raise UnknownEvent(f"Confluence sent an event of kind {_shown(kind)}")
        return Event(Subject.PAGE, _page_id(raw), hashlib.sha256(body).hexdigest(), _at(raw))


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(raw, dict):
        raise Unreadable("the body is not a JSON object")
    return raw


def _page_id(raw: Mapping[str, Any]) -> str:
    page = raw.get("page")
    found = page.get("id") if isinstance(page, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return str(found)
    if isinstance(found, str) and found.isascii() and found.isdecimal():
        return found
    raise Unreadable("'page.id' is missing or no id")


def _at(raw: Mapping[str, Any]) -> datetime:
    """Return when it happened; Confluence counts milliseconds from 1970 (UTC)."""
    value = raw.get("timestamp")
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return _EPOCH + timedelta(milliseconds=value)
        except OverflowError:
            pass
    raise Unreadable("'timestamp' is missing or no instant")


def _header(headers: Mapping[str, str], wanted: str) -> str | None:
    name = wanted.casefold()
    return next((value for key, value in headers.items() if key.casefold() == name), None)


def _shown(kind: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in kind)[:80]
