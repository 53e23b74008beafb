"""The rest on Data Center: labels, properties, files, restrictions, spaces and accounts."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer
from connectors._standin.rest import Routes
from connectors._standin.shown import instant_text
from connectors.confluence.standin import index, v1_payloads
from connectors.confluence.standin.call import Call, done, read, text_of
from connectors.confluence.standin.cql import found_by
from connectors.confluence.standin.datacenter.content import API
from connectors.confluence.standin.entities import Page, Property, Space
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.properties import add_property, change_property, drop_property
from connectors.confluence.standin.v1_shared import (
    add_labels,
    attach,
    body_json,
    editable,
    files_of,
    remove_label,
    restrict,
)

VERSION = "10.2.14"
BUILD = 10_214
routes = Routes[Call]()


# Labels.


@routes.on("GET", f"{API}/content/{{id}}/label")
def labels(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List a page's labels."""
    page = call.page(id, name="content")
    return v1_payloads.paged(call, [v1_payloads.label_data(x) for x in page.labels], default=200)


@routes.on("POST", f"{API}/content/{{id}}/label")
def add_labels_to_content(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Put labels on a page."""
    page = editable(call, id)
    with call.act() as act:
        add_labels(act, page, body_json(call))
    return _list_of([v1_payloads.label_data(one) for one in page.labels], call)


@routes.on("DELETE", f"{API}/content/{{id}}/label", f"{API}/content/{{id}}/label/{{label}}")
def delete_label(call: Call, id: str, label: str = "") -> Answer:  # noqa: A002 (the path's name)
    """Take a label off a page."""
    page = editable(call, id)
    with call.act() as act:
        remove_label(act, page, label or call.request.one("name"))
    return done()


# Properties.


@routes.on("GET", f"{API}/content/{{id}}/property")
def find_all_properties(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List a page's properties."""
    page = call.page(id, name="content")
    found = [v1_payloads.property_data(call.world, page, x) for x in page.properties.values()]
    return v1_payloads.paged(call, found, default=10)


@routes.on("POST", f"{API}/content/{{id}}/property", f"{API}/content/{{id}}/property/{{key}}")
def create_property(call: Call, id: str, key: str = "") -> Answer:  # noqa: A002
    """Add a property; its key has to be new."""
    page, body = editable(call, id), call.json()
    named = key or text_of(body, "key")
    if "value" not in body:
        raise Refused(400, "The value of the property is missing")
    with call.act() as act:
        made = add_property(act, page, named, body["value"])
    return done(v1_payloads.property_data(call.world, page, made), 200)


@routes.on("GET", f"{API}/content/{{id}}/property/{{key}}")
def find_property_by_key(call: Call, id: str, key: str) -> Answer:  # noqa: A002
    """Return a property."""
    page = call.page(id, name="content")
    return read(v1_payloads.property_data(call.world, page, _property(page, key)))


@routes.on("PUT", f"{API}/content/{{id}}/property/{{key}}")
def update_property(call: Call, id: str, key: str) -> Answer:  # noqa: A002 (the path's own name)
    """Write a property's next version; version 1 adds it."""
    page, body = editable(call, id), call.json()
    version = body.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int) or "value" not in body:
        raise Refused(400, "The value and the version of the property are needed")
    if body.get("key", key) != key:
        raise Refused(400, "The key in the path and in the body do not match")
    with call.act() as act:
        if key not in page.properties and number == 1:
            found = add_property(act, page, key, body["value"])
        else:
            found = _property(page, key)
            change_property(act, page, found, body["value"], number)
    return done(v1_payloads.property_data(call.world, page, found), 200)


@routes.on("DELETE", f"{API}/content/{{id}}/property/{{key}}")
def delete_property(call: Call, id: str, key: str) -> Answer:  # noqa: A002 (the path's own name)
    """Remove a property."""
    page = editable(call, id)
    with call.act() as act:
        drop_property(act, page, _property(page, key))
    return done()


# Files.


@routes.on("GET", f"{API}/content/{{id}}/child/attachment")
def get_attachments(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List a page's files."""
    page, name = call.page(id, name="content"), call.request.one("filename")
    found = [one for one in page.attachments.values() if not name or one.title == name]
    shown = [v1_payloads.attachment_data(call.world, page, one) for one in found]
    return v1_payloads.paged(call, shown, default=50)


@routes.on("POST", f"{API}/content/{{id}}/child/attachment")
def create_attachments(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Put new files on a page; a new version of one goes to its own address."""
    page = editable(call, id)
    files, comment = files_of(call)
    if any(part.filename in page.attachments for part in files):
        raise Refused(
            400, f"Cannot add a new attachment with same file name as an existing attachment: {id}"
        )
    with call.act() as act:
        made = [attach(act, page, part, comment) for part in files]
    return _list_of([v1_payloads.attachment_data(call.world, page, one) for one in made], call)


@routes.on("POST", f"{API}/content/{{id}}/child/attachment/{{attachment_id}}/data")
def update_attachment_data(call: Call, id: str, attachment_id: str) -> Answer:  # noqa: A002
    """Write a new version of a file."""
    page = editable(call, id)
    files, comment = files_of(call)
    found = next((one for one in page.attachments.values() if one.id == attachment_id), None)
    if found is None:
        raise Refused(404, f"No attachment found with id : {attachment_id}")
    with call.act() as act:
        part = files[0]
        found.title, known = part.filename or found.title, found.title
        page.attachments[found.title] = page.attachments.pop(known)
        attach(act, page, part, comment)
    return done(v1_payloads.attachment_data(call.world, page, found), 200)


# Restrictions.


@routes.on("GET", f"{API}/content/{{id}}/restriction/byOperation")
def restrictions_by_operation(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Say who may view and edit a page."""
    return read(_restrictions(call, call.page(id, name="content")))


@routes.on("PUT", f"{API}/content/{{id}}/restriction")
def update_restrictions(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Set who may view and edit a page."""
    page = editable(call, id)
    with call.act() as act:
        restrict(call, act, page, body_json(call))
    return _list_of(list(_restrictions(call, page).values()), call)


# Searching.


@routes.on("GET", f"{API}/content/search")
def search_content(call: Call) -> Answer:
    """Find pages by CQL, as content."""
    pages, expand = _searched(call), call.listed("expand")
    return v1_payloads.paged(call, [v1_payloads.content_data(call.world, p, expand) for p in pages])


@routes.on("GET", f"{API}/search")
def search(call: Call) -> Answer:
    """Find pages by CQL, as results of a search."""
    world = call.world
    results = [
        {
            "content": v1_payloads.content_data(world, page),
            "title": page.title,
            "excerpt": "",
            "url": world.webui(page),
            "entityType": "content",
            "iconCssClass": "content-type-page",
            "lastModified": instant_text(page.version.at),
            "friendlyLastModified": "",
        }
        for page in _searched(call)
    ]
    return v1_payloads.paged(call, results)


# Spaces, accounts, the server.


@routes.on("GET", f"{API}/space")
def spaces(call: Call) -> Answer:
    """List spaces."""
    keys = {key.casefold() for key in call.listed("spaceKey")}
    found = [s for s in _spaces(call) if not keys or s.key.casefold() in keys]
    return v1_payloads.paged(call, [v1_payloads.space_data(call.world, one) for one in found])


@routes.on("GET", f"{API}/space/{{key}}")
def space_by_key(call: Call, key: str) -> Answer:
    """Return a space."""
    for one in _spaces(call):
        if one.key.casefold() == key.casefold():
            return read(v1_payloads.space_data(call.world, one))
    raise Refused(404, f"No space found with key : {key}")


@routes.on("GET", f"{API}/user/current")
def get_current(call: Call) -> Answer:
    """Return the account that asks."""
    return read(v1_payloads.user_data(call.world, call.user))


@routes.on("GET", f"{API}/user/list")
def get_users(call: Call) -> Answer:
    """List accounts."""
    users = [v1_payloads.user_data(call.world, one) for one in call.world.users.values()]
    return v1_payloads.paged(call, users, default=100)


@routes.on("GET", f"{API}/user")
def get_user(call: Call) -> Answer:
    """Return an account by its name or key."""
    key, name = call.request.one("key"), call.request.one("username")
    for user in call.world.users.values():
        if (key and user.key == key) or (name and user.username == name):
            return read(v1_payloads.user_data(call.world, user))
    raise Refused(404, f"No user found with {'key' if key else 'username'} : {key or name}")


@routes.on("GET", f"{API}/server-information")
def server_information(call: Call) -> Answer:
    """Return the version of the server."""
    shown = {"version": VERSION, "buildNumber": BUILD, "buildDate": "2026-09-01T00:00:00.000Z"}
    return read(shown | {"baseUrl": call.world.root, "marketplaceBuildNumber": BUILD})


def _spaces(call: Call) -> list[Space]:
    found = call.world.spaces.values()
    return [space for space in found if call.world.access(call.user, space.id) != "none"]


def _list_of(results: list[dict[str, Any]], call: Call) -> Answer:
    size = len(results)
    links = {"base": call.world.root, "context": "/confluence"}
    shown = {"results": results, "start": 0, "limit": 200, "size": size, "_links": links}
    return done(shown, 200)


def _property(page: Page, key: str) -> Property:
    found = page.properties.get(key)
    if found is None:
        raise Refused(404, f"No content property found with key : {key}")
    return found


def _searched(call: Call) -> list[Page]:
    cql, world = call.request.one("cql"), call.world
    if not cql:
        raise Refused(400, "Could not parse cql : : the query is missing")
    entries = [e for e in index.seen(world) if e.status == "current" and e.page_id in world.pages]
    pages = [world.pages[entry.page_id] for entry in found_by(world, cql, entries)]
    return [page for page in pages if world.may_see(call.user, page)]


def _restrictions(call: Call, page: Page) -> dict[str, Any]:
    world = call.world

    def rule(operation: str, people: list[str] | None) -> dict[str, Any]:
        users = [v1_payloads.user_data(world, world.users[one]) for one in people or []]
        return {
            "operation": operation,
            "restrictions": {
                "user": {"results": users, "start": 0, "limit": 200, "size": len(users)},
                "group": {"results": [], "start": 0, "limit": 200, "size": 0},
            },
            "_expandable": {"content": f"/rest/api/content/{page.id}"},
        }

    return {"read": rule("read", page.readers), "update": rule("update", page.editors)}
