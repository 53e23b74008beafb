"""The way to the database: connections, transactions, and errors in our own words."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.ports import Unavailable

PATIENCE = timedelta(seconds=1.5)
"""How long anybody waits for a lock or a connection before the answer is Unavailable."""

CONNECTIONS = 16
"""Connections of one process at most."""

_PAUSE = 0.01  # seconds between two tries for a lock that SQLite does not wait for

Dialect = Literal["sqlite", "postgresql"]


class UnusableDatabase(Exception):
    """The database cannot be used as configured; an operator must act."""


class Database:
    """One database, as this process sees it.

    - On SQLite there is one writer at a time in this process, by a lock of ours: SQLite's own
      waiting is unfair, and a second writer costs more than it brings.
    - On PostgreSQL a statement on its own commits itself, which saves two round trips.
    - Errors that may pass (locked, full, gone) come out as Unavailable, without any value.
    """

    def __init__(
        self, url: str, *, patience: timedelta = PATIENCE, foreign_keys: bool = True
    ) -> None:
        address = parse_url(url)
        if address.drivername == "sqlite":
            self.dialect: Dialect = "sqlite"
            self.engine = _sqlite(address, patience, foreign_keys=foreign_keys)
        else:
            self.dialect = "postgresql"
            self.engine = _postgresql(address, patience)
        self._writing = threading.Lock() if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; every statement sees what was committed before it."""
        with in_our_words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection for one statement that writes; it is committed by itself."""
        with in_our_words(), self._alone(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection whose statements are committed together at the end, or not at all."""
        with in_our_words(), self._alone(), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                with connection.begin():
                    # At once as a writer: one that turns writer later is refused without waiting.
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    yield connection
            else:
                connection.execution_options(isolation_level="READ COMMITTED")
                with connection.begin():
                    yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _alone(self) -> AbstractContextManager[None]:
        return nullcontext() if self._writing is None else _held(self._writing)


@contextmanager
def _held(lock: threading.Lock) -> Iterator[None]:
    if not lock.acquire(timeout=PATIENCE.total_seconds()):
        raise unavailable("another writer of this process holds it")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn the errors that may pass into Unavailable."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise unavailable(reason_of(error)) from error


def unavailable(reason: str) -> Unavailable:
    """Build the error for a database that does not do what we ask now.

    It names no time to wait for, since that would park the workspace that is worked on.
    """
    return Unavailable(f"the database cannot be used now: {reason}")


def reason_of(error: SQLAlchemyError) -> str:
    """Return the driver's own words, one line, without the statement and its values."""
    words = str(getattr(error, "orig", None) or error.args[0]).strip()
    return words.splitlines()[0] if words else type(error).__name__


def parse_url(url: str) -> URL:
    """Read a database URL. Raises UnusableDatabase for one of another kind."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnusableDatabase(f"database_url is no URL; {_ALLOWED}") from error
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise UnusableDatabase(f"database_url starts with {address.drivername!r}; {_ALLOWED}")
    if address.drivername == "sqlite" and _in_memory(address):
        raise UnusableDatabase(f"database_url names no file; {_ALLOWED}")
    return address


def _in_memory(address: URL) -> bool:
    return address.database in {None, "", ":memory:"} or address.query.get("mode") == "memory"


_ALLOWED = "there are sqlite:///FILE and postgresql+psycopg://USER@HOST/DATABASE"


def _sqlite(address: URL, patience: timedelta, *, foreign_keys: bool) -> Engine:
    milliseconds = patience // timedelta(milliseconds=1)
    pragmas: dict[str, tuple[str, object]] = {  # how it is set, and how it reads then
        "busy_timeout": (str(milliseconds), milliseconds),  # first: the others may have to wait
        "journal_mode": ("WAL", "wal"),
        # WAL with NORMAL may take back a committed delivery when the power fails:
        # https://www.sqlite.org/pragma.html#pragma_synchronous
        "synchronous": ("FULL", 2),
        "foreign_keys": ("ON", 1) if foreign_keys else ("OFF", 0),
    }

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        """Set what durability rests on, and read it back: SQLite ignores what it cannot do."""
        connection.isolation_level = None  # the driver begins nothing by itself, Database does
        for name, (value, expected) in pragmas.items():
            _set_pragma(connection, f"PRAGMA {name} = {value}", patience)
            (found,) = connection.execute(f"PRAGMA {name}").fetchone()
            if found != expected:
                raise UnusableDatabase(
                    f"SQLite keeps {name} at {found!r} instead of {expected!r}; "
                    "put the database file on a local disk where this user may write"
                )

    engine = create_engine(
        address,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=patience.total_seconds(),
        hide_parameters=True,
    )
    event.listen(engine, "connect", prepare)
    return engine


def _set_pragma(connection: sqlite3.Connection, pragma: str, patience: timedelta) -> None:
    """Set a pragma, waiting for others as a statement would.

    Whatever its busy_timeout, SQLite gives up at once where another connection writes to a file, or
    switches it too, at the moment of its first switch to WAL: so do two processes that start
    together on a new file.
    """
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _postgresql(address: URL, patience: timedelta) -> Engine:
    milliseconds = patience // timedelta(milliseconds=1)
    options = {
        "options": (
            f"-c timezone=UTC -c lock_timeout={milliseconds} -c statement_timeout={10 * milliseconds}"
        ),
        "connect_timeout": 2,  # seconds
    }
    try:
        return create_engine(
            address,
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            pool_reset_on_return=None,  # nothing is ever left open, see Database
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=patience.total_seconds(),
            hide_parameters=True,
            # What the URL itself says of these wins.
            connect_args={key: options[key] for key in options.keys() - address.query.keys()},
        )
    except ModuleNotFoundError as error:
        message = f"PostgreSQL needs the module {error.name}; install closeout[pg]"
        raise UnusableDatabase(message) from error
