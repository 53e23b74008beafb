"""Notes for people, and what is remembered of workspaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from service.records import Note, WorkspaceState
from service.storage.columns import CleanText, Instant, KeyText
from service.storage.part import Part
from service.storage.tables import notes, workspaces
from service.storage.upserts import on_each_engine

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

_NOTE = insert(notes).inline()
_NOTES = select(notes).order_by(notes.c.at.desc(), notes.c.number.desc()).limit(bindparam("limit"))
_NOTES_OF_ONE = _NOTES.where(notes.c.closeout_id == bindparam("closeout_id"))


_ENROL = on_each_engine(
    workspaces, lambda insert: insert.on_conflict_do_nothing().returning(*workspaces.c)
)
_OF_NAME = workspaces.c.name == bindparam("of_name", type_=KeyText())
_UNTIL = bindparam("until", type_=Instant())
_SENTENCE = bindparam("sentence", type_=CleanText())
_PARK = update(workspaces).where(_OF_NAME).values(parked_until=_UNTIL)
_SWEPT = update(workspaces).where(_OF_NAME).values(swept_until=_UNTIL)
_TROUBLE = (
    update(workspaces)
    .where(_OF_NAME, workspaces.c.trouble.is_distinct_from(_SENTENCE))
    .values(trouble=_SENTENCE)
)
_WORKSPACE = select(workspaces).where(workspaces.c.name == bindparam("name"))


class Notes(Part):
    """Notes and workspaces."""

    def note(self, note: Note) -> None:
        with self._database.writing() as connection:
            connection.execute(_NOTE, asdict(note))

    def notes(self, closeout_id: str | None = None, limit: int = 200) -> Sequence[Note]:
        with self._database.reading() as connection:
            if closeout_id is None:
                rows = connection.execute(_NOTES, {"limit": limit})
            else:
                rows = connection.execute(
                    _NOTES_OF_ONE, {"limit": limit, "closeout_id": closeout_id}
                )
            return [Note(row.at, row.text, row.closeout_id, row.workspace) for row in rows]

    def enrol(self, workspace: str, at: datetime) -> WorkspaceState:
        """Return the state of a workspace, enrolling it now where it is new.

        A new one counts as swept until now: what was closed before is none of our business.
        """
        new = {"name": workspace, "enrolled_at": at, "swept_until": at}
        with self._database.reading() as connection:
            row = connection.execute(_WORKSPACE, {"name": workspace}).one_or_none()
        if row is None:
            with self._database.writing() as connection:
                rows = connection.execute(_ENROL[self._database.dialect], new).all()
                if not rows:  # somebody was a moment earlier
                    rows = connection.execute(_WORKSPACE, {"name": workspace}).all()
            row = rows[0]
        return _workspace(row)

    def park(self, workspace: str, until: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(_PARK, {"of_name": workspace, "until": until})

    def swept(self, workspace: str, until: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(_SWEPT, {"of_name": workspace, "until": until})

    def trouble(self, workspace: str, sentence: str | None) -> bool:
        with self._database.writing() as connection:
            news = {"of_name": workspace, "sentence": sentence}
            return bool(connection.execute(_TROUBLE, news).rowcount)


def _workspace(row: Row[Any]) -> WorkspaceState:
    return WorkspaceState(
        name=row.name,
        enrolled_at=row.enrolled_at,
        swept_until=row.swept_until,
        parked_until=row.parked_until,
        last_delivery_at=row.last_delivery_at,
        trouble=row.trouble,
    )
