"""A drawing in SVG: its shapes, its texts and its size. Knows nothing of what it shows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, HEIGHT = 760, 360
INK, SOFT, FAINT = "#1b1f24", "#57606a", "#d8dee4"
FONT = "Roboto, Helvetica, Arial, sans-serif"
SIZE = 12  # of ordinary text, in pixels

# Words stay readable where a line runs behind them.
_HALO = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"'

Point = tuple[float, float]


class Drawing:
    """Collects shapes; `svg` gives the whole picture with its title and its description."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def text(
        self,
        at: Point,
        words: str,
        *,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write words; `anchor` is start, middle or end."""
        weight = ' font-weight="700"' if bold else ""
        self._parts.append(
            f'<text x="{_n(at[0])}" y="{_n(at[1])}" text-anchor="{anchor}" fill="{colour}"{weight} '
            f"{_HALO}>"
            f"{escape(words)}</text>"
        )

    def line(
        self, points: Sequence[Point], *, colour: str = INK, width: float = 1, dashes: str = ""
    ) -> None:
        """Draw a line through points; `dashes` as SVG writes them, such as `6 4`."""
        if len(points) < 2:  # noqa: PLR2004  (a line has two ends)
            return
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{_n(width)}" '
            f'stroke-linejoin="round"{dashed}/>'
        )

    def area(self, points: Iterable[Point], *, fill: str) -> None:
        """Fill the area inside of points."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._parts.append(
            f'<polygon points="{path}" fill="{fill}" stroke="{INK}" stroke-width=".6"/>'
        )

    def bar(self, corner: Point, size: Point, *, fill: str) -> None:
        """Draw a box from its upper left corner; one without length is a hair's breadth wide."""
        width = max(size[0], 0.75)
        self._parts.append(
            f'<rect x="{_n(corner[0])}" y="{_n(corner[1])}" width="{_n(width)}" '
            f'height="{_n(size[1])}" fill="{fill}" stroke="{INK}" stroke-width=".6"/>'
        )

    def dot(self, at: Point, title: str, *, radius: float = 3.5, fill: str = "none") -> None:
        """Draw a small circle that says what it is when it is pointed at."""
        self._parts.append(
            f'<circle cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}" fill="{fill}" '
            f'stroke="{INK}"><title>{escape(title)}</title></circle>'
        )

    def svg(self, name: str, title: str, description: str) -> str:
        """Return the picture; `name` makes its ids unique on a page."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" '
            f'aria-labelledby="{name}-title {name}-text" font-family="{FONT}" font-size="{SIZE}">'
            f'<title id="{name}-title">{escape(title)}</title>'
            f'<desc id="{name}-text">{escape(description)}</desc>'
            f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>'
            f"{''.join(self._parts)}</svg>"
        )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
