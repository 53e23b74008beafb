from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service import logs
from tests.cli.console import Console, a_console
from tests.stories.stage import Stage, a_stage


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Put logging back as it was: a command points it at the stderr of its own run."""
    with logs.kept():
        yield


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A project in the middle of its work, in a tool that Closeout is connected to."""
    with a_stage(tmp_path) as stage:
        yield stage


@pytest.fixture
def console(stage: Stage, tmp_path: Path) -> Console:
    """A console over that stage."""
    return a_console(stage, tmp_path)
