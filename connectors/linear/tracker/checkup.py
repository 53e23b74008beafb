"""What `doctor` and `connect` say of a Linear workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.linear import mapping, queries
from connectors.linear.mapping import raw as read
from connectors.linear.tracker import tickets
from service.ports import Health, NotAllowed, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from connectors.linear.client import LinearClient, Raw
    from connectors.linear.settings import LinearSettings

VERIFIED = "verified"
VERIFIED_COLOR = "#4CB782"
RESOURCE_TYPES = ("Project", "Issue", "Document", "Comment", "ProjectUpdate")
PAGE = 50

_LOOPBACK = re.compile(r"http://(localhost|127(\.\d+){3}|\[::1\])[:/]")
_KEY_MEND = "make a key under Settings > Security & access > Personal API keys and set api_key"
_HOOK_MEND = (
    "as a workspace admin: Settings > API > Webhooks > New webhook; address {url}, "
    "the secret you configured as webhook_secret, all public teams, and the events "
    + ", ".join(RESOURCE_TYPES)
)
_LABEL_MEND = f"add an issue label {VERIFIED!r} under Settings > Labels"


def check_up(
    client: LinearClient, settings: LinearSettings, webhook_url: str, clock: Callable[[], datetime]
) -> list[Health]:
    """Say whether key, permissions, clock, webhook and label are as they must be."""
    found, signed_in = _key(client, settings)
    if not signed_in:
        return found
    found.append(_clock(client, settings, clock()))
    if settings.tickets_team is not None:
        found.append(_team(client, settings.tickets_team))
    return [*found, _webhook(client, webhook_url), _label(client)]


def connect(client: LinearClient, webhook_url: str, secret: str) -> list[Health]:
    """Register the webhook and make the label, or say what to click."""
    client.hide(secret)
    return [_registered(client, webhook_url, secret), _labelled(client)]


def _key(client: LinearClient, settings: LinearSettings) -> tuple[list[Health], bool]:
    found = []
    if settings.api_url.startswith("http://") and not _LOOPBACK.match(settings.api_url):
        told = f"{settings.api_url} is not encrypted: everybody on the way can read the key"
        found.append(Health("address", good=None, finding=told, mend="use an https address"))
    try:
        me = client.entity(queries.VIEWER, "viewer")
    except (NotAllowed, Rejected) as refusal:
        return [*found, Health("key", good=False, finding=str(refusal), mend=_KEY_MEND)], False
    except Unavailable as failure:
        mend = "check the network and api_url, then try again"
        return [*found, Health("key", good=None, finding=str(failure), mend=mend)], False
    found.append(Health("key", good=True, finding=f"signed in as {mapping.person(me).name}"))
    return [*found, _permissions(me)], True


def _permissions(me: Raw) -> Health:
    if me.get("guest"):
        finding = "the account is a guest: it sees only the teams it was invited to"
        mend = "use the key of a member of every team whose projects are to be held"
        return Health("permissions", good=False, finding=finding, mend=mend)
    role = "an admin" if me.get("admin") else "a member"
    finding = (
        f"the account is {role}; whether its key may write is seen only by writing, "
        "and private teams are seen only where it was added"
    )
    return Health("permissions", good=True, finding=finding)


def _clock(client: LinearClient, settings: LinearSettings, now: datetime) -> Health:
    theirs = client.server_time
    if theirs is None:
        return Health("clock", good=None, finding="Linear did not say what time it is")
    seconds = abs((now - theirs).total_seconds())
    finding = f"our clock and Linear's differ by {seconds:.0f} s"
    if seconds <= settings.webhook_tolerance / 2:
        return Health("clock", good=True, finding=finding)
    finding += f"; webhooks are refused beyond {settings.webhook_tolerance} s"
    return Health("clock", good=False, finding=finding, mend="set this machine's clock by NTP")


def _team(client: LinearClient, wanted: str) -> Health:
    try:
        team = tickets.named(tickets.teams(client), wanted)
    except (NotAllowed, Rejected) as refusal:
        return Health(
            "tickets team",
            good=False,
            finding=str(refusal),
            mend="set tickets_team to one of these, or add the account to the team",
        )
    except Unavailable as failure:
        return Health("tickets team", good=None, finding=str(failure))
    return Health("tickets team", good=True, finding=f"tickets go to {team.name} ({team.key})")


def _webhook(client: LinearClient, url: str) -> Health:
    try:
        hook = _ours(client, url)
    except (NotAllowed, Rejected):
        finding = "cannot be read with this key: only workspace admins may"
        mend = f"check as a workspace admin that Settings > API > Webhooks lists {url} as enabled"
        return Health("webhook", good=None, finding=finding, mend=mend)
    except Unavailable as failure:
        return Health("webhook", good=None, finding=str(failure))
    mend = "run `closeout connect`, or " + _HOOK_MEND.format(url=url)
    if hook is None:
        finding = f"none is registered for {url}; closures are found by the sweep only"
        return Health("webhook", good=False, finding=finding, mend=mend)
    if not hook.get("enabled"):
        finding = f"the one for {url} is disabled; Linear does that after failed deliveries"
        return Health("webhook", good=False, finding=finding, mend=mend)
    return _subscribed(hook, url)


def _subscribed(hook: Raw, url: str) -> Health:
    missing = [name for name in RESOURCE_TYPES if name not in read.texts(hook, "resourceTypes")]
    if missing:
        finding = f"the one for {url} does not tell of: {', '.join(missing)}"
        mend = "tick these under Settings > API > Webhooks"
        return Health("webhook", good=False, finding=finding, mend=mend)
    finding = f"enabled for {url}; projects of private teams only tell nothing through it"
    return Health("webhook", good=True, finding=finding)


def _label(client: LinearClient) -> Health:
    try:
        there = _has_label(client)
    except (NotAllowed, Rejected, Unavailable) as failure:
        return Health("label", good=None, finding=str(failure), mend=_LABEL_MEND)
    if there:
        return Health("label", good=True, finding=f"the issue label {VERIFIED!r} exists")
    finding = f"no issue label {VERIFIED!r} that all teams have: nobody can verify by label"
    return Health("label", good=False, finding=finding, mend=_LABEL_MEND)


def _registered(client: LinearClient, url: str, secret: str) -> Health:
    try:
        hook = _ours(client, url)
        if hook is not None and hook.get("enabled"):
            return _subscribed(hook, url)
        wanted = {"enabled": True, "secret": secret, "resourceTypes": list(RESOURCE_TYPES)}
        if hook is not None:
            hook_id = read.text(hook, "id")
            client.change(queries.WEBHOOK_UPDATE, "webhookUpdate", id=hook_id, input=wanted)
            return Health("webhook", good=True, finding=f"enabled again for {url}")
        fields = {**wanted, "url": url, "allPublicTeams": True, "label": "Closeout"}
        client.change(queries.WEBHOOK_CREATE, "webhookCreate", input=fields)
    except (NotAllowed, Rejected) as refusal:
        mend = _HOOK_MEND.format(url=url)
        return Health("webhook", good=False, finding=str(refusal), mend=mend)
    return Health("webhook", good=True, finding=f"registered for {url}, for all public teams")


def _labelled(client: LinearClient) -> Health:
    try:
        if _has_label(client):
            return Health("label", good=True, finding=f"the issue label {VERIFIED!r} exists")
        fields = {
            "name": VERIFIED,
            "color": VERIFIED_COLOR,
            "description": "Somebody other than the owner has confirmed it",
        }
        client.change(queries.LABEL_CREATE, "issueLabelCreate", input=fields)
    except (NotAllowed, Rejected) as refusal:
        return Health("label", good=False, finding=str(refusal), mend=_LABEL_MEND)
    return Health("label", good=True, finding=f"the issue label {VERIFIED!r} was made")


def _ours(client: LinearClient, url: str) -> Raw | None:
    """Return the webhook with our address, an enabled one before a disabled one."""
    found = [
        hook
        for hook in client.nodes(queries.WEBHOOKS, "webhooks", first=PAGE)
        if hook.get("url") == url
    ]
    return next((hook for hook in found if hook.get("enabled")), found[0] if found else None)


def _has_label(client: LinearClient) -> bool:
    """Whether a label of that name stands for the whole workspace: a team's own is not enough."""
    labels: Sequence[Raw] = list(
        client.nodes(queries.LABELS_NAMED, "issueLabels", first=PAGE, name=VERIFIED)
    )
    return any(
        read.text(one, "name").casefold() == VERIFIED and one.get("team") is None for one in labels
    )
