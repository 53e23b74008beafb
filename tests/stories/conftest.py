from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.stage import Stage, a_stage
from tests.stories.tools import Tool, every_tool, tools


@pytest.fixture(params=tools())
def tool(request: pytest.FixtureRequest) -> type[Tool]:
    """Each tool that the same story is told in."""
    return every_tool()[request.param]


@pytest.fixture
def stage(tmp_path: Path, tool: type[Tool]) -> Iterator[Stage]:
    """A project in the middle of its work, in a tool that Closeout is connected to."""
    with a_stage(tmp_path, tool) as found:
        yield found
