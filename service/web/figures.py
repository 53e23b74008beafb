"""The figures of a closeout as the page shows them: planned against actual, and what is behind.

Read from the kept JSON with care: what is missing or has another shape is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.charts import Chart, charts_of
from service.records import Store


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
class Figures:
    """The headline rows, the charts, all figures by area, and when they were worked out.

    `frozen` says that they are those of a closing, which no later edit changes.
    """

    at: datetime
    frozen: bool
    rows: tuple[HeadlineRow, ...]
    charts: tuple[Chart, ...]
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
        areas=tuple(
            (area, tuple(_leaf(name, _mapping(leaf)) for name, leaf in _mapping(leaves).items()))
            for area, leaves in _mapping(snapshot.get("metrics")).items()
        ),
        quality=tuple(_finding(entry) for entry in _mappings(snapshot.get("quality"))),
    )


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
