"""Linear's documents as a PageStore: a page is a document of the project.

Linear keeps its own tree and renders Markdown from it, so what was written does not come back
byte for byte; pages are compared as documents, never as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.linear import mapping, queries
from connectors.linear.client import LinearClient
from connectors.linear.mapping import raw as read
from service import markdown

if TYPE_CHECKING:
    from connectors.linear.client import Raw
    from connectors.linear.settings import LinearSettings
    from service.domain.document import Document
    from service.domain.remote import Page


@dataclass(frozen=True, slots=True)
class LinearPages:
    """The documents of one Linear workspace."""

    client: LinearClient

    @classmethod
    def from_settings(cls, settings: LinearSettings) -> LinearPages:
        """Build a page store; nothing is sent before the first call."""
        return cls(LinearClient(settings))

    def ensure_page(self, project_key: str, marker: str, title: str, body: Document) -> Page:
        """Create the document under the marker's id, once, and return it as it reads back.

        One in the trash was removed by hand: it is not made again.
        """
        if (raw := self.client.find(queries.DOCUMENT, "document", marker)) is not None:
            return _page(raw)
        fields = {
            "id": marker,
            "projectId": project_key,
            "title": title,
            "content": markdown.write(body),
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


def _page(raw: Raw) -> Page:
    return mapping.page(raw, markdown.read(read.maybe_text(raw, "content") or ""))
