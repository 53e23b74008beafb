"""Linear's webhooks as bytes: is this from Linear, and which thing should we look at? Pure.

Shapes and promises: linear.app/developers/webhooks. Linear signs the raw body; the instant of
sending stands in the body (`webhookTimestamp`, milliseconds) and is the only one that is signed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from connectors.linear.mapping.raw import parsed_instant
from service.ports import BadSignature, Event, Subject, UnknownEvent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.linear.settings import LinearSettings

SIGNATURE = "Linear-Signature"
DELIVERY = "Linear-Delivery"
SHORT = 16  # hex digits, enough to tell apart bodies under one id in the header

_TOKEN = re.compile(r"[\x21-\x7e]{1,180}")
_STAMP_KEY = b'"webhookTimestamp"'
_STAMP = re.compile(rb"\s*:\s*[-+.0-9eE]+")
_ID = re.compile(r"[\x21-\x7e]{1,100}")

# Kinds Linear documents that change nothing we look at.
IGNORED = frozenset({
    "AgentSessionEvent", "AppUserNotification", "Attachment", "AuditEntry", "Customer",
    "CustomerNeed", "Cycle", "Initiative", "InitiativeUpdate", "IssueLabel", "IssueSLA",
    "OAuthApp", "OAuthAuthorization", "PermissionChange", "ProjectLabel", "Reaction", "Release",
    "ReleaseNote", "User",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinearWebhook:
    """The webhook of one workspace: its signing secrets, and how old a delivery may be (seconds)."""

    secrets: tuple[bytes, ...]
    tolerance: int = 60

    @classmethod
    def from_settings(cls, settings: LinearSettings) -> LinearWebhook:
        """Build it; several secrets are valid at once during a rotation."""
        secrets = tuple(secret.encode() for secret in settings.webhook_secret if secret)
        return cls(secrets, settings.webhook_tolerance)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Return the delivery id of a rightly signed and fresh body; else raise BadSignature.

        The id in the header is not signed: whoever has seen one could put it on another signed
        body. What is told therefore names the body too, but not when it was sent: a retry is
        stamped anew and stays the same delivery.

        A rightly signed body whose instant cannot be read is let through under the hash of its
        bytes: it is stored once however often it comes, and `event` calls it Unreadable, so that
        nothing is ever done about it.
        """
        if not self._signed(_header(headers, SIGNATURE), body):
            raise BadSignature
        sent_at = _sent_at(body)
        if sent_at is None:
            return _digest(body)
        if abs(now.timestamp() * 1000 - sent_at) > self.tolerance * 1000:
            raise BadSignature
        delivery = _header(headers, DELIVERY) or ""
        if not _TOKEN.fullmatch(delivery):
            return _digest(body)
        return f"{delivery}:{_unstamped(body)}"

    def event(self, body: bytes) -> Event | None:
        """Return which thing a delivery concerns, None for a kind that changes nothing for us."""
        raw = _parsed(body)
        kind, data = raw["type"], raw["data"]
        if kind in IGNORED:
            return None
        match kind:
            case "Project":
                return _event(raw, Subject.PROJECT, _id(data, "id"), left=_left_status(raw))
            case "ProjectUpdate":
                return _event(raw, Subject.PROJECT, _required(_project_of(data), "projectId"))
            case "Issue":
                return _event(raw, Subject.ISSUE, _id(data, "id"), also=_projects(raw))
            case "Document":
                return _event(raw, Subject.PAGE, _id(data, "id"), also=_projects(raw))
            case "Comment":
                return _comment(raw)
            case _:
                raise UnknownEvent(f"Linear sent an event of type {_shown(kind)}")

    def _signed(self, signature: str | None, body: bytes) -> bool:
        try:
            given = (signature or "").encode("ascii")
        except UnicodeEncodeError:
            return False
        good = [
            hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest().encode(), given)
            for secret in self.secrets
        ]
        return any(good)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    wanted = name.casefold()
    return next((value for key, value in headers.items() if key.casefold() == wanted), None)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _unstamped(body: bytes) -> str:
    """Return a short hash of everything a body says, apart from when it was sent.

    Searched from the end, where Linear writes it: this stands in the way of every answer. A quote
    within a text is escaped, so that no text can hold the key.
    """
    found = hashlib.sha256()
    at = body.rfind(_STAMP_KEY)
    stamp = _STAMP.match(body, at + len(_STAMP_KEY)) if at >= 0 else None
    if stamp is None:
        found.update(body)
    else:
        found.update(body[: stamp.start()])
        found.update(body[stamp.end() :])
    return found.hexdigest()[:SHORT]


def _sent_at(body: bytes) -> float | None:
    """Return when the body was sent, in epoch milliseconds; None where it does not say."""
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    value = raw.get("webhookTimestamp") if isinstance(raw, dict) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _parsed(body: bytes) -> dict[str, Any]:
    """Return the envelope with what every delivery has. Raises Unreadable."""
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(raw, dict):
        raise Unreadable("the body is not a JSON object")
    for key, shape in (("type", str), ("action", str), ("createdAt", str), ("data", dict)):
        if not isinstance(raw.get(key), shape):
            raise Unreadable(f"{key!r} is missing or has another shape than Linear documents")
    if _sent_at(body) is None:
        raise Unreadable("'webhookTimestamp' is missing or no number: nobody can say how old it is")
    return raw


def _event(
    raw: Mapping[str, Any],
    subject: Subject,
    subject_id: str,
    *,
    also: tuple[tuple[Subject, str], ...] = (),
    left: str | None = None,
) -> Event:
    at = parsed_instant(raw["createdAt"])
    if at is None:
        raise Unreadable("'createdAt' is no instant")
    return Event(subject, subject_id, _key(raw), at, also, left)


def _key(raw: Mapping[str, Any]) -> str:
    """Return what two deliveries of one event share; a retry may have another delivery id."""
    parts = [
        raw.get("organizationId"),
        raw["type"],
        raw["data"].get("id"),
        raw["action"],
        raw["createdAt"],
        raw.get("updatedFrom"),
    ]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _left_status(raw: Mapping[str, Any]) -> str | None:
    """Return the status a project was in before; a key alone is no proof that it changed."""
    before = _maybe_id(_before(raw), "statusId")
    return None if before == _maybe_id(raw["data"], "statusId") else before


def _projects(raw: Mapping[str, Any]) -> tuple[tuple[Subject, str], ...]:
    """Return the project a thing is in, and the one it left."""
    found = (_project_of(raw["data"]), _maybe_id(_before(raw), "projectId"))
    return tuple((Subject.PROJECT, one) for one in dict.fromkeys(found) if one)


def _comment(raw: Mapping[str, Any]) -> Event | None:
    """Return the page or project a comment is on; on issues and updates it changes nothing.

    A comment inside a document names only its content, which no id of ours leads to.
    """
    document = raw["data"].get("document")
    page = _maybe_id(raw["data"], "documentId") or (
        _maybe_id(document, "id") if isinstance(document, dict) else None
    )
    if page:
        return _event(raw, Subject.PAGE, page)
    project = _project_of(raw["data"])
    return _event(raw, Subject.PROJECT, project) if project else None


def _project_of(data: Mapping[str, Any]) -> str | None:
    project = data.get("project")
    nested = _maybe_id(project, "id") if isinstance(project, dict) else None
    return _maybe_id(data, "projectId") or nested


def _before(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    before = raw.get("updatedFrom")
    return before if isinstance(before, dict) else {}


def _maybe_id(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _id(data: Mapping[str, Any], key: str) -> str:
    return _required(_maybe_id(data, key), key)


def _required(value: str | None, key: str) -> str:
    if value is None:
        raise Unreadable(f"'data.{key}' is missing or no id")
    return value


def _shown(kind: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in kind)[:80]
