"""One authorised call: who asks, what for, and the checks that every operation shares."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson

from connectors._standin.messages import Answer, Request, as_json
from connectors._standin.rest import NotJson, json_of
from connectors.confluence.standin.bodies import body_in
from connectors.confluence.standin.entities import Page, User
from connectors.confluence.standin.errors import Refused, not_found
from connectors.confluence.standin.world import Act, World

T = TypeVar("T")

LARGEST_PAGE = 250
_LONG = 2**63


@dataclass(frozen=True, slots=True)
class Call:
    """A request by an account.

    `path` is below the site's address and any gateway prefix; `gateway` says that there was one.
    """

    world: World
    user: User
    request: Request
    path: str
    gateway: bool = False

    @property
    def base(self) -> str:
        """The address that links in answers are below: the gateway's own, if asked through it."""
        if self.gateway:
            return f"https://api.atlassian.com/ex/confluence/{self.world.cloud_id}/wiki"
        return self.world.root

    def act(self) -> AbstractContextManager[Act]:
        """Change the site as the account that asks."""
        return self.world.act(self.user, "api")

    # Parameters.

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a parameter that is true or false."""
        value = self.request.one(name, "true" if default else "false")
        if value not in ("true", "false"):
            raise wrong_type(value, name, "boolean")
        return value == "true"

    def number(self, name: str, default: int, lowest: int = 0, highest: int = _LONG) -> int:
        """Return a whole number within bounds."""
        given = self.request.one(name, str(default))
        try:
            value = int(given)
        except ValueError:
            raise wrong_type(given, name, "integer") from None
        if not lowest <= value <= highest:
            raise Refused(400, f"'{name}' must be between {lowest} and {highest}, it is {value}")
        return value

    def listed(self, name: str, allowed: Iterable[str] | None = None) -> list[str]:
        """Return the values of a parameter, given several times or with commas."""
        values = [v for one in self.request.all(name) for v in one.split(",") if v]
        for value in values:
            if allowed is not None and value not in allowed:
                known = ", ".join(allowed)
                raise Refused(400, f"Provided value {{{value}}} for '{name}' is not one of {known}")
        return values

    def ids(self, name: str) -> list[str]:
        """Return a list of numeric ids, at most as many as a page holds."""
        values = [long_id(value, name) for value in self.listed(name)]
        if len(values) > LARGEST_PAGE:
            raise Refused(400, f"'{name}' takes at most {LARGEST_PAGE} values")
        return values

    # The body.

    def json(self) -> dict[str, Any]:
        """Return the body, which has to be an object."""
        kind = self.request.headers.get("content-type", "")
        if not kind.startswith("application/json"):
            raise Refused(415, f"Unsupported Media Type: {kind or 'none'}")
        try:
            return json_of(self.request)
        except NotJson as error:
            raise Refused(400, f"Could not parse the request body: {error}") from None

    # Records that the account may see.

    def page(self, page_id: str, *statuses: str, name: str = "page") -> Page:
        """Return a page that is there, of these statuses, and shown to the account."""
        page = self.world.pages.get(long_id(page_id, "id"))
        if page is None or not self.world.may_see(self.user, page):
            raise not_found(name, page_id)
        if page.status == "draft" and page.author_id != self.user.id:
            raise not_found(name, page_id)
        if statuses and page.status not in statuses:
            raise not_found(name, page_id)
        return page

    def body(self, page: Page, representation: str) -> str:
        """Return a page's text in a representation."""
        return body_in(self.world, page.storage, representation)

    # Answers.

    def paged(self, found: Sequence[T], shown: Callable[[T], Any], default: int = 25) -> Answer:
        """Answer with one page of a list; the next one by cursor, in `_links` and `Link`."""
        limit = self.number("limit", default, 1, LARGEST_PAGE)
        start = self._cursor()
        results = [shown(one) for one in found[start : start + limit]]
        links, headers = {"base": self.base}, {}
        following = start + limit
        if following < len(found):
            cursor = urlsafe_b64encode(orjson.dumps({"start": following})).decode()
            query = [(k, v) for k, v in self.request.query if k not in ("cursor", "limit")]
            query += [("limit", str(limit)), ("cursor", cursor)]
            links["next"] = f"{self.path}?{urlencode(query)}"
            headers["Link"] = f'<{links["next"]}>; rel="next", <{self.base}>; rel="base"'
        return Answer(200, orjson.dumps({"results": results, "_links": links}), headers)

    def _cursor(self) -> int:
        given = self.request.one("cursor")
        if not given:
            return 0
        try:
            start = orjson.loads(urlsafe_b64decode(given))["start"]
            return int(start)
        except (ValueError, KeyError, TypeError):
            raise Refused(400, f"Invalid cursor: {given}") from None


def done(value: Mapping[str, Any] | None = None, status: int = 200) -> Answer:
    """Answer a call that changed something."""
    body = b"" if value is None else orjson.dumps(value)
    return Answer(status if value is not None else 204, body, wrote=True)


def read(value: Mapping[str, Any] | Sequence[Any], status: int = 200) -> Answer:
    """Answer a call that changed nothing."""
    return as_json(value, status)


def long_id(value: object, name: str) -> str:
    """Return an id of digits. Raises Refused in Confluence's own words."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or int(text) >= _LONG:
        raise wrong_type(text, name, "long")
    return str(int(text))


def wrong_type(value: str, name: str, kind: str) -> Refused:
    """Refuse a value of the wrong type."""
    return Refused(
        400,
        f"Provided value {{{value}}} for '{name}' is not the correct type. Expected type is {kind}",
    )


def text_of(body: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    """Return a property of a body that has to be text; "" where it is not needed and missing."""
    value = body.get(name)
    if value is None:
        if needed:
            raise Refused(400, f"'{name}' is required")
        return ""
    if not isinstance(value, str):
        raise wrong_type(orjson.dumps(value).decode(), name, "string")
    return value
