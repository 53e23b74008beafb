"""A chart as a picture, for pages that take no SVG."""

from __future__ import annotations

from pathlib import Path

import resvg_py

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
