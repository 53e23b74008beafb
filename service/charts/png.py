"""A chart as a picture, for pages that take no SVG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import resvg_py

from service.charts.catalogue import charts_of
from service.domain.document import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

#: resvg draws no text where the machine has no fonts, so one comes with us.
_FONT = Path(__file__).resolve().parent / "fonts" / "Roboto-Regular.ttf"
SCALE = 2  # twice the size in pixels: sharp on today's screens and on paper


def png_of(svg: str) -> bytes:
    """Return the drawing as PNG, at twice its size."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=SCALE,
            font_files=[str(_FONT)],
            sans_serif_family="Roboto",
            font_family="Roboto",
        )
    )


def pictures_of(snapshot: Mapping[str, object]) -> list[Picture]:
    """Return the charts of a published snapshot as pictures; what cannot be drawn is left out."""
    return [
        Picture(
            chart.name.replace("_", "-"), f"{chart.title}. {chart.alternative}", png_of(chart.svg)
        )
        for chart in charts_of(snapshot)
        if chart.svg is not None
    ]
