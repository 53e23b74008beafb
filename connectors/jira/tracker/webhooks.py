"""The webhook that an admin of Jira registers: found, judged, made and mended.

Its interface is in no specification: `/rest/webhooks/1.0/webhook` on Cloud and up to Data Center 9,
`/rest/jira-webhook/1.0/webhooks` from 10 on, where the old path answers 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.http import segment
from connectors.jira.mapping import raw as read
from service.ports import Health, NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.jira.client import JiraClient, Raw

NAME = "webhook"
EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "jira:version_released",
    "jira:version_unreleased",
    "jira:version_updated",
    "jira:version_deleted",
    "project_updated",
    "project_archived",
    "project_restored_archived",
    "project_soft_deleted",
    "project_restored_deleted",
    "project_deleted",
)
#: Data Center has no trash for projects.
NOT_ON_DATA_CENTER = frozenset({"project_soft_deleted", "project_restored_deleted"})
SIGNS_SINCE = 10  # the first Data Center that signs what it sends

_FILTER = "issue-related-events-section"
_CLICK = (
    "as a Jira admin: Settings (the gear) > System > WebHooks > Create a WebHook; name Closeout,"
    " status Enabled, URL {url}, as Secret the one you configured as webhook_secret, the JQL field"
    " empty, Exclude body not ticked, and tick the events: {events}"
)


def events(client: JiraClient) -> tuple[str, ...]:
    """Return the events that we want to hear of."""
    skipped = frozenset() if client.cloud else NOT_ON_DATA_CENTER
    return tuple(one for one in EVENTS if one not in skipped)


def health(client: JiraClient, url: str) -> Health:
    """Say whether the webhook is there and tells us all that we want to hear of."""
    if (silent := _unsigned(client)) is not None:
        return silent
    try:
        hook = _ours(client, url)
    except (NotAllowed, Rejected):
        finding = "cannot be read with this token: only Jira admins may"
        mend = f"check as a Jira admin that Settings > System > WebHooks lists {url} as enabled"
        return Health(NAME, good=None, finding=finding, mend=mend)
    except Unavailable as failure:
        return Health(NAME, good=None, finding=str(failure))
    if hook is None:
        finding = f"none is registered for {url}; closings are found by the sweep only"
        return Health(NAME, good=False, finding=finding, mend=_mend(client, url))
    return _judged(client, hook, url)


def connect(client: JiraClient, url: str, secret: str) -> Health:
    """Register the webhook, or mend the one that is there; else say what to click."""
    client.http.hide(secret)
    if (silent := _unsigned(client)) is not None:
        return silent
    try:
        hook = _ours(client, url)
        wanted = _wanted(client, url, secret)
        if hook is None:
            client.http.post(_path(client), wanted, plain=True)
            done = "registered"
        else:
            client.http.put(f"{_path(client)}/{segment(_id(hook))}", wanted, plain=True)
            done = "set as it must be"
    except (NotAllowed, Rejected) as refusal:
        return Health(NAME, good=False, finding=str(refusal), mend=_click(client, url))
    if client.cloud or (_shown(client, url) or {}).get("isSigned") is True:
        return Health(NAME, good=True, finding=f"{done} for {url}, signed with your secret")
    finding = f"{done} for {url}; whether this Jira took the secret too is not shown"
    mend = "open it under Settings > System > WebHooks and see that a secret is set"
    return Health(NAME, good=None, finding=finding, mend=mend)


def _shown(client: JiraClient, url: str) -> Mapping[str, Any] | None:
    """Return the webhook as it reads back, None where that cannot be asked for now."""
    try:
        return _ours(client, url)
    except (NotAllowed, Rejected, Unavailable):
        return None


def _unsigned(client: JiraClient) -> Health | None:
    """Say so where this Jira cannot sign what it sends: unsigned deliveries are refused."""
    if client.cloud or client.version[0] >= SIGNS_SINCE:
        return None
    told = ".".join(map(str, client.version))
    finding = (
        f"Jira Data Center {told} does not sign its webhooks, and unsigned ones are refused:"
        " closings are found by the sweep only"
    )
    mend = f"upgrade to {SIGNS_SINCE}.0 or newer, or leave it at the sweep and shorten sweep_every"
    return Health(NAME, good=None, finding=finding, mend=mend)


def _judged(client: JiraClient, hook: Mapping[str, Any], url: str) -> Health:
    """Say what is wrong with the webhook, the gravest first."""
    missing = [one for one in events(client) if one not in read.texts(hook, "events")]
    narrow = str((read.maybe_part(hook, "filters") or {}).get(_FILTER) or "").strip()
    configured = read.maybe_part(hook, "configuration") or {}
    bare = _true(hook.get("excludeBody")) or _true(configured.get("EXCLUDE_BODY"))
    if not _enabled(hook):
        finding = f"the one for {url} is disabled"
    elif missing:
        finding = f"the one for {url} does not tell of: {', '.join(missing)}"
    elif bare:
        finding = f"the one for {url} excludes the body, so that it tells nothing"
    elif hook.get("isSigned") is False:
        finding = f"the one for {url} has no secret: every delivery is refused"
    elif narrow:
        finding = f"the one for {url} is narrowed to {narrow!r}: what does not match is not told"
        mend = "empty its JQL field, unless all closing objects, tickets and pages match it"
        return Health(NAME, good=None, finding=finding, mend=mend)
    else:
        return Health(NAME, good=True, finding=f"enabled for {url}, with all events")
    return Health(NAME, good=False, finding=finding, mend=_mend(client, url))


def _wanted(client: JiraClient, url: str, secret: str) -> Raw:
    """Return the webhook as it must be, in the form this Jira takes it."""
    body: Raw = {
        "name": "Closeout",
        "url": url,
        "events": list(events(client)),
        "filters": {_FILTER: ""},
    }
    if client.cloud:
        return {**body, "excludeBody": False, "enabled": True, "secret": secret}
    # Which of the two names the secret goes by is nowhere written.
    configuration = {"EXCLUDE_BODY": "false", "SECRET": secret, "secret": secret}
    return {
        **body,
        "configuration": configuration,
        "active": "true",
        "sslVerificationRequired": True,
    }


def _ours(client: JiraClient, url: str) -> Mapping[str, Any] | None:
    """Return the webhook with our address, an enabled one before a disabled one."""
    answer = client.http.get(_path(client), plain=True)
    if answer.data is None:
        raise NotFound("this Jira does not show its webhooks")
    listed: Sequence[Any] = answer.data if isinstance(answer.data, list) else ()
    if isinstance(answer.data, dict):
        listed = read.parts(answer.data, "values")
    found = [one for one in listed if isinstance(one, dict) and one.get("url") == url]
    return next(filter(_enabled, found), found[0] if found else None)


def _id(hook: Mapping[str, Any]) -> str:
    """Return a webhook's id, which Cloud tells only as the end of its address."""
    told = read.maybe_ident(hook, "id")
    return told or read.text(hook, "self").rstrip("/").rpartition("/")[2]


def _path(client: JiraClient) -> str:
    new = not client.cloud and client.version[0] >= SIGNS_SINCE
    return "/rest/jira-webhook/1.0/webhooks" if new else "/rest/webhooks/1.0/webhook"


def _enabled(hook: Mapping[str, Any]) -> bool:
    return _true(hook.get("enabled", hook.get("active", True)))


def _true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def _mend(client: JiraClient, url: str) -> str:
    return f"run `closeout connect`, or {_click(client, url)}"


def _click(client: JiraClient, url: str) -> str:
    return _CLICK.format(url=url, events=", ".join(events(client)))
