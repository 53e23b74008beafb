"""Linear's documents as a PageStore: a page is a document of the project.

Linear keeps its own tree and renders Markdown from it, so what was written does not come back
byte for byte; pages are compared as documents, never as text. Pictures read as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.linear import mapping, queries
from connectors.linear.client import LinearClient
from connectors.linear.mapping import raw as read
from connectors.linear.pages.uploads import upload
from service import markdown
from service.domain.document import pictures
from service.ports import Health, NotAllowed, Rejected, TicketCell, Unavailable

if TYPE_CHECKING:
    from datetime import timedelta

    from connectors.linear.client import Raw
    from connectors.linear.settings import LinearSettings
    from service.domain.document import Document
    from service.domain.remote import Page
    from service.domain.tracking import Project

A_PAGE = 100
NO_PAGE = "00000000-0000-4000-8000-000000000000"  # the shape of an id, and nobody's


@dataclass(frozen=True, slots=True)
class LinearPages:
    """The documents of one Linear workspace."""

    client: LinearClient

    @classmethod
    def from_settings(cls, settings: LinearSettings) -> LinearPages:
        """Build a page store; nothing is sent before the first call."""
        return cls(LinearClient(settings))

    def ensure_page(
        self,
        project: Project,
        marker: str,
        title: str,
        body: Document,
        *,
        tried: timedelta | None = None,
    ) -> Page:
        """Create the document under the marker's id, once, and return it as it reads back.

        - Its pictures are uploaded before: one that cannot be is left out.
        - One in the trash was removed by hand: it is not made again.
        """
        if (raw := self.client.find(queries.DOCUMENT, "document", marker)) is not None:
            return _page(raw)
        addresses = upload(self.client, pictures(body))
        fields = {
            "id": marker,
            "projectId": project.ref.key,
            "title": title,
            "content": markdown.write(body, folds=True, addresses=addresses),
        }
        payload = self.client.create(queries.DOCUMENT_CREATE, "documentCreate", fields)
        if payload is None:
            return _page(self.client.find_made(queries.DOCUMENT, "document", marker))
        shown = self.client.find(queries.DOCUMENT, "document", marker)
        # A query may be behind the write; the write's own answer is not.
        return _page(shown or dict(read.part(payload, "document")))

    def page(self, page_id: str) -> Page:
        raw = self.client.find(queries.DOCUMENT, "document", page_id)
        return mapping.missing_page(page_id) if raw is None else _page(raw)

    def ensure_ticket_cells(self, page_id: str, cells: Sequence[TicketCell]) -> None:
        """Leave the page as it is: Linear has no version check, and people may be writing."""

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """Map each document to when it was last edited."""
        if not page_ids:
            return {}
        nodes = self.client.nodes(
            queries.DOCUMENT_STAMPS, "documents", first=A_PAGE, ids=list(page_ids)
        )
        return {read.text(one, "id"): read.text(one, "updatedAt") for one in nodes}

    def check_up(self) -> Sequence[Health]:
        try:
            self.page(NO_PAGE)
        except (NotAllowed, Rejected) as refusal:
            mend = "let the account read and write documents"
            return [Health("pages", good=False, finding=str(refusal), mend=mend)]
        except Unavailable as failure:
            return [Health("pages", good=None, finding=str(failure), mend="try again later")]
        return [Health("pages", good=True, finding="documents can be read")]


def _page(raw: Raw) -> Page:
    return mapping.page(raw, markdown.read(read.maybe_text(raw, "content") or ""))
