"""What is left of the first interface on Cloud: `/wiki/rest/api`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from connectors._standin.messages import Answer
from connectors._standin.rest import Routes
from connectors._standin.shown import instant_text
from connectors.confluence.standin import changes, index, v1_payloads
from connectors.confluence.standin.call import LARGEST_PAGE, Call, done, long_id, read
from connectors.confluence.standin.cql import found_by
from connectors.confluence.standin.entities import Page
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.v1_shared import (
    add_labels,
    attach,
    body_json,
    editable,
    files_of,
    remove_label,
    restrict,
)
from connectors.confluence.standin.world import Indexed, World

V1 = "/wiki/rest/api"
_MOST_ARCHIVED = 300
_GONE = "This API has been removed. Use the REST API v2: /wiki/api/v2/pages."

routes = Routes[Call]()


# Labels.


@routes.on("POST", f"{V1}/content/{{id}}/label")
def add_labels_to_content(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Put labels on a page."""
    page = editable(call, id)
    with call.act() as act:
        add_labels(act, page, body_json(call))
    shown = [v1_payloads.label_data(one) for one in page.labels]
    return done(_whole(call, shown), 200)


@routes.on("DELETE", f"{V1}/content/{{id}}/label", f"{V1}/content/{{id}}/label/{{label}}")
def remove_label_from_content(call: Call, id: str, label: str = "") -> Answer:  # noqa: A002
    """Take a label off a page."""
    page = editable(call, id)
    if "/" in label:
        raise Refused(400, 'A label with "/" is removed by the parameter name')
    with call.act() as act:
        remove_label(act, page, label or call.request.one("name"))
    return done()


# Files.


@routes.on("PUT", f"{V1}/content/{{id}}/child/attachment")
def create_or_update_attachments(call: Call, id: str) -> Answer:  # noqa: A002 (the path's name)
    """Put files on a page; one of the same name gets a new version."""
    return _attach(call, id, new=False)


@routes.on("POST", f"{V1}/content/{{id}}/child/attachment")
def create_attachment(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Put new files on a page."""
    return _attach(call, id, new=True)


def _attach(call: Call, page_id: str, *, new: bool) -> Answer:
    page = editable(call, page_id)
    files, comment = files_of(call)
    if new and any(part.filename in page.attachments for part in files):
        raise Refused(
            400,
            f"Cannot add a new attachment with same file name as an existing attachment: {page_id}",
        )
    with call.act() as act:
        made = [attach(act, page, part, comment) for part in files]
    shown = [v1_payloads.attachment_data(call.world, page, one) for one in made]
    return done(_whole(call, shown), 200)


# Pages: where they stand and who sees them.


@routes.on("POST", f"{V1}/content/archive")
def archive_pages(call: Call) -> Answer:
    """Archive pages, in a task that has ended already."""
    given = call.json().get("pages")
    if not isinstance(given, list) or not given or len(given) > _MOST_ARCHIVED:
        raise Refused(400, f"'pages' has to be a list of 1 to {_MOST_ARCHIVED} pages")
    pages = [editable(call, long_id(_id_of(one), "id")) for one in given]
    with call.act() as act:
        for page in pages:
            changes.archive_page(act, page)
    task = call.world.ids.uuid()
    links = {"status": f"/rest/api/longtask/{task}"}
    return done({"ari": f"ari:cloud:confluence::longtask/{task}", "id": task, "links": links}, 202)


@routes.on("PUT", f"{V1}/content/{{id}}/move/{{position}}/{{target}}")
def move_page(call: Call, id: str, position: str, target: str) -> Answer:  # noqa: A002
    """Move a page below, before or after another one."""
    if position not in ("before", "after", "append"):
        raise Refused(400, f"There is no position {position}")
    page, goal = editable(call, id), call.page(target, "current", name="content")
    parent_id = goal.id if position == "append" else goal.parent_id
    with call.act() as act:
        changes.move_page(act, page, parent_id, goal.space_id)
    return done({"pageId": page.id}, 200)


@routes.on("GET", f"{V1}/content/{{id}}/restriction")
def get_restrictions(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Say who may view and edit a page."""
    return read(_restrictions(call, call.page(id, name="content")))


@routes.on("PUT", f"{V1}/content/{{id}}/restriction")
@routes.on("POST", f"{V1}/content/{{id}}/restriction")
def update_restrictions(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Set who may view and edit a page."""
    page = editable(call, id)
    with call.act() as act:
        restrict(call, act, page, body_json(call))
    return done(_restrictions(call, page), 200)


@routes.on("DELETE", f"{V1}/content/{{id}}/restriction")
def delete_restrictions(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Let everybody of the space view and edit a page again."""
    page = editable(call, id)
    with call.act() as act:
        changes.restrict_page(act, page, None, None)
    return done(_restrictions(call, page), 200)


# Searching.


@routes.on("GET", f"{V1}/search")
def search_by_cql(call: Call) -> Answer:
    """Find pages by CQL, as the index knows them."""
    found = [_result(call.world, entry) for entry in _found(call)]
    start, limit = call.number("start", 0), min(call.number("limit", 25), LARGEST_PAGE)
    cursor = call.request.one("cursor")
    start = int(cursor.removeprefix("_f_")) if cursor.removeprefix("_f_").isdigit() else start
    results = found[start : start + limit]
    links = {"base": call.base, "context": "/wiki"}
    if start + limit < len(found):
        query = [(k, v) for k, v in call.request.query if k not in ("cursor", "limit", "start")]
        query += [("limit", str(limit)), ("cursor", f"_f_{start + limit}")]
        links["next"] = f"/rest/api/search?{urlencode(query)}"
    return read(
        {
            "results": results,
            "start": start,
            "limit": limit,
            "size": len(results),
            "totalSize": len(found),
            "cqlQuery": call.request.one("cql"),
            "searchDuration": 12,
            "_links": links,
        }
    )


@routes.on("GET", f"{V1}/content/search")
def search_content_by_cql(call: Call) -> Answer:
    """Find pages by CQL, as content."""
    expand = call.listed("expand")
    pages = [call.world.pages[e.page_id] for e in _found(call) if e.page_id in call.world.pages]
    return v1_payloads.paged(
        call, [v1_payloads.content_data(call.world, page, expand) for page in pages]
    )


# Accounts.


@routes.on("GET", f"{V1}/user/current")
def get_current_user(call: Call) -> Answer:
    """Return the account that asks."""
    return read(v1_payloads.user_data(call.world, call.user))


@routes.on("GET", f"{V1}/user")
def get_user(call: Call) -> Answer:
    """Return an account by its id."""
    account_id = call.request.one("accountId")
    found = call.world.users.get(account_id)
    if found is None:
        raise Refused(404, f"No user found with accountId : {account_id}")
    return read(v1_payloads.user_data(call.world, found))


@routes.on("GET", f"{V1}/user/bulk")
def get_bulk_user_lookup(call: Call) -> Answer:
    """Return accounts by their ids."""
    users = [call.world.users[one] for one in call.listed("accountId") if one in call.world.users]
    shown = [v1_payloads.user_data(call.world, one) for one in users]
    return read(_whole(call, shown))


@routes.on("GET", f"{V1}/settings/systemInfo")
def get_system_info(call: Call) -> Answer:
    """Return what the site says of itself."""
    world = call.world
    return read({"cloudId": world.cloud_id, "commitHash": "0", "baseUrl": world.root})


# Retired: registered last, so that the operations above are found first.


@routes.on("GET", f"{V1}/content", f"{V1}/content/{{id}}")
@routes.on("POST", f"{V1}/content")
@routes.on("PUT", f"{V1}/content/{{id}}")
def retired_content(_call: Call, **_parts: str) -> Answer:
    """Refuse: pages went to the second interface."""
    raise Refused(410, _GONE)


def _found(call: Call) -> list[Indexed]:
    cql = call.request.one("cql")
    if not cql:
        raise Refused(400, "Could not parse cql : : the query is missing")
    world = call.world
    shown = [
        entry
        for entry in index.seen(world)
        if entry.status == "current"
        and (page := world.pages.get(entry.page_id)) is not None
        and world.may_see(call.user, page)
    ]
    return found_by(world, cql, shown)


def _result(world: World, entry: Indexed) -> dict[str, Any]:
    page = world.pages[entry.page_id]
    container = {
        "title": world.spaces[page.space_id].name,
        "displayUrl": f"/spaces/{entry.space_key}",
    }
    return {
        "content": v1_payloads.content_data(world, page) | {"title": entry.title},
        "title": entry.title,
        "excerpt": entry.words[:150],
        "url": world.webui(page),
        "resultGlobalContainer": container,
        "breadcrumbs": [],
        "entityType": "content",
        "iconCssClass": "aui-icon content-type-page",
        "lastModified": instant_text(entry.modified_at),
        "friendlyLastModified": "",
        "score": 0.0,
    }


def _restrictions(call: Call, page: Page) -> dict[str, Any]:
    world = call.world
    results = []
    for operation, people in (("read", page.readers), ("update", page.editors)):
        users = [v1_payloads.user_data(world, world.users[one]) for one in people or []]
        results.append(
            {
                "operation": operation,
                "restrictions": {
                    "user": {"results": users, "start": 0, "limit": 100, "size": len(users)},
                    "group": {"results": [], "start": 0, "limit": 100, "size": 0},
                },
                "_expandable": {"content": f"/rest/api/content/{page.id}"},
                "_links": {"self": f"{world.root}/rest/api/content/{page.id}/restriction"},
            }
        )
    return _whole(call, results) | {"restrictionsHash": "0"}


def _whole(call: Call, results: list[dict[str, Any]]) -> dict[str, Any]:
    links = {"base": call.base, "context": "/wiki"}
    size = len(results)
    return {"results": results, "start": 0, "limit": max(size, 100), "size": size, "_links": links}


def _id_of(given: object) -> object:
    if isinstance(given, dict) and "id" in given:
        return given["id"]
    raise Refused(400, "A page to be archived is given by its id")
