"""Generated lives of issues: told forward, so that they are an oracle for what is undone.

A `Life` holds the issue as a tracker would show it today, and beside it every frame of what it
was. Nothing here uses the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from service.domain.history import State
from service.domain.tracking import Change, Field, Issue, Team
from tests.domain.builders import APOLLO, KICK_OFF, STATUSES, a_person, issues_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.domain.tracking import Project, ProjectIssues

PEOPLE = ["ada", "grace", "alan"]
PROJECTS = [APOLLO, "gemini"]
LABELS = ["bug", "urgent"]

_VALUES: dict[Field, st.SearchStrategy[str | None]] = {
    Field.STATUS: st.sampled_from(sorted(STATUSES)),
    Field.ASSIGNEE: st.sampled_from([None, *PEOPLE]),
    Field.ESTIMATE: st.sampled_from([None, "0", "1", "2", "3.5", "8"]),
    Field.DUE_ON: st.sampled_from([None, "2024-03-31", "2024-06-30"]),
    Field.MEMBERSHIP: st.sampled_from(PROJECTS),
    Field.LABELS: st.sampled_from(LABELS),
}

#: What `told_lives` tells beside these, each field by itself.
TEAMS = {key: Team(key, key.upper(), key.title()) for key in ("core", "infra")}
SPRINTS = ["31", "32"]


@dataclass(frozen=True)
class Life:
    """An issue of today, and what it was from each instant on, oldest first."""

    issue: Issue
    frames: tuple[tuple[datetime, State], ...]

    def at(self, instant: datetime) -> State | None:
        """Return the frame that held at the instant, None before the first."""
        held = [frame for start, frame in self.frames if start <= instant]
        return held[-1] if held else None


@st.composite
def lives(draw: st.DrawFn, key: str = "APOLLO-1", *, busy: bool = False) -> Life:
    """Draw one issue with up to a dozen changes, some of them at one instant.

    A busy one is worked on, in one project at a time: a move is two changes of one id.
    """
    at = KICK_OFF + timedelta(minutes=draw(st.integers(-20_000, 2_000 if busy else 20_000)))
    home = st.sampled_from([frozenset({APOLLO})] * 3 + [frozenset(), frozenset({"gemini"})])
    now = State(
        status=draw(_VALUES[Field.STATUS]),
        membership=draw(home if busy else st.frozensets(st.sampled_from(PROJECTS))),
        assignee=draw(_VALUES[Field.ASSIGNEE]),
        estimate=_number(draw(_VALUES[Field.ESTIMATE])),
        due_on=_date(draw(_VALUES[Field.DUE_ON])),
        labels=draw(st.frozensets(st.sampled_from(LABELS))),
        team=None,
        archived=False,
    )
    born, frames, changes = at, [(at, now)], []
    fields = sorted(_VALUES) + [Field.STATUS] * (len(_VALUES) if busy else 0)
    for number in range(draw(st.integers(4 if busy else 0, 12))):
        at += timedelta(minutes=draw(st.sampled_from([0, 1, 4, 60, 1440, 9000])))
        field = draw(st.sampled_from(fields))
        value = draw(_VALUES[field])
        change_id = str(1000 + number)
        if busy and field is Field.MEMBERSHIP:
            changes += [
                Change(at, change_id, field, left, None) for left in now.membership - {value}
            ]
            now = replace(now, membership=now.membership & {value})
        now, change = _apply(now, field, value, at, change_id)
        changes.append(change)
        frames.append((at, now))
    return Life(_issue(key, born, now, changes), tuple(frames))


@st.composite
def many_lives(draw: st.DrawFn, at_most: int = 8) -> list[Life]:
    """Draw several issues with keys of their own."""
    count = draw(st.integers(0, at_most))
    return [draw(lives(key=f"APOLLO-{number + 1}")) for number in range(count)]


@st.composite
def told_lives(draw: st.DrawFn, key: str, others: Sequence[str]) -> Issue:
    """Draw one issue with everything that both Jira and Linear can tell of it.

    - It is in one project and in one sprint at a time, and has one team.
    - It begins to wait for some of the `others` (their keys, which are ids here), and goes on to.
    - Whoever made a change is known, or it was a robot.
    - Some of what changed in one instant was changed in one go: under one id.
    """
    issue = draw(lives(key, busy=True)).issue
    changes: list[Change] = []

    def instants(at_most: int) -> list[datetime]:
        found = draw(st.lists(st.integers(0, 30_000), max_size=at_most))
        return [issue.created_at + timedelta(minutes=one) for one in sorted(found)]

    def change(at: datetime, field: Field, before: str | None, after: str | None) -> None:
        changes.append(Change(at, str(2000 + len(changes)), field, before, after))

    team, sprint = draw(st.sampled_from(sorted(TEAMS))), draw(st.sampled_from([None, *SPRINTS]))
    for at in instants(1):
        before, team = team, draw(st.sampled_from(sorted(TEAMS)))
        change(at, Field.TEAM, before, team)
    for at in instants(3):
        last, sprint = sprint, draw(st.sampled_from([None, *SPRINTS]))
        if last != sprint:
            number = str(2000 + len(changes))
            changes += [Change(at, number, Field.SPRINTS, last, None)] if last else []
            changes += [Change(at, number, Field.SPRINTS, None, sprint)] if sprint else []
    waits = draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
    for blocker, at in zip(waits, instants(2), strict=False):
        change(at, Field.BLOCKED_BY, None, blocker)
    for at in instants(2):
        change(at, Field.TEXT, None, None)
    every = sorted((*issue.changes, *changes), key=lambda one: (one.at, one.id))
    if draw(st.booleans()):
        every = _in_one_go(every)
    people = {id_: draw(st.sampled_from([None, *PEOPLE])) for id_ in sorted({c.id for c in every})}
    return replace(
        issue,
        team=TEAMS[team],
        sprints=frozenset({sprint} if sprint else ()),
        blocked_by=frozenset(c.after for c in changes if c.field is Field.BLOCKED_BY and c.after),
        changes=tuple(one._replace(actor_id=people[one.id]) for one in every),
    )


def _in_one_go(changes: Iterable[Change]) -> list[Change]:
    """Return the changes with those of one instant under one id, as far as fields differ."""
    found: list[Change] = []
    renamed: dict[str, str] = {}
    for one in changes:
        last = [other for other in found if found[-1].id == other.id]
        together = last and last[0].at == one.at and one.field not in {c.field for c in last}
        if one.id not in renamed:
            renamed[one.id] = last[0].id if together else one.id
        found.append(one._replace(id=renamed[one.id]))
    return found


def as_issues(told: list[Life]) -> ProjectIssues:
    """Return what the tracker would give of these."""
    return issues_of(*(life.issue for life in told))


def shifted(issue: Issue, by: timedelta) -> Issue:
    """Return the issue with every instant and date moved by whole days."""
    due = issue.due_on and issue.due_on + by
    changes = tuple(_shifted(change, by) for change in issue.changes)
    return replace(issue, created_at=issue.created_at + by, due_on=due, changes=changes)


def _shifted(change: Change, by: timedelta) -> Change:
    moved = change._replace(at=change.at + by)
    if change.field is not Field.DUE_ON:
        return moved
    before, after = (
        text and (date.fromisoformat(text) + by).isoformat()
        for text in (change.before, change.after)
    )
    return moved._replace(before=before, after=after)


def shifted_project(project: Project, by: timedelta) -> Project:
    """Return the project with every instant and date moved by whole days."""
    plans = tuple(
        replace(
            one,
            at=one.at + by,
            before=one.before and one.before + by,
            after=one.after and one.after + by,
        )
        for one in project.plan_changes or ()
    )
    return replace(
        project,
        created_at=project.created_at + by,
        updated_at=project.updated_at + by,
        started_at=project.started_at and project.started_at + by,
        closed_at=project.closed_at and project.closed_at + by,
        target_on=project.target_on and project.target_on + by,
        plan_changes=plans,
    )


def _apply(
    now: State, field: Field, value: str | None, at: datetime, change_id: str
) -> tuple[State, Change]:
    def change(before: str | None, after: str | None) -> Change:
        return Change(at=at.astimezone(UTC), id=change_id, field=field, before=before, after=after)

    match field:
        case Field.STATUS:
            return replace(now, status=value), change(now.status, value)
        case Field.ASSIGNEE:
            return replace(now, assignee=value), change(now.assignee, value)
        case Field.ESTIMATE:
            before = None if now.estimate is None else f"{now.estimate:g}"
            return replace(now, estimate=_number(value)), change(before, value)
        case Field.DUE_ON:
            before = None if now.due_on is None else now.due_on.isoformat()
            return replace(now, due_on=_date(value)), change(before, value)
        case Field.MEMBERSHIP:
            joins = value not in now.membership
            moved = now.membership ^ {str(value)}
            return replace(now, membership=moved), change(
                *((None, value) if joins else (value, None))
            )
        case _:
            joins = value not in now.labels
            moved = now.labels ^ {str(value)}
            return replace(now, labels=moved), change(*((None, value) if joins else (value, None)))


def _issue(key: str, born: datetime, now: State, changes: list[Change]) -> Issue:
    return Issue(
        id=key,
        key=key,
        title=key,
        url=f"https://tracker.example/issue/{key}",
        status=STATUSES[now.status or "todo"],
        created_at=born,
        assignee=a_person(now.assignee.title()) if now.assignee else None,
        estimate=now.estimate,
        due_on=now.due_on,
        membership=now.membership,
        labels={label: label for label in now.labels},
        changes=tuple(changes),
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
