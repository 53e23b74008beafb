"""web, worker and clock as processes of their own, over PostgreSQL and a Redis-protocol server."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from connectors.linear.standin import Standin
from service.bootstrap import utc_now
from service.cli import closeout
from tests.cli.process import PATIENCE, running

SECRET = "the-webhook-secret-of-the-processes-0123456789"


def test_a_closure_is_held_by_separate_processes_that_stop_when_told(
    postgres_database: str, redis_database: str, tmp_path: Path
) -> None:
    with Standin.seeded(utc_now) as tool:
        environ = _environment(tool, postgres_database, redis_database, tmp_path)
        upgraded = CliRunner().invoke(closeout, ["db", "upgrade"], env=environ)
        with (
            running("web", "--port", "0", environ=environ) as web,
            running("worker", environ=environ) as worker,
            running("clock", environ=environ) as clock,
        ):
            port = web.started()["port"]
            worker.started()
            clock.started()
            tool.control.register_webhook(f"http://127.0.0.1:{port}/webhooks/acme", SECRET)
            (project,) = tool.world.projects.values()
            tool.control.close_project(project.id)

            held = _comes_true(lambda: _commented(tool, project.id))
            codes = [process.stop() for process in (web, worker, clock)]
            logs = [*web.log, *worker.log, *clock.log]

    assert 0 == upgraded.exit_code, upgraded.output
    assert held, "\n".join(logs)
    assert "started" == tool.world.project_statuses[project.status_id].type
    assert [0, 0, 0] == codes, "\n".join(logs)
    assert SECRET not in "".join(logs)


def test_doctor_counts_the_workers(
    postgres_database: str, redis_database: str, tmp_path: Path
) -> None:
    with Standin.seeded(utc_now) as tool:
        environ = _environment(tool, postgres_database, redis_database, tmp_path)
        CliRunner().invoke(closeout, ["db", "upgrade"], env=environ)

        without = CliRunner().invoke(closeout, ["doctor"], env=environ)
        with running("worker", environ=environ) as worker:
            worker.started()
            found = _comes_true(lambda: "workers: 1" in _doctor(environ))

    assert "no worker is running" in without.stdout
    assert found


def _environment(tool: Standin, database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    file = folder / "closeout.toml"
    file.write_text(
        f"""
[workspaces.acme]
connector = "linear"
api_url = "{tool.url}"
api_key = "env:TEST_LINEAR_KEY"
mode = "enforce"
""",
        encoding="utf-8",
    )
    return {
        "CLOSEOUT_CONFIG": str(file),
        "CLOSEOUT_DATABASE_URL": database_url,
        "CLOSEOUT_REDIS_URL": redis_url,
        "CLOSEOUT_WORKSPACES_ACME_WEBHOOK_SECRET": SECRET,
        "TEST_LINEAR_KEY": tool.api_key,
    }


def _doctor(environ: dict[str, str]) -> str:
    return CliRunner().invoke(closeout, ["doctor"], env=environ).stdout


def _commented(tool: Standin, project_id: str) -> bool:
    return any(one.project_id == project_id for one in tool.world.comments.values())


def _comes_true(condition: Callable[[], bool]) -> bool:
    """Wait for what other processes do."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
