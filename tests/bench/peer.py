"""The same export through jira-agile-metrics: parse, its issue objects, all its calculators.

Run by an interpreter that has it (it needs an old pandas), as a file, without this project.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")  # of its own libraries

CONFIGURATION = """
Connection: {Domain: https://jira.example}
Query: project = X
Workflow:
    Open: [Open, Reopened, Received, Pending Feature]
    Active: [In Progress, In Review, Patch Available]
    Done: [Resolved, Closed]
"""
FIELDS = ("summary", "issuetype", "status", "resolution", "created", "priority")


class Tracker:
    """What it asks of Jira, answered from memory."""

    options: Mapping[str, str] = {"server": "https://jira.example"}

    def __init__(self, issues: list[Any]) -> None:
        self._issues = issues
        self._options = self.options  # its calculators look there

    def fields(self) -> list[dict[str, str]]:
        """Return the fields it looks for."""
        names = [{"id": name, "name": name.title()} for name in FIELDS]
        return [*names, {"id": "customfield_1", "name": "Flagged"}]

    def search_issues(self, *_: object, **__: object) -> list[Any]:
        """Return everything."""
        return self._issues


def main() -> None:
    """Print CPU seconds and the memory taken, as the other engines do."""
    configuration = import_module("jira_agile_metrics.config")
    run = import_module("jira_agile_metrics.calculator").run_calculators
    manager = import_module("jira_agile_metrics.querymanager").QueryManager
    issue = import_module("jira.resources").Issue
    settings = configuration.config_to_options(CONFIGURATION)["settings"]
    before = _megabytes("VmRSS")
    start = time.process_time()
    with Path(sys.argv[1]).open("rb") as lines:
        raws = [json.loads(line) for line in lines]
    tracker = Tracker([issue(Tracker.options, None, raw) for raw in raws])
    run(configuration.CALCULATORS, manager(tracker, settings), settings)
    taken = time.process_time() - start
    sys.stdout.write(json.dumps({"seconds": taken, "megabytes": _megabytes("VmHWM") - before}))


def _megabytes(what: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return int(next(line.split()[1] for line in lines if line.startswith(f"{what}:"))) / 1024


if __name__ == "__main__":
    main()
