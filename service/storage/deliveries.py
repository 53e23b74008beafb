"""Deliveries as they arrived, and the events already seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from service.records import Delivery, DeliveryState, Reading
from service.storage.columns import Instant, KeyText
from service.storage.due import MARK, mark_row
from service.storage.engine import Database, reason_of, unavailable
from service.storage.group_commit import GroupCommit
from service.storage.part import Part
from service.storage.tables import deliveries, seen_events, workspaces
from service.storage.upserts import on_each_engine

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from service.domain.tracking import ProjectRef

DeliveryRow = Mapping[str, object]

_LARGEST_NUMBER = 2**63 - 1

_PUT = on_each_engine(
    deliveries,
    lambda insert: (
        insert.values(
            workspace=bindparam("workspace"),
            id=bindparam("id"),
            received_at=bindparam("received_at"),
            body=bindparam("body"),
        )
        .on_conflict_do_nothing()
        .inline()
    ),  # nobody asks for the number, so PostgreSQL need not send it
)

_SEE = on_each_engine(
    seen_events, lambda insert: insert.on_conflict_do_nothing().returning(seen_events.c.key)
)

_REMEMBER = on_each_engine(seen_events, lambda insert: insert.on_conflict_do_nothing().inline())

_IN_STATE = (
    select(deliveries).where(deliveries.c.state == bindparam("state")).limit(bindparam("limit"))
)
_OLDEST = _IN_STATE.order_by(deliveries.c.received_at, deliveries.c.number)
_NEWEST = _IN_STATE.order_by(deliveries.c.received_at.desc(), deliveries.c.number.desc())

_COUNTS = select(deliveries.c.state, func.count().label("how_many")).group_by(deliveries.c.state)

_OLDEST_NEW_AT = select(func.min(deliveries.c.received_at)).where(
    deliveries.c.state == bindparam("state")
)

_SETTLE = (
    update(deliveries)
    .where(deliveries.c.number == bindparam("of_number"))
    .values(state=bindparam("state"), reason=bindparam("reason"))
)

# Only while nobody else has read it: two workers that read the same rows settle them once.
_SETTLE_NEW = _SETTLE.where(deliveries.c.state == DeliveryState.NEW)

_SEEN = select(seen_events.c.workspace, seen_events.c.key).where(
    seen_events.c.key.in_(bindparam("keys", expanding=True))
)

_HEARD_AT = bindparam("heard_at", type_=Instant())
_HEARD = (
    update(workspaces)
    .where(
        workspaces.c.name == bindparam("of_name", type_=KeyText()),
        or_(workspaces.c.last_delivery_at.is_(None), workspaces.c.last_delivery_at < _HEARD_AT),
    )
    .values(last_delivery_at=_HEARD_AT)
)

_BY_NUMBER = select(deliveries).where(deliveries.c.number == bindparam("number"))
_BY_ID = (
    select(deliveries)
    .where(deliveries.c.id == bindparam("id"))
    .order_by(deliveries.c.number.desc())
    .limit(1)
)
_BY_WORKSPACE_AND_ID = _BY_ID.where(deliveries.c.workspace == bindparam("workspace"))


class Deliveries(Part):
    """Deliveries and seen events."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._statement = _PUT[database.dialect]
        self._together = GroupCommit(self._putting) if database.dialect == "sqlite" else None

    def put_delivery(self, workspace: str, delivery_id: str, body: bytes, at: datetime) -> None:
        row = {"workspace": workspace, "id": delivery_id, "body": body, "received_at": at}
        if self._together is None:
            self._put_at_once(row)
        else:
            self._together.put(row)

    def new_deliveries(self, limit: int) -> Sequence[Delivery]:
        with self._database.reading() as connection:
            rows = connection.execute(_OLDEST, {"state": DeliveryState.NEW, "limit": limit})
            return [_delivery(row) for row in rows]

    def settle(self, readings: Sequence[Reading], at: datetime) -> None:
        """Record what new deliveries meant and make their projects due, all of it or nothing."""
        if not readings:
            return
        dialect = self._database.dialect
        marks = _marks(readings, at)
        with self._database.transaction() as connection:
            settled = [_settled(*one) for one in _told_before(connection, readings)]
            events = [
                {"workspace": one.delivery.workspace, "key": one.event_key, "at": at}
                for one in readings
                if one.event_key is not None
            ]
            if events:
                connection.execute(_REMEMBER[dialect], events)
            if marks:
                connection.execute(MARK[dialect], marks)
            connection.execute(_SETTLE_NEW, settled)
            connection.execute(_HEARD, _latest(readings))

    def settle_delivery(self, number: int, state: DeliveryState, reason: str | None) -> None:
        with self._database.writing() as connection:
            connection.execute(_SETTLE, {"of_number": number, "state": state, "reason": reason})

    def delivery(self, workspace_and_id: str) -> Delivery | None:
        """Find a delivery: `17` (ours), `6f1c…` (the sender's), or `acme-linear/6f1c…`.

        A number is ours first; an id that two workspaces have is that of the newest.
        """
        workspace, _, sender_id = workspace_and_id.partition("/")
        with self._database.reading() as connection:
            if workspace_and_id.isdecimal() and int(workspace_and_id) <= _LARGEST_NUMBER:
                row = connection.execute(_BY_NUMBER, {"number": int(workspace_and_id)}).first()
                if row is not None:
                    return _delivery(row)
            row = connection.execute(_BY_ID, {"id": workspace_and_id}).first()
            if row is None and sender_id:
                names = {"workspace": workspace, "id": sender_id}
                row = connection.execute(_BY_WORKSPACE_AND_ID, names).first()
            return None if row is None else _delivery(row)

    def deliveries(self, state: DeliveryState, limit: int) -> Sequence[Delivery]:
        with self._database.reading() as connection:
            rows = connection.execute(_NEWEST, {"state": state, "limit": limit})
            return [_delivery(row) for row in rows]

    def delivery_counts(self) -> Mapping[str, int]:
        """Count deliveries by state, those included that have none."""
        with self._database.reading() as connection:
            counts = {row.state: row.how_many for row in connection.execute(_COUNTS)}
        return {state.value: counts.get(state.value, 0) for state in DeliveryState}

    def oldest_new_delivery_at(self) -> datetime | None:
        with self._database.reading() as connection:
            oldest = connection.execute(_OLDEST_NEW_AT, {"state": DeliveryState.NEW})
            at: datetime | None = oldest.scalar_one()
        return at

    def seen_event(self, workspace: str, key: str, at: datetime) -> bool:
        with self._database.writing() as connection:
            event = {"workspace": workspace, "key": key, "at": at}
            return not connection.execute(_SEE[self._database.dialect], event).all()

    def close(self) -> None:
        """Commit what waits, and end the thread that does so."""
        if self._together is not None:
            self._together.close()

    def _put_at_once(self, row: DeliveryRow) -> None:
        """Put it on PostgreSQL, a second time where the connection was lost on the way.

        Whether the first was committed is not known then; both together make one row.
        """
        with _kept_or_unavailable():
            try:
                self._insert(row)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self._insert(row)

    def _insert(self, row: DeliveryRow) -> None:
        with self._database.engine.connect() as connection:
            connection.execute(self._statement, row)

    @contextmanager
    def _putting(self) -> Iterator[Callable[[Sequence[DeliveryRow]], object]]:
        with _kept_or_unavailable(), self._database.transaction() as connection:
            yield lambda rows: connection.execute(self._statement, rows)


def _marks(readings: Sequence[Reading], at: datetime) -> list[dict[str, object]]:
    """Return one mark for each project: by its first delivery, with the last status left."""
    marks: dict[ProjectRef, dict[str, object]] = {}
    for reading in readings:
        for project, left in reading.due:
            reason = f"delivery {reading.delivery.id}"
            mark = marks.setdefault(project, mark_row(project, at, reason, left))
            mark["left_status_id"] = left or mark["left_status_id"]
    return list(marks.values())


def _latest(readings: Sequence[Reading]) -> list[dict[str, object]]:
    """Say of each workspace when its latest delivery arrived."""
    arrived = sorted((one.delivery.received_at, one.delivery.workspace) for one in readings)
    return [{"of_name": name, "heard_at": at} for name, at in {n: a for a, n in arrived}.items()]


def _told_before(
    connection: Connection, readings: Sequence[Reading]
) -> Iterator[tuple[Reading, bool]]:
    """Say of each reading whether its event is known, from before or from this very batch."""
    keys = [one.event_key for one in readings if one.event_key is not None]
    known = {tuple(row) for row in connection.execute(_SEEN, {"keys": keys})} if keys else set()
    for one in readings:
        event = (one.delivery.workspace, one.event_key)
        yield one, event in known
        if one.event_key is not None:
            known.add(event)


def _settled(reading: Reading, told_before: bool) -> dict[str, object]:  # noqa: FBT001
    state, reason = reading.state, reading.reason
    if told_before:
        state, reason = DeliveryState.IGNORED, "the same event was delivered before"
    return {"of_number": reading.delivery.number, "state": state, "reason": reason}


@contextmanager
def _kept_or_unavailable() -> Iterator[None]:
    """Whatever is wrong with the database, the sender hears that it may come again."""
    try:
        yield
    except SQLAlchemyError as error:
        raise unavailable(reason_of(error)) from error


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        number=row.number,
        workspace=row.workspace,
        id=row.id,
        received_at=row.received_at,
        body=row.body,
        state=DeliveryState(row.state),
        reason=row.reason,
    )
