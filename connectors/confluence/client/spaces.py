"""The space that gets the pages, and reading lists page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from connectors.confluence.mapping import raw as of
from service.ports import NotAllowed, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from connectors.http import Http

MOST_PAGES = 100  # of one list; more is a list that goes round


@dataclass(frozen=True, slots=True)
class Space:
    """A space. `id` is what Cloud asks for, `key` what people know."""

    id: str
    key: str
    name: str
    archived: bool = False


def listed(http: Http, path: str, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield everything in a list, all its pages.

    The next page's address is relative to the site also where we call the gateway; its parameters
    are what counts, so they are asked of the path that we know.
    """
    asked: Mapping[str, Any] = params
    for _ in range(MOST_PAGES):
        answer = http.get(path, params=asked).object
        yield from of.parts(answer, "results")
        following = of.maybe_text(of.maybe_part(answer, "_links") or {}, "next")
        if following is None:
            return
        asked = parse_qs(urlsplit(following).query)
    raise Unavailable(f"Confluence's list at {path} does not end")


def need(space: Callable[[], Space], key: str) -> None:
    """Raise NotAllowed where not one page is missing but the whole space is out of our sight."""
    try:
        space()
    except NotFound:
        raise NotAllowed(
            f"Confluence does not show space {key} to our account any more: an admin of the space"
            " must give it permission to view and to add pages"
        ) from None
