"""Tokens, the gateway and limits: who is let in, and what those read who are not."""

from __future__ import annotations

import pytest
import requests
from requests.auth import HTTPBasicAuth

from connectors._standin.exchange import Exchange, observers
from connectors.confluence.standin import Standin
from tests.connectors.confluence.standin.asking import Asking, Bearer, HandClock

SPACES = "/api/v2/spaces"


def test_a_revoked_token_is_refused(standin: Standin, wiki: Asking) -> None:
    assert 200 == wiki.send("GET", SPACES).status_code

    standin.control.revoke_token()
    answer = wiki.send("GET", SPACES)

    assert 401 == answer.status_code
    assert "AUTHENTICATED_FAILED" == answer.headers["X-Seraph-LoginReason"]


@pytest.mark.parametrize(
    "auth",
    [
        pytest.param(HTTPBasicAuth("somebody@acme.example", "{token}"), id="another's address"),
        pytest.param(HTTPBasicAuth("closeout@acme.example", "wrong"), id="a wrong token"),
        pytest.param(Bearer("{token}"), id="a bearer at the site"),
    ],
)
def test_wrong_credentials_are_refused(standin: Standin, auth: HTTPBasicAuth | Bearer) -> None:
    if isinstance(auth, HTTPBasicAuth):
        auth = HTTPBasicAuth(auth.username, str(auth.password).format(token=standin.api_key))
    else:
        auth = Bearer(standin.api_key)

    with Asking(standin, auth=auth) as asking:
        assert 401 == asking.send("GET", SPACES).status_code


def test_a_site_that_lets_visitors_in_takes_a_revoked_token_for_one(
    standin: Standin, wiki: Asking
) -> None:
    page_id = wiki.a_page()["id"]
    standin.control.switch("anonymous_access", value=True)
    standin.control.revoke_token()

    pages = wiki.send("GET", "/api/v2/pages", params={"id": page_id})

    assert (200, []) == (pages.status_code, pages.json()["results"])
    assert "AUTHENTICATED_FAILED" == pages.headers["X-Seraph-LoginReason"]
    assert "anonymous" == wiki.get("/rest/api/user/current")["type"]
    assert 404 == wiki.refusal("GET", f"/api/v2/pages/{page_id}")[0]


def test_somebody_without_credentials_is_turned_away(standin: Standin) -> None:
    answers = [
        requests.get(standin.url + path, timeout=10) for path in (SPACES, "/rest/api/user/current")
    ]

    assert [401, 403] == [one.status_code for one in answers]
    assert "not permitted to use Confluence" in answers[1].json()["message"]


def test_a_scoped_token_works_through_the_gateway_only(standin: Standin) -> None:
    made = standin.control.new_api_key(scoped=True)
    basic = HTTPBasicAuth(made["email"], made["api_key"])

    with (
        Asking(standin, auth=basic) as site,
        Asking(standin, standin.gateway_url, basic) as gateway,
        Asking(standin, standin.gateway_url, Bearer(made["api_key"])) as service,
    ):
        page_id = gateway.a_page()["id"]
        read = gateway.get(f"/api/v2/pages/{page_id}")

        assert 401 == site.send("GET", SPACES).status_code
        assert 200 == service.send("GET", SPACES).status_code
        assert read["_links"]["base"].startswith("https://api.atlassian.com/ex/confluence/")


def test_the_gateway_knows_its_own_sites(standin: Standin, wiki: Asking) -> None:
    site = wiki.base.removesuffix("/wiki")
    told = requests.get(f"{site}/_edge/tenant_info", timeout=10).json()

    wrong = requests.get(f"{site}/ex/confluence/other/wiki{SPACES}", auth=wiki.auth, timeout=10)

    assert standin.world.cloud_id == told["cloudId"]
    assert 404 == wrong.status_code


def test_a_used_up_quota_says_when_it_is_over(
    standin: Standin, wiki: Asking, clock: HandClock
) -> None:
    standin.control.use_up_rate_limit(seconds=90)

    refused = wiki.send("GET", SPACES)
    clock.ahead(seconds=91)

    assert 429 == refused.status_code
    assert "90" == refused.headers["Retry-After"]
    assert "confluence-quota-tenant-based" == refused.headers["RateLimit-Reason"]
    assert "2027-03-08T09:01Z" == refused.headers["X-RateLimit-Reset"]  # no seconds, as reported
    assert 200 == wiki.send("GET", SPACES).status_code


def test_the_gateways_own_limit_tells_nothing_to_go_by(standin: Standin, wiki: Asking) -> None:
    standin.control.use_up_rate_limit(reason="gateway")

    refused = wiki.send("GET", SPACES)

    assert 429 == refused.status_code
    assert "Retry-After" not in refused.headers


def test_a_data_center_user_has_a_bucket_that_refills(
    server: Standin, own: Asking, clock: HandClock
) -> None:
    server.control.switch("bucket", 2)
    server.control.switch("refill", 1)

    answers = [own.send("GET", "/rest/api/space") for _ in range(3)]
    clock.ahead(seconds=1)

    assert [200, 200, 429] == [one.status_code for one in answers]
    assert ["1", "0"] == [one.headers["X-RateLimit-Remaining"] for one in answers[:2]]
    assert "0" == answers[2].headers["Retry-After"]
    assert 200 == own.send("GET", "/rest/api/space").status_code


def test_a_deactivated_account_has_no_valid_token(standin: Standin, wiki: Asking) -> None:
    standin.control.deactivate("Closeout")

    assert 401 == wiki.send("GET", SPACES).status_code


def test_everybody_who_looks_on_is_told_of_every_call(standin: Standin, wiki: Asking) -> None:
    seen: list[Exchange] = []
    observers.append(seen.append)
    try:
        wiki.get(SPACES, keys="PM")
    finally:
        observers.remove(seen.append)

    (one,) = seen
    assert ("confluence", "cloud", "GET") == (one.tool, one.flavour, one.method)
    assert ("/wiki/api/v2/spaces", (("keys", "PM"),)) == (one.path, one.query)
    assert 200 == one.status
    assert "authorization" not in one.headers
    assert standin.calls[-1] == one


def test_faults_can_be_ordered_by_operation(standin: Standin, wiki: Asking) -> None:
    standin.control.fail("do-then-500", only="create_page")

    answer = wiki.send("POST", "/api/v2/pages", json=_a_body(standin))

    assert 500 == answer.status_code
    assert 400 == wiki.send("POST", "/api/v2/pages", json=_a_body(standin)).status_code


def _a_body(standin: Standin) -> dict[str, object]:
    (space,) = standin.world.spaces.values()
    body = {"representation": "storage", "value": "<p>x</p>"}
    return {"spaceId": space.id, "status": "current", "title": "Once", "body": body}
