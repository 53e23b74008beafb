"""Move a closing object back into an open status, or into a closed one. Looks before it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from connectors.http import Declined
from connectors.jira.mapping import raw as read
from connectors.jira.mapping.keys import Kind, closing
from connectors.jira.mapping.statuses import ARCHIVED, LIVE, RELEASED, UNRELEASED
from connectors.jira.tracker import moving
from service.ports import NotFound, NoWayBack, Rejected, Unavailable

if TYPE_CHECKING:
    from connectors.jira.client import JiraClient, Raw
    from service.domain.tracking import Status

log = structlog.get_logger(__name__)

_AUTOMATION = "if that goes on, look for an automation that does it"


def ensure_open(client: JiraClient, key: str, return_to: Status | None) -> Status:
    """Move a closed object back and return the status it stands in; an open one is left alone.

    Raises NoWayBack where Jira offers our account none that leads straight to an open status.
    """
    target = closing(key)
    match target.kind:
        case Kind.ISSUE:
            return moving.open_issue(client, target.id, return_to)
        case Kind.VERSION:
            return _version(client, target.id, released=False)
        case Kind.PROJECT:
            return _project(client, target.id, archived=False)


def ensure_closed(client: JiraClient, key: str, into: Status | None) -> Status:
    """Move an open object into a closed status and return it; a closed one is left alone.

    `into` None, or one that is not offered: a status for finished work that is.
    """
    if into is not None and not into.category.closed:
        raise Rejected(f"{into.name!r} is not a closed status")
    target = closing(key)
    match target.kind:
        case Kind.ISSUE:
            return moving.close_issue(client, target.id, into)
        case Kind.VERSION:
            return _version(client, target.id, released=True)
        case Kind.PROJECT:
            return _project(client, target.id, archived=True)


def _version(client: JiraClient, version_id: str, *, released: bool) -> Status:
    """Release a version or take that back; who cannot administer its project cannot do it."""
    path = f"{client.api}/version/{version_id}"
    wanted = RELEASED if released else UNRELEASED
    raw = client.http.get(path).object
    if bool(raw.get("released")) is released:
        return wanted
    change: Raw = {"released": released}
    if released and not raw.get("releaseDate") and client.http.server_time:
        # Jira's own page fills in the day too; a release without one has no closing date.
        change["releaseDate"] = client.http.server_time.date().isoformat()
    log.info("jira.version_update", version=version_id, released=released)
    try:
        raw = client.http.put(path, change).object
    except (Declined, NotFound) as refusal:
        verb = "release" if released else "take back the release of"
        raise _refused(
            f"Jira does not let our account {verb} the version {raw.get('name')}: give it the"
            f" permission Administer Projects there ({refusal})",
            back=not released,
        ) from refusal
    if bool(raw.get("released")) is not released:
        raise Unavailable(f"Jira took the change and shows the version unchanged; {_AUTOMATION}")
    return wanted


def _project(client: JiraClient, project_id: str, *, archived: bool) -> Status:
    """Archive a Jira project or restore it. Cloud and Data Center differ in the method."""
    path = f"{client.api}/project/{project_id}"
    wanted = ARCHIVED if archived else LIVE
    raw = client.http.get(path).object
    if bool(raw.get("archived")) is archived:
        return wanted
    name = read.text(raw, "name")
    verb = "archive" if archived else "restore"
    log.info("jira.project_update", project=project_id, change=verb)
    write = client.http.post if client.cloud else client.http.put
    try:
        write(f"{path}/{verb}", plain=True)
    except (Declined, NotFound) as refusal:
        raise _refused(
            f"Jira does not let our account {verb} the project {name}: give it the global"
            f" permission Administer Jira, or {verb} it by hand ({refusal})",
            back=not archived,
        ) from refusal
    if bool(client.http.get(path).object.get("archived")) is not archived:
        raise Unavailable(f"Jira took the change and shows {name} unchanged; {_AUTOMATION}")
    return wanted


def _refused(text: str, *, back: bool) -> Rejected:
    return NoWayBack(text) if back else Rejected(text)
