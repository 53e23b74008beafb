"""Records in the words of the second interface (`/wiki/api/v2`)."""

from __future__ import annotations

from typing import Any

from connectors._standin.shown import instant_text
from connectors.confluence.standin.entities import (
    Attachment,
    Label,
    Page,
    Property,
    Space,
    Task,
    User,
    Version,
)
from connectors.confluence.standin.world import World

Shown = dict[str, Any]


def page_data(world: World, page: Page, version: Version | None = None) -> Shown:
    """Return a page without its text and without what has to be asked for."""
    shown = version or page.version
    latest = shown is page.version
    return {
        "parentType": "page" if page.parent_id else None,
        "parentId": page.parent_id,
        "spaceId": page.space_id,
        "ownerId": page.owner_id,
        "lastOwnerId": None,
        "createdAt": instant_text(page.created_at),
        "authorId": page.author_id,
        "position": page.position,
        "version": version_data(shown),
        "body": {},
        "status": page.status if latest else "historical",
        "title": shown.title,
        "id": page.id,
        "_links": page_links(world, page),
    }


def page_links(world: World, page: Page) -> Shown:
    """Return where people find a page, below the site's address."""
    key = world.spaces[page.space_id].key
    return {
        "webui": world.webui(page),
        "editui": f"/pages/resumedraft.action?draftId={page.id}",
        "edituiv2": f"/spaces/{key}/pages/edit-v2/{page.id}",
        "tinyui": f"/x/{page.id}",
    }


def version_data(version: Version) -> Shown:
    """Return a version."""
    return {
        "number": version.number,
        "message": version.message,
        "minorEdit": version.minor,
        "authorId": version.author_id,
        "createdAt": instant_text(version.at),
        "ncsStepVersion": None,
    }


def property_data(one: Property) -> Shown:
    """Return a content property."""
    version = {
        "number": one.number,
        "message": one.message,
        "minorEdit": False,
        "authorId": one.author_id,
        "createdAt": instant_text(one.at),
    }
    return {"id": one.id, "key": one.key, "value": one.value, "version": version}


def label_data(label: Label) -> Shown:
    """Return a label."""
    return {"id": label.id, "name": label.name, "prefix": label.prefix}


def space_data(space: Space) -> Shown:
    """Return a space."""
    return {
        "createdAt": instant_text(space.created_at),
        "authorId": space.author_id,
        "spaceOwnerId": space.author_id,
        "homepageId": space.homepage_id,
        "icon": None,
        "description": None,
        "status": space.status,
        "name": space.name,
        "key": space.key,
        "id": space.id,
        "type": space.type,
        "currentActiveAlias": space.key,
        "_links": {"webui": f"/spaces/{space.key}"},
    }


def user_data(user: User) -> Shown:
    """Return an account; its address is hidden, as most people leave it."""
    picture = {"path": "/wiki/aa-avatar/1", "width": 48, "height": 48, "isDefault": True}
    return {
        "accountId": user.id,
        "accountType": user.kind,
        "accountStatus": "active" if user.active else "inactive",
        "displayName": user.name,
        "publicName": user.name,
        "email": "",
        "timeZone": "Europe/Berlin",
        "isExternalCollaborator": False,
        "profilePicture": picture,
    }


def attachment_data(page: Page, one: Attachment) -> Shown:
    """Return a file."""
    download = f"/download/attachments/{page.id}/{one.title}?version={one.number}"
    webui = f"/pages/viewpageattachments.action?pageId={page.id}"
    return {
        "id": one.id,
        "status": "current",
        "title": one.title,
        "createdAt": instant_text(one.created_at),
        "pageId": page.id,
        "mediaType": one.media_type,
        "mediaTypeDescription": one.media_type,
        "comment": one.comment,
        "fileId": one.file_id,
        "fileSize": len(one.data),
        "webuiLink": webui,
        "downloadLink": download,
        "version": {
            "number": one.number,
            "message": one.comment,
            "minorEdit": False,
            "authorId": one.author_id,
            "createdAt": instant_text(one.at),
        },
        "_links": {"webui": webui, "download": download},
    }


def task_data(world: World, task: Task, assigned_to: str | None, due_at: str | None) -> Shown:
    """Return an inline task, without its text."""
    page = world.pages[task.page_id]
    completed_at = instant_text(task.completed_at) if task.completed_at else None
    found: Shown = {
        "id": task.id,
        "localId": task.local_id,
        "spaceId": page.space_id,
        "pageId": page.id,
        "status": "complete" if task.complete else "incomplete",
        "body": {},
        "createdBy": task.author_id,
        "assignedTo": assigned_to,
        "completedBy": task.completed_by or None,
        "createdAt": instant_text(task.created_at),
        "updatedAt": instant_text(task.updated_at),
        "dueAt": due_at,
        "completedAt": completed_at,
    }
    return {name: value for name, value in found.items() if value is not None}


def listed(name: str, page: Page, items: list[Shown]) -> Shown:
    """Return a list within a page: at most 50, and whether there are more."""
    most = 50
    return {
        "results": items[:most],
        "meta": {"hasMore": len(items) > most, "cursor": ""},
        "_links": {"self": f"/wiki/api/v2/pages/{page.id}/{name}"},
    }
