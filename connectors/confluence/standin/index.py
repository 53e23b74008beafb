"""The search index: it learns of a change a while after it was made."""

from __future__ import annotations

from datetime import datetime

from connectors.confluence.standin.entities import Page
from connectors.confluence.standin.errors import Refused
from connectors.confluence.standin.tree import parse
from connectors.confluence.standin.world import Indexed, World


def learn(world: World, page: Page, at: datetime) -> None:
    """Let the index learn how a page is now, when its lag is over."""
    try:
        words = parse(page.storage).text
    except Refused:  # kept from before a body was checked
        words = ""
    entry = Indexed(
        page_id=page.id,
        space_key=world.spaces[page.space_id].key,
        title=page.title,
        status=page.status,
        labels=tuple(label.name for label in page.labels),
        words=f"{page.title} {words}".casefold(),
        created_at=page.created_at,
        modified_at=page.version.at,
        author_id=page.author_id,
        parent_id=page.parent_id,
    )
    world.index_queue.append((at + world.behaviour.index_lag, page.id, entry))


def forget(world: World, page_id: str) -> None:
    """Let the index forget a page, when its lag is over."""
    world.index_queue.append((world.clock() + world.behaviour.index_lag, page_id, None))


def seen(world: World) -> list[Indexed]:
    """Return what the index holds now, the last modified first."""
    now = world.clock()
    for due_at, page_id, entry in world.index_queue:
        if due_at > now:
            continue
        if entry is None:
            world.index.pop(page_id, None)
        else:
            world.index[page_id] = entry
    world.index_queue = [one for one in world.index_queue if one[0] > now]
    return sorted(world.index.values(), key=lambda e: e.modified_at, reverse=True)
