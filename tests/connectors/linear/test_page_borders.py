"""Where one page ends and the next begins changes nothing of what was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linear.mapping import history
from connectors.linear.settings import LinearSettings
from connectors.linear.standin import Standin
from connectors.linear.tracker import LinearTracker, issues
from service.domain.tracking import Field, ProjectIssues
from tests.connectors.linear.answers import a_relation, an_entry, an_issue

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

CHANGED: list[dict[str, Any]] = [
    {"fromStateId": "todo", "toStateId": "doing"},
    {"fromEstimate": None, "toEstimate": 3},
    {"fromEstimate": 3, "toEstimate": 5},
    {"toCycleId": "c1"},
    {"fromCycleId": "c1", "toCycleId": "c2"},
    {"toProjectMilestone": {"id": "m1"}},
    {"updatedDescription": True},
    {"addedLabelIds": ["l1"], "removedLabelIds": []},
    {"fromStateId": "doing", "toStateId": "status-completed", "autoClosed": True},
]
# Three at one instant each, so that only the id decides.
ENTRIES = [
    an_entry(number, f"2026-02-0{number // 3 + 1}T10:00:00Z", **fields)
    for number, fields in enumerate(CHANGED)
]
RELATIONS = [a_relation(1), a_relation(2, issue={"id": "issue-3"})]


@given(st.data())
def test_order_and_repetition_change_nothing_of_an_issue(data: st.DataObject) -> None:
    """Edge case 13."""
    whole = history.issue(an_issue(), [], RELATIONS, ENTRIES)
    again = data.draw(st.lists(st.sampled_from(ENTRIES), max_size=4))
    entries = data.draw(st.permutations([*ENTRIES, *map(dict, again)]))
    twice = data.draw(st.permutations([*RELATIONS, *map(dict, RELATIONS)]))

    found = history.issue(an_issue(), [], twice, entries)

    assert whole == found


@pytest.fixture
def standin() -> Iterator[Standin]:
    """An organisation at work, with an issue that has more of everything than fits on two pages."""
    now = [NOON - timedelta(days=2)]
    with Standin.seeded(lambda: now[0], threads=False) as running:
        control, (project,) = running.control, running.world.projects.values()
        busy = next(one for one in running.world.issues.values() if one.project_id == project.id)
        others = [one for one in running.world.issues.values() if one.id != busy.id][:5]
        control.plan_cycle("APO", "2026-11-16", "2026-11-30")
        control.put_issue_in_cycle(busy.id, 1)
        for number, other in enumerate(others):
            now[0] += timedelta(hours=1)
            control.block_issue(busy.id, other.id)
            control.estimate_issue(busy.id, float(number))
            control.add_label(busy.id, ("Bug", "Feature", "Improvement", "verified", "Bug")[number])
            now[0] += timedelta(hours=1)
            control.edit_issue(busy.id, description=f"Attempt {number}")
            control.put_issue_in_milestone(busy.id, "Everybody" if number % 2 else "Pilot")
        control.put_issue_in_project(others[0].id, None)
        yield running


def read(
    standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
    *,
    first: int,
    with_issue: int,
    alone: int,
) -> ProjectIssues:
    """Read the project's issues with the real client, so many of everything at a time."""
    monkeypatch.setattr(issues, "HISTORY_WITH_ISSUE", with_issue)
    monkeypatch.setattr(issues, "LEAVERS_HISTORY", with_issue)
    for name in ("HISTORY_ALONE", "LABELS_ALONE", "RELATIONS_ALONE", "STATES"):
        monkeypatch.setattr(issues, name, alone)
    settings = LinearSettings(api_url=standin.url, api_key=standin.api_key, page_size=first)
    tracker = LinearTracker(settings)
    (project,) = standin.world.projects.values()
    return tracker.issues(tracker.project(project.id))


@pytest.mark.parametrize("oldest_first", [False, True], ids=["newest first", "oldest first"])
@pytest.mark.parametrize("overlap", [0, 1], ids=["pages apart", "pages that overlap"])
def test_pages_of_two_and_of_a_thousand_give_the_same_issues(
    standin: Standin, monkeypatch: pytest.MonkeyPatch, overlap: int, *, oldest_first: bool
) -> None:
    monkeypatch.setattr(issues, "LEAVERS_REQUESTS", 1_000)
    standin.control.switch("largest_page", 1_000)
    standin.control.switch("complexity_of_one_query", 1_000_000)
    standin.control.switch("requests_per_hour", 1_000_000)
    standin.control.switch("complexity_per_hour", 1_000_000_000)
    whole = read(standin, monkeypatch, first=50, with_issue=1_000, alone=1_000)
    asked_once = len(standin.calls)
    standin.control.switch("oldest_first", value=oldest_first)
    standin.control.switch("page_overlap", value=overlap)

    found = read(standin, monkeypatch, first=2, with_issue=2, alone=2)

    busy = max(whole.issues, key=lambda one: len(one.changes))
    kept = {Field.MILESTONE, Field.SPRINTS, Field.BLOCKED_BY, Field.TEXT, Field.LABELS}
    assert kept < {one.field for one in busy.changes}
    assert 5 == len(busy.blocked_by)
    assert len(standin.calls) > 5 * asked_once
    assert sorted(whole.issues, key=lambda one: one.id) == sorted(
        found.issues, key=lambda one: one.id
    )
    assert (whole.statuses, whole.unaccounted_removals) == (
        found.statuses,
        found.unaccounted_removals,
    )
