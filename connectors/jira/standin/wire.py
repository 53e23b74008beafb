"""The records as Jira's REST interface shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._standin.messages import Value
from connectors.jira.standin import texts
from connectors.jira.standin.entities import (
    Change,
    IssueType,
    Item,
    LinkType,
    Status,
    Text,
    User,
)
from connectors.jira.standin.values import instant_text
from connectors.jira.standin.world import World

CATEGORIES: Mapping[str, tuple[int, str, str]] = {
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}


def api(world: World, version: int) -> str:
    """Return the address of the REST interface."""
    return f"{world.site}/rest/api/{version}"


def user(world: World, one: User | None, version: int = 2) -> dict[str, Any] | None:
    """Show an account."""
    if one is None:
        return None
    shown: dict[str, Any] = {
        "displayName": one.display_name,
        "active": one.active,
        "timeZone": "Europe/Berlin",
        "emailAddress": one.email,
    }
    base = api(world, version)
    avatars = {f"{n}x{n}": f"{world.site}/avatar/{one.name}-{n}.png" for n in (16, 24, 32, 48)}
    if world.cloud:
        kind = "app" if one.app else "atlassian"
        shown |= {"accountId": one.id, "accountType": kind}
        shown["self"] = f"{base}/user?accountId={one.id}"
    else:
        shown |= {"key": one.id, "name": one.name, "self": f"{base}/user?username={one.name}"}
    return {**shown, "avatarUrls": avatars}


def category(world: World, key: str, version: int, name: str | None = None) -> dict[str, Any]:
    """Show a status category."""
    number, colour, known = CATEGORIES[key]
    return {
        "self": f"{api(world, version)}/statuscategory/{number}",
        "id": number,
        "key": key,
        "colorName": colour,
        "name": name or known,
    }


def status(
    world: World, one: Status, version: int, category_name: str | None = None
) -> dict[str, Any]:
    """Show a status."""
    shown: dict[str, Any] = {
        "self": f"{api(world, version)}/status/{one.id}",
        "description": one.description,
        "iconUrl": f"{world.site}/images/icons/statuses/generic.png",
        "name": one.name,
        "id": one.id,
        "statusCategory": category(world, one.category, version, category_name),
    }
    if one.project_id is not None:
        shown["scope"] = {"type": "PROJECT", "project": {"id": one.project_id}}
    return shown


def issue_type(world: World, one: IssueType, version: int) -> dict[str, Any]:
    """Show an issue type."""
    shown: dict[str, Any] = {
        "self": f"{api(world, version)}/issuetype/{one.id}",
        "id": one.id,
        "description": one.description,
        "iconUrl": f"{world.site}/images/icons/issuetypes/{one.id}.png",
        "name": one.name,
        "subtask": one.level < 0,
    }
    if world.cloud:
        shown["hierarchyLevel"] = one.level
    if one.project_id is not None:
        shown["scope"] = {"type": "PROJECT", "project": {"id": one.project_id}}
    return shown


def project_ref(world: World, project_id: str, version: int) -> dict[str, Any]:
    """Show a project as other things refer to it."""
    one = world.projects[project_id]
    shown: dict[str, Any] = {
        "self": f"{api(world, version)}/project/{one.id}",
        "id": one.id,
        "key": one.key,
        "name": one.name,
        "projectTypeKey": "software",
        "avatarUrls": avatars(world, one.id),
    }
    if world.cloud:
        shown["simplified"] = one.style == "next-gen"
    return shown


def avatars(world: World, project_id: str) -> dict[str, str]:
    """Return the pictures of a project."""
    base = f"{world.site}/secure/projectavatar?pid={project_id}"
    return {f"{n}x{n}": f"{base}&s={n}" for n in (16, 24, 32, 48)}


def version_ref(world: World, version_id: str, version: int) -> dict[str, Any]:
    """Show a version as issues refer to it."""
    one = world.versions[version_id]
    shown: dict[str, Any] = {
        "self": f"{api(world, version)}/version/{one.id}",
        "id": one.id,
        "description": one.description,
        "name": one.name,
        "archived": one.archived,
        "released": one.released,
    }
    if one.release_date is not None:
        shown["releaseDate"] = one.release_date.isoformat()
    return shown


def text(world: World, value: Text | None, version: int) -> Value:
    """Show a formatted text in the language of the interface's version."""
    if world.cloud and version >= texts.ADF_VERSION:
        return texts.adf(value)
    return texts.wiki(value)


def link_type(world: World, one: LinkType, version: int) -> dict[str, Any]:
    """Show a type of links."""
    return {
        "id": one.id,
        "name": one.name,
        "inward": one.inward,
        "outward": one.outward,
        "self": f"{api(world, version)}/issueLinkType/{one.id}",
    }


# History.


def item(one: Item) -> dict[str, Any]:
    """Show one field of a change."""
    shown: dict[str, Any] = {"field": one.field, "fieldtype": one.field_type}
    if one.field_id is not None:
        shown["fieldId"] = one.field_id
    return {
        **shown,
        "from": one.old,
        "fromString": one.old_text,
        "to": one.new,
        "toString": one.new_text,
    }


def change(world: World, one: Change, version: int) -> dict[str, Any]:
    """Show an entry of a history."""
    items = [item(x) for x in one.items]
    if not world.cloud:
        items = [{k: v for k, v in x.items() if k != "fieldId"} for x in items]
    shown = {
        "id": one.id,
        "author": user(world, world.users[one.author_id], version),
        "created": instant_text(one.at),
        "items": items,
    }
    return {**shown, "historyMetadata": one.metadata} if one.metadata else shown
