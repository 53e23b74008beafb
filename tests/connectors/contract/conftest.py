from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.contract.cast import SECRET, Cast, Ear
from tests.stories.tools import every_tool


@pytest.fixture(params=every_tool())
def cast(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cast]:
    """Each connector, with the tool it is for."""
    found = Cast(every_tool()[request.param], tmp_path)
    try:
        yield found
    finally:
        found.tool.stop()


@pytest.fixture
def ear(cast: Cast) -> Iterator[Ear]:
    """Who is told of everything in the tool."""
    found = Ear()
    try:
        cast.tool.registers_the_webhook(lambda name: f"{found.url}/{name}", SECRET)
        yield found
    finally:
        cast.tool.settle()
        found.close()
