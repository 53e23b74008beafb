"""Records in the words of the first interface: `/rest/api`, and what is left of it on Cloud."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from connectors._standin.messages import Answer, as_json
from connectors._standin.shown import instant_text
from connectors.confluence.standin.bodies import READABLE, body_in
from connectors.confluence.standin.call import LARGEST_PAGE, Call
from connectors.confluence.standin.entities import (
    Attachment,
    Label,
    Page,
    Property,
    Space,
    User,
    Version,
)
from connectors.confluence.standin.world import CONTEXT, World

Shown = dict[str, Any]
_PARTS = ("space", "version", "ancestors", "history", "body", "metadata", "container", "children")


def content_data(
    world: World, page: Page, expand: Collection[str] = (), version: Version | None = None
) -> Shown:
    """Return a page as content; what is not expanded is named under `_expandable`."""
    shown = version or page.version
    api = f"/rest/api/content/{page.id}"
    data: Shown = {
        "id": page.id,
        "type": "page",
        "status": page.status if shown is page.version else "historical",
        "title": shown.title,
        "extensions": {"position": page.position},
        "_links": content_links(world, page),
    }
    if "space" in expand:
        data["space"] = space_data(world, world.spaces[page.space_id])
    if "version" in expand:
        data["version"] = version_data(world, shown)
    if "ancestors" in expand:
        data["ancestors"] = [content_data(world, one) for one in world.ancestors(page)]
    if "history" in expand:
        data["history"] = _history(world, page)
    if "metadata.labels" in expand:
        labels = [label_data(one) for one in page.labels]
        data["metadata"] = {
            "labels": {"results": labels, "start": 0, "limit": 200, "size": len(labels)}
        }
    wanted = [name for name in READABLE if f"body.{name}" in expand]
    if wanted:
        data["body"] = {
            name: {
                "value": body_in(world, shown.storage, name),
                "representation": name,
                "_expandable": {"content": api},
            }
            for name in wanted
        }
    data["_expandable"] = {name: "" for name in _PARTS if name not in data}
    return data


def content_links(world: World, page: Page) -> Shown:
    """Return the addresses of a page."""
    context = CONTEXT[world.flavour]
    return {
        "self": f"{world.root}/rest/api/content/{page.id}",
        "webui": world.webui(page),
        "edit": f"/pages/resumedraft.action?draftId={page.id}",
        "tinyui": f"/x/{page.id}",
        "collection": "/rest/api/content",
        "base": world.root,
        "context": context,
    }


def _history(world: World, page: Page) -> Shown:
    return {
        "latest": True,
        "createdBy": user_data(world, world.users[page.author_id]),
        "createdDate": instant_text(page.created_at),
        "lastUpdated": version_data(world, page.version),
        "_links": {"self": f"{world.root}/rest/api/content/{page.id}/history"},
        "_expandable": {"previousVersion": "", "contributors": "", "nextVersion": ""},
    }


def version_data(world: World, version: Version) -> Shown:
    """Return a version."""
    return {
        "by": user_data(world, world.users[version.author_id]),
        "when": instant_text(version.at),
        "message": version.message,
        "number": version.number,
        "minorEdit": version.minor,
        "hidden": False,
        "_links": {},
        "_expandable": {"content": ""},
    }


def user_data(world: World, user: User) -> Shown:
    """Return an account: by account id on Cloud, by name and key on Data Center."""
    picture = {"path": "/aa-avatar/1", "width": 48, "height": 48, "isDefault": True}
    links = {"self": f"{world.root}/rest/api/user", "base": world.root}
    data: Shown = {
        "type": "known" if user.id in world.users else "anonymous",
        "displayName": user.name,
        "profilePicture": picture,
        "_expandable": {"operations": "", "personalSpace": ""},
        "_links": links,
    }
    if user.id not in world.users:
        return data
    if world.cloud:
        return data | {
            "accountId": user.id,
            "accountType": user.kind,
            "email": "",
            "publicName": user.name,
            "timeZone": "Europe/Berlin",
            "isExternalCollaborator": False,
            "isGuest": False,
        }
    return data | {"username": user.username, "userKey": user.key, "status": "current"}


def space_data(world: World, space: Space) -> Shown:
    """Return a space."""
    return {
        "id": int(space.id),
        "key": space.key,
        "name": space.name,
        "type": space.type,
        "status": space.status,
        "_links": {
            "self": f"{world.root}/rest/api/space/{space.key}",
            "webui": f"/display/{space.key}",
            "base": world.root,
        },
        "_expandable": {
            "homepage": f"/rest/api/content/{space.homepage_id}",
            "metadata": "",
            "icon": "",
            "description": "",
        },
    }


def label_data(label: Label) -> Shown:
    """Return a label."""
    return {"prefix": label.prefix, "name": label.name, "id": label.id, "label": label.name}


def property_data(world: World, page: Page, one: Property) -> Shown:
    """Return a content property."""
    return {
        "id": one.id,
        "key": one.key,
        "value": one.value,
        "version": {
            "when": instant_text(one.at),
            "message": one.message,
            "number": one.number,
            "minorEdit": False,
            "hidden": False,
        },
        "_links": {"self": f"{world.root}/rest/api/content/{page.id}/property/{one.key}"},
        "_expandable": {"content": f"/rest/api/content/{page.id}"},
    }


def attachment_data(world: World, page: Page, one: Attachment) -> Shown:
    """Return a file as content."""
    return {
        "id": one.id,
        "type": "attachment",
        "status": "current",
        "title": one.title,
        "metadata": {"mediaType": one.media_type, "comment": one.comment},
        "extensions": {
            "mediaType": one.media_type,
            "fileSize": len(one.data),
            "comment": one.comment,
            "fileId": one.file_id,
        },
        "version": {
            "by": user_data(world, world.users[one.author_id]),
            "when": instant_text(one.at),
            "message": one.comment,
            "number": one.number,
            "minorEdit": False,
        },
        "container": {"id": page.id, "type": "page", "status": page.status, "title": page.title},
        "_links": {
            "self": f"{world.root}/rest/api/content/{one.id}",
            "download": f"/download/attachments/{page.id}/{one.title}?version={one.number}",
            "webui": f"/pages/viewpageattachments.action?pageId={page.id}",
            "base": world.root,
        },
        "_expandable": {"space": "", "ancestors": "", "body": "", "history": ""},
    }


def paged(call: Call, found: Sequence[Shown], default: int = 25) -> Answer:
    """Answer with one page of a list by `start` and `limit`; `_links.next` leads on."""
    limit = min(call.number("limit", default), LARGEST_PAGE)
    start = call.number("start", 0)
    results = list(found[start : start + limit])
    world = call.world
    below = call.path.removeprefix(CONTEXT[world.flavour]) if world.cloud else call.path
    links = {"base": call.base, "context": CONTEXT[world.flavour], "self": call.base + below}
    if start + limit < len(found):
        query = [(k, v) for k, v in call.request.query if k not in ("start", "limit")]
        query += [("limit", str(limit)), ("start", str(start + limit))]
        links["next"] = f"{below}?{urlencode(query)}"
    return as_json(
        {"results": results, "start": start, "limit": limit, "size": len(results), "_links": links}
    )
