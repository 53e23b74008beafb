"""A space of Confluence as a PageStore: a page is written once and belongs to people afterwards.

Of what they own we only ever fill the empty Ticket cells of the actions table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.confluence import mapping
from connectors.confluence.client import http_of, open_client
from connectors.confluence.mapping import storage
from connectors.confluence.pages import checkup, making, tickets
from service.domain.document import pictures
from service.domain.remote import Presence
from service.ports import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from connectors.confluence.client import Client
    from connectors.confluence.mapping import Stored
    from connectors.confluence.settings import ConfluenceSettings
    from service.domain.document import Document
    from service.domain.remote import Page
    from service.domain.tracking import Project
    from service.ports import Health, TicketCell


class ConfluencePages:
    """The pages of one space. Nothing is sent before the first call."""

    def __init__(self, settings: ConfluenceSettings) -> None:
        self._settings = settings
        self._http = http_of(settings)
        self._opened: Client | None = None

    @classmethod
    def from_settings(cls, settings: ConfluenceSettings) -> ConfluencePages:
        """Build a page store."""
        return cls(settings)

    def ensure_page(
        self,
        project: Project,
        marker: str,
        title: str,
        body: Document,
        *,
        tried: timedelta | None = None,
    ) -> Page:
        """Create the page once, below the configured parent, and return it as it reads back.

        - Its title ends in a piece of the marker, so that it is unique and can be found by it. That
          look-up sees every write at once, so `tried` makes no difference.
        - One in the trash was removed by hand: it is not made again.
        """
        wanted = making.Wanted(
            marker=marker,
            project=project.ref.key,
            titles=tuple(mapping.titles(title, marker)),
            storage=storage.write(body, marker),
            parent=self._settings.parent,
            pictures=tuple(pictures(body)),
        )
        return self._shown(making.ensure(self._client, wanted))

    def page(self, page_id: str) -> Page:
        """Read a page; one that is not shown is MISSING, unless its whole space is not shown.

        Raises NotAllowed for a restricted page where Confluence says so: Cloud mostly says that
        there is none.
        """
        try:
            return self._shown(self._client.page(page_id))
        except NotFound:
            return mapping.missing_page(page_id)

    def ensure_ticket_cells(self, page_id: str, cells: Sequence[TicketCell]) -> None:
        """Link the tickets in the empty Ticket cells; the rest stays byte for byte."""
        if cells:
            tickets.ensure(self._client, page_id, cells)

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        ids = [one for one in dict.fromkeys(page_ids) if one.isascii() and one.isdecimal()]
        return self._client.stamps(ids) if ids else {}

    def check_up(self) -> Sequence[Health]:
        return checkup.check_up(lambda: self._client, self._settings)

    @property
    def _client(self) -> Client:
        if self._opened is None:
            self._opened = open_client(self._settings, self._http)
        return self._opened

    def _shown(self, stored: Stored) -> Page:
        """Map a page, with the names of the people it mentions."""
        site = self._settings.site_url
        if stored.presence is not Presence.PRESENT:
            return mapping.page(stored, site, None)
        people = mapping.mentions(stored)
        names = self._client.names(people) if people else {}
        return mapping.page(stored, site, mapping.content(stored, names))
