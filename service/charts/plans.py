"""The planned finish from day to day, every re-plan a step, and the day it was really finished."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from service.charts.drawing import FAINT, INK, SOFT, Drawing
from service.charts.scales import Scale, day_marks
from service.domain.words import day

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT, RIGHT, TOP, BOTTOM = 96, 24, 30, 40


def draw_plans(series: Mapping[str, Any]) -> Drawing:
    """Draw the plan as a stair of dates over the days on which it held."""
    steps, actual = _read(series)
    drawing = Drawing()
    first, last = steps[0][0], max([on for on, _ in steps] + ([actual] if actual else []))
    dates = [on for _, on in steps if on] + ([actual] if actual else [])
    low, high = _around(dates or [first])
    x = Scale(first.toordinal(), max(last, first).toordinal(), LEFT, drawing.width - RIGHT)
    y = Scale(low.toordinal(), high.toordinal(), drawing.height - BOTTOM, TOP)
    for on, words in day_marks(low, high):
        drawing.line([(LEFT, y(on.toordinal())), (x.end, y(on.toordinal()))], colour=FAINT)
        drawing.text((LEFT - 8, y(on.toordinal()) + 4), words, anchor="end", colour=SOFT)
    for on, words in day_marks(first, last):
        drawing.text((x(on.toordinal()), y.start + 18), words, anchor="middle", colour=SOFT)
    _stair(drawing, steps, x, y)
    if actual:
        height = y(actual.toordinal())
        drawing.line([(LEFT, height), (x.end, height)], width=1.5, dashes="6 4")
        drawing.text((LEFT + 6, height - 6), f"finished {day(actual)}", bold=True)
    drawing.text((LEFT, TOP - 14), "planned finish", colour=SOFT)
    corner = (drawing.width - RIGHT, drawing.height - 4)
    drawing.text(corner, "as planned on this day", anchor="end", colour=SOFT)
    return drawing


def _around(dates: list[date]) -> tuple[date, date]:
    """Return the first and the last date to show: those there are, with some paper around them."""
    margin = timedelta(days=max(1, (max(dates) - min(dates)).days // 10))
    return min(dates) - margin, max(dates) + margin


def _stair(drawing: Drawing, steps: list[tuple[date, date | None]], x: Scale, y: Scale) -> None:
    ends = [on for on, _ in steps[1:]] + [date.fromordinal(int(x.high))]
    for (start, planned), end in zip(steps, ends, strict=True):
        if planned is None:
            continue
        height = y(planned.toordinal())
        drawing.line([(x(start.toordinal()), height), (x(end.toordinal()), height)], width=2.5)
        drawing.dot((x(start.toordinal()), height), f"{day(start)}: {day(planned)}", fill=INK)
    for (_, before), (at, after) in pairwise(steps):
        if before and after:
            spot = x(at.toordinal())
            ends_ = [(spot, y(before.toordinal())), (spot, y(after.toordinal()))]
            drawing.line(ends_, colour=SOFT, dashes="2 3")


def say_plans(series: Mapping[str, Any]) -> str:
    """Tell every plan and what came of it."""
    steps, actual = _read(series)
    told = [
        f"{day(on)}: planned for {day(planned)}." if planned else f"{day(on)}: no date planned."
        for on, planned in steps
    ]
    end = f"Finished on {day(actual)}." if actual else "Not finished."
    return " ".join([*told, end])


def _read(series: Mapping[str, Any]) -> tuple[list[tuple[date, date | None]], date | None]:
    steps = [(date.fromisoformat(one["day"]), _date(one["planned"])) for one in series["steps"]]
    return steps, _date(series["actual"])


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
