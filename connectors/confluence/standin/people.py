"""What people do in Confluence by hand, as methods: each is made as the person named in `by`."""

from __future__ import annotations

from connectors._standin.control import Unclear
from connectors.confluence.standin import changes
from connectors.confluence.standin.board import BOT, markdown_of
from connectors.confluence.standin.changes import Edit, NewPage
from connectors.confluence.standin.entities import Page, Space, User
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.from_markdown import FromMarkdown
from connectors.confluence.standin.properties import add_property, change_property
from connectors.confluence.standin.tree import Node, parse, write
from connectors.confluence.standin.v1_shared import add_labels, remove_label
from connectors.confluence.standin.world import World


class People:
    """Everybody on the site, at work. Every method raises Unclear for what cannot be done."""

    def __init__(self, world: World) -> None:
        self.world = world

    # Finding.

    def person(self, ref: str | None) -> User:
        """Find somebody by account id, address, key or name; the first of the people for None."""
        users = list(self.world.users.values())
        if ref is None:
            return next(u for u in users if u.active and u.name != BOT)
        for user in users:
            known = (user.id, user.email, user.key, user.username, user.name)
            if ref.casefold() in (one.casefold() for one in known):
                return user
        raise Unclear(f"no person {ref!r}; there are: {', '.join(u.name for u in users)}")

    def document(self, ref: str) -> Page:
        """Find a page by id or title, one in the trash last."""
        pages = sorted(self.world.pages.values(), key=lambda p: p.status == "trashed")
        for page in pages:
            if ref == page.id or ref.casefold() == page.title.casefold():
                return page
        raise Unclear(f"no page {ref!r}; there are: {', '.join(p.title for p in pages)}")

    def space(self, ref: str | None = None) -> Space:
        """Find a space by key or id; the first one for None."""
        for space in self.world.spaces.values():
            if ref is None or ref == space.id or ref.casefold() == space.key.casefold():
                return space
        raise Unclear(f"no space {ref!r}")

    # Writing.

    def create_document(
        self,
        title: str,
        content: str = "",
        parent: str | None = None,
        space: str | None = None,
        by: str | None = None,
    ) -> Page:
        """Make a page, below another one or below the space's homepage."""
        home = self.space(space)
        above = self.document(parent).id if parent else home.homepage_id or None
        with self.world.act(self.person(by), "person") as act, _InTheirWords():
            new = NewPage(home.id, title, self._storage(content), above)
            return changes.create_page(act, new)

    def write_document(self, document: str, content: str, by: str | None = None) -> Page:
        """Replace a page's text, given as Markdown, in the editor; hidden anchors stay."""
        storage = self._storage(content) + self._anchors(document)
        return self._edit(document, Edit(storage=storage, by_editor=True), by)

    def write_storage(self, document: str, storage: str, by: str | None = None) -> Page:
        """Replace a page's text by storage format, and save it in the editor."""
        return self._edit(document, Edit(storage=storage, by_editor=True), by)

    def edit_document(self, document: str, find: str, replace: str, by: str | None = None) -> Page:
        """Replace a piece of a page's Markdown, everywhere it stands."""
        content = self.content_of(document)
        if find not in content:
            raise Unclear(f"{find!r} does not stand in the page")
        return self.write_document(document, content.replace(find, replace), by)

    def append_to_document(self, document: str, text: str, by: str | None = None) -> Page:
        """Write something at the end of a page."""
        return self.write_document(document, f"{self.content_of(document)}\n\n{text}", by)

    def save_document(self, document: str, by: str | None = None) -> Page:
        """Open a page in the editor and save it unchanged; its markup changes all the same."""
        page = self.document(document)
        return self._edit(document, Edit(storage=page.storage, by_editor=True), by)

    def content_of(self, document: str) -> str:
        """Return a page's text as Markdown."""
        return markdown_of(self.world, self.document(document))

    def rename(self, document: str, title: str, by: str | None = None) -> Page:
        """Give a page another title."""
        return self._edit(document, Edit(title=title), by)

    def take_title(self, title: str, by: str | None = None) -> Page:
        """Make a page of somebody's own with a title that others may want."""
        return self.create_document(title, "Notes of my own.", by=by)

    # Where it stands, and who sees it.

    def trash_document(self, document: str, by: str | None = None) -> None:
        """Move a page to the trash."""
        with self.world.act(self.person(by), "person") as act:
            changes.trash_page(act, self.document(document))

    def restore_document(self, document: str, by: str | None = None) -> Page:
        """Bring a page back from the trash or the archive."""
        with self.world.act(self.person(by), "person") as act, _InTheirWords():
            return changes.restore_page(act, self.document(document))

    def archive_document(self, document: str, by: str | None = None) -> None:
        """Archive a page."""
        with self.world.act(self.person(by), "person") as act:
            changes.archive_page(act, self.document(document))

    def delete_document(self, document: str, by: str | None = None) -> None:
        """Remove a page for good, by way of the trash."""
        page = self.document(document)
        with self.world.act(self.person(by), "person") as act:
            if page.status != "trashed":
                changes.trash_page(act, page)
            changes.purge_page(act, page)

    def move_document(
        self, document: str, parent: str, space: str | None = None, by: str | None = None
    ) -> Page:
        """Move a page below another one, in its space or in another."""
        page, above = self.document(document), self.document(parent)
        space_id = self.space(space).id if space else above.space_id
        with self.world.act(self.person(by), "person") as act, _InTheirWords():
            changes.move_page(act, page, above.id, space_id)
        return page

    def restrict_document(
        self,
        document: str,
        readers: list[str] | None = None,
        editors: list[str] | None = None,
        by: str | None = None,
    ) -> Page:
        """Let only these people view or edit a page; none named: only who does it may view it."""
        actor, page = self.person(by), self.document(document)
        if readers is None and editors is None:
            readers = [actor.id]
        with self.world.act(actor, "person") as act:
            viewing = None if readers is None else [self.person(one).id for one in readers]
            editing = None if editors is None else [self.person(one).id for one in editors]
            changes.restrict_page(act, page, viewing, editing)
        return page

    def unrestrict_document(self, document: str, by: str | None = None) -> Page:
        """Let everybody with access to the space view and edit a page again."""
        page = self.document(document)
        with self.world.act(self.person(by), "person") as act:
            changes.restrict_page(act, page, None, None)
        return page

    # The same by the names that other stand-ins use.

    def trash(self, thing: str, by: str | None = None) -> None:
        """Move a page to the trash."""
        self.trash_document(thing, by)

    def restore(self, thing: str, by: str | None = None) -> None:
        """Bring a page back."""
        self.restore_document(thing, by)

    def archive(self, thing: str, by: str | None = None) -> None:
        """Archive a page."""
        self.archive_document(thing, by)

    def delete(self, thing: str, by: str | None = None) -> None:
        """Remove a page for good."""
        self.delete_document(thing, by)

    # What hangs on a page.

    def label_document(self, document: str, label: str, by: str | None = None) -> Page:
        """Put a label on a page."""
        page = self.document(document)
        with self.world.act(self.person(by), "person") as act, _InTheirWords():
            add_labels(act, page, [{"name": label, "prefix": "global"}])
        return page

    def unlabel_document(self, document: str, label: str, by: str | None = None) -> Page:
        """Take a label off a page."""
        page = self.document(document)
        with self.world.act(self.person(by), "person") as act, _InTheirWords():
            remove_label(act, page, label)
        return page

    def set_property(self, document: str, key: str, value: str, by: str | None = None) -> Page:
        """Set a content property, as another program might."""
        page = self.document(document)
        with self.world.act(self.person(by), "api") as act:
            found = page.properties.get(key)
            if found is None:
                add_property(act, page, key, value)
            else:
                change_property(act, page, found, value, found.number + 1)
        return page

    # Accounts.

    def deactivate(self, person: str) -> User:
        """Deactivate an account; its tokens stop working."""
        return self._activate(person, active=False)

    def reactivate(self, person: str) -> User:
        """Make a deactivated account active again."""
        return self._activate(person, active=True)

    def _activate(self, ref: str, *, active: bool) -> User:
        user = self.person(ref)
        with self.world.act(self.person(None), "person") as act:
            user.active = active
            act.record("reactivate" if active else "deactivate", user.id)
        return user

    def _edit(self, ref: str, edit: Edit, by: str | None) -> Page:
        page = self.document(ref)
        with self.world.act(self.person(by), "person") as act, _InTheirWords():
            if page.status != "current":
                raise Unclear(f"the page {page.title!r} is {page.status}")
            return changes.update_page(act, page, edit)

    def _anchors(self, document: str) -> str:
        """Return a paragraph with a page's anchors: nobody sees them, so nobody deletes them."""
        found: list[Node | str] = [
            node
            for node in parse(self.document(document).storage).walk()
            if node.attributes.get("ac:name") == "anchor"
        ]
        return write(Node("p", children=found)) if found else ""

    def _storage(self, content: str) -> str:
        cloud = self.world.cloud
        people = {u.name: u.id if cloud else u.key for u in self.world.users.values()}
        return write(FromMarkdown(people, cloud=cloud).page(content))


class _InTheirWords:
    """Says what Confluence refuses to the person who asked for it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, Refused):
            raise Unclear(error.message) from error
