"""Where the real issue histories are, and the reason to skip where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import orjson

_BESIDE = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
SAMPLE = Path(os.environ.get("CLOSEOUT_SAMPLE_DATA", _BESIDE)) / "fcrepo"
ISSUES = SAMPLE / "issues.ndjson.gz"
REFERENCE = SAMPLE / "reference_releases.json"

PRESENT = ISSUES.is_file() and REFERENCE.is_file()
WHY_NOT = "no sample of real histories here: CLOSEOUT_SAMPLE_DATA names the folder that has it"


def reference_rows() -> list[dict[str, object]]:
    """Return the reference rows, none where the sample is absent."""
    rows: list[dict[str, object]] = orjson.loads(REFERENCE.read_bytes()) if PRESENT else []
    return rows
