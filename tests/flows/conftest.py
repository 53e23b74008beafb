"""Flows over the real store; the tools behind them live in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service import storage
from tests.web.house import House, a_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    url = f"sqlite:///{tmp_path}/closeout.db"
    storage.upgrade(url)
    store = storage.open_store(url)
    try:
        yield a_house(store)
    finally:
        store.close()
