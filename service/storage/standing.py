"""Projects known to stand closed, where a tool does not say since when."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, select

from service.storage.part import Part
from service.storage.tables import standing_closed
from service.storage.upserts import on_each_engine

_STAND = on_each_engine(standing_closed, lambda insert: insert.on_conflict_do_nothing())
_LIST = select(standing_closed.c.key).where(
    standing_closed.c.workspace == bindparam("of_workspace")
)
_LEAVE = delete(standing_closed).where(
    standing_closed.c.workspace == bindparam("of_workspace"),
    standing_closed.c.key == bindparam("of_key"),
)


class Standing(Part):
    """What stands closed, by workspace and key."""

    def standing(self, workspace: str) -> frozenset[str]:
        with self._database.reading() as connection:
            return frozenset(connection.execute(_LIST, {"of_workspace": workspace}).scalars())

    def stand(self, workspace: str, keys: Iterable[str]) -> None:
        if rows := [{"workspace": workspace, "key": key} for key in keys]:
            with self._database.writing() as connection:
                connection.execute(_STAND[self._database.dialect], rows)

    def stand_no_more(self, workspace: str, keys: Iterable[str]) -> None:
        if rows := [{"of_workspace": workspace, "of_key": key} for key in keys]:
            with self._database.writing() as connection:
                connection.execute(_LEAVE, rows)
