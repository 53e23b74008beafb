"""Moving a project back, and closing it when it may be."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.linear.tracker import LinearTracker
from service.domain.tracking import Status, StatusCategory
from service.ports import Enforcement, NotAllowed, NotFound, Rejected, Unavailable
from tests.connectors.linear.answers import (
    PROJECT,
    Reply,
    ScriptedLinear,
    a_refusal,
    a_status,
    nodes,
    not_found,
)

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


def test_statuses_are_asked_for_once_however_often_they_are_needed(
    linear: ScriptedLinear, tracker: LinearTracker, statuses: None
) -> None:
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", updated("started"))

    tracker.statuses().get("review")
    tracker.statuses().get("gone")
    tracker.ensure_open(PROJECT, REVIEW)
    tracker.ensure_open(PROJECT, None)

    assert len(linear.asked("ProjectStatuses")) == 1
    assert linear.asked("ProjectStatus") == []


NOT_LISTED = [
    pytest.param(a_refusal("not for you", type="forbidden"), id="forbidden"),
    pytest.param(a_refusal("no plan", type="feature not accessible"), id="not accessible"),
    pytest.param(a_refusal("it broke", 500, type="internal error"), id="internal error"),
]


@pytest.mark.parametrize("refusal", NOT_LISTED)
def test_where_statuses_are_not_shown_a_known_way_back_is_taken(
    linear: ScriptedLinear, tracker: LinearTracker, refusal: Reply
) -> None:
    linear.on("ProjectStatuses", refusal)
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", updated("started"))

    with capture_logs() as logged:
        found = tracker.ensure_open(PROJECT, REVIEW)

    assert found == DOING
    assert linear.asked("ProjectUpdate") == [{"id": PROJECT, "input": {"statusId": "review"}}]
    assert [("warning", "projectStatuses")] == [
        (line["log_level"], line["part"])
        for line in logged
        if line["event"] == "linear.part_not_read"
    ]


@pytest.mark.parametrize("refusal", NOT_LISTED)
def test_where_statuses_are_not_shown_one_is_looked_up_by_its_id(
    linear: ScriptedLinear, tracker: LinearTracker, refusal: Reply
) -> None:
    linear.on("ProjectStatuses", refusal)
    linear.on("ProjectStatus", {"projectStatus": a_status("started", id="review")})

    found = tracker.statuses().get("review")

    assert (found.id if found else None) == "review"
    assert linear.asked("ProjectStatus") == [{"id": "review"}]


@pytest.mark.parametrize("answer", [Reply("<html>", 502), a_refusal("x", type="ratelimited")])
@pytest.mark.parametrize("ask", ["look up", "move back"])
def test_where_nobody_answers_for_the_statuses_nothing_else_is_asked(
    linear: ScriptedLinear, tracker: LinearTracker, answer: Reply, ask: str
) -> None:
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectStatuses", answer)

    with pytest.raises(Unavailable):
        tracker.statuses().get("review") if ask == "look up" else tracker.ensure_open(
            PROJECT, REVIEW
        )
    assert linear.operations[-1] == "ProjectStatuses"


@pytest.mark.parametrize("answer", [not_found("ProjectStatus"), *NOT_LISTED[0].values])
def test_a_status_nobody_shows_is_not_known(
    linear: ScriptedLinear, tracker: LinearTracker, answer: Reply
) -> None:
    linear.on("ProjectStatuses", *NOT_LISTED[0].values)
    linear.on("ProjectStatus", answer)

    assert tracker.statuses().get("review") is None
    with pytest.raises(NotAllowed):
        list(tracker.statuses())


@pytest.mark.parametrize(
    ("return_to", "answers", "asked"),
    [
        pytest.param(None, [updated("started")], ["status-started"], id="not known"),
        pytest.param(DONE, [updated("started")], ["status-started"], id="a closed one"),
        pytest.param(
            REVIEW,
            [not_found("ProjectStatus"), updated("started")],
            ["review", "status-started"],
            id="deleted since",
        ),
    ],
)
def test_where_statuses_are_not_shown_and_no_way_back_is_known_other_projects_show_one(
    linear: ScriptedLinear,
    tracker: LinearTracker,
    return_to: Status | None,
    answers: list[object],
    asked: list[str],
) -> None:
    linear.on("ProjectStatuses", *NOT_LISTED[0].values)
    seen = [a_status("completed"), a_status("planned"), a_status("started"), a_status("started")]
    rows = nodes(*({"id": str(n), "status": one} for n, one in enumerate(seen)))
    linear.on("StatusesInUse", {"projects": rows})
    linear.on("ProjectState", shown("completed"))
    linear.on("ProjectUpdate", *answers)

    assert tracker.ensure_open(PROJECT, return_to) == DOING
    assert asked == [one["input"]["statusId"] for one in linear.asked("ProjectUpdate")]


@pytest.mark.parametrize("in_use", [{"projects": nodes()}, *NOT_LISTED[0].values])
def test_where_no_way_back_can_be_found_at_all_an_operator_is_told_what_to_do(
    linear: ScriptedLinear, tracker: LinearTracker, in_use: object
) -> None:
    linear.on("ProjectStatuses", *NOT_LISTED[0].values)
    linear.on("StatusesInUse", in_use)
    linear.on("ProjectState", shown("completed"))

    with pytest.raises(NotAllowed, match="give the account access to the workspace's project st"):
        tracker.ensure_open(PROJECT, None)


def test_a_list_of_statuses_that_failed_is_no_final_refusal(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("ProjectStatuses", *NOT_LISTED[2].values)
    linear.on("StatusesInUse", {"projects": nodes()})
    linear.on("ProjectState", shown("completed"))

    with pytest.raises(Unavailable):
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
