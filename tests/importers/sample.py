"""Where the real issue histories are, and the reason to skip where they are not."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

_BESIDE = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
SAMPLE = Path(os.environ.get("CLOSEOUT_SAMPLE_DATA", _BESIDE)) / "fcrepo"
ISSUES = SAMPLE / "issues.ndjson.gz"
REFERENCE = SAMPLE / "reference_releases.json"

PRESENT = ISSUES.is_file() and REFERENCE.is_file()
WHY_NOT = "no sample of real histories here: CLOSEOUT_SAMPLE_DATA names the folder that has it"

#: Our names of the figures, and the columns of the reference that hold the same.
COLUMNS = {
    "scope.base": "base_n",
    "scope.added": "added_n",
    "scope.removed": "removed_n",
    "scope.transient": "transient_n",
    "scope.final": "final_n",
    "scope.done": "done_n",
    "schedule.slip_days": "slip_days",
    "flow.cycle_time_n": "cycle_n",
    "flow.never_started_n": "never_started_n",
    "flow.cycle_time_p50_days": "cycle_p50",
    "flow.cycle_time_p85_days": "cycle_p85",
    "flow.reopened": "reopen_n",
    "flow.handoffs": "handoff_n",
}


def reference_rows() -> list[dict[str, object]]:
    """Return the reference rows, none where the sample is absent."""
    rows: list[dict[str, object]] = orjson.loads(REFERENCE.read_bytes()) if PRESENT else []
    return rows


def documents(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the documents of an `.ndjson.gz` file whole, as they are."""
    with gzip.open(path) as lines:
        for line in lines:
            yield orjson.loads(line)
