"""Members and leavers, with everything that comes on further pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.linear.tracker import LinearTracker, issues
from service.domain.tracking import StatusCategory
from service.ports import NotAllowed, Unavailable
from tests.connectors.linear.answers import (
    APOLLO,
    OTHER_PROJECT,
    PROJECT,
    Reply,
    ScriptedLinear,
    a_refusal,
    a_relation,
    a_status,
    an_entry,
    an_issue,
    nodes,
)


def of_project(*found: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    return {"project": {"id": PROJECT, "issues": nodes(*found, cursor=cursor)}}


def a_touched_issue(number: int, *left: str | None, cursor: str | None = None) -> dict[str, Any]:
    """Return an issue as the search for leavers sees it, with the projects it moved from."""
    entries = [{"id": str(at), "fromProjectId": project} for at, project in enumerate(left)]
    return {"id": f"issue-{number}", "history": nodes(*entries, cursor=cursor)}


def counts(*weeks: float) -> dict[str, Any]:
    return {"project": {"id": PROJECT, "issueCountHistory": list(weeks)}}


def lay_down(linear: ScriptedLinear, *members: dict[str, Any]) -> None:
    """Lay down a project with these members and nobody who left."""
    linear.on("ProjectIssues", of_project(*members))
    linear.on("TeamIssueMoves", {"issues": nodes()})
    linear.on("ProjectIssueCounts", counts(1, 2))


def test_issues_are_read_over_all_pages_archived_ones_included(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    """Edge case 9."""
    lay_down(linear)
    linear.on(
        "ProjectIssues",
        of_project(an_issue(1), an_issue(2), cursor="1"),
        of_project(an_issue(3, archivedAt="2026-04-02T10:00:00Z")),
    )

    found = tracker.issues(APOLLO)

    assert [issue.key for issue in found.issues] == ["ENG-1", "ENG-2", "ENG-3"]
    assert [asked["after"] for asked in linear.asked("ProjectIssues")] == [None, "1"]
    assert "includeArchived: true, orderBy: createdAt" in linear.calls[0].query


def test_a_long_history_and_many_labels_are_followed_up(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    """Edge case 2. Fault F12 of the peers."""
    first = an_entry(1, "2026-02-01T10:00:00Z", addedLabelIds=["l1"])
    second = an_entry(2, "2026-02-02T10:00:00Z", addedLabelIds=["l2"])
    third = an_entry(3, "2026-02-03T10:00:00Z", addedLabelIds=["l3"])
    long = an_issue(
        labels=nodes({"id": "l1", "name": "one"}, cursor="b1"), history=nodes(third, cursor="h1")
    )
    lay_down(linear, long)
    linear.on("IssueLabels", {"issue": {"labels": nodes({"id": "l2", "name": "two"})}})
    linear.on(
        "IssueHistory",
        {"issue": {"history": nodes(second, cursor="h2")}},
        {"issue": {"history": nodes(first)}},
    )

    (found,) = tracker.issues(APOLLO).issues

    assert found.labels == {"l1": "one", "l2": "two"}
    assert [change.after for change in found.changes] == ["l1", "l2", "l3"]
    assert found.complete_history
    assert [
        (asked["id"], asked["after"], asked["first"]) for asked in linear.asked("IssueHistory")
    ] == [("issue-1", "h1", 250), ("issue-1", "h2", 250)]


def test_more_relations_than_came_along_are_followed_up(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, an_issue(inverseRelations=nodes(a_relation(1), cursor="r1")))
    more = a_relation(2, issue={"id": "issue-3"})
    linear.on("IssueRelations", {"issue": {"inverseRelations": nodes(more)}})

    (found,) = tracker.issues(APOLLO).issues

    assert frozenset({"issue-2", "issue-3"}) == found.blocked_by


def test_linear_keeps_no_working_time(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    lay_down(linear, an_issue())

    found = tracker.issues(APOLLO)

    assert (None, "Linear keeps no working time") == (found.time, found.time_unknown)


def test_statuses_that_occur_only_in_a_history_are_looked_up(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    entry = an_entry(fromStateId="status-unstarted", toStateId="hidden")
    lay_down(linear, an_issue(history=nodes(entry)))
    states = nodes(a_status("unstarted"), a_status("triage"))
    linear.on("WorkflowStates", {"workflowStates": states})

    found = tracker.issues(APOLLO).statuses

    assert {key: status.category for key, status in found.items()} == {
        "status-completed": StatusCategory.DONE,
        "status-unstarted": StatusCategory.TODO,
        "hidden": StatusCategory.IN_PROGRESS,
    }


def test_known_statuses_cost_no_request(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    lay_down(linear, an_issue())

    tracker.issues(APOLLO)

    assert linear.operations == ["ProjectIssues", "TeamIssueMoves", "ProjectIssueCounts"]


def test_an_issue_that_left_is_found_through_its_team(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    """Edge case 3."""
    lay_down(linear, an_issue(1))
    linear.on(
        "TeamIssueMoves",
        {"issues": nodes(a_touched_issue(1, PROJECT), a_touched_issue(2), cursor="1")},
        {"issues": nodes(a_touched_issue(3, None, PROJECT), a_touched_issue(4, OTHER_PROJECT))},
    )
    left = an_issue(
        3,
        project={"id": OTHER_PROJECT},
        history=nodes(an_entry(fromProjectId=PROJECT, toProjectId=OTHER_PROJECT)),
    )
    # A server that ignores the filter does not add strangers.
    linear.on("IssuesById", {"issues": nodes(left, an_issue(9))})
    linear.on("ProjectIssueCounts", counts(2, 1))

    found = tracker.issues(APOLLO)

    assert [issue.key for issue in found.issues] == ["ENG-1", "ENG-3"]
    assert [asked["ids"] for asked in linear.asked("IssuesById")] == [["issue-3"]]
    assert found.unaccounted_removals == 0
    asked = linear.asked("TeamIssueMoves")[0]
    assert (asked["teams"], asked["since"]) == (["team-eng"], "2026-01-05T09:00:00Z")


def test_a_leaver_is_found_deep_in_a_long_history(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear)
    linear.on("TeamIssueMoves", {"issues": nodes(a_touched_issue(3, None, cursor="h1"))})
    linear.on("IssueMoves", {"issue": {"history": nodes({"id": "x", "fromProjectId": PROJECT})}})
    linear.on("IssuesById", {"issues": nodes(an_issue(3, project=None))})

    assert [issue.key for issue in tracker.issues(APOLLO).issues] == ["ENG-3"]


def test_removals_nobody_can_follow_are_counted(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    """Edge case 9."""
    lay_down(linear, an_issue(1))
    linear.on("ProjectIssueCounts", counts(5, 5, 2))

    assert tracker.issues(APOLLO).unaccounted_removals == 3


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"TeamIssueMoves": a_refusal("no")}, id="search refused"),
        pytest.param(
            {
                "TeamIssueMoves": {"issues": nodes(a_touched_issue(3, PROJECT))},
                "IssuesById": a_refusal("no"),
            },
            id="leavers refused",
        ),
        pytest.param({"ProjectIssueCounts": a_refusal("no")}, id="counts refused"),
        pytest.param({"ProjectIssueCounts": {"project": {"id": PROJECT}}}, id="no counts"),
        pytest.param({"ProjectIssueCounts": counts()}, id="no week yet"),
    ],
)
def test_a_part_that_is_refused_leaves_the_members_and_an_unknown(
    linear: ScriptedLinear, tracker: LinearTracker, script: dict[str, object]
) -> None:
    lay_down(linear, an_issue(1))
    for operation, answer in script.items():
        linear.on(operation, answer)

    found = tracker.issues(APOLLO)

    assert [issue.key for issue in found.issues] == ["ENG-1"]
    assert found.unaccounted_removals is None


def test_more_issues_than_may_be_searched_make_the_leavers_unknown(
    linear: ScriptedLinear, tracker: LinearTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issues, "LEAVERS_PAGE", 2)
    monkeypatch.setattr(issues, "LEAVERS_REQUESTS", 3)
    lay_down(linear, an_issue(1))
    pages = [
        {"issues": nodes(a_touched_issue(n), a_touched_issue(n + 1), cursor=f"c{n}")}
        for n in range(10, 30, 2)
    ]
    linear.on("TeamIssueMoves", *pages)

    found = tracker.issues(APOLLO)

    assert found.unaccounted_removals is None
    assert len(linear.asked("TeamIssueMoves")) == 4


def test_a_project_without_teams_has_unknown_leavers(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, an_issue(1))

    assert tracker.issues(replace(APOLLO, teams=())).unaccounted_removals is None


@pytest.mark.parametrize("operation", ["ProjectIssues", "TeamIssueMoves", "ProjectIssueCounts"])
@pytest.mark.parametrize("answer", [Reply("<html>"), a_refusal("x", type="ratelimited")])
def test_a_failure_that_may_pass_is_never_an_empty_list(
    linear: ScriptedLinear, tracker: LinearTracker, operation: str, answer: Reply
) -> None:
    lay_down(linear, an_issue(1))
    linear.on(operation, answer)

    with pytest.raises(Unavailable):
        tracker.issues(APOLLO)


def test_issues_we_may_not_see_are_no_empty_list(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    """Edge case 2."""
    linear.on("ProjectIssues", a_refusal("x", type="forbidden"))

    with pytest.raises(NotAllowed):
        tracker.issues(APOLLO)


@pytest.mark.parametrize("operation", ["TeamIssueMoves", "ProjectIssueCounts"])
def test_what_may_not_be_seen_of_leavers_leaves_them_unknown(
    linear: ScriptedLinear, tracker: LinearTracker, operation: str
) -> None:
    lay_down(linear, an_issue(1))
    linear.on(operation, a_refusal("x", type="forbidden"))

    found = tracker.issues(APOLLO)

    assert (len(found.issues), found.unaccounted_removals) == (1, None)
