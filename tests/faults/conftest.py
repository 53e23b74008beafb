from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.nursery import Nursery, running_nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """A process that has imported everything, and forks those that are killed."""
    with running_nursery() as found:
        yield found
