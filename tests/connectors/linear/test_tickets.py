"""Tickets, relations, comments and links: made once, found again, never made twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.linear import mapping
from connectors.linear.tracker import LinearTracker
from service.domain.document import Document, Paragraph, link, text
from service.domain.remote import Presence
from service.domain.tracking import Project
from service.ports import NotFound, Rejected, TicketDraft, Unavailable
from tests.connectors.linear.answers import (
    APOLLO,
    MARKER,
    PROJECT,
    TEAM,
    ScriptedLinear,
    a_conflict,
    a_refusal,
    a_team,
    a_ticket,
    nodes,
    not_found,
    settings,
)

PAGE_URL = "https://linear.app/acme/document/apollo-post-mortem-abcdef012345"
ENG = APOLLO.teams[0]
BODY = Document((Paragraph(text("Look at the gauges first.")),))
DRAFT = TicketDraft(
    title="Check the tanks",
    body=BODY,
    assignee_id="ada",
    due_on=date(2026, 5, 1),
    page_url=PAGE_URL,
    project_url=APOLLO.url,
)
NOT_ASSIGNABLE = a_refusal(
    "Assignee cannot be assigned", 400, type="invalid input", userPresentableMessage="User left."
)


def lay_down(linear: ScriptedLinear, *, there: object = None, created: object = None) -> None:
    """Lay down a workspace in which the ticket is, or is not, there yet."""
    linear.on("Ticket", there or not_found("Issue"))
    linear.on("IssueCreate", created or {"issueCreate": {"success": True, "issue": a_ticket()}})
    linear.on("AttachmentCreate", {"attachmentCreate": {"success": True}})
    linear.on("TicketAttachments", {"issue": {"attachments": nodes()}})


def test_a_ticket_is_made_under_our_id_outside_the_project_with_both_links(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear)

    found = tracker.ensure_ticket(APOLLO, MARKER, DRAFT)

    assert (found.id, found.key, found.presence) == (MARKER, "ENG-1", Presence.PRESENT)
    (asked,) = linear.asked("IssueCreate")
    assert {key: value for key, value in asked["input"].items() if key != "description"} == {
        "id": MARKER,
        "teamId": "team-eng",
        "title": "Check the tanks",
        "assigneeId": "ada",
        "dueDate": "2026-05-01",
    }
    description = asked["input"]["description"]
    assert "Look at the gauges first." in description
    assert PAGE_URL in description
    assert APOLLO.url in description
    assert [(MARKER, PAGE_URL), (MARKER, APOLLO.url)] == [
        (one["input"]["issueId"], one["input"]["url"]) for one in linear.asked("AttachmentCreate")
    ]


def test_links_that_stand_in_the_body_are_not_written_twice(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear)
    linked = Document((Paragraph(text(link("page", PAGE_URL), link("project", APOLLO.url))),))
    draft = TicketDraft("Check", linked, "ada", date(2026, 5, 1), PAGE_URL, APOLLO.url)

    tracker.ensure_ticket(APOLLO, MARKER, draft)

    assert linear.asked("IssueCreate")[0]["input"]["description"].count(PAGE_URL) == 1


def test_a_ticket_that_is_there_is_not_made_again_and_gets_the_link_it_lacks(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, there={"issue": a_ticket()})
    linear.on("TicketAttachments", {"issue": {"attachments": nodes({"url": PAGE_URL})}})

    found = tracker.ensure_ticket(APOLLO, MARKER, DRAFT)

    assert found.id == MARKER
    assert linear.asked("IssueCreate") == []
    assert [APOLLO.url] == [one["input"]["url"] for one in linear.asked("AttachmentCreate")]


def test_a_ticket_in_the_trash_is_not_made_again(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, there={"issue": a_ticket(trashed=True)})

    assert tracker.ensure_ticket(APOLLO, MARKER, DRAFT).presence is Presence.TRASHED
    assert linear.operations == ["Ticket"]


def test_a_ticket_made_by_a_lost_answer_is_read_back(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, created=a_conflict("Issue", MARKER))
    linear.on("Ticket", not_found("Issue"), {"issue": a_ticket()})

    assert tracker.ensure_ticket(APOLLO, MARKER, DRAFT).key == "ENG-1"


def test_a_ticket_whose_id_is_taken_and_which_is_not_shown_is_looked_for_later(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, created=a_conflict("Issue", MARKER))

    with pytest.raises(Unavailable, match="does not show it yet"):
        tracker.ensure_ticket(APOLLO, MARKER, DRAFT)


def test_somebody_who_left_is_left_out(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    lay_down(linear)
    made = {"issueCreate": {"success": True, "issue": {**a_ticket(), "assignee": None}}}
    linear.on("IssueCreate", NOT_ASSIGNABLE, made)

    found = tracker.ensure_ticket(APOLLO, MARKER, DRAFT)

    assert found.assignee is None
    assert ["assigneeId" in one["input"] for one in linear.asked("IssueCreate")] == [True, False]


def test_any_other_refusal_is_told(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    lay_down(linear, created=a_refusal("title is too long", type="invalid input"))

    with pytest.raises(Rejected, match="title is too long"):
        tracker.ensure_ticket(APOLLO, MARKER, DRAFT)


@pytest.mark.parametrize("wanted", ["OPS", "ops", "Team OPS", "team-ops"])
def test_tickets_go_to_the_configured_team_by_key_name_or_id(
    linear: ScriptedLinear, wanted: str
) -> None:
    lay_down(linear)
    linear.on(
        "Teams",
        {"teams": nodes(a_team("ENG"), cursor="1")},
        {"teams": nodes(a_team("OPS"))},
    )

    LinearTracker(settings(tickets_team=wanted)).ensure_ticket(APOLLO, MARKER, DRAFT)

    assert linear.asked("IssueCreate")[0]["input"]["teamId"] == "team-ops"


def test_a_configured_team_nobody_sees_is_refused_with_those_there_are(
    linear: ScriptedLinear,
) -> None:
    lay_down(linear)
    linear.on("Teams", {"teams": nodes(a_team("ENG"), a_team("OPS"))})

    with pytest.raises(NotFound, match="'QA' is shown to this key; there are: ENG, OPS"):
        LinearTracker(settings(tickets_team="QA")).ensure_ticket(APOLLO, MARKER, DRAFT)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        pytest.param(["ENG", "OPS", "OPS"], "OPS", id="most issues"),
        pytest.param(["OPS", "ENG"], "ENG", id="a tie goes by key"),
        pytest.param([], "ENG", id="no issues: the first by key"),
    ],
)
def test_else_they_go_to_the_team_with_most_of_the_issues(
    linear: ScriptedLinear, tracker: LinearTracker, keys: list[str], chosen: str
) -> None:
    lay_down(linear)
    half = len(keys) // 2
    linear.on(
        "ProjectIssueTeams",
        {"project": {"issues": nodes(*({"team": a_team(key)} for key in keys[:half]), cursor="1")}},
        {"project": {"issues": nodes(*({"team": a_team(key)} for key in keys[half:]))}},
    )

    tracker.ensure_ticket(_with_teams("OPS", "ENG"), MARKER, DRAFT)

    assert f"team-{chosen.lower()}" == linear.asked("IssueCreate")[0]["input"]["teamId"]


def test_a_project_without_a_team_is_told_what_to_set(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear)
    linear.on("ProjectIssueTeams", {"project": {"issues": nodes()}})

    with pytest.raises(Rejected, match=r"no team of Apollo .* set tickets_team to the key"):
        tracker.ensure_ticket(_with_teams(), MARKER, DRAFT)


@pytest.mark.parametrize("kind", ["forbidden", "feature not accessible"])
def test_where_no_team_may_be_seen_it_is_told_what_to_set(
    linear: ScriptedLinear, tracker: LinearTracker, kind: str
) -> None:
    lay_down(linear)
    linear.on("ProjectIssueTeams", a_refusal("no", type=kind))

    with pytest.raises(Rejected, match=r"no team of Apollo .* set tickets_team to the key"):
        tracker.ensure_ticket(_with_teams(), MARKER, DRAFT)


@pytest.mark.parametrize(("wanted", "team"), [(TEAM, TEAM), ("ENG", "team-eng")])
def test_a_configured_team_is_used_where_teams_cannot_be_listed(
    linear: ScriptedLinear, wanted: str, team: str
) -> None:
    lay_down(linear)
    linear.on("Teams", a_refusal("no", type="forbidden"))

    LinearTracker(settings(tickets_team=wanted)).ensure_ticket(APOLLO, MARKER, DRAFT)

    assert team == linear.asked("IssueCreate")[0]["input"]["teamId"]


def test_a_configured_team_that_cannot_be_looked_up_is_asked_for_by_its_id(
    linear: ScriptedLinear,
) -> None:
    lay_down(linear)
    linear.on("Teams", a_refusal("no", type="forbidden"))

    with pytest.raises(Rejected, match="which team 'OPS' is; set it to the team's id, a UUID"):
        LinearTracker(settings(tickets_team="OPS")).ensure_ticket(APOLLO, MARKER, DRAFT)


def _with_teams(*keys: str) -> Project:
    return replace(APOLLO, teams=tuple(mapping.team(a_team(key)) for key in keys))


def test_two_tickets_are_related_once(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on("Relation", not_found("IssueRelation"), {"issueRelation": {"id": MARKER}})
    linear.on("RelationCreate", {"issueRelationCreate": {"success": True}})

    tracker.ensure_relation(MARKER, "issue-1", "issue-2")
    tracker.ensure_relation(MARKER, "issue-1", "issue-2")

    expected = {
        "id": MARKER,
        "issueId": "issue-1",
        "relatedIssueId": "issue-2",
        "type": "related",
    }
    assert [{"input": expected}] == linear.asked("RelationCreate")


def test_a_comment_is_put_once(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on("Comment", not_found("Comment"), {"comment": {"id": MARKER}})
    linear.on("CommentCreate", {"commentCreate": {"success": True, "comment": {"id": MARKER}}})

    assert tracker.ensure_comment(PROJECT, MARKER, BODY) == MARKER
    assert tracker.ensure_comment(PROJECT, MARKER, BODY) == MARKER

    (asked,) = linear.asked("CommentCreate")
    assert (asked["input"]["id"], asked["input"]["projectId"]) == (MARKER, PROJECT)
    assert "Look at the gauges first." in asked["input"]["body"]


def test_a_comment_made_by_a_lost_answer_is_not_put_twice(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on("Comment", not_found("Comment"))
    linear.on("CommentCreate", a_conflict("Comment", MARKER))

    assert tracker.ensure_comment(PROJECT, MARKER, BODY) == MARKER


def of_project(*links: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    return {"project": {"externalLinks": nodes(*links, cursor=cursor)}}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param({"id": MARKER, "url": "https://moved.example"}, MARKER, id="ours"),
        pytest.param({"id": "by-hand", "url": PAGE_URL}, "by-hand", id="put by a person"),
    ],
)
def test_a_link_that_is_there_is_not_put_again(
    linear: ScriptedLinear, tracker: LinearTracker, there: dict[str, Any], expected: str
) -> None:
    other = {"id": "other", "url": "https://other.example", "label": "Other"}
    linear.on("ProjectLinks", of_project(other, cursor="1"), of_project({**there, "label": "x"}))

    assert expected == tracker.ensure_link(PROJECT, MARKER, PAGE_URL, "Post-mortem")
    assert linear.operations == ["ProjectLinks", "ProjectLinks"]


@pytest.mark.parametrize(
    "answer",
    [
        {"entityExternalLinkCreate": {"success": True, "entityExternalLink": {"id": MARKER}}},
        a_conflict("EntityExternalLink", MARKER),
    ],
)
def test_a_link_is_put_under_our_id(
    linear: ScriptedLinear, tracker: LinearTracker, answer: object
) -> None:
    linear.on("ProjectLinks", of_project())
    linear.on("LinkCreate", answer)

    assert tracker.ensure_link(PROJECT, MARKER, PAGE_URL, "Post-mortem") == MARKER
    assert linear.asked("LinkCreate") == [
        {"input": {"id": MARKER, "projectId": PROJECT, "url": PAGE_URL, "label": "Post-mortem"}}
    ]


@pytest.mark.parametrize("kind", ["forbidden", "feature not accessible"])
def test_where_links_may_not_be_seen_ours_is_put_under_our_id_all_the_same(
    linear: ScriptedLinear, tracker: LinearTracker, kind: str
) -> None:
    linear.on("ProjectLinks", a_refusal("no", type=kind))
    linear.on(
        "LinkCreate", {"entityExternalLinkCreate": {"success": True}}, a_conflict("L", MARKER)
    )

    ids = [tracker.ensure_link(PROJECT, MARKER, PAGE_URL, "Post-mortem") for _ in range(2)]

    assert ids == [MARKER, MARKER]
