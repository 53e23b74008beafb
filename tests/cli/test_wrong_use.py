"""What is typed or configured wrongly ends with 64 and says what is right."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service.cli import closeout
from tests.cli.console import Console
from tests.stories.stage import WORKSPACE

COMMANDS = [
    *(
        pytest.param([name], command, id=name)
        for name, command in closeout.commands.items()
        if not isinstance(command, click.Group)
    ),
    pytest.param(["db", "upgrade"], None, id="db upgrade"),
]


@pytest.mark.parametrize(("words", "_command"), COMMANDS)
def test_every_command_takes_config_and_json(words: list[str], _command: object) -> None:
    result = CliRunner().invoke(closeout, [*words, "--help"])

    assert 0 == result.exit_code
    assert "--config" in result.stdout
    assert "--json" in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["nonsense"], id="an unknown command"),
        pytest.param(["gate", "acme"], id="an argument is missing"),
        pytest.param(["gate", "acme", "x", "--nonsense"], id="an unknown option"),
        pytest.param(["simulate", "acme", "--last", "0"], id="a number out of range"),
        pytest.param(["verify", "a-1", "--who", "Ada"], id="an option is missing"),
        pytest.param(
            ["verify", "acme", "a-1", "--who", "Ada", "--evidence", "seen"], id="half a project"
        ),
        pytest.param(
            ["waive", "acme", "x", "c", "--who", "A", "--reason", "r", "--until", "soon"],
            id="no date",
        ),
        pytest.param(["standin", "asanna"], id="no such stand-in"),
    ],
)
def test_wrong_use_ends_with_64_and_says_why(words: list[str]) -> None:
    result = CliRunner().invoke(closeout, words)

    assert 64 == result.exit_code
    assert "Error: " in result.stderr
    assert not result.stdout


def test_a_missing_configuration_is_one_line_that_says_where_to_get_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(closeout, ["doctor", "--config", str(tmp_path / "none.toml")])

    assert 64 == result.exit_code
    (line,) = result.stderr.splitlines()
    assert "closeout.example.toml" in line


def test_a_wrong_key_is_one_line_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "closeout.toml"
    file.write_text("[closeout]\nnonsense = 1\n", encoding="utf-8")

    result = CliRunner().invoke(closeout, ["sweep", "--config", str(file)])

    assert 64 == result.exit_code
    (line,) = result.stderr.splitlines()
    assert line.startswith("closeout: closeout.nonsense is unknown; allowed: ")


def test_a_database_of_another_kind_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "closeout.toml"
    file.write_text('[closeout]\ndatabase_url = "oracle://db"\n', encoding="utf-8")

    result = CliRunner().invoke(closeout, ["sweep", "--config", str(file)])

    assert 64 == result.exit_code
    assert "database_url starts with 'oracle'" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["gate", "asanna", "x"], id="gate"),
        pytest.param(["metrics", "asanna", "x"], id="metrics"),
        pytest.param(
            ["verify", "asanna", "x", "1", "--who", "Ada", "--evidence", "seen"], id="verify"
        ),
    ],
)
def test_an_unknown_workspace_is_wrong_use_and_names_those_there_are(
    words: list[str], console: Console
) -> None:
    result = console.run(*words)

    assert 64 == result.exit_code
    assert f"no workspace 'asanna'; there are: {WORKSPACE}" in result.stderr


@pytest.mark.parametrize("command", ["web", "worker", "clock"])
def test_the_processes_of_the_procfile_need_redis_and_name_the_other_way(
    command: str, console: Console
) -> None:
    result = console.run(command)

    assert 64 == result.exit_code
    assert "closeout.redis_url is empty" in result.stderr
    assert "closeout serve" in result.stderr


@pytest.mark.parametrize("command", ["web", "worker", "sweep"])
def test_an_older_schema_is_refused_with_the_command_that_mends_it(
    command: str, tmp_path: Path
) -> None:
    file = tmp_path / "closeout.toml"
    file.write_text(
        f'[closeout]\ndatabase_url = "sqlite:///{tmp_path}/new.db"\n'
        'redis_url = "redis://localhost:1/0"\n',
        encoding="utf-8",
    )

    result = CliRunner().invoke(closeout, [command, "--config", str(file)])

    assert 1 == result.exit_code
    assert "closeout db upgrade" in result.stderr
    assert not (tmp_path / "new.db").exists()
