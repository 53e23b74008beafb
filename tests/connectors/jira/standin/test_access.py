"""Who may ask: tokens, the gateway, permissions, and how often."""

from __future__ import annotations

import pytest
import requests

from connectors.jira.standin import Standin
from tests.connectors.jira.standin.asking import (
    DATA_CENTER,
    EPIC,
    Asking,
    HandClock,
    adf,
)

only_data_center = pytest.mark.parametrize("flavour", [DATA_CENTER])
FAILED = "AUTHENTICATED_FAILED"


def test_a_revoked_token_is_answered_as_nobody_would_be(any_jira: Asking) -> None:
    any_jira.standin.control.revoke_api_key()
    cloud = any_jira.standin.world.cloud
    search = "/search/jql" if cloud else "/search"

    found = any_jira("GET", search, params={"jql": "project = NOVA", "fields": "summary"})
    projects = any_jira("GET", "/project/search" if cloud else "/project")
    issue = any_jira("GET", f"/issue/{EPIC}")
    myself = any_jira("GET", "/myself")
    written = any_jira("PUT", f"/issue/{EPIC}", json={"fields": {"summary": "x"}})

    assert (200, []) == (found.status_code, found.json()["issues"])
    assert 200 == projects.status_code
    assert "NOVA" not in projects.text
    assert (404, 401, 401) == (issue.status_code, myself.status_code, written.status_code)
    answers = (found, projects, issue, myself, written)
    assert {FAILED} == {one.headers["X-Seraph-LoginReason"] for one in answers}
    assert any_jira.standin.world.log == []


def test_a_token_belongs_to_its_address(standin: Standin) -> None:
    def ask(email: str, token: str) -> int:
        url = f"{standin.url}/rest/api/3/myself"
        return requests.get(url, auth=(email, token), timeout=10).status_code

    bens = standin.control.new_api_key("Ben Castro")["api_key"]

    assert 200 == ask("ben@acme.example", bens)
    assert 401 == ask("ada@acme.example", bens)
    standin.control.deactivate("Ben Castro")
    assert 401 == ask("ben@acme.example", bens)


@only_data_center
def test_a_data_center_takes_a_personal_access_token_below_its_context_path(
    standin: Standin, jira: Asking
) -> None:
    bearer = {"Authorization": f"Bearer {standin.api_key}"}
    lost = requests.get(f"{standin.base_url}/rest/api/2/myself", headers=bearer, timeout=10)
    basic = requests.get(
        f"{standin.url}/rest/api/2/myself", auth=("closeout", standin.api_key), timeout=10
    )

    assert "closeout" == jira.get("/myself")["name"]
    assert standin.url.endswith("/jira")
    assert (404, 401) == (lost.status_code, basic.status_code)


def test_a_scoped_token_works_through_the_gateway_only(clock: HandClock) -> None:
    with Standin.seeded(clock, scoped=True) as standin, Asking(standin) as jira:
        login = (standin.email or "", standin.api_key)
        url, at_site = standin.url, f"{standin.site_url}/rest/api/3"

        through = jira.get(f"/issue/{EPIC}")["key"]
        cloud_id = requests.get(f"{standin.base_url}/_edge/tenant_info", timeout=10).json()
        refused = requests.get(f"{at_site}/myself", auth=login, timeout=10)
        misleading = requests.get(f"{at_site}/issue/{EPIC}", auth=login, timeout=10)

    assert EPIC == through
    assert url.endswith(f"/ex/jira/{cloud_id['cloudId']}")
    assert (401, 404) == (refused.status_code, misleading.status_code)


def test_permissions_are_told_by_name_and_unknown_ones_refused(
    standin: Standin, jira: Asking
) -> None:
    standin.control.deny("Closeout", "TRANSITION_ISSUES")

    found = jira.get("/mypermissions", permissions="TRANSITION_ISSUES,ADMINISTER")["permissions"]
    unknown = jira("GET", "/mypermissions", params={"permissions": "FLY"})

    assert {"TRANSITION_ISSUES": False, "ADMINISTER": True} == {
        key: one["havePermission"] for key, one in found.items()
    }
    assert ["Unrecognized permission: FLY"] == unknown.json()["errorMessages"]


@pytest.mark.parametrize(
    ("permission", "method", "path", "status"),
    [
        ("EDIT_ISSUES", "PUT", f"/issue/{EPIC}", 403),
        ("BROWSE_PROJECTS", "GET", f"/issue/{EPIC}", 404),
        ("ADMINISTER_PROJECTS", "PUT", "/project/NOVA/properties/x", 403),
        ("ADMINISTER", "POST", "/project/OPS/archive", 403),
    ],
)
def test_without_a_permission_it_is_refused(
    standin: Standin, jira: Asking, permission: str, method: str, path: str, status: int
) -> None:
    standin.control.deny("Closeout", permission)
    body = {"fields": {"summary": "x"}}

    answer = jira(method, path, **({"json": body} if method == "PUT" else {}))

    assert status == answer.status_code


# How often.


def test_a_used_up_cost_budget_names_its_reset_without_seconds_and_no_retry_after(
    standin: Standin, jira: Asking, clock: HandClock
) -> None:
    clock.ahead(minutes=20)
    standin.control.use_up_rate_limit()

    refused = jira("GET", "/myself")
    clock.ahead(minutes=40)

    assert 429 == refused.status_code
    assert "jira-cost-based" == refused.headers["RateLimit-Reason"]
    assert "2026-03-02T10:00Z" == refused.headers["X-RateLimit-Reset"]
    assert ("300000", "0") == (
        refused.headers["X-RateLimit-Limit"],
        refused.headers["X-RateLimit-Remaining"],
    )
    assert "Retry-After" not in refused.headers
    assert 200 == jira("GET", "/myself").status_code


def test_a_burst_is_refused_for_one_operation_with_the_seconds_to_wait(
    standin: Standin, jira: Asking, clock: HandClock
) -> None:
    standin.world.behaviour.burst_per_second = 2

    codes = [jira("GET", "/myself").status_code for _ in range(2)]
    refused = jira("GET", "/myself")
    other = jira("GET", f"/issue/{EPIC}")
    clock.ahead(seconds=1)

    assert ([200, 200], 429, 200) == (codes, refused.status_code, other.status_code)
    assert ("jira-burst-based", "1") == (
        refused.headers["RateLimit-Reason"],
        refused.headers["Retry-After"],
    )
    assert 200 == jira("GET", "/myself").status_code


def test_an_issue_takes_20_writes_in_2_seconds(jira: Asking, clock: HandClock) -> None:
    codes = [
        jira("POST", f"/issue/{EPIC}/comment", json={"body": adf("x")}).status_code
        for _ in range(20)
    ]
    refused = jira("POST", f"/issue/{EPIC}/comment", json={"body": adf("x")})
    elsewhere = jira("POST", "/issue/OPS-1/comment", json={"body": adf("x")})
    clock.ahead(seconds=2)

    assert [201] * 20 == codes
    assert (429, "jira-per-issue-on-write") == (
        refused.status_code,
        refused.headers["RateLimit-Reason"],
    )
    assert 201 == elsewhere.status_code
    assert 201 == jira("POST", f"/issue/{EPIC}/comment", json={"body": adf("x")}).status_code


@only_data_center
def test_a_node_tells_its_bucket_and_asks_to_wait_0_seconds(
    standin: Standin, jira: Asking, clock: HandClock
) -> None:
    standin.world.behaviour.node_limit = 2

    first = jira("GET", "/myself")
    codes = [jira("GET", "/myself").status_code for _ in range(2)]
    refused = jira("GET", "/myself")
    clock.ahead(seconds=1)

    assert ("2", "1", "0") == tuple(
        first.headers[name]
        for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After")
    )
    assert [200, 429] == codes
    assert (429, "0") == (refused.status_code, refused.headers["Retry-After"])
    assert 200 == jira("GET", "/myself").status_code
