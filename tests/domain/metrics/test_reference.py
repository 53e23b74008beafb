"""Six releases of a real project, against a plain and slow replay of the same histories."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from service.domain.metrics import Chosen, StatusSets, snapshot
from service.domain.tracking import ProjectIssues
from tests.domain.builders import a_project
from tests.importers.jira_ndjson import Importer, documents
from tests.importers.sample import ISSUES, PRESENT, WHY_NOT, reference_rows

NAMES = {
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
STATUS_SETS = StatusSets(
    active=frozenset({"In Progress", "In Review", "Patch Available"}),
    done=frozenset({"Resolved", "Closed"}),
)
EACH_RELEASE = pytest.mark.parametrize(
    "row", reference_rows() or [{"name": "no sample"}], ids=lambda row: str(row["name"])
)

pytestmark = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)


@cache
def sample() -> ProjectIssues:
    return Importer().read(documents(ISSUES))


@EACH_RELEASE
def test_the_figures_of_a_real_release_equal_the_reference(row: dict[str, Any]) -> None:
    release = a_project(
        row["name"],
        key=row["version"],
        target=row["release_date"],
        created=datetime(2007, 1, 1, tzinfo=UTC),
        started=None,
    )

    found = snapshot(
        release,
        sample(),
        now=datetime(2016, 1, 1, tzinfo=UTC),
        baseline=Chosen(datetime.fromisoformat(row["T0"])),
        close=Chosen(datetime.fromisoformat(row["T1"])),
        status_sets=STATUS_SETS,
    )

    expected = {name: row[column] for name, column in NAMES.items()}
    assert expected == {name: found[name].as_json()["value"] for name in NAMES}


@EACH_RELEASE
def test_points_that_no_issue_carries_are_unknown_and_not_zero(row: dict[str, Any]) -> None:
    release = a_project(row["name"], key=row["version"], started=None)

    found = snapshot(
        release,
        sample(),
        now=datetime(2016, 1, 1, tzinfo=UTC),
        baseline=Chosen(datetime.fromisoformat(row["T0"])),
        close=Chosen(datetime.fromisoformat(row["T1"])),
    )

    points = found["scope.final_points"]
    assert points.value is None
    assert points.reason == "no points: not one issue of the project carries an estimate"
