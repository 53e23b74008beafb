"""What a write is told of the tries before it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from service.flows.effects import Attempt, once
from service.ports import NotYet, Rejected, Unavailable
from service.records import EffectState
from tests.web.house import House, a_closeout

MINUTE = timedelta(minutes=1)


class Writing:
    """A write that ends as it is told to, and remembers what it was told."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._closeout = a_closeout(house)
        self.attempts: list[Attempt] = []

    def ends(self, ending: Exception | None = None) -> None:
        def write(attempt: Attempt) -> str:
            self.attempts.append(attempt)
            if ending is not None:
                raise ending
            return "made"

        tools = self._house.services.tools("acme")
        once(self._closeout, "ticket", "1", write, lambda made: (made, None), tools=tools)

    def fails(self, ending: Exception) -> None:
        with pytest.raises(type(ending)):
            self.ends(ending)

    @property
    def tried(self) -> list[timedelta | None]:
        return [attempt.tried for attempt in self.attempts]

    @property
    def state(self) -> EffectState:
        effect = self._house.store.effect(self._closeout.id, "ticket", "1")
        assert effect is not None
        return effect.state


@pytest.fixture
def passes(house: House) -> Callable[[timedelta], None]:
    def move(length: timedelta) -> None:
        house.now += length

    return move


def test_a_write_that_was_never_tried_is_told_so(house: House) -> None:
    writing = Writing(house)

    writing.ends()

    assert [None] == writing.tried
    assert writing.state is EffectState.DONE


def test_after_a_lost_answer_it_is_told_how_long_ago_that_was(
    house: House, passes: Callable[[timedelta], None]
) -> None:
    writing = Writing(house)
    writing.fails(Unavailable("cut off"))
    passes(3 * MINUTE)

    writing.ends()

    assert [None, 3 * MINUTE] == writing.tried


def test_each_lost_answer_counts_anew_because_each_may_have_written(
    house: House, passes: Callable[[timedelta], None]
) -> None:
    writing = Writing(house)
    writing.fails(Unavailable("cut off"))
    passes(3 * MINUTE)
    writing.fails(Unavailable("cut off again"))
    passes(MINUTE)

    writing.ends()

    assert [None, 3 * MINUTE, MINUTE] == writing.tried


def test_looking_in_vain_writes_nothing_so_that_the_age_stays(
    house: House, passes: Callable[[timedelta], None]
) -> None:
    writing = Writing(house)
    writing.fails(Unavailable("cut off"))
    passes(MINUTE)
    writing.fails(NotYet("the index lags", MINUTE))
    passes(MINUTE)

    writing.ends()

    assert [None, MINUTE, 2 * MINUTE] == writing.tried


def test_a_refused_write_wrote_nothing(house: House, passes: Callable[[timedelta], None]) -> None:
    writing = Writing(house)
    writing.fails(Rejected("no such field"))
    passes(MINUTE)

    writing.ends()

    assert [None, None] == writing.tried


def test_an_answer_lost_after_a_refusal_is_not_forgotten(
    house: House, passes: Callable[[timedelta], None]
) -> None:
    writing = Writing(house)
    writing.fails(Rejected("no such field"))
    passes(MINUTE)
    writing.fails(Unavailable("cut off"))
    passes(MINUTE)

    writing.ends()

    assert [None, None, MINUTE] == writing.tried


def test_a_write_that_is_done_is_not_called_again(house: House) -> None:
    writing = Writing(house)
    writing.ends()

    writing.ends()

    assert 1 == len(writing.attempts)
