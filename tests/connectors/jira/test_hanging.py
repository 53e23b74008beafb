"""What hangs on a closing object: comments and links, wherever each kind of object keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connectors.jira.tracker.comments import ensure_comment
from connectors.jira.tracker.links import ensure_link, links
from service.domain.document import Document, Paragraph, text
from service.domain.tracking import Link
from service.ports import NotYet
from tests.connectors.jira.scripted import (
    MARKER,
    NOVA,
    OPS,
    TODO,
    Call,
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    an_issue,
    missing,
)

BODY = Document((Paragraph(text("2 of 3 verified")),))
PAGE = "https://acme.test/wiki/pages/1"
COMMENTS = "GET /issue/20012/comment"
COMMENTED = "POST /issue/20012/comment"
KEPT = "/project/10000/properties/closeout-version-7"


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield ScriptedJira(mock)


def a_comment(number: int, marker: str | None = None) -> dict[str, Any]:
    properties = [{"key": "closeout", "value": {"marker": marker}}] if marker else []
    return {"id": str(number), "properties": properties}


def a_page(*comments: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"comments": list(comments), "total": len(comments) if total is None else total}


def test_a_comment_is_put_on_an_issue_once(jira: ScriptedJira) -> None:
    jira.on(COMMENTS, a_page(a_comment(1)), a_page(a_comment(1), a_comment(2, MARKER)))
    jira.on(COMMENTED, Reply(a_comment(2, MARKER), 201))

    put = [ensure_comment(a_client(), "issue:20012", MARKER, BODY) for _ in range(2)]

    assert put == ["2", "2"]
    (asked,) = jira.asked(COMMENTED)
    assert asked["body"]["type"] == "doc"
    assert [{"key": "closeout", "value": {"marker": MARKER}}] == asked["properties"]
    assert jira.calls[0].query["expand"] == "properties"


def test_a_comment_is_looked_for_on_every_page(jira: ScriptedJira) -> None:
    first = [a_comment(number) for number in range(100)]
    jira.on(COMMENTS, a_page(*first, total=101), a_page(a_comment(200, MARKER), total=101))

    assert ensure_comment(a_client(), "issue:20012", MARKER, BODY) == "200"


def test_a_comment_of_ours_that_comes_without_properties_is_asked_for_them(
    jira: ScriptedJira,
) -> None:
    us, other = {"accountId": "us"}, {"accountId": "ben"}
    jira.on("GET /myself", us)
    jira.on(COMMENTS, a_page({"id": "1", "author": other}, {"id": "2", "author": us}))
    jira.on("GET /comment/2/properties/closeout", {"value": {"marker": MARKER}})

    assert ensure_comment(a_client(), "issue:20012", MARKER, BODY) == "2"


def test_a_version_s_comments_stand_in_an_issue_named_after_it(jira: ScriptedJira) -> None:
    kept: dict[str, Any] = {}
    _on_version(jira, kept)
    jira.on("POST /issue", Reply({"id": "20012"}, 201))
    jira.on("GET /issue/20012", an_issue(TODO))
    jira.on(COMMENTS, a_page())
    jira.on(COMMENTED, Reply(a_comment(1, MARKER), 201))
    client = a_client(tickets_project="OPS")

    ensure_comment(client, "version:7", MARKER, BODY)
    ensure_comment(client, "version:7", MARKER, BODY)

    (made,) = jira.asked("POST /issue")
    assert made["fields"]["summary"] == "Closeout of NOVA 1.4"
    assert made["fields"]["project"] == {"id": "10001"}
    assert kept == {"issue": "20012"}


def test_an_issue_for_comments_whose_answer_was_lost_is_not_made_twice(jira: ScriptedJira) -> None:
    kept: dict[str, Any] = {"begun": "2026-11-20T11:59:00+00:00"}
    _on_version(jira, kept)

    with pytest.raises(NotYet):
        ensure_comment(a_client(tickets_project="OPS"), "version:7", MARKER, BODY)

    assert jira.writes == []
    made = {**an_issue(TODO), "properties": {}}
    jira.on("POST /search/jql", {"issues": [made]})
    jira.on(COMMENTS, a_page(a_comment(1, MARKER)))
    assert ensure_comment(a_client(tickets_project="OPS"), "version:7", MARKER, BODY) == "1"
    assert kept == {"issue": "20012"}


def _on_version(jira: ScriptedJira, kept: dict[str, Any]) -> None:
    def put(call: Call) -> Reply:
        kept.clear()
        kept.update(call.body)
        return Reply(status=200)

    jira.on("GET /version/7", {"id": "7", "name": "1.4", "projectId": 10000})
    jira.on("GET /project/10000", NOVA)
    jira.on("GET /project/OPS", OPS)
    jira.on(f"GET {KEPT}", lambda _call: {"value": dict(kept)} if kept else missing())
    jira.on(f"PUT {KEPT}", put)
    jira.on("POST /search/jql", {"issues": []})


def test_a_link_on_an_issue_is_a_remote_link_with_an_id_of_ours(jira: ScriptedJira) -> None:
    shown = {"id": 5, "object": {"url": PAGE, "title": "Post-mortem"}}
    jira.on("POST /issue/20012/remotelink", Reply({"id": 5}, 201))
    jira.on("GET /issue/20012/remotelink", [shown, {"id": 6}])

    put = ensure_link(a_client(), "issue:20012", MARKER, PAGE, "Post-mortem")

    (asked,) = jira.asked("POST /issue/20012/remotelink")
    assert put == "5"
    assert asked["globalId"] == f"closeout:{MARKER}"
    assert {"application", "globalId", "object", "relationship"} == set(asked)
    assert links(a_client(), "issue:20012") == (Link(PAGE, "Post-mortem"),)


def test_a_link_on_a_version_is_related_work_once(jira: ScriptedJira) -> None:
    work = {"relatedWorkId": "w", "category": "Other", "title": "Post-mortem", "url": PAGE}
    jira.on("GET /version/7/relatedwork", [], [work])
    jira.on("POST /version/7/relatedwork", Reply(work, 201))

    put = [ensure_link(a_client(), "version:7", MARKER, PAGE, "Post-mortem") for _ in range(2)]

    assert put == ["w", "w"]
    assert len(jira.asked("POST /version/7/relatedwork")) == 1
    assert links(a_client(), "version:7") == (Link(PAGE, "Post-mortem"),)


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({"link": {"link": PAGE, "name": "Post-mortem"}}, id="as we store it"),
        pytest.param({"link": {"url": PAGE, "title": "Post-mortem"}}, id="as others store it"),
        pytest.param({"link": PAGE, "name": "Post-mortem"}, id="as the description says"),
    ],
)
def test_a_link_on_a_version_of_data_center_is_a_remote_link(
    jira: ScriptedJira, stored: dict[str, Any]
) -> None:
    path = f"/version/7/remotelink/closeout%3A{MARKER}"
    jira.on(f"POST {path}", Reply(status=201))
    jira.on("GET /version/7/remotelink", {"links": [stored]})
    client = a_data_center_client()

    ensure_link(client, "version:7", MARKER, PAGE, "Post-mortem")

    assert [{"link": PAGE, "name": "Post-mortem"}] == jira.asked(f"POST {path}")
    assert links(client, "version:7") == (Link(PAGE, "Post-mortem"),)


def test_a_version_without_links_has_none(jira: ScriptedJira) -> None:
    jira.on("GET /version/7/remotelink", missing())

    assert links(a_data_center_client(), "version:7") == ()


def test_links_on_a_jira_project_are_kept_in_a_property_of_it(jira: ScriptedJira) -> None:
    path = "/project/10000/properties/closeout-links"
    mine = {"marker": MARKER, "url": PAGE, "label": "Post-mortem"}
    old = {"marker": "x", "url": "https://acme.test/old", "label": "Old"}
    jira.on(f"GET {path}", {"value": {"links": [old]}}, {"value": {"links": [old, mine]}})
    jira.on(f"PUT {path}", Reply(status=200))

    for _ in range(2):
        ensure_link(a_client(), "project:10000", MARKER, PAGE, "Post-mortem")

    assert [{"links": [old, mine]}] == jira.asked(f"PUT {path}")
    assert Link(PAGE, "Post-mortem") in links(a_client(), "project:10000")
