"""Comments on a closing object, each once.

Versions and Jira projects take none: an issue of ours, named after the object, carries them.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.http import segment
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Kind, closing
from connectors.jira.mapping.people import account_id
from connectors.jira.tracker import links, making
from connectors.jira.tracker.making import PROPERTY
from service.domain.document import Document, Paragraph, link, text
from service.ports import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.jira.client import JiraClient, Raw
    from connectors.jira.mapping.keys import Closing
    from service.domain.document import Inline

PAGE = 100


def ensure_comment(client: JiraClient, key: str, marker: str, body: Document) -> str:
    """Put a comment on a closing object once; returns its id."""
    issue_id = carrier(client, closing(key))
    for comment in _comments(client, issue_id):
        if _marker(client, comment) == marker:
            return read.ident(comment, "id")
    fields = {
        "body": making.rich(client, body),
        "properties": [{"key": PROPERTY, "value": {"marker": marker}}],
    }
    answer = client.http.post(f"{client.api}/issue/{issue_id}/comment", fields).object
    return read.ident(answer, "id")


def _comments(client: JiraClient, issue_id: str) -> Iterator[Raw]:
    """Yield an issue's comments, the latest first: ours of this run is among them."""
    start = 0
    while True:
        params = {"startAt": start, "maxResults": PAGE, "orderBy": "-created"}
        answer = client.http.get(
            f"{client.api}/issue/{issue_id}/comment", params={**params, "expand": "properties"}
        ).object
        found = read.parts(answer, "comments")
        yield from map(dict, found)
        start += len(found)
        if not found or start >= (read.maybe_number(answer, "total") or 0):
            return


def _marker(client: JiraClient, comment: Mapping[str, Any]) -> object:
    """Return the marker of a comment; one of ours that came without properties is asked for them."""
    if "properties" in comment:
        held = {one.get("key"): one.get("value") for one in read.parts(comment, "properties")}
        value = held.get(PROPERTY)
    elif account_id(read.maybe_part(comment, "author")) == client.my_id:
        path = f"{client.api}/comment/{segment(read.ident(comment, 'id'))}/properties/{PROPERTY}"
        try:
            value = client.http.get(path).object.get("value")
        except NotFound:
            return None
    else:
        return None
    return value.get("marker") if isinstance(value, dict) else None


def carrier(client: JiraClient, target: Closing) -> str:
    """Return the id of the issue that carries the comments of a closing object.

    - Which one it is, a property of the object's Jira project says, which is read directly.
    - Before it is made the property says when: an answer that was lost is told from no attempt.
    """
    if target.kind is Kind.ISSUE:
        return target.id
    project_id, name, url = _described(client, target)
    where = f"closeout-{target.kind}-{target.id}"
    kept = links.get_property(client, project_id, where)
    known = read.maybe_ident(kept, "issue")
    if known is not None and _exists(client, known):
        return known
    tried = _since(client, None if known else kept.get("begun"))
    if tried is None:
        links.set_property(client, project_id, where, {"begun": _now(client)})
    marker = hashlib.sha256(f"carrier of {target}".encode()).hexdigest()
    summary = f"Closeout of {name}"
    body: tuple[Inline, ...] = text("Closeout says here what there is to say of ", link(name, url))
    draft = making.IssueDraft(
        project=client.settings.tickets_project or project_id,
        kind=client.settings.tickets_type,
        summary=summary,
        body=Document((Paragraph((*body, *text("."))),)),
    )
    made = making.ensure_issue(client, marker, draft, tried)
    links.set_property(client, project_id, where, {"issue": made})
    return made


def _described(client: JiraClient, target: Closing) -> tuple[str, str, str]:
    """Return the Jira project of a version or project, its name and its address."""
    if target.kind is Kind.PROJECT:
        project = making.project_of(client, target.id)
        return target.id, read.text(project, "name"), client.browse(read.text(project, "key"))
    version = client.http.get(f"{client.api}/version/{target.id}").object
    project = making.project_of(client, read.ident(version, "projectId"))
    key = read.text(project, "key")
    name = f"{key} {read.text(version, 'name')}"
    return read.ident(project, "id"), name, client.version_url(key, target.id)


def _exists(client: JiraClient, issue_id: str) -> bool:
    try:
        client.http.get(f"{client.api}/issue/{segment(issue_id)}", params={"fields": "status"})
    except NotFound:  # removed by hand
        return False
    return True


def _since(client: JiraClient, begun: object) -> timedelta | None:
    """Return how long ago the making began, by Jira's own clock; None where it never did."""
    if begun is None:
        return None
    at = read.parsed_instant(begun) if isinstance(begun, str) else None
    now = client.http.server_time
    return max(now - at, timedelta(0)) if now and at else making.INDEX_LAG


def _now(client: JiraClient) -> str:
    now = client.http.server_time
    return now.isoformat() if now else "unknown"
