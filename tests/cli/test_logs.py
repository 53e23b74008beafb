"""Log lines: readable or JSON, without control characters, and never with a secret."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from service import logs

SECRET = "a-key/with+signs=0123456789"
NASTY = "\x1b[31mred\x07 \u202eback \x85\u2028 end\r\n"


def _written(*, terminal: bool, secrets: tuple[str, ...] = (SECRET,)) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(secrets, stream=stream, terminal=terminal)
    return stream


def test_a_line_is_json_with_its_keys_where_no_person_reads() -> None:
    stream = _written(terminal=False)

    structlog.get_logger().info("gate.blocked", checks=["review"], project="acme/NOVA")

    line = json.loads(stream.getvalue())
    assert ("gate.blocked", ["review"], "info") == (line["event"], line["checks"], line["level"])
    assert line["timestamp"].endswith("Z")


def test_a_line_is_plain_text_on_a_terminal() -> None:
    stream = _written(terminal=True)

    structlog.get_logger().info("gate.blocked", project="acme/NOVA")

    assert "gate.blocked" in stream.getvalue()
    assert "project=acme/NOVA" in stream.getvalue()


def test_what_is_bound_to_a_job_stands_on_each_of_its_lines() -> None:
    stream = _written(terminal=False)

    with structlog.contextvars.bound_contextvars(project="acme/NOVA", because=["delivery 6f1c"]):
        structlog.get_logger().info("project.read")

    line = json.loads(stream.getvalue())
    assert ("acme/NOVA", ["delivery 6f1c"]) == (line["project"], line["because"])


@pytest.mark.parametrize("terminal", [True, False], ids=["readable", "json"])
def test_control_characters_are_written_as_escapes(terminal: bool) -> None:
    stream = _written(terminal=terminal)

    structlog.get_logger().info(f"event{NASTY}", key=NASTY, nested={"a": [NASTY]})

    (line,) = stream.getvalue().split("\n")[:-1]
    assert line.isprintable()


@pytest.mark.parametrize("terminal", [True, False], ids=["readable", "json"])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(SECRET, id="itself"),
        pytest.param(f"Bearer {SECRET}, twice {SECRET}", id="inside of a text"),
        pytest.param({"headers": [("Authorization", SECRET)]}, id="nested"),
        pytest.param(SECRET.encode(), id="as bytes"),
        pytest.param("https://x.example/?key=a-key%2Fwith%2Bsigns%3D0123456789", id="in a URL"),
        pytest.param(ValueError(f"refused {SECRET}"), id="in an error"),
    ],
)
def test_a_secret_is_struck_out(value: object, terminal: bool) -> None:
    stream = _written(terminal=terminal)

    structlog.get_logger().warning("tool.refused", value=value)

    assert "0123456789" not in stream.getvalue()
    assert logs.STRUCK in stream.getvalue()


@pytest.mark.parametrize("terminal", [True, False], ids=["readable", "json"])
def test_a_secret_in_a_traceback_is_struck_out(terminal: bool) -> None:
    stream = _written(terminal=terminal)

    try:
        raise ValueError(f"refused {SECRET}")
    except ValueError:
        structlog.get_logger().exception("project.failed")

    assert SECRET not in stream.getvalue()
    assert "ValueError: refused [secret]" in stream.getvalue()


def test_lines_of_libraries_take_the_same_way() -> None:
    stream = _written(terminal=False)

    logging.getLogger("waitress").warning("bad request with %s\x07", SECRET)

    line = json.loads(stream.getvalue())
    assert r"bad request with [secret]\x07" == line["event"]
    assert "waitress" == line["logger"]


def test_a_short_secret_is_struck_out_only_where_it_is_the_whole_value() -> None:
    stream = _written(terminal=False, secrets=("ab",))

    structlog.get_logger().info("label.added", exact="ab", other="table")

    line = json.loads(stream.getvalue())
    assert (logs.STRUCK, "table") == (line["exact"], line["other"])


@given(st.text(), st.sampled_from(["", "\n"]))
def test_an_escaped_text_is_printable_and_keeps_what_is(text: str, keep: str) -> None:
    written = logs.escaped(text, keep)

    assert written.replace("\n", "").isprintable() if keep else written.isprintable()
    assert not text.isprintable() or text == written
