"""INSERT … ON CONFLICT, for both engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from service.storage.engine import Dialect

AnyInsert = sqlite.Insert | postgresql.Insert
Statement = TypeVar("Statement", bound=Executable)


def on_each_engine(
    table: Table, build: Callable[[AnyInsert], Statement]
) -> Mapping[Dialect, Statement]:
    """Build the same statement for both engines; SQLAlchemy has an insert of its own for each."""
    return {"sqlite": build(sqlite.insert(table)), "postgresql": build(postgresql.insert(table))}


def replacing(insert: AnyInsert) -> AnyInsert:
    """Insert a row, or replace everything but the key of the one that is there."""
    columns = insert.table.c
    return insert.on_conflict_do_update(
        index_elements=[column for column in columns if column.primary_key],
        set_={
            column.name: insert.excluded[column.name]
            for column in columns
            if not column.primary_key
        },
    )
