"""One project has the same figures, whichever tool keeps it and however that tool tells of it.

Each project is told in our own words, written down as Jira Cloud, an old Jira server and Linear
show it, and read by the real connectors. Not told is what only one of them can tell: types of
issues, hours, flags and recorded time (Jira), milestones (Linear), and the end of a wait, of which
Linear tells in no way that is published.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.mapping import history, issue, statuses
from connectors.jira.mapping.context import Context
from service.domain.metrics import Chosen, StatusSets, snapshot
from service.domain.metrics.snapshot import AREAS
from service.domain.tracking import Field, Issue, ProjectIssues, Status
from tests.connectors.told_in_jira import FIELDS, in_jira
from tests.connectors.told_in_linear import in_linear
from tests.domain.builders import (
    STATUSES,
    a_change,
    a_person,
    a_project,
    an_issue,
    assigned,
    day,
    estimated,
    joined,
    left,
)
from tests.domain.lives import TEAMS, told_lives
from tests.importers.sample import ISSUES, PRESENT, WHY_NOT, documents

PROJECT = a_project(key="version:apollo")
NO_TIME = "no working time was recorded"
#: In both tools somebody says in which statuses work waits.
SETS = StatusSets(
    active=frozenset({"In progress"}),
    waiting=frozenset({"On hold"}),
    review=frozenset({"In review"}),
)
#: In Jira only its name can say of a status, by itself, that work was given up in it.
SETS_WITH_DROPPED = replace(SETS, dropped=frozenset({"Cancelled"}))
DONE = {"done", "verified"}
ENDS = (
    "done",
    "done 1d, in_progress 1d, verified",
    "on_hold 1d, in_progress 1d, done",
    "done",
    "cancelled",
    "on_hold",
)

#: What counts everything that stands in a done status, whatever the resolution, for these are
#: compared with reference rows that do. In Jira work that was given up stands in one, with a
#: resolution that says so; in Linear it stands in a canceled one. The figures on what was
#: delivered leave it out in both.
COUNT_WHATEVER_THE_RESOLUTION = {
    *("scope.done", "scope.done_points", "scope.done_hours"),
    *("schedule.actual_finish", "schedule.slip_days", "schedule.slip_percent"),
    *("schedule.slip_working_days", "flow.cycle_time_n", "flow.never_started_n"),
    *(f"flow.cycle_time_p{one}_days" for one in (50, 70, 85, 95)),
    *("flow.handoffs", "flow.handoffs_lasting", "flow.handoffs_per_item", "flow.team_handoffs"),
    *("flow.reopened", "flow.reopen_rate", "flow.rework_days"),
    *("flow.time_to_reopen_median_days", "flow.time_to_first_reopen_median_days"),
}

CLOUD_AND_SERVER = pytest.mark.parametrize("by_id", [True, False], ids=["cloud", "server"])


@st.composite
def projects(draw: st.DrawFn) -> list[Issue]:
    """Draw a project's issues, some of them parts of another, some waiting for another."""
    keys = [f"APOLLO-{number + 1}" for number in range(draw(st.integers(0, 6)))]
    found = []
    for number, key in enumerate(keys):
        told = draw(told_lives(key, [one for one in keys if one != key]))
        parent = draw(st.sampled_from([None, None, *keys[:number]]))
        found.append(replace(told, parent_id=parent))
    return found


def given_up_for_good(told: Issue) -> Issue:
    """Return the issue without what came after it was given up, and never given up once done."""
    steps = [one for one in told.changes if one.field is Field.STATUS]
    kept = [one for one in told.changes if one.field is not Field.STATUS]
    status = steps[0].before if steps else told.status.id
    ever_done = status in DONE
    for step in steps:
        if status == "cancelled" or (step.after == "cancelled" and ever_done):
            continue
        kept.append(step._replace(before=status))
        status = step.after
        ever_done = ever_done or status in DONE
    kept.sort(key=lambda one: (one.at, one.id))
    return replace(told, status=STATUSES[status or ""], changes=tuple(kept))


def a_worked_project() -> list[Issue]:
    """Return two dozen issues to which everything happened that both tools can tell of."""
    found = []
    for number in range(24):
        key, start = f"APOLLO-{number + 1}", number - 4
        end = ENDS[number % len(ENDS)]
        changes = [
            assigned("ada", "grace", start + 2.5),
            estimated("3", str(number % 4 + 1), start + (0.5 if number % 3 else 2)),
            a_change(Field.TEXT, None, None, start + 3, change_id=str(5000 + number)),
            a_change(Field.SPRINTS, None, "31", start + 0.25, change_id=str(6000 + number)),
        ]
        changes += [joined(start + 1.5)] if number % 5 == 1 else []
        changes += [left(20)] if number % 7 == 3 else []
        blocker = f"APOLLO-{number}" if number % 3 == 1 else None
        if blocker:
            changes.append(a_change(Field.BLOCKED_BY, None, blocker, start + 1.25, by="ada"))
        told = an_issue(
            key,
            f"todo 1d, in_progress {1 + number % 5}d, review 1d, {end}",
            created=start,
            changes=changes,
            assignee=a_person("Grace"),
            estimate=float(number % 4 + 1),
            due_on=date(2024, 3, 4) + timedelta(days=number),
            team=TEAMS["core"],
            labels=["bug"] if number % 4 == 0 else [],
            parent="APOLLO-1" if number in (1, 2) else None,
        )
        sprints = frozenset({"31"})
        waits = frozenset({blocker} if blocker else ())
        found.append(replace(told, sprints=sprints, blocked_by=waits))
    return found


def figures(issues: ProjectIssues, sets: StatusSets) -> dict[str, Any]:
    """Return every figure of the catalogue, by its dotted name, as it is published."""
    found = snapshot(
        PROJECT,
        replace(issues, time=None, time_unknown=NO_TIME),
        now=day(90),
        baseline=Chosen(day(0)),
        close=Chosen(day(30)),
        status_sets=sets,
    ).as_json()["metrics"]
    assert isinstance(found, dict)
    return {
        f"{area}.{name}": leaf for area, leaves in found.items() for name, leaf in leaves.items()
    }


def sprints(issues: ProjectIssues) -> dict[str, object]:
    """Return in which sprints each issue was planned, and since when: no figure says so yet."""

    def named(id_: str | None) -> str | None:
        return id_ and id_.removeprefix("cycle-")

    return {
        one.key: (
            {named(id_) for id_ in one.sprints},
            [
                (change.at, named(change.before), named(change.after))
                for change in one.changes
                if change.field is Field.SPRINTS
            ],
        )
        for one in issues.issues
    }


def difference(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that are not the same, with what they are in each."""
    return {
        name: (one.get(name), other.get(name))
        for name in {*one, *other}
        if one.get(name) != other.get(name)
    }


@CLOUD_AND_SERVER
@given(told=projects())
def test_a_project_has_the_same_figures_in_jira_and_in_linear(
    told: list[Issue], *, by_id: bool
) -> None:
    jira = in_jira(told, STATUSES, by_id=by_id, resolves=False)
    linear = in_linear(told, STATUSES)

    assert {} == difference(figures(linear, SETS_WITH_DROPPED), figures(jira, SETS_WITH_DROPPED))
    assert sprints(linear) == sprints(jira)


@CLOUD_AND_SERVER
@given(told=projects())
def test_work_given_up_by_resolution_is_left_out_of_what_was_delivered_as_canceled_work_is(
    told: list[Issue], *, by_id: bool
) -> None:
    told = [given_up_for_good(one) for one in told]

    jira = figures(in_jira(told, STATUSES, by_id=by_id, resolves=True), SETS)
    linear = figures(in_linear(told, STATUSES), SETS)

    assert set() == difference(linear, jira).keys() - COUNT_WHATEVER_THE_RESOLUTION


@CLOUD_AND_SERVER
def test_a_project_in_which_everything_happened_has_figures_worth_comparing(*, by_id: bool) -> None:
    told = a_worked_project()

    linear = figures(in_linear(told, STATUSES), SETS_WITH_DROPPED)
    jira = figures(in_jira(told, STATUSES, by_id=by_id, resolves=False), SETS_WITH_DROPPED)

    assert {} == difference(linear, jira)
    assert set(AREAS) == {name.partition(".")[0] for name in linear}
    assert set() == {
        name
        for name in (
            *("scope.base", "scope.added", "scope.removed", "scope.delivered_points"),
            *("scope.reestimated_points", "scope.text_edits", "scope.unplanned_share_bugs"),
            *("schedule.slip_days", "schedule.due_hit_rate", "flow.cycle_time_p50_days"),
            *("flow.blocked_days", "flow.flow_efficiency", "flow.handoffs", "flow.reopened"),
            *("earned_value.ev", "earned_value.spi_t", "forecast.p85_at_50"),
            *("effort.points_to_time", "effort.time_per_point"),
        )
        if not linear[name]["value"]
    }


# --- Real histories ---------------------------------------------------------------------------

SCOPE = tuple(
    f"{name}{unit}"
    for name in ("base", "added", "removed", "transient", "final", "done")
    for unit in ("", "_points")
)


@cache
def sample() -> tuple[list[Issue], dict[str, Status]]:
    """Return the real issues as the Jira connector reads them, and their statuses."""
    every = list(documents(ISSUES))
    known = {one.id: one for one in (statuses.status(raw["fields"]["status"]) for raw in every)}
    found = [
        issue.issue(
            raw,
            history.ordered(raw["changelog"]["histories"]),
            Context(fields=FIELDS, known=known),
            url=raw["self"],
        )
        for raw in every
    ]
    return [one for one in found if one.kind != "Epic"], known


@cache
def by_version() -> dict[str, list[Issue]]:
    """Return the issues that were ever in a version, of each version, told of it alone."""
    found: defaultdict[str, list[Issue]] = defaultdict(list)
    for one in sample()[0]:
        moves = [change for change in one.changes if change.field is Field.MEMBERSHIP]
        told = {value for change in moves for value in (change.before, change.after) if value}
        for version in sorted(told | one.membership):
            if version.startswith("version:"):
                found[version].append(told_of(one, version))
    return dict(found)


def told_of(one: Issue, version: str) -> Issue:
    """Return what both tools can tell of a real issue, of its versions this one only."""
    scalars = {Field.STATUS, Field.ASSIGNEE, Field.ESTIMATE}
    return replace(
        one,
        membership=one.membership & {version},
        labels={},
        team=None,
        changes=tuple(
            change
            for change in one.changes
            if change.field in scalars
            or (change.field is Field.MEMBERSHIP and version in (change.before, change.after))
        ),
    )


def first_joining(told: list[Issue]) -> datetime:
    """Return when the version got its first issue."""
    joins = [
        min(
            (c.at for c in one.changes if c.field is Field.MEMBERSHIP and c.after),
            default=one.created_at,
        )
        for one in told
    ]
    return min(joins)


@pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
def test_the_scope_of_every_real_version_is_the_same_in_the_shape_of_linear() -> None:
    known = sample()[1]
    moved = 0

    for version, told in by_version().items():
        start = first_joining(told) + timedelta(days=14)

        def scope(
            issues: ProjectIssues, start: datetime = start, key: str = version
        ) -> dict[str, Any]:
            found = snapshot(
                a_project(key=key, started=None),
                issues,
                now=datetime.fromisoformat("2016-01-01T00:00:00+00:00"),
                baseline=Chosen(start),
                close=Chosen(start + timedelta(days=180)),
            )
            return {name: found[f"scope.{name}"].as_json() for name in SCOPE}

        in_its_own = scope(ProjectIssues(tuple(told), known))
        in_linears = scope(in_linear(told, known))
        assert in_its_own == in_linears, version
        moved += in_its_own["added"]["value"] + in_its_own["removed"]["value"]

    assert len(by_version()) > 30
    assert moved > 100
