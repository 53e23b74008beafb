"""Figures on a terminal, in a spreadsheet, as a page: the headline first, then every area."""

from __future__ import annotations

import csv
import functools
import io
from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service.cli.talk import tell, tell_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

Command = TypeVar("Command", bound="Callable[..., object]")

COLUMNS = ("area", "figure", "value", "unit", "n", "left out", "issues", "formula", "reason")
MOST_FINDINGS = 20
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Shape(StrEnum):
    """How figures are shown, other than as JSON."""

    TABLES = "tables"
    HTML = "html"
    CSV = "csv"


def in_shapes(command: Command) -> Command:
    """Give a command the options `--html` and `--csv`, which it takes as one: `shape`."""

    @functools.wraps(command)
    def taking_one(*, html: bool, csv_: bool, **given: Any) -> object:  # noqa: ANN401  (options)
        if html and csv_:
            raise click.UsageError("--html and --csv are two shapes; give one of them")
        shape = Shape.HTML if html else Shape.CSV if csv_ else Shape.TABLES
        return command(**given, shape=shape)

    found: Any = taking_one
    found = click.option("--csv", "csv_", is_flag=True, help="Print a line for each figure.")(found)
    words = "Print a page with charts that stands by itself."
    made: Command = click.option("--html", is_flag=True, help=words)(found)
    return made


def show(title: str, figures: Mapping[str, Any], shape: Shape, zone: tzinfo) -> None:
    """Print figures (`headline` and `snapshot`) in a shape; days and times in the zone."""
    match shape:
        case Shape.TABLES:
            tell_figures(figures)
        case Shape.CSV:
            click.echo(figures_csv(figures["snapshot"]), nl=False)
        case Shape.HTML:
            from service.bootstrap import utc_now
            from service.web.report import report_html

            click.echo(report_html(title, figures, utc_now(), zone))


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
    _tell_story(snapshot.get("story") or {})
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


def _tell_story(story: Mapping[str, Any]) -> None:
    """Print the key events, and the warning signs that the tracker shows."""
    if events := story.get("events"):
        tell("Key events")
        tell_table(("day", "what happened"), [(one["day"], one["text"]) for one in events])
    if signs := [one for one in story.get("signs", ()) if one["shown"]]:
        tell("Warning signs that the tracker shows")
        tell_table(("sign", "shown by"), [(one["sign"], one["text"]) for one in signs])


def _tell_quality(quality: list[Mapping[str, Any]]) -> None:
    if not quality:
        return
    tell("What limits these figures")
    for finding in quality[:MOST_FINDINGS]:
        about = f"{finding['issue']}: " if finding["issue"] else ""
        tell(f"  {about}{finding['finding']}")
    if len(quality) > MOST_FINDINGS:
        tell(f"  and {len(quality) - MOST_FINDINGS} more, see --json")
