"""Confluence's words → ours, the same from both of its interfaces. Pure.

Cloud answers in the shapes of its second interface (v2), Data Center in those of the first (v1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from connectors.confluence.mapping import adf, parsing, reading, storage
from connectors.confluence.mapping import raw as of
from service.domain.remote import Page, Presence
from service.markdown.normal import clean
from service.ports import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from connectors.confluence.mapping.parsing import Mention
    from service.domain.document import Document

PROPERTY = "closeout"
SHORT = 8  # hex digits that make a title recognisable
LABEL_DIGITS = 12
LONGEST_TITLE = 255

_PRESENCES = {
    "current": Presence.PRESENT,
    "draft": Presence.PRESENT,
    "archived": Presence.ARCHIVED,
    "trashed": Presence.TRASHED,
    "deleted": Presence.MISSING,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Our content property on a page: whose page it is."""

    marker: str
    project: str | None

    def as_json(self) -> dict[str, str | None]:
        """Return what the property holds."""
        return {"marker": self.marker, "project": self.project}


@dataclass(frozen=True, slots=True)
class Stored:
    """A page as Confluence holds it. Of its two bodies there is what was asked for.

    - `mark` is None where the page has none, and where it was not asked for.
    - A `live` page has no versions that a write could be checked against.
    """

    id: str
    status: str
    title: str
    version: int
    updated_at: datetime | None = None
    storage: str | None = None
    adf: Mapping[str, Any] | None = None
    mark: Mark | None = None
    live: bool = False

    @property
    def presence(self) -> Presence:
        """Whether it is still there. Raises Unavailable for a status that nobody has published."""
        found = _PRESENCES.get(self.status)
        if found is None:
            raise Unavailable(
                f"Confluence shows page {self.id} in an unknown status: {self.status}"
            )
        return found


def from_v2(raw: Mapping[str, Any]) -> Stored:
    """Map a page of the second interface."""
    version = of.maybe_part(raw, "version") or {}
    body = of.maybe_part(raw, "body") or {}
    properties = of.maybe_part(raw, "properties") or {}
    return Stored(
        id=of.text(raw, "id"),
        status=of.text(raw, "status"),
        title=of.maybe_text(raw, "title") or "",
        version=of.number(version, "number"),
        updated_at=of.maybe_instant(version, "createdAt"),
        storage=_body(body, "storage"),
        adf=_tree(_body(body, "atlas_doc_format")),
        mark=mark_among(of.parts(properties, "results") if properties else ()),
        live=raw.get("subtype") == "live",
    )


def from_v1(raw: Mapping[str, Any]) -> Stored:
    """Map a page of the first interface."""
    version = of.maybe_part(raw, "version") or {}
    return Stored(
        id=of.text(raw, "id"),
        status=of.text(raw, "status"),
        title=of.maybe_text(raw, "title") or "",
        version=of.number(version, "number"),
        updated_at=of.maybe_instant(version, "when"),
        storage=_body(of.maybe_part(raw, "body") or {}, "storage"),
    )


def mark_among(properties: Iterable[Mapping[str, Any]]) -> Mark | None:
    """Find our property among a page's."""
    return next((mark_of(one) for one in properties if one.get("key") == PROPERTY), None)


def mark_of(raw: Mapping[str, Any]) -> Mark:
    """Map our property, which anybody who may edit the page can rewrite."""
    value = raw.get("value")
    held = value if isinstance(value, dict) else {}
    marker, project = held.get("marker"), held.get("project")
    return Mark(
        marker if isinstance(marker, str) else "",
        project if isinstance(project, str) and project else None,
    )


def bears(stored: Stored, marker: str) -> bool:
    """Whether the body of a page holds the anchor it was written with."""
    if stored.storage is None:
        return False
    anchors = parsing.anchors(parsing.parse(stored.storage))
    return any(storage.is_mark(one, marker) for one in anchors)


def mentions(stored: Stored) -> tuple[Mention, ...]:
    """List the people a page mentions."""
    if stored.adf is not None:
        return adf.mentions(stored.adf)
    return parsing.mentions(parsing.parse(stored.storage or ""))


def content(stored: Stored, names: Mapping[str, str]) -> Document:
    """Read a page by whichever body is there; `names` are those of the people it mentions.

    Raises Unavailable where there is none: that is not an empty page.
    """
    if stored.adf is not None:
        return adf.read(stored.adf, names)
    if stored.storage is None:
        raise Unavailable(f"Confluence shows page {stored.id} without its text")
    return reading.read(parsing.parse(stored.storage), names)


def page(stored: Stored, site_url: str, content: Document | None) -> Page:
    """Map a page; `content` is None unless it is present."""
    return Page(
        id=stored.id,
        url=page_url(site_url, stored.id),
        title=stored.title,
        presence=stored.presence,
        content=content,
        updated_at=stored.updated_at,
        project_key=stored.mark.project if stored.mark else None,
    )


def missing_page(page_id: str) -> Page:
    """Return the page that is not shown any more: all we know of it is its id."""
    return Page(page_id, "", "", Presence.MISSING, None, None, None)


def page_url(site_url: str, page_id: str) -> str:
    """Return the address that stays when a page is renamed or moved to another space."""
    return f"{site_url}/pages/viewpage.action?pageId={page_id}"


def titles(title: str, marker: str) -> Iterator[str]:
    """Yield the titles a page may have: with a short piece of the marker, then with all of it."""
    plain = " ".join(clean(title).split()) or "Post-mortem"
    for digits in (marker.replace("-", "")[:SHORT], marker):
        end = f" ({digits})"
        yield f"{plain[: LONGEST_TITLE - len(end)].rstrip()}{end}"


def labels(marker: str) -> tuple[str, ...]:
    """Return the labels that a page of ours carries."""
    return ("closeout", "post-mortem", f"closeout-{marker.replace('-', '')[:LABEL_DIGITS]}")


def _body(body: Mapping[str, Any], representation: str) -> str | None:
    found = of.maybe_part(body, representation)
    if found is None or found.get("value") is None:
        return None
    return of.maybe_text(found, "value") or ""


def _tree(value: str | None) -> Mapping[str, Any] | None:
    """Read ADF, which comes as a text of JSON; None where there is none to be read."""
    if not value:
        return None
    try:
        tree = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return tree if isinstance(tree, dict) and tree.get("type") == "doc" else None


def with_mark(stored: Stored, mark: Mark | None) -> Stored:
    """Return a page with the mark that was read beside it."""
    return replace(stored, mark=mark)


def stamp(stored: Stored) -> str | None:
    """Return what changes with every edit, and when a page is archived or comes back.

    None for one in the trash, which some versions of Confluence list beside the others.
    """
    shown = stored.presence in {Presence.PRESENT, Presence.ARCHIVED}
    return f"{stored.status}:{stored.version}" if shown else None
