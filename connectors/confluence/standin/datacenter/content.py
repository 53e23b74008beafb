"""Pages on Data Center: `/rest/api/content`."""

from __future__ import annotations

from typing import Any

from connectors._standin.messages import Answer
from connectors._standin.rest import Routes
from connectors.confluence.standin import changes, v1_payloads
from connectors.confluence.standin.bodies import storage_from
from connectors.confluence.standin.call import Call, done, long_id, read, text_of
from connectors.confluence.standin.changes import Edit, NewPage
from connectors.confluence.standin.entities import Page, Space, Version
from connectors.confluence.standin.errors import Refused, not_found

API = "/rest/api"
_STATUSES = ("current", "trashed", "draft", "historical", "any", "archived")
_REPRESENTATIONS = ("storage", "wiki", "editor", "view")

routes = Routes[Call]()


@routes.on("GET", f"{API}/content")
def get_content(call: Call) -> Answer:
    """List pages by space, title, status and ids."""
    key, title = call.request.one("spaceKey").casefold(), call.request.one("title")
    kinds, ids = call.listed("type"), call.ids("ids")
    statuses = call.listed("status", _STATUSES) or ["current"]
    spaces = call.world.spaces
    found = [
        page
        for page in call.world.pages.values()
        if call.world.may_see(call.user, page)
        and (not ids or page.id in ids)
        and (not key or spaces[page.space_id].key.casefold() == key)
        and (not title or page.title.casefold() == title.casefold())
        and (page.status in statuses or ("any" in statuses and page.status != "draft"))
    ]
    if kinds and "page" not in kinds:
        found = []
    expand = call.listed("expand")
    return v1_payloads.paged(call, [v1_payloads.content_data(call.world, p, expand) for p in found])


@routes.on("POST", f"{API}/content")
def create_content(call: Call) -> Answer:
    """Make a page."""
    body = call.json()
    _ensure_page(body)
    space = _space(call, body)
    if call.world.access(call.user, space.id) != "write":
        raise Refused(403, f"User not permitted to create content in space : {space.key}")
    draft = body.get("status") == "draft" or call.request.one("status") == "draft"
    title = text_of(body, "title", needed=not draft)
    new = NewPage(space.id, title, _storage(body) or "", _parent(call, body, space), draft)
    with call.act() as act:
        page = changes.create_page(act, new)
    return _whole(call, page)


@routes.on("GET", f"{API}/content/{{id}}")
def get_content_by_id(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Return a page; one in the trash only where that status is asked for."""
    statuses = call.listed("status", _STATUSES) or ["current", "archived"]
    page = call.page(id, name="content")
    if page.status not in statuses and "any" not in statuses:
        raise Refused(404, f"No content found with id : {id} and status [{', '.join(statuses)}]")
    expand = call.listed("expand")
    data = v1_payloads.content_data(call.world, page, expand, _version(call, page))
    return read(data)


@routes.on("PUT", f"{API}/content/{{id}}")
def update_content(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Write a new version; of a page in the trash, bring it back and change nothing else."""
    body = call.json()
    page = call.page(id, name="content")
    version = body.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise Refused(
            400, "Must supply an incremented version when updating Content. No version supplied."
        )
    if not call.world.may_edit(call.user, page):
        raise Refused(403, f"User not permitted to update content : {id}")
    with call.act() as act:
        if page.status == "trashed":
            if body.get("status") != "current":
                raise not_found("content", id)
            changes.restore_page(act, page, number)
        else:
            _ensure_page(body)
            if "status" in body and body["status"] not in ("current", "draft"):
                raise Refused(400, f"Content cannot be given the status {body['status']}")
            changes.update_page(act, page, _edit(call, page, body, number))
    return _whole(call, page)


@routes.on("DELETE", f"{API}/content/{{id}}")
def delete_content(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Move a page to the trash; with `status=trashed`, out of it for good."""
    page = call.page(id, name="content")
    if not call.world.may_edit(call.user, page):
        raise not_found("content", id)
    purging = call.request.one("status") == "trashed"
    if purging != (page.status == "trashed"):
        raise not_found("content", id)
    with call.act() as act:
        if purging:
            changes.purge_page(act, page)
        else:
            changes.trash_page(act, page)
    return done()


@routes.on("GET", f"{API}/content/{{id}}/child/page")
def get_children(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """List the pages right below a page."""
    page = call.page(id, "current", "archived", name="content")
    children = call.world.children(page.id)
    found = [p for p in children if p.status == "current" and call.world.may_see(call.user, p)]
    expand = call.listed("expand")
    return v1_payloads.paged(call, [v1_payloads.content_data(call.world, p, expand) for p in found])


@routes.on("GET", f"{API}/content/{{id}}/history")
def get_history(call: Call, id: str) -> Answer:  # noqa: A002 (the path's own name)
    """Say who made a page and who changed it last."""
    page = call.page(id, name="content")
    return read(v1_payloads.content_data(call.world, page, ["history"])["history"])


def _whole(call: Call, page: Page) -> Answer:
    expand = {*call.listed("expand"), "space", "version", "ancestors", "history", "body.storage"}
    return done(v1_payloads.content_data(call.world, page, expand), 200)


def _edit(call: Call, page: Page, body: dict[str, Any], number: int) -> Edit:
    space = call.world.spaces[page.space_id]
    given = body.get("space")
    if isinstance(given, dict) and given.get("key") not in (None, space.key):
        raise Refused(400, "Moving a page to another space is not supported")
    version = body["version"]
    return Edit(
        number=number,
        title=text_of(body, "title", needed=False) or None,
        storage=_storage(body),
        parent_id=_parent(call, body, space),
        message=str(version.get("message") or ""),
        minor=version.get("minorEdit") is True,
        publish=body.get("status", "current") == "current",
    )


def _ensure_page(body: dict[str, Any]) -> None:
    kind = body.get("type")
    if kind is None:
        raise Refused(400, "Content type is required")
    if kind != "page":
        raise Refused(400, f"There is no content type {kind} here")


def _space(call: Call, body: dict[str, Any]) -> Space:
    given = body.get("space")
    key = given.get("key") if isinstance(given, dict) else None
    if not isinstance(key, str):
        raise Refused(400, "Space is required for creating new content")
    for space in call.world.spaces.values():
        seen = call.world.access(call.user, space.id) != "none"
        if space.key.casefold() == key.casefold() and seen:
            return space
    raise Refused(404, f"No space found with key : {key}")


def _parent(call: Call, body: dict[str, Any], space: Space) -> str | None:
    above = body.get("ancestors")
    if not above:
        return None
    last = above[-1] if isinstance(above, list) else None
    if not isinstance(last, dict) or "id" not in last:
        raise Refused(400, "The ancestors have to be a list of contents with ids")
    parent = call.page(long_id(last["id"], "id"), "current", name="parent content")
    if parent.space_id != space.id:
        raise Refused(400, "The parent page is not in the same space")
    return parent.id


def _storage(body: dict[str, Any]) -> str | None:
    given = body.get("body")
    if given is None:
        return None
    names = [name for name in _REPRESENTATIONS if isinstance(given, dict) and name in given]
    if not names:
        raise Refused(400, "The body has no representation that can be read")
    return storage_from({names[0]: given[names[0]]})


def _version(call: Call, page: Page) -> Version | None:
    number = call.number("version", 0)
    if not number:
        return None
    found = next((v for v in page.versions if v.number == number), None)
    if found is None:
        raise Refused(404, f"No version {number} found of content with id : {page.id}")
    return found
