"""Tickets: made once, found again after a lost answer, and read with everything that was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
import responses

from connectors.jira.tracker import making, tickets
from service.domain.document import Document, Paragraph, text
from service.domain.remote import Presence
from service.domain.tracking import StatusCategory
from service.ports import NotYet, Rejected, TicketDraft, Unavailable
from tests.connectors.jira.scripted import (
    CLOSED,
    DOING,
    DONE,
    LABEL,
    MARKER,
    NOVA,
    OPS,
    SITE,
    TODO,
    Call,
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    a_project,
    an_issue,
    missing,
    refused,
)

ADA = {"accountId": "ada", "displayName": "Ada Berg"}
BEN = {"accountId": "ben", "displayName": "Ben Castro"}
FIELDS = [
    {"id": "labels", "name": "Labels"},
    {"id": "status", "name": "Status"},
    {"id": "customfield_7", "name": "Verified by"},
]
PAGE = f"{SITE}/wiki/pages/1"
MADE_ID = "30001"


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        scripted = ScriptedJira(mock)
        scripted.on("GET /project/OPS", OPS)
        scripted.on("GET /field", FIELDS)
        scripted.on("GET /status", [TODO, DOING, DONE, CLOSED])
        scripted.on(
            "GET /issueLinkType", {"issueLinkTypes": [{"name": "Blocks"}, {"name": "Relates"}]}
        )
        scripted.on("POST /search/jql", {"issues": []})
        scripted.on("POST /issue", Reply({"id": MADE_ID, "key": "OPS-1"}, 201))
        scripted.on(f"POST /issue/{MADE_ID}/remotelink", Reply({"id": 1}, 201))
        scripted.on(f"GET /issue/{MADE_ID}", an_issue(TODO, MADE_ID, issuelinks=[]))
        scripted.on("POST /issueLink", Reply(status=201))
        scripted.on("POST /issue/bulkfetch", {"issues": [an_issue(TODO, MADE_ID)]})
        scripted.on("POST /changelog/bulkfetch", {"issueChangeLogs": []})
        yield scripted


def a_draft(**changes: object) -> TicketDraft:
    given: dict[str, Any] = {
        "title": "Add an alert *now*",
        "body": Document((Paragraph(text("Why: nobody saw it.")),)),
        "assignee_id": "ada",
        "due_on": date(2026, 12, 1),
        "page_url": PAGE,
        "project_url": f"{SITE}/browse/NOVA-12",
    }
    return TicketDraft(**{**given, **changes})


def test_a_ticket_is_made_outside_the_closing_object_and_linked_to_it_and_the_page(
    jira: ScriptedJira,
) -> None:
    client = a_client(tickets_project="OPS")

    made = tickets.ensure_ticket(client, a_project(), MARKER, a_draft())

    (asked,) = jira.asked("POST /issue")
    fields = asked["fields"]
    assert {"id": "10001"} == fields["project"]
    assert {"id": "5"} == fields["issuetype"]
    assert fields["summary"] == "Add an alert *now*"
    assert fields["description"]["type"] == "doc"
    assert ["closeout", LABEL] == fields["labels"]
    assert {"id": "ada"} == fields["assignee"]
    assert fields["duedate"] == "2026-12-01"
    assert "parent" not in fields
    assert [{"key": "closeout", "value": {"marker": MARKER}}] == asked["properties"]
    linked = jira.asked(f"POST /issue/{MADE_ID}/remotelink")
    assert [f"closeout:{MARKER}:page", f"closeout:{MARKER}:project"] == [
        x["globalId"] for x in linked
    ]
    assert [
        {
            "type": {"name": "Relates"},
            "inwardIssue": {"id": "20012"},
            "outwardIssue": {"id": MADE_ID},
        }
    ] == jira.asked("POST /issueLink")
    assert made.id == MADE_ID


def test_without_a_configured_project_a_ticket_goes_to_the_object_s_own(jira: ScriptedJira) -> None:
    jira.on("GET /issue/20012", an_issue(project={"id": "10000", "key": "NOVA"}))
    jira.on("GET /project/10000", NOVA)

    tickets.ensure_ticket(a_client(), a_project(), MARKER, a_draft())

    assert {"id": "10000"} == jira.asked("POST /issue")[0]["fields"]["project"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(None, "cannot live in it", id="none configured"),
        pytest.param("NOVA", "cannot live in it", id="itself configured"),
    ],
)
def test_a_ticket_is_never_made_in_the_project_that_is_archived(
    jira: ScriptedJira, wanted: str | None, expected: str
) -> None:
    jira.on("GET /project/NOVA", NOVA)
    project = a_project("project:10000", "Nova")

    with pytest.raises(Rejected, match=expected):
        tickets.ensure_ticket(a_client(tickets_project=wanted), project, MARKER, a_draft())

    assert jira.writes == []


def test_another_tool_s_project_needs_a_configured_project(jira: ScriptedJira) -> None:
    elsewhere = replace(
        a_project("0c105e00-0000-4000-8000-000000000001"), url="https://linear.test/x"
    )

    with pytest.raises(Rejected, match="set tickets_project"):
        tickets.ensure_ticket(a_client(), elsewhere, MARKER, a_draft())


def test_what_the_screen_does_not_take_is_left_out_and_the_rest_is_made(jira: ScriptedJira) -> None:
    jira.on(
        "POST /issue",
        refused(
            assignee="User 'ada' cannot be assigned issues.",
            duedate="Field 'duedate' cannot be set. It is not on the appropriate screen, or unknown.",
        ),
        Reply({"id": MADE_ID}, 201),
    )

    tickets.ensure_ticket(a_client(tickets_project="OPS"), a_project(), MARKER, a_draft())

    first, second = (body["fields"] for body in jira.asked("POST /issue"))
    assert {"assignee", "duedate"} == set(first) - set(second)


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        pytest.param(
            {"labels": "Field 'labels' cannot be set."}, "add the field Labels", id="labels"
        ),
        pytest.param({"customfield_9": "Team is required."}, "no more than a summary", id="others"),
    ],
)
def test_a_refused_ticket_says_what_to_change(
    jira: ScriptedJira, refusal: dict[str, str], expected: str
) -> None:
    jira.on("POST /issue", Reply({"errorMessages": [], "errors": refusal}, 400))

    with pytest.raises(Rejected, match=expected):
        tickets.ensure_ticket(a_client(tickets_project="OPS"), a_project(), MARKER, a_draft())

    assert len(jira.asked("POST /issue")) == 1


def test_an_issue_type_that_there_is_not_is_refused_with_those_there_are(
    jira: ScriptedJira,
) -> None:
    client = a_client(tickets_project="OPS", tickets_type="Chore")

    with pytest.raises(Rejected, match=r"OPS has no issue type 'Chore'; there are: Epic, Task"):
        tickets.ensure_ticket(client, a_project(), MARKER, a_draft())

    assert jira.writes == []


def test_after_a_lost_answer_nothing_is_made_before_the_index_has_caught_up(
    jira: ScriptedJira,
) -> None:
    client = a_client(tickets_project="OPS")

    with pytest.raises(NotYet) as waiting:
        tickets.ensure_ticket(client, a_project(), MARKER, a_draft(), timedelta(seconds=30))

    assert waiting.value.retry_after == timedelta(seconds=90)
    assert jira.writes == []
    tickets.ensure_ticket(client, a_project(), MARKER, a_draft(), timedelta(seconds=120))
    assert len(jira.asked("POST /issue")) == 1


def marked(issue_id: str, marker: str | None = MARKER) -> dict[str, Any]:
    properties = {"closeout": {"marker": marker}} if marker else {}
    return {**an_issue(TODO, issue_id), "properties": properties}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param([marked(MADE_ID)], MADE_ID, id="the one"),
        pytest.param([marked("20999", None), marked(MADE_ID)], MADE_ID, id="beside an older copy"),
        pytest.param([marked("30009", None), marked("30002", None)], "30002", id="unmarked by now"),
    ],
)
def test_after_a_lost_answer_the_ticket_that_was_made_is_found_by_its_label(
    jira: ScriptedJira, shown: list[dict[str, Any]], expected: str
) -> None:
    jira.on("POST /search/jql", {"issues": shown})

    found = making.find(a_client(), MARKER)

    (asked,) = jira.asked("POST /search/jql")
    assert found == expected
    assert (asked["jql"], asked["properties"]) == (f'labels = "{LABEL}"', ["closeout"])


def test_an_issue_that_was_made_for_something_else_is_never_taken(jira: ScriptedJira) -> None:
    jira.on("POST /search", {"issues": [an_issue(TODO, MADE_ID)]})
    jira.on(f"GET /issue/{MADE_ID}/properties/closeout", {"value": {"marker": "another"}})

    assert making.find(a_data_center_client(), MARKER) is None


def test_a_lost_answer_is_never_answered_by_a_second_try_of_our_own(jira: ScriptedJira) -> None:
    jira.on("POST /issue", requests.ConnectionError("reset"))

    with pytest.raises(Unavailable):
        tickets.ensure_ticket(a_client(tickets_project="OPS"), a_project(), MARKER, a_draft())

    assert len(jira.asked("POST /issue")) == 1


def test_a_refused_link_does_not_cost_the_ticket(jira: ScriptedJira) -> None:
    jira.on(f"POST /issue/{MADE_ID}/remotelink", refused("No permission to link.", status=403))
    jira.on("POST /issueLink", refused("Linking is off.", status=404))

    made = tickets.ensure_ticket(a_client(tickets_project="OPS"), a_project(), MARKER, a_draft())

    assert made.id == MADE_ID


def test_on_data_center_text_is_wiki_markup_and_people_go_by_their_user_names(
    jira: ScriptedJira,
) -> None:
    jira.on("POST /search", {"issues": []}, {"issues": [an_issue(TODO, MADE_ID)]})
    jira.on("GET /user", {"key": "JIRAUSER1", "name": "ada"})
    client = a_data_center_client(tickets_project="OPS")

    tickets.ensure_ticket(client, a_project(), MARKER, a_draft(assignee_id="JIRAUSER1"))

    fields = jira.asked("POST /issue")[0]["fields"]
    assert fields["description"].startswith("Why: nobody saw it.")
    assert {"name": "ada"} == fields["assignee"]


def test_two_tickets_are_related_once(jira: ScriptedJira) -> None:
    linked = [{"outwardIssue": {"id": "30002"}}]
    jira.on("GET /issue/30001", an_issue(TODO, "30001"), an_issue(TODO, "30001", issuelinks=linked))

    tickets.ensure_relation(a_client(), MARKER, "30001", "30002")
    tickets.ensure_relation(a_client(), MARKER, "30001", "30002")

    assert len(jira.asked("POST /issueLink")) == 1


def a_history(number: int, at: str, *items: dict[str, Any], author: object = ADA) -> dict[str, Any]:
    return {"id": str(number), "created": at, "author": author, "items": list(items)}


def a_move(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        "field": "status",
        "fieldId": "status",
        "from": before["id"],
        "fromString": before["name"],
        "to": after["id"],
        "toString": after["name"],
    }


def a_relabel(before: str, after: str) -> dict[str, Any]:
    return {"field": "labels", "fieldId": "labels", "fromString": before, "toString": after}


def test_a_ticket_is_read_with_its_moves_and_labels_oldest_first(jira: ScriptedJira) -> None:
    raw = an_issue(
        DONE,
        MADE_ID,
        assignee=ADA,
        duedate="2026-12-01",
        labels=["closeout", "verified"],
        resolution={"name": "Done"},
    )
    early = a_history(1, "2026-11-20T10:00:00.000+0000", a_move(TODO, DONE))
    late = a_history(
        2, "2026-11-21T10:00:00.000+0100", a_relabel("closeout", "closeout verified"), author=BEN
    )
    jira.on("POST /issue/bulkfetch", {"issues": [raw]})
    jira.on(
        "POST /changelog/bulkfetch",
        {
            "issueChangeLogs": [{"issueId": MADE_ID, "changeHistories": [late]}],
            "nextPageToken": "n",
        },
        {"issueChangeLogs": [{"issueId": MADE_ID, "changeHistories": [early]}]},
    )

    found = tickets.tickets(a_client(), [MADE_ID])[MADE_ID]

    assert (found.status.category, found.due_on) == (StatusCategory.DONE, date(2026, 12, 1))
    assert found.assignee is not None
    assert found.assignee.name == "Ada Berg"
    assert found.labels == ("closeout", "verified")
    (change,) = found.label_changes
    assert (change.label, change.added, change.at) == (
        "verified", True, datetime(2026, 11, 21, 9, tzinfo=UTC)
    )  # fmt: skip
    assert change.by is not None
    assert change.by.name == "Ben Castro"
    (move,) = found.status_moves
    assert move.before is not None
    assert (move.before.name, move.after.name) == ("To Do", "Done")
    assert [None, "n"] == [x.get("nextPageToken") for x in jira.asked("POST /changelog/bulkfetch")]


def test_a_ticket_closed_as_a_duplicate_is_one(jira: ScriptedJira) -> None:
    raw = an_issue(DONE, MADE_ID, resolution={"name": "Duplicate"})
    jira.on("POST /issue/bulkfetch", {"issues": [raw]})

    found = tickets.tickets(a_client(), [MADE_ID])[MADE_ID]

    assert found.duplicate
    assert found.status.category is StatusCategory.CANCELLED


def test_a_field_of_the_site_s_own_verifies_like_the_label(jira: ScriptedJira) -> None:
    item = {"field": "Verified by", "fieldId": "customfield_7", "fromString": "", "toString": "Ben"}
    raw = an_issue(DONE, MADE_ID, customfield_7=BEN)
    log = [a_history(1, "2026-11-20T10:00:00.000+0000", item, author=BEN)]
    jira.on("POST /issue/bulkfetch", {"issues": [raw]})
    jira.on(
        "POST /changelog/bulkfetch",
        {"issueChangeLogs": [{"issueId": MADE_ID, "changeHistories": log}]},
    )

    found = tickets.tickets(a_client(verified_field="verified by"), [MADE_ID])[MADE_ID]

    assert found.labels == ("verified",)
    assert [("verified", True, "ben")] == [
        (one.label, one.added, one.by.id if one.by else None) for one in found.label_changes
    ]
    assert "customfield_7" in jira.asked("POST /issue/bulkfetch")[0]["fields"]


@pytest.mark.parametrize("value", [None, [], {"value": "No"}, {"value": "false"}])
def test_a_field_that_says_no_verifies_nothing(jira: ScriptedJira, value: object) -> None:
    jira.on("POST /issue/bulkfetch", {"issues": [an_issue(DONE, MADE_ID, customfield_7=value)]})

    found = tickets.tickets(a_client(verified_field="customfield_7"), [MADE_ID])[MADE_ID]

    assert found.labels == ()


def test_a_status_called_verified_verifies_like_the_label(jira: ScriptedJira) -> None:
    verified = {"id": "12", "name": "Verified", "statusCategory": {"key": "done"}}
    log = [a_history(1, "2026-11-20T10:00:00.000+0000", a_move(DONE, verified), author=BEN)]
    jira.on("GET /status", [TODO, DONE, verified])
    jira.on("POST /issue/bulkfetch", {"issues": [an_issue(verified, MADE_ID)]})
    jira.on(
        "POST /changelog/bulkfetch",
        {"issueChangeLogs": [{"issueId": MADE_ID, "changeHistories": log}]},
    )

    found = tickets.tickets(a_client(), [MADE_ID])[MADE_ID]

    assert found.labels == ("verified",)
    assert [(True, "ben")] == [(x.added, x.by.id if x.by else None) for x in found.label_changes]


def test_a_status_that_is_gone_never_counts_as_closed(jira: ScriptedJira) -> None:
    gone = {"id": "99", "name": "Shipped"}
    log = [
        a_history(1, "2026-11-20T10:00:00.000+0000", a_move(TODO, gone)),
        a_history(2, "2026-11-20T11:00:00.000+0000", a_move(gone, DOING)),
    ]
    jira.on("POST /issue/bulkfetch", {"issues": [an_issue(DOING, MADE_ID)]})
    jira.on(
        "POST /changelog/bulkfetch",
        {"issueChangeLogs": [{"issueId": MADE_ID, "changeHistories": log}]},
    )

    found = tickets.tickets(a_client(), [MADE_ID])[MADE_ID]

    assert [("Shipped", False), ("In Progress", False)] == [
        (move.after.name, move.after.category.closed) for move in found.status_moves
    ]


def test_what_is_not_listed_is_asked_for_alone_before_it_is_missing(jira: ScriptedJira) -> None:
    jira.on(
        "POST /issue/bulkfetch", {"issues": [], "issueErrors": [{"id": "1", "errorMessage": "?"}]}
    )
    jira.on("GET /issue/30002", missing())

    found = tickets.tickets(a_client(), [MADE_ID, "30002"])

    assert [Presence.PRESENT, Presence.MISSING] == [found[x].presence for x in (MADE_ID, "30002")]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused("?", status=503), id="busy"),
        pytest.param(Reply("<html>", 200), id="no object"),
        pytest.param(requests.Timeout("slow"), id="silent"),
    ],
)
def test_a_ticket_that_could_not_be_read_is_not_missing(jira: ScriptedJira, answer: object) -> None:
    jira.on("POST /issue/bulkfetch", {"issues": []})
    jira.on(f"GET /issue/{MADE_ID}", answer)

    with pytest.raises(Unavailable):
        tickets.tickets(a_client(), [MADE_ID])


def test_two_hundred_tickets_take_five_requests(jira: ScriptedJira) -> None:
    def listed(call: Call) -> dict[str, Any]:
        return {"issues": [an_issue(DONE, one) for one in call.body["issueIdsOrKeys"]]}

    jira.on("POST /issue/bulkfetch", listed)
    ids = [str(number) for number in range(40000, 40200)]

    found = tickets.tickets(a_client(), ids)

    assert ids == list(found)
    assert [
        "GET /field", "POST /issue/bulkfetch", "POST /issue/bulkfetch",
        "POST /changelog/bulkfetch", "GET /status",
    ] == [f"{call.method} {call.path}" for call in jira.calls]  # fmt: skip


def test_on_data_center_tickets_come_with_their_histories(jira: ScriptedJira) -> None:
    log = [a_history(1, "2026-11-20T10:00:00.000+0000", a_move(TODO, DONE))]
    raw = {**an_issue(DONE, MADE_ID), "changelog": {"histories": log}}
    jira.on("POST /search", {"issues": [raw]})

    found = tickets.tickets(a_data_center_client(), [MADE_ID])[MADE_ID]

    assert len(found.status_moves) == 1
    (asked,) = jira.asked("POST /search")
    assert (asked["jql"], asked["validateQuery"]) == (f"id in ({MADE_ID}) ORDER BY id", False)
