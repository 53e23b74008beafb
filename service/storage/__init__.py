"""What Closeout remembers, over SQLite (embedded) and PostgreSQL. The only SQL is in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.storage.engine import Database, UnusableDatabase
from service.storage.schema import schema_is_current, upgrade
from service.storage.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.records import Store

__all__ = ["SqlStore", "UnusableDatabase", "open_store", "schema_is_current", "upgrade"]


def open_store(url: str) -> SqlStore:
    """Open the store of a `sqlite:///FILE` or `postgresql+psycopg://…` URL.

    - SQLite is connected at once, to see that it does what durability rests on. PostgreSQL is
      connected by the first use, so that a process may still fork.
    - The schema is not looked at: see `schema_is_current` and `upgrade`.

    Raises UnusableDatabase (an operator must act) or Unavailable (try again).
    """
    database = Database(url)
    if database.dialect == "sqlite":
        with database.reading():
            pass
    return SqlStore(database)


if TYPE_CHECKING:
    _fills_the_port: Callable[[str], Store] = open_store
