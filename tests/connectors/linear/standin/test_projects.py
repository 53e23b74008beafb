"""Projects: status and its time stamps, plan, series, reports, labels, trash."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.linear.standin import Standin
from connectors.linear.standin.entities import Project
from tests.connectors.linear.standin.asking import A_UUID, APOLLO, Asking, HandClock

FIELDS = "id status { id type name } startedAt completedAt canceledAt updatedAt archivedAt trashed"
UPDATE = f"""
mutation($id: String!, $input: ProjectUpdateInput!) {{
  projectUpdate(id: $id, input: $input) {{ success lastSyncId project {{ {FIELDS} }} }}
}}
"""


def test_a_project_is_found_by_id_slug_and_end_of_its_url(standin: Standin, linear: Asking) -> None:
    project = _project(standin)

    found = {
        linear.data("query($id: String!) { project(id: $id) { name } }", id=one)["project"]["name"]
        for one in (project.id, project.slug_id, project.url.rsplit("/", 1)[1])
    }

    assert {APOLLO} == found


def test_completing_sets_completed_at_and_reopening_clears_it(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    project = _project(standin)
    clock.ahead(hours=1)

    completed = _update(linear, project.id, statusId=_status(standin, "completed"))
    reopened = _update(linear, project.id, statusId=_status(standin, "started"))

    assert ("completed", "2026-03-02T10:00:00.000Z", None) == _closed(completed)
    assert ("started", None, None) == _closed(reopened)
    assert completed["startedAt"] == reopened["startedAt"]


def test_canceling_after_completing_moves_the_time_stamp(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    project = _project(standin)
    _update(linear, project.id, statusId=_status(standin, "completed"))
    clock.ahead(hours=1)

    canceled = _update(linear, project.id, statusId=_status(standin, "canceled"))

    assert ("canceled", None, "2026-03-02T10:00:00.000Z") == _closed(canceled)


def test_reopening_may_leave_completed_at_which_a_null_then_clears(
    standin: Standin, linear: Asking
) -> None:
    standin.control.switch("reopening_clears_timestamps", value=False)
    project = _project(standin)
    _update(linear, project.id, statusId=_status(standin, "completed"))

    left = _update(linear, project.id, statusId=_status(standin, "started"))
    cleared = _update(linear, project.id, completedAt=None, canceledAt=None)

    assert left["completedAt"] is not None
    assert ("started", None, None) == _closed(cleared)


def test_the_old_name_of_a_status_is_no_input(linear: Asking, standin: Standin) -> None:
    answer = linear.post(UPDATE, id=_project(standin).id, input={"state": "completed"})

    assert 400 == answer.status_code


def test_dates_are_checked_and_may_be_durations(standin: Standin, linear: Asking) -> None:
    project = _project(standin)

    wrong = linear.post(UPDATE, id=project.id, input={"targetDate": "31.05.2026"})
    _update(linear, project.id, targetDate="P2W", startDate="2026")

    assert 400 == wrong.status_code
    assert "31.05.2026" in wrong.json()["errors"][0]["message"]
    assert "2026-03-16" == str(project.target_date)
    assert "2026-01-01" == str(project.start_date)


def test_a_moved_target_shows_in_history_and_in_the_next_report(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    project = _project(standin)
    standin.control.report(APOLLO, "Before", "onTrack")
    clock.ahead(days=1)
    standin.control.plan_project(APOLLO, target_date="2026-04-01")
    standin.control.report(APOLLO, "We need longer", "atRisk")

    data = linear.data(
        "query($id: String!) { project(id: $id) { health"
        " history(first: 1) { nodes { entries } }"
        " projectUpdates(first: 1) { nodes { body health diff diffMarkdown } } } }",
        id=project.id,
    )["project"]

    change = {"from": "2026-02-27", "to": "2026-04-01"}
    assert {"targetDate": change} == data["history"]["nodes"][0]["entries"]
    report = data["projectUpdates"]["nodes"][0]
    assert {"targetDate": change} == report["diff"]
    assert "2026-04-01" in report["diffMarkdown"]
    assert "atRisk" == data["health"] == report["health"]


def test_the_weekly_series_count_the_ends_of_whole_weeks(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    standin.control.reopen_project(APOLLO)
    project = linear.data(
        'mutation($t: String!) { projectCreate(input: {name: "New", teamIds: [$t]})'
        " { project { id issueCountHistory status { type } } } }",
        t=standin.control.team("OPS").id,
    )["projectCreate"]["project"]
    one = standin.control.create_issue("OPS", "One", project="New", estimate=3)
    clock.ahead(days=7)
    standin.control.create_issue("OPS", "Two", project="New", estimate=5)
    standin.control.move_issue(one.id, "Done")
    clock.ahead(days=7)
    standin.control.put_issue_in_project("Two")
    clock.ahead(days=13)

    series = linear.data(
        "query($id: String!) { project(id: $id) { scopeHistory completedScopeHistory"
        " inProgressScopeHistory issueCountHistory completedIssueCountHistory scope progress } }",
        id=project["id"],
    )["project"]

    assert ([], "backlog") == (project["issueCountHistory"], project["status"]["type"])
    assert {
        "scopeHistory": [8.0, 3.0, 3.0],
        "completedScopeHistory": [3.0, 3.0, 3.0],
        "inProgressScopeHistory": [0.0, 0.0, 0.0],
        "issueCountHistory": [2.0, 1.0, 1.0],
        "completedIssueCountHistory": [1.0, 1.0, 1.0],
        "scope": 3.0,
        "progress": 1.0,
    } == series


def test_labels_of_projects_are_set_once(standin: Standin, linear: Asking) -> None:
    project = _project(standin)
    label = linear.data(
        'mutation { projectLabelCreate(input: {name: "pending"}) { projectLabel { id } } }'
    )["projectLabelCreate"]["projectLabel"]["id"]
    add = "mutation($p: String!, $l: String!) { projectAddLabel(id: $p, labelId: $l) { success } }"

    for _ in range(2):
        linear.data(add, p=project.id, l=label)
    twice = list(project.label_ids)
    linear.data(add.replace("Add", "Remove"), p=project.id, l=label)

    assert ([label], []) == (twice, project.label_ids)


def test_a_link_hangs_on_a_project_and_is_read_by_id(standin: Standin, linear: Asking) -> None:
    made = linear.data(
        "mutation($p: String!, $id: String!) { entityExternalLinkCreate(input: {id: $id,"
        ' url: "http://closeout.example/1", label: "Closeout", projectId: $p})'
        " { entityExternalLink { id } } }",
        p=_project(standin).id,
        id=A_UUID,
    )
    read = linear.data(
        "query($id: String!) { entityExternalLink(id: $id) { label project { name } } }", id=A_UUID
    )

    assert A_UUID == made["entityExternalLinkCreate"]["entityExternalLink"]["id"]
    assert {"label": "Closeout", "project": {"name": APOLLO}} == read["entityExternalLink"]


def test_a_trashed_project_is_still_read_by_id_and_keeps_updated_at(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    project = _project(standin)
    before = project.updated_at
    clock.ahead(hours=1)

    standin.control.trash(APOLLO)
    trashed = _read(linear, project.id)
    listed = linear.data("{ projects { nodes { id } } }")["projects"]["nodes"]
    standin.control.restore(project.id)
    restored = _read(linear, project.id)

    assert (True, "2026-03-02T10:00:00.000Z") == (trashed["trashed"], trashed["archivedAt"])
    assert not listed
    assert (None, None) == (restored["trashed"], restored["archivedAt"])
    assert before == project.updated_at


def test_a_project_deleted_for_good_is_not_found(standin: Standin, linear: Asking) -> None:
    project = _project(standin)

    standin.control.delete(APOLLO)

    error = linear.error("query($id: String!) { project(id: $id) { id } }", id=project.id)
    assert "Entity not found: Project" == error["message"]


@pytest.mark.parametrize("archived", [False, True])
def test_statuses_that_are_no_longer_in_use_are_listed_on_request(
    linear: Asking, *, archived: bool
) -> None:
    nodes = linear.data(
        "query($a: Boolean) { projectStatuses(first: 50, includeArchived: $a)"
        " { nodes { name type archivedAt } } }",
        a=archived,
    )["projectStatuses"]["nodes"]

    kinds = {one["type"] for one in nodes}
    assert {"backlog", "planned", "started", "paused", "completed", "canceled"} == kinds
    assert archived == ("Shipped" in {one["name"] for one in nodes})


def test_milestones_say_how_far_they_are(linear: Asking) -> None:
    nodes = linear.data(
        "{ projectMilestones { nodes { name targetDate status progress project { name } } } }"
    )["projectMilestones"]["nodes"]

    assert {"Pilot": "done", "Everybody": "overdue"} == {
        one["name"]: one["status"] for one in nodes
    }


def _project(standin: Standin) -> Project:
    return standin.control.project(APOLLO)


def _status(standin: Standin, kind: str) -> str:
    return standin.control.status(kind).id


def _read(linear: Asking, project_id: str) -> dict[str, Any]:
    query = f"query($id: String!) {{ project(id: $id) {{ {FIELDS} }} }}"
    found: dict[str, Any] = linear.data(query, id=project_id)["project"]
    return found


def _update(linear: Asking, project_id: str, **given: object) -> dict[str, Any]:
    found: dict[str, Any] = linear.data(UPDATE, id=project_id, input=given)["projectUpdate"]
    project: dict[str, Any] = found["project"]
    return project


def _closed(project: dict[str, Any]) -> tuple[str, Any, Any]:
    return project["status"]["type"], project["completedAt"], project["canceledAt"]
