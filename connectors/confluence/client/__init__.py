"""One connection to a Confluence, Cloud or Data Center: addresses, credentials, which of both.

The two have different interfaces; `Client` is what both can do, in one vocabulary.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, ClassVar, Protocol

from requests import Session
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.confluence.client.cloud import CloudClient
from connectors.confluence.client.data_center import DataCenterClient
from connectors.confluence.settings import Deployment
from connectors.http import Http
from service.ports import NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from requests import PreparedRequest, Response

    from connectors.confluence.client.spaces import Space
    from connectors.confluence.mapping import Mark, Stored
    from connectors.confluence.mapping.parsing import Mention
    from connectors.confluence.settings import ConfluenceSettings

__all__ = ["Client", "http_of", "open_client"]

_LOGIN = "X-Seraph-LoginReason"
_LOGGED_IN = frozenset({"OK"})


class Client(Protocol):
    """What Cloud and Data Center can both do. Raises Unavailable, NotAllowed or Rejected."""

    deployment: ClassVar[Deployment]

    def me(self) -> str:
        """Return the name of the account we act as. Raises NotAllowed where it is nobody's."""

    def space(self) -> Space:
        """Return the configured space. Raises NotFound where it is not shown to us."""

    def may_create(self, space: Space) -> bool | None:
        """Say whether we may create pages in a space, None where only trying tells."""

    def page(self, page_id: str) -> Stored:
        """Read a page in whatever state, with one body and our mark. Raises NotFound."""

    def titled(self, space: Space, title: str) -> Sequence[Stored]:
        """List the pages with a title, trashed and archived ones included, as storage format."""

    def create(self, space: Space, title: str, storage: str, parent_id: str | None) -> Stored:
        """Create a page. Raises Rejected, also where the title is taken."""

    def text(self, page_id: str) -> Stored:
        """Read a page in whatever state as storage format, without our mark. Raises NotFound."""

    def rewrite(self, page: Stored, storage: str, message: str) -> bool:
        """Write the next version of a page; False where it is not the next one any more."""

    def mark(self, page_id: str) -> Mark | None:
        """Return our content property of a page."""

    def put_mark(self, page_id: str, mark: Mark) -> None:
        """Put our content property on a page that has none."""

    def label(self, page_id: str, labels: Iterable[str]) -> None:
        """Put labels on a page; those it has already stay."""

    def attach(self, page_id: str, file: str, png: bytes) -> None:
        """Put a picture on a page under a file name, once."""

    def stamps(self, page_ids: Sequence[str]) -> Mapping[str, str]:
        """Map each page that is shown to its status and version."""

    def names(self, mentions: Sequence[Mention]) -> Mapping[str, str]:
        """Map the people who are known to us to what they are called now."""


def http_of(settings: ConfluenceSettings) -> Http:
    """Build the exchange with a site; nothing is sent."""
    session = Session()
    token = settings.api_token
    session.auth = HTTPBasicAuth(settings.email, token) if settings.email else _Bearer(token)
    basic = f"{settings.email}:{token}".encode() if settings.email else b""
    hidden = (token, base64.b64encode(basic).decode(), *settings.webhook_secret)
    return Http(
        session,
        settings.api_url,
        "Confluence",
        timeout=settings.timeout,
        secrets=hidden,
        look=_seen_as_us,
    )


def open_client(settings: ConfluenceSettings, http: Http) -> Client:
    """Return the client that fits the site, asking it where neither we nor its address tell.

    Only Cloud has the second interface. What was found is kept for the process.
    """
    hosted = settings.hosted
    if hosted is None:
        hosted = _asked(http, settings.space)
        settings.remember(hosted)
    if hosted is Deployment.CLOUD:
        return CloudClient(http, settings.space)
    return DataCenterClient(http, settings.space)


def _asked(http: Http, space: str) -> Deployment:
    try:
        answer = http.get("/api/v2/spaces", params={"keys": space}, plain=True)
    except (NotFound, Rejected):
        return Deployment.DATA_CENTER
    return Deployment.CLOUD if isinstance(answer.data, dict) else Deployment.DATA_CENTER


class _Bearer(AuthBase):
    """A token in its header; as `auth`, which no .netrc can replace."""

    def __init__(self, token: str) -> None:
        self._value = f"Bearer {token}"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def _seen_as_us(response: Response) -> None:
    """Refuse an answer that was given to a visitor: what is missing in it may well be there.

    Atlassian answers a revoked token like an anonymous visitor and says so in this header only.
    """
    reason = response.headers.get(_LOGIN, "OK")
    if reason not in _LOGGED_IN:
        raise NotAllowed(
            f"Confluence treated us as an unknown visitor ({reason}): the token is wrong, expired"
            " or revoked; make a new one and set api_token"
        )
