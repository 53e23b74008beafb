"""Routes of a REST interface: templates of paths, and who answers them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import unquote

import orjson

from connectors._standin.messages import Answer, Request, Value

C = TypeVar("C")

Handler = Callable[..., Answer]
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Route(Generic[C]):
    """One operation: `handler(context, **parts of the path)`.

    `reads` says that it changes nothing, whatever its method is.
    """

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    reads: bool

    @property
    def name(self) -> str:
        return self.handler.__name__


@dataclass(frozen=True, slots=True)
class Called(Generic[C]):
    """A request that has a route; `path` is below the context path."""

    route: Route[C]
    parts: dict[str, str]
    path: str
    writes: bool

    @property
    def names(self) -> tuple[str, ...]:
        route = self.route
        return (
            route.name,
            route.method,
            f"{route.method} {self.path}",
            f"{route.method} {route.template}",
        )


class Routes(Generic[C]):
    """The operations of one interface. A template's `{name}` is one part of the path."""

    def __init__(self) -> None:
        self._routes: list[Route[C]] = []

    def on(
        self, method: str, *templates: str, reads: bool | None = None
    ) -> Callable[[Handler], Handler]:
        """Register a handler for a method and templates of paths."""

        def register(handler: Handler) -> Handler:
            for template in templates:
                pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
                safe = method in _READS if reads is None else reads
                self._routes.append(
                    Route(method, template, re.compile(f"{pattern}/?"), handler, safe)
                )
            return handler

        return register

    def find(self, method: str, path: str) -> Called[C] | None:
        """Return who answers, the parts of the path unquoted; None where nobody does."""
        for route in self._routes:
            if route.method != method:
                continue
            if (found := route.pattern.fullmatch(path)) is not None:
                parts = {name: unquote(part) for name, part in found.groupdict().items()}
                return Called(route, parts, path, not route.reads)
        return None

    def methods(self, path: str) -> list[str]:
        """Return the methods that a path knows."""
        return sorted({r.method for r in self._routes if r.pattern.fullmatch(path)})


class NotJson(ValueError):
    """A body that is not JSON, or no object where one is needed."""


def json_of(request: Request) -> dict[str, Value]:
    """Read the body as an object; an empty one is an empty object. Raises NotJson."""
    try:
        found = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError as error:
        raise NotJson(str(error)) from None
    if not isinstance(found, dict):
        raise NotJson("an object is needed")
    return found
