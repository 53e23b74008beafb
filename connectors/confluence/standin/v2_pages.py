"""Pages in the second interface: `/wiki/api/v2/pages`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors._standin.messages import Answer
from connectors._standin.rest import Routes
from connectors.confluence.standin import changes, payloads
from connectors.confluence.standin.bodies import READABLE, storage_from
from connectors.confluence.standin.call import Call, done, long_id, read, text_of
from connectors.confluence.standin.changes import Edit, NewPage
from connectors.confluence.standin.entities import Page, Space, Version
from connectors.confluence.standin.errors import Refused, not_found

V2 = "/wiki/api/v2"
LISTED_STATUSES = ("current", "archived", "deleted", "trashed")
SINGLE_STATUSES = ("current", "archived", "trashed", "deleted", "historical", "draft")
_SORTS: dict[str, Callable[[Page], Any]] = {
    "id": lambda page: int(page.id),
    "created-date": lambda page: page.created_at,
    "modified-date": lambda page: page.version.at,
    "title": lambda page: page.title.casefold(),
}

routes = Routes[Call]()


@routes.on("GET", f"{V2}/pages")
def get_pages(call: Call) -> Answer:
    """List pages by ids, spaces, title and status."""
    ids, spaces = call.ids("id"), call.ids("space-id")
    found = [p for p in call.world.pages.values() if not ids or p.id in ids]
    return _listing(call, [p for p in found if not spaces or p.space_id in spaces])


@routes.on("GET", f"{V2}/spaces/{{id}}/pages")
def get_pages_in_space(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List the pages of a space."""
    space = space_of(call, id)
    call.listed("depth", ("all", "root"))
    found = [p for p in call.world.pages.values() if p.space_id == space.id]
    if call.request.one("depth") == "root":
        found = [p for p in found if p.parent_id is None]
    return _listing(call, found)


@routes.on("POST", f"{V2}/pages")
def create_page(call: Call) -> Answer:
    """Make a page; without a parent it goes below the space's homepage."""
    body = call.json()
    space = space_of(call, body.get("spaceId"), name="spaceId")
    if call.world.access(call.user, space.id) != "write":
        raise not_found("space", space.id)
    draft = _status(body) == "draft"
    title = text_of(body, "title", needed=not draft)
    parent_id = body.get("parentId")
    if call.flag("root-level"):
        if parent_id is not None:
            raise Refused(400, "'parentId' cannot be given together with 'root-level'")
    elif parent_id is None:
        parent_id = space.homepage_id or None
    if parent_id is not None:
        parent = call.page(parent_id, "current", "archived", name="parent page")
        if parent.space_id != space.id:
            raise Refused(400, "The parent page is not in the same space")
        parent_id = parent.id
    storage = storage_from(body["body"]) if body.get("body") else ""
    new = NewPage(space.id, title, storage, parent_id, draft, call.flag("private"))
    with call.act() as act:
        page = changes.create_page(act, new)
    return _single(call, page, wrote=True)


@routes.on("GET", f"{V2}/pages/{{id}}")
def get_page_by_id(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Return a page, as it is or as it was in a version."""
    statuses = call.listed("status", SINGLE_STATUSES)
    page = call.page(id)
    shown = statuses or ["current", "archived", "historical"]
    if not statuses and call.world.behaviour.trashed_shown_by_id:
        shown.append("trashed")
    if call.flag("get-draft"):
        shown.append("draft")
    if page.status not in shown:
        raise not_found("page", id)
    return _single(call, page, version=_version(call, page))


@routes.on("PUT", f"{V2}/pages/{{id}}")
def update_page(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Write a new version of a page; it takes the whole text."""
    body = call.json()
    page = call.page(id, "current", "draft", "trashed", "archived")
    if long_id(body.get("id"), "id") != page.id:
        raise Refused(400, "The id in the path and in the body do not match")
    if _status(body, needed=True) == "draft" and page.status != "draft":
        raise Refused(400, "A published page cannot become a draft")
    title = text_of(body, "title")
    number = _number(body)
    storage = storage_from(body.get("body"))
    if "spaceId" in body and str(body["spaceId"]) != page.space_id:
        raise Refused(400, "Moving a page to another space is not supported")
    if page.status == "archived":
        raise Refused(400, "An archived page cannot be edited")
    if not call.world.may_edit(call.user, page):
        raise not_found("page", id)
    parent = body.get("parentId")
    message = str((body.get("version") or {}).get("message") or "")
    with call.act() as act:
        if page.status == "trashed":
            changes.restore_page(act, page, number)
        else:
            edit = Edit(
                number=number,
                title=title,
                storage=storage,
                parent_id=None if parent is None else str(parent),
                message=message,
                publish=body["status"] == "current",
            )
            changes.update_page(act, page, edit)
    return _single(call, page, wrote=True)


@routes.on("PUT", f"{V2}/pages/{{id}}/title")
def update_page_title(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Give a page another title."""
    body = call.json()
    page = call.page(id, "current", "draft")
    _status(body, needed=True)
    title = text_of(body, "title")
    if not call.world.may_edit(call.user, page):
        raise not_found("page", id)
    with call.act() as act:
        changes.rename_page(act, page, title)
    return _single(call, page, wrote=True)


@routes.on("DELETE", f"{V2}/pages/{{id}}")
def delete_page(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Move a page to the trash, or out of it for good."""
    page = call.page(id)
    if not call.world.may_edit(call.user, page):
        raise not_found("page", id)
    if call.flag("draft") != (page.status == "draft"):
        raise not_found("page", id)
    with call.act() as act:
        if page.status == "draft":
            del call.world.pages[page.id]
            act.record("discard", page.id)
        elif call.flag("purge"):
            changes.purge_page(act, page)
        elif page.status == "trashed":
            raise not_found("page", id)
        else:
            changes.trash_page(act, page)
    return done()


@routes.on("GET", f"{V2}/pages/{{id}}/versions")
def get_page_versions(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List a page's versions, the latest first."""
    page = call.page(id)
    formats = call.listed("body-format", READABLE[:2])

    def shown(version: Version) -> dict[str, Any]:
        data = payloads.version_data(version)
        if formats:
            value = call.body(_as_it_was(page, version), formats[0])
            body = {formats[0]: {"representation": formats[0], "value": value}}
            data["page"] = {"id": page.id, "title": version.title, "body": body}
        return data

    return call.paged(page.versions[::-1], shown)


@routes.on("GET", f"{V2}/pages/{{id}}/children", f"{V2}/pages/{{id}}/direct-children")
def get_child_pages(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List the pages right below a page."""
    page = call.page(id, "current", "archived")
    found = [p for p in call.world.children(page.id) if call.world.may_see(call.user, p)]

    def shown(child: Page) -> dict[str, Any]:
        return {
            "id": child.id,
            "status": child.status,
            "title": child.title,
            "type": "page",
            "spaceId": child.space_id,
            "childPosition": child.position,
        }

    return call.paged([p for p in found if p.status in ("current", "archived")], shown)


@routes.on("GET", f"{V2}/pages/{{id}}/ancestors")
def get_page_ancestors(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List the pages above, the topmost first."""
    page = call.page(id)
    return call.paged(call.world.ancestors(page), lambda p: {"id": p.id, "type": "page"})


@routes.on("GET", f"{V2}/pages/{{id}}/operations")
def get_page_operations(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Say what the account may do with a page."""
    page = call.page(id)
    names = ["read", "export"]
    if call.world.may_edit(call.user, page):
        names += ["update", "delete", "move", "copy"]
    shown = [{"operation": name, "targetType": "page"} for name in names]
    return read({"operations": shown})


def _listing(call: Call, pages: list[Page]) -> Answer:
    statuses = call.listed("status", LISTED_STATUSES) or ["current", "archived"]
    formats = call.listed("body-format", READABLE[:2])
    title = call.request.one("title")
    found = [p for p in pages if p.status in statuses and call.world.may_see(call.user, p)]
    if title:
        found = [p for p in found if p.title.casefold() == title.casefold()]
    (sort,) = call.listed("sort", [*_SORTS, *(f"-{name}" for name in _SORTS)]) or ["id"]
    found.sort(key=_SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))

    def shown(page: Page) -> dict[str, Any]:
        data = payloads.page_data(call.world, page) | {"subtype": None}
        for name in formats[:1]:
            data["body"] = {name: {"representation": name, "value": call.body(page, name)}}
        return data

    return call.paged(found, shown)


def _single(
    call: Call, page: Page, *, version: Version | None = None, wrote: bool = False
) -> Answer:
    """Answer with a page and with what was asked to be included."""
    formats = call.listed("body-format", READABLE) or (["storage"] if wrote else [])
    shown = version or page.version
    data = payloads.page_data(call.world, page, shown)
    for name in formats[:1]:
        value = call.body(_as_it_was(page, shown), name)
        data["body"] = {name: {"representation": name, "value": value}}
    if call.flag("include-labels"):
        labels = [payloads.label_data(one) for one in page.labels]
        data["labels"] = payloads.listed("labels", page, labels)
    if call.flag("include-properties"):
        found = [payloads.property_data(one) for one in page.properties.values()]
        data["properties"] = payloads.listed("properties", page, found)
    if call.flag("include-versions"):
        versions = [payloads.version_data(one) for one in page.versions[::-1]]
        data["versions"] = payloads.listed("versions", page, versions)
    if not call.flag("include-version", default=True):
        del data["version"]
    data["_links"]["base"] = call.base
    return done(data, 200) if wrote else read(data)


def _as_it_was(page: Page, version: Version) -> Page:
    return Page(page.id, page.space_id, page.author_id, page.created_at, versions=[version])


def _version(call: Call, page: Page) -> Version | None:
    number = call.number("version", 0)
    if not number:
        return None
    found = next((v for v in page.versions if v.number == number), None)
    if found is None:
        raise Refused(404, f"There is no version {number} of page {page.id}")
    return found


def space_of(call: Call, ref: object, name: str = "id") -> Space:
    """Return a space that the account may see."""
    if ref is None:
        raise Refused(400, f"'{name}' is required")
    found = call.world.spaces.get(long_id(ref, name))
    if found is None or call.world.access(call.user, found.id) == "none":
        raise not_found("space", str(ref))
    return found


def _status(body: dict[str, Any], *, needed: bool = False) -> str:
    status = body.get("status", None if needed else "current")
    if status not in ("current", "draft"):
        raise Refused(400, f"Provided value {{{status}}} for 'status' is not one of current, draft")
    return str(status)


def _number(body: dict[str, Any]) -> int:
    version = body.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise Refused(400, "'version.number' is required")
    return number
