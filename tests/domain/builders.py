"""Builders of projects, issues and histories: name what matters to the test, the rest is ordinary.

Times start at `KICK_OFF`, a Monday morning. A history is words: each a status (`todo`,
`in_progress`, `done`, `cancelled`, or a name out of `STATUSES`) and how long it was kept; the last
one is kept to this day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.tracking import (
    Change,
    Field,
    Issue,
    Milestone,
    Person,
    PlanChange,
    Project,
    ProjectIssues,
    ProjectRef,
    Status,
    StatusCategory,
    Team,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

KICK_OFF = datetime(2024, 3, 4, 9, tzinfo=UTC)

#: The id of the project that `a_project` and `an_issue` are about.
APOLLO = "apollo"

#: The statuses by id. `review` and `on_hold` are in progress, `verified` is a second done status.
STATUSES = {
    status.id: status
    for status in (
        Status("todo", "To do", StatusCategory.TODO),
        Status("in_progress", "In progress", StatusCategory.IN_PROGRESS),
        Status("review", "In review", StatusCategory.IN_PROGRESS),
        Status("on_hold", "On hold", StatusCategory.IN_PROGRESS),
        Status("done", "Done", StatusCategory.DONE),
        Status("verified", "Verified", StatusCategory.DONE),
        Status("cancelled", "Cancelled", StatusCategory.CANCELLED),
    )
}

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


def day(number: float) -> datetime:
    """Return the instant `number` days after the kick-off."""
    return KICK_OFF + timedelta(days=number)


def instant(text: str) -> datetime:
    """Return the instant for `2024-05-03` (noon UTC) or for a whole ISO time."""
    at = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00+00:00")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def a_person(name: str = "Ada", email: str | None = None, *, active: bool = True) -> Person:
    """Return an account whose id and handle are the name in small letters."""
    return Person(id=name.lower(), name=name, email=email, handle=name.lower(), active=active)


def a_status(word: str) -> Status:
    """Return the status of that id."""
    return STATUSES[word]


def a_change(
    field: Field,
    before: str | None,
    after: str | None,
    at: datetime | float = 1,
    *,
    change_id: str | None = None,
    by: str | None = None,
) -> Change:
    """Return one change; `at` is an instant, or days after the kick-off."""
    moment = at if isinstance(at, datetime) else day(at)
    return Change(
        at=moment,
        id=change_id or f"{moment.timestamp():.6f}",
        field=field,
        before=before,
        after=after,
        actor_id=by,
    )


def spans(text: str) -> list[tuple[str, timedelta]]:
    """Read `todo 1d, in_progress 2d 4h, done` into statuses and how long each was kept."""
    found = []
    for part in text.split(","):
        status, *lengths = part.split()
        kept = timedelta()
        for length in lengths:
            match = re.fullmatch(r"([\d.]+)([dhm])", length)
            if match is None or status not in STATUSES:
                raise ValueError(f"{part!r} is not a status and its length, like 'todo 1d 4h'")
            kept += float(match[1]) * _UNITS[match[2]]
        found.append((status, kept))
    return found


def a_history(text: str, start: datetime | float = 0) -> tuple[Change, ...]:
    """Return the status changes of `todo 1d, in_progress 3d, done`, beginning at `start`."""
    at = start if isinstance(start, datetime) else day(start)
    changes = []
    for (before, kept), (after, _) in pairwise(spans(text)):
        at += kept
        changes.append(a_change(Field.STATUS, before, after, at))
    return tuple(changes)


def joined(at: datetime | float, project: str = APOLLO) -> Change:
    """Return the change by which an issue joined the project."""
    return a_change(Field.MEMBERSHIP, None, project, at)


def left(at: datetime | float, project: str = APOLLO) -> Change:
    """Return the change by which an issue left the project."""
    return a_change(Field.MEMBERSHIP, project, None, at)


def assigned(before: str | None, after: str | None, at: datetime | float) -> Change:
    """Return the change of the assignee, both as account ids."""
    return a_change(Field.ASSIGNEE, before, after, at)


def estimated(before: str | None, after: str | None, at: datetime | float) -> Change:
    """Return the change of the estimate, both as decimal text."""
    return a_change(Field.ESTIMATE, before, after, at)


def an_issue(
    key: str = "APOLLO-1",
    history: str | Iterable[Change] = "todo",
    *,
    created: datetime | float = 0,
    done_on: str | None = None,
    changes: Iterable[Change] = (),
    member: bool | None = None,
    projects: Iterable[str] | None = None,
    status: str | None = None,
    assignee: Person | None = None,
    estimate: float | None = None,
    hours: float | None = None,
    due_on: date | None = None,
    kind: str | None = None,
    team: Team | None = None,
    title: str | None = None,
    archived: bool = False,
    trashed: bool = False,
    complete_history: bool = True,
    parent: str | None = None,
    milestone: str | None = None,
    labels: Iterable[str] = (),
    flagged: bool = False,
    blocked_by: Iterable[str] = (),
    dropped: bool = False,
) -> Issue:
    """Return an issue with its history; today's values follow from it where none are given.

    - `history` is words, or status changes; `changes` are further changes of any field.
    - `done_on` is short for a history that ends with done on that day, at noon UTC.
    - `member` says whether it is in the project now; by default what its last membership change
      says, else yes. `projects` names the memberships outright.
    - `parent` is the key of the issue it is a sub-task of (ids equal keys here).
    """
    born = created if isinstance(created, datetime) else day(created)
    if done_on is not None:
        history = (a_change(Field.STATUS, "todo", "done", instant(done_on)),)
    moves = a_history(history, born) if isinstance(history, str) else tuple(history)
    first = spans(history)[0][0] if isinstance(history, str) else "todo"
    now = status or (moves[-1].after if moves else first) or "todo"
    every = tuple(sorted((*moves, *changes), key=lambda change: change.at))
    return Issue(
        id=key,
        key=key,
        title=title or f"Issue {key}",
        url=f"https://tracker.example/issue/{key}",
        status=STATUSES[now],
        created_at=born,
        kind=kind,
        assignee=assignee,
        estimate=estimate,
        hours=hours,
        due_on=due_on,
        membership=_membership(every, member=member, projects=projects),
        labels={name: name for name in labels},
        team=team,
        archived=archived,
        trashed=trashed,
        changes=every,
        complete_history=complete_history,
        parent_id=parent,
        milestone_id=milestone,
        flagged=flagged,
        blocked_by=frozenset(blocked_by),
        dropped=dropped,
    )


def _membership(
    changes: Iterable[Change], *, member: bool | None, projects: Iterable[str] | None
) -> frozenset[str]:
    if projects is not None:
        return frozenset(projects)
    if member is not None:
        return frozenset({APOLLO} if member else ())
    here = {APOLLO}
    for change in changes:
        if change.field is Field.MEMBERSHIP:
            here.discard(change.before or "")
            here |= {change.after} if change.after else set()
    return frozenset(here)


def issues_of(*issues: Issue, unaccounted_removals: int | None = 0) -> ProjectIssues:
    """Return the issues of a project, with every status of `STATUSES` known."""
    return ProjectIssues(
        issues=issues, statuses=dict(STATUSES), unaccounted_removals=unaccounted_removals
    )


def a_plan_change(before: str | None, after: str | None, at: datetime | float = 1) -> PlanChange:
    """Return one change of the planned finish, both as ISO dates."""
    return PlanChange(
        at=at if isinstance(at, datetime) else day(at),
        before=date.fromisoformat(before) if before else None,
        after=date.fromisoformat(after) if after else None,
    )


def a_project(
    name: str = "Apollo",
    *,
    key: str = APOLLO,
    workspace: str = "acme",
    status: str = "in_progress",
    created: datetime | float = -7,
    started: datetime | float | None = 0,
    closed: datetime | float | None = None,
    start_on: date | None = None,
    target: str | None = "2024-04-05",
    coarse: bool = False,
    plan_changes: Iterable[PlanChange] | None = (),
    lead: Person | None = None,
    teams: Iterable[Team] = (),
    milestones: Iterable[Milestone] = (),
) -> Project:
    """Return a project: started at the kick-off, its plan never changed, still open.

    `plan_changes=None` says that the tracker's record of them could not be read.
    """

    def moment(at: datetime | float | None) -> datetime | None:
        return at if at is None or isinstance(at, datetime) else day(at)

    born = created if isinstance(created, datetime) else day(created)
    return Project(
        ref=ProjectRef(workspace, key),
        name=name,
        url=f"https://tracker.example/project/{key}",
        status=STATUSES["done" if closed is not None and status == "in_progress" else status],
        created_at=born,
        updated_at=moment(closed) or born,
        started_at=moment(started),
        closed_at=moment(closed),
        start_on=start_on,
        target_on=date.fromisoformat(target) if target else None,
        target_is_coarse=coarse,
        lead=lead,
        teams=tuple(teams),
        milestones=tuple(milestones),
        plan_changes=None if plan_changes is None else tuple(plan_changes),
    )
