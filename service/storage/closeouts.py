"""Closeouts, their moves and their holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.domain.closeout import Closeout, CloseoutStatus, Hold, StatusChange
from service.domain.tracking import ProjectRef, Status, StatusCategory
from service.records import LeaseLost
from service.storage.columns import KeyText
from service.storage.identity import lasting_id
from service.storage.part import Part
from service.storage.tables import actions, closeouts, holds, status_changes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select

_WHOSE = bindparam("closeout_id", type_=KeyText())

_BY_ID = select(closeouts).where(closeouts.c.id == _WHOSE)
_BY_ID_LOCKED = _BY_ID.with_for_update()  # SQLite has no such lock and needs none: one writer
_OF_PROJECT = (
    select(closeouts)
    .where(
        closeouts.c.workspace == bindparam("workspace"),
        closeouts.c.key == bindparam("key"),
    )
    .order_by(closeouts.c.ordinal.desc())
    .limit(1)
)
_KNOWN_AS = (
    select(closeouts)
    .where(
        closeouts.c.workspace == bindparam("workspace"),
        closeouts.c.known_as == bindparam("known_as"),
    )
    .order_by(closeouts.c.requested_at.desc())
    .limit(1)
)
_OPEN = insert(closeouts).returning(*closeouts.c)
_SAVE = update(closeouts).where(closeouts.c.id == _WHOSE)
_MOVE = (
    update(closeouts)
    .where(closeouts.c.id == _WHOSE)
    .values(status=bindparam("status"), closed_at=bindparam("closed_at"))
    .returning(*closeouts.c)
)

_ALL = (
    select(closeouts)
    .order_by(closeouts.c.requested_at.desc(), closeouts.c.ordinal.desc(), closeouts.c.id)
    .limit(bindparam("limit"))
)
_ENDED = closeouts.c.status.in_([status for status in CloseoutStatus if not status.live])
_LISTS: dict[bool | None, Select[Any]] = {
    None: _ALL,
    True: _ALL.where(~_ENDED),
    False: _ALL.where(_ENDED),
}

_LIVE_COUNT = (
    select(func.count())
    .select_from(closeouts)
    .where(closeouts.c.workspace == bindparam("workspace"), ~_ENDED)
)

# An id of a page or ticket is unique within its tool only. Closeouts from before the keeping
# workspace was recorded take any.
_FOUND = select(closeouts).order_by(closeouts.c.requested_at.desc()).limit(1)
_KEEPER = bindparam("workspace", type_=KeyText())
_OF_PAGE = _FOUND.where(
    closeouts.c.page_id == bindparam("page_id"),
    func.coalesce(closeouts.c.pages_workspace, _KEEPER) == _KEEPER,
)
_OF_TICKET = _FOUND.join(actions, actions.c.closeout_id == closeouts.c.id).where(
    actions.c.ticket_id == bindparam("ticket_id"),
    func.coalesce(closeouts.c.tickets_workspace, _KEEPER) == _KEEPER,
)
_PAGES_OF = (
    select(closeouts)
    .where(
        func.coalesce(closeouts.c.pages_workspace, closeouts.c.workspace) == _KEEPER,
        closeouts.c.page_id.is_not(None),
        ~_ENDED,
    )
    .order_by(closeouts.c.requested_at)
)

_CHANGE = insert(status_changes)
_CHANGES = (
    select(status_changes)
    .where(status_changes.c.closeout_id == _WHOSE)
    .order_by(status_changes.c.number)
)

_HOLD = insert(holds).returning(*holds.c)
_LAST_HOLD = select(func.coalesce(func.max(holds.c.number), 0)).where(holds.c.closeout_id == _WHOSE)
_HOLDS = select(holds).where(holds.c.closeout_id == _WHOSE).order_by(holds.c.number)


class Closeouts(Part):
    """Closeouts, status changes and holds."""

    def open_closeout(
        self,
        project: ProjectRef,
        *,
        name: str,
        url: str,
        delivered_at: datetime,
        closing_into: Status | None,
        return_to: Status | None,
        at: datetime,
        reason: str,
    ) -> Closeout:
        """Open the next closeout of a project in status `requested`.

        Its id comes from the project and the ordinal alone. Raises LeaseLost where another worker
        opens the same one at this moment.
        """
        with self._database.transaction() as connection:
            latest = connection.execute(_OF_PROJECT, _named(project)).one_or_none()
            ordinal = 1 if latest is None else latest.ordinal + 1
            opened = {
                "id": lasting_id("closeout", project.workspace, project.key, str(ordinal)),
                **_named(project),
                "ordinal": ordinal,
                "project_name": name,
                "project_url": url,
                "status": CloseoutStatus.REQUESTED,
                "requested_at": at,
                "delivered_at": delivered_at,
                **_status_columns("closing_into", closing_into),
                **_status_columns("return_to", return_to),
            }
            try:
                row = connection.execute(_OPEN, opened).one()
            except IntegrityError as error:
                raise LeaseLost(f"another worker opens a closeout of {project}") from error
            _add_change(connection, row.id, None, CloseoutStatus.REQUESTED, reason, at)
        return _closeout(row)

    def closeout(self, project: ProjectRef) -> Closeout | None:
        return self._one(_OF_PROJECT, _named(project))

    def closeout_known_as(self, workspace: str, key: str) -> Closeout | None:
        return self._one(_KNOWN_AS, {"workspace": workspace, "known_as": key})

    def closeout_by_id(self, closeout_id: str) -> Closeout | None:
        return self._one(_BY_ID, {"closeout_id": closeout_id})

    def closeout_of_page(self, workspace: str, page_id: str) -> Closeout | None:
        return self._one(_OF_PAGE, {"workspace": workspace, "page_id": page_id})

    def closeout_of_ticket(self, workspace: str, ticket_id: str) -> Closeout | None:
        return self._one(_OF_TICKET, {"workspace": workspace, "ticket_id": ticket_id})

    def closeouts(self, *, live: bool | None = None, limit: int = 200) -> Sequence[Closeout]:
        with self._database.reading() as connection:
            return [_closeout(row) for row in connection.execute(_LISTS[live], {"limit": limit})]

    def watched_pages(self, workspace: str) -> Sequence[Closeout]:
        with self._database.reading() as connection:
            rows = connection.execute(_PAGES_OF, {"workspace": workspace})
            return [_closeout(row) for row in rows]

    def live_count(self, workspace: str) -> int:
        with self._database.reading() as connection:
            count: int = connection.execute(_LIVE_COUNT, {"workspace": workspace}).scalar_one()
        return count

    def stamp_page(self, closeout_id: str, stamp: str | None) -> None:
        with self._database.writing() as connection:
            connection.execute(_SAVE, {"closeout_id": closeout_id, "page_stamp": stamp})

    def save_closeout(self, closeout: Closeout) -> None:
        """Store the fields of a closeout other than its id, project, ordinal, status and stamp."""
        saved = {
            "closeout_id": closeout.id,
            "project_name": closeout.project_name,
            "project_url": closeout.project_url,
            "requested_at": closeout.requested_at,
            "delivered_at": closeout.delivered_at,
            **_status_columns("closing_into", closeout.closing_into),
            **_status_columns("return_to", closeout.return_to),
            "page_id": closeout.page_id,
            "page_url": closeout.page_url,
            "page_seen": closeout.page_seen,
            "page_seen_at": closeout.page_seen_at,
            "pages_workspace": closeout.pages_workspace,
            "tickets_workspace": closeout.tickets_workspace,
            "gate_scope": closeout.gate_scope,
            "known_as": closeout.known_as,
            "closed_at": closeout.closed_at,
        }
        with self._database.writing() as connection:
            connection.execute(_SAVE, saved)

    def move(
        self, closeout: Closeout, status: CloseoutStatus, *, reason: str, at: datetime
    ) -> Closeout:
        """Move a closeout, with a StatusChange row; moving to where it is changes nothing.

        - Where it is, is what is stored. It is returned as it is stored.
        - Moving to `closed` sets `closed_at`, where none is saved yet.

        Raises LookupError for one that is not there.
        """
        with self._database.transaction() as connection:
            row = connection.execute(_BY_ID_LOCKED, {"closeout_id": closeout.id}).one_or_none()
            if row is None:
                raise LookupError(f"no closeout {closeout.id}")
            if row.status != status:
                _add_change(connection, row.id, row.status, status, reason, at)
                moved = {
                    "closeout_id": closeout.id,
                    "status": status,
                    "closed_at": row.closed_at or (at if status is CloseoutStatus.CLOSED else None),
                }
                row = connection.execute(_MOVE, moved).one()
        return _closeout(row)

    def status_changes(self, closeout_id: str) -> Sequence[StatusChange]:
        with self._database.reading() as connection:
            rows = connection.execute(_CHANGES, {"closeout_id": closeout_id})
            return [_status_change(row) for row in rows]

    def add_hold(
        self, closeout_id: str, at: datetime, moved_from: Status, moved_to: Status
    ) -> Hold:
        """Record a hold under the next number. Raises LookupError for an unknown closeout."""
        with self._database.transaction() as connection:
            # Held by one at a time, so that two holds do not take the same number.
            if connection.execute(_BY_ID_LOCKED, {"closeout_id": closeout_id}).first() is None:
                raise LookupError(f"no closeout {closeout_id}")
            last = connection.execute(_LAST_HOLD, {"closeout_id": closeout_id}).scalar_one()
            hold = {
                "closeout_id": closeout_id,
                "number": last + 1,
                "at": at,
                **_status_columns("moved_from", moved_from),
                **_status_columns("moved_to", moved_to),
            }
            row = connection.execute(_HOLD, hold).one()
        return _hold(row)

    def holds(self, closeout_id: str) -> Sequence[Hold]:
        with self._database.reading() as connection:
            rows = connection.execute(_HOLDS, {"closeout_id": closeout_id})
            return [_hold(row) for row in rows]

    def _one(self, statement: Select[Any], values: dict[str, str]) -> Closeout | None:
        with self._database.reading() as connection:
            row = connection.execute(statement, values).one_or_none()
        return None if row is None else _closeout(row)


def _add_change(
    connection: Connection,
    closeout_id: str,
    before: str | None,
    after: CloseoutStatus,
    reason: str,
    at: datetime,
) -> None:
    change = {"before": before, "after": after, "reason": reason, "at": at}
    connection.execute(_CHANGE, {"closeout_id": closeout_id, **change})


def _named(project: ProjectRef) -> dict[str, str]:
    return {"workspace": project.workspace, "key": project.key}


def _status_columns(name: str, status: Status | None) -> dict[str, str | None]:
    return {
        f"{name}_id": status.id if status else None,
        f"{name}_name": status.name if status else None,
        f"{name}_category": status.category if status else None,
    }


def _maybe_status(row: Row[Any], name: str) -> Status | None:
    return _status(row, name) if getattr(row, f"{name}_id") is not None else None


def _status(row: Row[Any], name: str) -> Status:
    values = row._mapping  # noqa: SLF001  (SQLAlchemy's public way to a column by its name)
    category = StatusCategory(values[f"{name}_category"])
    return Status(values[f"{name}_id"], values[f"{name}_name"], category)


def _closeout(row: Row[Any]) -> Closeout:
    return Closeout(
        id=row.id,
        project=ProjectRef(row.workspace, row.key),
        project_name=row.project_name,
        project_url=row.project_url,
        ordinal=row.ordinal,
        status=CloseoutStatus(row.status),
        requested_at=row.requested_at,
        delivered_at=row.delivered_at,
        closing_into=_maybe_status(row, "closing_into"),
        return_to=_maybe_status(row, "return_to"),
        pages_workspace=row.pages_workspace,
        tickets_workspace=row.tickets_workspace,
        gate_scope=row.gate_scope,
        known_as=row.known_as,
        page_id=row.page_id,
        page_url=row.page_url,
        page_seen=row.page_seen,
        page_seen_at=row.page_seen_at,
        page_stamp=row.page_stamp,
        closed_at=row.closed_at,
    )


def _status_change(row: Row[Any]) -> StatusChange:
    before = None if row.before is None else CloseoutStatus(row.before)
    return StatusChange(row.at, before, CloseoutStatus(row.after), row.reason)


def _hold(row: Row[Any]) -> Hold:
    return Hold(row.number, row.at, _status(row, "moved_from"), _status(row, "moved_to"))
