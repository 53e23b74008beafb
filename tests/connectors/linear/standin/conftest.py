"""A stand-in in the middle of its work, somebody who asks it, and somebody who listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import Asking, Ear, HandClock, listening


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def standin(clock: HandClock) -> Iterator[Standin]:
    """Its webhooks are sent when a test says so."""
    with Standin.seeded(clock, threads=False) as running:
        yield running


@pytest.fixture
def linear(standin: Standin) -> Iterator[Asking]:
    with Asking(standin) as asking:
        yield asking


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as one:
        yield one
