"""Which charts there are, what each is called, and how it is drawn and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.charts.bars import draw_bars, say_bars
from service.charts.drawing import INK, SOFT, Drawing
from service.charts.lines import Style, draw_layers, draw_lines, say_lines
from service.charts.pairs import draw_pairs, say_pairs
from service.charts.plans import draw_plans, say_plans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart as it is shown.

    - `alternative` says in words what the picture shows.
    - `svg` is None where there is nothing to draw; `reason` then says why.
    """

    name: str
    title: str
    alternative: str
    svg: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    draw: Callable[[Mapping[str, Any]], Drawing]
    say: Callable[[Mapping[str, Any]], str]
    holds: str  # the part of the series that must not be empty


def _lines(title: str, most: float | None = None, **styles: Style) -> _Kind:
    words = {name: style.word for name, style in styles.items()}
    return _Kind(
        title,
        lambda series: draw_lines(series, styles, most),
        lambda series: say_lines(series, words),
        "days",
    )


def _layers(title: str, **layers: tuple[str, str]) -> _Kind:
    words = {name: word for name, (word, _) in layers.items()}
    return _Kind(
        title,
        lambda series: draw_layers(series, layers),
        lambda series: say_lines(series, words),
        "days",
    )


_KINDS = {
    "slip": _Kind("Slip: the planned finish and every re-plan", draw_plans, say_plans, "steps"),
    "burn_up": _lines(
        "Burn-up: scope, what was done of it, and the plan",
        scope=Style("Scope", INK, 1.5),
        done=Style("Done", INK, 3.5),
        planned=Style("Planned", SOFT, 2, "7 5"),
    ),
    "cumulative_flow": _layers(
        "Cumulative flow: where the work stood",
        dropped=("Dropped", "#1b1f24"),
        done=("Done", "#6e7781"),
        in_progress=("In progress", "#afb8c1"),
        todo=("Not started", "#eef1f4"),
    ),
    "estimate_actual": _Kind("Estimate against actual", draw_pairs, say_pairs, "points"),
    "time_in_status": _Kind("Time in status", draw_bars, say_bars, "bars"),
    "earned_value": _lines(
        "Earned value: planned, earned and spent",
        planned=Style("Planned", SOFT, 2, "7 5"),
        earned=Style("Earned", INK, 3.5),
        actual=Style("Spent", INK, 1.5, "2 3"),
    ),
    "performance_indices": _lines(
        "Performance indices: 1 is as planned",
        2.0,
        spi=Style("SPI", SOFT, 2, "7 5"),
        spi_t=Style("SPI(t)", INK, 3.5),
        cpi=Style("CPI", INK, 1.5, "2 3"),
    ),
}


def charts_of(snapshot: Mapping[str, object]) -> list[Chart]:
    """Return the charts of a published snapshot, in the order in which they are shown."""
    series = snapshot.get("series")
    if not isinstance(series, dict):  # a report that was frozen before there were charts
        return []
    return [_chart(name, kind, series[name]) for name, kind in _KINDS.items() if name in series]


def _chart(name: str, kind: _Kind, series: Mapping[str, Any]) -> Chart:
    if not series[kind.holds]:
        reason = series["reason"] or "there is nothing to draw"
        return Chart(name, kind.title, f"Not drawn: {reason}.", None, reason)
    said = kind.say(series)
    return Chart(name, kind.title, said, kind.draw(series).svg(name, kind.title, said))
