"""Issues: identifiers, states, history and its grouping, relations, attachments."""

from __future__ import annotations

from typing import Any

from connectors.linear.standin import Standin
from tests.connectors.linear.standin.asking import A_UUID, ANOTHER_UUID, APOLLO, Asking, HandClock

CREATE = """
mutation($input: IssueCreateInput!) {
  issueCreate(input: $input) { issue { id identifier state { type } dueDate description } }
}
"""
UPDATE = """
mutation($id: String!, $input: IssueUpdateInput!) {
  issueUpdate(id: $id, input: $input) { issue { id labelIds completedAt } }
}
"""
HISTORY = """
query($id: String!) {
  issue(id: $id) {
    identifier previousIdentifiers number state { name type } team { key } completedAt canceledAt
    startedAt trashed archivedAt
    history(first: 50) { nodes { createdAt actor { name } fromState { name } toState { name }
      fromStateId toStateId fromEstimate toEstimate fromAssigneeId toAssigneeId fromTeamId toTeamId
      fromProjectId toProjectId addedLabelIds removedLabelIds fromDueDate toDueDate trashed } }
    stateHistory(first: 50) { nodes { state { name } startedAt endedAt } }
  }
}
"""


def test_a_ticket_is_created_with_a_client_id_in_the_teams_first_state(
    standin: Standin, linear: Asking
) -> None:
    made = _create(linear, standin, id=A_UUID, dueDate="2026-04-01", description="- one\n- two")

    assert A_UUID == made["id"]
    assert "OPS-3" == made["identifier"]
    assert "backlog" == made["state"]["type"]
    assert "2026-04-01" == made["dueDate"]
    assert "* one\n* two" == made["description"]


def test_a_refused_create_takes_no_number(standin: Standin, linear: Asking) -> None:
    _create(linear, standin, id=A_UUID)
    linear.error(
        CREATE, input={"id": A_UUID, "title": "x", "teamId": standin.control.team("OPS").id}
    )

    made = _create(linear, standin, id=ANOTHER_UUID)

    assert "OPS-4" == made["identifier"]


def test_an_issue_is_found_by_id_identifier_and_former_identifier(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin, title="Wanderer")
    clock.ahead(hours=1)
    standin.control.move_issue_to_team("Wanderer", "APO", by="Ben")

    by_id, by_old = _read(linear, made["id"]), _read(linear, "OPS-3")

    assert by_id == by_old
    assert ["OPS-3"] == by_id["previousIdentifiers"]
    assert ("APO", True) == (by_id["team"]["key"], by_id["identifier"].startswith("APO-"))
    assert "backlog" == by_id["state"]["type"]
    entry = by_id["history"]["nodes"][0]
    assert entry["fromTeamId"] != entry["toTeamId"]


def test_moves_set_and_clear_the_time_stamps(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin)
    seen = []
    for state in ("In Progress", "Done", "In Progress", "Canceled", "Todo"):
        clock.ahead(hours=1)
        standin.control.move_issue(made["id"], state)
        read = _read(linear, made["id"])
        seen.append((read["startedAt"], read["completedAt"], read["canceledAt"]))

    ten, eleven, one = (f"2026-03-02T{hour}:00:00.000Z" for hour in ("10", "11", "13"))
    assert [
        (ten, None, None),
        (ten, eleven, None),
        (ten, None, None),
        (ten, None, one),
        (ten, None, None),
    ] == seen


def test_every_stay_in_a_state_is_a_span(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin)
    for state in ("In Progress", "Done"):
        clock.ahead(hours=1)
        standin.control.move_issue(made["id"], state)

    spans = _read(linear, made["id"])["stateHistory"]["nodes"]

    assert [
        ("Done", "2026-03-02T11:00:00.000Z", None),
        ("In Progress", "2026-03-02T10:00:00.000Z", "2026-03-02T11:00:00.000Z"),
        ("Backlog", "2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z"),
    ] == [(one["state"]["name"], one["startedAt"], one["endedAt"]) for one in spans]


def test_quick_edits_by_one_person_are_one_entry_of_the_history(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin)
    standin.control.move_issue(made["id"], "Todo", by="Ben")
    clock.ahead(seconds=30)
    standin.control.estimate_issue(made["id"], 3, by="Ben")
    clock.ahead(seconds=30)
    standin.control.move_issue(made["id"], "In Progress", by="Ben")

    entries = _read(linear, made["id"])["history"]["nodes"]

    assert [("Ben Castro", "Backlog", "In Progress", None, 3.0)] == [
        (
            one["actor"]["name"],
            one["fromState"]["name"],
            one["toState"]["name"],
            one["fromEstimate"],
            one["toEstimate"],
        )
        for one in entries
    ]


def test_what_goes_there_and_back_at_once_leaves_no_entry(standin: Standin, linear: Asking) -> None:
    made = _create(linear, standin)
    standin.control.move_issue(made["id"], "Todo", by="Ben")
    standin.control.add_label(made["id"], "verified", by="Ben")
    standin.control.move_issue(made["id"], "Backlog", by="Ben")
    standin.control.remove_label(made["id"], "verified", by="Ben")

    assert not _read(linear, made["id"])["history"]["nodes"]


def test_edits_by_others_or_later_are_entries_of_their_own(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin)
    standin.control.move_issue(made["id"], "Todo", by="Ben")
    standin.control.add_label(made["id"], "verified", by="Chiara")
    clock.ahead(seconds=61)
    standin.control.remove_label(made["id"], "verified", by="Chiara")

    entries = _read(linear, made["id"])["history"]["nodes"]

    verified = standin.control.label("verified").id
    assert [
        ("Chiara Dunn", [], [verified]),
        ("Chiara Dunn", [verified], []),
        ("Ben Castro", None, None),
    ] == [(one["actor"]["name"], one["addedLabelIds"], one["removedLabelIds"]) for one in entries]


def test_a_creation_is_no_entry_and_clearing_shows_where_it_came_from(
    standin: Standin, linear: Asking
) -> None:
    ada = standin.control.person("Ada").id
    made = _create(linear, standin, assigneeId=ada, dueDate="2026-04-01", estimate=2)
    linear.data(
        UPDATE, id=made["id"], input={"assigneeId": None, "dueDate": None, "estimate": None}
    )

    entries = _read(linear, made["id"])["history"]["nodes"]

    assert [(ada, None, "2026-04-01", None, 2.0, None)] == [
        (
            one["fromAssigneeId"],
            one["toAssigneeId"],
            one["fromDueDate"],
            one["toDueDate"],
            one["fromEstimate"],
            one["toEstimate"],
        )
        for one in entries
    ]


def test_added_and_removed_labels_change_the_set_and_labels_replace_it(
    standin: Standin, linear: Asking
) -> None:
    bug, verified = (standin.control.label(name).id for name in ("Bug", "verified"))
    made = _create(linear, standin, labelIds=[bug])

    def labels(**given: object) -> list[str]:
        changed = linear.data(UPDATE, id=made["id"], input=given)["issueUpdate"]["issue"]
        found: list[str] = changed["labelIds"]
        return found

    assert [bug, verified] == labels(addedLabelIds=[verified])
    assert [verified] == labels(removedLabelIds=[bug])
    assert [bug] == labels(labelIds=[bug])


def test_a_state_of_another_team_is_refused_and_nothing_changes(
    standin: Standin, linear: Asking
) -> None:
    made = _create(linear, standin)
    foreign = standin.world.states_of(standin.control.team("APO").id)[0]

    error = linear.error(UPDATE, id=made["id"], input={"stateId": foreign.id, "estimate": 5})

    assert "does not belong" in error["message"]
    assert standin.world.issues[made["id"]].estimate is None


def test_a_deactivated_person_cannot_be_assigned_unless_switched(
    standin: Standin, linear: Asking
) -> None:
    finn = standin.control.person("Finn").id
    made = _create(linear, standin)

    refused = linear.post(UPDATE, id=made["id"], input={"assigneeId": finn}).json()
    standin.control.switch("refuse_inactive_assignees", value=False)
    linear.data(UPDATE, id=made["id"], input={"assigneeId": finn})

    assert "deactivated" in refused["errors"][0]["message"]
    assert finn == standin.world.issues[made["id"]].assignee_id


def test_an_issue_that_left_the_project_is_not_in_it_and_says_so(
    standin: Standin, linear: Asking
) -> None:
    project = standin.control.project(APOLLO)
    gone = standin.control.issue("Export to CSV")
    nodes = linear.data(
        "query($id: String!) { project(id: $id) { issues(first: 100, includeArchived: true)"
        " { nodes { id } } } }",
        id=project.id,
    )["project"]["issues"]["nodes"]

    entries = _read(linear, gone.id)["history"]["nodes"]

    assert gone.id not in {one["id"] for one in nodes}
    assert (project.id, None) in {(one["fromProjectId"], one["toProjectId"]) for one in entries}


def test_a_relation_is_seen_from_both_sides(standin: Standin, linear: Asking) -> None:
    first, second = (standin.control.issue(name) for name in ("Detail view", "Search index"))
    linear.data(
        "mutation($a: String!, $b: String!, $id: String!) { issueRelationCreate("
        "input: {id: $id, issueId: $a, relatedIssueId: $b, type: blocks}) { success } }",
        a=first.identifier,
        b=second.id,
        id=A_UUID,
    )
    sides = linear.data(
        "query($a: String!, $b: String!, $id: String!) {"
        " a: issue(id: $a) { relations { nodes { type relatedIssue { title } } } }"
        " b: issue(id: $b) { inverseRelations { nodes { type issue { title } } } }"
        " issueRelation(id: $id) { type } }",
        a=first.id,
        b=second.id,
        id=A_UUID,
    )

    assert [{"type": "blocks", "relatedIssue": {"title": "Search index"}}] == sides["a"][
        "relations"
    ]["nodes"]
    assert [{"type": "blocks", "issue": {"title": "Detail view"}}] == sides["b"][
        "inverseRelations"
    ]["nodes"]
    assert "blocks" == sides["issueRelation"]["type"]


def test_a_relation_to_a_missing_issue_is_a_bad_argument(standin: Standin, linear: Asking) -> None:
    error = linear.error(
        "mutation($a: String!) { issueRelationCreate("
        'input: {issueId: $a, relatedIssueId: "gone", type: related}) { success } }',
        a=standin.control.issue("Detail view").id,
    )

    assert "Argument Validation Error" == error["message"]
    assert "INVALID_INPUT" == error["extensions"]["code"]


def test_a_duplicate_is_closed(standin: Standin, linear: Asking) -> None:
    standin.control.mark_duplicate("Rotate the backups", "Renew the certificates")

    read = _read(linear, "OPS-1")

    assert ("duplicate", True) == (read["state"]["type"], read["canceledAt"] is not None)


def test_attaching_the_same_address_twice_updates_the_one(standin: Standin, linear: Asking) -> None:
    text = (
        "mutation($title: String!) { attachmentCreate(input: {issueId: "
        '"OPS-1", url: "http://page.example", title: $title}) { attachment { id title } } }'
    )

    first = linear.data(text, title="Old")["attachmentCreate"]["attachment"]
    second = linear.data(text, title="New")["attachmentCreate"]["attachment"]
    linked = linear.data(
        'mutation { attachmentLinkURL(issueId: "OPS-1", url: "http://other.example")'
        " { attachment { id title issue { identifier } } } }"
    )["attachmentLinkURL"]["attachment"]
    by_url = linear.data('{ attachmentsForURL(url: "http://page.example") { nodes { title } } }')

    assert first["id"] == second["id"] != linked["id"]
    assert "OPS-1" == linked["issue"]["identifier"]
    assert [{"title": "New"}] == by_url["attachmentsForURL"]["nodes"]
    assert 2 == len(standin.world.attachments)


def test_a_batch_is_created_whole_or_not_at_all(standin: Standin, linear: Asking) -> None:
    team = standin.control.team("OPS").id
    text = (
        "mutation($issues: [IssueCreateInput!]!) { issueBatchCreate(input: {issues: $issues})"
        " { issues { identifier } } }"
    )
    two = [{"teamId": team, "title": "A", "id": A_UUID}, {"teamId": team, "title": "B"}]

    made = linear.data(text, issues=two)["issueBatchCreate"]["issues"]
    error = linear.error(text, issues=[{"teamId": team, "title": "C"}, two[0]])

    assert ["OPS-3", "OPS-4"] == [one["identifier"] for one in made]
    assert "conflict on insert of Issue" == error["message"]
    assert 2 == len([i for i in standin.world.issues.values() if i.title in "ABC"])


def test_a_trashed_issue_keeps_updated_at_and_a_deleted_one_is_not_found(
    standin: Standin, linear: Asking, clock: HandClock
) -> None:
    made = _create(linear, standin)
    before = standin.world.issues[made["id"]].updated_at
    clock.ahead(hours=1)

    linear.data(f'mutation {{ issueDelete(id: "{made["id"]}") {{ success }} }}')
    trashed = _read(linear, made["id"])
    kept = standin.world.issues[made["id"]].updated_at
    standin.control.delete(made["id"])

    assert (True, True) == (trashed["trashed"], trashed["history"]["nodes"][0]["trashed"])
    assert before == kept
    assert "Entity not found: Issue" == linear.error(HISTORY, id=made["id"])["message"]


def _create(linear: Asking, standin: Standin, **given: object) -> dict[str, Any]:
    wanted = {"teamId": standin.control.team("OPS").id, "title": "A ticket"} | given
    made: dict[str, Any] = linear.data(CREATE, input=wanted)["issueCreate"]["issue"]
    return made


def _read(linear: Asking, issue_id: str) -> dict[str, Any]:
    found: dict[str, Any] = linear.data(HISTORY, id=issue_id)["issue"]
    return found
