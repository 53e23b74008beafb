"""Post-mortems in issues: made once, read back as documents, linked to what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import responses

from connectors.jira.client import JiraClient
from connectors.jira.pages import JiraPages
from service import adf
from service.domain.document import Document, Heading, Paragraph, Table, text
from service.domain.remote import Presence
from service.ports import NotYet, Rejected
from tests.connectors.jira.scripted import (
    LABEL,
    MARKER,
    NOVA,
    OPS,
    SITE,
    TODO,
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    a_project,
    an_issue,
    missing,
)

BODY = Document(
    (Heading(2, text("Actions")), Table((text("Change"),), ((text("Add an *alert*"),),)))
)


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        scripted = ScriptedJira(mock)
        scripted.on("GET /project/OPS", OPS)
        scripted.on("POST /search/jql", {"issues": []})
        scripted.on("POST /issue", Reply({"id": "30001"}, 201))
        scripted.on("GET /issueLinkType", {"issueLinkTypes": [{"name": "Relates"}]})
        scripted.on("POST /issueLink", Reply(status=201))
        scripted.on("GET /issue/30001", a_page())
        yield scripted


def a_page(said: object = "issue:20012", **fields: object) -> dict[str, Any]:
    given = {
        "description": adf.write(BODY),
        "updated": "2026-11-20T12:00:00.000+0000",
        "issuelinks": [],
        **fields,
    }
    properties = {"closeout": {"marker": MARKER, "project": said}}
    return {**an_issue(TODO, "30001", **given), "properties": properties}


def pages(client: JiraClient | None = None) -> JiraPages:
    return JiraPages(client or a_client(tickets_project="OPS"))


def test_a_page_is_made_and_linked_and_reads_back_as_it_was_written(jira: ScriptedJira) -> None:
    page = pages().ensure_page(a_project(), MARKER, "Post-mortem: Checkout", BODY)

    (asked,) = jira.asked("POST /issue")
    assert ["closeout", LABEL, "closeout-page"] == asked["fields"]["labels"]
    assert asked["fields"]["summary"] == "Post-mortem: Checkout"
    assert {"marker": MARKER, "project": "issue:20012"} == asked["properties"][0]["value"]
    assert len(jira.asked("POST /issueLink")) == 1
    assert (page.presence, page.project_key, page.content) == (
        Presence.PRESENT, "issue:20012", BODY
    )  # fmt: skip
    assert page.url == f"{SITE}/browse/NOVA-10001"


def test_without_a_configured_project_a_page_goes_to_the_object_s_own(jira: ScriptedJira) -> None:
    jira.on("GET /issue/20012", an_issue(project={"id": "10000", "key": "NOVA"}))
    jira.on("GET /project/10000", NOVA)

    pages(a_client()).ensure_page(a_project(), MARKER, "Post-mortem", BODY)

    assert {"id": "10000"} == jira.asked("POST /issue")[0]["fields"]["project"]


def test_a_page_whose_answer_was_lost_is_not_made_twice(jira: ScriptedJira) -> None:
    tried = timedelta(seconds=10)

    with pytest.raises(NotYet):
        pages().ensure_page(a_project(), MARKER, "Post-mortem", BODY, tried=tried)

    jira.on("POST /search/jql", {"issues": [a_page()]})
    page = pages().ensure_page(a_project(), MARKER, "Post-mortem", BODY, tried=tried)
    assert page.id == "30001"
    assert jira.asked("POST /issue") == []


def test_a_page_of_another_tool_s_project_needs_a_configured_project() -> None:
    project = a_project("0c105e00-0000-4000-8000-000000000001")

    with pytest.raises(Rejected, match="set pages_project"):
        pages(a_client()).ensure_page(project, MARKER, "Post-mortem", BODY)


def test_a_deleted_page_is_missing_and_no_error(jira: ScriptedJira) -> None:
    jira.on("GET /issue/30001", missing())

    assert pages().page("30001").presence is Presence.MISSING


def test_an_archived_page_has_no_content(jira: ScriptedJira) -> None:
    jira.on("GET /issue/30001", a_page(archiveddate="2026-11-20T12:00:00.000+0000"))

    page = pages().page("30001")

    assert (page.presence, page.content) == (Presence.ARCHIVED, None)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param({**a_page(), "properties": {}}, id="no property"),
        pytest.param(a_page(said={"odd": 1}), id="an odd one"),
    ],
)
def test_a_page_that_says_nothing_of_its_project_hangs_on_none(
    jira: ScriptedJira, raw: dict[str, Any]
) -> None:
    jira.on("GET /issue/30001", raw)

    assert pages().page("30001").project_key is None


def test_a_page_that_somebody_emptied_is_present_and_says_nothing(jira: ScriptedJira) -> None:
    jira.on("GET /issue/30001", a_page(description=None))

    assert pages().page("30001").content == Document(())


def test_on_data_center_a_page_is_read_from_wiki_markup(jira: ScriptedJira) -> None:
    jira.on("GET /issue/30001", a_page(description="h2. Actions\n\nOwner: [~ada]"))

    page = pages(a_data_center_client()).page("30001")

    said = (Heading(2, text("Actions")), Paragraph(text("Owner: @ada")))
    assert Document(said) == page.content


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data center"])
def test_stamps_are_read_a_hundred_in_a_request(jira: ScriptedJira, *, cloud: bool) -> None:
    answer = {"issues": [a_page()]}
    jira.on("POST /issue/bulkfetch", answer)
    jira.on("POST /search", answer)
    wanted = [str(number) for number in range(30001, 30151)]

    stamps = pages(a_client() if cloud else a_data_center_client()).stamps(wanted)

    assert stamps == {"30001": "2026-11-20T12:00:00.000+0000"}
    assert len(jira.calls) == 2


def test_a_check_up_says_where_pages_go(jira: ScriptedJira) -> None:
    jira.on("GET /myself", {"accountId": "us", "displayName": "Closeout"})

    token, found = pages().check_up()

    assert (token.good, found.good) == (True, True)
    assert found.finding == "pages go to OPS as Task"


def test_a_check_up_names_the_issue_types_there_are(jira: ScriptedJira) -> None:
    jira.on("GET /myself", {"accountId": "us", "displayName": "Closeout"})

    _, found = pages(a_client(tickets_project="OPS", page_type="Page")).check_up()

    assert found.good is False
    assert "there are: Epic, Task" in found.finding
    assert found.mend == "set page_type to one of these"
