"""The store on both engines, with the schema as the migrations build it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.storage import SqlStore, open_store, upgrade
from service.storage.engine import Database
from service.storage.tables import metadata
from tests import servers


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Both engines, one after the other."""
    name: str = request.param
    return name


@pytest.fixture
def empty_database(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of its own without any table, on both engines."""
    if engine_name == "sqlite":
        return sqlite_url(tmp_path)
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
def database(engine_name: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database with the schema and without rows, on both engines."""
    url: str = request.getfixturevalue(f"{engine_name}_with_schema")
    return url


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    opened = open_store(database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied: migrating for each test takes too long."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(sqlite_url(folder))
    return folder / "closeout.db"


@pytest.fixture
def sqlite_with_schema(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database with the schema."""
    shutil.copy(sqlite_template, tmp_path / "closeout.db")
    return sqlite_url(tmp_path)


@pytest.fixture(scope="session")
def shared_postgresql(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with the schema, which the tests use one after the other."""
    with servers.postgres_database(postgres_url, f"closeout_{uuid.uuid4().hex}") as url:
        upgrade(url)
        yield url


@pytest.fixture
def postgresql_with_schema(shared_postgresql: str) -> str:
    """The URL of a PostgreSQL database with the schema and without rows."""
    tables = ", ".join(metadata.tables)
    database = Database(shared_postgresql)
    with database.writing() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    database.close()
    return shared_postgresql


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'closeout.db'}"
