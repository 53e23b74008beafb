"""Working time that was imported from files, by project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from service.domain.tracking import ProjectRef, TimeEntry
from service.storage.columns import KeyText
from service.storage.part import Part
from service.storage.tables import time_entries
from service.storage.upserts import on_each_engine

if TYPE_CHECKING:
    from datetime import datetime

_OF_PROJECT = (
    time_entries.c.workspace == bindparam("of_workspace", type_=KeyText()),
    time_entries.c.key == bindparam("of_key", type_=KeyText()),
)
_LIST = select(time_entries).where(*_OF_PROJECT).order_by(time_entries.c.at, time_entries.c.id)
_TAKE_OUT = delete(time_entries).where(
    *_OF_PROJECT, time_entries.c.id == bindparam("of_id", type_=KeyText())
)
_ADD = on_each_engine(
    time_entries, lambda insert: insert.on_conflict_do_nothing().returning(time_entries.c.id)
)


class ImportedTime(Part):
    """Time entries by project and id: the same id is kept once."""

    def imported_time(self, project: ProjectRef) -> Sequence[TimeEntry]:
        of = {"of_workspace": project.workspace, "of_key": project.key}
        with self._database.reading() as connection:
            return [
                TimeEntry(
                    id=row.id,
                    at=row.at,
                    seconds=row.seconds,
                    issue_id=row.issue_id,
                    person_id=row.person,
                    role=row.role,
                    source=row.source,
                )
                for row in connection.execute(_LIST, of)
            ]

    def import_time(
        self,
        project: ProjectRef,
        entries: Sequence[TimeEntry],
        at: datetime,
        *,
        instead_of: Iterable[str] = (),
    ) -> int:
        of = {"of_workspace": project.workspace, "of_key": project.key}
        out = [{**of, "of_id": one} for one in instead_of]
        add, added = _ADD[self._database.dialect], 0
        with self._database.transaction() as connection:
            if out:
                connection.execute(_TAKE_OUT, out)
            for entry in entries:  # one by one: only so is it told how many were new
                added += len(connection.execute(add, _row(project, entry, at)).all())
        return added


def _row(project: ProjectRef, entry: TimeEntry, at: datetime) -> dict[str, object]:
    return {
        "workspace": project.workspace,
        "key": project.key,
        "id": entry.id,
        "at": entry.at,
        "seconds": entry.seconds,
        "issue_id": entry.issue_id,
        "person": entry.person_id,
        "role": entry.role,
        "source": entry.source,
        "imported_at": at,
    }
