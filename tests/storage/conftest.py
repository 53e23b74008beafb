"""The store on both engines, with the schema as the migrations build it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.storage import SqlStore, open_store, upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, on one engine after the other."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
def database(empty_database: str) -> str:
    """The URL of a database with the schema."""
    upgrade(empty_database)
    return empty_database


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    opened = open_store(database)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """The URL of a SQLite database with the schema."""
    url = sqlite_url(tmp_path)
    upgrade(url)
    return url


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'closeout.db'}"
