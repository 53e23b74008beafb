"""The demo plays to its end by itself, and tells what the tools say."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.bootstrap import utc_now
from service.cli import closeout
from service.demo import page, parts
from service.demo.stage import Stage
from service.demo.story import hand_over
from service.demo.telling import StoryStopped, Telling, plain

FRESH = """\
**Session date:**

## What went well

*A prompt.*

## What did not go well

## Root causes

## Actions

| Change | Owner | Due | How it is verified | Ticket |
| --- | --- | --- | --- | --- |
|  |  |  |  |  |
|  |  |  |  |  |
|  |  |  |  |  |

## Lessons

## Open questions
"""


def test_the_demo_runs_once_to_its_end() -> None:
    before = _left_behind()

    result = CliRunner().invoke(closeout, ["demo", "--once", "--tool", "linear", "--json"])

    assert 0 == result.exit_code, result.output
    steps = {one["step"]: " ".join(one["lines"]) for one in json.loads(result.stdout)}
    assert re.search(r"Held: back in “In Progress” [0-9.]+ s after it was closed", steps[2])
    assert "5 days late" in steps[3]
    assert "does not say on which day the session is" in steps[5]
    assert "No due date is written" in steps[5]
    assert re.search(r"OPS-\d+: .* \(Ben Castro, due ", steps[7])
    assert "waits for somebody other than Ben Castro to verify" in steps[8]
    assert "its own owner verified it" in steps[9]
    assert "is closed. Its post-mortem is complete (9 of 9 met)" in steps[11]
    assert before == _left_behind()


def test_the_demo_ends_with_1_and_names_the_step_that_did_not_happen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.demo.story.PATIENCE", 0.0)

    result = CliRunner().invoke(closeout, ["demo", "--once", "--tool", "linear"])

    assert 1 == result.exit_code
    assert re.search(r"the demo stopped: step 2 \(“.*”\): the hold did not come", result.stderr)


def test_left_alone_the_demo_says_where_everything_is() -> None:
    told: list[str] = []

    with Stage(parts("linear"), utc_now) as stage:
        hand_over(stage, Telling(told.append))

    assert any(stage.scenes[0].tool.address in line for line in told)
    assert any(stage.link in line for line in told)
    assert any(str(stage.file) in line for line in told)


def test_the_page_is_filled_below_the_headings_it_has() -> None:
    row = page.Row("Add a line", "Ben", None, "It is there")

    content = page.filled(FRESH, [row])

    assert content.index("A prompt") < content.index("schema check") < content.index("## Root")
    assert 1 == content.count("| Add a line | Ben |  | It is there |  |")
    assert 2 == content.count("|  |  |  |  |  |")


def test_a_page_without_a_heading_stops_the_story() -> None:
    with pytest.raises(StoryStopped, match="no heading “Lessons”"):
        page.filled(FRESH.replace("## Lessons", ""), [])


def test_a_quoted_line_is_what_its_reader_sees() -> None:
    line = plain("* **Unmet: Session set.** No day. [open](<https://x.example/a_(b)>)")

    assert line.startswith("* Unmet: Session set. No day. open")


def _left_behind() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("closeout-demo-*"))
