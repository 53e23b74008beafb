"""What was expected of each issue against what it took: above the line it took longer."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from service.charts.drawing import FAINT, SOFT, Drawing
from service.charts.scales import Scale, marks, plain, round_up

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT, RIGHT, TOP, BOTTOM = 56, 24, 30, 40


def draw_pairs(series: Mapping[str, Any]) -> Drawing:
    """Draw a circle an issue, and the line on which an estimate would have held.

    Where the two are of different units (`points, working days`) there is no such line.
    """
    drawing, points = Drawing(), series["points"]
    expected_unit, actual_unit = _units(series)
    highest = max((max(one["estimate"], one["actual"]) for one in points), default=1.0)
    top, step = round_up(highest)
    x = Scale(0, top, LEFT, drawing.width - RIGHT)
    y = Scale(0, top, drawing.height - BOTTOM, TOP)
    for number in marks(top, step):
        drawing.line([(LEFT, y(number)), (x(top), y(number))], colour=FAINT)
        drawing.text((LEFT - 8, y(number) + 4), plain(number), anchor="end", colour=SOFT)
        drawing.text((x(number), y(0) + 16), plain(number), anchor="middle", colour=SOFT)
    if expected_unit == actual_unit:
        drawing.line([(x(0), y(0)), (x(top), y(top))], colour=SOFT, dashes="6 4")
        drawing.text((x(0.86 * top) + 12, y(0.86 * top) + 22), "as estimated", colour=SOFT)
    for one in points:
        expected, took = plain(one["estimate"]), plain(one["actual"])
        drawing.dot(
            (x(one["estimate"]), y(one["actual"])),
            f"{one['issue']}: estimate {expected} {expected_unit}, actual {took} {actual_unit}",
        )
    drawing.text((LEFT, TOP - 14), f"actual, {actual_unit}", colour=SOFT)
    corner = (drawing.width - RIGHT, drawing.height - 6)
    drawing.text(corner, f"estimate, {expected_unit}", anchor="end", colour=SOFT)
    return drawing


def say_pairs(series: Mapping[str, Any]) -> str:
    """Tell how many issues took longer than expected, and the one that was furthest off."""
    points = series["points"]
    expected_unit, actual_unit = _units(series)
    if expected_unit != actual_unit:
        longest = max(points, key=lambda one: one["actual"])
        return (
            f"{len(points)} issues, {expected_unit} against {actual_unit}: whether the bigger took "
            f"longer. Longest: {longest['issue']}, estimate {plain(longest['estimate'])} "
            f"{expected_unit}, actual {plain(longest['actual'])} {actual_unit}."
        )
    over = sum(one["actual"] > one["estimate"] for one in points)
    said = f"{over} of {len(points)} issues took longer than estimated."
    ratios = [one["actual"] / one["estimate"] for one in points if one["estimate"]]
    if ratios:
        said += f" Half took more than {median(ratios):.2f} times the estimate."
    worst = max(points, key=lambda one: abs(one["actual"] - one["estimate"]))
    return (
        f"{said} Furthest off: {worst['issue']}, estimate {plain(worst['estimate'])}, "
        f"actual {plain(worst['actual'])} {series['unit']}."
    )


def _units(series: Mapping[str, Any]) -> tuple[str, str]:
    """Return the units of the estimates and of the actuals: one for both, or two parted by comma."""
    expected, _, actual = series["unit"].partition(", ")
    return expected, actual or expected
