"""The shapes in which the command line shows figures: tables, a spreadsheet, a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from service.cli import closeout

Status = Mapping[str, object]

CREATED = "2027-01-04T09:00:00.000+0000"
OPEN = {"id": "1", "name": "To Do", "statusCategory": {"key": "new"}}
DONE = {"id": "3", "name": "Done", "statusCategory": {"key": "done"}}
STARTED = {"id": "2", "name": "In Progress", "statusCategory": {"key": "indeterminate"}}
HOSTILE = '=HYPERLINK("http://evil.example")'


def history(number: int, day: int, before: Status, after: Status) -> object:
    item = {
        "field": "status",
        "from": before["id"],
        "fromString": before["name"],
        "to": after["id"],
        "toString": after["name"],
    }
    created = f"2027-01-{day:02}T09:00:00.000+0000"
    return {"id": str(number), "created": created, "author": {"name": "ada"}, "items": [item]}


def an_issue(number: int, kind: str = "Story") -> dict[str, object]:
    """One that is begun on the 5th and done some days later."""
    histories = [history(1, 5, OPEN, STARTED), history(2, 5 + number, STARTED, DONE)]
    return {
        "id": str(10_000 + number),
        "key": f"NOVA-{number}",
        "self": f"https://jira.example/rest/api/2/issue/{number}",
        "fields": {
            "summary": "Checkout",
            "issuetype": {"id": "7", "name": kind},
            "status": DONE,
            "created": CREATED,
            "updated": "2027-01-12T09:00:00.000+0000",
            "project": {"id": "1", "key": "NOVA", "name": "Nova"},
            "labels": [HOSTILE],
            "fixVersions": [],
        },
        "changelog": {"total": 2, "histories": histories},
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "issues.ndjson"
    path.write_bytes(b"\n".join(orjson.dumps(an_issue(number)) for number in range(1, 7)))
    (tmp_path / "statuses.toml").write_text('active = ["In Progress"]', encoding="utf-8")
    return path


def shown(export: Path, *more: str) -> str:
    given = ["metrics", "--jira-issues", str(export), "--project", "NOVA", *more]
    given += ["--status-map", str(export.with_name("statuses.toml"))]
    result = CliRunner().invoke(closeout, given)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_tables_begin_with_the_figures_that_matter_and_end_with_the_story(export: Path) -> None:
    text = shown(export)

    places = [
        text.index(word) for word in ("Kick-off:", "Finish", "Scope\n", "Flow\n", "Not known")
    ]
    assert sorted(places) == places
    assert "half within 3.0 days, 85 % within 6.0 days" in text
    assert "The last of 6 issues was done." in text
    assert text.count("no budget was given") == 2  # in the headline, and once for all its figures


def test_a_line_of_the_spreadsheet_has_value_unit_and_the_issues_behind_it(export: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(shown(export, "--csv"))))

    found = {(line["area"], line["figure"]): line for line in lines}
    base = found["scope", "final"]
    assert ("6", "issues", "NOVA-1 NOVA-2 NOVA-3 NOVA-4 NOVA-5 NOVA-6") == (
        base["value"],
        base["unit"],
        base["issues"],
    )
    assert found["cost", "budget"]["value"] == ""
    assert found["cost", "budget"]["reason"].startswith("no budget was given")
    assert found["flow", "throughput_weekly: 2027-01-04"]["value"] == "5"


def test_what_people_wrote_is_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    from service.cli.figures import figures_csv

    leaf = {
        "value": [{"name": HOSTILE, "value": -1.5, "n": 1, "issues": ["+NOVA-1"], "reason": None}],
        "unit": "days",
        "n": 1,
        "excluded": [],
        "formula": "@sum",
    }

    [_, line] = csv.reader(io.StringIO(figures_csv({"metrics": {"flow": {"visits": leaf}}})))

    assert (line[1], line[2], line[6], line[7]) == (
        f"visits: {HOSTILE}",
        "-1.5",
        "'+NOVA-1",
        "'@sum",
    )


def test_a_page_stands_by_itself_with_its_charts(export: Path) -> None:
    page = shown(export, "--html")

    assert page.startswith("<!doctype html>")
    assert page.count("<svg ") >= 3
    assert "Burn-up: scope, what was done of it, and the plan" in page
    assert "<script" not in page
    assert "src=" not in page.replace('src=""', "")


@pytest.mark.parametrize("two", [("--html", "--csv"), ("--json", "--csv"), ("--json", "--html")])
def test_two_shapes_at_once_are_refused(export: Path, two: tuple[str, str]) -> None:
    given = ["metrics", "--jira-issues", str(export), "--project", "NOVA", *two]

    result = CliRunner().invoke(closeout, given)

    assert result.exit_code != 0
    assert "two shapes; give one of them" in result.stderr
