"""How values become text on a page: cleaned, escaped by Jinja, in the configured time zone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from service import rendering
from service.domain import words
from service.domain.tracking import ProjectRef

if TYPE_CHECKING:
    from flask import Flask

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BREAKS = "\n\t"
UNDISPLAYABLE = {"Cc", "Cs"}  # control characters and lone surrogates
# They turn the direction of the text after them, and so could make a line read as another one.
DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def clean(text: str) -> str:
    """Return a text that can be encoded, stored and shown: what cannot be shown is replaced."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _shown(char) else REPLACEMENT for char in text)


def finalize(value: object) -> object:
    """Clean whatever a template writes; Jinja escapes it afterwards."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return value


def project_path(project: ProjectRef) -> str:
    """Return the path of a project's page."""
    workspace, key = (
        quote(part, safe=safe, errors="replace")
        for part, safe in ((project.workspace, ""), (project.key, "/:"))
    )
    return f"/projects/{workspace}/{key}"


def web_address(url: str | None) -> str | None:
    """Return an address that may be linked: http or https, else None."""
    return url if url and url.startswith(("https://", "http://")) else None


def size(count: int) -> str:
    """Write a number of bytes."""
    return f"{count} bytes" if count < 1000 else f"{count / 1000:,.1f} kB"  # noqa: PLR2004


def drawing(svg: str) -> Markup:
    """Let a chart we drew ourselves stand in a page: its texts are escaped where it is drawn."""
    return Markup(svg)  # noqa: S704  (service.charts escapes)


def filters(zone: tzinfo) -> dict[str, Callable[..., object]]:
    """Return the filters of every template, by name; times are shown in the zone."""

    def moment(at: datetime) -> str:
        return rendering.moment(at, zone)

    def iso(at: datetime) -> str:
        return at.astimezone(UTC).isoformat(timespec="seconds")

    def day(on: date | datetime) -> str:
        local = on.astimezone(zone).date() if isinstance(on, datetime) else on
        return words.day(local)

    return {
        "moment": moment,
        "iso": iso,
        "day": day,
        "word": rendering.word,
        "web_address": web_address,
        "project_path": project_path,
        "size": size,
        "drawing": drawing,
    }


def prepare(app: Flask, zone: tzinfo) -> None:
    """Give the templates of an application their filters."""
    app.jinja_options = {**app.jinja_options, "finalize": finalize}
    app.jinja_env.filters.update(filters(zone))
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _shown(char: str) -> bool:
    if char in BREAKS:
        return True
    return (
        unicodedata.category(char) not in UNDISPLAYABLE
        and unicodedata.bidirectional(char) not in DIRECTION
    )
