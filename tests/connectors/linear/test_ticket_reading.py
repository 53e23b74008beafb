"""Reading tickets: many in a request, all of their history, and which of them are gone."""

from __future__ import annotations

import pytest

from connectors.linear.tracker import LinearTracker
from service.domain.remote import Presence
from service.ports import NotAllowed, Unavailable
from tests.connectors.linear.answers import (
    MARKER,
    Reply,
    ScriptedLinear,
    a_refusal,
    a_status,
    a_ticket,
    a_user,
    an_entry,
    an_issue,
    nodes,
    not_found,
)


def test_a_ticket_is_read_with_all_of_its_history(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    label = {"id": "l1", "name": "verified"}
    on = an_entry(1, "2026-02-01T10:00:00Z", actor=a_user(), addedLabels=[label])
    off = an_entry(2, "2026-02-02T10:00:00Z", actor=a_user("Lee"), removedLabels=[label])
    moved = an_entry(3, "2026-02-03T10:00:00Z", toState=a_status("completed"))
    raw = a_ticket(
        labels=nodes({"id": "l2", "name": "late"}, cursor="b"), history=nodes(moved, cursor="h")
    )
    linear.on("Tickets", {"issues": nodes(raw)})
    linear.on("IssueLabels", {"issue": {"labels": nodes({"id": "l3", "name": "big"})}})
    linear.on(
        "TicketHistory",
        {"issue": {"history": nodes(off, cursor="i")}},
        {"issue": {"history": nodes(on)}},
    )

    found = tracker.tickets([MARKER])[MARKER]

    assert found.labels == ("big", "late")
    assert [
        (one.label, one.added, one.by.id if one.by else None) for one in found.label_changes
    ] == [("verified", True, "ada"), ("verified", False, "lee")]
    assert len(found.status_moves) == 1


@pytest.mark.parametrize("answer", [not_found("Issue"), {"issue": None}])
def test_a_deleted_ticket_is_missing_and_no_error(
    linear: ScriptedLinear, tracker: LinearTracker, answer: object
) -> None:
    linear.on("Tickets", {"issues": nodes()})
    linear.on("Ticket", answer)

    found = tracker.tickets([MARKER])[MARKER]

    assert (found.id, found.presence) == (MARKER, Presence.MISSING)


@pytest.mark.parametrize("operation", ["Tickets", "Ticket"])
@pytest.mark.parametrize("answer", [Reply("<html>"), a_refusal("x", type="lock timeout")])
def test_a_ticket_that_could_not_be_read_is_not_missing(
    linear: ScriptedLinear, tracker: LinearTracker, operation: str, answer: Reply
) -> None:
    linear.on("Tickets", {"issues": nodes()})
    linear.on("Ticket", not_found("Issue"))
    linear.on(operation, answer)

    with pytest.raises(Unavailable):
        tracker.tickets([MARKER])


def test_many_tickets_are_read_in_pages_of_one_list_each_once(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on(
        "Tickets",
        {"issues": nodes(an_issue(1), an_issue(2), cursor="1")},
        {"issues": nodes(an_issue(3))},
    )

    found = tracker.tickets(["issue-3", "issue-1", "issue-2", "issue-1"])

    assert [(key, one.key) for key, one in found.items()] == [
        ("issue-3", "ENG-3"),
        ("issue-1", "ENG-1"),
        ("issue-2", "ENG-2"),
    ]
    assert [(one["first"], one["ids"]) for one in linear.asked("Tickets")] == [
        (8, ["issue-3", "issue-1", "issue-2"])
    ] * 2
    assert linear.operations == ["Tickets", "Tickets"]


def test_no_tickets_cost_no_request(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    assert tracker.tickets([]) == {}
    assert linear.operations == []


def test_a_ticket_the_list_leaves_out_is_asked_for_by_its_id(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("Tickets", {"issues": nodes(an_issue(1))})
    linear.on("Ticket", {"issue": an_issue(2)}, not_found("Issue"))

    found = tracker.tickets(["issue-1", "issue-2", "issue-3"])

    assert [Presence.PRESENT, Presence.PRESENT, Presence.MISSING] == [
        one.presence for one in found.values()
    ]
    assert linear.asked("Ticket") == [{"id": "issue-2"}, {"id": "issue-3"}]


def test_what_a_list_shows_without_being_asked_is_no_ticket_of_ours(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("Tickets", {"issues": nodes(an_issue(1), an_issue(7))})

    assert list(tracker.tickets(["issue-1"])) == ["issue-1"]


@pytest.mark.parametrize("kind", ["invalid input", "feature not accessible", "forbidden"])
def test_where_a_list_is_refused_each_ticket_is_asked_for_by_its_id(
    linear: ScriptedLinear, tracker: LinearTracker, kind: str
) -> None:
    refused = a_refusal("no filter by id here", type=kind)
    linear.on("Tickets", {"issues": nodes(an_issue(1), cursor="1")}, refused)
    linear.on("Ticket", {"issue": an_issue(2)})

    found = tracker.tickets(["issue-1", "issue-2"])

    assert [one.key for one in found.values()] == ["ENG-1", "ENG-2"]
    assert linear.asked("Ticket") == [{"id": "issue-2"}]


def test_a_list_that_is_too_complex_is_asked_for_in_halves(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("Tickets", a_refusal("Query too complex", 400), {"issues": nodes(an_issue(1))})

    tracker.tickets(["issue-1"])

    assert [one["first"] for one in linear.asked("Tickets")] == [8, 4]


def test_tickets_with_a_revoked_key_are_not_missing(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    revoked = a_refusal("not authenticated", 401, type="authentication error")
    linear.on("Tickets", revoked)
    linear.on("Ticket", revoked)

    with pytest.raises(NotAllowed):
        tracker.tickets([MARKER])
