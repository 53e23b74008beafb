"""Confluence behind the shell: its interfaces, and what people see and do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from connectors._standin import exchange
from connectors._standin.control import Action
from connectors._standin.exchange import Exchange
from connectors._standin.messages import Answer, Request, Value, as_json
from connectors._standin.rest import Called, Routes
from connectors._standin.shown import shown
from connectors._standin.webhooks import Sender
from connectors.confluence.standin import html, v1_cloud, v2_more, v2_pages
from connectors.confluence.standin.access import (
    LOGIN_HEADER,
    VISITOR,
    Limits,
    NotSignedIn,
    turned_away,
    who,
)
from connectors.confluence.standin.board import board
from connectors.confluence.standin.call import Call
from connectors.confluence.standin.control import Control, actions
from connectors.confluence.standin.datacenter import content, hooks, more
from connectors.confluence.standin.errors import Refused, in_v1, in_v2
from connectors.confluence.standin.world import CONTEXT, World

_GATEWAY = re.compile(r"/ex/confluence/([^/]+)(/.*)")
_CLICKED = re.compile(r"/wiki/spaces/[^/]+/pages/(\d+)(?:/.*)?")
_OWN = ("/wiki/api/", "/wiki/rest/", "/ex/confluence/", "/_edge/")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that has a route; `gateway` says by which way it came."""

    called: Called[Call]
    gateway: bool

    @property
    def writes(self) -> bool:
        return self.called.writes

    @property
    def names(self) -> tuple[str, ...]:
        return self.called.names


class ConfluenceTool:
    """Fills the shell's Tool."""

    server_version = "Confluence-Standin"

    def __init__(self, world: World, sender: Sender, control: Control) -> None:
        self.control = control
        self.calls: list[Exchange] = []
        self._world = world
        self._sender = sender
        self._limits = Limits(world)
        cloud = (v2_pages.routes, v2_more.routes, v1_cloud.routes)
        server = (more.routes, content.routes, hooks.routes)
        self._routes: tuple[Routes[Call], ...] = cloud if world.cloud else server

    def serves(self, path: str) -> bool:
        """Say whether the path belongs to an interface of this flavour."""
        own = _OWN if self._world.cloud else (f"{CONTEXT[self._world.flavour]}/rest/",)
        return path.startswith(own)

    def read(self, request: Request) -> Asked | Answer:
        """Find who answers."""
        path, gateway = self._below(request.path)
        if path == "/_edge/tenant_info":
            return as_json({"cloudId": self._world.cloud_id, "cloudName": self._world.name})
        called = next((c for r in self._routes if (c := r.find(request.method, path))), None)
        if called is not None:
            return Asked(called, gateway)
        methods = sorted(set(chain.from_iterable(r.methods(path) for r in self._routes)))
        if methods:
            allow = {"Allow": ", ".join(methods)}
            return as_json(self._refusal(path, Refused(405, "Method Not Allowed")), 405, **allow)
        return as_json(self._refusal(path, Refused(404, "null for uri: " + path)), 404)

    def answer(self, asked: Asked, request: Request) -> Answer:
        """Check who asks, and let the operation answer."""
        path, world = asked.called.path, self._world
        with world.lock:
            user, login = VISITOR, "OK"
            try:
                user = who(world, request, gateway=asked.gateway)
            except NotSignedIn as error:
                login = error.reason
                if not world.behaviour.anonymous_access or asked.gateway:
                    return turned_away(world, path, error, gateway=asked.gateway)
            refusal = self._limits.refusal(user)
            if refusal is not None:
                return refusal
            try:
                found = self._done(asked, Call(world, user, request, path, asked.gateway))
            except Refused as refused:
                found = as_json(self._refusal(path, refused), refused.status)
            headers = {LOGIN_HEADER: login, **self._limits.headers(user), **found.headers}
            return Answer(found.status, found.body, headers, found.content_type, found.wrote)

    def limited(self, asked: Asked, request: Request) -> Answer:
        """Answer as if the site's quota of the hour was used up."""
        until = self._world.clock() + timedelta(minutes=5)
        return self._limits.exhausted(until, "confluence-quota-tenant-based")

    def lost(self, request: Request, answer: Answer) -> None:
        """Tell of a call that has no operation."""
        path, _ = self._below(request.path)
        exchange.tell(self._exchange(request, path, answer))

    def note(
        self, asked: Asked, request: Request, fault: str | None, answer: Answer | None
    ) -> None:
        """Remember the call and tell those who look on."""
        done = replace(
            self._exchange(request, asked.called.path, answer),
            name=asked.called.route.name,
            writes=asked.writes,
            fault=fault,
        )
        self.calls.append(done)
        exchange.tell(done)

    def _exchange(self, request: Request, path: str, answer: Answer | None) -> Exchange:
        return Exchange(
            tool="confluence",
            flavour=str(self._world.flavour),
            method=request.method,
            path=path,
            query=request.query,
            request_body=request.body,
            content_type=request.headers.get("content-type", ""),
            status=answer.status if answer is not None else None,
            response_body=answer.body if answer is not None else None,
            at=self._world.clock(),
            headers={k: v for k, v in request.headers.items() if k != "authorization"},
            response_headers=dict(answer.headers) if answer is not None else {},
        )

    def actions(self) -> Mapping[str, Action]:
        """Return what can be done from behind."""
        return actions()

    def views(self) -> Mapping[str, Callable[[], Value]]:
        """Return what can be looked at from behind."""
        world = self._world
        return {
            "board": lambda: shown(board(world)),
            "world": lambda: shown(
                {
                    "now": world.clock(),
                    "spaces": list(world.spaces.values()),
                    "pages": list(world.pages.values()),
                    "users": list(world.users.values()),
                    "tasks": list(world.tasks.values()),
                    "behaviour": world.behaviour,
                }
            ),
            "log": lambda: shown(list(world.log)),
            "calls": lambda: shown(list(self.calls)),
            "deliveries": lambda: shown(list(self._sender.deliveries)),
        }

    def page(self, problem: str | None = None) -> str:
        """Return the page for people."""
        return html.page(self._world, problem)

    def clicked(self, request: Request) -> str | None:
        """Lead from Confluence's addresses of pages to the place on the page."""
        if (match := _CLICKED.fullmatch(request.path)) is not None:
            return f"/#page-{match[1]}"
        viewed = f"{CONTEXT[self._world.flavour]}/pages/viewpage.action"
        return f"/#page-{request.one('pageId')}" if request.path == viewed else None

    def _done(self, asked: Asked, call: Call) -> Answer:
        if len(call.request.body) > self._world.behaviour.largest_body:
            raise Refused(413, "The request is too large: a page has at most 5 MB")
        return asked.called.route.handler(call, **asked.called.parts)

    def _below(self, path: str) -> tuple[str, bool]:
        """Return the path below the site, and whether it came through the gateway."""
        match = _GATEWAY.fullmatch(path)
        if match is not None:
            known = match[1] == self._world.cloud_id
            return (match[2] if known else "/unknown-cloud-id"), True
        if not self._world.cloud:
            return path.removeprefix(CONTEXT[self._world.flavour]), False
        return path, False

    def _refusal(self, path: str, refused: Refused) -> dict[str, Value]:
        if path.startswith("/wiki/api/v2"):
            return in_v2(refused)
        return in_v1(refused, api_package=not self._world.cloud)
