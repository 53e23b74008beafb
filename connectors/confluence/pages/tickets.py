"""Tickets into the actions table of a page that people own: never over what they wrote meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.confluence import mapping
from connectors.confluence.mapping.cells import with_tickets
from service.ports import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.confluence.client import Client
    from service.ports import TicketCell

MESSAGE = "Closeout: tickets"
MOST_TRIES = 3  # of one page; people who edit it faster than that are left alone for now


def ensure(client: Client, page_id: str, cells: Sequence[TicketCell]) -> None:
    """Link each ticket in the empty cell of its row; write nothing where there is none.

    Each try begins with what people wrote until then. A page that is put away or gone stays as it
    is, and so does a live one, which has no versions. Raises Unavailable where it is edited at
    each try.
    """
    for _ in range(MOST_TRIES):
        try:
            page = client.text(page_id)
        except NotFound:
            return
        if page.status != "current" or page.live or page.storage is None:
            return
        people = mapping.mentions(page)
        names = client.names(people) if people else {}
        storage = with_tickets(page.storage, cells, names)
        if storage == page.storage or client.rewrite(page, storage, MESSAGE):
            return
    raise Unavailable(f"page {page_id} is being edited: its tickets are put into it later")
