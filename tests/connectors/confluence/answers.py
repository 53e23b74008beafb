"""Confluence over HTTP as the tests script it: answers by method and path, and what was asked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import responses

from connectors.confluence.pages import ConfluencePages
from connectors.confluence.settings import ConfluenceSettings
from service.domain.tracking import Project, ProjectRef, Status, StatusCategory

if TYPE_CHECKING:
    from requests import PreparedRequest

SITE = "https://acme.atlassian.net/wiki"
WIKI = "https://wiki.acme.example/confluence"
EMAIL = "closeout@acme.example"
TOKEN = "ATATT-not-a-real-token"
SECRET = "a signing secret"
MARKER = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"
OTHER = "99999999-5e6f-4a7b-8c9d-0e1f2a3b4c5d"
TITLE = "Post-mortem: NOVA-12 (1a2b3c4d)"
LONG_TITLE = f"Post-mortem: NOVA-12 ({MARKER})"
PROJECT = "issue:10012"
AT = "2026-11-20T12:00:00.000Z"
SPACE = {"id": "65540", "key": "PM", "name": "Projects", "status": "current"}
MARK = {"marker": MARKER, "project": PROJECT}

V2 = "/api/v2"
PAGES = f"{V2}/pages"


def settings(**changes: object) -> ConfluenceSettings:
    """Settings of a Cloud site."""
    given = {"site_url": SITE, "email": EMAIL, "api_token": TOKEN, "space": "PM"}
    return ConfluenceSettings.model_validate({**given, **changes})


def own_settings(**changes: object) -> ConfluenceSettings:
    """Settings of a Data Center site."""
    given = {"site_url": WIKI, "api_token": TOKEN, "space": "PM", "deployment": "data-center"}
    return ConfluenceSettings.model_validate({**given, **changes})


def a_project() -> Project:
    """The project that the pages are about."""
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Project(
        ref=ProjectRef("acme-jira", PROJECT),
        name="NOVA-12 Checkout redesign",
        url="https://acme.atlassian.net/browse/NOVA-12",
        status=Status("3", "Done", StatusCategory.DONE),
        created_at=at,
        updated_at=at,
    )


def a_page(page_id: str = "777", **changes: object) -> dict[str, Any]:
    """A page as Cloud answers it."""
    given: dict[str, Any] = {
        "id": page_id,
        "status": "current",
        "title": TITLE,
        "spaceId": "65540",
        "version": {"number": 1, "createdAt": AT},
        "body": {},
        "_links": {"webui": f"/spaces/PM/pages/{page_id}/x"},
    }
    return {**given, **changes}


def an_own_page(page_id: str = "777", **changes: object) -> dict[str, Any]:
    """A page as Data Center answers it."""
    given: dict[str, Any] = {
        "id": page_id,
        "type": "page",
        "status": "current",
        "title": TITLE,
        "version": {"number": 1, "when": "2026-11-20T13:00:00.000+01:00"},
    }
    return {**given, **changes}


def as_storage(value: str) -> dict[str, Any]:
    """A body in storage format."""
    return {"body": {"storage": {"representation": "storage", "value": value}}}


def as_adf(*content: object) -> dict[str, Any]:
    """A body in Atlassian Document Format, which comes as a text of JSON."""
    value = json.dumps({"type": "doc", "version": 1, "content": list(content)})
    return {"body": {"atlas_doc_format": {"representation": "atlas_doc_format", "value": value}}}


def marked(value: object = MARK) -> dict[str, Any]:
    """Properties that come with a page."""
    return {"properties": {"results": [{"id": "9", "key": "closeout", "value": value}]}}


def listing(*results: object, following: str | None = None) -> dict[str, Any]:
    """One page of a list."""
    links = {"next": following} if following else {}
    return {"results": list(results), "_links": links}


@dataclass(frozen=True)
class Reply:
    """An answer that is not a plain 200."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


TAKEN = Reply(
    400,
    {
        "errors": [
            {
                "status": 400,
                "code": "INVALID_REQUEST_PARAMETER",
                "title": "A page with this title already exists: A page already exists with the"
                " same TITLE in this space",
            }
        ]
    },
)
MISSING = Reply(404, {"errors": [{"status": 404, "code": "NOT_FOUND", "title": "Not Found"}]})
FORBIDDEN = Reply(403, {"message": "You may not look at this page"})


@dataclass(frozen=True)
class Call:
    """A request that came in; parameters by name, lists as they were sent."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


class Scripted:
    """A site that answers as told: the last answer to a call is repeated."""

    def __init__(self, mock: responses.RequestsMock, base: str) -> None:
        self.calls: list[Call] = []
        self._base = urlsplit(base).path
        self._answers: dict[tuple[str, str], list[object]] = {}
        for method in ("GET", "POST", "PUT", "DELETE"):
            mock.add_callback(method, re.compile(f"{re.escape(base)}.*"), self._answer)

    def on(self, method: str, path: str, *answers: object) -> None:
        """Lay down the answers to a call."""
        self._answers[method, path] = list(answers)

    def asked(self, method: str, path: str) -> list[Call]:
        """The calls of one kind."""
        return [one for one in self.calls if (one.method, one.path) == (method, path)]

    @property
    def written(self) -> list[str]:
        """What was written, in order."""
        return [f"{one.method} {one.path}" for one in self.calls if one.method != "GET"]

    def _answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        address = urlsplit(str(request.url))
        path = address.path.removeprefix(self._base)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        body = json.loads(request.body) if request.body else None
        self.calls.append(
            Call(str(request.method), path, query, body, dict(request.headers.items()))
        )
        left = self._answers.get((str(request.method), path))
        if not left:
            return 500, {}, json.dumps({"message": f"nothing scripted: {request.method} {path}"})
        found = left.pop(0) if len(left) > 1 else left[0]
        reply = found if isinstance(found, Reply) else Reply(200, found)
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        return reply.status, reply.headers, text


def pages(**changes: object) -> ConfluencePages:
    """The page store of the Cloud site."""
    return ConfluencePages.from_settings(settings(**changes))


def own_pages(**changes: object) -> ConfluencePages:
    """The page store of the Data Center site."""
    return ConfluencePages.from_settings(own_settings(**changes))
