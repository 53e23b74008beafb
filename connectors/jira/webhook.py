"""Jira's webhooks as bytes: is this from Jira, and which thing should we look at? Pure.

Jira signs the raw body (`X-Hub-Signature`, WebSub's `method=signature`) and no instant, so that
nothing here can be stale: a delivery that was seen before is known by its id. What a body says is
a snapshot and may be an hour old; it is never believed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from connectors.jira.mapping.keys import Closing, Kind
from connectors.jira.mapping.raw import of_epoch
from connectors.jira.mapping.statuses import ARCHIVED, LIVE, RELEASED, UNRELEASED
from service.ports import BadSignature, Event, Subject, UnknownEvent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from connectors.jira.settings import JiraSettings

    Raw = Mapping[str, Any]

SIGNATURE = "X-Hub-Signature"
IDENTIFIER = "X-Atlassian-Webhook-Identifier"
METHOD = "sha256"
SHORT = 16  # hex digits, enough to tell apart bodies under one id in the header

_TOKEN = re.compile(r"[\x21-\x7e]{1,180}")
_ID = re.compile(r"[0-9]{1,20}")

_ISSUES = frozenset({"jira:issue_created", "jira:issue_updated", "jira:issue_deleted"})
_COMMENTS = frozenset({"comment_created", "comment_updated", "comment_deleted"})
_WORKLOGS = frozenset({"worklog_created", "worklog_updated", "worklog_deleted"})
# With the status that a version or a Jira project was in before.
_VERSIONS = {
    "jira:version_released": UNRELEASED.id,
    "jira:version_unreleased": RELEASED.id,
    "jira:version_updated": None,
    "jira:version_deleted": None,  # with `mergedTo` it was merged; the documentation also says:
    "jira:version_merged": None,
}
_PROJECTS = {
    "project_archived": LIVE.id,
    "project_restored_archived": ARCHIVED.id,
    "project_updated": None,
    "project_soft_deleted": None,
    "project_restored_deleted": None,
    "project_deleted": None,
}
# Kinds Atlassian documents that change nothing we look at.
_IGNORED = frozenset({
    "jira:version_created", "jira:version_moved", "project_created",
    "jira_expression_evaluation_failed",
})  # fmt: skip
_IGNORED_FAMILIES = (
    "app_access_to_objects", "attachment_", "board_", "filter_", "issue_property_", "issuelink_",
    "issuetype_", "option_", "sprint_", "user_",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JiraWebhook:
    """The webhook of one site: its signing secrets, and whose closing is held there.

    - `types` are the closing issue types, names and ids in small letters.
    - `page_type` is the issue type of post-mortems that are kept in issues, in small letters.
    """

    secrets: tuple[bytes, ...]
    types: frozenset[str] = frozenset({"epic"})
    versions: bool = False
    projects: bool = False
    page_type: str = "task"

    @classmethod
    def from_settings(cls, settings: JiraSettings) -> JiraWebhook:
        """Build it; several secrets are valid at once during a rotation."""
        return cls(
            tuple(secret.encode() for secret in settings.webhook_secret if secret),
            settings.issue_types,
            settings.closes_versions,
            settings.closes_projects,
            settings.page_type.casefold(),
        )

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Return the delivery id of a rightly signed body; else raise BadSignature.

        - Cloud's identifier is the same for every try, and is not signed: whoever has seen one
          could put it on another signed body. What is told therefore names the body too. Nobody
          promises that a retry has the same bytes; one that has not costs one more look.
        - Data Center has no identifier and tries once: the body alone is the id.
        """
        if not self._signed(_header(headers, SIGNATURE), body):
            raise BadSignature
        digest = hashlib.sha256(body).hexdigest()
        identifier = _header(headers, IDENTIFIER) or ""
        return f"{identifier}:{digest[:SHORT]}" if _TOKEN.fullmatch(identifier) else digest

    def event(self, body: bytes) -> Event | None:
        """Return which thing a delivery concerns, None for a kind that changes nothing for us."""
        raw = _parsed(body)
        kind: str = raw["webhookEvent"]
        if kind in _IGNORED or kind.startswith(_IGNORED_FAMILIES):
            return None
        if kind in _ISSUES or kind in _COMMENTS:
            return self._issue(raw)
        if kind in _WORKLOGS:
            return _event(raw, Subject.ISSUE, _id(_part(raw, "worklog"), "issueId", "worklog"))
        if kind in _VERSIONS:
            return self._thing(raw, Kind.VERSION, _VERSIONS[kind], held=self.versions)
        if kind in _PROJECTS:
            return self._thing(raw, Kind.PROJECT, _PROJECTS[kind], held=self.projects)
        raise UnknownEvent(f"Jira sent an event of type {_shown(kind)}")

    def _signed(self, header: str | None, body: bytes) -> bool:
        method, _, signature = (header or "").partition("=")
        try:
            given = signature.encode("ascii")
        except UnicodeEncodeError:
            return False
        good = [
            hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest().encode(), given)
            for secret in self.secrets
        ]
        return method == METHOD and any(good)

    def _issue(self, raw: Raw) -> Event:
        """Return what an event on an issue concerns: its own closing, else what it is part of.

        A closing object stays one here when its type was just changed: that must not hide it.
        """
        issue = _part(raw, "issue")
        id_, fields = _id(issue, "id", "issue"), _maybe_part(issue, "fields")
        moves = [*_items(raw, "status")]
        if self._closes(fields) or any(
            self._closed_once(item) for item in _items(raw, "issuetype")
        ):
            key = str(Closing(Kind.ISSUE, id_))
            return _event(
                raw, Subject.PROJECT, key, also=((Subject.ISSUE, id_),), left=_left(moves)
            )
        also = [(Subject.PROJECT, str(one)) for one in dict.fromkeys(self._around(raw, fields))]
        if _name(fields, "issuetype") == self.page_type:
            also.append((Subject.PAGE, id_))
        return _event(raw, Subject.ISSUE, id_, also=tuple(also))

    def _closes(self, fields: Raw) -> bool:
        kind = _maybe_part(fields, "issuetype")
        return bool({_name(fields, "issuetype"), _maybe_id(kind, "id")} & self.types)

    def _closed_once(self, item: Raw) -> bool:
        return bool({str(item.get("from")), str(item.get("fromString")).casefold()} & self.types)

    def _around(self, raw: Raw, fields: Raw) -> Iterator[Closing]:
        """Yield the closing objects an issue is in, and the ones it has just left."""
        parent = _maybe_part(fields, "parent")
        if (above := _maybe_id(parent, "id")) and self._closes(_maybe_part(parent, "fields")):
            yield Closing(Kind.ISSUE, above)
        for item in _items(raw, "epic link"):
            yield from (Closing(Kind.ISSUE, one) for one in _ends(item))
        if self.versions:
            versions = fields.get("fixVersions")
            for one in versions if isinstance(versions, list) else ():
                if isinstance(one, dict) and (id_ := _maybe_id(one, "id")):
                    yield Closing(Kind.VERSION, id_)
            for item in _items(raw, "fixversions", "fix version"):
                yield from (Closing(Kind.VERSION, one) for one in _ends(item))
        if self.projects:
            if id_ := _maybe_id(_maybe_part(fields, "project"), "id"):
                yield Closing(Kind.PROJECT, id_)
            for item in _items(raw, "project"):
                yield from (Closing(Kind.PROJECT, one) for one in _ends(item))

    def _thing(self, raw: Raw, kind: Kind, left: str | None, *, held: bool) -> Event | None:
        if not held:
            return None
        id_ = _id(_part(raw, kind.value), "id", kind.value)
        return _event(raw, Subject.PROJECT, str(Closing(kind, id_)), left=left)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    wanted = name.casefold()
    return next((value for key, value in headers.items() if key.casefold() == wanted), None)


def _parsed(body: bytes) -> dict[str, Any]:
    """Return the envelope with what every delivery has. Raises Unreadable."""
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(raw, dict):
        raise Unreadable("the body is not a JSON object")
    if not isinstance(raw.get("webhookEvent"), str):
        raise Unreadable("'webhookEvent' is missing or no text")
    return raw


def _event(
    raw: Raw,
    subject: Subject,
    subject_id: str,
    *,
    also: tuple[tuple[Subject, str], ...] = (),
    left: str | None = None,
) -> Event:
    stamp = raw.get("timestamp")
    number = isinstance(stamp, (int, float)) and not isinstance(stamp, bool)
    at = of_epoch(stamp) if number and stamp is not None else None
    if at is None:
        raise Unreadable("'timestamp' is missing or no instant")
    return Event(subject, subject_id, _key(raw, subject_id), at, also, left)


def _key(raw: Raw, subject_id: str) -> str:
    """Return what two deliveries of one event share; two registrations have two identifiers."""
    comment = _maybe_part(raw, "comment")
    changelog = _maybe_part(raw, "changelog")
    parts = [
        raw["webhookEvent"],
        raw.get("timestamp"),
        subject_id,
        changelog.get("id"),
        comment.get("id"),
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _items(raw: Raw, *names: str) -> Iterator[Raw]:
    """Yield the items of the changelog on a field: by its id, else by its name."""
    items = _maybe_part(raw, "changelog").get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            told = {str(item.get("fieldId")).casefold(), str(item.get("field")).casefold()}
            if told & set(names):
                yield item


def _left(moves: list[Raw]) -> str | None:
    """Return the status an issue was in before; a key alone is no proof that it changed."""
    if not moves:
        return None
    before = _maybe_id(moves[0], "from")
    return None if before == _maybe_id(moves[-1], "to") else before


def _ends(item: Raw) -> Iterator[str]:
    for side in ("from", "to"):
        if (id_ := _maybe_id(item, side)) is not None:
            yield id_


def _name(fields: Raw, key: str) -> str | None:
    name = _maybe_part(fields, key).get("name")
    return name.casefold() if isinstance(name, str) else None


def _maybe_part(raw: Raw, key: str) -> Raw:
    part = raw.get(key)
    return part if isinstance(part, dict) else {}


def _part(raw: Raw, key: str) -> Raw:
    part = raw.get(key)
    if not isinstance(part, dict):
        raise Unreadable(f"{key!r} is missing; the webhook must not leave the body out")
    return part


def _maybe_id(raw: Raw, key: str) -> str | None:
    """Return an id as text: Jira writes it as a text or, of Jira projects, as a number."""
    value = raw.get(key)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _ID.fullmatch(text) else None


def _id(raw: Raw, key: str, part: str) -> str:
    found = _maybe_id(raw, key)
    if found is None:
        raise Unreadable(f"'{part}.{key}' is missing or no id")
    return found


def _shown(kind: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in kind)[:80]
