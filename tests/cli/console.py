"""A console for tests: `closeout …` in this process, over a stage with its tool and its store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from service.cli import closeout
from tests.stories.stage import SECRET, WORKSPACE, Stage

KEY = "TEST_LINEAR_KEY"
SIGNING = "TEST_LINEAR_SECRET"


@dataclass
class Console:
    """Runs commands with a configuration file of its own."""

    file: Path
    environ: dict[str, str]

    def run(self, *words: str) -> Result:
        """Run a command as its user does."""
        arguments = [*words, "--config", str(self.file)]
        return CliRunner().invoke(closeout, arguments, env=self.environ)

    def json(self, *words: str) -> Any:  # noqa: ANN401  (JSON)
        """Run a command with --json and return what it printed."""
        return json.loads(self.run(*words, "--json").stdout)


def a_console(stage: Stage, folder: Path, *, policy: str = "default") -> Console:
    """Write the configuration that a stage works with into a file."""
    file = folder / "closeout.toml"
    file.write_text(
        f"""
[closeout]
database_url = "{stage.database_url}"
policy = "{policy}"
timezone = "Europe/Berlin"

[workspaces.{WORKSPACE}]
connector = "linear"
api_url = "{stage.standin.url}"
api_key = "env:{KEY}"
webhook_secret = ["env:{SIGNING}"]
mode = "enforce"
tickets_team = "OPS"
""",
        encoding="utf-8",
    )
    return Console(file, {KEY: stage.standin.api_key, SIGNING: SECRET, "COLUMNS": "100"})
