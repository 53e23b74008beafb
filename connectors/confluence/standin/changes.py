"""What can be done to a page, whoever asks for it: the rules that hold for programs and people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.confluence.standin import editor, index
from connectors.confluence.standin.entities import Page, Version
from connectors.confluence.standin.errors import Refused, duplicate_title, stale
from connectors.confluence.standin.tasks import sync_tasks
from connectors.confluence.standin.tree import parse, printable, write
from connectors.confluence.standin.world import Act, World

LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page to be made. A `draft` need not have a title, and none is taken by it."""

    space_id: str
    title: str
    storage: str
    parent_id: str | None = None
    draft: bool = False
    only_mine: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A new version of a page; None leaves a thing as it is.

    - `number` is the version it is to become, None where nobody has to say.
    - `publish` makes a page of a draft; a draft has the version 1 until then, and after it.
    """

    number: int | None = None
    title: str | None = None
    storage: str | None = None
    parent_id: str | None = None
    message: str = ""
    minor: bool = False
    by_editor: bool = False
    publish: bool = False


def create_page(act: Act, new: NewPage) -> Page:
    """Make a page. Raises Refused for a title that is taken, or a body that is not well-formed."""
    world = act.world
    title = _checked_title(new.title, draft=new.draft)
    if world.spaces[new.space_id].status == "archived":
        raise Refused(400, "Content cannot be created in an archived space")
    if not new.draft:
        ensure_title_free(world, new.space_id, title)
    storage = accepted(world, new.storage, by_editor=act.via == "person")
    siblings = [p for p in world.pages.values() if p.parent_id == new.parent_id]
    page = Page(
        id=world.ids.number(),
        space_id=new.space_id,
        author_id=act.actor.id,
        owner_id=act.actor.id,
        created_at=act.at,
        parent_id=new.parent_id,
        status="draft" if new.draft else "current",
        position=len(siblings),
        versions=[Version(1, act.at, act.actor.id, title, storage)],
    )
    if new.only_mine:
        page.readers = [act.actor.id]
        page.editors = [act.actor.id]
    world.pages[page.id] = page
    _changed(act, page, "create", "page_created", title=title)
    return page


def update_page(act: Act, page: Page, edit: Edit) -> Page:
    """Write a new version. Raises Refused: stale (409), title taken, not well-formed."""
    world, now, draft = act.world, page.version, page.status == "draft"
    number = 1 if draft else now.number + 1
    if edit.number is not None and edit.number != number:
        raise stale(number - 1)
    title = now.title
    if edit.title is not None:
        title = _checked_title(edit.title, draft=draft and not edit.publish)
    if not draft or edit.publish:
        ensure_title_free(world, page.space_id, title, but=page.id)
    storage = now.storage
    if edit.storage is not None:
        storage = accepted(world, edit.storage, by_editor=edit.by_editor)
    if edit.parent_id is not None:
        _place(world, page, edit.parent_id)
    page.status = "current" if draft and edit.publish else page.status
    kept = [] if draft else page.versions
    made = Version(number, act.at, act.actor.id, title, storage, edit.message, edit.minor)
    page.versions = [*kept, made]
    _changed(act, page, "update", "page_updated", version=page.version.number)
    return page


def rename_page(act: Act, page: Page, title: str) -> Page:
    """Give a page another title; that is a version too."""
    return update_page(act, page, Edit(title=title))


def trash_page(act: Act, page: Page) -> None:
    """Move a page to the trash; the pages below it move up to its parent."""
    for child in act.world.children(page.id):
        child.parent_id = page.parent_id
    page.status = "trashed"
    _changed(act, page, "trash", "page_trashed")


def purge_page(act: Act, page: Page) -> None:
    """Remove a page from the trash for good. Raises Refused where it is not in the trash."""
    if page.status != "trashed":
        raise Refused(400, f"Cannot purge content that is not trashed: {page.id}")
    del act.world.pages[page.id]
    index.forget(act.world, page.id)
    act.record("purge", page.id)
    act.tell("page_removed", page)


def restore_page(act: Act, page: Page, number: int | None = None) -> Page:
    """Bring a page back from the trash or the archive, as a new version.

    Raises Refused where its title was taken meanwhile, or the version is not the next one.
    """
    now = page.version
    if number is not None and number != now.number + 1:
        raise stale(now.number)
    ensure_title_free(act.world, page.space_id, page.title, but=page.id)
    page.status = "current"
    if page.parent_id is not None and page.parent_id not in act.world.pages:
        page.parent_id = None
    page.versions.append(replace(now, number=now.number + 1, at=act.at, author_id=act.actor.id))
    _changed(act, page, "restore", "page_restored")
    return page


def archive_page(act: Act, page: Page) -> None:
    """Archive a page; it keeps its title."""
    page.status = "archived"
    _changed(act, page, "archive", "page_updated")


def move_page(act: Act, page: Page, parent_id: str | None, space_id: str) -> None:
    """Put a page below another one, in the same space or in another; no new version."""
    if space_id != page.space_id:
        ensure_title_free(act.world, space_id, page.title)
    if parent_id is not None:
        _place(act.world, page, parent_id)
    page.parent_id, page.space_id = parent_id, space_id
    _changed(act, page, "move", "page_moved", parent=parent_id)


def restrict_page(
    act: Act, page: Page, readers: list[str] | None, editors: list[str] | None
) -> None:
    """Say who may view and who may edit a page; None is everybody with access to the space."""
    page.readers, page.editors = readers, editors
    act.record("restrict", page.id, readers=readers, editors=editors)
    act.tell("content_permissions_updated", page)


def touched(act: Act, page: Page, action: str, event: str, **detail: str) -> None:
    """Note a change beside the text: a label, a file, a property."""
    _changed(act, page, action, event, **detail)


def ensure_title_free(world: World, space_id: str, title: str, but: str = "") -> None:
    """Raise Refused where another page of the space has the title, the case of letters apart."""
    wanted = title.casefold()
    for other in world.pages.values():
        if other.id == but or other.space_id != space_id or other.status == "draft":
            continue
        if other.status == "trashed" and not world.behaviour.trashed_titles_taken:
            continue
        if other.title.casefold() == wanted:
            raise duplicate_title()


def accepted(world: World, storage: str, *, by_editor: bool) -> str:
    """Return a body as it is stored. Raises Refused where it is not well-formed."""
    root = parse(printable(storage))
    if by_editor or world.behaviour.editor_on_api_writes:
        editor.save(root, world.ids, cloud=world.cloud)
    else:
        editor.accept(root, world.ids)
    return write(root)


def _place(world: World, page: Page, parent_id: str) -> None:
    parent = world.pages.get(parent_id)
    if parent is None or parent.status not in ("current", "archived"):
        raise Refused(400, f"Could not find parent with id : {parent_id}")
    if page.id == parent_id or page in world.ancestors(parent):
        raise Refused(400, "A page cannot be placed below itself")
    page.parent_id = parent_id


def _checked_title(title: str, *, draft: bool) -> str:
    found = printable(" ".join(title.split()))
    if not found and not draft:
        raise Refused(400, "Title cannot be empty. Please provide a title for the content.")
    if len(found) > LONGEST_TITLE:
        raise Refused(400, f"Title cannot be longer than {LONGEST_TITLE} characters.")
    return found


def _changed(act: Act, page: Page, action: str, event: str, **detail: str | int | None) -> None:
    sync_tasks(act, page)
    index.learn(act.world, page, act.at)
    act.record(action, page.id, **detail)
    act.tell(event, page)
