"""Linear over HTTP as the tests script it: answers by operation, and what was asked for them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import responses

from connectors.linear.settings import LinearSettings
from service.domain.tracking import Project, ProjectRef, Status, StatusCategory, Team

if TYPE_CHECKING:
    from requests import PreparedRequest

KEY = "lin_api_not-a-real-key"
SECRET = "a signing secret"
URL = "https://linear.test/graphql"
PROJECT = "11111111-1111-4111-8111-111111111111"
OTHER_PROJECT = "22222222-2222-4222-8222-222222222222"
MARKER = "0c105e00-0000-4000-8000-00000000abcd"
TEAM = "33333333-3333-4333-8333-333333333333"
# The parts of a project that Linear may refuse by themselves.
PARTS = (
    "lead",
    "members",
    "teams",
    "projectMilestones",
    "externalLinks",
    "history",
    "projectUpdates",
)
DATE = "Fri, 20 Nov 2026 12:00:00 GMT"
NOON_MS = 1_795_176_000_000  # the same instant as epoch milliseconds
BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
APOLLO = Project(
    ref=ProjectRef("acme", PROJECT),
    name="Apollo",
    url="https://linear.app/acme/project/apollo-0123456789ab",
    status=Status("s", "Done", StatusCategory.DONE),
    created_at=BORN,
    updated_at=BORN,
    teams=(Team("team-eng", "ENG", "Engineering"),),
)


def settings(**changes: object) -> LinearSettings:
    """Return settings that point at the scripted endpoint."""
    given = {"api_url": URL, "api_key": KEY, "webhook_secret": [SECRET]}
    return LinearSettings.model_validate({**given, **changes})


@dataclass(frozen=True)
class Reply:
    """An answer that is not plain data: a status, a body, headers."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A request that came in."""

    operation: str
    query: str
    variables: dict[str, Any]
    headers: dict[str, str]


class ScriptedLinear:
    """Answers each operation with what was laid down for it, the last answer again and again."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._script: dict[str, list[object]] = {}
        self.calls: list[Call] = []
        mock.add_callback(responses.POST, URL, callback=self._answer)

    def on(self, operation: str, *answers: object) -> None:
        """Lay down the answers of an operation: data, a Reply, or what makes one from the call."""
        self._script[operation] = list(answers)

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """Return the variables of every call of an operation."""
        return [call.variables for call in self.calls if call.operation == operation]

    @property
    def operations(self) -> list[str]:
        """Return the operations in the order in which they came."""
        return [call.operation for call in self.calls]

    def _answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        asked = json.loads(request.body or "{}")
        named = re.search(r"(?:query|mutation) (\w+)", asked["query"])
        assert named is not None
        call = Call(named[1], asked["query"], asked.get("variables", {}), dict(request.headers))
        self.calls.append(call)
        if call.operation not in self._script:
            raise AssertionError(f"nothing was laid down for {call.operation}")
        answers = self._script[call.operation]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer(call)
        if not isinstance(answer, Reply):
            answer = Reply({"data": answer})
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        headers = {"Content-Type": "application/json", "Date": DATE, **answer.headers}
        return answer.status, headers, text


def an_error(message: str, **extensions: object) -> dict[str, Any]:
    """Return one error as Linear writes it."""
    return {"message": message, "extensions": extensions}


def a_refusal(message: str, status: int = 200, **extensions: object) -> Reply:
    """Return an answer that holds one error."""
    return Reply({"errors": [an_error(message, **extensions)], "data": None}, status)


def not_found(entity: str) -> Reply:
    """Return how Linear says that something is not there, or not shown to us."""
    return a_refusal(
        f"Entity not found: {entity}", type="invalid input", code="INPUT_ERROR", statusCode=400
    )


def a_conflict(entity: str, taken: str) -> Reply:
    """Return how Linear says that an id is taken."""
    return a_refusal(
        f"conflict on insert of {entity}",
        type="invalid input",
        code="INPUT_ERROR",
        statusCode=400,
        userError=True,
        userPresentableMessage=f"Entity {entity} with id {taken} already exists.",
    )


def nodes(*found: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    """Return a connection; with a cursor there is a further page."""
    return {
        "nodes": list(found),
        "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor},
    }


def a_user(name: str = "Ada", **changes: object) -> dict[str, Any]:
    """Return a User."""
    word = name.lower()
    given = {"id": word, "name": name, "displayName": word, "email": f"{word}@acme.example"}
    return {**given, "active": True, **changes}


def a_team(key: str = "ENG", **changes: object) -> dict[str, Any]:
    """Return a Team."""
    return {"id": f"team-{key.lower()}", "key": key, "name": f"Team {key}", **changes}


def a_status(kind: str = "started", **changes: object) -> dict[str, Any]:
    """Return a ProjectStatus or a WorkflowState."""
    return {"id": f"status-{kind}", "name": f"Now {kind}", "type": kind, **changes}


def a_project(kind: str = "completed", **changes: object) -> dict[str, Any]:
    """Return a Project with its nested connections."""
    return {
        "id": PROJECT,
        "name": "Apollo",
        "description": "To the moon",
        "url": "https://linear.app/acme/project/apollo-0123456789ab",
        "createdAt": "2026-01-05T09:00:00.000Z",
        "updatedAt": "2026-04-02T10:00:00.000Z",
        "startedAt": "2026-01-12T09:00:00.000Z",
        "completedAt": "2026-04-02T10:00:00.000Z" if kind == "completed" else None,
        "status": a_status(kind),
        "startDate": "2026-01-12",
        "targetDate": "2026-03-31",
        "lead": a_user("Grace"),
        "members": nodes(a_user("Ada")),
        "teams": nodes(a_team("ENG")),
        "projectMilestones": nodes(
            {"id": "m1", "name": "Lift-off", "targetDate": "2026-02-27", "status": "done"}
        ),
        "externalLinks": nodes(),
        "history": nodes(),
        "projectUpdates": nodes(),
        **changes,
    }


def a_project_alone(kind: str = "completed", **changes: object) -> dict[str, Any]:
    """Return a Project as Linear shows it where nothing but its own fields is asked for."""
    own = a_project(kind, **changes)
    return {key: value for key, value in own.items() if key not in PARTS}


def an_issue(number: int = 1, **changes: object) -> dict[str, Any]:
    """Return an Issue of the project with its labels and history."""
    return {
        "id": f"issue-{number}",
        "identifier": f"ENG-{number}",
        "title": f"Issue {number}",
        "url": f"https://linear.app/acme/issue/ENG-{number}",
        "createdAt": "2026-01-12T09:00:00.000Z",
        "state": a_status("completed"),
        "team": a_team("ENG"),
        "project": {"id": PROJECT},
        "labels": nodes(),
        "inverseRelations": nodes(),
        "history": nodes(),
        **changes,
    }


def a_ticket(**changes: object) -> dict[str, Any]:
    """Return the Issue of an action, under our id and outside of the project."""
    return an_issue(1, id=MARKER, assignee=a_user(), project=None, **changes)


def an_entry(
    number: int = 1, at: str = "2026-02-01T10:00:00.000Z", **fields: object
) -> dict[str, Any]:
    """Return an IssueHistory entry that changes the given fields."""
    return {"id": f"entry-{number}", "createdAt": at, "actorId": "ada", **fields}


def a_relation(
    number: int = 1, at: str = "2026-02-01T10:00:00.000Z", **fields: object
) -> dict[str, Any]:
    """Return an IssueRelation by which issue 2 blocks the one it is an inverse relation of."""
    given = {"id": f"relation-{number}", "createdAt": at, "type": "blocks"}
    return {**given, "issue": {"id": "issue-2"}, **fields}


def a_document(**changes: object) -> dict[str, Any]:
    """Return a Document of the project."""
    return {
        "id": MARKER,
        "title": "Apollo: post-mortem",
        "url": "https://linear.app/acme/document/apollo-post-mortem-abcdef012345",
        "content": "# Context\n\n* First point\n",
        "archivedAt": None,
        "trashed": None,
        "updatedAt": "2026-04-03T08:00:00.000Z",
        "project": {"id": PROJECT},
        **changes,
    }
