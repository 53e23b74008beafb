"""Links from a closing object to its page: each kind of object keeps them elsewhere.

An issue has remote links, a version related work (Cloud) or remote links of its own (Data
Center); a Jira project has nothing of that kind, so they are kept in a property of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.http import segment
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Kind, closing
from service.domain.tracking import Link
from service.ports import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.jira.client import JiraClient, Raw

LINKS = "closeout-links"
APPLICATION = {"type": "closeout", "name": "Closeout"}
CATEGORY = "Other"


def ensure_link(client: JiraClient, key: str, marker: str, url: str, label: str) -> str:
    """Put a link on a closing object once; returns its id."""
    target = closing(key)
    match target.kind:
        case Kind.ISSUE:
            return remote_link(client, target.id, f"closeout:{marker}", url, label)
        case Kind.VERSION if client.cloud:
            return _related_work(client, target.id, url, label)
        case Kind.VERSION:
            return _version_link(client, target.id, f"closeout:{marker}", url, label)
        case Kind.PROJECT:
            return _project_link(client, target.id, marker, url, label)


def links(client: JiraClient, key: str) -> tuple[Link, ...]:
    """List the links that stand on a closing object."""
    target = closing(key)
    match target.kind:
        case Kind.ISSUE:
            return tuple(_remote_links(client, target.id))
        case Kind.VERSION if client.cloud:
            found = client.http.get(f"{client.api}/version/{target.id}/relatedwork").list
            return tuple(_linked(one, "url", "title") for one in found if one.get("url"))
        case Kind.VERSION:
            return tuple(_version_links(client, target.id))
        case Kind.PROJECT:
            kept = _project_links(client, target.id)
            return tuple(_linked(one, "url", "label") for one in kept)


def remote_link(client: JiraClient, issue_id: str, global_id: str, url: str, label: str) -> str:
    """Put a remote link on an issue; one with the same global id is replaced. Returns its id.

    Every field is sent each time: Jira nulls those that are left out.
    """
    body = {
        "globalId": global_id,
        "application": APPLICATION,
        "relationship": label,
        "object": {"url": url, "title": label},
    }
    answer = client.http.post(f"{client.api}/issue/{issue_id}/remotelink", body).object
    return read.maybe_ident(answer, "id") or global_id


def _remote_links(client: JiraClient, issue_id: str) -> Iterator[Link]:
    for raw in client.http.get(f"{client.api}/issue/{issue_id}/remotelink").list:
        linked = read.maybe_part(raw, "object")
        if linked and linked.get("url"):
            yield _linked(linked, "url", "title")


def _related_work(client: JiraClient, version_id: str, url: str, label: str) -> str:
    """Add related work to a version; Jira gives its ids, so it is known by its address."""
    path = f"{client.api}/version/{version_id}/relatedwork"
    for one in client.http.get(path).list:
        if one.get("url") == url:
            return read.maybe_ident(one, "relatedWorkId") or url
    body = {"category": CATEGORY, "title": label, "url": url}
    return read.maybe_ident(client.http.post(path, body).object, "relatedWorkId") or url


def _version_link(client: JiraClient, version_id: str, global_id: str, url: str, label: str) -> str:
    path = f"{client.api}/version/{version_id}/remotelink/{segment(global_id)}"
    client.http.post(path, {"link": url, "name": label}, plain=True)
    return global_id


def _version_links(client: JiraClient, version_id: str) -> Iterator[Link]:
    """Read a version's remote links, each of which is whatever JSON was stored as one."""
    try:
        answer = client.http.get(f"{client.api}/version/{version_id}/remotelink").object
    except NotFound:  # what a version without any answers
        return
    for raw in read.parts(answer, "links"):
        stored = raw.get("link")
        held: Mapping[str, Any] = stored if isinstance(stored, dict) else raw
        url = held.get("link") or held.get("url")
        if isinstance(url, str):
            yield Link(url, str(held.get("name") or held.get("title") or url))


def _project_link(client: JiraClient, project_id: str, marker: str, url: str, label: str) -> str:
    kept = _project_links(client, project_id)
    if not any(one.get("marker") == marker or one.get("url") == url for one in kept):
        whole = [*kept, {"marker": marker, "url": url, "label": label}]
        set_property(client, project_id, LINKS, {"links": whole})
    return marker


def _project_links(client: JiraClient, project_id: str) -> list[Mapping[str, Any]]:
    value = get_property(client, project_id, LINKS)
    return [one for one in read.parts(value, "links") if isinstance(one.get("url"), str)]


def get_property(client: JiraClient, project_id: str, name: str) -> Mapping[str, Any]:
    """Return an entity property of a Jira project, an empty one where it has none."""
    try:
        answer = client.http.get(_property(client, project_id, name)).object
    except NotFound:
        return {}
    value = answer.get("value")
    return value if isinstance(value, dict) else {}


def set_property(client: JiraClient, project_id: str, name: str, value: Raw) -> None:
    """Set an entity property of a Jira project; that takes the permission Administer Projects."""
    client.http.put(_property(client, project_id, name), value, plain=True)


def _property(client: JiraClient, project_id: str, name: str) -> str:
    return f"{client.api}/project/{segment(project_id)}/properties/{segment(name)}"


def _linked(raw: Mapping[str, Any], url: str, label: str) -> Link:
    address = read.text(raw, url)
    return Link(address, read.maybe_text(raw, label) or address)
