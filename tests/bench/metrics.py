"""How fast the figures of an exported project are: `make bench-metrics`.

Each engine works on the same file in a process of its own, imports not counted. CPU seconds differ
from machine to machine; what travels is the ratio to `parse`, the bare parsing of the same bytes.
The export of 100,000 issues takes 1.5 GB of disk while it is measured; `ARGS=--small` leaves it out.
`JIRA_AGILE_METRICS_PYTHON` may name an interpreter that has jira-agile-metrics, to compare.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.bench.engines import WARM

SIZES, LARGE = (1_000, 10_000), 100_000
ROUNDS = 3
PEER = Path(__file__).with_name("peer.py")

WHAT = {
    "parse": "orjson, every line, dropped",
    "decode": "msgspec, needed fields, dropped",
    "reader": "read, mapped and kept",
    "catalogue": "every figure and chart, as JSON",
    "peer": "jira-agile-metrics, no charts",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What an engine took: CPU seconds, and MB above those of its start."""

    seconds: float
    megabytes: float


def measure(engine: str, path: Path, rounds: int = ROUNDS) -> Row:
    """Run an engine several times, each in a fresh process; the medians."""
    rows = [
        _run([sys.executable, "-m", "tests.bench.engines", engine, str(path)])
        for _ in range(rounds)
    ]
    return Row(median(row.seconds for row in rows), median(row.megabytes for row in rows))


def _run(command: list[str]) -> Row:
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return Row(**json.loads(done.stdout))


def peer(path: Path) -> Row | None:
    """Run jira-agile-metrics once, None where no interpreter is known that has it."""
    python = os.environ.get("JIRA_AGILE_METRICS_PYTHON", sys.executable)
    asking = [python, "-c", "import jira_agile_metrics"]
    there = subprocess.run(asking, capture_output=True, check=False)
    return _run([python, str(PEER), str(path)]) if there.returncode == 0 else None


def table(count: int, path: Path) -> dict[str, Row]:
    """Measure and print every engine over one export."""
    rounds = ROUNDS if count < LARGE else 1
    names = [name for name in WHAT if name != "peer"]
    rows = {name: measure(name, path, rounds) for name in names}
    if count in SIZES and (row := peer(path)) is not None:
        rows["peer"] = row
    say(f"\n{count:,} issues, {path.stat().st_size / 1e6:,.0f} MB")
    say(f"  {'':42}{'CPU s':>9}{'us/issue':>10}{'x parse':>9}{'MB above':>10}")
    for name, row in rows.items():
        each, ratio = 1e6 * row.seconds / count, row.seconds / rows["parse"].seconds
        say(
            f"  {name:10}{WHAT[name]:32}{row.seconds:9.3f}{each:10.1f}"
            f"{ratio:9.2f}{row.megabytes:10.0f}"
        )
    return rows


def compare(count: int, folder: Path) -> dict[str, Row]:
    """Write an export of so many issues, and measure on it."""
    path = folder / f"{count}.ndjson"
    subprocess.run([sys.executable, "-m", "tests.bench.exports", str(path), str(count)], check=True)
    rows = table(count, path)
    path.unlink()
    return rows


def growth(rows: dict[int, dict[str, Row]]) -> None:
    """Print by how much more time ten times as many issues take; ten is straight."""
    for fewer, more in pairwise(rows):
        before, after = rows[fewer], rows[more]
        each = ", ".join(
            f"{name} {after[name].seconds / before[name].seconds:.1f}"
            for name in before
            if name in after
        )
        say(f"  {more:,} against {fewer:,}: {each} times the CPU (straight is {more / fewer:.0f})")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Measure at every size."""
    sizes = SIZES if "--small" in arguments else (*SIZES, LARGE)
    with tempfile.TemporaryDirectory(prefix="closeout-bench-") as name:
        folder = Path(name)
        rows = {count: compare(count, folder) for count in sizes}
        say("\nGrowth")
        growth(rows)
        path = folder / "warm.ndjson"
        subprocess.run(
            [sys.executable, "-m", "tests.bench.exports", str(path), str(WARM)], check=True
        )
        taken = 1000 * measure("warm", path).seconds
        say(
            f"\nA project of {WARM} issues whose histories are there: {taken:.0f} ms (aim: below 60)"
        )
    if all("peer" not in row for row in rows.values()):
        say(
            "jira-agile-metrics is not here to compare with: JIRA_AGILE_METRICS_PYTHON names an "
            "interpreter that has it"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
