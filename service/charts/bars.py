"""Bars side by side: how long the work stood in each status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.charts.drawing import SIZE, SOFT, WIDTH, Drawing
from service.charts.scales import Scale, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT, RIGHT, TOP = 168, 176, 12
ROW, BAR = 28, 16
MOST = 12  # bars; what is shorter is added up in one more
LONGEST = 24  # characters of a name
SHADE = "#8c959f"


def draw_bars(series: Mapping[str, Any]) -> Drawing:
    """Draw one bar a row, the longest first, with its name before it and its length behind."""
    rows = _rows(series)
    drawing = Drawing(height=2 * TOP + ROW * len(rows))
    scale = Scale(0, max((value for _, value, _ in rows), default=1), LEFT, WIDTH - RIGHT)
    for index, (name, value, note) in enumerate(rows):
        y = TOP + ROW * index + (ROW - BAR) / 2
        drawing.text((LEFT - 8, y + SIZE), _cut(name), anchor="end")
        drawing.bar((LEFT, y), (scale(value) - LEFT, BAR), fill=SHADE)
        end = scale(value) + 8
        length = f"{plain(value)} {series['unit']}"
        drawing.text((end, y + SIZE), length, bold=True)
        drawing.text((end + 7.2 * len(length) + 4, y + SIZE), note, colour=SOFT)
    return drawing


def say_bars(series: Mapping[str, Any]) -> str:
    """Tell every bar in words."""
    return " ".join(f"{name}: {plain(value)} {series['unit']}." for name, value, _ in _rows(series))


def _rows(series: Mapping[str, Any]) -> list[tuple[str, float, str]]:
    rows = [(one["name"], float(one["value"]), one["note"]) for one in series["bars"]]
    rows.sort(key=lambda row: (-row[1], row[0]))
    if len(rows) > MOST:
        rest = rows[MOST:]
        rows = [*rows[:MOST], (f"{len(rest)} more", sum(value for _, value, _ in rest), "")]
    return rows


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
