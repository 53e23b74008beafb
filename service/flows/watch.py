"""Ask a page store which pages were edited: not every tool tells by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from service.ports import PageStore
    from service.records import Store


def watch(workspace: str, *, pages: PageStore, store: Store, now: datetime) -> int:
    """Make every project due whose page was edited since it was last listed; return how many.

    All pages that `workspace` keeps for live closeouts are asked for together. Raises as the page
    store does; the next watch sees the same edits.
    """
    found = 0
    closeouts = store.watched_pages(workspace)
    stamps = pages.stamps([closeout.page_id for closeout in closeouts if closeout.page_id])
    for closeout in closeouts:
        stamp = stamps.get(closeout.page_id or "")
        if stamp == closeout.page_stamp:
            continue
        store.mark_due(closeout.project, now, "its page was edited")
        store.stamp_page(closeout.id, stamp)
        found += 1
    return found
