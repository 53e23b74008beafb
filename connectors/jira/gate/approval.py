"""The approval of one issue, written where the workflow's rule looks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.http import Declined, segment
from connectors.jira.mapping import keys
from service.ports import Rejected

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.jira.client import JiraClient

APPROVED = "Approved by Closeout"


def ensure(client: JiraClient, key: str, now: datetime, *, approved: bool) -> None:
    """Write the approval of an issue, or clear it; what is as it should be is left.

    Versions and Jira projects have no rule to let pass, and a site without the field has none yet.
    Raises Rejected where Jira does not take the value.
    """
    closing = keys.closing(key)
    field_id = _field(client, fresh=approved) if closing.kind is keys.Kind.ISSUE else None
    if field_id is None:
        return
    path = f"{client.api}/issue/{segment(closing.id)}"
    found = client.http.get(path, params={"fields": field_id}).object.get("fields") or {}
    value = found.get(field_id)
    standing = isinstance(value, str) and value.startswith(APPROVED)
    if standing if approved else not value:
        return
    wanted = f"{APPROVED} {now:%Y-%m-%d}" if approved else None
    try:
        client.http.put(path, json={"fields": {field_id: wanted}}, plain=True)
    except Declined as refusal:
        raise Rejected(_not_taken(client, str(refusal))) from None


def _field(client: JiraClient, *, fresh: bool) -> str | None:
    """Return the id of the field; a site without it may have got it since we looked."""
    wanted = client.settings.approval_field
    if fresh and client.fields.id_of(wanted) is None:
        client.forget("fields")
    return client.fields.id_of(wanted)


def _not_taken(client: JiraClient, told: str) -> str:
    name = client.settings.approval_field
    where = (
        f"the field {name!r} must exist for this project and issue type (its context)"
        if client.cloud
        else f"the field {name!r} must be on the issue type's edit screen"
    )
    return f"the approval could not be written: {told}; if it is the field, {where}"
