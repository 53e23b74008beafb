"""A Cloud site and a Data Center one, somebody who asks each, and somebody who listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.confluence.standin import Standin
from tests.connectors.confluence.standin.asking import Asking, Ear, HandClock, listening


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def standin(clock: HandClock) -> Iterator[Standin]:
    with Standin.seeded(clock, threads=False) as running:
        yield running


@pytest.fixture
def wiki(standin: Standin) -> Iterator[Asking]:
    with Asking(standin) as asking:
        yield asking


@pytest.fixture
def server(clock: HandClock) -> Iterator[Standin]:
    with Standin.seeded(clock, flavour="data-center", threads=False) as running:
        yield running


@pytest.fixture
def own(server: Standin) -> Iterator[Asking]:
    with Asking(server) as asking:
        yield asking


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as one:
        yield one
