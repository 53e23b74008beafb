"""Addresses and credentials, and finding out which Confluence it is."""

from __future__ import annotations

import base64

import pytest
import responses
from pydantic import ValidationError

from connectors.confluence.pages import ConfluencePages
from connectors.confluence.settings import ConfluenceSettings, Deployment
from service.ports import NotAllowed, Unavailable
from tests.connectors.confluence.answers import (
    EMAIL,
    MISSING,
    PAGES,
    SPACE,
    TOKEN,
    V2,
    WIKI,
    Reply,
    Scripted,
    a_page,
    an_own_page,
    listing,
    own_pages,
    own_settings,
    pages,
    settings,
)

GATEWAY = "https://api.atlassian.com/ex/confluence/11111111-2222"
LOCAL = "http://localhost:8765/wiki"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("https://acme.atlassian.net", "https://acme.atlassian.net/wiki", id="bare"),
        pytest.param("https://acme.atlassian.net/wiki/", "https://acme.atlassian.net/wiki", id="/"),
        pytest.param(GATEWAY, f"{GATEWAY}/wiki", id="gateway"),
        pytest.param(f"{GATEWAY}/wiki", f"{GATEWAY}/wiki", id="gateway in full"),
        pytest.param("https://wiki.acme.example/x", "https://wiki.acme.example/x", id="own"),
    ],
)
def test_confluence_cloud_lies_below_wiki(given: str, expected: str) -> None:
    assert expected == settings(api_url=given).api_url


def test_what_people_click_is_called_where_nothing_else_is_told() -> None:
    assert "https://acme.atlassian.net/wiki" == settings().api_url


def test_a_parent_may_be_written_as_a_number() -> None:
    assert "4711" == settings(parent=4711).parent


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"site_url": "acme.atlassian.net"}, id="no address"),
        pytest.param({"site_url": "https://me:secret@acme.example"}, id="password in it"),
        pytest.param({"api_token": "two words"}, id="token"),
        pytest.param({"api_token": ""}, id="no token"),
        pytest.param({"space": "P M"}, id="space"),
        pytest.param({"deployment": "server"}, id="deployment"),
        pytest.param({"parnet": "x"}, id="unknown key"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as told:
        settings(**wrong)

    assert TOKEN not in str(told.value)


def test_an_e_mail_makes_it_basic(cloud: Scripted) -> None:
    cloud.on("GET", PAGES, listing(a_page("1")))

    pages().stamps(["1"])

    expected = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
    assert f"Basic {expected}" == cloud.calls[0].headers["Authorization"]


def test_a_token_alone_is_a_bearer(own: Scripted) -> None:
    own.on("GET", "/rest/api/content/search", listing(an_own_page("1")))

    own_pages().stamps(["1"])

    assert f"Bearer {TOKEN}" == own.calls[0].headers["Authorization"]


def test_the_gateway_is_called_and_the_site_is_linked(mock: responses.RequestsMock) -> None:
    site = Scripted(mock, f"{GATEWAY}/wiki")
    site.on("GET", f"{PAGES}/777", a_page(status="archived"))

    page = pages(api_url=GATEWAY).page("777")

    assert page.url.startswith("https://acme.atlassian.net/wiki/pages/")


def test_lists_at_the_gateway_are_followed_at_the_gateway(mock: responses.RequestsMock) -> None:
    site = Scripted(mock, f"{GATEWAY}/wiki")
    following = "/wiki/api/v2/pages?cursor=x"
    site.on("GET", PAGES, listing(a_page("1"), following=following), listing(a_page("2")))

    assert {"1", "2"} == pages(api_url=GATEWAY).stamps(["1", "2"]).keys()


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        pytest.param(listing(SPACE), "/api/v2/pages", id="cloud"),
        pytest.param(listing(), "/api/v2/pages", id="cloud without the space"),
        pytest.param(MISSING, "/rest/api/content/search", id="data center"),
        pytest.param(Reply(404, "<html>no</html>"), "/rest/api/content/search", id="its page"),
        pytest.param(Reply(405, {}), "/rest/api/content/search", id="its refusal"),
    ],
)
def test_a_site_is_asked_once_which_confluence_it_is(
    mock: responses.RequestsMock, probe: object, expected: str
) -> None:
    site = Scripted(mock, LOCAL)
    site.on("GET", f"{V2}/spaces", probe)
    site.on("GET", PAGES, listing(a_page("1")))
    site.on("GET", "/rest/api/content/search", listing(an_own_page("1")))
    given = settings(site_url=LOCAL)

    for _ in range(2):
        assert {"1"} == ConfluencePages.from_settings(given).stamps(["1"]).keys()

    assert ["/api/v2/spaces", expected, expected] == [one.path for one in site.calls]


@pytest.mark.parametrize(
    ("probe", "kind"),
    [
        pytest.param(Reply(503, {}), Unavailable, id="not now"),
        pytest.param(Reply(401, {}), NotAllowed, id="not us"),
        pytest.param(Reply(302, "", {"Location": "/login"}), Unavailable, id="leads elsewhere"),
    ],
)
def test_a_site_that_does_not_tell_is_not_guessed(
    mock: responses.RequestsMock, probe: Reply, kind: type[Exception]
) -> None:
    site = Scripted(mock, LOCAL)
    site.on("GET", f"{V2}/spaces", probe)

    with pytest.raises(kind):
        pages(site_url=LOCAL).stamps(["1"])

    assert 1 == len(site.calls)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(settings(), Deployment.CLOUD, id="by its address"),
        pytest.param(settings(api_url=GATEWAY), Deployment.CLOUD, id="by the gateway"),
        pytest.param(settings(deployment="data-center"), Deployment.DATA_CENTER, id="as told"),
        pytest.param(settings(site_url=WIKI), None, id="nobody knows"),
        pytest.param(own_settings(), Deployment.DATA_CENTER, id="own"),
    ],
)
def test_what_is_known_needs_no_question(
    given: ConfluenceSettings, expected: Deployment | None
) -> None:
    assert expected is given.hosted


def test_no_secret_is_in_an_error(cloud: Scripted) -> None:
    basic = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
    cloud.on("GET", PAGES, Reply(400, {"message": f"{TOKEN} and Basic {basic} are odd"}))

    with pytest.raises(Exception, match="are odd") as told:
        pages().stamps(["1"])

    assert TOKEN not in str(told.value)
    assert basic not in str(told.value)
