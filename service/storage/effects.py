"""Writes outside: intended before the request, recorded after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from service.records import Effect, EffectState
from service.storage.columns import CleanText, Instant
from service.storage.identity import lasting_id
from service.storage.part import Part
from service.storage.tables import effects
from service.storage.upserts import on_each_engine

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

_INTEND = on_each_engine(
    effects, lambda insert: insert.on_conflict_do_nothing().returning(*effects.c)
)
_FIND = select(effects).where(
    effects.c.closeout_id == bindparam("closeout_id"),
    effects.c.purpose == bindparam("purpose"),
    effects.c.subject == bindparam("subject"),
)
_LIST = (
    select(effects)
    .where(effects.c.closeout_id == bindparam("closeout_id"))
    .order_by(effects.c.number)
)
_RECORD = (
    update(effects)
    .where(
        effects.c.closeout_id == bindparam("of_closeout"),
        effects.c.purpose == bindparam("of_purpose"),
        effects.c.subject == bindparam("of_subject"),
    )
    .values(
        state=bindparam("state"),
        intended_at=func.coalesce(bindparam("intended_at", type_=Instant()), effects.c.intended_at),
        done_at=bindparam("done_at"),
        remote_id=func.coalesce(bindparam("remote_id", type_=CleanText()), effects.c.remote_id),
        remote_url=func.coalesce(bindparam("remote_url", type_=CleanText()), effects.c.remote_url),
        note=bindparam("note"),
    )
    .returning(*effects.c)
)


class Effects(Part):
    """Effects, unique by closeout, purpose and subject."""

    def intend(self, closeout_id: str, purpose: str, subject: str, at: datetime) -> Effect:
        """Return the effect with this key, newly intended where it is not there yet.

        The marker comes from the closeout's id, purpose and subject, and that id from the project
        and the ordinal: whoever intends the same thing again gets the same marker.
        """
        known = self.effect(closeout_id, purpose, subject)
        if known is not None:
            return known
        key = {"closeout_id": closeout_id, "purpose": purpose, "subject": subject}
        intent = {
            **key,
            "marker": lasting_id("effect", closeout_id, purpose, subject),
            "state": EffectState.INTENDED,
            "intended_at": at,
        }
        with self._database.writing() as connection:
            rows = connection.execute(_INTEND[self._database.dialect], intent).all()
            if not rows:  # somebody was a moment earlier
                rows = connection.execute(_FIND, key).all()
        return _effect(rows[0])

    def record(
        self,
        effect: Effect,
        state: EffectState,
        at: datetime,
        *,
        remote_id: str | None = None,
        remote_url: str | None = None,
        note: str | None = None,
    ) -> Effect:
        """Say what came of an effect; an id or URL that is not given stays as it was.

        `done_at` is `at`; while the outcome is not known it is None, and `intended_at` is `at`.
        Raises LookupError for an effect that was never intended.
        """
        outcome = {
            "of_closeout": effect.closeout_id,
            "of_purpose": effect.purpose,
            "of_subject": effect.subject,
            "state": state,
            "intended_at": at if state is EffectState.INTENDED else None,
            "done_at": None if state is EffectState.INTENDED else at,
            "remote_id": remote_id,
            "remote_url": remote_url,
            "note": note,
        }
        with self._database.writing() as connection:
            rows = connection.execute(_RECORD, outcome).all()
        if not rows:
            raise LookupError(
                f"no effect {effect.purpose!r} on {effect.subject!r} in closeout {effect.closeout_id}"
            )
        return _effect(rows[0])

    def effect(self, closeout_id: str, purpose: str, subject: str) -> Effect | None:
        key = {"closeout_id": closeout_id, "purpose": purpose, "subject": subject}
        with self._database.reading() as connection:
            row = connection.execute(_FIND, key).one_or_none()
        return None if row is None else _effect(row)

    def effects(self, closeout_id: str) -> Sequence[Effect]:
        with self._database.reading() as connection:
            rows = connection.execute(_LIST, {"closeout_id": closeout_id})
            return [_effect(row) for row in rows]


def _effect(row: Row[Any]) -> Effect:
    return Effect(
        closeout_id=row.closeout_id,
        purpose=row.purpose,
        subject=row.subject,
        marker=row.marker,
        state=EffectState(row.state),
        intended_at=row.intended_at,
        done_at=row.done_at,
        remote_id=row.remote_id,
        remote_url=row.remote_url,
        note=row.note,
    )
