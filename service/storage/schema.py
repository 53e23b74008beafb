"""The version of the schema: whether it is current, and how it gets there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from service.storage.engine import Database, UnusableDatabase, parse_url

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEWEST = "0003"
"""The newest migration. Kept here because asking alembic costs 0.7 s; a test compares the two."""

_MIGRATIONS = Path(__file__).parent / "migrations"

_VERSION_TABLE = "alembic_version"  # alembic's own name for it

# Any number will do that no other program takes as its lock in the same database.
_MIGRATION_LOCK = 0x636C6F73656F7574

_PATIENCE = timedelta(minutes=1)


def schema_is_current(url: str) -> bool:
    """Say whether the database has the schema this program needs, or a newer one.

    A newer one is good, because migrations only add what an older program does not miss. A SQLite
    file that is not there is not made. Raises Unavailable.
    """
    address = parse_url(url)
    if address.drivername == "sqlite" and not Path(address.database or "").exists():
        return False
    database = Database(url)
    try:
        with database.reading() as connection:
            return _version(connection) >= NEWEST
    finally:
        database.close()


def upgrade(url: str) -> None:
    """Bring the schema up to date; of several processes one does it and the others wait.

    All of it is one transaction. Raises Unavailable where the others take over a minute.
    """
    if schema_is_current(url):
        return
    # A table that is copied to be changed must be free of references meanwhile (SQLite).
    database = Database(url, patience=_PATIENCE, foreign_keys=False)
    try:
        with database.transaction() as connection:
            if database.dialect == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:number)")
                connection.execute(lock, {"number": _MIGRATION_LOCK})
            _migrate(connection)
            if database.dialect == "sqlite":
                _check_references(connection)
    finally:
        database.close()


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return ""
    version = text(f"SELECT version_num FROM {_VERSION_TABLE}")  # noqa: S608  (a constant)
    return connection.execute(version).scalar_one_or_none() or ""


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise UnusableDatabase(f"after the upgrade rows of {broken[0][0]} refer to nothing; undone")
