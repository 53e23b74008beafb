"""One connection to a site: which Jira it is, who we are, what is kept."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
import responses

from connectors.jira.client import JiraClient
from connectors.jira.mapping.fields import discover
from connectors.jira.settings import JiraSettings
from service.ports import NotAllowed, NotFound, Unavailable
from tests.connectors.jira.building import NOON

SITE = "https://acme.test/jira"
SECRET = "not-a-real-token"
PLATFORM = "com.atlassian.jira.plugin.system.customfieldtypes:"
SOFTWARE = "com.pyxis.greenhopper.jira:"


@pytest.fixture
def jira() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def settings(**changes: object) -> JiraSettings:
    given = {
        "site_url": SITE,
        "api_url": SITE,
        "email": "closeout@acme.test",
        "api_token": SECRET,
    }
    return JiraSettings.model_validate({**given, **changes})


def a_client(clock: Callable[[], datetime] = lambda: NOON, **changes: object) -> JiraClient:
    return JiraClient(settings(**changes), clock)


@pytest.mark.parametrize(
    ("email", "header"),
    [
        ("a@b.c", "Basic " + base64.b64encode(f"a@b.c:{SECRET}".encode()).decode()),
        (None, f"Bearer {SECRET}"),
    ],
)
def test_a_token_with_an_address_is_basic_and_one_without_is_bearer(
    jira: responses.RequestsMock, email: str | None, header: str
) -> None:
    jira.get(f"{SITE}/rest/api/3/myself", json={"accountId": "me"})

    a_client(email=email, deployment="cloud").me()

    assert header == jira.calls[0].request.headers["Authorization"]


@pytest.mark.parametrize(("told", "api"), [("Cloud", "/rest/api/3"), ("Server", "/rest/api/2")])
def test_which_jira_it_is_is_asked_once_in_ten_minutes_for_all_runs(
    jira: responses.RequestsMock, told: str, api: str
) -> None:
    info = {"deploymentType": told, "versionNumbers": [10, 3, 5]}
    jira.get(f"{SITE}/rest/api/3/serverInfo", json=info)
    now = [NOON]
    shared = settings()

    for _ in range(3):
        client = JiraClient(shared, lambda: now[0])
        assert (api, (10, 3, 5)) == (client.api, client.version)
    now[0] += timedelta(minutes=11)
    assert api == JiraClient(shared, lambda: now[0]).api

    assert 2 == len(jira.calls)


def test_a_data_center_that_knows_no_version_3_is_asked_by_version_2(
    jira: responses.RequestsMock,
) -> None:
    jira.get(f"{SITE}/rest/api/3/serverInfo", status=404, body="<status>null for uri</status>")
    jira.get(f"{SITE}/rest/api/2/serverInfo", json={"deploymentType": "Server"})

    assert a_client().cloud is False


def test_a_told_deployment_asks_nobody() -> None:
    assert a_client(deployment="cloud").cloud is True
    assert a_client(deployment="data-center").cloud is False


@pytest.mark.parametrize("reason", ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT"])
def test_what_a_visitor_without_account_would_see_is_never_believed(
    jira: responses.RequestsMock, reason: str
) -> None:
    empty = {"issues": [], "isLast": True}
    jira.post(f"{SITE}/rest/api/3/search/jql", json=empty, headers={"X-Seraph-LoginReason": reason})

    with pytest.raises(NotAllowed, match="make a new one"):
        a_client(deployment="cloud").http.post("/rest/api/3/search/jql", {"jql": "project = 1"})


def test_the_library_uses_our_session_and_raises_our_errors(jira: responses.RequestsMock) -> None:
    shown = {"id": "1", "key": "NOVA-1", "fields": {"summary": "Payment step"}}
    jira.get(f"{SITE}/rest/api/2/issue/NOVA-1", json=shown)
    jira.get(f"{SITE}/rest/api/2/issue/NOVA-2", status=404, json={"errorMessages": ["no"]})
    jira.get(f"{SITE}/rest/api/2/issue/NOVA-3", status=503)
    jira.get(f"{SITE}/rest/api/2/serverInfo", json={"versionNumbers": [10, 3, 5]})
    client = a_client(deployment="data-center", email=None)

    with client.library() as library:
        assert "NOVA-1" == library.issue("NOVA-1").key
    with pytest.raises(NotFound), client.library() as library:
        library.issue("NOVA-2")
    with pytest.raises(Unavailable), client.library() as library:
        library.issue("NOVA-3")

    asked = [str(call.request.url).removeprefix(SITE) for call in jira.calls]
    assert 1 == asked.count("/rest/api/2/issue/NOVA-3")


def test_the_library_never_repeats_a_write_whose_answer_was_lost(
    jira: responses.RequestsMock,
) -> None:
    jira.post(f"{SITE}/rest/api/2/issue", body=requests.ConnectionError())
    jira.get(f"{SITE}/rest/api/2/serverInfo", json={"versionNumbers": [10, 3, 5]})
    client = a_client(deployment="data-center", email=None)

    fields = {"summary": "once", "project": {"id": "1"}, "issuetype": {"id": "5"}}

    with pytest.raises(Unavailable), client.library() as library:
        library.create_issue(fields, prefetch=False)

    assert 1 == [call.request.method for call in jira.calls].count("POST")


def test_no_text_and_no_settings_show_the_token(jira: responses.RequestsMock) -> None:
    basic = base64.b64encode(f"closeout@acme.test:{SECRET}".encode()).decode()
    told = {"errorMessages": [f"bad {SECRET} in {basic}"]}
    jira.get(f"{SITE}/rest/api/3/myself", status=401, json=told)
    client = a_client(deployment="cloud")

    with pytest.raises(NotAllowed) as caught:
        client.me()

    assert SECRET not in str(caught.value)
    assert basic not in str(caught.value)
    assert SECRET not in repr(client.settings)


def test_addresses_for_people_are_of_the_site_and_not_of_the_gateway() -> None:
    client = a_client(
        site_url="https://acme.atlassian.net", api_url="https://api.atlassian.com/ex/jira/cloud-1"
    )

    assert "https://acme.atlassian.net/browse/NOVA-12" == client.browse("NOVA-12")
    assert "https://acme.atlassian.net/projects/NOVA/versions/7" == client.version_url("NOVA", "7")


def test_a_list_by_offset_is_read_to_its_end(jira: responses.RequestsMock) -> None:
    path = f"{SITE}/rest/api/3/project/search"
    jira.get(path, json={"values": [{"id": "1"}, {"id": "2"}], "isLast": False})
    jira.get(path, json={"values": [{"id": "3"}], "isLast": True})

    found = list(a_client(deployment="cloud").pages("/rest/api/3/project/search"))

    assert ["1", "2", "3"] == [one["id"] for one in found]
    assert "startAt=2" in str(jira.calls[1].request.url)


def test_a_list_without_end_is_unavailable(jira: responses.RequestsMock) -> None:
    jira.get(f"{SITE}/rest/api/3/project/search", json={"values": [{"id": "1"}]})

    with pytest.raises(Unavailable, match="again and again"):
        list(a_client(deployment="cloud").pages("/rest/api/3/project/search"))


def test_an_address_where_no_jira_is_says_so(jira: responses.RequestsMock) -> None:
    for version in ("2", "3"):
        jira.get(f"{SITE}/rest/api/{version}/serverInfo", status=404, body="<html>nothing</html>")

    with pytest.raises(Unavailable, match="api_url"):
        _ = a_client().cloud


def test_what_was_kept_is_read_again_when_it_is_forgotten() -> None:
    readings = iter(("old", "new"))
    client = a_client()

    first = client.kept("word", lambda: next(readings))
    client.forget("word")

    assert ("old", "new") == (first, client.kept("word", lambda: next(readings)))


def a_field(id_: str, name: str, kind: str, *clauses: str) -> dict[str, Any]:
    return {"id": id_, "name": name, "schema": {"custom": kind}, "clauseNames": list(clauses)}


def test_fields_are_found_by_type_then_by_name() -> None:
    found = discover(
        [
            {"id": "status", "name": "Status"},
            a_field("cf_1", "Story Points", f"{PLATFORM}float"),
            a_field("cf_2", "Schätzung", f"{SOFTWARE}jsw-story-points"),
            a_field("cf_3", "Epos-Verknüpfung", f"{SOFTWARE}gh-epic-link"),
            a_field("cf_4", "Startdatum", f"{PLATFORM}datepicker", "cf[4]", "Start date"),
            a_field("cf_5", "Zielende", "com.atlassian.jpo:jpo-custom-field-baseline-end"),
            a_field("cf_6", "Status", f"{PLATFORM}textfield"),
            a_field("cf_7", "Budget", f"{PLATFORM}float"),
        ]
    )

    assert ("cf_1", "cf_2") == found.points
    assert ("cf_3", "cf_4", "cf_5") == (found.epic_link, found.start_on, found.target_end)
    assert ("cf_7", "status", None) == tuple(
        found.id_of(word) for word in ("Budget", "STATUS", "Nothing")
    )


def test_a_site_without_such_fields_has_none() -> None:
    found = discover([])

    assert ((), None, None) == (found.points, found.sprint, found.start_on)


@pytest.mark.parametrize(
    "changes",
    [
        {"site_url": "acme.atlassian.net"},
        {"api_url": "https://user:pass@acme.test"},
        {"api_token": "two words"},
        {"api_token": "line\n"},
        {"email": "nobody"},
        {"closes": [{}]},
        {"closes": [{"versions": True, "projects": True}]},
        {"closes": [{"sprints": True}]},
        {"gate": "hope"},
        {"unknown": 1},
    ],
)
def test_a_wrong_setting_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        settings(**changes)


def test_without_a_word_epics_close() -> None:
    found = settings()

    assert (frozenset({"epic"}), False, False) == (
        found.issue_types,
        found.closes_versions,
        found.closes_projects,
    )


def test_the_client_believes_the_clock_it_is_given() -> None:
    later = NOON + timedelta(days=1)

    assert later == a_client(clock=lambda: later).now()
