"""What was asked and answered, for whoever wants to look at every call of every stand-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of a tool's own interface.

    - `path` is below the site's address, without context path or gateway prefix.
    - `status` and `response_body` are None where an ordered fault answered instead of the tool.
    - `name` is the operation, as the tool's stand-in calls it; `fault` the mode of an ordered one.
    - Names of headers are in small letters; the one with the credentials is left out.
    """

    tool: str
    flavour: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    request_body: bytes
    content_type: str
    status: int | None
    response_body: bytes | None
    at: datetime
    name: str = ""
    writes: bool = False
    fault: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    response_headers: Mapping[str, str] = field(default_factory=dict)


observers: list[Callable[[Exchange], None]] = []
"""Who is told of every exchange, in the thread that answers it."""


def tell(exchange: Exchange) -> None:
    """Tell everybody who looks on."""
    for observer in tuple(observers):
        observer(exchange)
