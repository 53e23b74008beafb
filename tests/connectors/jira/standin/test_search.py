"""Searching: tokens and totals, an index that lags, and the search that was removed."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import DATA_CENTER, EPIC, Asking, HandClock

only_data_center = pytest.mark.parametrize("flavour", [DATA_CENTER])


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("key = NOVA-1", ["NOVA-1"]),
        ("id in (10001, 10002) order by key", ["OPS-1", "OPS-2"]),
        ("project = OPS order by created", ["OPS-1", "OPS-2"]),
        ("project = Operations and issuetype != Task", []),
        ("issuetype in (Epic) and statusCategory = 'In Progress'", ["NOVA-1"]),
        ("project = OPS and not (summary ~ backups)", ["OPS-2"]),
        ('project = OPS and (summary ~ "backups" or summary ~ nothing)', ["OPS-1"]),
        (
            "project = OPS and labels is empty and resolution = Unresolved order by id",
            ["OPS-1", "OPS-2"],
        ),
        ("parent = NOVA-1 and status = 'In Review'", ["NOVA-24"]),
        ('"Epic Link" = NOVA-1 and assignee = "Dev Emre" and resolution is empty', ["NOVA-24"]),
        ("project = OPS and created >= -30d", ["OPS-2"]),
        ('project = OPS and created < "2026-02-01 10:00"', ["OPS-1"]),
        ("issuetype = Epic and due <= 2026-02-27", ["NOVA-1"]),
        ("fixVersion = 1.4 and status was 'In Review' and parent is empty", []),
        ("fixVersion was 1.3", []),
        ("project = OPS && key > OPS-1", ["OPS-2"]),
        ("assignee = currentUser()", []),
        ("sprint = 2 order by key", ["NOVA-20"]),
    ],
)
def test_a_query_finds_what_it_asks_for(jira: Asking, jql: str, found: list[str]) -> None:
    assert found == jira.found(jql)


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("color = red", "Field 'color' does not exist"),
        ("key = OPS-999", "An issue with key 'OPS-999' does not exist"),
        ("project = OPS labels = x", "Expecting either 'OR' or 'AND' but got 'labels'"),
        ("updated >= yesterday", "Date value 'yesterday' for field 'updated' is invalid"),
        ("project ~ OPS", "The operator '~' is not supported by the 'project' field"),
        ("summary = x", "The operator '=' is not supported by the 'summary' field"),
        ("was = 1", "reserved JQL word"),
        ("project = OPS order by mood", "Not able to sort using field 'mood'"),
        ("", "Unbounded JQL queries are not allowed here"),
        ("order by created", "Unbounded JQL queries are not allowed here"),
    ],
)
def test_a_query_that_cannot_be_asked_says_why(jira: Asking, jql: str, said: str) -> None:
    answer = jira("POST", "/search/jql", json={"jql": jql})

    assert 400 == answer.status_code
    assert said in answer.json()["errorMessages"][0]


def test_pages_follow_a_token_and_only_ids_are_given_unasked(jira: Asking) -> None:
    first = jira.post("/search/jql", jql="project = NOVA", maxResults=20)
    token = first["nextPageToken"]
    last = jira.get("/search/jql", jql="project = NOVA", maxResults=20, nextPageToken=token)
    stolen = jira("POST", "/search/jql", json={"jql": "project = OPS", "nextPageToken": token})

    assert (20, False) == (len(first["issues"]), first["isLast"])
    assert {"id"} == first["issues"][0].keys()
    assert (5, True) == (len(last["issues"]), last["isLast"])
    assert "nextPageToken" not in last
    assert "total" not in first
    assert 400 == stolen.status_code


def test_a_page_with_fields_is_trimmed_whatever_was_asked_for(jira: Asking) -> None:
    jira.standin.world.behaviour.search_page = 10

    page = jira.post("/search/jql", jql="project = NOVA", maxResults=5000, fields=["summary"])
    ids = jira.post("/search/jql", jql="project = NOVA", maxResults=5000)

    assert (10, False) == (len(page["issues"]), page["isLast"])
    assert (25, True) == (len(ids["issues"]), ids["isLast"])


@pytest.mark.parametrize(
    "more", [{"startAt": 5}, {"expand": ["changelog"]}, {"reconcileIssues": ["OPS-1"]}]
)
def test_the_body_is_closed(jira: Asking, more: dict[str, Any]) -> None:
    answer = jira("POST", "/search/jql", json={"jql": "project = OPS", **more})

    assert 400 == answer.status_code


def test_the_old_search_was_removed(jira: Asking) -> None:
    answers = [
        jira("GET", "/search", params={"jql": "project = OPS"}),
        jira("POST", "/rest/api/2/search", json={"jql": "project = OPS"}),
    ]

    assert [410, 410] == [one.status_code for one in answers]
    assert "Please migrate to the /rest/api/3/search/jql API" in answers[0].text


def test_the_index_lags_while_reads_by_id_and_reconciled_issues_do_not(
    standin: Standin, jira: Asking, clock: HandClock
) -> None:
    standin.control.lag(lists=30)
    key = jira.a_task(labels=["closeout"])
    number = jira.get(f"/issue/{key}")["id"]
    standin.control.move_issue("OPS-1", "Done")

    unseen = jira.found("labels = closeout")
    reconciled = jira.found("labels = closeout", reconcileIssues=[int(number)])
    still = jira.found("project = OPS and statusCategory != Done order by key")
    clock.ahead(seconds=31)

    assert ([], [key], ["OPS-1", "OPS-2"]) == (unseen, reconciled, still)
    assert [key] == jira.found("labels = closeout")
    assert ["OPS-2", key] == jira.found("project = OPS and statusCategory != Done order by key")


def test_a_deleted_issue_is_found_until_the_index_has_caught_up(
    standin: Standin, jira: Asking, clock: HandClock
) -> None:
    standin.control.lag(lists=30)
    standin.control.delete("OPS-1")

    assert ["OPS-1", "OPS-2"] == jira.found("project = OPS order by key")
    assert 404 == jira("GET", "/issue/OPS-1").status_code
    clock.ahead(seconds=31)
    assert ["OPS-2"] == jira.found("project = OPS")


def test_histories_in_a_search_are_cut_short(standin: Standin, jira: Asking) -> None:
    found = jira.post("/search/jql", jql=f"key = {EPIC}", fields=["summary"], expand="changelog")

    (issue,) = found["issues"]
    everything = standin.control.issue(EPIC).history
    assert (20, len(everything)) == (
        len(issue["changelog"]["histories"]),
        issue["changelog"]["total"],
    )
    assert 20 < len(everything)


def test_only_a_count_can_be_had(jira: Asking) -> None:
    assert {"count": 25} == jira.post("/search/approximate-count", jql="project = NOVA")


@only_data_center
def test_a_data_center_pages_by_numbers_tells_the_total_and_shows_whole_histories(
    jira: Asking,
) -> None:
    jira.standin.world.behaviour.search_max = 10

    page = jira.get("/search", jql='"Epic Link" = NOVA-1 order by id', startAt=15, maxResults=500)
    (epic,) = jira.get("/search", jql=f"key = {EPIC}", expand="changelog")["issues"]

    assert (15, 10, 22, 7) == (
        page["startAt"],
        page["maxResults"],
        page["total"],
        len(page["issues"]),
    )
    history = epic["changelog"]
    assert history["total"] == len(history["histories"]) > 20
    stamps = [one["created"] for one in history["histories"]]
    assert sorted(stamps) == stamps


@only_data_center
def test_a_data_center_finds_children_of_an_epic_by_the_epic_link_only(jira: Asking) -> None:
    by_link = jira.get("/search", jql='"Epic Link" = NOVA-1')["total"]
    by_parent = jira.get("/search", jql="parent = NOVA-1")["total"]
    epic_link = jira.get("/issue/NOVA-2")["fields"]

    assert (22, 0) == (by_link, by_parent)
    assert ("NOVA-1", None) == (epic_link["customfield_10101"], epic_link["parent"])


@only_data_center
@pytest.mark.parametrize("path", ["/search/jql", "/changelog/bulkfetch", "/issue/bulkfetch"])
def test_a_data_center_does_not_know_what_only_cloud_has(jira: Asking, path: str) -> None:
    assert jira("POST", path, json={}).status_code in (404, 405)
