"""Figures on a terminal and in a spreadsheet: the headline first, then every area of the catalogue."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from service.cli.talk import tell, tell_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COLUMNS = ("area", "figure", "value", "unit", "n", "left out", "issues", "formula", "reason")
MOST_FINDINGS = 20
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tell_figures(found: Mapping[str, Any]) -> None:
    """Print figures (`headline` and `snapshot`) for people.

    What is not known is listed once for each reason: most of it shares a few.
    """
    snapshot = found["snapshot"]
    _tell_window(snapshot["window"])
    tell_table(
        ("", "planned", "actual", "how we know"),
        [
            (row["label"], row["planned"] or "", row["actual"] or "", row["reason"] or "")
            for row in found["headline"]
        ],
    )
    for area, leaves in snapshot["metrics"].items():
        known = [(name, leaf) for name, leaf in leaves.items() if leaf["value"] is not None]
        if known:
            tell(area.replace("_", " ").capitalize())
            tell_table(("figure", "value", "from", "left out"), [_row(*one) for one in known])
    _tell_unknown(snapshot["metrics"])
    _tell_quality(snapshot["quality"])


def figures_csv(snapshot: Mapping[str, Any]) -> str:
    """Return every figure as a line of comma-separated values, told by name part by part."""
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for area, leaves in snapshot["metrics"].items():
        for name, leaf in leaves.items():
            left_out = "; ".join(f"{one['issue']}: {one['reason']}" for one in leaf["excluded"])
            for part, value, n, issues, reason in _cells(leaf):
                sheet.writerow(
                    map(
                        _inert,
                        (
                            area,
                            f"{name}: {part}" if part else name,
                            value,
                            leaf["unit"],
                            n,
                            left_out,
                            " ".join(issues),
                            leaf["formula"],
                            reason,
                        ),
                    )
                )
    return text.getvalue()


def _cells(leaf: Mapping[str, Any]) -> Iterator[tuple[str, object, object, list[str], object]]:
    value = leaf["value"]
    if not isinstance(value, list):
        yield "", value, leaf["n"], leaf["issues"], leaf["reason"]
        return
    for one in value:
        if "name" in one:
            yield one["name"], one["value"], one["n"], one["issues"], one["reason"]
        else:
            yield one["at"], f"{one['before']} → {one['after']}", 1, [], None


def _inert(cell: object) -> object:
    """Keep a spreadsheet from running what people wrote: numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _tell_window(window: Mapping[str, Any]) -> None:
    for end, word in (("baseline", "Kick-off"), ("close", "Close")):
        tell(f"{word}: {window[end] or 'unknown'} ({window['reasons'][end]})")


def _row(name: str, leaf: Mapping[str, Any]) -> tuple[str, ...]:
    left_out = len(leaf["excluded"])
    return name, _value(leaf), str(leaf["n"]), str(left_out) if left_out else ""


def _value(leaf: Mapping[str, Any]) -> str:
    unit = leaf["unit"]
    match leaf["value"]:
        case list() as parts:
            return (
                f"{len(parts)} {'changes' if unit == 'changes' else 'parts, see --json or --csv'}"
            )
        case float() as number:
            return f"{number:,.2f} {unit}".removesuffix(" ratio")
        case value:
            return f"{value} {unit}".removesuffix(" date")


def _tell_unknown(areas: Mapping[str, Any]) -> None:
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for area, leaves in areas.items():
        for name, leaf in leaves.items():
            if leaf["value"] is None:
                reasons[leaf["reason"]].append(f"{area}.{name}")
    if reasons:
        tell("Not known, and why")
        tell_table(
            ("reason", "figures"), [(why, ", ".join(names)) for why, names in reasons.items()]
        )


def _tell_quality(quality: list[Mapping[str, Any]]) -> None:
    if not quality:
        return
    tell("What limits these figures")
    for finding in quality[:MOST_FINDINGS]:
        about = f"{finding['issue']}: " if finding["issue"] else ""
        tell(f"  {about}{finding['finding']}")
    if len(quality) > MOST_FINDINGS:
        tell(f"  and {len(quality) - MOST_FINDINGS} more, see --json")
