"""The rest of the second interface: spaces, properties, labels, files, tasks and accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors._standin.messages import Answer
from connectors._standin.rest import Routes
from connectors.confluence.standin import changes, payloads, tasks
from connectors.confluence.standin.bodies import READABLE, part_in
from connectors.confluence.standin.call import Call, done, long_id, read, text_of
from connectors.confluence.standin.entities import Attachment, Page, Property, Task
from connectors.confluence.standin.errors import Refused, not_found
from connectors.confluence.standin.properties import add_property, change_property, drop_property
from connectors.confluence.standin.tree import Node
from connectors.confluence.standin.v2_pages import V2, space_of

_LISTED = ("current", "archived", "trashed")

routes = Routes[Call]()


# Spaces.


@routes.on("GET", f"{V2}/spaces")
def get_spaces(call: Call) -> Answer:
    """List spaces by ids, keys and status."""
    ids, keys = call.ids("ids"), [key.casefold() for key in call.listed("keys")]
    statuses = call.listed("status", ("current", "archived"))
    found = [
        space
        for space in call.world.spaces.values()
        if call.world.access(call.user, space.id) != "none"
        and (not ids or space.id in ids)
        and (not keys or space.key.casefold() in keys)
        and (not statuses or space.status in statuses)
    ]
    return call.paged(found, payloads.space_data)


@routes.on("GET", f"{V2}/spaces/{{id}}")
def get_space_by_id(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Return a space."""
    data = payloads.space_data(space_of(call, id))
    data["_links"]["base"] = call.base
    return read(data)


@routes.on("GET", f"{V2}/spaces/{{id}}/operations")
def get_space_operations(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Say what the account may do in a space."""
    space = space_of(call, id)
    kinds = {"read": ["space"]}
    if call.world.access(call.user, space.id) == "write":
        kinds |= {"create": ["page", "comment", "attachment"], "delete": ["page"]}
    pairs = [(name, kind) for name, those in kinds.items() for kind in those]
    return read({"operations": [{"operation": n, "targetType": k} for n, k in pairs]})


# Content properties.


@routes.on("GET", f"{V2}/pages/{{page_id}}/properties")
def get_page_content_properties(call: Call, page_id: str) -> Answer:
    """List a page's properties, or the one of a key."""
    page, key = call.page(page_id), call.request.one("key")
    found = [p for p in page.properties.values() if not key or p.key == key]
    return call.paged(found, payloads.property_data)


@routes.on("POST", f"{V2}/pages/{{page_id}}/properties")
def create_page_property(call: Call, page_id: str) -> Answer:
    """Add a property; its key has to be new."""
    page, body = _editable(call, page_id), call.json()
    key = text_of(body, "key")
    if "value" not in body:
        raise Refused(400, "'value' is required")
    with call.act() as act:
        made = add_property(act, page, key, body["value"])
    return done(payloads.property_data(made), 200)


@routes.on("GET", f"{V2}/pages/{{page_id}}/properties/{{property_id}}")
def get_page_content_properties_by_id(call: Call, page_id: str, property_id: str) -> Answer:
    """Return a property."""
    return read(payloads.property_data(_property(call.page(page_id), property_id)))


@routes.on("PUT", f"{V2}/pages/{{page_id}}/properties/{{property_id}}")
def update_page_property_by_id(call: Call, page_id: str, property_id: str) -> Answer:
    """Write a property's next version."""
    page, body = _editable(call, page_id), call.json()
    found = _property(page, property_id)
    if text_of(body, "key") != found.key:
        raise Refused(400, "The key of a property cannot be changed")
    version = body.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int) or "value" not in body:
        raise Refused(400, "'value' and 'version.number' are required")
    with call.act() as act:
        change_property(act, page, found, body["value"], number)
    return done(payloads.property_data(found), 200)


@routes.on("DELETE", f"{V2}/pages/{{page_id}}/properties/{{property_id}}")
def delete_page_property_by_id(call: Call, page_id: str, property_id: str) -> Answer:
    """Remove a property."""
    page = _editable(call, page_id)
    found = _property(page, property_id)
    with call.act() as act:
        drop_property(act, page, found)
    return done()


# Labels and files: they are read here and written by the first interface.


@routes.on("GET", f"{V2}/pages/{{id}}/labels")
def get_page_labels(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List a page's labels."""
    page = call.page(id)
    prefixes = call.listed("prefix", ("my", "team", "global", "system"))
    found = [one for one in page.labels if not prefixes or one.prefix in prefixes]
    return call.paged(found, payloads.label_data)


@routes.on("GET", f"{V2}/pages/{{id}}/attachments")
def get_page_attachments(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List a page's files."""
    page, name = call.page(id), call.request.one("filename")
    call.listed("status", _LISTED)
    found = [one for one in page.attachments.values() if not name or one.title == name]
    return call.paged(found, lambda one: payloads.attachment_data(page, one), default=50)


@routes.on("GET", f"{V2}/attachments/{{id}}")
def get_attachment_by_id(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Return a file's description."""
    page, found = _attachment(call, id)
    data = payloads.attachment_data(page, found)
    data["_links"]["base"] = call.base
    return read(data)


# Tasks.


@routes.on("GET", f"{V2}/tasks")
def get_tasks(call: Call) -> Answer:
    """List inline tasks."""
    pages, wanted = call.ids("page-id"), call.ids("task-id")
    spaces, states = call.ids("space-id"), call.listed("status", ("complete", "incomplete"))
    assigned, formats = call.listed("assigned-to"), call.listed("body-format", READABLE[:2])
    found: list[dict[str, Any]] = []
    for task in call.world.tasks.values():
        page = call.world.pages.get(task.page_id)
        if page is None or page.status != "current" or not call.world.may_see(call.user, page):
            continue
        data = _task(call, task, formats)
        if (
            (not pages or page.id in pages)
            and (not wanted or task.id in wanted)
            and (not spaces or page.space_id in spaces)
            and (not states or data["status"] in states)
            and (not assigned or data.get("assignedTo") in assigned)
        ):
            found.append(data)
    return call.paged(found, lambda data: data)


@routes.on("GET", f"{V2}/tasks/{{id}}")
def get_task_by_id(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Return an inline task."""
    task = _known_task(call, id)
    return read(_task(call, task, call.listed("body-format", READABLE[:2])))


@routes.on("PUT", f"{V2}/tasks/{{id}}")
def update_task(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Tick a task, or not any more; nothing else of it can be set."""
    task, body = _known_task(call, id), call.json()
    status = text_of(body, "status")
    if status not in ("complete", "incomplete"):
        raise Refused(400, f"Provided value {{{status}}} for 'status' is not a task's status")
    page = _editable(call, task.page_id)
    storage = tasks.ticked(page, task.local_id, complete=status == "complete")
    with call.act() as act:
        changes.update_page(act, page, changes.Edit(storage=storage, minor=True))
    return done(_task(call, task, call.listed("body-format", READABLE[:2])), 200)


# Accounts.


@routes.on("POST", f"{V2}/users-bulk", reads=True)
def create_bulk_user_lookup(call: Call) -> Answer:
    """Return accounts by their ids; unknown ones are left out."""
    ids = call.json().get("accountIds")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Refused(400, "'accountIds' has to be a list of account ids")
    found = [call.world.users[one] for one in dict.fromkeys(ids) if one in call.world.users]
    links = {"base": call.base}
    return read({"results": [payloads.user_data(one) for one in found], "_links": links})


def _editable(call: Call, page_id: str) -> Page:
    page = call.page(page_id, "current", "draft", "archived")
    if not call.world.may_edit(call.user, page):
        raise not_found("page", page_id)
    return page


def _property(page: Page, ref: str) -> Property:
    wanted = long_id(ref, "property-id")
    found = next((one for one in page.properties.values() if one.id == wanted), None)
    if found is None:
        raise not_found("property", ref)
    return found


def _attachment(call: Call, ref: str) -> tuple[Page, Attachment]:
    for page in call.world.pages.values():
        for one in page.attachments.values():
            if one.id == ref and call.world.may_see(call.user, page):
                return page, one
    raise not_found("attachment", ref)


def _known_task(call: Call, ref: str) -> Task:
    task = call.world.tasks.get(long_id(ref, "id"))
    if task is None:
        raise not_found("task", ref)
    call.page(task.page_id)
    return task


def _task(call: Call, task: Task, formats: list[str]) -> dict[str, Any]:
    body = tasks.body_of(call.world, task)
    data = payloads.task_data(call.world, task, *_of_task(body))
    if formats and body is not None:
        value = part_in(call.world, body, formats[0])
        data["body"] = {formats[0]: {"representation": formats[0], "value": value}}
    return data


def _of_task(body: Node | None) -> tuple[str | None, str | None]:
    """Return whom a task is assigned to and when it is due: the first of each in its text."""
    find: Callable[[str, str], str | None] = lambda name, attribute: next(  # noqa: E731 (two uses)
        (n.attributes.get(attribute) for n in (body.walk() if body else ()) if n.name == name), None
    )
    day = find("time", "datetime")
    return find("ri:user", "ri:account-id"), f"{day}T00:00:00.000Z" if day else None
