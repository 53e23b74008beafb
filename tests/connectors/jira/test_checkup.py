"""What `doctor` and `connect` find in a Jira, and what they say to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import responses

from connectors.jira.tracker import checkup, webhooks
from service.ports import Health
from tests.connectors.jira.scripted import (
    CREDENTIAL,
    NOW,
    OPS,
    Reply,
    ScriptedJira,
    a_client,
    a_data_center_client,
    missing,
    refused,
)

URL = "https://closeout.test/webhooks/acme-jira"
SECRET = "the signing secret"
OLD, NEW = "/rest/webhooks/1.0/webhook", "/rest/jira-webhook/1.0/webhooks"
PERMISSIONS = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "LINK_ISSUES",
    "ADD_COMMENTS",
    "ASSIGN_ISSUES",
    "TRANSITION_ISSUES",
    "ADMINISTER_PROJECTS",
    "ADMINISTER",
    "USER_PICKER",
)


@pytest.fixture
def jira() -> Iterator[ScriptedJira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        scripted = ScriptedJira(mock)
        scripted.on("GET /myself", {"accountId": "us", "displayName": "Closeout"})
        scripted.on("GET /serverInfo", {"versionNumbers": [1001, 0, 0], "deploymentType": "Cloud"})
        scripted.on("GET /mypermissions", permissions())
        scripted.on("GET /issuetype", [{"id": "6", "name": "Epic"}])
        scripted.on("GET /project/OPS", OPS)
        for path in (OLD, NEW):
            scripted.on(f"GET {path}", [a_hook()])
        yield scripted


def permissions(*lacking: str) -> dict[str, Any]:
    return {"permissions": {key: {"havePermission": key not in lacking} for key in PERMISSIONS}}


def a_hook(**changes: object) -> dict[str, Any]:
    given = {
        "self": f"https://acme.test/jira{OLD}/72",
        "url": URL,
        "enabled": True,
        "events": list(webhooks.EVENTS),
        "filters": {"issue-related-events-section": ""},
        "excludeBody": False,
        "isSigned": True,
    }
    return {**given, **changes}


def found(healths: list[Health]) -> dict[str, Health]:
    return {one.name: one for one in healths}


def checked(**settings: object) -> dict[str, Health]:
    client = a_client(**{"tickets_project": "OPS", **settings})
    return found(checkup.check_up(client, URL, lambda: NOW))


def test_a_site_that_is_as_it_must_be_is_good_in_everything(jira: ScriptedJira) -> None:
    assert dict.fromkeys(checked(), True) == {name: one.good for name, one in checked().items()}


def test_a_token_that_does_not_count_is_all_that_is_said(jira: ScriptedJira) -> None:
    jira.on("GET /myself", refused("Basic auth with password is not allowed.", status=401))

    healths = checked()

    assert set(healths) == {"token"}
    assert healths["token"].good is False
    assert "Personal Access Tokens" in str(healths["token"].mend)


def test_a_silent_site_is_unknown_and_not_bad(jira: ScriptedJira) -> None:
    jira.on("GET /myself", refused("down", status=503))

    assert checked()["token"].good is None


@pytest.mark.parametrize(
    ("account", "good"),
    [
        pytest.param({"displayName": "Ada Berg", "accountType": "atlassian"}, None, id="a person"),
        pytest.param({"displayName": "Ada Berg", "accountType": "app"}, True, id="an app"),
        pytest.param({"displayName": "Release Bot"}, True, id="a name that says so"),
    ],
)
def test_an_account_that_is_a_person_s_is_pointed_out(
    jira: ScriptedJira, account: dict[str, str], good: bool | None
) -> None:
    jira.on("GET /myself", {"accountId": "us", **account})

    assert checked()["account"].good is good


def test_a_clock_that_is_off_is_pointed_out(jira: ScriptedJira) -> None:
    late = NOW + timedelta(minutes=3)

    health = found(checkup.check_up(a_client(), URL, lambda: late))["clock"]

    assert (health.good, health.finding) == (False, "our clock and Jira's differ by 180 s")


def test_a_missing_permission_is_named_with_what_needs_it(jira: ScriptedJira) -> None:
    jira.on("GET /mypermissions", permissions("LINK_ISSUES", "ADMINISTER"))

    health = checked(closes=[{"issue_types": ["Epic"]}, {"projects": True}])["permissions"]

    assert health.good is False
    assert "LINK_ISSUES (links between issues)" in health.finding
    assert "ADMINISTER (restoring an archived project)" in health.finding
    assert "Global permissions" in str(health.mend)


def test_only_the_permissions_that_are_needed_are_asked_for(jira: ScriptedJira) -> None:
    checked()

    asked = [call.query for call in jira.calls if call.path == "/mypermissions"]
    assert ["ADMINISTER" in one["permissions"] for one in asked] == [False, False]
    assert [None, "OPS"] == [one.get("projectKey") for one in asked]


def test_a_closing_issue_type_that_there_is_not_is_named_with_those_there_are(
    jira: ScriptedJira,
) -> None:
    health = checked(closes=[{"issue_types": ["Initiative"]}])["closes"]

    assert health.good is False
    assert health.finding == "Jira has no issue type initiative: nothing of it is ever held"
    assert health.mend == "set closes to one of: Epic"


@pytest.mark.parametrize(
    ("project", "mend"),
    [
        pytest.param(missing(), "set tickets_project", id="unknown"),
        pytest.param({**OPS, "archived": True}, "a live one", id="archived"),
        pytest.param(
            {**OPS, "issueTypes": [{"id": "6", "name": "Epic"}]}, "tickets_type", id="type"
        ),
    ],
)
def test_tickets_that_would_have_no_place_are_pointed_out(
    jira: ScriptedJira, project: object, mend: str
) -> None:
    jira.on("GET /project/OPS", project)

    health = checked()["tickets"]

    assert health.good is False
    assert mend in str(health.mend)


@pytest.mark.parametrize(
    ("hooks", "good", "expected"),
    [
        pytest.param([], False, "none is registered", id="none"),
        pytest.param(
            [a_hook(url="https://other.test")], False, "none is registered", id="another's"
        ),
        pytest.param([a_hook(enabled=False)], False, "is disabled", id="disabled"),
        pytest.param(
            [a_hook(enabled=False), a_hook()], True, "enabled", id="a disabled one beside"
        ),
        pytest.param(
            [a_hook(events=list(webhooks.EVENTS[1:]))],
            False,
            "tell of: jira:issue_created",
            id="events",
        ),
        pytest.param([a_hook(excludeBody=True)], False, "excludes the body", id="no body"),
        pytest.param([a_hook(isSigned=False)], False, "has no secret", id="no secret"),
        pytest.param(
            [a_hook(filters={"issue-related-events-section": "project = X"})],
            None,
            "narrowed to 'project = X'",
            id="narrowed",
        ),
    ],
)
def test_a_webhook_that_is_not_as_it_must_be_is_pointed_out(
    jira: ScriptedJira, hooks: list[dict[str, Any]], good: bool | None, expected: str
) -> None:
    jira.on(f"GET {OLD}", hooks)

    health = checked()["webhook"]

    assert health.good is good
    assert expected in health.finding


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(refused("Admins only.", status=403), id="no admin"),
        pytest.param(Reply("<html>", 404), id="not through the gateway"),
    ],
)
def test_webhooks_that_may_not_be_read_are_unknown(jira: ScriptedJira, refusal: Reply) -> None:
    jira.on(f"GET {OLD}", refusal)

    health = checked()["webhook"]

    assert health.good is None
    assert "Settings > System > WebHooks" in str(health.mend)


def test_a_webhook_is_registered_with_the_secret(jira: ScriptedJira) -> None:
    jira.on(f"GET {OLD}", [])
    jira.on(f"POST {OLD}", Reply(a_hook(), 201))

    (health,) = checkup.connect(a_client(), URL, SECRET)

    (asked,) = jira.asked(f"POST {OLD}")
    assert health.good is True
    assert (asked["url"], asked["secret"], asked["enabled"]) == (URL, SECRET, True)
    assert list(webhooks.EVENTS) == asked["events"]
    assert SECRET not in repr(health)


def test_a_webhook_that_is_there_is_mended(jira: ScriptedJira) -> None:
    jira.on(f"GET {OLD}", [a_hook(enabled=False)])
    jira.on(f"PUT {OLD}/72", a_hook())

    (health,) = checkup.connect(a_client(), URL, SECRET)

    assert health.good is True
    assert jira.writes == [f"PUT {OLD}/72"]


def test_where_it_may_not_be_registered_the_clicks_are_told(jira: ScriptedJira) -> None:
    jira.on(f"GET {OLD}", refused("Admins only.", status=403))

    (health,) = checkup.connect(a_client(), URL, SECRET)

    assert health.good is False
    assert "Create a WebHook" in str(health.mend)
    assert URL in str(health.mend)
    assert "project_archived" in str(health.mend)


def test_from_jira_10_on_webhooks_have_another_address(jira: ScriptedJira) -> None:
    jira.on(f"GET {NEW}", [], [a_hook(isSigned=True)])
    jira.on(f"POST {NEW}", Reply({"id": 1}, 201))

    (health,) = checkup.connect(a_data_center_client(), URL, SECRET)

    (asked,) = jira.asked(f"POST {NEW}")
    assert health.good is True
    assert asked["configuration"]["secret"] == SECRET
    assert asked["active"] == "true"


def test_a_secret_that_jira_may_not_have_taken_is_said_to_be_unknown(jira: ScriptedJira) -> None:
    hook = a_hook()
    del hook["isSigned"]
    jira.on(f"GET {NEW}", [{**hook, "id": 7}])
    jira.on(f"PUT {NEW}/7", hook)

    (health,) = checkup.connect(a_data_center_client(), URL, SECRET)

    assert health.good is None
    assert "see that a secret is set" in str(health.mend)


def test_a_jira_that_does_not_sign_is_left_at_the_sweep(jira: ScriptedJira) -> None:
    (health,) = checkup.connect(a_data_center_client((9, 12, 0)), URL, SECRET)

    assert health.good is None
    assert "9.12.0 does not sign its webhooks" in health.finding
    assert jira.writes == []


def test_an_address_that_anybody_can_read_on_the_way_is_pointed_out() -> None:
    with responses.RequestsMock() as mock:
        mock.get("http://acme.test/rest/api/3/myself", json={"accountId": "us", "displayName": "C"})
        client = a_client(api_url="http://acme.test")

        first = checkup._token(client)[0][0]

    assert first.name == "address"
    assert CREDENTIAL not in repr(first)
