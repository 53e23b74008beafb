"""Linear did what it was asked, and its answer got lost: it is looked up, and not done again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.linear.standin import Mode
from tests.faults.line import GRID, MADE, Line, check_world, made, orders

ALL_KINDS = tuple(dict.fromkeys(MADE))
"""Each kind of write that makes something."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    found = Line(tmp_path, timeout=1)
    yield found
    found.close()


@pytest.mark.parametrize(
    "mode", [Mode.DO_THEN_500, Mode.DO_THEN_429, Mode.DO_THEN_RESET, Mode.TRUNCATED]
)
def test_every_answer_to_a_write_is_lost_once(mode: Mode, line: Line) -> None:
    for kind in ALL_KINDS:
        line.standin.control.fail(mode, times=MADE.count(kind), only=kind)

    line.goes_through()

    check_world(line)
    assert sorted(made(line)) == sorted(MADE)
    assert not orders(line)


@pytest.mark.parametrize("mode", [Mode.ERROR_500, Mode.RESET, Mode.HTML_200])
def test_every_write_is_refused_once_by_a_passing_fault(mode: Mode, line: Line) -> None:
    for kind in ALL_KINDS:
        line.standin.control.fail(mode, only=kind)
        for _ in range(1, MADE.count(kind)):
            line.standin.control.fail(mode, only=kind, skip=1)

    line.goes_through()

    check_world(line)
    assert sorted(made(line)) == sorted(MADE)
    assert not orders(line)


@pytest.mark.parametrize("number", GRID)
def test_one_answer_is_lost(number: int, line: Line) -> None:
    line.standin.control.fail(Mode.DO_THEN_RESET, only="mutation", skip=number - 1)

    line.goes_through()

    check_world(line)
    assert sorted(made(line)) == sorted(MADE)
    assert not orders(line)


def test_answers_that_do_not_come_in_time(line: Line) -> None:
    for kind in (*ALL_KINDS, "fileUpload"):
        line.standin.control.fail(Mode.DO_THEN_HANG, only=kind, seconds=30)

    line.goes_through()

    check_world(line)
    assert sorted(made(line)) == sorted(MADE)
    assert not orders(line)
