"""One connection to a Jira site, Cloud or Data Center: addresses, credentials, what stays.

Returns raw dictionaries. The `jira` library gives the session and single objects; what it cannot
do (searches by token, changelogs in bulk, workflows) goes over the same session as plain JSON.
"""

from __future__ import annotations

import base64
import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog
from jira import JIRA

from connectors.http import Http, segment
from connectors.jira.errors import library_errors, seen_as_us
from connectors.jira.mapping import fields
from connectors.jira.settings import Deployment
from service.ports import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from connectors.jira.mapping.fields import Fields
    from connectors.jira.settings import JiraSettings

    Raw = dict[str, Any]

log = structlog.get_logger(__name__)
Value = TypeVar("Value")

KEPT_FOR = timedelta(minutes=10)
PAGE = 100  # of a list that is paged by offset; Jira gives fewer where it likes

# At DEBUG the library logs the headers and bodies of failed exchanges.
logging.getLogger("jira").setLevel(logging.WARNING)


def _now() -> datetime:
    return datetime.now(UTC)


class JiraClient:
    """A connection to one site. One thread at a time; nothing is sent before it is needed.

    `clock` only decides how long what changes slowly is kept (10 minutes, by the process).
    """

    def __init__(self, settings: JiraSettings, clock: Callable[[], datetime] = _now) -> None:
        self.settings = settings
        self._clock = clock

    @cached_property
    def http(self) -> Http:
        """Jira's REST interface over the library's session."""
        settings = self.settings
        basic = f"{settings.email}:{settings.api_token}".encode() if settings.email else b""
        hidden = (settings.api_token, base64.b64encode(basic).decode(), *settings.webhook_secret)
        return Http(
            self._library._session,  # noqa: SLF001  (the library shows it in no other way)
            settings.api_url,
            "Jira",
            timeout=settings.timeout,
            secrets=hidden,
            look=seen_as_us,
        )

    @cached_property
    def jira(self) -> JIRA:
        """The `jira` library on the same session, for single objects; see also `library`."""
        self._library.deploymentType = "Cloud" if self.cloud else "Server"
        self._library._version = self.version  # noqa: SLF001  (else it asks the site every time)
        return self._library

    @contextmanager
    def library(self) -> Iterator[JIRA]:
        """Give the `jira` library, with its errors turned into ours."""
        jira = self.jira
        with library_errors(self.http):
            yield jira

    @cached_property
    def cloud(self) -> bool:
        """Whether it is Jira Cloud: as configured, else as the site says of itself."""
        if self.settings.deployment is not Deployment.AUTO:
            return self.settings.deployment is Deployment.CLOUD
        return self._server.get("deploymentType") == "Cloud"

    @property
    def api(self) -> str:
        """The path that the platform's REST interface starts with."""
        return "/rest/api/3" if self.cloud else "/rest/api/2"

    @property
    def version(self) -> tuple[int, ...]:
        """The version of Jira, such as (10, 3, 5); Cloud counts beyond a thousand."""
        told = self._server.get("versionNumbers")
        numbers = told if isinstance(told, list) else []
        return tuple(one for one in numbers if isinstance(one, int)) or (0, 0, 0)

    def browse(self, key: str) -> str:
        """Return the address people click for an issue or a Jira project."""
        return f"{self.settings.site_url}/browse/{segment(key)}"

    def version_url(self, project_key: str, version_id: str) -> str:
        """Return the address people click for a version."""
        project, version = segment(project_key), segment(version_id)
        return f"{self.settings.site_url}/projects/{project}/versions/{version}"

    def me(self) -> Raw:
        """Return the account we act as, asked for now: an unknown one is refused.

        Raises NotAllowed where the credentials count for nothing.
        """
        found: Raw = self.http.get(f"{self.api}/myself").object
        return found

    @property
    def my_id(self) -> str:
        """The id of the account we act as: `accountId`, on Data Center `key`."""
        mine = self.kept("myself", self.me)
        found = mine.get("accountId") or mine.get("key") or mine.get("name")
        if not isinstance(found, str):
            raise Unavailable("Jira does not say which account we are")
        return found

    @property
    def fields(self) -> Fields:
        """The ids of the fields we read."""
        return self.kept("fields", lambda: fields.discover(self.http.get(f"{self.api}/field").list))

    def statuses(self) -> list[Raw]:
        """Return the issue statuses that are in use."""
        return self.kept("statuses", lambda: self.http.get(f"{self.api}/status").list)

    def issue_types(self) -> list[Raw]:
        """Return the issue types of all projects."""
        return self.kept("issue types", lambda: self.http.get(f"{self.api}/issuetype").list)

    def link_types(self) -> list[Raw]:
        """Return the types of links between issues."""

        def read() -> list[Raw]:
            found = self.http.get(f"{self.api}/issueLinkType").object.get("issueLinkTypes")
            return found if isinstance(found, list) else []

        return self.kept("link types", read)

    def kept(self, name: str, read: Callable[[], Value]) -> Value:
        """Return what changes slowly: read once in ten minutes, for all runs of the process."""
        shelf, now = self.settings.kept, self._clock()
        until, value = shelf.get(name, (now, None))
        if until <= now:
            value = read()
            shelf[name] = now + KEPT_FOR, value
        return cast("Value", value)

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock()

    def forget(self, name: str) -> None:
        """Let something be read again: it turned out to be older than what is there."""
        self.settings.kept.pop(name, None)

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[Raw]:
        """Yield every element of a list that is paged by offset (`values`, `isLast`)."""
        start, before = 0, None
        while True:
            asked = {**(params or {}), "startAt": start, "maxResults": PAGE}
            answer = self.http.get(path, params=asked).object
            values = answer.get("values")
            if not isinstance(values, list):
                raise Unavailable(f"Jira's list {path} has no values")
            if values and values == before:
                raise Unavailable(f"Jira's list {path} gives the same page again and again")
            yield from (one for one in values if isinstance(one, dict))
            start, before = start + len(values), values
            total = answer.get("total")
            last = answer.get("isLast", isinstance(total, int) and start >= total)
            if last or not values:
                return

    @property
    def _server(self) -> Raw:
        return self.kept("server", self._ask_server)

    def _ask_server(self) -> Raw:
        """Ask the site what it is, by the version of the interface that it likely has."""
        settings = self.settings
        likely_cloud = settings.email is not None or "/ex/jira/" in settings.api_url
        for number in ("3", "2") if likely_cloud else ("2", "3"):
            try:
                return self.http.get(f"/rest/api/{number}/serverInfo", plain=True).object
            except NotFound as missing:
                log.info("jira.no_server_info", version=number, reason=str(missing))
        raise Unavailable("nothing there says that it is Jira; are api_url and its path right?")

    @cached_property
    def _library(self) -> JIRA:
        settings = self.settings
        basic = (settings.email, settings.api_token) if settings.email else None
        library = JIRA(
            server=settings.api_url,
            basic_auth=basic,
            token_auth=None if basic else settings.api_token,
            get_server_info=False,  # asked for once in ten minutes; see `jira`
            validate=False,
            max_retries=0,  # the library would repeat a POST whose answer was lost
            timeout=settings.timeout,
            logging=False,
        )
        session = library._session  # noqa: SLF001  (the library shows it in no other way)
        session.max_redirects = 0
        session.hooks["response"].append(lambda response, **_: seen_as_us(response))
        return library
