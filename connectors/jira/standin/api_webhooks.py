"""Admin webhooks over REST: the interface of Cloud and Data Center to 9, and that of 10 on."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer, Value, as_json
from connectors.jira.standin.api import Call, on, wrote
from connectors.jira.standin.entities import Webhook
from connectors.jira.standin.errors import Problem

_OLD = "/rest/webhooks/1.0"
_NEW = "/rest/jira-webhook/1.0"
_MOVED_IN = 10
_FILTER = "issue-related-events-section"

EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "issuelink_created",
    "issuelink_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "worklog_created",
    "worklog_updated",
    "worklog_deleted",
    "project_created",
    "project_updated",
    "project_deleted",
    "project_soft_deleted",
    "project_restored_deleted",
    "project_archived",
    "project_restored_archived",
    "jira:version_created",
    "jira:version_released",
    "jira:version_unreleased",
    "jira:version_updated",
    "jira:version_moved",
    "jira:version_deleted",
)


def _guard(call: Call) -> bool:
    """Return whether this is the newer interface. Raises Problem where it is not this site's."""
    newer = _NEW in call.request.path
    moved = not call.world.cloud and call.world.behaviour.version >= _MOVED_IN
    if newer != moved:
        raise Problem(404, "null for uri: " + call.request.path)
    call.need("ADMINISTER", "You do not have permission to administer webhooks.")
    return newer


@on("GET", "/webhook", base=_OLD)
@on("GET", "/webhooks", base=_NEW)
def list_webhooks(call: Call) -> Answer:
    """List the admin webhooks."""
    newer = _guard(call)
    return as_json([_shown(call, one, newer=newer) for one in call.world.webhooks.values()])


def _shown(call: Call, one: Webhook, *, newer: bool) -> dict[str, Any]:
    base = f"{call.world.site}{_NEW}/webhooks" if newer else f"{call.world.site}{_OLD}/webhook"
    shown: dict[str, Any] = {
        "name": one.name,
        "url": one.url,
        "events": list(one.events),
        "filters": {_FILTER: one.jql},
        "self": f"{base}/{one.id}",
        "isSigned": bool(one.secret),
    }
    if newer:
        return {
            **shown,
            "id": int(one.id),
            "active": "true" if one.enabled else "false",
            "configuration": {"EXCLUDE_BODY": "true" if one.exclude_body else "false"},
            "sslVerificationRequired": True,
        }
    user = call.world.users.get(one.updated_by)
    updated = round(one.updated_at.timestamp() * 1000) if one.updated_at else None
    return {
        **shown,
        "excludeBody": one.exclude_body,
        "enabled": one.enabled,
        "lastUpdatedUser": one.updated_by,
        "lastUpdatedDisplayName": user.display_name if user else "",
        "lastUpdated": updated,
    }


@on("GET", "/webhook/{number}", base=_OLD)
@on("GET", "/webhooks/{number}", base=_NEW)
def get_webhook(call: Call, number: str) -> Answer:
    """Read an admin webhook."""
    newer = _guard(call)
    return as_json(_shown(call, _found(call, number), newer=newer))


def _found(call: Call, number: str) -> Webhook:
    found = call.world.webhooks.get(number)
    if found is None:
        raise Problem(404, "The webhook does not exist.")
    return found


@on("POST", "/webhook", base=_OLD)
@on("POST", "/webhooks", base=_NEW)
def create_webhook(call: Call) -> Answer:
    """Register an admin webhook."""
    newer, body = _guard(call), call.body
    with call.act() as act:
        one = Webhook(id=call.world.ids.number("webhook", 1), name="", url="", events=[])
        _fill(one, body, newer=newer)
        one.updated_by, one.updated_at = act.actor.id, act.at
        call.world.webhooks[one.id] = one
        act.record("createWebhook", "webhook", one.id, url=one.url)
    return wrote(_shown(call, one, newer=newer), 201)


@on("PUT", "/webhook/{number}", base=_OLD)
@on("PUT", "/webhooks/{number}", base=_NEW)
def update_webhook(call: Call, number: str) -> Answer:
    """Change an admin webhook."""
    newer, body = _guard(call), call.body
    with call.act() as act:
        one = _found(call, number)
        _fill(one, body, newer=newer)
        one.updated_by, one.updated_at = act.actor.id, act.at
        act.record("updateWebhook", "webhook", one.id, url=one.url)
    return wrote(_shown(call, one, newer=newer))


def _fill(one: Webhook, body: dict[str, Value], *, newer: bool) -> None:
    name, url = body.get("name", one.name), body.get("url", one.url)
    events = body.get("events", one.events)
    if not name or not str(url).startswith(("http://", "https://")):
        raise Problem(400, "A webhook needs a name and an http or https address.")
    unknown = [str(e) for e in events if e not in EVENTS]
    if unknown:
        raise Problem(400, f"Unknown events: {', '.join(unknown)}")
    one.name, one.url, one.events = str(name), str(url), list(events)
    one.jql = str((body.get("filters") or {}).get(_FILTER, one.jql))
    configuration = body.get("configuration") or {}
    if newer:
        one.enabled = str(body.get("active", "true")).lower() == "true"
        one.exclude_body = str(configuration.get("EXCLUDE_BODY", "false")).lower() == "true"
        one.secret = str(configuration.get("SECRET") or body.get("secret") or one.secret)
    else:
        one.enabled = bool(body.get("enabled", True))
        one.exclude_body = bool(body.get("excludeBody", False))
        one.secret = str(body.get("secret") or one.secret)


@on("DELETE", "/webhook/{number}", base=_OLD)
@on("DELETE", "/webhooks/{number}", base=_NEW)
def delete_webhook(call: Call, number: str) -> Answer:
    """Remove an admin webhook."""
    _guard(call)
    with call.act() as act:
        one = _found(call, number)
        del call.world.webhooks[one.id]
        act.record("deleteWebhook", "webhook", one.id, url=one.url)
    return wrote()
