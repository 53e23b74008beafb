"""Figures of an exported file: `closeout metrics --jira-issues`, without configuration or tool."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import closeout
from tests.connectors.jira.building import DONE, an_item
from tests.connectors.jira.exporting import ONE_ZERO, an_exported, tagged, told, written
from tests.importers.replay import Release, figures, releases
from tests.importers.sample import (
    COLUMNS,
    ISSUES,
    PRESENT,
    WHY_NOT,
    documents,
    reference_rows,
)

STATUS_MAP = """
done = ["Resolved", "Closed"]
active = ["In Progress", "In Review", "Patch Available"]
"""
EACH_RELEASE = pytest.mark.parametrize(
    "row", reference_rows() or [{"name": "no sample"}], ids=lambda row: str(row["name"])
)
WITH_SAMPLE = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)


@pytest.fixture
def status_map(tmp_path: Path) -> Path:
    path = tmp_path / "statuses.toml"
    path.write_text(STATUS_MAP, encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(closeout, ["metrics", "--jira-issues", *map(str, words)])


def found(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    assert 0 == result.exit_code, result.stderr
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def leaf(shown: dict[str, Any], name: str) -> dict[str, Any]:
    area, _, figure = name.partition(".")
    one: dict[str, Any] = shown["metrics"][area][figure]
    return one


def values(shown: dict[str, Any]) -> dict[str, object]:
    return {name: leaf(shown, name)["value"] for name in COLUMNS}


def findings(shown: dict[str, Any]) -> list[str]:
    return [one["finding"] for one in shown["quality"]]


# --- Real releases ----------------------------------------------------------------------------


@WITH_SAMPLE
@EACH_RELEASE
@pytest.mark.parametrize("given", [True, False], ids=["plan given", "release date"])
def test_a_real_release_has_the_figures_of_the_reference(
    row: dict[str, Any], given: bool, status_map: Path
) -> None:
    plan = ("--planned-finish", row["release_date"]) if given else ()

    shown = found(
        ISSUES, "--version", row["name"], "--baseline", row["T0"], "--close", row["T1"],
        "--status-map", status_map, *plan,
    )  # fmt: skip

    assert {name: row[column] for name, column in COLUMNS.items()} == values(shown)
    for name in ("base", "final", "done"):
        assert "no points" in leaf(shown, f"scope.{name}_points")["reason"]


@cache
def real_releases() -> list[Release]:
    return releases(documents(ISSUES)) if PRESENT else []


@WITH_SAMPLE
@pytest.mark.parametrize(
    "release", real_releases() or [Release("0", "no sample", None, ())], ids=lambda one: one.name
)
def test_every_version_of_a_real_project_agrees_with_a_plain_replay(
    release: Release, status_map: Path
) -> None:
    start, end = _window(release)

    shown = found(
        ISSUES, "--version", release.id, "--baseline", start.isoformat(),
        "--close", end.isoformat(), "--status-map", status_map,
    )  # fmt: skip

    assert figures(release, start, end) == values(shown)


def _window(release: Release) -> tuple[datetime, datetime]:
    """From two weeks after the first issue joined, to a year after the last change or the release."""
    instants = sorted(release.instants())
    first = next(when for when in instants if release.members(when))
    start = first + timedelta(days=14)
    return start, max(start, instants[-1]) + timedelta(days=365)


@WITH_SAMPLE
def test_a_real_process_prints_the_same(status_map: Path) -> None:
    row: Any = reference_rows()[2]
    words = (
        "--jira-issues", str(ISSUES), "--version", row["name"], "--baseline", row["T0"],
        "--close", row["T1"], "--status-map", str(status_map), "--json",
    )  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "metrics", *words],
        capture_output=True,
        check=True,
        text=True,
    )

    assert {name: row[column] for name, column in COLUMNS.items()} == values(
        json.loads(done.stdout)
    )
    assert not done.stderr


# --- Options ----------------------------------------------------------------------------------


def a_file(folder: Path) -> Path:
    """A version of three: one from the start and done, one added, one that left.

    Each came on its own day of November: the 2nd, the 5th and (out) the 6th, at 9 UTC.
    """
    done = an_item("status", "1", "9", was="To Do", became="Done")
    return written(
        folder,
        [
            an_exported(
                1,
                told(tagged(ONE_ZERO), at="11-02 09"),
                told(done, at="12-02 23", number=30002),
                fixVersions=[ONE_ZERO],
                status=DONE,
            ),
            an_exported(2, told(tagged(ONE_ZERO), at="11-05 09"), fixVersions=[ONE_ZERO]),
            an_exported(
                3,
                told(tagged(ONE_ZERO), at="11-02 09"),
                told(tagged(ONE_ZERO, removed=True), at="11-06 09", number=30002),
            ),
        ],
    )


def test_a_day_is_its_beginning_for_the_kick_off_and_its_end_for_the_close(tmp_path: Path) -> None:
    shown = found(
        a_file(tmp_path), "--version", "1.0", "--baseline", "2026-11-03", "--close", "2026-12-02"
    )

    window = shown["window"]
    assert ("2026-11-03T00:00:00Z", "2026-12-02T23:59:59.999999Z") == (
        window["baseline"],
        window["close"],
    )
    scope = {name: leaf(shown, f"scope.{name}")["value"] for name in ("base", "added", "removed")}
    assert {"base": 2, "added": 1, "removed": 1} == scope
    assert ["NOVA-2"] == leaf(shown, "scope.added")["issues"]


def test_a_day_begins_where_the_time_zone_says(tmp_path: Path) -> None:
    shown = found(
        a_file(tmp_path), "--version", "1.0", "--baseline", "2026-11-03", "--close", "2026-12-03",
        "--timezone", "Europe/Berlin",
    )  # fmt: skip

    assert "2026-11-02T23:00:00Z" == shown["window"]["baseline"]
    assert "2026-12-03" == leaf(shown, "schedule.actual_finish")["value"]  # 2 December, 23:00 UTC


def test_the_release_date_is_the_plan_and_that_it_has_no_history_is_said(tmp_path: Path) -> None:
    shown = found(a_file(tmp_path), "--version", "1.0", "--baseline", "2026-11-03")

    assert 2 == leaf(shown, "schedule.slip_days")["value"]  # 30 November to 2 December
    assert any("--planned-finish gives the one that was planned" in one for one in findings(shown))
    assert "earlier target dates" in leaf(shown, "schedule.replans")["reason"]


def test_a_planned_finish_that_is_given_stands_in_place_of_the_release_date(tmp_path: Path) -> None:
    shown = found(
        a_file(tmp_path), "--version", "1.0", "--baseline", "2026-11-03",
        "--planned-finish", "2026-11-20",
    )  # fmt: skip

    assert 12 == leaf(shown, "schedule.slip_days")["value"]  # 20 November to 2 December


def test_without_a_close_nothing_is_asked_of_the_clock(tmp_path: Path) -> None:
    path = a_file(tmp_path)

    first, second = (run(path, "--version", "1.0", "--json").stdout for _ in range(2))

    assert first == second
    assert "2026-12-02T23:00:00Z" == json.loads(first)["window"]["close"]


def test_whether_issues_left_without_a_trace_is_said_not_to_be_known(tmp_path: Path) -> None:
    shown = found(a_file(tmp_path), "--version", "1.0")

    assert "whether issues left the project without a trace is not known" in findings(shown)


def test_statuses_count_as_the_map_says(tmp_path: Path) -> None:
    statuses = tmp_path / "statuses.toml"
    statuses.write_text('done = ["to do", "Archivd"]\nactive = ["9"]\n', encoding="utf-8")

    shown = found(
        a_file(tmp_path), "--version", "1.0", "--baseline", "2026-11-03", "--close", "2026-12-02",
        "--status-map", statuses,
    )  # fmt: skip

    assert ["NOVA-2"] == leaf(shown, "scope.done")["issues"]
    typo = "no issue of the export ever stood in these of the status map: archivd"
    assert typo in findings(shown)


def test_a_status_without_meaning_is_said_until_the_map_names_it(tmp_path: Path) -> None:
    odd = an_exported(1, fixVersions=[ONE_ZERO])
    odd["fields"]["status"] = {"id": "77", "name": "Parked"}
    path = written(tmp_path, [odd])
    statuses = tmp_path / "statuses.toml"
    statuses.write_text('waiting = ["parked"]\n', encoding="utf-8")

    unsaid = found(path, "--version", "1.0")
    said = found(path, "--version", "1.0", "--status-map", statuses)

    assert any("count as not started: Parked" in one for one in findings(unsaid))
    assert not any("Parked" in one for one in findings(said))


def test_an_epic_and_a_project_can_be_asked_for_too(tmp_path: Path) -> None:
    parent = {"id": "50", "key": "NOVA-50"}
    path = written(tmp_path, [an_exported(1, parent=parent), an_exported(2)])

    epic = found(path, "--epic", "NOVA-50", "--baseline", "2026-11-03")
    project = found(path, "--project", "NOVA", "--baseline", "2026-11-03")

    assert ["NOVA-1"] == leaf(epic, "scope.final")["issues"]
    assert ["NOVA-1", "NOVA-2"] == leaf(project, "scope.final")["issues"]


def test_figures_of_a_file_are_a_table_for_people(tmp_path: Path) -> None:
    result = run(a_file(tmp_path), "--version", "1.0", "--baseline", "2026-11-03")

    assert 0 == result.exit_code
    assert "slip" in result.stdout


# --- Wrong use --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param((), "needs one of --version, --epic and --project", id="nothing asked for"),
        pytest.param(
            ("--version", "1.0", "--project", "NOVA"),
            "needs one of --version, --epic and --project",
            id="two things asked for",
        ),
        pytest.param(("--version", "1.1"), "no version '1.1'; there are: 1.0", id="no version"),
        pytest.param(("--project", "VEGA"), "no project 'VEGA'; there are: NOVA", id="no project"),
        pytest.param(("--epic", "NOVA-9"), "no issue NOVA-9 and nothing below it", id="no epic"),
        pytest.param(
            ("--version", "1.0", "--baseline", "soon"), "'soon' is no instant", id="no instant"
        ),
        pytest.param(
            ("--version", "1.0", "--close", "2026-11-03T09:00:00"),
            "is no instant with its zone",
            id="no zone",
        ),
        pytest.param(
            ("--version", "1.0", "--baseline", "2026-11-03", "--close", "2026-11-02"),
            "it lies after --close",
            id="the wrong way round",
        ),
        pytest.param(
            ("--version", "1.0", "--planned-finish", "soon"), "'soon' is no day", id="no day"
        ),
        pytest.param(
            ("--version", "1.0", "--timezone", "Berlin"),
            "'Berlin' is no time zone",
            id="no zone name",
        ),
        pytest.param(
            ("acme", "x", "--version", "1.0"), "in place of WORKSPACE and KEY", id="a workspace too"
        ),
    ],
)
def test_wrong_use_ends_with_64_and_says_what_is_right(
    words: tuple[str, ...], why: str, tmp_path: Path
) -> None:
    result = run(a_file(tmp_path), *words)

    assert 64 == result.exit_code
    assert why in result.stderr
    assert not result.stdout


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param('doen = ["Closed"]', "doen is unknown; there are: active, done", id="key"),
        pytest.param('done = "Closed"', "statuses.toml.done must be a list", id="no list"),
        pytest.param("done = [", "is no status map in TOML", id="no TOML"),
        pytest.param(
            'done = ["Closed"]\nactive = ["closed"]', "named in both active and done", id="twice"
        ),
    ],
)
def test_a_wrong_status_map_ends_with_64_and_names_the_place(
    text: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "statuses.toml"
    path.write_text(text, encoding="utf-8")

    result = run(a_file(tmp_path), "--version", "1.0", "--status-map", path)

    assert 64 == result.exit_code
    assert why in result.stderr


def test_a_file_that_is_no_export_ends_with_64_and_names_the_line(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    path.write_bytes(path.read_bytes() + b'{"key": "NOVA-4"}\n')

    result = run(path, "--version", "1.0")

    assert 64 == result.exit_code
    assert "line 4: this is no issue" in " ".join(result.stderr.split())


def test_options_of_a_file_need_the_file() -> None:
    result = CliRunner().invoke(closeout, ["metrics", "acme", "x", "--version", "1.0"])

    assert 64 == result.exit_code
    assert "--version needs --jira-issues FILE" in result.stderr


def test_metrics_of_nothing_say_both_ways() -> None:
    result = CliRunner().invoke(closeout, ["metrics"])

    assert 64 == result.exit_code
    assert "give WORKSPACE and KEY, or a file with --jira-issues" in result.stderr
