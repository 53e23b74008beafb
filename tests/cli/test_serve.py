"""`closeout serve` as a real process: it starts, answers, holds, and stops when told to."""

from __future__ import annotations

import http.client
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.console import Console
from tests.cli.process import running


def test_serve_makes_its_database_answers_and_stops_on_sigterm(
    console: Console, tmp_path: Path
) -> None:
    text = console.file.read_text(encoding="utf-8")
    console.file.write_text(text.replace("closeout.db", "new.db"), encoding="utf-8")

    with running(
        "serve", "--port", "0", "--config", str(console.file), environ=console.environ
    ) as process:
        started = process.started()
        health = _get(started["port"], "/healthz")
        page = _get(started["port"], urlsplit(started["sign_in"]).path)
        began = time.monotonic()
        code = process.stop(signal.SIGTERM)

    assert (200, 303) == (health, page)
    assert f"http://localhost:{started['port']}" == started["url"]
    assert 0 == code
    assert time.monotonic() - began < 10
    assert (tmp_path / "new.db").exists()
    assert all(line.startswith("{") for line in process.log), process.log


def test_serve_stops_on_ctrl_c_too(console: Console) -> None:
    with running(
        "serve", "--port", "0", "--config", str(console.file), environ=console.environ
    ) as process:
        process.started()
        code = process.stop(signal.SIGINT)

    assert 0 == code


def test_serve_says_in_one_line_that_its_port_is_taken(console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ("serve", "--port", port, "--config", str(console.file))
        with running(*words, environ=console.environ) as process:
            code = process.wait()

    assert 1 == code
    (line,) = process.log
    assert line.startswith("closeout: cannot listen there: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stand_in_says_all_that_a_workspace_needs(number: int) -> None:
    with running("standin", "linear", "--port", "0", environ={}) as process:
        started = process.started()
        page = _get(urlsplit(started["page"]).port or 0, "/")
        code = process.stop(number)

    assert 200 == page
    assert started["api_url"].endswith("/graphql")
    assert started["api_key"].startswith("lin_api_")
    assert 0 == code


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
