"""Six releases of a real project, against a plain and slow replay of the same histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from connectors.jira.export import read_export
from service.domain.metrics import Chosen, StatusSets, snapshot
from service.exports import Exported, Wanted
from tests.importers.sample import COLUMNS, ISSUES, PRESENT, WHY_NOT, reference_rows

STATUS_SETS = StatusSets(
    active=frozenset({"In Progress", "In Review", "Patch Available"}),
    done=frozenset({"Resolved", "Closed"}),
)
EACH_RELEASE = pytest.mark.parametrize(
    "row", reference_rows() or [{"name": "no sample"}], ids=lambda row: str(row["name"])
)

pytestmark = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)


def release(row: dict[str, Any]) -> Exported:
    return read_export(ISSUES, Wanted("version", row["name"]), None, lambda _done: None)


@EACH_RELEASE
def test_the_figures_of_a_real_release_equal_the_reference(row: dict[str, Any]) -> None:
    exported = release(row)

    found = snapshot(
        replace(exported.project, plan_changes=()),
        exported.issues,
        now=exported.latest,
        baseline=Chosen(datetime.fromisoformat(row["T0"])),
        close=Chosen(datetime.fromisoformat(row["T1"])),
        status_sets=STATUS_SETS,
    )

    expected = {name: row[column] for name, column in COLUMNS.items()}
    assert expected == {name: found[name].as_json()["value"] for name in COLUMNS}


@EACH_RELEASE
def test_points_that_no_issue_carries_are_unknown_and_not_zero(row: dict[str, Any]) -> None:
    exported = release(row)

    found = snapshot(
        exported.project,
        exported.issues,
        now=exported.latest,
        baseline=Chosen(datetime.fromisoformat(row["T0"])),
        close=Chosen(datetime.fromisoformat(row["T1"])),
    )

    points = found["scope.final_points"]
    assert points.value is None
    assert points.reason == "no points: not one issue of the project carries an estimate"
