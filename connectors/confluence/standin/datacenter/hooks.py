"""Webhooks on Data Center: `/rest/api/webhooks`, for administrators."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer
from connectors._standin.rest import Routes
from connectors._standin.shown import instant_text
from connectors.confluence.standin import v1_payloads
from connectors.confluence.standin.call import Call, done, long_id, read, text_of
from connectors.confluence.standin.datacenter.content import API
from connectors.confluence.standin.entities import Webhook
from connectors.confluence.standin.errors import Refused

EVENTS = frozenset(
    {
        *("page_created", "page_updated", "page_removed", "page_trashed", "page_restored"),
        *("page_moved", "page_children_reordered", "label_added", "label_removed"),
        *("attachment_created", "attachment_updated", "content_permissions_updated"),
        *("comment_created", "comment_updated", "comment_removed", "space_updated"),
    }
)
_LONGEST_SECRET = 255

routes = Routes[Call]()


@routes.on("GET", f"{API}/webhooks")
def find_webhooks(call: Call) -> Answer:
    """List webhooks."""
    hooks = [_webhook_data(one) for one in call.world.webhooks.values()]
    return v1_payloads.paged(call, hooks, default=100)


@routes.on("POST", f"{API}/webhooks")
def create_webhook(call: Call) -> Answer:
    """Register a webhook."""
    body = call.json()
    name, url = text_of(body, "name"), text_of(body, "url")
    with call.act() as act:
        made = Webhook(
            id=call.world.ids.number(),
            name=name,
            url=url,
            events=_events(body),
            secret=_secret(body),
            created_at=act.at,
            updated_at=act.at,
            active=body.get("active", True) is True,
            ssl=body.get("sslVerificationRequired", True) is True,
        )
        call.world.webhooks[made.id] = made
        act.record("create webhook", made.id, url=url)
    return done(_webhook_data(made), 201)


@routes.on("GET", f"{API}/webhooks/{{webhook_id}}")
def get_webhook(call: Call, webhook_id: str) -> Answer:
    """Return a webhook."""
    return read(_webhook_data(_webhook(call, webhook_id)))


@routes.on("PUT", f"{API}/webhooks/{{webhook_id}}")
def update_webhook(call: Call, webhook_id: str) -> Answer:
    """Change a webhook; its secret stays where none is given."""
    found, body = _webhook(call, webhook_id), call.json()
    with call.act() as act:
        found.name = text_of(body, "name", needed=False) or found.name
        found.url = text_of(body, "url", needed=False) or found.url
        found.events = _events(body) if "events" in body else found.events
        found.secret = _secret(body) or found.secret
        found.active = body.get("active", found.active) is True
        found.updated_at = act.at
        act.record("update webhook", found.id)
    return done(_webhook_data(found), 200)


@routes.on("DELETE", f"{API}/webhooks/{{webhook_id}}")
def delete_webhook(call: Call, webhook_id: str) -> Answer:
    """Remove a webhook."""
    found = _webhook(call, webhook_id)
    with call.act() as act:
        del call.world.webhooks[found.id]
        act.record("delete webhook", found.id)
    return done()


@routes.on("GET", f"{API}/webhooks/{{webhook_id}}/latest")
def get_latest_invocation(call: Call, webhook_id: str) -> Answer:
    """Return how the last delivery went; nothing where there was none."""
    found = _webhook(call, webhook_id)
    return read(found.invocations[-1]) if found.invocations else done()


@routes.on("GET", f"{API}/webhooks/{{webhook_id}}/statistics")
def get_statistics(call: Call, webhook_id: str) -> Answer:
    """Count the deliveries by their outcome."""
    outcomes = [one["result"]["outcome"] for one in _webhook(call, webhook_id).invocations]
    names = ("SUCCESS", "FAILURE", "ERROR")
    return read({"counts": {name.lower(): outcomes.count(name) for name in names}})


def _webhook(call: Call, ref: str) -> Webhook:
    found = call.world.webhooks.get(long_id(ref, "webhookId"))
    if found is None:
        raise Refused(404, f"No webhook found with id : {ref}")
    return found


def _webhook_data(one: Webhook) -> dict[str, Any]:
    """Return a webhook; its secret is never shown again."""
    return {
        "id": int(one.id),
        "name": one.name,
        "createdDate": instant_text(one.created_at),
        "updatedDate": instant_text(one.updated_at),
        "events": one.events,
        "configuration": {},
        "url": one.url,
        "active": one.active,
        "scopeType": "global",
        "sslVerificationRequired": one.ssl,
    }


def _events(body: dict[str, Any]) -> list[str]:
    events = body.get("events")
    if not isinstance(events, list) or not events:
        raise Refused(400, "'events' has to be a list of events")
    unknown = [one for one in events if one not in EVENTS]
    if unknown:
        raise Refused(400, f"There is no event {unknown[0]}")
    return events


def _secret(body: dict[str, Any]) -> str:
    configuration = body.get("configuration")
    secret = configuration.get("secret", "") if isinstance(configuration, dict) else ""
    if not isinstance(secret, str) or len(secret) > _LONGEST_SECRET:
        raise Refused(400, f"A secret has at most {_LONGEST_SECRET} characters")
    return secret
