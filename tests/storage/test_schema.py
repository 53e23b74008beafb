from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from service.ports import Unavailable
from service.storage import (
    UnusableDatabase,
    open_store,
    schema,
    schema_is_current,
    upgrade,
)
from service.storage.engine import Database
from service.storage.tables import metadata
from tests.conftest import PROJECT
from tests.storage.builders import NOON, a_closeout
from tests.storage.conftest import sqlite_url

MIGRATE_WHEN_TOLD = """
import sys
from alembic import command
from service.storage import upgrade
print("ready", flush=True)
sys.stdin.readline()
upgrade(sys.argv[1])
"""

LOOK_AND_LIST_MODULES = """
import sys
from service.storage import open_store, schema_is_current
assert schema_is_current(sys.argv[1])
open_store(sys.argv[1]).close()
print(*sorted(sys.modules))
"""


def running(script: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, url],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def own_database(empty_database: str) -> str:
    """The URL of a database with the schema, which no other test uses."""
    upgrade(empty_database)
    return empty_database


def set_version(url: str, version: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    database.close()


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(empty_database: str) -> None:
    before = schema_is_current(empty_database)

    upgrade(empty_database)

    assert not before
    assert schema_is_current(empty_database)


def test_upgrading_a_current_database_changes_nothing(database: str) -> None:
    store = open_store(database)
    closeout = a_closeout(store)

    upgrade(database)

    assert [closeout] == store.closeouts()
    store.close()


def test_an_older_schema_is_not_current_and_a_newer_one_is(own_database: str) -> None:
    found = []
    for version in ("0000", "9999"):
        set_version(own_database, version)
        found.append(schema_is_current(own_database))

    assert found == [False, True]


def test_upgrading_leaves_a_newer_schema_alone(own_database: str) -> None:
    set_version(own_database, "9999")

    upgrade(own_database)

    assert schema_is_current(own_database)


def test_looking_at_the_schema_makes_no_sqlite_file(tmp_path: Path) -> None:
    assert not schema_is_current(sqlite_url(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_newest_version_is_that_of_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema._MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == schema.NEWEST


def test_migrations_build_exactly_the_tables_the_code_uses(database: str) -> None:
    opened = Database(database)
    options = {"compare_type": True, "compare_server_default": True}

    with opened.reading() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts=options), metadata
        )

    opened.close()
    assert differences == []


def test_of_two_processes_that_migrate_at_once_both_succeed(empty_database: str) -> None:
    processes = [running(MIGRATE_WHEN_TOLD, empty_database) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    outcomes = [process.communicate for process in processes]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [communicate()[1] for communicate in outcomes]

    assert errors == ["", ""]
    assert schema_is_current(empty_database)


def test_neither_looking_at_the_schema_nor_opening_imports_alembic(database: str) -> None:
    process = running(LOOK_AND_LIST_MODULES, database)

    modules, errors = process.communicate()

    assert errors == ""
    assert "sqlalchemy" in modules.split()
    assert "alembic" not in modules.split()


def test_an_upgrade_that_leaves_broken_references_is_undone(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    database = Database(url, foreign_keys=False)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (parent INTEGER REFERENCES parent (id))")
        connection.exec_driver_sql("INSERT INTO child VALUES (7)")
    database.close()

    with pytest.raises(UnusableDatabase, match="child"):
        upgrade(url)

    assert not schema_is_current(url)


def test_a_store_without_a_schema_says_so(empty_database: str) -> None:
    store = open_store(empty_database)

    with pytest.raises(Unavailable, match="deliveries"):
        store.put_delivery("acme", "d-1", b"{}", NOON)

    store.close()
