"""What was acknowledged is there, and what was not is not: killed, locked, full and cut off."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import event

from service.ports import Unavailable
from service.records import DeliveryState
from service.storage import SqlStore, open_store
from tests import servers
from tests.conftest import PROJECT
from tests.storage.builders import APOLLO, NOON, at_once

ACKNOWLEDGE_WITHOUT_END = """
import itertools, os, sys, threading
from datetime import UTC, datetime
from service.storage import open_store

store = open_store(sys.argv[1])

def put(thread):
    for number in itertools.count():
        store.put_delivery("acme", f"{thread}-{number}", bytes(6000), datetime.now(UTC))
        os.write(1, f"{thread}-{number}\\n".encode())

for thread in range(8):
    threading.Thread(target=put, args=[thread]).start()
"""

LINES = 1500
LONGEST_WAIT = 3.0  # seconds: twice the patience, for a machine that is busy


@pytest.mark.parametrize("round_", range(3))
def test_every_delivery_acknowledged_before_a_kill_is_there_once(
    round_: int, database: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ACKNOWLEDGE_WITHOUT_END, database],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(LINES)]

    process.kill()
    rest = process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()

    acknowledged = [line.decode().strip() for line in (*lines, *rest) if line.endswith(b"\n")]
    with closing(open_store(database)) as store:
        kept = [delivery.id for delivery in store.new_deliveries(1_000_000)]
    assert len(acknowledged) >= LINES
    assert set() == set(acknowledged) - set(kept)
    assert len(set(kept)) == len(kept)


@contextmanager
def deliveries_locked(database: str) -> Iterator[None]:
    """Another program holds what a put needs, for longer than anybody waits."""
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.rollback()
    else:
        with plain_connection(database) as locker, locker.transaction():
            locker.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
            yield


def plain_connection(database: str) -> psycopg.Connection:
    return psycopg.connect(database.replace("+psycopg", ""), autocommit=True)


def test_a_lock_held_too_long_gives_unavailable_and_no_row(database: str, store: SqlStore) -> None:
    def put(number: int) -> type[Exception] | None:
        try:
            store.put_delivery("acme", f"d-{number}", b"{}", NOON)
        except Unavailable as failure:
            return type(failure)
        return None

    with deliveries_locked(database):
        started = time.monotonic()
        answers = at_once(8, put)
        waited = time.monotonic() - started

    assert [Unavailable] * 8 == answers
    assert waited < LONGEST_WAIT
    assert store.new_deliveries(10) == []
    assert put(9) is None


def test_other_writes_wait_for_a_lock_no_longer(sqlite_with_schema: str) -> None:
    with (
        closing(open_store(sqlite_with_schema)) as store,
        deliveries_locked(sqlite_with_schema),
        pytest.raises(Unavailable, match="locked"),
    ):
        store.mark_due(APOLLO, NOON, "sweep")


def test_reading_does_not_wait_for_a_writer(sqlite_with_schema: str) -> None:
    with closing(open_store(sqlite_with_schema)) as store, deliveries_locked(sqlite_with_schema):
        assert store.new_deliveries(10) == []


def test_a_full_disk_gives_unavailable_and_goes_on_when_there_is_room(
    sqlite_with_schema: str,
) -> None:
    room = {"pages": 80}
    with closing(open_store(sqlite_with_schema)) as store:

        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {room['pages']}")

        event.listen(store._database.engine, "checkout", limit)
        store.put_delivery("acme", "small", b"{}", NOON)

        with pytest.raises(Unavailable, match="full"):
            store.put_delivery("acme", "large", bytes(1_000_000), NOON)

        assert [delivery.id for delivery in store.new_deliveries(10)] == ["small"]
        room["pages"] = 1_000_000
        store.put_delivery("acme", "large", bytes(1_000_000), NOON)
        assert {"small", "large"} == {delivery.id for delivery in store.new_deliveries(10)}


def cut_off(database: str) -> None:
    """End every other connection to the database, as a restart would."""
    with plain_connection(database) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_delivery_survives_a_cut_connection(database: str, store: SqlStore) -> None:
    at_once(8, lambda number: store.put_delivery("acme", f"before-{number}", b"{}", NOON))

    cut_off(database)

    at_once(8, lambda number: store.put_delivery("acme", f"after-{number}", b"{}", NOON))
    assert store.delivery_counts()["new"] == 16


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_other_work_hears_of_a_cut_connection_once(database: str, store: SqlStore) -> None:
    store.mark_due(APOLLO, NOON, "sweep")
    cut_off(database)

    with pytest.raises(Unavailable):
        store.mark_due(APOLLO, NOON, "delivery d-1")

    store.mark_due(APOLLO, NOON, "delivery d-1")
    assert store.due_count(NOON) == 1


def test_a_server_that_is_not_there_gives_unavailable_without_the_password() -> None:
    url = f"postgresql+psycopg://closeout:hunter2@{servers.LOOPBACK}:{servers.free_port()}/closeout"

    with closing(open_store(url)) as store:
        with pytest.raises(Unavailable) as put:
            store.put_delivery("acme", "d-1", b"{}", NOON)
        with pytest.raises(Unavailable) as read:
            store.deliveries(DeliveryState.NEW, 1)

    assert "hunter2" not in str(put.value) + str(read.value)


def test_closing_ends_the_writer_and_later_deliveries_are_refused(sqlite_with_schema: str) -> None:
    store = open_store(sqlite_with_schema)
    store.put_delivery("acme", "d-1", b"{}", NOON)

    store.close()

    with pytest.raises(Unavailable, match="closed"):
        store.put_delivery("acme", "d-2", b"{}", NOON)
