"""The seeded site: histories that fit together, the same at every start."""

from __future__ import annotations

import pytest

from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import (
    COMPANY,
    DATA_CENTER,
    EPIC,
    TEAM,
    Asking,
    HandClock,
)


@pytest.mark.parametrize("flavour", [COMPANY, TEAM, DATA_CENTER])
def test_the_epic_is_in_progress_past_its_due_date_with_children_in_every_state(
    standin: Standin,
) -> None:
    world, epic = standin.world, standin.control.issue(EPIC)

    children = world.children(epic.id)
    categories = {world.statuses[i.status_id].category for i in children}

    assert ("Checkout redesign", "In Progress") == (
        epic.summary,
        world.statuses[epic.status_id].name,
    )
    assert epic.values["duedate"] < world.clock().date()
    assert 22 == len(children)
    assert {"indeterminate", "done"} <= categories
    assert [] == world.log


@pytest.mark.parametrize("flavour", [COMPANY, TEAM, DATA_CENTER])
def test_every_history_leads_without_a_gap_to_where_its_issue_stands(standin: Standin) -> None:
    world = standin.world

    for issue in world.issues.values():
        held: str | None = None
        for change in issue.history:
            for item in change.items:
                if item.field == "status":
                    assert held in (None, item.old), issue.key
                    held = item.new
        assert held in (None, issue.status_id), issue.key
        stamps = [change.at for change in issue.history]
        assert sorted(stamps) == stamps
        assert all(at >= issue.created_at for at in stamps)


def test_changes_are_numbered_by_their_time(standin: Standin) -> None:
    changes = sorted(
        (int(one.id), one.at) for i in standin.world.issues.values() for one in i.history
    )

    assert [at for _, at in changes] == sorted(at for _, at in changes)


def test_every_start_tells_the_same_story(clock: HandClock) -> None:
    first, second = (Standin.seeded(clock).world for _ in range(2))

    assert first.issues == second.issues
    assert first.tokens == second.tokens


def test_three_flavours_tell_the_same_story(clock: HandClock) -> None:
    told = [
        [
            (i.key, i.summary, i.created_at)
            for i in Standin.seeded(clock, flavour=f).world.issues.values()
        ]
        for f in (COMPANY, TEAM, DATA_CENTER)
    ]

    assert told[0] == told[1] == told[2]


def test_a_thousand_issues_with_their_histories_are_answered_fast(
    standin: Standin, jira: Asking, clock: HandClock
) -> None:
    for number in range(1000):
        standin.control.create_issue("OPS", f"Task {number}")
    found = jira.post("/search/jql", jql="project = OPS", maxResults=5000)["issues"]

    answer = jira.post("/changelog/bulkfetch", issueIdsOrKeys=[one["id"] for one in found[:1000]])
    fields = ["summary", "status", "assignee", "parent", "fixVersions"]
    page = jira.post("/search/jql", jql="project = OPS", fields=fields, maxResults=100)

    assert 1002 == len(found)
    assert "issueChangeLogs" in answer
    assert 100 == len(page["issues"])
