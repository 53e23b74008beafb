"""What `doctor` says of a Confluence workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connectors.confluence.pages.making import parent_of
from connectors.confluence.settings import Deployment
from service.ports import Health, NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.confluence.client import Client
    from connectors.confluence.client.spaces import Space
    from connectors.confluence.settings import ConfluenceSettings

_LOOPBACK = re.compile(r"http://(localhost|127(\.\d+){3}|\[::1\])([:/]|$)")
_NAMES = {Deployment.CLOUD: "Cloud", Deployment.DATA_CENTER: "Data Center"}
_MEND = {
    True: "make an API token for this e-mail under id.atlassian.com > Security and set api_token; a"
    " token with scopes needs api_url = https://api.atlassian.com/ex/confluence/<cloudId>/wiki",
    False: "make a personal access token under Profile > Settings and set api_token, without email;"
    " on Cloud set email too",
}
_AGAIN = "check the network and api_url, then try again"


def check_up(open_client: Callable[[], Client], settings: ConfluenceSettings) -> list[Health]:
    """Say whether address, credentials, space, parent and permissions are as they must be."""
    found = list(_address(settings))
    try:
        client = open_client()
        found.append(_credentials(client))
    except (NotAllowed, Rejected) as refusal:
        mend = _MEND[settings.email is not None]
        return [*found, Health("credentials", good=False, finding=str(refusal), mend=mend)]
    except Unavailable as failure:
        return [*found, Health("credentials", good=None, finding=str(failure), mend=_AGAIN)]
    space, told = _space(client, settings)
    found.append(told)
    if space is not None:
        if settings.parent:
            found.append(_parent(client, space, settings.parent))
        found.append(_permission(client, space))
    if client.deployment is Deployment.DATA_CENTER:
        found.append(_webhook(settings))
    return found


def _address(settings: ConfluenceSettings) -> list[Health]:
    if not settings.api_url.startswith("http://") or _LOOPBACK.match(settings.api_url):
        return []
    told = f"{settings.api_url} is not encrypted: everybody on the way can read the token"
    return [Health("address", good=None, finding=told, mend="use an https address")]


def _credentials(client: Client) -> Health:
    """Say who we are; a token with scopes may read pages and not ask whose it is."""
    where = f"Confluence {_NAMES[client.deployment]}"
    try:
        finding = f"signed in to {where} as {client.me()}"
    except (NotAllowed, Rejected) as refusal:
        try:
            client.space()
        except (NotAllowed, Rejected):
            raise refusal from None
        finding = f"{where} takes the token, and does not let it ask whose it is"
    return Health("credentials", good=True, finding=finding)


def _space(client: Client, settings: ConfluenceSettings) -> tuple[Space | None, Health]:
    try:
        space = client.space()
    except NotFound:
        finding = f"no space {settings.space} is shown to our account"
        mend = (
            "check `space` (the key, as in the address of a page), and give the account permission"
            " to view it and to add pages"
        )
        return None, Health("space", good=False, finding=finding, mend=mend)
    except (NotAllowed, Rejected) as refusal:
        mend = "give the account permission to view the space and to add pages"
        return None, Health("space", good=False, finding=str(refusal), mend=mend)
    except Unavailable as failure:
        return None, Health("space", good=None, finding=str(failure), mend=_AGAIN)
    if space.archived:
        finding = f"{space.name} ({space.key}) is archived: no page can be added"
        mend = "take the space out of the archive, or set `space` to another one"
        return space, Health("space", good=False, finding=finding, mend=mend)
    return space, Health("space", good=True, finding=f"pages go to {space.name} ({space.key})")


def _parent(client: Client, space: Space, parent: str) -> Health:
    try:
        page = client.page(parent_of(client, space, parent))
    except NotFound:
        finding = f"no page {parent} is shown to our account"
        mend = f"set parent to the title or id of a page in space {space.key}, or leave it out"
        return Health("parent", good=False, finding=finding, mend=mend)
    except (NotAllowed, Rejected) as refusal:
        mend = f"set parent to the title or id of a page in space {space.key}, or leave it out"
        return Health("parent", good=False, finding=str(refusal), mend=mend)
    except Unavailable as failure:
        return Health("parent", good=None, finding=str(failure), mend=_AGAIN)
    if page.status != "current":
        finding = f"“{page.title}” is {page.status}: no page can be put below it"
        mend = "restore it, or set parent to another page"
        return Health("parent", good=False, finding=finding, mend=mend)
    return Health("parent", good=True, finding=f"pages go below “{page.title}”")


def _permission(client: Client, space: Space) -> Health:
    mend = f"give the account “Add pages” under Space settings > Permissions of {space.key}"
    try:
        may = client.may_create(space)
    except (NotAllowed, Rejected, Unavailable) as failure:
        return Health("permission", good=None, finding=str(failure), mend=mend)
    if may is None:
        finding = f"whether the account may add pages to {space.key} is seen only by adding one"
        return Health("permission", good=None, finding=finding, mend=mend)
    if not may:
        finding = f"the account may not add pages to {space.key}"
        return Health("permission", good=False, finding=finding, mend=mend)
    return Health("permission", good=True, finding=f"the account may add pages to {space.key}")


def _webhook(settings: ConfluenceSettings) -> Health:
    if settings.webhook_secret:
        finding = "deliveries with one of the configured secrets are taken"
        return Health("webhook", good=True, finding=finding)
    finding = "no webhook_secret: edits of pages are noticed only when Closeout looks again"
    mend = (
        "as an admin: General configuration > Webhooks, the events of pages, and a secret that you"
        " set as webhook_secret"
    )
    return Health("webhook", good=None, finding=finding, mend=mend)
