"""What every operation of the REST interface is given, and where operations are registered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from connectors._standin.messages import Answer, Request, Value, as_json
from connectors._standin.rest import Handler, NotJson, Routes, json_of
from connectors.jira.standin.entities import Issue, Project, User
from connectors.jira.standin.errors import (
    Problem,
    forbidden,
    no_issue,
    no_project,
    not_signed_in,
)
from connectors.jira.standin.world import Act, World

EVERYWHERE: Routes[Call] = Routes()
CLOUD: Routes[Call] = Routes()
DATA_CENTER: Routes[Call] = Routes()

ANONYMOUS: set[str] = set()
"""Names of the operations that answer callers without an account, with what those may see."""

ADMINISTER = ("ADMINISTER", "SYSTEM_ADMIN")


@dataclass(slots=True)
class Call:
    """One request to the REST interface: by whom, in which version of it."""

    world: World
    user: User | None
    version: int
    request: Request

    @property
    def actor(self) -> User:
        """The account that asks. Raises Problem where there is none."""
        if self.user is None:
            raise not_signed_in()
        return self.user

    @property
    def body(self) -> dict[str, Value]:
        """The body as an object. Raises Problem."""
        try:
            return json_of(self.request)
        except NotJson:
            raise Problem(
                400, "Invalid request payload. Refer to the REST API documentation and try again."
            ) from None

    def act(self) -> AbstractContextManager[Act]:
        """Change the site as the caller."""
        return self.world.act(self.actor, "api")

    def may(self, permission: str) -> bool:
        """Say whether the caller has a permission."""
        if self.user is None or not self.user.active or permission in self.user.denied:
            return False
        return self.user.admin or permission not in ADMINISTER

    def need(self, permission: str, what: str | None = None) -> None:
        """Raise Problem where the caller lacks a permission."""
        self.actor  # noqa: B018 (raises where nobody asks)
        if not self.may(permission):
            raise forbidden(what) if what else forbidden()

    def issue(self, ref: str) -> Issue:
        """Find an issue that the caller may see. Raises Problem."""
        found = self.world.issue(ref)
        if found is None or not self.sees(self.world.projects[found.project_id]):
            raise no_issue()
        return found

    def project(self, ref: str) -> Project:
        """Find a project that the caller may see. Raises Problem."""
        found = self.world.project(ref)
        if found is None or not self.sees(found):
            raise no_project(ref)
        return found

    def sees(self, project: Project) -> bool:
        """Say whether the caller may browse a project."""
        return self.may("BROWSE_PROJECTS") and f"BROWSE:{project.key}" not in self.actor.denied

    def whole(self, name: str, default: int) -> int:
        """Return a number of the query. Raises Problem."""
        return integer(self.request.one(name) or default, name)


def integer(raw: Value, name: str) -> int:
    """Read a number. Raises Problem."""
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise Problem(400, f"The value of {name} must be a whole number.") from None


def on(
    method: str,
    *paths: str,
    where: Routes[Call] = EVERYWHERE,
    reads: bool | None = None,
    anonymous: bool = False,
    base: str = "/rest/api/{v}",
) -> Callable[[Handler], Handler]:
    """Register an operation under the paths; `{v}` is the version of the interface."""

    def register(handler: Handler) -> Handler:
        if anonymous:
            ANONYMOUS.add(handler.__name__)
        return where.on(method, *(base + path for path in paths), reads=reads)(handler)

    return register


def wrote(value: Value = None, status: int = 200) -> Answer:
    """Answer a write; 204 has no body."""
    if value is None:
        return Answer(204, b"", wrote=True)
    made = as_json(value, status)
    return Answer(made.status, made.body, wrote=True)


def paged(
    call: Call, values: list[Any], show: Callable[[Any], Value], size: int = 50
) -> dict[str, Any]:
    """Return a page of `startAt` and `maxResults`, as newer lists have it."""
    start, most = call.whole("startAt", 0), min(call.whole("maxResults", size), 1000)
    shown = [show(one) for one in values[start : start + most]]
    return {
        "maxResults": most,
        "startAt": start,
        "total": len(values),
        "isLast": start + most >= len(values),
        "values": shown,
    }
