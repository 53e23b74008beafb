"""gate, metrics and simulate: what they print, how they end, and that they change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Console, a_console
from tests.stories.stage import LEAD, WORKSPACE, Stage

SCHEDULED = 'level = "scheduled"\n[[checks]]\nname = "page-exists"\n'


def test_the_gate_of_a_held_project_is_blocked_and_says_what_is_missing(
    stage: Stage, console: Console
) -> None:
    stage.presses_done()
    stage.works()

    result = console.run("gate", WORKSPACE, stage.project.id)

    assert 2 == result.exit_code
    assert "[unmet] Session set" in result.stdout
    assert "[met] Page in place" in result.stdout
    assert "undo · mode enforce · rules: default" in result.stdout


def test_the_gate_is_asked_by_any_way_to_write_the_key(stage: Stage, console: Console) -> None:
    stage.presses_done()
    stage.works()

    found = [console.json("gate", WORKSPACE, key) for key in (stage.project.id, stage.project.url)]

    assert [f"{WORKSPACE}/{stage.project.id}"] * 2 == [one["project"] for one in found]


def test_the_gate_in_json_is_what_the_api_answers(stage: Stage, console: Console) -> None:
    found = console.json("gate", WORKSPACE, stage.project.id)

    assert {
        "project",
        "outcome",
        "summary",
        "checks",
        "enforcement",
        "mode",
        "evaluated_at",
        "policy_version",
    } == set(found)
    assert "blocked" == found["outcome"]


def test_the_gate_of_a_project_that_has_what_its_policy_asks_ends_with_0(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "easy.toml").write_text(SCHEDULED, encoding="utf-8")
    stage.presses_done()
    stage.works()

    result = a_console(stage, tmp_path, policy="easy").run("gate", WORKSPACE, stage.project.id)

    assert 0 == result.exit_code, result.output


def test_the_gate_is_unknown_where_the_key_is_revoked(stage: Stage, console: Console) -> None:
    key = stage.standin.api_key
    stage.standin.control.revoke_api_key()

    result = console.run("gate", WORKSPACE, stage.project.id)

    assert 3 == result.exit_code
    assert "is not known" in result.stderr
    assert key not in result.output


def test_the_gate_is_unknown_where_the_tool_does_not_answer(stage: Stage, console: Console) -> None:
    stage.standin.stop()

    result = console.run("gate", WORKSPACE, stage.project.id)

    assert 3 == result.exit_code
    assert "is not known" in result.stderr


def test_the_gate_of_no_project_is_failed(console: Console) -> None:
    result = console.run("gate", WORKSPACE, "no-such-project")

    assert 1 == result.exit_code
    assert not result.stdout


def test_a_name_with_control_characters_is_shown_as_text(stage: Stage, console: Console) -> None:
    stage.standin.control.rename_project(stage.project.id, "\x1b[31mred\x07", by=LEAD)

    result = console.run("gate", WORKSPACE, stage.project.id)

    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


def test_metrics_are_a_table_for_people(stage: Stage, console: Console) -> None:
    stage.presses_done()
    stage.works()

    result = console.run("metrics", WORKSPACE, stage.project.id)

    assert 0 == result.exit_code, result.output
    assert "scope.added" in result.stdout
    assert "11 issues" in result.stdout
    assert "unknown" in result.stdout


def test_metrics_in_json_are_the_snapshot(stage: Stage, console: Console) -> None:
    stage.presses_done()
    stage.works()

    found = console.json("metrics", WORKSPACE, stage.project.id)

    assert {"window", "catalogue", "quality", "metrics", "series", "report"} <= set(found)
    added = found["metrics"]["scope"]["added"]
    assert added["n"] == len(added["issues"]) == added["value"]


def test_simulate_says_what_would_have_been_held_and_writes_nothing(
    stage: Stage, console: Console
) -> None:
    stage.standin.control.webhooks(on=False)
    stage.presses_done()
    before = len(stage.standin.world.log)

    result = console.run("simulate", WORKSPACE)

    assert 0 == result.exit_code, result.output
    assert "would have been held" in result.stdout
    assert "1 of 1 would have been held. Nothing was written." in result.stdout
    assert before == len(stage.standin.world.log)
    assert stage.services.store.closeouts() == []


def test_simulate_without_anything_closed_says_so(console: Console) -> None:
    result = console.run("simulate", WORKSPACE)

    assert 0 == result.exit_code
    assert "there is nothing to simulate" in result.stdout


@pytest.mark.parametrize("words", [("gate",), ("metrics",)])
def test_asking_works_before_there_is_a_database_and_makes_none(
    words: tuple[str, ...], stage: Stage, console: Console, tmp_path: Path
) -> None:
    text = console.file.read_text(encoding="utf-8")
    console.file.write_text(text.replace("closeout.db", "later.db"), encoding="utf-8")

    result = console.run(*words, WORKSPACE, stage.project.id)

    assert result.exit_code in {0, 2}, result.output
    assert not (tmp_path / "later.db").exists()
