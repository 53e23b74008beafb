"""Killed between any write to Linear and its record, and started again: nothing is made twice."""

from __future__ import annotations

import random
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from tests.faults.line import (
    GRID,
    LASTING,
    MADE,
    PICTURES,
    WRITES,
    Relay,
    check_world,
    made,
    pictures,
    writes,
)
from tests.faults.nursery import Nursery


def test_the_grid_has_every_write_of_the_line(tmp_path: Path, nursery: Nursery) -> None:
    with closing(Relay(tmp_path, nursery)) as relay:
        relay.goes_through()

        check_world(relay)
        assert writes(relay) == WRITES
        assert len(pictures(relay)) == PICTURES
        assert relay.killed == 0


@pytest.mark.parametrize("number", GRID)
def test_a_process_killed_between_a_write_and_its_record_makes_nothing_twice(
    number: int, tmp_path: Path, nursery: Nursery
) -> None:
    with closing(Relay(tmp_path, nursery, dies_at=[number])) as relay:
        relay.goes_through()

        check_world(relay)
        assert made(relay) == MADE
        assert relay.killed == 1


def test_processes_of_which_each_dies_at_its_first_write_get_there_all_the_same(
    tmp_path: Path, nursery: Nursery
) -> None:
    with closing(Relay(tmp_path, nursery, dies_at=LASTING)) as relay:
        relay.goes_through()

        check_world(relay)
        assert made(relay) == MADE
        assert relay.killed == len(MADE)


@pytest.mark.parametrize("seed", range(12))
def test_processes_that_die_between_any_two_statements_make_nothing_twice(
    seed: int, tmp_path: Path, nursery: Nursery
) -> None:
    luck = random.Random(seed)
    statements = (luck.randint(1, 16) for _ in count())

    with closing(Relay(tmp_path, nursery, statements=statements)) as relay:
        relay.goes_through()

        check_world(relay)
        assert made(relay) == MADE
        assert relay.killed >= 6
