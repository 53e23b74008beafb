from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from service.domain.closeout import Verification
from service.storage import SqlStore, UnusableDatabase, open_store
from service.storage.engine import Database, parse_url
from tests.storage.builders import NOON
from tests.storage.conftest import sqlite_url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://closeout@db/closeout", "'mysql'"),
        ("postgresql+asyncpg://closeout@db/closeout", "'postgresql\\+asyncpg'"),
        ("sqlite://", "no file"),
        ("sqlite:///:memory:", "no file"),
        ("sqlite:///file:closeout?mode=memory&uri=true", "no file"),
        ("closeout.db", "no URL"),
        ("", "no URL"),
    ],
)
def test_another_kind_of_database_is_refused_with_what_there_is(url: str, said: str) -> None:
    with pytest.raises(UnusableDatabase, match=f"{said}.*sqlite:///FILE and postgresql"):
        open_store(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_scheme_of_postgresql_is_understood(scheme: str) -> None:
    assert parse_url(f"{scheme}://closeout@db/closeout").drivername == "postgresql+psycopg"


def test_every_sqlite_connection_is_as_durable_as_promised(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))

    with database.reading() as one, database.reading() as other:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for connection in (one, other)
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        ]

    database.close()
    assert found == ["wal", 2, 1500, 1] * 2


def test_a_sqlite_file_that_cannot_be_made_durable_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "closeout.db"
    file.touch()

    # SQLite opens an immutable file without a word, and keeps no journal for it.
    with pytest.raises(UnusableDatabase, match=r"journal_mode at '.*' instead of 'wal'"):
        open_store(f"sqlite:///file:{file}?immutable=1&uri=true")


def test_the_first_switch_to_wal_waits_for_a_writer(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "closeout.db", check_same_thread=False)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        leaving = threading.Timer(0.2, writer.rollback)
        leaving.start()

        database = Database(sqlite_url(tmp_path))
        with database.reading() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()

        leaving.join()
        database.close()
        assert "wal" == mode


def test_an_error_names_no_value(store: SqlStore) -> None:
    stranger = Verification("nobody", "u-2", "Grace", NOON, "a canary", "web")

    with pytest.raises(IntegrityError) as failure:
        store.add_verification(stranger)

    assert "canary" not in str(failure.value)


def test_a_transaction_that_fails_leaves_nothing(database: str) -> None:
    opened = Database(database)

    def write_and_fail(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO notes (at, text) VALUES ('2026-01-01 00:00', 'n')")
        raise RuntimeError

    with pytest.raises(RuntimeError), opened.transaction() as connection:
        write_and_fail(connection)

    with opened.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM notes").scalar_one() == 0
    opened.close()
