"""One session with Linear's GraphQL endpoint: sending, paging, halving, errors.

Returns raw dictionaries. gql's `retries` stay 0: it would repeat mutations too, and never sees
the rate limit, which Linear answers with HTTP 400.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import (
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)
from gql.transport.requests import RequestsHTTPTransport
from requests import Timeout
from requests.auth import AuthBase

from connectors.linear.errors import (
    AlreadyThere,
    TooComplex,
    Unreachable,
    date_of,
    refusal,
    wait,
)
from service.ports import Limited, NotAllowed, NotFound, NotYet, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from gql.client import SyncClientSession
    from requests import PreparedRequest, Response

    from connectors.linear.settings import LinearSettings

# At DEBUG gql logs whole requests and answers, a new webhook's secret among them.
logging.getLogger("gql.transport.requests").setLevel(logging.INFO)

Raw: TypeAlias = "dict[str, Any]"

NOT_SHOWN_YET = timedelta(seconds=30)
_TOO_MANY = 429
_NO_ENTRY = {401, 403}


class NotInTime(Unreachable):
    """No answer came in time: whoever asks again may wait as long once more."""


def unreachable(host: str, error: BaseException) -> Unreachable:
    """Return what a request means that ended without an answer, without quoting what was sent."""
    kind = NotInTime if isinstance(error, Timeout) else Unreachable
    return kind(f"{host} cannot be reached ({type(error).__name__})")


class LinearClient:
    """A connection to one workspace, opened with the first request. One thread at a time."""

    def __init__(self, settings: LinearSettings) -> None:
        self._settings = settings
        self._session: SyncClientSession | None = None
        self._open = ExitStack()
        self._status: int | None = None
        self._headers: Mapping[str, str] = {}
        self._secrets = {_bare(settings.api_key), *settings.webhook_secret}

    @property
    def server_time(self) -> datetime | None:
        """The time at Linear when it last answered, None where it did not say."""
        return date_of(self._headers)

    @property
    def timeout(self) -> int:
        """How many seconds an answer may take."""
        return self._settings.timeout

    def hide(self, secret: str) -> None:
        """Keep a further secret out of every error text."""
        self._secrets.add(secret)

    def run(self, document: str, **variables: object) -> Raw:
        """Send a document and return its data; any error in the answer is raised.

        Raises Unavailable, Rejected (TooComplex, AlreadyThere, NotFound) or NotAllowed.
        """
        request = GraphQLRequest(_parsed(document), variable_values=variables)
        self._status, self._headers = None, {}
        try:
            data: Raw = self._connected().execute(request)
        except TransportQueryError as error:
            raise self._said(refusal(error.errors or [], self._status, self._headers)) from None
        except TransportServerError as error:
            raise self._no_graphql(error.code) from None
        except TransportConnectionFailed as error:
            raise unreachable(self._host, error.__cause__ or error) from None
        except TransportError:
            raise self._no_graphql(self._status) from None
        return data

    def entity(self, document: str, name: str, **variables: object) -> Raw:
        """Return one named object of the answer. Raises NotFound where there is none."""
        found = self.run(document, **variables)
        if name not in found:
            raise self._odd(f"without {name!r}")
        if found[name] is None:
            raise NotFound(f"Linear has no such thing, or does not show it to this key: {name}")
        return self._object(found[name], name)

    def find(self, document: str, name: str, marker: str) -> Raw | None:
        """Return the object with our id, None where it is not there."""
        try:
            return self.entity(document, name, id=marker)
        except NotFound:
            return None

    def change(self, document: str, name: str, **variables: object) -> Raw:
        """Send a mutation and return its payload. Raises Rejected where it says no success."""
        payload = self.entity(document, name, **variables)
        if payload.get("success") is False:
            raise Rejected(f"Linear says that {name} had no success, and no reason")
        return payload

    def create(self, document: str, name: str, fields: Mapping[str, object]) -> Raw | None:
        """Create something under our id; None where our id is there already."""
        try:
            return self.change(document, name, input=dict(fields))
        except AlreadyThere as conflict:
            if conflict.names(str(fields["id"])):
                return None
            raise

    def find_made(self, document: str, name: str, marker: str) -> Raw:
        """Return the object whose id Linear calls taken; queries may be behind its writes.

        Raises Unavailable as long as it is not shown.
        """
        if (found := self.find(document, name, marker)) is not None:
            return found
        text = f"Linear says that {name} {marker} exists, and does not show it yet"
        raise NotYet(text, NOT_SHOWN_YET)

    def nodes(self, document: str, path: str, *, first: int, **variables: object) -> Iterator[Raw]:
        """Yield every node of a connection, all its pages.

        `path` names the connection in the answer (`project.issues`). A query that is too complex
        is repeated from the same cursor with half as many at a time.
        """
        yield from self._pages(document, path, first, None, variables)

    def rest(
        self, connection: object, document: str, path: str, *, first: int, **variables: object
    ) -> Iterator[Raw]:
        """Yield every node of a connection that came nested, fetching the pages that did not."""
        nodes, cursor = self._page(connection, path)
        yield from nodes
        if cursor is not None:
            yield from self._pages(document, path, first, cursor, variables)

    def _pages(
        self,
        document: str,
        path: str,
        first: int,
        cursor: str | None,
        variables: Mapping[str, object],
    ) -> Iterator[Raw]:
        seen = {cursor}
        while True:
            try:
                data = self.run(document, **variables, first=first, after=cursor)
            except TooComplex:
                if first == 1:
                    raise
                first //= 2
                continue
            nodes, cursor = self._page(self._at(data, path), path)
            yield from nodes
            if cursor is None:
                return
            if cursor in seen:
                raise self._odd(f"with the same page of {path} again")
            seen.add(cursor)

    def _at(self, data: Raw, path: str) -> object:
        value: object = data
        for name in path.split("."):
            parent = self._object(value, path)
            if name not in parent:
                raise self._odd(f"without {path!r}")
            value = parent[name]
            if value is None:
                raise NotFound(f"Linear has no such thing, or does not show it to this key: {name}")
        return value

    def _page(self, connection: object, path: str) -> tuple[list[Raw], str | None]:
        """Return the nodes and the cursor of the next page; an empty list is never made up."""
        page = self._object(connection, path)
        nodes, info = page.get("nodes"), page.get("pageInfo")
        if not isinstance(nodes, list) or not isinstance(info, dict):
            raise self._odd(f"without the pages of {path!r}")
        cursor = info.get("endCursor")
        if info.get("hasNextPage") and not isinstance(cursor, str):
            raise self._odd(f"without a cursor for the next page of {path!r}")
        return [self._object(node, path) for node in nodes], (
            cursor if info.get("hasNextPage") else None
        )

    def _object(self, value: object, name: str) -> Raw:
        if not isinstance(value, dict):
            raise self._odd(f"where {name!r} is no object")
        return value

    def _connected(self) -> SyncClientSession:
        if self._session is None:
            transport = RequestsHTTPTransport(
                url=self._settings.api_url,
                auth=_Key(self._settings.api_key),
                timeout=self._settings.timeout,
                retries=0,
                json_deserialize=_answer,
                allow_redirects=False,
            )
            client = Client(transport=transport, fetch_schema_from_transport=False)
            self._session = self._open.enter_context(client)
            if transport.session is not None:
                transport.session.hooks["response"].append(self._hear)
        return self._session

    def _hear(self, response: Response, **_options: object) -> None:
        """Keep what gql does not hand on: the status, and the headers of a refusal."""
        self._status, self._headers = response.status_code, response.headers
        response.encoding = "utf-8"  # JSON is; a header that says otherwise is wrong

    @property
    def _host(self) -> str:
        return self._settings.api_url.split("/")[2]

    def _no_graphql(self, status: int | None) -> Exception:
        """Return the exception for an answer that is no GraphQL: a proxy, a wrong address."""
        if status in _NO_ENTRY:
            return NotAllowed(f"{self._host} refused the request with HTTP {status}")
        if status == _TOO_MANY:
            return Limited(f"{self._host} asks us to wait (HTTP 429)", wait([], self._headers))
        return Unreachable(
            f"{self._host} answered HTTP {status} without GraphQL; is api_url right?"
        )

    def _odd(self, how: str) -> Unavailable:
        return Unavailable(f"{self._host} answered {how}")

    def _said(self, error: Exception) -> Exception:
        """Take every secret out of an error's text, which may quote what we sent."""
        text = str(error)
        for secret in self._secrets - {""}:
            text = text.replace(secret, "…")
        error.args = (text,)
        return error


class _Key(AuthBase):
    """The key in its header: a personal key as it is, an OAuth token as a bearer.

    As `auth` and not as a plain header, which requests would replace by what a .netrc says.
    """

    def __init__(self, key: str) -> None:
        oauth = key.startswith(("lin_oauth_", "Bearer "))
        self._value = f"Bearer {_bare(key)}" if oauth else key

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def _bare(key: str) -> str:
    return key.removeprefix("Bearer ").strip()


def _answer(text: str) -> Raw:
    """Parse an answer; what is no GraphQL answer is a ValueError, which gql reports as such."""
    answer = orjson.loads(text)
    if not isinstance(answer, dict):
        raise ValueError("no object")  # noqa: TRY004  (gql wants one kind)
    errors = answer.get("errors")
    if errors:
        if not (isinstance(errors, list) and all(isinstance(error, dict) for error in errors)):
            raise ValueError("no list of errors")
    elif not isinstance(answer.get("data"), dict):
        raise ValueError("no data")
    return answer


_parsed: Callable[[str], GraphQLRequest] = cache(gql)
