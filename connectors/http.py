"""What every connector on `requests` shares: an exchange of JSON, and what its failures mean.

An `Http` follows no redirect, repeats nothing by itself, and believes an answer only where it is
JSON: an error page of a proxy is never an empty list, and never "not there".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict, Unpack
from urllib.parse import quote, urlsplit

import orjson
from requests import Request, RequestException
from urllib3.exceptions import HTTPError

from service.ports import Limited, NotAllowed, NotFound, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from requests import Response, Session

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
USUAL_WAIT = timedelta(seconds=10)
LONGEST_TEXT = 400

_NO_CREDENTIALS = 401
_NO_ENTRY = 403
_NOT_FOUND = 404
_TOO_MANY = 429
_ONE_THING = "per-issue"
_PASSING = frozenset({408, 425})
_REDIRECTS = range(300, 400)
_REFUSALS = range(400, 500)
_SERVER_ERRORS = range(500, 600)


class Unreachable(Unavailable):
    """Nobody answered, or nobody who speaks JSON: a proxy, a wrong address."""


class Declined(Rejected):
    """The tool refused what we asked: `status` is HTTP's, `told` are the tool's own words."""

    def __init__(self, message: str, status: int, told: tuple[str, ...]) -> None:
        super().__init__(message)
        self.status = status
        self.told = told


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was believed. `data` is its JSON, None where it has no body."""

    status: int
    headers: Mapping[str, str]
    data: Any
    tool: str

    @property
    def object(self) -> dict[str, Any]:
        """The JSON object it is. Raises Unavailable where it is something else."""
        if not isinstance(self.data, dict):
            raise Unavailable(f"{self.tool} answered something that is no object")
        return self.data

    @property
    def list(self) -> list[Any]:
        """The JSON list it is. Raises Unavailable where it is something else."""
        if not isinstance(self.data, list):
            raise Unavailable(f"{self.tool} answered something that is no list")
        return self.data


class More(TypedDict, total=False):
    """What `Http.request` takes beyond the path."""

    params: Mapping[str, Any] | None
    files: Mapping[str, Any] | None
    headers: Mapping[str, str] | None
    busy: Collection[int]
    plain: bool


class Http:
    """A tool's REST interface below `base`, over a session that carries the credentials.

    - `tool` names it in every text; `secrets` are taken out of every text.
    - `timeout` is in seconds, for the connection and for each wait for data.
    - `look` sees each answer before anything in it is believed, and raises what it objects to.

    Every method raises Unavailable (Unreachable), NotAllowed, NotFound or Declined.
    """

    def __init__(
        self,
        session: Session,
        base: str,
        tool: str,
        *,
        timeout: float = 30,
        secrets: Iterable[str] = (),
        look: Callable[[Response], None] | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.server_time: datetime | None = None  # as the tool's last answer told, None: it did not
        self._session = session
        self._tool = tool
        self._timeout = timeout
        self._secrets = {secret for secret in secrets if secret}
        self._look = look

    def hide(self, secret: str) -> None:
        """Keep a further secret out of every error text."""
        self._secrets.add(secret)

    def get(self, path: str, **more: Unpack[More]) -> Answer:
        """Read something."""
        return self.request("GET", path, **more)

    def post(self, path: str, json: object = None, **more: Unpack[More]) -> Answer:
        """Create something, or ask a question that is too long for an address."""
        return self.request("POST", path, json=json, **more)

    def put(self, path: str, json: object = None, **more: Unpack[More]) -> Answer:
        """Replace something."""
        return self.request("PUT", path, json=json, **more)

    def delete(self, path: str, **more: Unpack[More]) -> Answer:
        """Remove something."""
        return self.request("DELETE", path, **more)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        files: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        busy: Collection[int] = (),
        plain: bool = False,
    ) -> Answer:
        """Send a request to a path below `base` and return what was answered.

        - `json` is the body, whatever it holds but None; `files` is a multipart form instead.
        - `busy` are statuses that mean "not just now" here, such as 409 while a task is running.
        - `plain` leaves a good answer's body unread, and takes a 404 in any form for "not there".
        """
        if not path.startswith("/"):
            raise ValueError(f"a path starts with a slash: {path!r}")
        given: dict[str, str | None] = {"Accept": "application/json", **(headers or {})}
        if files is not None:
            given.setdefault("Content-Type", None)  # requests writes the boundary into it
        elif json is not None:
            given["Content-Type"] = "application/json"
        asked = Request(
            method,
            self.base + path,
            params=dict(params or {}),
            data=None if json is None else orjson.dumps(json),
            files=files,
            headers=given,
        )
        return self.judge(self._send(asked), busy=busy, plain=plain)

    def judge(
        self, response: Response, *, busy: Collection[int] = (), plain: bool = False
    ) -> Answer:
        """Return an answer that can be believed, else raise what it means."""
        self.server_time = date_of(response.headers)
        if self._look is not None:
            self._look(response)
        status = response.status_code
        body, is_json = _parsed(response.content)
        if status in _REDIRECTS or not (response.ok or status in (*_REFUSALS, *_SERVER_ERRORS)):
            raise self._odd(f"HTTP {status}, which leads elsewhere; is the address right?")
        if not response.ok:
            self._refuse(response, body if is_json else None, busy, plain=plain or is_json)
        if not is_json and not plain:
            raise self._odd(f"HTTP {status} with something that is no JSON; is the address right?")
        return Answer(status, response.headers, body if is_json else None, self._tool)

    def unreachable(self, error: Exception) -> Unreachable:
        """Return what an exchange means that ended without an answer."""
        reason = type(error).__name__  # its text may quote the address and what we sent
        return Unreachable(f"{self._where} cannot be reached ({reason})")

    def _send(self, asked: Request) -> Response:
        session = self._session
        try:
            # Not session.request: a subclass (the jira library's) repeats and raises by itself.
            prepared = session.prepare_request(asked)
            options = session.merge_environment_settings(prepared.url, {}, False, None, None)
            return session.send(prepared, timeout=self._timeout, allow_redirects=False, **options)
        except (RequestException, HTTPError, UnicodeError) as error:
            raise self.unreachable(error) from None

    def _refuse(
        self, response: Response, body: object, busy: Collection[int], *, plain: bool
    ) -> NoReturn:
        status, told = response.status_code, tuple(dict.fromkeys(map(self._clean, _words(body))))
        text = "; ".join(told)[:LONGEST_TEXT] or f"HTTP {status}, no reason given"
        if status == _TOO_MANY:
            # The limit on writes to one issue concerns nothing else.
            one = _ONE_THING in response.headers.get("RateLimit-Reason", "")
            kind = Unavailable if one else Limited
            raise kind(self._limited(response), wait(response.headers, USUAL_WAIT))
        if status in _PASSING or status in busy or status in _SERVER_ERRORS:
            raise Unavailable(f"{self._tool} could not answer: {text}", wait(response.headers))
        if status == _NO_CREDENTIALS:
            raise NotAllowed(f"{self._tool} does not take our credentials: {text}")
        if status == _NO_ENTRY:
            raise NotAllowed(f"{self._tool} does not allow it to our account: {text}")
        if status == _NOT_FOUND:
            if response.content and not plain:
                raise self._odd("HTTP 404 without JSON; is the address right?")
            raise NotFound(
                f"{self._tool} has no such thing, or does not show it to our account: {text}"
            )
        raise Declined(f"{self._tool} refused: {text}", status, told)

    def _limited(self, response: Response) -> str:
        reason = self._clean(response.headers.get("RateLimit-Reason", ""))
        text = f"{self._tool}'s rate limit is reached"
        if "quota" in reason or "cost" in reason:
            return f"{text} for everything we ask there ({reason})"
        return f"{text} ({reason})" if reason else text

    def _clean(self, text: str) -> str:
        """Return a text on one line without any secret; it may quote what we sent."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return " ".join(text.split())

    @property
    def _where(self) -> str:
        return urlsplit(self.base).netloc.rpartition("@")[2]

    def _odd(self, how: str) -> Unreachable:
        return Unreachable(f"{self._where} answered {how}")


def segment(value: str) -> str:
    """Return a value as one segment of a path, whatever is in it."""
    return quote(value, safe="")


def wait(headers: Mapping[str, str], usual: timedelta | None = None) -> timedelta | None:
    """Return how long to wait as the answer says, `usual` where it says nothing.

    - `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` as an ISO 8601 instant, which
      Atlassian also writes without seconds. Dates are taken by the server's own `Date`, so that a
      wrong clock here does not matter.
    - Clamped to 1 second to 1 hour.
    """
    told = headers.get("Retry-After")
    seconds = _number(told)
    if seconds is None:
        now, until = date_of(headers), _date(told) or _instant(headers.get("X-RateLimit-Reset"))
        seconds = (until - now).total_seconds() if now and until else None
    if seconds is None:
        return usual
    shortest, longest = SHORTEST_WAIT.total_seconds(), LONGEST_WAIT.total_seconds()
    return timedelta(seconds=min(max(seconds, shortest), longest))


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """Return the instant in the `Date` header, None where there is none."""
    return _date(headers.get("Date"))


def _date(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _instant(value: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _parsed(content: bytes) -> tuple[Any, bool]:
    """Return the JSON of a body and whether it is JSON; an empty body is, and says nothing."""
    if not content.strip():
        return None, True
    try:
        return orjson.loads(content), True
    except orjson.JSONDecodeError:
        return None, False


def _words(body: object) -> Iterator[str]:
    """Yield what a refusal says: Jira's errorMessages and errors, Confluence's message or title.

    Where a refusal names fields, each of its sentences starts with the field's name.
    """
    if not isinstance(body, dict):
        return
    for key in ("errorMessages", "errorMessage", "message", "error_description"):
        yield from _texts(body.get(key))
    errors = body.get("errors")
    if isinstance(errors, dict):
        for name, told in errors.items():
            yield from (f"{name}: {text}" for text in _texts(told))
    elif isinstance(errors, list):
        for one in errors:
            yield from _texts(one)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for key in ("title", "message", "translation", "detail"):
            yield from _texts(value.get(key))
