"""The charts as pictures, and the words beside them."""

from __future__ import annotations

import functools
import re
import struct
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import resvg_py

from service.charts import Chart, charts_of, png_of
from service.charts.drawing import FAINT
from tests.charts.series import every_chart, some_bars, some_lines, some_pairs, some_plans

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert("1")</script>&'


def drawn(name: str, series: dict[str, Any]) -> Chart:
    [chart] = charts_of({"series": {name: series}})
    return chart


def parsed(chart: Chart) -> ET.Element:
    assert chart.svg is not None
    return ET.fromstring(chart.svg)  # noqa: S314  (our own drawing)


def words(chart: Chart) -> list[str]:
    return ["".join(one.itertext()) for one in parsed(chart).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", every_chart())
def test_every_chart_is_a_picture_with_a_title_and_a_text_alternative(name: str) -> None:
    chart = drawn(name, every_chart()[name])

    picture = parsed(chart)

    assert picture.get("role") == "img"
    title, description = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (chart.title, chart.alternative) == (title.text, description.text)
    assert f"{title.get('id')} {description.get('id')}" == picture.get("aria-labelledby")


def test_charts_come_in_the_order_in_which_they_are_shown() -> None:
    shown = [chart.name for chart in charts_of({"series": every_chart()})]

    assert [
        "slip",
        "burn_up",
        "cumulative_flow",
        "estimate_actual",
        "time_in_status",
        "earned_value",
        "performance_indices",
    ] == shown


def test_a_report_from_before_there_were_charts_has_none() -> None:
    assert charts_of({"metrics": {}}) == []


def test_what_cannot_be_drawn_says_why_instead() -> None:
    empty = {"unit": "hours", "points": [], "reason": "no time was recorded"}

    chart = drawn("estimate_actual", empty)

    assert chart.svg is None
    assert chart.reason == "no time was recorded"
    assert chart.alternative == "Not drawn: no time was recorded."


def test_a_burn_up_names_its_lines_at_their_ends() -> None:
    chart = drawn("burn_up", every_chart()["burn_up"])

    assert {"Scope 6", "Done 3", "Planned 2"} <= set(words(chart))


def test_labels_of_lines_that_end_together_do_not_overlap() -> None:
    chart = drawn("burn_up", some_lines(scope=[5, 5], done=[0, 5], planned=[0, 5]))

    heights = sorted(
        float(one.get("y", 0))
        for one in parsed(chart).iter(f"{SVG}text")
        if re.match("Scope|Done|Planned", one.text or "")
    )
    assert len(heights) == 3
    assert all(lower - upper >= 12 for upper, lower in pairwise(heights))


@pytest.mark.parametrize("name", ["burn_up", "earned_value"])
def test_lines_can_be_told_apart_without_colours(name: str) -> None:
    lines: dict[str, list[float | None]] = {
        key: [1.0, 2.0] for key in ("scope", "done", "planned", "earned", "actual")
    }

    strokes = [
        (one.get("stroke-width"), one.get("stroke-dasharray"))
        for one in parsed(drawn(name, some_lines(**lines))).iter(f"{SVG}polyline")
        if one.get("stroke") != FAINT and float(one.get("stroke-width", 1)) > 1
    ]

    assert len(strokes) == 3
    assert len(set(strokes)) == 3


def test_layers_can_be_told_apart_without_colours() -> None:
    layers: dict[str, list[float | None]] = {
        key: [1.0, 2.0] for key in ("todo", "in_progress", "done", "dropped")
    }
    chart = drawn("cumulative_flow", some_lines(**layers))

    shades = sorted(luminance(one.get("fill", "")) for one in parsed(chart).iter(f"{SVG}polygon"))

    assert len(shades) == 4
    assert all(after - before > 0.1 for before, after in pairwise(shades))


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_layers_lie_on_top_of_each_other() -> None:
    chart = drawn("cumulative_flow", some_lines(done=[0, 4], in_progress=[2, 2], todo=[4, 0]))

    tops = [
        min(float(point.split(",")[1]) for point in one.get("points", "").split())
        for one in parsed(chart).iter(f"{SVG}polygon")
    ]

    assert sorted(tops, reverse=True) == tops
    assert words(chart)[-3:] == ["Done 4", "In progress 2", "Not started 0"] or "Done 4" in words(
        chart
    )


def test_the_words_beside_a_burn_up_tell_what_it_shows() -> None:
    chart = drawn("burn_up", every_chart()["burn_up"])

    assert chart.alternative == (
        "From 11 Jan 2027 to 13 Jan 2027. "
        "Scope: 4 to 6 issues, the largest step on 13 Jan to 6. "
        "Done: 0 to 3 issues, the largest step on 13 Jan to 3. "
        "Planned: 0 to 2 issues, the largest step on 12 Jan to 2."
    )


def test_the_words_beside_the_slip_tell_every_plan() -> None:
    plans = some_plans(("2027-01-11", "2027-03-14"), ("2027-02-20", None), actual="2027-04-05")

    assert drawn("slip", plans).alternative == (
        "11 Jan 2027: planned for 14 Mar 2027. 20 Feb 2027: no date planned. "
        "Finished on 5 Apr 2027."
    )


def test_the_words_beside_the_estimates_tell_which_was_furthest_off() -> None:
    chart = drawn("estimate_actual", some_pairs(("NOVA-1", 2, 5), ("NOVA-2", 8, 7)))

    assert chart.alternative == (
        "1 of 2 issues took longer than estimated. Half took more than 1.69 times the estimate. "
        "Furthest off: NOVA-1, estimate 2, actual 5 hours."
    )


def test_points_against_days_are_not_told_as_if_they_were_one_unit() -> None:
    """A 2 that took 5 days did not take longer than estimated: points are no days."""
    points = {**some_pairs(("NOVA-1", 2, 5), ("NOVA-2", 8, 7)), "unit": "points, working days"}

    chart = drawn("estimate_actual", points)

    assert chart.alternative == (
        "2 issues, points against working days: whether the bigger took longer. "
        "Longest: NOVA-2, estimate 8 points, actual 7 working days."
    )
    assert "as estimated" not in words(chart)


def test_the_longest_bars_come_first_and_the_short_ones_are_added_up() -> None:
    bars = [(f"Status {number}", float(number)) for number in range(1, 16)]

    chart = drawn("time_in_status", some_bars(*bars))

    names = [one for one in words(chart) if one.startswith("Status") or one.endswith("more")]
    assert [*(f"Status {number}" for number in range(15, 3, -1)), "3 more"] == names
    assert "3 more: 6 days." in chart.alternative


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("time_in_status", some_bars((HOSTILE, 3))),
        ("estimate_actual", some_pairs((HOSTILE, 1, 2))),
    ],
)
def test_names_that_people_wrote_are_never_markup(name: str, series: dict[str, Any]) -> None:
    chart = drawn(name, series)

    assert not list(parsed(chart).iter(f"{SVG}script"))
    assert any(HOSTILE[:20] in "".join(one.itertext()) for one in parsed(chart).iter())


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("burn_up", some_lines(scope=[0], done=[0], planned=[None])),
        ("slip", some_plans(("2027-01-11", None))),
        ("slip", some_plans(("2027-01-11", "2027-01-11"), actual="2027-01-11")),
        ("time_in_status", some_bars(("Waiting", 0))),
        ("estimate_actual", some_pairs(("NOVA-1", 0, 0))),
    ],
)
def test_the_smallest_series_are_drawn_too(name: str, series: dict[str, Any]) -> None:
    chart = drawn(name, series)

    assert "nan" not in (chart.svg or "nan").casefold()


@pytest.mark.parametrize("name", every_chart())
def test_a_picture_is_twice_the_size_of_the_drawing(name: str) -> None:
    chart = drawn(name, every_chart()[name])
    drawing = parsed(chart)

    picture = png_of(chart.svg or "")

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    size = tuple(2 * int(drawing.get(side, 0)) for side in ("width", "height"))
    assert size == struct.unpack(">II", picture[16:24])


def test_a_picture_shows_its_words_where_the_machine_has_no_fonts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = functools.partial(resvg_py.svg_to_bytes, skip_system_fonts=True)
    monkeypatch.setattr(resvg_py, "svg_to_bytes", bare)
    svg = drawn("time_in_status", some_bars(("Waiting", 3))).svg or ""

    without = re.sub(r"<text.*?</text>", "", svg)

    assert png_of(svg) != png_of(without)
