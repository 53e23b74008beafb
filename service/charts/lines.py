"""Lines and layers over days: burn-up, earned value, cumulative flow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from service.charts.drawing import FAINT, INK, SOFT, Drawing
from service.charts.scales import Scale, day_marks, marks, plain, round_up, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT, RIGHT, TOP, BOTTOM = 56, 128, 30, 34
LINE_HEIGHT = 15


@dataclass(frozen=True, slots=True)
class Style:
    """How one line looks: told apart by width and dashes, not by its colour alone."""

    word: str
    colour: str = INK
    width: float = 2
    dashes: str = ""


class Frame:
    """The axes of a chart over days: days below, numbers from 0 on the left."""

    def __init__(self, drawing: Drawing, days: Sequence[date], highest: float, unit: str) -> None:
        self.drawing = drawing
        top, step = round_up(highest)
        self.x = Scale(days[0].toordinal(), days[-1].toordinal(), LEFT, drawing.width - RIGHT)
        self.y = Scale(0, top, drawing.height - BOTTOM, TOP)
        for number in marks(top, step):
            y = self.y(number)
            drawing.line([(LEFT, y), (drawing.width - RIGHT, y)], colour=FAINT)
            drawing.text((LEFT - 8, y + 4), plain(number), anchor="end", colour=SOFT)
        for on, words in day_marks(days[0], days[-1]):
            x = self.x(on.toordinal())
            base = drawing.height - BOTTOM
            drawing.line([(x, base), (x, base + 4)], colour=SOFT)
            drawing.text((x, base + 18), words, anchor="middle", colour=SOFT)
        drawing.text((LEFT, TOP - 14), unit, colour=SOFT)

    def beside(self, labels: Sequence[tuple[float, str]]) -> None:
        """Write labels right of the chart, each as near to its height as the others let it."""
        at = self.drawing.height - BOTTOM + LINE_HEIGHT / 2
        for y, words in sorted(labels, reverse=True):
            at = min(y, at - LINE_HEIGHT)
            self.drawing.text((self.drawing.width - RIGHT + 8, at + 4), words)


def draw_lines(
    series: Mapping[str, Any], styles: Mapping[str, Style], most: float | None = None
) -> Drawing:
    """Draw each line of a series with its style; each is named at its end.

    What is more than `most` is drawn at the upper edge: a single peak must not flatten the rest.
    """
    days, lines = _read(series)
    drawing = Drawing()
    highest = max(
        (value for line in lines.values() for value in line if value is not None), default=0
    )
    if most is not None:
        highest = min(highest, most)
    frame = Frame(drawing, days, highest, series["unit"])
    labels = []
    for name, style in styles.items():
        points = [
            (frame.x(on.toordinal()), frame.y(value))
            for on, value in zip(days, lines.get(name, ()), strict=False)
            if value is not None
        ]
        drawing.line(points, colour=style.colour, width=style.width, dashes=style.dashes)
        if points:
            last = next(value for value in reversed(lines[name]) if value is not None)
            labels.append((points[-1][1], f"{style.word} {plain(last)}"))
    frame.beside(labels)
    return drawing


def draw_layers(series: Mapping[str, Any], layers: Mapping[str, tuple[str, str]]) -> Drawing:
    """Draw layers on top of each other, the first at the bottom; each is `(word, shade)`."""
    days, lines = _read(series)
    drawing = Drawing()
    floors = [0.0] * len(days)
    stacked: list[tuple[str, list[float], list[float]]] = []
    for name in layers:
        values = lines.get(name) or [0.0] * len(days)
        tops = [floor + (value or 0.0) for floor, value in zip(floors, values, strict=True)]
        stacked.append((name, floors, tops))
        floors = tops
    frame = Frame(drawing, days, max(floors), series["unit"])
    xs = [frame.x(on.toordinal()) for on in days]
    labels = []
    for name, bottoms, tops in stacked:
        word, shade = layers[name]
        if not any(top > bottom for bottom, top in zip(bottoms, tops, strict=True)):
            continue
        outline = [(x, frame.y(top)) for x, top in zip(xs, tops, strict=True)]
        back = [(x, frame.y(low)) for x, low in zip(reversed(xs), reversed(bottoms), strict=True)]
        drawing.area([*outline, *back], fill=shade)
        middle = (frame.y(tops[-1]) + frame.y(bottoms[-1])) / 2
        labels.append((middle, f"{word} {plain(tops[-1] - bottoms[-1])}"))
    frame.beside(labels)
    return drawing


def say_lines(series: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Tell in words where each line begins, where it ends and when it changed most."""
    days, lines = _read(series)
    told = [f"From {short(days[0])} {days[0].year} to {short(days[-1])} {days[-1].year}."]
    for name, word in words.items():
        known = [
            (on, value)
            for on, value in zip(days, lines.get(name, ()), strict=False)
            if value is not None
        ]
        if not known:
            continue
        (_, first), (_, last) = known[0], known[-1]
        said = f"{word}: {plain(first)} to {plain(last)} {series['unit']}"
        jumps = [(abs(after[1] - before[1]), after) for before, after in pairwise(known)]
        if jumps and (most := max(jumps, key=lambda one: one[0]))[0]:
            said += f", the largest step on {short(most[1][0])} to {plain(most[1][1])}"
        told.append(f"{said}.")
    return " ".join(told)


def _read(series: Mapping[str, Any]) -> tuple[list[date], dict[str, list[float | None]]]:
    return [date.fromisoformat(on) for on in series["days"]], dict(series["lines"])
