"""Making a page once: looked for by its title, known by our property or by the anchor in its body.

The order is: page with the anchor, pictures, labels, property. A page without the property is one at which we
were interrupted; the anchor says whose it is, and the rest is made up for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from connectors.confluence import mapping
from connectors.confluence.mapping import Mark
from service.domain.remote import Presence
from service.ports import NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.confluence.client import Client
    from connectors.confluence.client.spaces import Space
    from connectors.confluence.mapping import Stored
    from service.domain.document import Picture

log = structlog.get_logger(__name__)

_TAKEN = re.compile(r"title.*already exists|already exists.*title", re.IGNORECASE | re.DOTALL)
_ORDER = (Presence.PRESENT, Presence.ARCHIVED, Presence.TRASHED, Presence.MISSING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page there should be: its body in storage format, its titles in the order of liking.

    The body names the files of the `pictures`.
    """

    marker: str
    project: str
    titles: tuple[str, ...]
    storage: str
    parent: str | None
    pictures: tuple[Picture, ...] = ()

    @property
    def mark(self) -> Mark:
        """The property it carries."""
        return Mark(self.marker, self.project)


def ensure(client: Client, wanted: Wanted) -> Stored:
    """Return the page as Confluence holds it, making what is missing of it.

    A title that a stranger's page has is left to it. Raises Rejected where every title is taken.
    """
    space = client.space()
    for title in wanted.titles:
        if (found := _ours(client, client.titled(space, title), wanted.marker)) is not None:
            return _finished(client, found, wanted)
    parent_id = parent_of(client, space, wanted.parent) if wanted.parent else None
    for title in wanted.titles:
        if (made := _created(client, space, title, wanted, parent_id)) is not None:
            return _finished(client, made, wanted)
    titles = " and ".join(f"“{title}”" for title in wanted.titles)
    raise Rejected(
        f"space {space.key} has other pages called {titles}, perhaps where our account may not see"
        " them: rename or delete them"
    )


def parent_of(client: Client, space: Space, parent: str) -> str:
    """Return the id of the configured parent. Raises Rejected where no page has that title."""
    if parent.isascii() and parent.isdecimal():
        return parent
    found = [one for one in client.titled(space, parent) if one.presence is Presence.PRESENT]
    if not found:
        raise Rejected(
            f"space {space.key} has no page called “{parent}”: set parent to the title or id of a"
            " page of this space, or leave it out"
        )
    return found[0].id


def _ours(client: Client, found: Iterable[Stored], marker: str) -> Stored | None:
    """Return our page among those of a title, one in place before one that is put away."""
    for one in sorted(found, key=lambda one: _ORDER.index(one.presence)):
        mark = _mark(client, one.id)
        told = mark.marker if mark else ""  # anybody may write nonsense into a property
        if told == marker or (not told and mapping.bears(one, marker)):
            return replace(one, mark=mark)
    return None


def _mark(client: Client, page_id: str) -> Mark | None:
    """Return a page's mark; of a trashed page Confluence may not show any."""
    try:
        return client.mark(page_id)
    except NotFound:
        return None


def _created(
    client: Client, space: Space, title: str, wanted: Wanted, parent_id: str | None
) -> Stored | None:
    """Create the page; None where the title belongs to a stranger.

    Our own first try may come true while we make the second: then the title is taken by it.
    """
    try:
        made = client.create(space, title, wanted.storage, parent_id)
    except Rejected as refusal:
        if not _TAKEN.search(str(refusal)):
            raise
        return _ours(client, client.titled(space, title), wanted.marker)
    return replace(made, storage=wanted.storage, adf=None)


def _finished(client: Client, found: Stored, wanted: Wanted) -> Stored:
    """Put what is missing on our page, and return it as it reads back."""
    if found.presence is not Presence.PRESENT:
        return replace(found, mark=found.mark or wanted.mark)
    if found.mark is None:
        _attach(client, found.id, wanted.pictures)
        _label(client, found.id, wanted.marker)
        client.put_mark(found.id, wanted.mark)
        found = replace(found, mark=wanted.mark)
    try:
        return client.page(found.id)
    except NotFound:  # a read may be behind the write
        return found


def _attach(client: Client, page_id: str, pictures: Iterable[Picture]) -> None:
    """Attach the pictures that the page shows; what they say stands in words on it too."""
    try:
        for picture in pictures:
            client.attach(page_id, picture.file, picture.png)
    except (NotAllowed, Rejected) as refusal:
        log.warning("confluence.picture_refused", page=page_id, reason=str(refusal))


def _label(client: Client, page_id: str, marker: str) -> None:
    """Put our labels on the page; they are for people to find it by, so it stands without them."""
    try:
        client.label(page_id, mapping.labels(marker))
    except (NotAllowed, Rejected) as refusal:
        log.warning("confluence.label_refused", page=page_id, reason=str(refusal))
