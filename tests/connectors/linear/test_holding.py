"""Moving a project back, and closing it when it may be."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.linear.tracker import LinearTracker
from service.domain.tracking import Status, StatusCategory
from service.ports import Enforcement, NotFound, Rejected, Unavailable
from tests.connectors.linear.answers import PROJECT, ScriptedLinear, a_status, nodes, not_found

WHEN = "2026-04-02T10:00:00.000Z"
DONE = Status("status-completed", "Now completed", StatusCategory.DONE)
DOING = Status("status-started", "Now started", StatusCategory.IN_PROGRESS)
REVIEW = Status("review", "In review", StatusCategory.IN_PROGRESS)


def state(kind: str, **changes: object) -> dict[str, Any]:
    completed = WHEN if kind == "completed" else None
    return {"id": PROJECT, "completedAt": completed, "status": a_status(kind), **changes}


def shown(kind: str, **changes: object) -> dict[str, Any]:
    return {"project": state(kind, **changes)}


def updated(kind: str, **changes: object) -> dict[str, Any]:
    return {"projectUpdate": {"success": True, "project": state(kind, **changes)}}


@pytest.fixture
def statuses(linear: ScriptedLinear) -> None:
    linear.on(
        "ProjectStatuses",
        {
            "projectStatuses": nodes(
                a_status("backlog", position=0),
                a_status("started", id="second", position=20),
                a_status("started", position=10),
                a_status("started", id="old", position=1, archivedAt=WHEN),
                a_status("started", id="review", name="In review", position=30),
                a_status("paused", position=0),
                a_status("completed", position=0),
            )
        },
    )


def test_linear_undoes_a_closure_and_cannot_refuse_it(tracker: LinearTracker) -> None:
    assert tracker.enforcement is Enforcement.UNDO


def test_a_closed_project_goes_back_where_it_came_from(
    linear: ScriptedLinear, tracker: LinearTracker, statuses: None
) -> None:
    linear.on("ProjectState", shown("completed"))
    linear.on(
        "ProjectUpdate",
        updated("started", status=a_status("started", id="review", name="In review")),
    )

    found = tracker.ensure_open(PROJECT, REVIEW)

    assert found == REVIEW
    assert linear.asked("ProjectUpdate") == [{"id": PROJECT, "input": {"statusId": "review"}}]


@pytest.mark.parametrize(
    "return_to",
    [
        pytest.param(None, id="not known"),
        pytest.param(Status("old", "Old", StatusCategory.IN_PROGRESS), id="archived since"),
        pytest.param(Status("gone", "Gone", StatusCategory.IN_PROGRESS), id="deleted since"),
        pytest.param(DONE, id="a closed one"),
    ],
)
def test_without_a_way_back_it_goes_to_the_first_started_status(
    linear: ScriptedLinear, tracker: LinearTracker, statuses: None, return_to: Status | None
) -> None:
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", updated("started"))

    assert tracker.ensure_open(PROJECT, return_to) == DOING
    assert linear.asked("ProjectUpdate")[0]["input"] == {"statusId": "status-started"}


def test_without_any_started_status_it_goes_as_near_as_may_be(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    rows = nodes(
        a_status("backlog"), a_status("planned"), a_status("frozen"), a_status("completed")
    )
    linear.on("ProjectStatuses", {"projectStatuses": rows})
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", updated("planned"))

    assert tracker.ensure_open(PROJECT, None).id == "status-planned"


def test_a_workspace_without_open_statuses_is_told_what_to_do(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("ProjectStatuses", {"projectStatuses": nodes(a_status("completed"))})
    linear.on("ProjectState", shown("completed"))

    with pytest.raises(Rejected, match="add one of type 'started'"):
        tracker.ensure_open(PROJECT, None)


def test_an_open_project_is_left_alone(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on("ProjectState", shown("started", completedAt=WHEN))

    assert tracker.ensure_open(PROJECT, None) == DOING
    assert linear.operations == ["ProjectState"]


@pytest.mark.parametrize(
    ("left", "cleared"),
    [
        pytest.param({"completedAt": None}, None, id="Linear clears it"),
        pytest.param({"completedAt": WHEN}, {"completedAt": None}, id="completed is left"),
        pytest.param(
            {"completedAt": WHEN, "canceledAt": WHEN},
            {"completedAt": None, "canceledAt": None},
            id="both are left",
        ),
    ],
)
def test_what_is_left_of_the_closure_is_cleared(
    linear: ScriptedLinear,
    tracker: LinearTracker,
    statuses: None,
    left: dict[str, object],
    cleared: dict[str, None] | None,
) -> None:
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", updated("started", **left), updated("started", completedAt=None))

    tracker.ensure_open(PROJECT, None)

    inputs = [asked["input"] for asked in linear.asked("ProjectUpdate")]
    assert [{"statusId": "status-started"}, *([cleared] if cleared else [])] == inputs


def test_a_move_that_did_not_take_is_tried_again(
    linear: ScriptedLinear, tracker: LinearTracker, statuses: None
) -> None:
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", updated("completed"), updated("completed", completedAt=None))

    with pytest.raises(Unavailable, match="automation"):
        tracker.ensure_open(PROJECT, None)


def test_an_answer_without_the_project_is_read_back(
    linear: ScriptedLinear, tracker: LinearTracker, statuses: None
) -> None:
    linear.on("ProjectState", shown("completed"), shown("started"))
    linear.on("ProjectUpdate", {"projectUpdate": {"success": True, "project": None}})

    assert tracker.ensure_open(PROJECT, None) == DOING


def test_a_project_that_is_gone_cannot_be_moved(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("ProjectState", not_found("Project"))

    with pytest.raises(NotFound):
        tracker.ensure_open(PROJECT, None)


def test_an_open_project_is_closed_into_the_chosen_status(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("ProjectState", shown("started"))
    linear.on("ProjectUpdate", updated("completed"))

    assert tracker.ensure_closed(PROJECT, DONE) == DONE
    assert {"statusId": DONE.id} == linear.asked("ProjectUpdate")[0]["input"]


def test_a_closed_project_is_not_closed_again(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("ProjectState", shown("canceled"))

    assert tracker.ensure_closed(PROJECT, DONE).id == "status-canceled"
    assert linear.operations == ["ProjectState"]


def test_closing_into_a_status_that_is_no_more_is_refused_by_name(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("ProjectState", shown("started"))
    linear.on("ProjectUpdate", not_found("ProjectStatus"))

    with pytest.raises(Rejected, match="no project status 'Now completed' any more"):
        tracker.ensure_closed(PROJECT, DONE)


def test_nothing_is_closed_into_an_open_status(tracker: LinearTracker) -> None:
    with pytest.raises(Rejected, match="not a closed status"):
        tracker.ensure_closed(PROJECT, DOING)
