"""Due projects and the leases under which they are worked on.

- What is marked and what a lease works off stand in different columns (see the table), so a mark is
  one statement that need not look, and a mark during a lease survives the release.
- Attempts are counted at the taking, before the work: a run that takes the process with it is
  counted too. A good release sets them back to zero; a failed one, a crash, or a lease that runs out
  does not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from service.domain.tracking import ProjectRef
from service.records import Lease, LeaseLost
from service.storage.columns import Instant
from service.storage.part import Part
from service.storage.tables import due_projects, workspaces
from service.storage.upserts import AnyInsert, on_each_engine

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

due = due_projects.c

_MOST_REASONS = 2000  # characters: a storm of events is told by its first reasons

_NOW = bindparam("now", type_=Instant())


def _earlier(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the earlier of two instants, the one that is there where the other is not."""
    return case((one.is_(None), other), (other < one, other), else_=one)


def _together(reasons: ColumnElement[str], more: ColumnElement[str]) -> ColumnElement[str]:
    """Return both texts of reasons, without repeating, and bounded.

    Each reason is a line that begins and ends with a newline, so that a known one can be found.
    """
    known = func.replace(reasons, more, "") != reasons
    return case(
        (reasons == "", more),
        (or_(known, func.length(reasons) > _MOST_REASONS), reasons),
        else_=reasons + func.substr(more, 2),
    )


def _marking(insert: AnyInsert) -> AnyInsert:
    """The earlier instant wins, reasons add up, and the newest status that is given stays."""
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[due.workspace, due.key],
        set_={
            "due_at": _earlier(due.due_at, new.due_at),
            "reasons": _together(due.reasons, new.reasons),
            "left_status_id": func.coalesce(new.left_status_id, due.left_status_id),
        },
    )


MARK = on_each_engine(due_projects, _marking)


def mark_row(
    project: ProjectRef, at: datetime, reason: str, left_status_id: str | None
) -> dict[str, object]:
    """Return what `MARK` takes."""
    return {
        "workspace": project.workspace,
        "key": project.key,
        "due_at": at,
        "reasons": f"\n{' '.join(reason.splitlines())}\n",
        "left_status_id": left_status_id,
    }


_IS_THE_PROJECT = and_(due.workspace == bindparam("of_workspace"), due.key == bindparam("of_key"))

# A lease that ran out makes its project due by itself: it was when it was taken.
_IS_DUE_AND_FREE = or_(
    and_(due.leased_until.is_(None), due.due_at <= _NOW), due.leased_until <= _NOW
)


def _taking(*restrictions: ColumnElement[bool]) -> Update:
    """Take one due project; whoever takes at the same moment steps over it.

    The workspace served longest ago comes first, so that a storm in one does not keep the others
    waiting; within a workspace, the project due longest.
    """
    parked = (
        select(literal(1))
        .where(workspaces.c.name == due.workspace, workspaces.c.parked_until > _NOW)
        .exists()
    )
    other = due_projects.alias("other")
    served_at = (
        select(func.max(other.c.taken_at))
        .where(other.c.workspace == due.workspace)
        .scalar_subquery()
    )
    found = (
        select(due.workspace, due.key)
        .where(_IS_DUE_AND_FREE, ~parked, *restrictions)
        .order_by(
            served_at.asc().nulls_first(),
            _earlier(due.due_at, due.taken_due_at),
            due.workspace,
            due.key,
        )
        .limit(1)
        .with_for_update(skip_locked=True, of=due_projects)
        .cte("found")
    )
    return (
        update(due_projects)
        .where(due.workspace == found.c.workspace, due.key == found.c.key)
        .values(
            taken_due_at=_earlier(due.due_at, due.taken_due_at),
            taken_reasons=_together(due.taken_reasons, due.reasons),
            taken_left_status_id=func.coalesce(due.left_status_id, due.taken_left_status_id),
            due_at=null(),
            reasons="",
            left_status_id=null(),
            taken_at=_NOW,
            leased_until=bindparam("until", type_=Instant()),
            fence=due.fence + 1,
            attempts=due.attempts + 1,
        )
        .returning(*due_projects.c)
    )


_TAKE = _taking(or_(due.taken_at.is_(None), due.taken_at <= bindparam("rested", type_=Instant())))
_TAKE_ONE = _taking(_IS_THE_PROJECT)

_FENCE = select(due.fence).where(_IS_THE_PROJECT)

_LOOK_AGAIN_AT = bindparam("look_again_at", type_=Instant())
_RELEASE_FAILED = (
    update(due_projects)
    .where(_IS_THE_PROJECT, due.fence == bindparam("of_fence"))
    .values(
        due_at=case(
            (_LOOK_AGAIN_AT.is_(None), due.due_at), else_=_earlier(due.due_at, _LOOK_AGAIN_AT)
        ),
        taken_due_at=null(),
        leased_until=null(),
    )
)
_RELEASE = _RELEASE_FAILED.values(taken_reasons="", taken_left_status_id=null(), attempts=0)

# Ended like one that ran out: what it was taken with stays, and the next taking has a new fence.
_END_LEASES = update(due_projects).where(due.leased_until > _NOW).values(leased_until=_NOW)

_COUNT = select(func.count()).select_from(due_projects).where(_IS_DUE_AND_FREE)

_FREE_AT = case((due.leased_until.is_(None), due.due_at), else_=due.leased_until)
_NEXT_AT = select(
    func.min(
        case((workspaces.c.parked_until > _FREE_AT, workspaces.c.parked_until), else_=_FREE_AT)
    )
).select_from(due_projects.outerjoin(workspaces, workspaces.c.name == due.workspace))


class DueProjects(Part):
    """Due projects and leases."""

    def mark_due(
        self, project: ProjectRef, at: datetime, reason: str, left_status_id: str | None = None
    ) -> None:
        with self._database.writing() as connection:
            row = mark_row(project, at, reason, left_status_id)
            connection.execute(MARK[self._database.dialect], row)

    def take(
        self,
        now: datetime,
        length: timedelta,
        only: ProjectRef | None = None,
        *,
        rest: timedelta = timedelta(),
    ) -> Lease | None:
        """Take a due project under a lease, None where none is due and free.

        - The workspace served longest ago comes first, and in it the project due longest.
        - A lease that ran out is due again, with what it took and what was marked since.
        """
        times = {"now": now, "until": now + length}
        with self._database.writing() as connection:
            if only is None:
                rows = connection.execute(_TAKE, {**times, "rested": now - rest}).all()
            else:
                rows = connection.execute(_TAKE_ONE, {**times, **_named(only)}).all()
        return _lease(rows[0]) if rows else None

    def check_lease(self, lease: Lease) -> None:
        with self._database.reading() as connection:
            fence = connection.execute(_FENCE, _named(lease.project)).scalar_one_or_none()
        if fence != lease.fence:
            raise LeaseLost(f"another worker has taken {lease.project} meanwhile")

    def release(self, lease: Lease, due_at: datetime | None, *, failed: bool = False) -> None:
        """Give the project back.

        - It is due again at `due_at`, or when it was marked for meanwhile if that is earlier.
        - Attempts are counted from zero again, unless the run `failed`: then they stay counted, and
          the next lease gets the reasons and the status left of this one too.
        - A lease that was lost gives back nothing: the project is another worker's.
        """
        given = {**_named(lease.project), "of_fence": lease.fence, "look_again_at": due_at}
        with self._database.writing() as connection:
            connection.execute(_RELEASE_FAILED if failed else _RELEASE, given)

    def end_leases(self, at: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(_END_LEASES, {"now": at})

    def due_count(self, now: datetime) -> int:
        """Count projects that are due and under no lease, those of parked workspaces included."""
        with self._database.reading() as connection:
            return connection.execute(_COUNT, {"now": now}).scalar_one()

    def next_due_at(self) -> datetime | None:
        """Return the earliest instant at which there is something to take, if nothing changes.

        For a leased project that is when its lease ends, in a parked workspace not before that ends.
        """
        with self._database.reading() as connection:
            at: datetime | None = connection.execute(_NEXT_AT).scalar_one()
        return at


def _named(project: ProjectRef) -> dict[str, Any]:
    return {"of_workspace": project.workspace, "of_key": project.key}


def _lease(row: Row[Any]) -> Lease:
    reasons = (line for line in row.taken_reasons.split("\n") if line)
    return Lease(
        project=ProjectRef(row.workspace, row.key),
        fence=row.fence,
        until=row.leased_until,
        due_at=row.taken_due_at,
        attempts=row.attempts,
        reasons=tuple(dict.fromkeys(reasons)),
        left_status_id=row.taken_left_status_id,
    )
