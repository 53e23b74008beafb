"""Moving issues through their workflows, and what their histories say of it."""

from __future__ import annotations

import pytest

from connectors._standin.control import Unclear
from connectors._standin.messages import Value
from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import COMPANY, DATA_CENTER, EPIC, TEAM, Asking, adf


def ways(jira: Asking, key: str = EPIC, **query: Value) -> dict[str, str]:
    """Return the ids of the transitions an account may take, by the name of each."""
    found = jira.get(f"/issue/{key}/transitions", **query)["transitions"]
    return {one["name"]: one["id"] for one in found}


def move(jira: Asking, name: str, **body: Value) -> Value:
    given = {"transition": {"id": ways(jira)[name]}, **body}
    return jira("POST", f"/issue/{EPIC}/transitions", json=given)


def test_only_the_ways_out_of_the_present_status_are_listed(jira: Asking) -> None:
    before = ways(jira)
    move(jira, "Done")
    after = ways(jira)

    assert {"Stop": "21", "Done": "31", "Ready to close": "51"} == before
    assert {"Reopen": "41"} == after


def test_a_transition_into_done_sets_the_resolution_and_the_way_back_clears_it(
    jira: Asking,
) -> None:
    move(jira, "Done", update={"comment": [{"add": {"body": adf("Finished")}}]})
    done = jira.get(f"/issue/{EPIC}")["fields"]
    move(jira, "Reopen")
    back = jira.get(f"/issue/{EPIC}")["fields"]

    assert ("done", "Done") == (
        done["status"]["statusCategory"]["key"],
        done["resolution"]["name"],
    )
    assert "2026-03-02T09:00:00.000+0000" == done["resolutiondate"]
    assert 1 == done["comment"]["total"]
    assert ("In Progress", None, None) == (
        back["status"]["name"],
        back["resolution"],
        back["resolutiondate"],
    )


def test_the_history_tells_of_a_move_the_resolution_first_with_what_was_sent_along(
    jira: Asking,
) -> None:
    move(jira, "Done", historyMetadata={"type": "closeout:gate", "description": "held"})

    page = jira.get(f"/issue/{EPIC}/changelog")
    last = page["values"][-1]

    assert [("resolution", None, "Done"), ("status", "In Progress", "Done")] == [
        (one["field"], one["fromString"], one["toString"]) for one in last["items"]
    ]
    assert "closeout:gate" == last["historyMetadata"]["type"]
    assert "Closeout" == last["author"]["displayName"]
    stamps = [one["created"] for one in page["values"]]
    assert sorted(stamps) == stamps


def test_a_transition_without_an_id_or_one_that_is_not_there_is_refused(jira: Asking) -> None:
    missing = jira("POST", f"/issue/{EPIC}/transitions", json={})
    wrong = jira("POST", f"/issue/{EPIC}/transitions", json={"transition": {"id": "41"}})
    off_screen = move(jira, "Done", fields={"resolution": {"name": "Done"}})

    assert (400, {"errorMessages": ["Missing 'transition' identifier"], "errors": {}}) == (
        missing.status_code,
        missing.json(),
    )
    assert "not valid for the current state" in wrong.json()["errorMessages"][0]
    assert {"resolution"} == off_screen.json()["errors"].keys()
    assert [] == jira.standin.world.log


@pytest.mark.parametrize("flavour", [DATA_CENTER])
def test_a_screen_asks_for_a_resolution(jira: Asking) -> None:
    bare = move(jira, "Done")
    found = jira.get(f"/issue/{EPIC}/transitions", expand="transitions.fields")["transitions"]
    filled = move(jira, "Done", fields={"resolution": {"name": "Won't Do"}})

    fields = next(one["fields"] for one in found if one["name"] == "Done")
    assert {"resolution": "Resolution is required."} == bare.json()["errors"]
    assert fields["resolution"]["required"]
    assert "Won't Do" in [one["name"] for one in fields["resolution"]["allowedValues"]]
    assert 204 == filled.status_code
    assert "Won't Do" == jira.get(f"/issue/{EPIC}")["fields"]["resolution"]["name"]


@pytest.mark.parametrize("flavour", [TEAM])
def test_a_team_managed_project_has_its_own_statuses_and_sets_the_resolution_by_itself(
    jira: Asking,
) -> None:
    move(jira, "Done")
    done = jira.get(f"/issue/{EPIC}")["fields"]
    move(jira, "In Progress")

    assert "Done" == done["resolution"]["name"]
    assert "PROJECT" == done["status"]["scope"]["type"]
    assert jira.get(f"/issue/{EPIC}")["fields"]["resolution"] is None
    own = {s.id for s in jira.standin.world.statuses.values() if s.name == "Done"}
    assert 2 == len(own)


@pytest.mark.parametrize("flavour", [COMPANY, TEAM])
def test_what_is_closed_as_not_done_has_a_resolution_that_says_so(
    standin: Standin, jira: Asking
) -> None:
    standin.control.move_issue("OPS-1", "cancelled")

    assert "Won't Do" == jira.get("/issue/OPS-1")["fields"]["resolution"]["name"]


def test_an_issue_may_be_created_straight_into_done_where_the_workflow_lets_it(
    jira: Asking,
) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}

    made = jira.post("/issue", fields=fields, transition={"id": "51"})
    wrong = jira("POST", "/issue", json={"fields": fields, "transition": {"id": "99"}})

    assert "Done" == jira.get(f"/issue/{made['key']}")["fields"]["status"]["name"]
    assert 400 == wrong.status_code
    assert ["createIssue", "doTransition"] == [one.action for one in jira.standin.world.log]


def test_who_may_not_move_issues_is_offered_nothing(standin: Standin, jira: Asking) -> None:
    standin.control.deny("Closeout", "TRANSITION_ISSUES")

    assert {} == ways(jira)


def test_a_person_is_told_why_an_issue_cannot_be_moved(standin: Standin) -> None:
    with pytest.raises(Unclear, match="it can be moved to: Done, Ready to close, To Do"):
        standin.control.move_issue(EPIC, "In Review")


def test_the_category_changes_its_date_only_when_it_changes(standin: Standin, jira: Asking) -> None:
    def at() -> str:
        return str(jira.get(f"/issue/{EPIC}")["fields"]["statuscategorychangedate"])

    before = at()
    move(jira, "Ready to close")
    same = at()
    move(jira, "Done")

    assert before == same
    assert "2026-03-02T09:00:00.000+0000" == at()


@pytest.mark.parametrize("flavour", [COMPANY])
def test_a_change_of_the_parent_is_told_on_both_sides(standin: Standin, jira: Asking) -> None:
    standin.control.put_issue_in_project("OPS-1", EPIC, by="Ada")
    standin.control.put_issue_in_project("OPS-1", by="Ada")

    child = [one["items"][0] for one in jira.get("/issue/OPS-1/changelog")["values"]]
    epic = [one["items"][0] for one in jira.get(f"/issue/{EPIC}/changelog")["values"][-2:]]

    assert [(None, EPIC), (EPIC, None)] == [(x["fromString"], x["toString"]) for x in child]
    assert {"IssueParentAssociation"} == {x["field"] for x in child}
    assert not any("fieldId" in x for x in child)
    assert [("Epic Child", None, "OPS-1"), ("Epic Child", "OPS-1", None)] == [
        (x["field"], x["fromString"], x["toString"]) for x in epic
    ]


def test_an_older_history_still_speaks_of_the_epic_link(jira: Asking) -> None:
    names = {
        item["field"]
        for one in jira.post("/changelog/bulkfetch", issueIdsOrKeys=_all_of(jira))[
            "issueChangeLogs"
        ]
        for change in one["changeHistories"]
        for item in change["items"]
    }

    assert {"Epic Link", "IssueParentAssociation"} & names
    assert {"status", "resolution", "assignee", "Story Points", "Sprint", "Fix Version"} <= names


def _all_of(jira: Asking) -> list[str]:
    return jira.found("project = NOVA", maxResults=100)


def test_histories_of_many_issues_come_in_pages_that_may_part_an_issue(jira: Asking) -> None:
    keys, token, pages = _all_of(jira), None, 0
    seen: list[tuple[int, int, str]] = []
    while True:
        page = jira.post(
            "/changelog/bulkfetch",
            issueIdsOrKeys=keys,
            fieldIds=["status"],
            maxResults=7,
            **({"nextPageToken": token} if token else {}),
        )
        for one in page["issueChangeLogs"]:
            seen += [(pages, h["created"], h["id"]) for h in one["changeHistories"]]
        pages += 1
        token = page.get("nextPageToken")
        if token is None:
            break

    world = jira.standin.world
    moves = [
        change
        for issue in world.issues.values()
        for change in issue.history
        if any(item.field == "status" for item in change.items)
    ]
    assert len(moves) == len(seen) == len(set(seen))
    assert 7 < len(seen)
    assert [one[1] for one in sorted(seen)] == sorted(one[1] for one in seen)


def test_at_most_10_fields_and_1000_issues_are_asked_for_at_once(jira: Asking) -> None:
    too_many = jira(
        "POST",
        "/changelog/bulkfetch",
        json={"issueIdsOrKeys": [EPIC], "fieldIds": [str(n) for n in range(11)]},
    )
    none = jira("POST", "/changelog/bulkfetch", json={"issueIdsOrKeys": []})

    assert (400, 400) == (too_many.status_code, none.status_code)


@pytest.mark.parametrize(("instants", "kind"), [("number", int), ("text", str)])
def test_the_instants_of_a_bulk_are_numbers_unless_the_schema_is_right(
    standin: Standin, jira: Asking, instants: str, kind: type
) -> None:
    standin.control.switch("instants_in_bulk", instants)

    (log,) = jira.post("/changelog/bulkfetch", issueIdsOrKeys=[EPIC])["issueChangeLogs"]

    assert {kind} == {type(one["created"]) for one in log["changeHistories"]}
