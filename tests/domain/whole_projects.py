"""Generated projects with everything that figures are made from: issues, time, money and a plan.

Built upon the told lives, whose frames stay true: what is told here besides is in no frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle, pairwise
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from service.domain.history import State
from service.domain.money import Budget, DirectCost, Exchange, Finances, Money, Rate
from service.domain.tracking import (
    Change,
    Field,
    Issue,
    Milestone,
    PlanChange,
    Project,
    ProjectIssues,
    StatusCategory,
    TimeEntry,
)
from tests.domain.builders import APOLLO, STATUSES, a_person, a_project, an_issue, day, issues_of
from tests.domain.lives import (
    PEOPLE,
    SPRINTS,
    Life,
    lives,
    shifted,
    shifted_project,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DATES = st.sampled_from([None, date(2024, 3, 1), date(2024, 3, 8), date(2024, 4, 5)])
CURRENCIES = st.sampled_from(["EUR", "USD"])
_KINDS = [None, "Bug", "Story", "Story", "Epic"]
_HOURS = [None, "0", "1.5", "8", "40"]
_YES = [None, "true"]


@dataclass(frozen=True)
class Whole:
    """A project as a tracker would show it, with its money; `lives` are its issues as told."""

    project: Project
    lives: tuple[Life, ...]
    issues: ProjectIssues
    finances: Finances


@st.composite
def whole_projects(draw: st.DrawFn, at_most: int = 5, *, busy: bool = False) -> Whole:
    """Draw a project: sub-tasks, sizes, due dates, sprints, flags, blockers, moves, time, money.

    A busy one has issues that are worked on, each in one project at a time.
    """
    count = draw(st.integers(1 if busy else 0, at_most))
    keys = [f"APOLLO-{number + 1}" for number in range(count)]
    told = []
    for number, key in enumerate(keys):
        life = draw(lives(key, busy=busy or draw(st.booleans())))
        others = [one for one in keys if one != key]
        told.append(replace(life, issue=_more(draw, life.issue, keys[:number], others)))
    given = issues_of(
        *(life.issue for life in told),
        unaccounted_removals=draw(st.sampled_from([0, 0, 2, None])),
    )
    time = draw(st.none() | _entries(keys))
    issues = replace(given, time=None if time is None else tuple(time))
    return Whole(draw(_projects()), tuple(told), issues, draw(_finances()))


@st.composite
def orderly_projects(draw: st.DrawFn) -> Whole:
    """Draw a project that went as projects should, so that nearly every figure of it is known.

    Every issue was there at the kick-off with points, hours and a due date, was worked on by
    several people who wrote their hours down, and most were delivered within two weeks.
    """
    numbers = range(draw(st.integers(6, 12)))
    told = [_orderly(draw, f"APOLLO-{number + 1}") for number in numbers]
    time = [
        TimeEntry(
            id=f"{life.issue.key}.{number}",
            at=life.issue.created_at + timedelta(hours=draw(st.integers(20, 90))),
            seconds=1800 * draw(st.integers(1, 16)),
            issue_id=life.issue.id,
            person_id=person,
        )
        for life in told
        for number, person in enumerate(PEOPLE[: draw(st.integers(1, 2))])
    ]
    finances = Finances(
        rates=(
            Rate(date(2024, 1, 1), Money(Decimal("73.21"), draw(CURRENCIES))),
            Rate(date(2024, 3, 8), Money(Decimal(80), "EUR")),
        ),
        exchanges=(Exchange(date(2024, 1, 1), "USD", "EUR", Decimal("0.9")),),
        budgets=(Budget(day(-1), Money(Decimal(5000), "EUR")),),
        costs=(DirectCost(date(2024, 3, 6), Money(Decimal("12.5"), "USD"), "a licence"),),
    )
    project = replace(
        a_project(target="2024-03-15", start_on=date(2024, 3, 4), lead=a_person("Alan")),
        milestones=(Milestone("Beta", date(2024, 3, 8), done=True, id="beta"),),
    )
    given = replace(issues_of(*(life.issue for life in told)), time=tuple(time))
    return Whole(project, tuple(told), given, finances)


def _orderly(draw: st.DrawFn, key: str) -> Life:
    born = day(-1) + timedelta(minutes=draw(st.integers(0, 1440)))
    way = ["in_progress", *draw(st.sampled_from([[], ["review"], ["on_hold", "in_progress"]]))]
    way += draw(st.sampled_from([["done"], ["done"], ["done", "in_progress", "verified"], []]))
    first, second = draw(st.permutations(PEOPLE))[:2]
    now = State(
        status="todo",
        membership=frozenset({APOLLO}),
        assignee=first,
        estimate=float(draw(st.sampled_from([1, 2, 3, 5]))),
        due_on=draw(st.sampled_from([date(2024, 3, 6), date(2024, 3, 12)])),
        labels=frozenset(),
        team=None,
        archived=False,
    )
    at, frames, changes = born, [(born, now)], []
    for number, status in enumerate(way):
        at += timedelta(hours=draw(st.integers(1, 72)))
        changes.append(Change(at, str(100 + number), Field.STATUS, now.status, status, first))
        now = replace(now, status=status)
        frames.append((at, now))
        if number == 0 and draw(st.booleans()):
            at += timedelta(minutes=90)
            changes.append(Change(at, "200", Field.ASSIGNEE, first, second, first))
            now = replace(now, assignee=second)
            frames.append((at, now))
    issue = an_issue(
        key,
        tuple(change for change in changes if change.field is Field.STATUS),
        created=born,
        changes=[change for change in changes if change.field is Field.ASSIGNEE],
        assignee=a_person((now.assignee or "").title()),
        estimate=now.estimate,
        hours=float(draw(st.sampled_from([1, 2, 4, 8]))),
        due_on=now.due_on,
        kind=draw(st.sampled_from(["Bug", "Story"])),
        milestone="beta",
    )
    return Life(issue, tuple(frames))


def moved(whole: Whole, by: timedelta) -> Whole:
    """Return the project with every instant and date moved by whole days."""
    told = tuple(replace(life, issue=shifted(life.issue, by)) for life in whole.lives)
    time = whole.issues.time and tuple(
        entry._replace(at=entry.at + by, recorded_at=entry.recorded_at and entry.recorded_at + by)
        for entry in whole.issues.time
    )
    milestones = tuple(
        replace(one, target_on=one.target_on and one.target_on + by)
        for one in whole.project.milestones
    )
    start_on = whole.project.start_on
    project = replace(
        shifted_project(whole.project, by),
        milestones=milestones,
        start_on=start_on and start_on + by,
    )
    money = whole.finances
    return Whole(
        project,
        told,
        replace(whole.issues, issues=tuple(life.issue for life in told), time=time),
        replace(
            money,
            rates=tuple(replace(one, since=one.since + by) for one in money.rates),
            exchanges=tuple(replace(one, on=one.on + by) for one in money.exchanges),
            budgets=tuple(replace(one, approved_at=one.approved_at + by) for one in money.budgets),
            costs=tuple(replace(one, on=one.on + by) for one in money.costs),
        ),
    )


#: After everything that is told of issues: their last change is at most 77 days in.
LAST = day(100)


def finished(whole: Whole) -> Whole:
    """Return the project with every issue in it, done and not dropped, shortly before `LAST`."""
    told = tuple(_finished(life, LAST - timedelta(days=10)) for life in whole.lives)
    issues = replace(whole.issues, issues=tuple(life.issue for life in told))
    return replace(whole, lives=told, issues=issues)


def _finished(life: Life, at: datetime) -> Life:
    issue, (_, now) = life.issue, life.frames[-1]
    ends = [
        Change(at, "9000", Field.STATUS, issue.status.id, "done"),
        Change(at, "9001", Field.DROPPED, "true", None),
        Change(at, "9002", Field.MEMBERSHIP, None, APOLLO),
    ]
    wanted = (not _is_done(issue), issue.dropped, APOLLO not in issue.membership)
    ends = [change for change, needed in zip(ends, wanted, strict=True) if needed]
    status = issue.status if _is_done(issue) else STATUSES["done"]
    membership = issue.membership | {APOLLO}
    done = replace(
        issue,
        status=status,
        dropped=False,
        membership=membership,
        changes=(*issue.changes, *ends),
    )
    frame = replace(now, status=status.id, membership=membership)
    return Life(done, (*life.frames, (at, frame)))


def _is_done(issue: Issue) -> bool:
    return issue.status.category is StatusCategory.DONE


def _more(draw: st.DrawFn, issue: Issue, earlier: Sequence[str], others: Sequence[str]) -> Issue:
    """Return the issue with what a life does not tell."""
    changes: list[Change] = []

    def instants() -> list[datetime]:
        minutes = draw(st.lists(st.integers(0, 30_000), max_size=2, unique=True))
        return [issue.created_at + timedelta(minutes=one) for one in sorted(minutes)]

    def change(at: datetime, field: Field, before: str | None, after: str | None) -> None:
        changes.append(Change(at, str(5000 + len(changes)), field, before, after))

    def scalar(field: Field, values: Sequence[str | None]) -> str | None:
        value = draw(st.sampled_from(values))
        for at in instants():
            before, value = value, draw(st.sampled_from(values))
            if before != value:
                change(at, field, before, value)
        return value

    def members(field: Field, values: Sequence[str]) -> frozenset[str]:
        held = draw(st.frozensets(st.sampled_from(values)))
        for at in instants():
            one = draw(st.sampled_from(values))
            change(at, field, *((one, None) if one in held else (None, one)))
            held ^= {one}
        return held

    hours = scalar(Field.HOURS, _HOURS)
    found = replace(
        issue,
        hours=None if hours is None else float(hours),
        kind=scalar(Field.KIND, _KINDS),
        milestone_id=scalar(Field.MILESTONE, [None, "beta"]),
        flagged=scalar(Field.FLAGGED, _YES) is not None,
        dropped=scalar(Field.DROPPED, [None, *_YES]) is not None,
        sprints=members(Field.SPRINTS, SPRINTS),
        blocked_by=members(Field.BLOCKED_BY, [*others, "never read"]),
        parent_id=draw(st.sampled_from([None, None, *earlier])),
        components=draw(st.sampled_from([(), ("api",)])),
    )
    for at in instants():
        change(at, Field.TEXT, None, None)
    every = sorted((*issue.changes, *changes), key=lambda one: one.at)
    actors = cycle(draw(st.lists(st.sampled_from([None, *PEOPLE]), min_size=1, max_size=3)))
    return replace(found, changes=tuple(one._replace(actor_id=next(actors)) for one in every))


def _entries(keys: Sequence[str]) -> st.SearchStrategy[list[TimeEntry]]:
    instants = st.integers(-5_000, 40_000).map(lambda minutes: day(minutes / 1440))
    return st.lists(
        st.builds(
            TimeEntry,
            id=st.uuids().map(str),
            at=instants,
            seconds=st.sampled_from([-1800, 900, 3600, 7200, 30_000, 90_000]),
            issue_id=st.sampled_from([None, "never read", *keys, *keys]),
            person_id=st.sampled_from([None, *PEOPLE]),
            role=st.sampled_from([None, "tester"]),
            recorded_at=st.none() | instants,
        ),
        max_size=6,
        unique_by=lambda entry: entry.id,
    )


@st.composite
def _projects(draw: st.DrawFn) -> Project:
    planned = draw(st.lists(DATES, min_size=1, max_size=3))
    replans = [
        PlanChange(day(number + 1), before, after)
        for number, (before, after) in enumerate(pairwise(planned))
        if before != after
    ]
    target = planned[-1]
    return replace(
        a_project(
            status=draw(st.sampled_from(["in_progress", "in_progress", "done", "cancelled"])),
            target=target.isoformat() if target else None,
            coarse=draw(st.booleans()),
            plan_changes=replans,
            start_on=draw(DATES),
            lead=a_person("Alan"),
        ),
        members=tuple(map(a_person, ("Ada", "Grace"))),
        milestones=(Milestone("Beta", draw(DATES), done=draw(st.booleans()), id="beta"),),
    )


@st.composite
def _finances(draw: st.DrawFn) -> Finances:
    days = st.sampled_from([date(2024, 1, 1), date(2024, 3, 5), date(2024, 3, 8)])
    amounts = st.builds(Money, st.decimals(1, 200, places=2, allow_nan=False), CURRENCIES)
    # Of two of one day for the same, the one given last holds: here there are none.
    rates = st.builds(
        Rate, days, amounts, st.sampled_from([None, "tester"]), st.sampled_from([None, *PEOPLE])
    )
    budgets = st.builds(Budget, st.integers(-5, 5).map(day), amounts)
    costs = st.builds(DirectCost, days, amounts, st.just("a licence"))
    exchanges = st.builds(Exchange, days, st.just("USD"), st.just("EUR"), st.just(Decimal("0.9")))
    return Finances(
        currency=draw(st.sampled_from([None, "EUR", "USD"])),
        rates=tuple(
            draw(
                st.lists(
                    rates, max_size=3, unique_by=lambda one: (one.since, one.role, one.person_id)
                )
            )
        ),
        exchanges=tuple(draw(st.lists(exchanges, max_size=1))),
        budgets=tuple(draw(st.lists(budgets, max_size=2, unique_by=lambda one: one.approved_at))),
        costs=tuple(draw(st.lists(costs, max_size=2))),
    )


def members_at(whole: Whole, at: datetime) -> list[Life]:
    """Return the lives that are counted as members at the instant: epics only group others."""
    frames = [(life, life.at(at)) for life in whole.lives if life.issue.kind != "Epic"]
    return [life for life, frame in frames if frame and APOLLO in frame.membership]
