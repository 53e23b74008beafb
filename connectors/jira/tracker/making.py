"""Issues that we make: each once, findable by a label of its own, with our marker in a property."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from connectors.http import Declined, segment
from connectors.jira.mapping import raw as read
from connectors.jira.mapping import wiki
from service import adf
from service.ports import NotFound, NotYet, Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.jira.client import JiraClient, Raw
    from service.domain.document import Document

log = structlog.get_logger(__name__)

PROPERTY = "closeout"
LABEL = "closeout"
LONGEST_SUMMARY = 255
#: After a write the index may not show it for so long.
INDEX_LAG = timedelta(seconds=120)

_FOUND = 10
_BAD_REQUEST = 400


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """An issue to be made.

    - `project` is a key or an id, `kind` the name or id of an issue type of that project.
    - `optional` are fields that are left out where Jira refuses them (not on the screen, somebody
      who may not be assigned), the rest is needed.
    - `said` goes into our property beside the marker.
    """

    project: str
    kind: str
    summary: str
    body: Document
    labels: tuple[str, ...] = ()
    optional: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


def label_of(marker: str) -> str:
    """Return the label that finds what was made for a marker."""
    return f"{LABEL}-{marker.replace('-', '')[:12]}"


def rich(client: JiraClient, document: Document) -> Raw | str:
    """Write rich text as this site takes it: ADF on Cloud, wiki markup on Data Center."""
    return adf.write(document) if client.cloud else wiki.write(document)


def unrich(client: JiraClient, value: object) -> Document:
    """Read rich text as this site gives it."""
    if client.cloud:
        return adf.read(value if isinstance(value, dict) else None)
    return wiki.read(value if isinstance(value, str) else None)


def ensure_issue(
    client: JiraClient, marker: str, draft: IssueDraft, tried: timedelta | None
) -> str:
    """Make the issue once; returns its id.

    One whose answer was lost is found by its label, but the index lags: before the lag is over a
    second one is not made. Raises NotYet meanwhile.
    """
    found = find(client, marker)
    if found is not None:
        return found
    if tried is not None and tried < INDEX_LAG:
        raise NotYet(
            f"whether Jira has made {draft.summary!r} is seen once its index has caught up",
            INDEX_LAG - tried,
        )
    return _create(client, marker, draft)


def find(client: JiraClient, marker: str) -> str | None:
    """Return the id of what was made for a marker, as the index has it.

    - A copy made by hand carries the label too, but not our property: the marked one is ours.
    - Where somebody took the property away, the oldest one with the label is.
    """
    asked: Raw = {
        "jql": f'labels = "{label_of(marker)}"',
        "fields": ["labels"],
        "maxResults": _FOUND,
    }
    if client.cloud:
        path, asked = f"{client.api}/search/jql", {**asked, "properties": [PROPERTY]}
    else:
        path = f"{client.api}/search"
    found = read.parts(client.http.post(path, asked).object, "issues")
    markers = {read.ident(one, "id"): _marker(client, one) for one in found}
    fitting = [one for one, held in markers.items() if held in (marker, None)]
    return min(fitting, key=lambda one: (markers[one] is None, int(one)), default=None)


def _marker(client: JiraClient, raw: Mapping[str, Any]) -> str | None:
    """Return the marker in our property on an issue, None where it has none."""
    properties = read.maybe_part(raw, "properties")
    if properties is None:
        path = f"{client.api}/issue/{read.ident(raw, 'id')}/properties/{PROPERTY}"
        try:
            held = client.http.get(path).object.get("value")
        except NotFound:
            return None
    else:
        held = properties.get(PROPERTY)
    marker = held.get("marker") if isinstance(held, dict) else None
    return marker if isinstance(marker, str) else None


def project_of(client: JiraClient, word: str) -> Raw:
    """Return a Jira project by its key or id, kept for ten minutes: its key, id and issue types."""

    def ask() -> Raw:
        return client.http.get(f"{client.api}/project/{segment(word)}").object

    return client.kept(f"project {word}", ask)


def issue_type(project: Mapping[str, Any], wanted: str) -> dict[str, str]:
    """Return how to name an issue type of a project. Raises Rejected, naming those there are.

    By its id where the project shows its types: team-managed projects have types of equal names.
    """
    types = [one for one in read.parts(project, "issueTypes") if not one.get("subtask")]
    word = wanted.casefold()
    for one in types:
        if word in {read.ident(one, "id"), read.text(one, "name").casefold()}:
            return {"id": read.ident(one, "id")}
    if not types:
        return {"id": wanted} if wanted.isdecimal() else {"name": wanted}
    there = ", ".join(sorted(read.text(one, "name") for one in types))
    key = read.text(project, "key")
    raise Rejected(f"the Jira project {key} has no issue type {wanted!r}; there are: {there}")


def _create(client: JiraClient, marker: str, draft: IssueDraft) -> str:
    project = project_of(client, draft.project)
    key = read.text(project, "key")
    needed = {
        "project": {"id": read.ident(project, "id")},
        "issuetype": issue_type(project, draft.kind),
        "summary": one_line(draft.summary),
        "description": rich(client, draft.body),
        "labels": [LABEL, label_of(marker), *draft.labels],
    }
    properties = [{"key": PROPERTY, "value": {"marker": marker, **draft.said}}]
    optional = dict(draft.optional)
    while True:
        body = {"fields": {**needed, **optional}, "properties": properties}
        try:
            made = client.http.post(f"{client.api}/issue", body).object
        except Declined as refusal:
            refused = [name for name in optional if _about(refusal, name)]
            if refusal.status != _BAD_REQUEST or not refused:
                raise _mended(refusal, key, draft.kind) from None
            for name in refused:
                del optional[name]
            log.warning("jira.fields_left_out", fields=refused, reason=str(refusal))
        else:
            return read.ident(made, "id")


def _about(refusal: Declined, name: str) -> bool:
    """Whether a refusal is about a field; Jira puts its id before each sentence."""
    return any(told.startswith(f"{name}:") for told in refusal.told)


def _mended(refusal: Declined, key: str, kind: str) -> Rejected:
    """Say what to do about a refusal."""
    if _about(refusal, "labels"):
        how = "add the field Labels to its create screen: Closeout finds what it made by them"
    else:
        how = "choose an issue type that needs no more than a summary, or give its fields defaults"
    return Rejected(f"{refusal} (an issue of type {kind} in the project {key}: {how})")


def one_line(words: str) -> str:
    """Return a summary as Jira takes it: one line, at most 255 characters."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1]}…"
