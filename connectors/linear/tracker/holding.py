"""Move a project back into an open status, or into a closed one. Looks before it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from connectors.linear import mapping, queries
from connectors.linear.errors import of_everything
from connectors.linear.mapping import raw as read
from connectors.linear.tracker.parts import FAILURES
from service.ports import NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.linear.client import LinearClient, Raw
    from connectors.linear.tracker.statuses import Statuses, StatusRow
    from service.domain.tracking import Status

log = structlog.get_logger(__name__)

# Where a project goes whose former status nobody knows: into work, else as near to it as may be.
_WAYS_BACK = ("started", "paused", "planned", "backlog")
_ENDS = ("completedAt", "canceledAt")


def ensure_open(
    client: LinearClient, key: str, return_to: Status | None, statuses: Statuses
) -> Status:
    """Move a closed project back and return the status it stands in; an open one is left alone.

    Linear does not say whether leaving a closed status clears `completedAt` and `canceledAt`:
    what is still set afterwards is cleared by us.
    """
    now = _state(client, key)
    status = _status(now)
    if not status.category.closed:
        return status
    now = _moved_back(client, key, return_to, statuses)
    if left := {end: None for end in _ENDS if now.get(end) is not None}:
        now = _update(client, key, **left)
    status = _status(now)
    if status.category.closed:
        raise Unavailable(
            f"Linear took the change and shows the project in {status.name!r} all the same; "
            "if that goes on, look for an automation that closes it"
        )
    return status


def ensure_closed(
    client: LinearClient, key: str, into: Status | None, statuses: Statuses
) -> Status:
    """Move an open project into the closed status and return it; a closed one is left alone.

    None takes the first status for completed projects.
    """
    if into is not None and not into.category.closed:
        raise Rejected(f"{into.name!r} is not a closed status")
    status = _status(_state(client, key))
    if status.category.closed:
        return status
    into = into or _completed(statuses)
    try:
        return _status(_update(client, key, statusId=into.id))
    except NotFound as missing:
        raise Rejected(
            f"Linear has no project status {into.name!r} any more; close the project by hand"
        ) from missing


def _completed(statuses: Statuses) -> Status:
    rows = [row for row in statuses.rows() if row.kind == "completed" and not row.archived]
    if not rows:
        raise Rejected("Linear has no project status for completed work; close the project by hand")
    return min(rows, key=lambda row: row.position).status


def _moved_back(
    client: LinearClient, key: str, return_to: Status | None, statuses: Statuses
) -> Raw:
    """Move the project to a way back; where the statuses cannot be listed, to one we know of."""
    try:
        rows = statuses.rows()
    except FAILURES as failure:
        if of_everything(failure):
            raise
        log.warning("linear.part_not_read", part="projectStatuses", reason=str(failure))
        refused = failure
    else:
        return _update(client, key, statusId=_way_back(rows, return_to).id)
    if return_to is not None and not return_to.category.closed:
        try:
            return _update(client, key, statusId=return_to.id)
        except Rejected as refusal:  # deleted or archived since
            log.warning("linear.no_way_back", status=return_to.name, reason=str(refusal))
    rows = statuses.in_use()
    if not rows:
        raise _nowhere(refused) from refused
    return _update(client, key, statusId=_way_back(rows, None).id)


def _nowhere(refused: Exception) -> Exception:
    if isinstance(refused, Unavailable):
        return refused
    return NotAllowed(
        "the project cannot be moved back: Linear does not show this key which statuses projects "
        "can have, and no open project shows one; give the account access to the workspace's "
        f"project statuses, and until then reopen the project by hand ({refused})"
    )


def _way_back(rows: Sequence[StatusRow], return_to: Status | None) -> Status:
    """Return `return_to` while it exists and is open, else the first open status there is."""
    usable = [row for row in rows if not row.archived and not row.status.category.closed]
    for row in usable:
        if return_to is not None and row.status.id == return_to.id:
            return row.status
    known = sorted(
        (row for row in usable if row.kind in _WAYS_BACK),
        key=lambda row: (_WAYS_BACK.index(row.kind), row.position),
    )
    if not known:
        raise Rejected(
            "this workspace has no open project status to move the project back to; "
            "add one of type 'started' under Settings > Projects > Statuses"
        )
    return known[0].status


def _state(client: LinearClient, key: str) -> Raw:
    return client.entity(queries.PROJECT_STATE, "project", id=key)


def _update(client: LinearClient, key: str, **fields: object) -> Raw:
    """Update a project and return it as the answer shows it: a query right after may be older."""
    log.info("linear.project_update", project=key, fields=sorted(fields))
    payload = client.change(queries.PROJECT_UPDATE, "projectUpdate", id=key, input=fields)
    return dict(read.maybe_part(payload, "project") or _state(client, key))


def _status(raw: Raw) -> Status:
    return mapping.project_status(read.part(raw, "status"))
