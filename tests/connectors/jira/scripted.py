"""A Jira whose every answer a test lays down, and what was asked of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import responses

from connectors.jira.client import JiraClient
from connectors.jira.settings import JiraSettings
from service.domain.tracking import Project, ProjectRef, Status, StatusCategory

if TYPE_CHECKING:
    from requests import PreparedRequest

SITE = "https://acme.test/jira"
CREDENTIAL = "not-a-real-token"
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MARKER = "0c105e00-0000-4000-8000-00000000abcd"
LABEL = "closeout-0c105e000000"

TODO = {"id": "1", "name": "To Do", "statusCategory": {"key": "new"}}
DOING = {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}}
DONE = {"id": "9", "name": "Done", "statusCategory": {"key": "done"}}
CLOSED = {"id": "10", "name": "Closed", "statusCategory": {"key": "done"}}
FIXED = {"id": "1", "name": "Fixed"}
DROPPED = {"id": "2", "name": "Won't Do"}

NOVA = {
    "id": "10000",
    "key": "NOVA",
    "name": "Nova",
    "issueTypes": [{"id": "5", "name": "Task"}, {"id": "6", "name": "Epic"}],
}
OPS = {**NOVA, "id": "10001", "key": "OPS", "name": "Operations"}


@dataclass(frozen=True)
class Reply:
    """An answer that is not simply 200 with JSON."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request that came in; `path` is without the REST interface's own beginning."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


class ScriptedJira:
    """Answers each method and path with what was laid down, the last answer again and again."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._script: dict[str, list[object]] = {}
        self.calls: list[Call] = []
        for method in ("GET", "POST", "PUT", "DELETE"):
            mock.add_callback(method, re.compile(rf"{SITE}/.*"), callback=self._answer)

    def on(self, what: str, *answers: object) -> None:
        """Lay down answers: JSON, a Reply, an exception, or what makes one from the call."""
        self._script[what] = list(answers)

    def asked(self, what: str) -> list[Any]:
        """Return the bodies of every call of a method and path."""
        return [call.body for call in self.calls if f"{call.method} {call.path}" == what]

    @property
    def writes(self) -> list[str]:
        """Return what was written, in order; reading by POST is no writing."""
        said = [f"{call.method} {call.path}" for call in self.calls if call.method != "GET"]
        return [one for one in said if not one.endswith(("/search", "/search/jql", "/bulkfetch"))]

    def _answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(str(request.url).removeprefix(SITE))
        path = re.sub(r"^/rest/api/[23]", "", parts.path)
        body = json.loads(request.body) if request.body else None
        call = Call(str(request.method), path, dict(parse_qsl(parts.query)), body)
        self.calls.append(call)
        what = f"{call.method} {call.path}"
        if what not in self._script:
            raise AssertionError(f"nothing was laid down for {what}")
        answers = self._script[what]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer(call)
        if isinstance(answer, Exception):
            raise answer
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        text = "" if reply.body is None else json.dumps(reply.body)
        return reply.status, {"Date": DATE, **reply.headers}, text


def a_client(**changes: object) -> JiraClient:
    """Return a client of the scripted site, Cloud unless told otherwise."""
    given = {
        "site_url": SITE,
        "api_url": SITE,
        "email": "closeout@acme.test",
        "api_token": CREDENTIAL,
        "deployment": "cloud",
    }
    return JiraClient(JiraSettings.model_validate({**given, **changes}), lambda: NOW)


def a_data_center_client(version: tuple[int, ...] = (10, 3, 5), **changes: object) -> JiraClient:
    """Return a client of the scripted site as a Data Center of some version."""
    client = a_client(deployment="data-center", email=None, **changes)
    client.kept("server", lambda: {"versionNumbers": list(version)})
    return client


def refused(*messages: str, status: int = 400, **fields: str) -> Reply:
    """Return a refusal as Jira writes it, with a sentence for each field."""
    return Reply({"errorMessages": list(messages), "errors": fields}, status)


def missing() -> Reply:
    """Return Jira's answer for what is not there."""
    return refused("Issue does not exist or you do not have permission to see it.", status=404)


def an_issue(
    status: dict[str, Any] = DONE, issue_id: str = "20012", **fields: object
) -> dict[str, Any]:
    """Return an issue as Jira shows it."""
    return {
        "id": issue_id,
        "key": f"NOVA-{int(issue_id) - 20000}",
        "fields": {"summary": "Checkout redesign", "status": status, "resolution": None, **fields},
    }


def a_transition(
    transition_id: str, to: dict[str, Any], screen: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return a transition that leads to a status, with the fields of its screen."""
    return {"id": transition_id, "name": to["name"], "to": to, "fields": screen or {}}


def a_field(
    name: str, *allowed: dict[str, str], required: bool = True, **more: object
) -> dict[str, Any]:
    """Return a field of a transition's screen."""
    shown = {"required": required, "name": name, "hasDefaultValue": False, **more}
    return {**shown, "allowedValues": list(allowed)} if allowed else shown


def a_project(key: str = "issue:20012", name: str = "NOVA-12 Checkout redesign") -> Project:
    """Return a closing object of the scripted site."""
    return Project(
        ref=ProjectRef("acme-jira", key),
        name=name,
        url=f"{SITE}/browse/NOVA-12",
        status=Status("3", "In Progress", StatusCategory.IN_PROGRESS),
        created_at=NOW,
        updated_at=NOW,
    )
