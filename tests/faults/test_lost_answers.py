"""Linear did what it was asked, and its answer got lost: it is looked up, and not done again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.linear.standin import Mode
from tests.faults.line import WRITES, Line, check_world, orders, writes

ALL_KINDS = (1, 2, 3, 4, 5, 6, 11)
"""A write of each kind, by its number in the line."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    found = Line(tmp_path, timeout=1)
    yield found
    found.close()


def test_a_write_of_each_kind_is_chosen() -> None:
    assert {WRITES[number - 1] for number in ALL_KINDS} == set(WRITES)


@pytest.mark.parametrize(
    "mode", [Mode.DO_THEN_500, Mode.DO_THEN_429, Mode.DO_THEN_RESET, Mode.TRUNCATED]
)
def test_every_answer_to_a_write_is_lost_once(mode: Mode, line: Line) -> None:
    line.standin.control.fail(mode, times=len(WRITES), only="mutation")

    line.goes_through()

    check_world(line)
    assert sorted(writes(line)) == sorted(WRITES)
    assert not orders(line)


@pytest.mark.parametrize("mode", [Mode.ERROR_500, Mode.RESET, Mode.HTML_200])
def test_every_write_is_refused_once_by_a_passing_fault(mode: Mode, line: Line) -> None:
    line.standin.control.fail(mode, only="mutation")
    for _ in WRITES[1:]:
        line.standin.control.fail(mode, only="mutation", skip=1)

    line.goes_through()

    check_world(line)
    assert sorted(writes(line)) == sorted(WRITES)
    assert not orders(line)


@pytest.mark.parametrize("number", range(1, len(WRITES) + 1))
def test_one_answer_is_lost(number: int, line: Line) -> None:
    line.standin.control.fail(Mode.DO_THEN_RESET, only="mutation", skip=number - 1)

    line.goes_through()

    check_world(line)
    assert sorted(writes(line)) == sorted(WRITES)
    assert not orders(line)


def test_answers_that_do_not_come_in_time(line: Line) -> None:
    last = 0
    for number in ALL_KINDS:
        skip = number - last - 1
        line.standin.control.fail(Mode.DO_THEN_HANG, only="mutation", skip=skip, seconds=30)
        last = number

    line.goes_through()

    check_world(line)
    assert sorted(writes(line)) == sorted(WRITES)
    assert not orders(line)
