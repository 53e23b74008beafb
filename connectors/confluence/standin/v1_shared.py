"""What both flavours do by the first interface: labels, files and restrictions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.confluence.standin import changes
from connectors.confluence.standin.call import Call
from connectors.confluence.standin.entities import Attachment, Label, Page
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.world import Act

MOST_LABELS = 20
_LONGEST_LABEL = 255
_BAD_LABEL = re.compile(r"[\s:;,.?&()#!\[\]^*@<>|/\\\"']")
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_FIELD = re.compile(r'(\w+)="((?:\\.|[^"\\])*)"')


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: a file where it has a name."""

    field: str
    filename: str | None
    media_type: str
    data: bytes


def editable(call: Call, page_id: str) -> Page:
    """Return a page. Raises Refused: 404 where it is not shown, 403 where it may not be edited."""
    page = call.page(page_id, "current", "draft", "archived", name="content")
    if not call.world.may_edit(call.user, page):
        raise Refused(403, f"User not permitted to edit content : {page_id}")
    return page


def add_labels(act: Act, page: Page, given: object) -> None:
    """Put labels on a page; those it has already stay once. Raises Refused (400)."""
    wanted = given if isinstance(given, list) else [given]
    names: list[tuple[str, str]] = []
    for one in wanted:
        if not isinstance(one, Mapping) or not isinstance(one.get("name"), str):
            raise Refused(400, "A label needs a name")
        name, prefix = one["name"].casefold(), str(one.get("prefix") or "global")
        if not name or len(name) > _LONGEST_LABEL or _BAD_LABEL.search(name):
            raise Refused(
                400, f"The label '{one['name']}' has invalid characters or a wrong length"
            )
        names.append((name, prefix))
    if len(names) > MOST_LABELS:
        raise Refused(400, f"At most {MOST_LABELS} labels can be added at once")
    known = {(label.name, label.prefix) for label in page.labels}
    for name, prefix in dict.fromkeys(names):
        if (name, prefix) not in known:
            page.labels.append(Label(act.world.ids.number(), name, prefix))
            changes.touched(act, page, "add label", "label_added", label=name)


def remove_label(act: Act, page: Page, name: str) -> None:
    """Take a label off a page. Raises Refused (404) where it is not there."""
    found = [label for label in page.labels if label.name == name.casefold()]
    if not found:
        raise Refused(404, f"No label found with name : {name}")
    page.labels = [label for label in page.labels if label not in found]
    changes.touched(act, page, "remove label", "label_removed", label=name)


def form_of(call: Call) -> list[Part]:
    """Return the parts of a form. Raises Refused: XSRF (403), not a form (415).

    Without `X-Atlassian-Token: nocheck` a form is taken for a forgery.
    """
    headers = call.request.headers
    if headers.get("x-atlassian-token", "") not in ("nocheck", "no-check"):
        raise Refused(403, "XSRF check failed")
    kind = headers.get("content-type", "")
    match = _BOUNDARY.search(kind)
    if not kind.startswith("multipart/form-data") or match is None:
        raise Refused(415, "Unsupported Media Type: multipart/form-data is needed")
    pieces = call.request.body.split(b"--" + match[1].encode())
    return [_part(piece.removeprefix(b"\r\n")) for piece in pieces[1:-1]]


def files_of(call: Call) -> tuple[list[Part], str]:
    """Return the files of a form and the comment on them. Raises Refused (400) without a file."""
    parts = form_of(call)
    files = [part for part in parts if part.field == "file" and part.filename]
    if not files:
        raise Refused(400, "At least one file is needed, in a field 'file'")
    comment = next((p.data.decode(errors="replace") for p in parts if p.field == "comment"), "")
    return files, comment


def attach(act: Act, page: Page, part: Part, comment: str) -> Attachment:
    """Put a file on a page; one of the same name gets a new version."""
    name = part.filename or ""
    found = page.attachments.get(name)
    if found is None:
        ids = act.world.ids
        found = Attachment(
            id=f"att{ids.number()}",
            title=name,
            media_type=part.media_type,
            data=part.data,
            author_id=act.actor.id,
            created_at=act.at,
            at=act.at,
            comment=comment,
            file_id=ids.uuid(),
        )
        page.attachments[name] = found
        changes.touched(act, page, "attach", "attachment_created", file=name)
        return found
    found.data, found.media_type, found.comment = part.data, part.media_type, comment
    found.author_id, found.at = act.actor.id, act.at
    found.number += 1
    changes.touched(act, page, "attach again", "attachment_updated", file=name)
    return found


def restrict(call: Call, act: Act, page: Page, given: object) -> None:
    """Set who may view and edit a page. Raises Refused (400)."""
    rules = given.get("results") if isinstance(given, Mapping) else given
    if not isinstance(rules, list):
        raise Refused(400, "Restrictions come as a list")
    readers, editors = page.readers, page.editors
    for rule in rules:
        if not isinstance(rule, Mapping) or rule.get("operation") not in ("read", "update"):
            raise Refused(400, "A restriction is of the operation read or update")
        people = _people(call, (rule.get("restrictions") or {}).get("user"))
        if rule["operation"] == "read":
            readers = people
        else:
            editors = people
    for people in (readers, editors):
        if people is not None and call.user.id not in people:
            raise Refused(400, "You cannot take your own permission away")
    changes.restrict_page(act, page, readers, editors)


def body_json(call: Call) -> Any:  # noqa: ANN401 (a list or an object)
    """Return the body, a list or an object."""
    try:
        return orjson.loads(call.request.body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"Could not parse the request body: {error}") from None


def _people(call: Call, given: object) -> list[str] | None:
    people = given.get("results") if isinstance(given, Mapping) else given
    if not people:
        return None
    if not isinstance(people, list):
        raise Refused(400, "The users of a restriction come as a list")
    refs = [
        str(p.get("accountId") or p.get("username") or p.get("userKey") or "")
        for p in people
        if isinstance(p, Mapping)
    ]
    found = [
        user.id
        for ref in refs
        for user in call.world.users.values()
        if ref in (user.id, user.username, user.key)
    ]
    if len(found) != len(people):
        raise Refused(400, "Provided restrictions are invalid: a user is not known")
    return found


def _part(piece: bytes) -> Part:
    head, _, data = piece.partition(b"\r\n\r\n")
    lines = [line.partition(":") for line in head.decode(errors="replace").split("\r\n")]
    headers = {name.strip().casefold(): value.strip() for name, _, value in lines}
    fields = dict(_FIELD.findall(headers.get("content-disposition", "")))
    media_type = headers.get("content-type", "application/octet-stream")
    return Part(
        fields.get("name", ""), fields.get("filename"), media_type, data.removesuffix(b"\r\n")
    )
