"""What every part of the store has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.storage.engine import Database


class Part:
    """Some of the store's methods, over the one database. SqlStore is all parts together."""

    def __init__(self, database: Database) -> None:
        self._database = database
