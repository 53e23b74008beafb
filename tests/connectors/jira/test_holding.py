"""Holding: which way back is taken, what its screen asks for, and what is said where none works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connectors.jira.tracker.holding import ensure_closed, ensure_open
from service.domain.tracking import Status, StatusCategory
from service.ports import NotAllowed, NoWayBack, Rejected, Unavailable
from tests.connectors.jira.scripted import (
    CLOSED,
    DOING,
    DONE,
    DROPPED,
    FIXED,
    TODO,
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    a_field,
    a_transition,
    an_issue,
    missing,
    refused,
)

KEY = "issue:20012"
ISSUE = "GET /issue/20012"
LISTED = "GET /issue/20012/transitions"
MADE = "POST /issue/20012/transitions"
BACK_TO_TODO = Status("1", "To Do", StatusCategory.TODO)
INTO_DONE = Status("9", "Done", StatusCategory.DONE)


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield ScriptedJira(mock)


def transitions(*found: dict[str, Any]) -> dict[str, Any]:
    return {"transitions": list(found)}


def test_an_open_issue_is_left_as_it_is(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DOING))

    status = ensure_open(a_client(), KEY, BACK_TO_TODO)

    assert status.name == "In Progress"
    assert jira.writes == []


@pytest.mark.parametrize(
    ("return_to", "expected"),
    [
        pytest.param(BACK_TO_TODO, "11", id="where it came from"),
        pytest.param(None, "21", id="unknown: into work"),
        pytest.param(Status("77", "Gone", StatusCategory.TODO), "21", id="gone since: into work"),
    ],
)
def test_the_way_back_leads_to_where_it_came_from_else_into_work(
    jira: ScriptedJira, return_to: Status | None, expected: str
) -> None:
    jira.on(ISSUE, an_issue(DONE), an_issue(DOING))
    jira.on(
        LISTED,
        transitions(*(a_transition(f"{n}1", to) for n, to in enumerate((CLOSED, TODO, DOING)))),
    )
    jira.on(MADE, Reply(status=204))

    ensure_open(a_client(), KEY, return_to)

    (asked,) = jira.asked(MADE)
    assert {"id": expected} == asked["transition"]
    assert asked["historyMetadata"]["type"] == "closeout:gate"


def test_the_way_back_never_leads_through_another_closed_status(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE))
    jira.on(LISTED, transitions(a_transition("1", CLOSED)))

    with pytest.raises(NoWayBack, match=r"NOVA-12 cannot be moved from 'Done' .* straight there"):
        ensure_open(a_client(), KEY, BACK_TO_TODO)

    assert jira.writes == []


def test_what_the_screen_asks_for_is_given_where_there_is_no_choice(jira: ScriptedJira) -> None:
    only = a_field("Reason", {"id": "7"})
    several = a_field("Sites", {"id": "8"}, schema={"type": "array"})
    held = a_field("Owner")
    preset = a_field("Reviewed", hasDefaultValue=True)
    screen = {
        "cf_1": only,
        "cf_2": several,
        "cf_3": held,
        "cf_4": preset,
        "comment": a_field("Comment"),
    }
    jira.on(ISSUE, an_issue(DONE), an_issue(DONE, cf_3="Ada"), an_issue(TODO))
    jira.on(LISTED, transitions(a_transition("1", TODO, screen)))
    jira.on(MADE, Reply(status=204))

    ensure_open(a_client(), KEY, BACK_TO_TODO)

    (asked,) = jira.asked(MADE)
    assert {"cf_1": {"id": "7"}, "cf_2": [{"id": "8"}]} == asked["fields"]
    assert asked["update"]["comment"][0]["add"]["body"]["type"] == "doc"


def test_a_screen_that_asks_for_what_we_cannot_give_is_named(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE))
    jira.on(
        LISTED,
        transitions(a_transition("1", TODO, {"cf_1": a_field("Reason", {"id": "7"}, {"id": "8"})})),
    )

    with pytest.raises(NoWayBack, match="asks for Reason, which Closeout cannot fill in"):
        ensure_open(a_client(), KEY, BACK_TO_TODO)

    assert jira.writes == []


def test_a_way_that_a_validator_refuses_gives_place_to_the_next(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE), an_issue(DOING))
    jira.on(LISTED, transitions(a_transition("1", TODO), a_transition("2", DOING)))
    jira.on(MADE, refused("Not on a Friday."), Reply(status=204))

    status = ensure_open(a_client(), KEY, BACK_TO_TODO)

    assert status.name == "In Progress"
    assert ["1", "2"] == [body["transition"]["id"] for body in jira.asked(MADE)]


def test_ways_that_are_all_refused_are_told_in_jira_s_words(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE))
    jira.on(LISTED, transitions(a_transition("1", TODO)))
    jira.on(MADE, refused("Not on a Friday."))

    with pytest.raises(NoWayBack, match=r"Not on a Friday\."):
        ensure_open(a_client(), KEY, BACK_TO_TODO)


def test_a_reason_that_jira_does_not_take_is_left_out(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE), an_issue(TODO))
    jira.on(LISTED, transitions(a_transition("1", TODO)))
    jira.on(MADE, refused('Unrecognized field "historyMetadata"'), Reply(status=204))

    ensure_open(a_client(), KEY, BACK_TO_TODO)

    assert [True, False] == ["historyMetadata" in body for body in jira.asked(MADE)]


def test_a_resolution_that_stays_is_cleared(jira: ScriptedJira) -> None:
    jira.on(
        ISSUE, an_issue(DONE, resolution=FIXED), an_issue(TODO, resolution=FIXED), an_issue(TODO)
    )
    jira.on(LISTED, transitions(a_transition("1", TODO)))
    jira.on(MADE, Reply(status=204))
    jira.on("PUT /issue/20012", Reply(status=204))

    ensure_open(a_client(), KEY, BACK_TO_TODO)

    assert [{"fields": {"resolution": None}}] == jira.asked("PUT /issue/20012")


def test_a_resolution_that_cannot_be_cleared_does_not_stop_the_hold(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE, resolution=FIXED), an_issue(TODO, resolution=FIXED))
    jira.on(LISTED, transitions(a_transition("1", TODO)))
    jira.on(MADE, Reply(status=204))
    jira.on("PUT /issue/20012", refused(resolution="Field 'resolution' cannot be set."))

    assert BACK_TO_TODO == ensure_open(a_client(), KEY, BACK_TO_TODO)


def test_where_the_resolution_tells_an_issue_is_opened_by_clearing_it(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(TODO, resolution=FIXED), an_issue(TODO))
    jira.on("PUT /issue/20012", Reply(status=204))

    status = ensure_open(a_data_center_client(resolution_is_done=True), KEY, None)

    assert status == BACK_TO_TODO
    assert jira.writes == ["PUT /issue/20012"]


def test_an_issue_that_stands_closed_all_the_same_is_tried_again(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE))
    jira.on(LISTED, transitions(a_transition("1", TODO)))
    jira.on(MADE, Reply(status=204))

    with pytest.raises(Unavailable, match="look for an automation that closes it"):
        ensure_open(a_client(), KEY, BACK_TO_TODO)


def test_a_conflicting_update_is_tried_again(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DONE))
    jira.on(LISTED, transitions(a_transition("1", TODO)))
    jira.on(MADE, refused("Issue was updated by somebody else.", status=409))

    with pytest.raises(Unavailable):
        ensure_open(a_client(), KEY, BACK_TO_TODO)


def test_what_an_anonymous_visitor_sees_is_no_answer(jira: ScriptedJira) -> None:
    headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    jira.on(ISSUE, an_issue(DONE))
    jira.on(LISTED, Reply(transitions(), 200, headers))

    with pytest.raises(NotAllowed):
        ensure_open(a_client(), KEY, BACK_TO_TODO)


def test_an_issue_is_closed_into_the_status_it_was_closed_into(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DOING), an_issue(DONE))
    jira.on(
        LISTED,
        transitions(a_transition("1", TODO), a_transition("2", CLOSED), a_transition("3", DONE)),
    )
    jira.on(MADE, Reply(status=204))

    status = ensure_closed(a_client(), KEY, INTO_DONE)

    assert status == INTO_DONE
    assert {"id": "3"} == jira.asked(MADE)[0]["transition"]


@pytest.mark.parametrize(
    ("into", "expected"),
    [
        pytest.param(None, "2", id="finished"),
        pytest.param(INTO_DONE, "2", id="finished before"),
        pytest.param(
            Status("9:dropped", "Done", StatusCategory.CANCELLED), "1", id="dropped before"
        ),
    ],
)
def test_of_two_ways_into_one_status_the_one_is_taken_that_says_what_it_was(
    jira: ScriptedJira, into: Status | None, expected: str
) -> None:
    drop = {**a_transition("1", DONE), "name": "Won't do"}
    jira.on(ISSUE, an_issue(DOING), an_issue(DONE))
    jira.on(LISTED, transitions(drop, a_transition("2", DONE)))
    jira.on(MADE, Reply(status=204))

    ensure_closed(a_client(), KEY, into)

    assert {"id": expected} == jira.asked(MADE)[0]["transition"]


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        pytest.param((CLOSED,), "10", id="the only one"),
        pytest.param((CLOSED, DONE), "20", id="the usual name"),
        pytest.param(({**DONE, "name": "Shipped"}, TODO), "10", id="whatever it is called"),
    ],
)
def test_an_issue_that_was_never_closed_goes_where_finished_work_goes(
    jira: ScriptedJira, offered: tuple[dict[str, Any], ...], expected: str
) -> None:
    jira.on(ISSUE, an_issue(DOING), an_issue(DONE))
    jira.on(LISTED, transitions(*(a_transition(f"{n}0", to) for n, to in enumerate(offered, 1))))
    jira.on(MADE, Reply(status=204))

    ensure_closed(a_client(), KEY, None)

    assert {"id": expected} == jira.asked(MADE)[0]["transition"]


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        pytest.param((DROPPED, FIXED), "1", id="the usual name"),
        pytest.param((DROPPED, {"id": "7", "name": "Shipped"}), "7", id="a name of its own"),
    ],
)
def test_a_resolution_that_the_screen_asks_for_is_one_for_work_that_was_done(
    jira: ScriptedJira, offered: tuple[dict[str, str], ...], expected: str
) -> None:
    screen = {"resolution": a_field("Resolution", *offered)}
    jira.on(ISSUE, an_issue(DOING), an_issue(DOING), an_issue(DONE))
    jira.on(LISTED, transitions(a_transition("1", DONE, screen)))
    jira.on(MADE, Reply(status=204))

    ensure_closed(a_client(), KEY, None)

    assert {"resolution": {"id": expected}} == jira.asked(MADE)[0]["fields"]


def test_a_rule_that_refuses_the_closing_is_told_in_its_own_words(jira: ScriptedJira) -> None:
    jira.on(ISSUE, an_issue(DOING))
    jira.on(LISTED, transitions(a_transition("1", DONE)))
    jira.on(MADE, refused("The post-mortem is not complete."))

    with pytest.raises(Rejected, match=r"The post-mortem is not complete\."):
        ensure_closed(a_client(), KEY, INTO_DONE)


def test_nothing_is_closed_into_an_open_status(jira: ScriptedJira) -> None:
    with pytest.raises(Rejected, match="'To Do' is not a closed status"):
        ensure_closed(a_client(), KEY, BACK_TO_TODO)

    assert jira.calls == []


def test_a_release_is_taken_back_and_made(jira: ScriptedJira) -> None:
    released = {"id": "7", "name": "1.4", "released": True, "releaseDate": "2026-11-19"}
    open_ = {**released, "released": False, "releaseDate": None}
    jira.on("GET /version/7", released)
    jira.on("PUT /version/7", open_)

    assert ensure_open(a_client(), "version:7", None).id == "unreleased"

    jira.on("GET /version/7", open_)
    jira.on("PUT /version/7", released)
    assert ensure_closed(a_client(), "version:7", None).id == "released"
    assert [
        {"released": False},
        {"released": True, "releaseDate": "2026-11-20"},
    ] == jira.asked("PUT /version/7")


@pytest.mark.parametrize("refusal", [refused("You do not have permission."), missing()])
def test_a_release_that_may_not_be_taken_back_has_no_way_back(
    jira: ScriptedJira, refusal: Reply
) -> None:
    jira.on("GET /version/7", {"id": "7", "name": "1.4", "released": True})
    jira.on("PUT /version/7", refusal)

    with pytest.raises(NoWayBack, match=r"1\.4: give it the permission Administer Projects"):
        ensure_open(a_client(), "version:7", None)


@pytest.mark.parametrize(
    ("cloud", "write"),
    [pytest.param(True, "POST", id="cloud"), pytest.param(False, "PUT", id="data center")],
)
def test_an_archived_project_is_restored(jira: ScriptedJira, cloud: bool, write: str) -> None:
    live = {"id": "10000", "key": "NOVA", "name": "Nova", "archived": False}
    jira.on("GET /project/10000", {**live, "archived": True}, live)
    jira.on(f"{write} /project/10000/restore", Reply(status=202))

    status = ensure_open(a_client() if cloud else a_data_center_client(), "project:10000", None)

    assert status.id == "live"
    assert jira.writes == [f"{write} /project/10000/restore"]


def test_a_project_that_may_not_be_restored_has_no_way_back(jira: ScriptedJira) -> None:
    jira.on("GET /project/10000", {"id": "10000", "name": "Nova", "archived": True})
    jira.on("POST /project/10000/restore", missing())

    with pytest.raises(NoWayBack, match="Nova: give it the global permission Administer Jira"):
        ensure_open(a_client(), "project:10000", None)
