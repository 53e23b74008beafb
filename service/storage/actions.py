"""Actions, their verifications, and waivers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from service.domain.closeout import ActionRecord, ActionStatus, Verification, Waiver
from service.storage.columns import KeyText
from service.storage.part import Part
from service.storage.tables import actions, verifications, waivers
from service.storage.upserts import on_each_engine, replacing

if TYPE_CHECKING:
    from sqlalchemy import Row

_WHOSE = bindparam("closeout_id", type_=KeyText())


_SAVE = on_each_engine(actions, replacing)
_ACTIONS = select(actions).where(actions.c.closeout_id == _WHOSE).order_by(actions.c.number)
_ACTION = select(actions).where(actions.c.id == bindparam("id"))

_VERIFY = insert(verifications)
_VERIFICATIONS = (
    select(verifications)
    .join(actions, actions.c.id == verifications.c.action_id)
    .where(actions.c.closeout_id == _WHOSE)
    .order_by(verifications.c.number)
)

_WAIVE = on_each_engine(waivers, lambda insert: insert.on_conflict_do_nothing())
_WAIVERS = (
    select(waivers).where(waivers.c.closeout_id == _WHOSE).order_by(waivers.c.at, waivers.c.id)
)


class Actions(Part):
    """Actions, verifications and waivers."""

    def save_action(self, action: ActionRecord) -> None:
        with self._database.writing() as connection:
            connection.execute(_SAVE[self._database.dialect], asdict(action))

    def actions(self, closeout_id: str) -> Sequence[ActionRecord]:
        with self._database.reading() as connection:
            rows = connection.execute(_ACTIONS, {"closeout_id": closeout_id})
            return [_action(row) for row in rows]

    def action(self, action_id: str) -> ActionRecord | None:
        with self._database.reading() as connection:
            row = connection.execute(_ACTION, {"id": action_id}).one_or_none()
        return None if row is None else _action(row)

    def add_verification(self, verification: Verification) -> None:
        with self._database.writing() as connection:
            connection.execute(_VERIFY, asdict(verification))

    def verifications(self, closeout_id: str) -> Sequence[Verification]:
        """List the verifications of a closeout's actions in the order they were given."""
        with self._database.reading() as connection:
            rows = connection.execute(_VERIFICATIONS, {"closeout_id": closeout_id})
            return [_verification(row) for row in rows]

    def add_waiver(self, waiver: Waiver) -> None:
        """Store a waiver; one we already have stays as it was."""
        with self._database.writing() as connection:
            connection.execute(_WAIVE[self._database.dialect], asdict(waiver))

    def waivers(self, closeout_id: str) -> Sequence[Waiver]:
        with self._database.reading() as connection:
            rows = connection.execute(_WAIVERS, {"closeout_id": closeout_id})
            return [_waiver(row) for row in rows]


def _action(row: Row[Any]) -> ActionRecord:
    return ActionRecord(
        id=row.id,
        closeout_id=row.closeout_id,
        number=row.number,
        change=row.change,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        due_on=row.due_on,
        check=row.check,
        ticket_id=row.ticket_id,
        ticket_key=row.ticket_key,
        ticket_url=row.ticket_url,
        status=ActionStatus(row.status),
    )


def _verification(row: Row[Any]) -> Verification:
    return Verification(
        action_id=row.action_id,
        by_id=row.by_id,
        by_name=row.by_name,
        at=row.at,
        evidence=row.evidence,
        source=row.source,
    )


def _waiver(row: Row[Any]) -> Waiver:
    return Waiver(
        id=row.id,
        closeout_id=row.closeout_id,
        check=row.check,
        by_name=row.by_name,
        reason=row.reason,
        until=row.until,
        at=row.at,
    )
