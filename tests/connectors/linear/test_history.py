"""An issue's history entries → its changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linear.mapping import history
from service.domain.tracking import Field, Issue
from tests.connectors.linear.answers import (
    OTHER_PROJECT,
    PROJECT,
    a_relation,
    an_entry,
    an_issue,
)

Pairs = list[tuple[Field, str | None, str | None]]


def a_mapped_issue(*entries: dict[str, Any], **changes: object) -> Issue:
    return history.issue({**an_issue(), **changes}, [], [], entries)


def pairs(*entries: dict[str, Any]) -> Pairs:
    return [(one.field, one.before, one.after) for one in history.changes(entries)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [], id="nothing we keep"),
        pytest.param({"fromStateId": None, "toStateId": None}, [], id="untouched"),
        pytest.param(
            {"fromStateId": "a", "toStateId": "b"}, [(Field.STATUS, "a", "b")], id="status"
        ),
        pytest.param({"fromStateId": "a", "toStateId": "a"}, [], id="the same again"),
        pytest.param(
            {"toAssigneeId": "ada"},
            [(Field.ASSIGNEE, None, "ada")],
            id="assigned, other key missing",
        ),
        pytest.param(
            {"fromAssigneeId": "ada", "toAssigneeId": None},
            [(Field.ASSIGNEE, "ada", None)],
            id="unassigned",
        ),
        pytest.param(
            {"fromEstimate": 3.0, "toEstimate": 0}, [(Field.ESTIMATE, "3", "0")], id="zero"
        ),
        pytest.param(
            {"fromEstimate": None, "toEstimate": 2.5}, [(Field.ESTIMATE, None, "2.5")], id="points"
        ),
        pytest.param({"fromEstimate": 3, "toEstimate": 3.0}, [], id="the same number"),
        pytest.param(
            {"fromDueDate": "2026-02-01", "toDueDate": None},
            [(Field.DUE_ON, "2026-02-01", None)],
            id="due date cleared",
        ),
        pytest.param({"fromTeamId": "a", "toTeamId": "b"}, [(Field.TEAM, "a", "b")], id="team"),
        pytest.param(
            {"fromProjectId": PROJECT, "toProjectId": OTHER_PROJECT},
            [(Field.MEMBERSHIP, PROJECT, None), (Field.MEMBERSHIP, None, OTHER_PROJECT)],
            id="moved to another project",
        ),
        pytest.param(
            {"toProjectId": PROJECT}, [(Field.MEMBERSHIP, None, PROJECT)], id="joined a project"
        ),
        pytest.param(
            {"fromProjectId": PROJECT}, [(Field.MEMBERSHIP, PROJECT, None)], id="left a project"
        ),
        pytest.param(
            {"addedLabelIds": ["a", "b"], "removedLabelIds": ["c"]},
            [(Field.LABELS, "c", None), (Field.LABELS, None, "a"), (Field.LABELS, None, "b")],
            id="labels",
        ),
        pytest.param({"archived": True}, [(Field.ARCHIVED, None, "true")], id="archived"),
        pytest.param({"archived": False}, [(Field.ARCHIVED, "true", None)], id="unarchived"),
        pytest.param(
            {"archived": True, "trashed": True}, [(Field.ARCHIVED, None, "true")], id="trashed"
        ),
        pytest.param(
            {"autoArchived": True}, [(Field.ARCHIVED, None, "true")], id="archived by Linear"
        ),
        pytest.param({"autoArchived": False}, [], id="not archived by Linear"),
        pytest.param(
            {"toProjectMilestone": {"id": "m1"}},
            [(Field.MILESTONE, None, "m1")],
            id="into a milestone",
        ),
        pytest.param(
            {"fromProjectMilestone": {"id": "m1"}, "toProjectMilestone": {"id": "m2"}},
            [(Field.MILESTONE, "m1", "m2")],
            id="to another milestone",
        ),
        pytest.param(
            {"fromProjectMilestone": {"id": "m1"}, "toProjectMilestone": None},
            [(Field.MILESTONE, "m1", None)],
            id="out of a milestone",
        ),
        pytest.param(
            {"fromProjectMilestone": None, "toProjectMilestone": None}, [], id="no milestone"
        ),
        pytest.param({"toCycleId": "c1"}, [(Field.SPRINTS, None, "c1")], id="into a cycle"),
        pytest.param(
            {"fromCycleId": "c1", "toCycleId": "c2"},
            [(Field.SPRINTS, "c1", None), (Field.SPRINTS, None, "c2")],
            id="rolled over to the next cycle",
        ),
        pytest.param({"fromCycleId": "c1"}, [(Field.SPRINTS, "c1", None)], id="out of a cycle"),
        pytest.param({"toTitle": "Better"}, [(Field.TEXT, None, None)], id="title edited"),
        pytest.param(
            {"updatedDescription": True}, [(Field.TEXT, None, None)], id="description edited"
        ),
        pytest.param(
            {"toTitle": "Better", "updatedDescription": True},
            [(Field.TEXT, None, None)],
            id="both in one go are one edit",
        ),
        pytest.param({"updatedDescription": False}, [], id="description as it was"),
        pytest.param(
            {"fromStateId": "a", "toStateId": "b", "toAssigneeId": "ada"},
            [(Field.STATUS, "a", "b"), (Field.ASSIGNEE, None, "ada")],
            id="two edits in one entry",
        ),
    ],
)
def test_an_entry_is_a_change_of_each_field_it_touched(
    fields: dict[str, Any], expected: Pairs
) -> None:
    assert expected == pairs(an_entry(**fields))


def test_changes_say_when_and_by_whom() -> None:
    (found,) = history.changes([an_entry(7, "2026-02-01T10:00:00.000Z", toStateId="b")])

    assert (datetime(2026, 2, 1, 10, tzinfo=UTC), "entry-7", "ada") == (
        found.at,
        found.id,
        found.actor_id,
    )


def test_an_automation_is_nobody() -> None:
    """Edge case 14."""
    (found,) = history.changes([an_entry(actorId=None, toStateId="b")])

    assert found.actor_id is None


@pytest.mark.parametrize("by_itself", [{"autoClosed": True}, {"autoArchived": True}])
def test_what_linear_closes_by_itself_was_done_by_nobody(by_itself: dict[str, Any]) -> None:
    """Edge case 9."""
    found = history.changes([{**an_entry(toStateId="b", archived=True), **by_itself}])

    assert {Field.STATUS, Field.ARCHIVED} == {one.field for one in found}
    assert {None} == {one.actor_id for one in found}


def test_an_issue_waits_for_what_blocks_it_since_the_relation_was_made() -> None:
    made = [a_relation(1, "2026-02-03T10:00:00Z"), a_relation(2, issue={"id": "issue-3"})]

    found = history.issue(an_issue(), [], made, [an_entry(toStateId="b")])

    assert frozenset({"issue-2", "issue-3"}) == found.blocked_by
    assert [("entry-1", None), ("relation-2", "issue-3"), ("relation-1", "issue-2")] == [
        (one.id, one.after if one.field is Field.BLOCKED_BY else None) for one in found.changes
    ]


def test_one_that_blocks_twice_blocks_since_the_first() -> None:
    (found,) = history.blocking([a_relation(2, "2026-02-03T10:00:00Z"), a_relation(1)])

    assert ("relation-1", "issue-2") == (found.id, found.after)


@pytest.mark.parametrize("kind", ["related", "duplicate", "similar", "something new", None])
def test_only_a_relation_that_blocks_is_waited_for(kind: str | None) -> None:
    assert () == history.blocking([a_relation(type=kind)])


def test_what_history_tells_of_relations_in_unpublished_codes_is_left_alone() -> None:
    assert [] == pairs(an_entry(relationChanges=[{"identifier": "ENG-2", "type": "ab"}]))


@given(st.permutations(range(5)))
def test_changes_are_oldest_first_whatever_order_they_came_in(order: list[int]) -> None:
    # The last two have the same instant: the id decides.
    entries = [
        an_entry(number, f"2026-02-0{min(number, 3) + 1}T10:00:00Z", toStateId=str(number))
        for number in order
    ]

    assert [one.after for one in history.changes(entries)] == ["0", "1", "2", "3", "4"]


def test_an_entry_that_stands_on_two_pages_counts_once() -> None:
    """Edge case 13."""
    entry = an_entry(toStateId="b")

    assert len(history.changes([entry, dict(entry)])) == 1


@pytest.mark.parametrize(
    ("changes", "archived", "trashed"),
    [
        ({}, False, False),
        ({"archivedAt": "2026-02-01T10:00:00Z"}, True, False),
        ({"trashed": True}, True, True),
        ({"trashed": None, "archivedAt": None}, False, False),
    ],
)
def test_an_issue_in_the_trash_is_archived_too(
    changes: dict[str, Any], archived: bool, trashed: bool
) -> None:
    """Edge case 9."""
    found = a_mapped_issue(**changes)

    assert (archived, trashed) == (found.archived, found.trashed)


def test_an_issue_keeps_zero_points_apart_from_none() -> None:
    """Edge case 5."""
    assert a_mapped_issue(estimate=0).estimate == 0.0
    assert a_mapped_issue(estimate=None).estimate is None


def test_an_issue_names_what_it_is_part_of() -> None:
    found = a_mapped_issue(parent={"id": "issue-0"})

    assert ("issue-0", frozenset({PROJECT})) == (found.parent_id, found.membership)


def test_an_issue_names_its_milestone_and_its_cycle() -> None:
    found = a_mapped_issue(projectMilestone={"id": "m1"}, cycle={"id": "c1"})

    assert ("m1", frozenset({"c1"})) == (found.milestone_id, found.sprints)


def test_an_issue_without_them_has_neither() -> None:
    found = a_mapped_issue(projectMilestone=None, cycle=None)

    assert (None, frozenset()) == (found.milestone_id, found.sprints)


def test_linear_tells_nothing_of_types_hours_flags_and_resolutions() -> None:
    found = a_mapped_issue()

    assert (None, None, False, False) == (found.kind, found.hours, found.flagged, found.dropped)


def test_an_issue_outside_of_all_projects_belongs_to_none() -> None:
    assert frozenset() == a_mapped_issue(project=None).membership


def test_every_status_of_a_history_is_named() -> None:
    issue = a_mapped_issue(an_entry(fromStateId="a", toStateId="b"))

    assert {"a", "b", "status-completed"} == history.state_ids([issue])


@pytest.mark.parametrize(
    ("counts", "known", "expected"),
    [
        pytest.param([], 0, None, id="no week yet"),
        pytest.param([5, 6, 6], 0, 0, id="never fewer"),
        pytest.param([5, 3, 4, 1], 0, 5, id="fell by two and by three"),
        pytest.param([5, 3, 4, 1], 2, 3, id="two of them known"),
        pytest.param([5, 3], 4, 0, id="more known than fell"),
        pytest.param([5.0, 4.0], 0, 1, id="counts come as floats"),
    ],
)
def test_what_the_weekly_counts_lost_beyond_the_known_is_unaccounted(
    counts: list[float], known: int, expected: int | None
) -> None:
    """Edge case 9."""
    assert expected == history.unaccounted(counts, known)


def test_removals_are_counted_in_every_history() -> None:
    left = a_mapped_issue(an_entry(1, fromProjectId=PROJECT))
    back = a_mapped_issue(
        an_entry(1, fromProjectId=PROJECT), an_entry(2, "2026-02-02T10:00:00Z", toProjectId=PROJECT)
    )
    another = a_mapped_issue(an_entry(1, fromProjectId=OTHER_PROJECT))

    assert history.removals([left, back, another], PROJECT) == 2
