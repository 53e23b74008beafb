"""A stand-in in the middle of its work, somebody who asks it, and somebody who listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import (
    COMPANY,
    DATA_CENTER,
    TEAM,
    Asking,
    Ear,
    HandClock,
    listening,
)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def flavour() -> str:
    """Which Jira; a test takes another one by its parameters."""
    return COMPANY


@pytest.fixture(params=[COMPANY, TEAM, DATA_CENTER])
def any_jira(request: pytest.FixtureRequest, clock: HandClock) -> Iterator[Asking]:
    """Somebody who asks each of the three."""
    with (
        Standin.seeded(clock, flavour=request.param, threads=False) as running,
        Asking(running) as asking,
    ):
        yield asking


@pytest.fixture
def standin(clock: HandClock, flavour: str) -> Iterator[Standin]:
    """Its webhooks are sent when a test says so."""
    with Standin.seeded(clock, flavour=flavour, threads=False) as running:
        yield running


@pytest.fixture
def jira(standin: Standin) -> Iterator[Asking]:
    with Asking(standin) as asking:
        yield asking


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as one:
        yield one
