"""From a request to Jira's own interface to its answer: who asks, what for, and within limits."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace

from connectors._standin.exchange import Exchange, tell
from connectors._standin.messages import Answer, Request, as_json
from connectors._standin.rest import Called
from connectors.jira.standin import (
    api_fields,
    api_hanging,
    api_issues,
    api_projects,
    api_search,
    api_site,
    api_versions,
    api_webhooks,
    workflows_api,
    workflows_fields,
    workflows_update,
)
from connectors.jira.standin.api import ANONYMOUS, CLOUD, DATA_CENTER, EVERYWHERE, Call
from connectors.jira.standin.entities import User
from connectors.jira.standin.errors import Problem, not_signed_in
from connectors.jira.standin.limits import Limits
from connectors.jira.standin.world import CLOUD_ID, World

CONTEXT = "/jira"
GATEWAY = f"/ex/jira/{CLOUD_ID}"
MODULES = (
    api_fields,
    api_hanging,
    api_issues,
    api_projects,
    api_search,
    api_site,
    api_versions,
    api_webhooks,
    workflows_api,
    workflows_fields,
    workflows_update,
)
"""Where the operations are registered."""

_VERSIONS = {"2": 2, "3": 3, "latest": 0}
_FAILED = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the operation it is for; `via` is what stands before the path."""

    called: Called[Call]
    via: str

    @property
    def writes(self) -> bool:
        return self.called.writes

    @property
    def names(self) -> tuple[str, ...]:
        return self.called.names


class Gateway:
    """The REST interface over one site, without HTTP."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.limits = Limits(world)
        self.calls: list[Exchange] = []

    def serves(self, path: str) -> bool:
        """Say whether a path belongs to Jira's own interface."""
        if self.world.cloud:
            return path.startswith(("/rest/", "/_edge/", "/ex/"))
        return path.startswith((f"{CONTEXT}/rest/", "/rest/"))

    def read(self, request: Request) -> Asked | Answer:
        """Find the operation a request is for."""
        via = self._via(request.path)
        path = request.path.removeprefix(via)
        own = CLOUD if self.world.cloud else DATA_CENTER
        lost = not self.world.cloud and via != CONTEXT
        if not lost:
            for routes in (own, EVERYWHERE):
                called = routes.find(request.method, path)
                if called is not None and self._knows(called):
                    return Asked(called, via)
        lost = lost or (path.startswith("/rest/api/3/") and not self.world.cloud)
        known = [] if lost else [*own.methods(path), *EVERYWHERE.methods(path)]
        if known:
            return as_json({"errorMessages": ["Method Not Allowed"], "errors": {}}, 405)
        return as_json({"message": f"null for uri: {request.path}", "status-code": 404}, 404)

    def _via(self, path: str) -> str:
        for one in (GATEWAY, CONTEXT):
            if path.startswith(f"{one}/"):
                return one
        return ""

    def _knows(self, called: Called[Call]) -> bool:
        version = called.parts.get("v")
        return version is None or (version in _VERSIONS and (self.world.cloud or version != "3"))

    def answer(self, asked: Asked, request: Request) -> Answer:
        """Check who asks and the limits, do it, and write the answer."""
        world = self.world
        with world.lock:
            user, failed = self._user(request, asked.via)
            try:
                self.limits.take(asked.called, user)
                answer = self._do(asked, request, user, failed=failed)
            except Problem as problem:
                answer = problem.answer()
            headers = {**self._headers(user, failed=failed), **answer.headers}
            return Answer(
                answer.status, answer.body, headers, answer.content_type, wrote=answer.wrote
            )

    def _do(self, asked: Asked, request: Request, user: User | None, *, failed: bool) -> Answer:
        route, parts = asked.called.route, dict(asked.called.parts)
        version = _VERSIONS[parts.pop("v", "2")] or (3 if self.world.cloud else 2)
        if user is None and (route.name not in ANONYMOUS or asked.via == GATEWAY):
            raise not_signed_in()
        call = Call(self.world, user, version, request)
        return route.handler(call, **parts)

    def _user(self, request: Request, via: str) -> tuple[User | None, bool]:
        """Return who asks, and whether that was tried and failed."""
        given = request.headers.get("authorization", "")
        if not given:
            return None, False
        scheme, _, rest = given.partition(" ")
        user = self._by_token(rest) if scheme == "Bearer" else self._by_basic(rest)
        scoped = self.world.behaviour.scoped_token
        if user is None or not user.active or (scoped and via != GATEWAY):
            return None, True
        return user, False

    def _by_token(self, token: str) -> User | None:
        return self.world.users.get(self.world.tokens.get(token, ""))

    def _by_basic(self, coded: str) -> User | None:
        try:
            email, _, token = base64.b64decode(coded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = self._by_token(token)
        named = user is not None and email.lower() in (user.email.lower(), user.name)
        return user if named and self.world.cloud else None

    def _headers(self, user: User | None, *, failed: bool) -> dict[str, str]:
        headers = {"X-AREQUESTID": "1f2e3d4c", **self.limits.headers(user)}
        if failed:
            headers |= _FAILED
        elif not self.world.cloud:
            reason = "OK" if user is not None else "OUT"
            headers |= {"X-Seraph-LoginReason": reason}
        if user is not None:
            headers["X-AACCOUNTID" if self.world.cloud else "X-AUSERNAME"] = (
                user.id if self.world.cloud else user.name
            )
        return headers

    def limited(self, asked: Asked, request: Request) -> Answer:
        """Answer as if this operation had been called too often."""
        with self.world.lock:
            user, _ = self._user(request, asked.via)
            answer = self.limits.burst().answer()
            headers = {**self.limits.headers(user), **answer.headers}
            return Answer(answer.status, answer.body, headers)

    def lost(self, request: Request, answer: Answer) -> None:
        """Tell of a call of what there is not; it counts for no limit."""
        tell(self._exchange(request, request.path.removeprefix(self._via(request.path)), answer))

    def note(
        self, asked: Asked, request: Request, fault: str | None, answer: Answer | None
    ) -> None:
        """Remember a call, and tell of it."""
        exchange = replace(
            self._exchange(request, asked.called.path, answer),
            name=asked.called.route.name,
            writes=asked.writes,
            fault=fault,
        )
        with self.world.lock:
            self.calls.append(exchange)
        tell(exchange)

    def _exchange(self, request: Request, path: str, answer: Answer | None) -> Exchange:
        return Exchange(
            tool="jira",
            flavour=self.world.flavour.value,
            method=request.method,
            path=path,
            query=request.query,
            request_body=request.body,
            content_type=request.headers.get("content-type", ""),
            status=answer.status if answer else None,
            response_body=answer.body if answer else None,
            at=self.world.clock(),
            headers={k: v for k, v in request.headers.items() if k != "authorization"},
            response_headers=answer.headers if answer else {},
        )
