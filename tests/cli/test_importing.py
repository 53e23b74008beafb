"""import-time: what it would take, what it keeps, and what it leaves out with the line and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console
from tests.stories.stage import WORKSPACE, Stage


@pytest.fixture
def keys(stage: Stage, console: Console) -> list[str]:
    """Close the project; return the keys of its issues."""
    stage.presses_done()
    stage.works()
    found = console.json("metrics", WORKSPACE, stage.project.id)
    return list(found["metrics"]["scope"]["final"]["issues"])


def a_file(folder: Path, *rows: str) -> str:
    file = folder / "time.csv"
    file.write_text("\n".join(("date,issue,hours,person", *rows)), encoding="utf-8")
    return str(file)


def imports(stage: Stage) -> tuple[str, str, str]:
    return "import-time", WORKSPACE, str(stage.project.id)


def test_it_says_what_would_be_added_and_keeps_nothing(
    stage: Stage, console: Console, keys: list[str], tmp_path: Path
) -> None:
    one, two = keys[:2]
    file = a_file(
        tmp_path,
        f"2027-03-01,{one},1:30,Ada Berg",
        f'2027-03-02,{two},"2,25",Ben Castro',
        f"2027-03-02,{two},soon,Ben Castro",
        "2027-03-02,,1,Ben Castro",
        "2027-03-03,,1,Ben Castro",
    )

    result = console.run(*imports(stage), file)

    assert 0 == result.exit_code, result.output
    assert "csv: 2 new rows, 3.75 h" in result.stdout
    assert "1.50" in result.stdout
    assert "2.25" in result.stdout
    assert "line 4: 'soon' is no length of work" in result.stdout
    assert "lines 5, 6: it names no issue" in result.stdout
    assert "Nothing was kept; --apply keeps it." in result.stdout
    assert "Berg" not in result.stdout
    assert [] == stage.services.store.imported_time(stage.ref)


def test_with_apply_it_is_kept_once(
    stage: Stage, console: Console, keys: list[str], tmp_path: Path
) -> None:
    file = a_file(tmp_path, f"2027-03-01,{keys[0]},2,Ada Berg")

    first = console.run(*imports(stage), file, "--apply")
    again = console.json(*imports(stage), file, "--apply")

    assert "Kept." in first.stdout
    assert (0, 1) == (again["new"], again["already"])
    hours = console.json("metrics", WORKSPACE, stage.project.id)["metrics"]["effort"]
    assert 2.0 == hours["actual_hours"]["value"]


def test_a_corrected_file_replaces_where_that_is_said(
    stage: Stage, console: Console, keys: list[str], tmp_path: Path
) -> None:
    console.run(*imports(stage), a_file(tmp_path, f"2027-03-01,{keys[0]},2,Ada"), "--apply")
    corrected = a_file(tmp_path, f"2027-03-01,{keys[0]},3,Ada")

    told = console.json(*imports(stage), corrected, "--apply")
    replaced = console.run(*imports(stage), corrected, "--apply", "--replace")

    assert (0, 1) == (told["new"], len(told["skipped"]))
    assert "Imported before and replaced: 1 row." in replaced.stdout
    assert [3 * 3600] == [one.seconds for one in stage.services.store.imported_time(stage.ref)]


def test_dates_that_may_be_read_two_ways_are_wrong_use_until_it_is_said(
    stage: Stage, console: Console, keys: list[str], tmp_path: Path
) -> None:
    file = a_file(tmp_path, f"03/02/2027,{keys[0]},2,Ada")

    refused = console.run(*imports(stage), file)
    taken = console.json(*imports(stage), file, "--dates", "mdy")

    assert 64 == refused.exit_code
    assert "line 2" in refused.stderr
    assert "--dates dmy or --dates mdy" in refused.stderr
    assert 1 == taken["new"]


def test_a_file_of_no_kind_is_wrong_use(stage: Stage, console: Console, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n", encoding="utf-8")

    result = console.run(*imports(stage), str(file))

    assert 64 == result.exit_code
    assert "the columns are of no kind that is known" in result.stderr
