"""The figures of a closeout as the page shows them: planned against actual, and what is behind.

Read from the kept JSON with care: what is missing or has another shape is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from service.charts import Chart, charts_of
from service.domain.words import day
from service.records import Store

_SHOWN: Mapping[object, str] = {True: "shown", False: "not shown", None: "unknown"}


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """One line of planned against actual.

    A cell is None where its column says nothing of this row; one that is not known says so and
    why. `how` is what to know beside the cells.
    """

    label: str
    planned: str | None
    actual: str | None
    how: str | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One figure with what it was made from; `value` None is unknown, and `reason` says why."""

    name: str
    value: str | None
    n: str
    formula: str
    reason: str | None
    issues: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story: its cells as they are shown, and the issues behind it."""

    cells: tuple[str, ...]
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Key events, hand-offs, warning signs and misjudged work, each line by line."""

    events: tuple[Line, ...]
    handoffs: tuple[Line, ...]
    signs: tuple[Line, ...]
    misjudged: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The headline rows, the charts, all figures by area, and when they were worked out.

    `frozen` says that they are those of a closing, which no later edit changes.
    """

    at: datetime
    frozen: bool
    rows: tuple[HeadlineRow, ...]
    charts: tuple[Chart, ...]
    story: Story
    areas: tuple[tuple[str, tuple[Leaf, ...]], ...]
    quality: tuple[str, ...]


def figures_of(store: Store, closeout_id: str) -> Figures | None:
    """Return the figures of a closeout, None where none were worked out yet."""
    kept = store.figures(closeout_id)
    return None if kept is None else figures_from(*kept, frozen=True)


def figures_from(raw: Mapping[str, object], at: datetime, *, frozen: bool = False) -> Figures:
    """Return what is shown of published figures: `headline` and `snapshot`."""
    snapshot = _mapping(raw.get("snapshot"))
    return Figures(
        at=at,
        frozen=frozen,
        rows=tuple(_row(row) for row in _mappings(raw.get("headline"))),
        charts=tuple(charts_of(snapshot)),
        story=_story(_mapping(snapshot.get("story"))),
        areas=tuple(
            (area, tuple(_leaf(name, _mapping(leaf)) for name, leaf in _mapping(leaves).items()))
            for area, leaves in _mapping(snapshot.get("metrics")).items()
        ),
        quality=tuple(_finding(entry) for entry in _mappings(snapshot.get("quality"))),
    )


def _story(raw: Mapping[str, object]) -> Story:
    return Story(
        events=_lines(raw.get("events"), lambda one: (_day(one.get("day")), _of(one, "text"))),
        handoffs=_lines(
            raw.get("handoffs"),
            lambda one: (
                _of(one, "before"),
                _of(one, "after"),
                _of(one, "n"),
                f"{_of(one, 'waiting_median_days')} days",
            ),
        ),
        signs=_lines(
            raw.get("signs"),
            lambda one: (
                _SHOWN[one.get("shown")],
                _of(one, "sign"),
                _of(one, "failure"),
                _of(one, "text"),
            ),
        ),
        misjudged=_lines(
            raw.get("misjudged"),
            lambda one: (
                _of(one, "by"),
                _of(one, "name"),
                f"x{_of(one, 'ratio')}",
                _of(one, "measure"),
                _of(one, "n"),
            ),
        ),
    )


def _lines(
    raw: object, cells: Callable[[Mapping[str, object]], tuple[str, ...]]
) -> tuple[Line, ...]:
    return tuple(
        Line(cells(one), tuple(str(key) for key in _sequence(one.get("issues"))))
        for one in _mappings(raw)
    )


def _day(published: object) -> str:
    return day(date.fromisoformat(published)) if isinstance(published, str) else ""


def _of(raw: Mapping[str, object], key: str) -> str:
    return _text(raw.get(key)) or ""


def _row(raw: Mapping[str, object]) -> HeadlineRow:
    return HeadlineRow(
        label=str(raw.get("label", "")),
        planned=_text(raw.get("planned")),
        actual=_text(raw.get("actual")),
        how=_text(raw.get("reason")),
    )


def _leaf(name: str, raw: Mapping[str, object]) -> Leaf:
    return Leaf(
        name=name.replace("_", " "),
        value=_value(raw.get("value"), _text(raw.get("unit"))),
        n=_text(raw.get("n")) or "",
        formula=_text(raw.get("formula")) or "",
        reason=_text(raw.get("reason")),
        issues=tuple(str(key) for key in _sequence(raw.get("issues"))),
        excluded=tuple(
            (str(one.get("issue", "")), str(one.get("reason", "")))
            for one in _mappings(raw.get("excluded"))
        ),
    )


def _value(value: object, unit: str | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(_entry(one, unit) for one in _mappings(value)) or "none"
    words = _text(value) or ""
    return f"{words} {unit}" if unit and unit not in {"date", "ratio"} else words


def _entry(raw: Mapping[str, object], unit: str | None) -> str:
    """Write a change of the plan, or one part of a figure that is told by name."""
    if "name" not in raw:
        return f"{_text(raw.get('before')) or 'none'} → {_text(raw.get('after')) or 'none'}"
    found = _value(raw.get("value"), unit)
    words = found if found is not None else f"unknown ({_text(raw.get('reason'))})"
    return f"{_text(raw.get('name'))}: {words}"


def _finding(raw: Mapping[str, object]) -> str:
    issue = _text(raw.get("issue"))
    words = _text(raw.get("finding")) or ""
    return f"{issue}: {words}" if issue else words


def _text(value: object) -> str | None:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"  # noqa: PLR2004
    return None if value is None else str(value)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    return (entry for entry in _sequence(value) if isinstance(entry, dict))
