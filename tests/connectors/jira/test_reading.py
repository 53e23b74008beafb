"""Searches and changelogs: every page, each thing once, and never less without saying so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connectors.jira.client.reading import Reading, changelogs
from connectors.jira.client.searching import listed, quoted, search
from service.ports import NotAllowed, Unavailable
from tests.connectors.jira.building import a_history
from tests.connectors.jira.scripted import (
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    missing,
    refused,
)

SEARCH = "POST /search/jql"
BULK = "POST /issue/bulkfetch"
LOGS = "POST /changelog/bulkfetch"


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield ScriptedJira(mock)


def page(*ids: str, token: str | None = None, **more: object) -> dict[str, Any]:
    last = {"nextPageToken": token, "isLast": False} if token else {"isLast": True}
    return {"issues": [{"id": one} for one in ids], **last, **more}


def bulk(*ids: str) -> dict[str, Any]:
    return {"issues": [{"id": one, "key": f"N-{one}", "fields": {}} for one in ids]}


def log(issue_id: str, *numbers: int) -> dict[str, Any]:
    histories = [a_history("11-03 09", number=number) for number in numbers]
    return {"issueId": issue_id, "changeHistories": histories}


def _ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in found]


def test_a_search_is_read_to_its_last_page_and_gives_each_issue_once(jira: ScriptedJira) -> None:
    jira.on(SEARCH, page("1", "2", token="b"), page("2", "3", token="c"), page("4"))

    found = search(a_client(), "parent = 500", ["id"], reconcile=["3", "4"])

    assert ["1", "2", "3", "4"] == _ids(found)
    asked = jira.asked(SEARCH)
    assert [None, "b", "c"] == [body.get("nextPageToken") for body in asked]
    assert all([3, 4] == body["reconcileIssues"] for body in asked)
    assert not any("expand" in body for body in asked)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(page("1", warnings=[{"message": "clause limit"}]), id="a warning"),
        pytest.param({"issues": [{"id": "1"}], "isLast": False}, id="more, but no token"),
        pytest.param({"isLast": True}, id="no issues at all"),
        pytest.param(page("1", token="the same"), id="the same page for ever"),
    ],
)
def test_a_search_that_is_not_whole_is_unavailable(
    jira: ScriptedJira, answer: dict[str, Any]
) -> None:
    jira.on(SEARCH, answer)

    with pytest.raises(Unavailable):
        search(a_client(), "parent = 500", ["id"])


def test_an_empty_search_is_believed_only_while_jira_knows_us(jira: ScriptedJira) -> None:
    jira.on(SEARCH, page())
    jira.on("GET /myself", {"accountId": "me"}, Reply(status=401))

    first = search(a_client(), "parent = 500", ["id"])

    assert [] == first
    with pytest.raises(NotAllowed):
        search(a_client(), "parent = 500", ["id"])


def test_what_people_wrote_is_one_value_of_a_query() -> None:
    assert '"a \\"b\\" \\\\ c"' == quoted('a "b" \\ c')
    assert '10001, "Epic"' == listed(["10001", "Epic"])


def test_changelogs_are_put_together_over_pages_that_part_an_issue(jira: ScriptedJira) -> None:
    first = {"issueChangeLogs": [log("1", 10, 11), log("2", 20)], "nextPageToken": "b"}
    jira.on(LOGS, first, {"issueChangeLogs": [log("1", 11, 12)]})

    found = changelogs(a_client(), ["1", "2", "3"])

    numbers = {one: [entry["id"] for entry in entries] for one, entries in found.items()}
    assert {"1": ["10", "11", "12"], "2": ["20"], "3": []} == numbers
    assert "fieldIds" not in jira.asked(LOGS)[0]


def test_changelogs_of_more_than_a_thousand_issues_are_asked_for_in_parts(
    jira: ScriptedJira,
) -> None:
    """Edge case 2."""
    jira.on(LOGS, {"issueChangeLogs": []})
    ids = [str(number) for number in range(1001)]

    changelogs(a_client(), ids)

    assert [1000, 1] == [len(body["issueIdsOrKeys"]) for body in jira.asked(LOGS)]


@pytest.mark.parametrize(
    "answer",
    [{}, {"issueChangeLogs": [], "nextPageToken": "x"}, {"issueChangeLogs": [{"issueId": "1"}]}],
)
def test_a_changelog_that_cannot_be_read_is_never_an_empty_one(
    jira: ScriptedJira, answer: dict[str, Any]
) -> None:
    jira.on(LOGS, answer)

    with pytest.raises(Unavailable):
        changelogs(a_client(), ["1"])


def test_what_a_search_finds_is_read_by_id_because_the_index_may_lag(jira: ScriptedJira) -> None:
    jira.on(SEARCH, page("1", "2"))
    jira.on(BULK, bulk("1", "2"))

    found = Reading(a_client(), ["status"]).find("parent = 500")

    assert ["N-1", "N-2"] == [one["key"] for one in found]
    assert {"issueIdsOrKeys": ["1", "2"], "fields": ["status"]} == jira.asked(BULK)[0]


def test_a_site_that_takes_no_thousand_is_asked_for_a_hundred_at_a_time(
    jira: ScriptedJira,
) -> None:
    ids = [str(number) for number in range(250)]
    jira.on(SEARCH, page(*ids))
    parts = [bulk(*ids[at : at + 100]) for at in (0, 100, 200)]
    jira.on(BULK, refused("at most 100"), *parts)

    found = Reading(a_client(), ["status"]).find("parent = 500")

    assert ids == _ids(found)
    assert [250, 100, 100, 50] == [len(body["issueIdsOrKeys"]) for body in jira.asked(BULK)]


def test_a_site_without_bulk_reading_is_searched_with_the_fields(jira: ScriptedJira) -> None:
    jira.on(SEARCH, page("1"), bulk("1") | {"isLast": True})
    jira.on(BULK, missing())

    found = Reading(a_client(), ["status"]).find("parent = 500")

    assert ["N-1"] == [one["key"] for one in found]
    assert ["status"] == jira.asked(SEARCH)[1]["fields"]


def test_what_a_bulk_reading_left_out_is_asked_for_again(jira: ScriptedJira) -> None:
    jira.on(SEARCH, page("1", "2", "3"))
    jira.on(BULK, bulk("1"))
    jira.on("GET /issue/2", {"id": "2", "key": "N-2", "fields": {}})
    jira.on("GET /issue/3", missing())

    found = Reading(a_client(), ["status"]).find("parent = 500")

    assert ["1", "2"] == _ids(found)


def test_a_bulk_reading_that_leaves_out_many_is_not_believed(jira: ScriptedJira) -> None:
    jira.on(SEARCH, page(*(str(number) for number in range(50))))
    jira.on(BULK, bulk("1"))

    with pytest.raises(Unavailable, match="left 49 issues out"):
        Reading(a_client(), ["status"]).find("parent = 500")


def test_ids_of_things_that_are_gone_are_left_out(jira: ScriptedJira) -> None:
    jira.on(BULK, bulk("1"))
    jira.on("GET /issue/2", missing())

    assert ["1"] == _ids(Reading(a_client(), ["status"]).by_id({"1", "2"}))


def test_a_site_without_changelogs_in_bulk_is_asked_issue_by_issue(jira: ScriptedJira) -> None:
    jira.on(LOGS, missing())
    jira.on("GET /issue/1/changelog", {"values": [a_history("11-03 09")], "isLast": True})
    jira.on("GET /issue/2/changelog", {"values": [], "isLast": True})

    found = changelogs(a_client(), ["1", "2"])

    assert {"1": 1, "2": 0} == {one: len(histories) for one, histories in found.items()}


# Data Center.


def with_log(issue_id: str, total: int, *numbers: int) -> dict[str, Any]:
    histories = [a_history("11-03 09", number=number) for number in numbers]
    changelog = {"startAt": 0, "maxResults": len(histories), "total": total, "histories": histories}
    return {"id": issue_id, "key": f"N-{issue_id}", "fields": {}, "changelog": changelog}


def test_data_center_pages_by_offset_in_the_order_of_ids(jira: ScriptedJira) -> None:
    first = {"issues": [with_log("1", 0), with_log("2", 0)], "total": 3, "startAt": 0}
    jira.on("POST /search", first, {"issues": [with_log("3", 0)], "total": 3, "startAt": 2})

    found = Reading(a_data_center_client(), ["status"]).find('"Epic Link" = NOVA-12')

    assert ["1", "2", "3"] == _ids(found)
    asked = jira.asked("POST /search")
    assert [0, 2] == [body["startAt"] for body in asked]
    assert all(body["jql"].endswith("ORDER BY id ASC") for body in asked)
    assert all(["changelog"] == body["expand"] for body in asked)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([{"issues": [], "total": 3}], id="an empty page before the end"),
        pytest.param([{"issues": [with_log("1", 0)]}], id="no total"),
        pytest.param(
            [{"issues": [with_log("1", 0)], "total": 2}] * 2, id="the same issue on two pages"
        ),
        pytest.param(
            [{"issues": [with_log("1", 0)], "total": 1, "warningMessages": ["no"]}], id="a warning"
        ),
    ],
)
def test_a_sum_that_is_not_right_is_unavailable(
    jira: ScriptedJira, answers: list[dict[str, Any]]
) -> None:
    jira.on("POST /search", *answers)

    with pytest.raises(Unavailable):
        Reading(a_data_center_client(), ["status"]).find("parent = NOVA-12")


@pytest.mark.parametrize(("alone", "incomplete"), [((10, 11), set()), ((10,), {"1"})])
def test_a_changelog_that_is_cut_short_is_read_again_and_else_said_to_be(
    jira: ScriptedJira, alone: tuple[int, ...], incomplete: set[str]
) -> None:
    """Edge case 2. Fault F12 of the peers."""
    jira.on("POST /search", {"issues": [with_log("1", 2, 10)], "total": 1})
    jira.on("GET /issue/1", with_log("1", 2, *alone))
    reading = Reading(a_data_center_client(), ["status"])

    reading.find("parent = NOVA-12")
    histories = reading.histories(["1"])

    assert [str(number) for number in alone] == [one["id"] for one in histories["1"]]
    assert incomplete == reading.incomplete


def test_one_that_is_gone_does_not_hide_the_others(jira: ScriptedJira) -> None:
    jira.on("POST /search", refused("An issue with key '2' does not exist for field 'id'."))
    jira.on("GET /issue/1", with_log("1", 0))
    jira.on("GET /issue/2", missing())

    assert ["1"] == _ids(Reading(a_data_center_client(), ["status"]).by_id({"1", "2"}))
