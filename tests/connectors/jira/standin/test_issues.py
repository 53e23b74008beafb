"""Issues over REST: how they are created, read, edited and deleted, and what is refused."""

from __future__ import annotations

import pytest

from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import (
    COMPANY,
    DATA_CENTER,
    EPIC,
    Asking,
    HandClock,
    adf,
)

only_data_center = pytest.mark.parametrize("flavour", [DATA_CENTER])


def test_an_issue_is_created_read_edited_and_deleted(any_jira: Asking) -> None:
    key = any_jira.a_task(labels=["b", "a"], duedate="2026-04-01")
    any_jira.put(
        f"/issue/{key}",
        fields={"summary": "Another"},
        update={"labels": [{"add": "c"}, {"remove": "a"}]},
    )
    fields = any_jira.get(f"/issue/{key}")["fields"]
    deleted = any_jira("DELETE", f"/issue/{key}")
    gone = any_jira("GET", f"/issue/{key}")

    assert "OPS-3" == key
    assert ("Another", ["b", "c"], "2026-04-01") == (
        fields["summary"],
        fields["labels"],
        fields["duedate"],
    )
    assert "Closeout" == fields["creator"]["displayName"] == fields["reporter"]["displayName"]
    assert (204, 404) == (deleted.status_code, gone.status_code)
    assert ["Issue does not exist or you do not have permission to see it."] == gone.json()[
        "errorMessages"
    ]


def test_every_wrong_field_is_named_and_nothing_is_created(any_jira: Asking) -> None:
    wrong = {
        "project": {"key": "OPS"},
        "issuetype": {"name": "Task"},
        "labels": ["two words"],
        "duedate": "soon",
        "fixVersions": [{"name": "9.9"}],
        "nonsense": 1,
    }

    answer = any_jira("POST", "/issue", json={"fields": wrong})

    assert 400 == answer.status_code
    assert {
        "summary": "You must specify a summary of the issue.",
        "labels": "The label 'two words' contains spaces which is invalid.",
        "duedate": "Error parsing date string: soon",
        "fixVersions": "Version name '9.9' is not valid",
        "nonsense": "Field 'nonsense' cannot be set. It is not on the appropriate screen, "
        "or unknown.",
    } == answer.json()["errors"]
    assert [] == any_jira.standin.world.log


def test_deactivated_people_cannot_be_assigned(jira: Asking) -> None:
    finn = jira.standin.control.person("Finn Gray")
    given = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}

    answer = jira("POST", "/issue", json={"fields": {**given, "assignee": {"accountId": finn.id}}})

    assert {"assignee": f"User '{finn.id}' does not exist."} == answer.json()["errors"]


def test_a_sub_task_needs_a_parent_and_an_epic_takes_none_above_its_level(jira: Asking) -> None:
    given = {"project": {"key": "NOVA"}, "summary": "x"}

    alone = jira("POST", "/issue", json={"fields": {**given, "issuetype": {"name": "Sub-task"}}})
    twisted = {**given, "issuetype": {"name": "Epic"}, "parent": {"key": "NOVA-2"}}
    wrong = jira("POST", "/issue", json={"fields": twisted})
    right = {**given, "issuetype": {"name": "Sub-task"}, "parent": {"key": "NOVA-2"}}
    made = jira.post("/issue", fields=right)

    assert {"issuetype"} == alone.json()["errors"].keys()
    assert {"parentId"} == wrong.json()["errors"].keys()
    parent = jira.get("/issue/NOVA-2")["fields"]
    assert [made["key"]] == [one["key"] for one in parent["subtasks"]]


def test_cloud_speaks_in_documents_in_version_3_and_in_wiki_markup_in_version_2(
    jira: Asking,
) -> None:
    refused = jira(
        "POST",
        "/issue",
        json={
            "fields": {
                "project": {"key": "OPS"},
                "issuetype": {"name": "Task"},
                "summary": "x",
                "description": "text",
            }
        },
    )
    key = jira.a_task(description=adf("Hello"))
    jira.put("/rest/api/2/issue/" + key, fields={"description": "h1. Title\n\nBody"})

    found = jira.get(f"/issue/{key}")["fields"]["description"]

    assert "Atlassian Document" in refused.json()["errors"]["description"]
    assert [("heading", {"level": 1}), ("paragraph", None)] == [
        (one["type"], one.get("attrs")) for one in found["content"]
    ]
    assert "h1. Title\n\nBody" == jira.get(f"/rest/api/2/issue/{key}")["fields"]["description"]


@only_data_center
def test_a_data_center_speaks_in_wiki_markup_and_knows_people_by_name(jira: Asking) -> None:
    key = jira.a_task(description="*bold*", assignee={"name": "ben"})

    fields = jira.get(f"/issue/{key}")["fields"]

    assert "*bold*" == fields["description"]
    assert ("ben", "JIRAUSER10102") == (fields["assignee"]["name"], fields["assignee"]["key"])
    assert "accountId" not in fields["assignee"]
    assert "hierarchyLevel" not in fields["issuetype"]
    assert 404 == jira("GET", f"/rest/api/3/issue/{key}").status_code


def test_a_field_on_no_screen_is_written_by_an_edit_on_cloud_but_not_by_a_create(
    jira: Asking,
) -> None:
    kind = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
    field = jira.post("/field", name="Closeout approval", type=kind)["id"]
    given = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}

    created = jira("POST", "/issue", json={"fields": {**given, field: "yes"}})
    jira.put(f"/issue/{EPIC}", fields={field: "yes"})

    assert {field} == created.json()["errors"].keys()
    assert "yes" == jira.get(f"/issue/{EPIC}")["fields"][field]


@only_data_center
def test_a_field_on_no_screen_is_not_written_on_a_data_center(jira: Asking) -> None:
    kind = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
    field = jira.post("/field", name="Closeout approval", type=kind)["id"]

    answer = jira("PUT", f"/issue/{EPIC}", json={"fields": {field: "yes"}})

    assert {field} == answer.json()["errors"].keys()


def test_properties_ride_on_a_create_and_are_read_back(jira: Asking) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}
    key = jira.post(
        "/issue", fields=fields, properties=[{"key": "closeout", "value": {"marker": "m"}}]
    )["key"]
    jira("PUT", f"/issue/{key}/properties/other", json=7)

    assert {"closeout": {"marker": "m"}, "other": 7} == jira.get(
        f"/issue/{key}", properties="*all"
    )["properties"]
    assert {"key": "other", "value": 7} == jira.get(f"/issue/{key}/properties/other")
    assert 404 == jira("GET", f"/issue/{key}/properties/none").status_code
    assert 400 == jira("PUT", f"/issue/{key}/properties/x", data=b"no json").status_code


def test_a_property_that_is_set_is_answered_without_a_body(jira: Asking) -> None:
    first = jira("PUT", "/project/NOVA/properties/closeout-links", json=[1])
    again = jira("PUT", "/project/NOVA/properties/closeout-links", json=[2])

    assert [(201, b""), (200, b"")] == [(one.status_code, one.content) for one in (first, again)]
    assert [2] == jira.get("/project/NOVA/properties/closeout-links")["value"]


def test_a_remote_link_is_replaced_by_its_global_id(any_jira: Asking) -> None:
    link = {"globalId": "closeout:1", "object": {"url": "https://a.example/", "title": "A"}}
    changed = {"globalId": "closeout:1", "object": {"url": "https://b.example/", "title": "B"}}

    codes = [
        any_jira("POST", f"/issue/{EPIC}/remotelink", json=one).status_code
        for one in ({**link, "relationship": "Post-mortem"}, changed)
    ]
    kept = any_jira.get(f"/issue/{EPIC}/remotelink")

    assert [201, 200] == codes
    assert [("https://b.example/", None)] == [
        (one["object"]["url"], one.get("relationship")) for one in kept
    ]
    assert 400 == any_jira("POST", f"/issue/{EPIC}/remotelink", json={}).status_code


def test_two_issues_are_linked_once_and_no_id_comes_back(any_jira: Asking) -> None:
    link = {
        "type": {"name": "Relates"},
        "inwardIssue": {"key": "OPS-1"},
        "outwardIssue": {"key": EPIC},
    }

    answers = [any_jira("POST", "/issueLink", json=link) for _ in range(2)]

    assert [(201, b"")] * 2 == [(one.status_code, one.content) for one in answers]
    links = any_jira.get(f"/issue/{EPIC}")["fields"]["issuelinks"]
    assert ["OPS-1"] == [one["inwardIssue"]["key"] for one in links]
    unknown = any_jira("POST", "/issueLink", json={**link, "type": {"name": "Loves"}})
    assert 404 == unknown.status_code


def test_a_comment_carries_properties_that_are_shown_on_request(jira: Asking) -> None:
    marker = [{"key": "closeout", "value": {"marker": "m"}}]
    made = jira.post(f"/issue/{EPIC}/comment", body=adf("Hello"), properties=marker)

    plain = jira.get(f"/issue/{EPIC}/comment")["comments"]
    expanded = jira.get(f"/issue/{EPIC}/comment", expand="properties")["comments"]

    assert [made["id"]] == [one["id"] for one in plain]
    assert "properties" not in plain[0]
    assert [marker] == [one["properties"] for one in expanded]
    wrong = jira("POST", f"/issue/{EPIC}/comment", json={"body": "text"})
    assert {"comment": "Comment body is not valid!"} == wrong.json()["errors"]


def test_logged_work_counts_and_the_feed_leaves_the_last_minute_out(
    jira: Asking, clock: HandClock
) -> None:
    jira.put("/issue/NOVA-2", fields={"timetracking": {"originalEstimate": "1d"}})
    made = jira.post("/issue/NOVA-2/worklog", timeSpent="3h")

    at_once = jira.get("/worklog/updated", since=0)["values"]
    clock.ahead(minutes=2)
    later = jira.get("/worklog/updated", since=0)["values"]
    listed = jira.post("/worklog/list", ids=[int(made["id"])])
    tracking = jira.get("/issue/NOVA-2")["fields"]["timetracking"]

    assert ([], [int(made["id"])]) == (at_once, [one["worklogId"] for one in later])
    assert [10800] == [one["timeSpentSeconds"] for one in listed]
    assert ("1d", "5h", "3h") == (
        tracking["originalEstimate"],
        tracking["remainingEstimate"],
        tracking["timeSpent"],
    )


def test_an_issue_carries_only_the_first_20_of_its_comments_and_worklogs(jira: Asking) -> None:
    jira.standin.world.behaviour.per_issue_writes = False
    for _ in range(22):
        jira.post(f"/issue/{EPIC}/comment", body=adf("Hello"))

    carried = jira.get(f"/issue/{EPIC}")["fields"]["comment"]

    assert (20, 22) == (len(carried["comments"]), carried["total"])


def test_many_issues_are_read_by_id_and_missing_ones_are_named(jira: Asking) -> None:
    answer = jira.post(
        "/issue/bulkfetch", issueIdsOrKeys=["NOVA-3", "NOVA-99", EPIC], fields=["summary"]
    )
    heavy = jira(
        "POST", "/issue/bulkfetch", json={"issueIdsOrKeys": ["1"] * 101, "fields": ["comment"]}
    )

    assert [EPIC, "NOVA-3"] == [one["key"] for one in answer["issues"]]
    assert ["NOVA-99"] == [one["id"] for one in answer["issueErrors"]]
    assert 400 == heavy.status_code


def test_an_issue_is_found_by_the_key_it_had_before_it_was_moved(
    standin: Standin, jira: Asking
) -> None:
    standin.control.move_issue_to_team("OPS-1", "NOVA", by="Elif")

    moved = jira.get("/issue/OPS-1")

    assert "NOVA-26" == moved["key"]
    items = standin.control.issue("OPS-1").history[-1].items
    assert [("project", "Operations", "Nova"), ("Key", "OPS-1", "NOVA-26")] == [
        (one.field, one.old_text, one.new_text) for one in items
    ]


def test_the_kinds_of_issues_that_may_be_created_are_listed(jira: Asking) -> None:
    types = jira.get("/issue/createmeta/OPS/issuetypes")["issueTypes"]

    assert {"Epic": 1, "Task": 0, "Sub-task": -1}.items() <= {
        one["name"]: one["hierarchyLevel"] for one in types
    }.items()
    assert COMPANY == jira.standin.world.flavour
