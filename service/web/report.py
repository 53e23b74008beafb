"""The figures as one HTML file that stands by itself: no server, no script, nothing from elsewhere."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from service.web.figures import figures_from
from service.web.presentation import filters, finalize

if TYPE_CHECKING:
    from collections.abc import Mapping

_STYLE = Path(__file__).resolve().parent / "static" / "closeout.css"


def report_html(title: str, figures: Mapping[str, object], at: datetime, zone: tzinfo) -> str:
    """Return the report of figures (`headline` and `snapshot`) that were worked out at an instant."""
    page = Environment(
        loader=PackageLoader("service.web"),
        autoescape=True,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(filters(zone))
    return page.get_template("report.html").render(
        title=title,
        figures=figures_from(figures, at),
        style=Markup(_STYLE.read_text(encoding="utf-8")),  # noqa: S704  (our own sheet)
    )
