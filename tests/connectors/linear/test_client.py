"""What Linear's answers mean: data, pages, and every kind of failure."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from connectors.linear import errors, queries
from connectors.linear.client import LinearClient
from connectors.linear.errors import AlreadyThere, TooComplex, Unreachable
from service.ports import Limited, NotAllowed, NotFound, Rejected, Unavailable
from tests.connectors.linear.answers import (
    DATE,
    KEY,
    MARKER,
    NOON_MS,
    SECRET,
    URL,
    Reply,
    ScriptedLinear,
    a_conflict,
    a_refusal,
    a_team,
    an_error,
    nodes,
    not_found,
    settings,
)

PARTIAL = {"data": {"viewer": None}, "errors": [an_error("no", type="internal error")]}


def _viewer(linear: ScriptedLinear, client: LinearClient, answer: object) -> dict[str, Any]:
    linear.on("Viewer", answer)
    return client.entity(queries.VIEWER, "viewer")


@pytest.mark.parametrize(
    ("key", "header"),
    [
        pytest.param("lin_api_abc", "lin_api_abc", id="personal key"),
        pytest.param("lin_oauth_abc", "Bearer lin_oauth_abc", id="OAuth token"),
        pytest.param("Bearer abc", "Bearer abc", id="written as bearer"),
    ],
)
def test_a_personal_key_is_sent_as_it_is_and_a_token_as_bearer(
    linear: ScriptedLinear, key: str, header: str
) -> None:
    _viewer(linear, LinearClient(settings(api_key=key)), {"viewer": {"id": "ada"}})

    assert header == linear.calls[0].headers["Authorization"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(a_refusal("slow down", 400, code="RATELIMITED"), Limited, id="rate code"),
        pytest.param(a_refusal("slow down", 200, type="ratelimited"), Limited, id="rate type"),
        pytest.param(a_refusal("slow down", 429), Limited, id="status 429 with errors"),
        pytest.param(Reply("busy", 429), Limited, id="status 429 without JSON"),
        pytest.param(a_refusal("x", type="internal error"), Unavailable, id="internal error"),
        pytest.param(a_refusal("x", type="network error"), Unavailable, id="network error"),
        pytest.param(a_refusal("x", type="lock timeout"), Unavailable, id="lock timeout"),
        pytest.param(a_refusal("x", type="bootstrap error"), Unavailable, id="bootstrap error"),
        pytest.param(a_refusal("x", type="unknown"), Unavailable, id="unknown"),
        pytest.param(a_refusal("x", code="INTERNAL_SERVER_ERROR"), Unavailable, id="server code"),
        pytest.param(a_refusal("x", 500), Unavailable, id="status 500 with errors"),
        pytest.param(a_refusal("x", statusCode=503), Unavailable, id="told status 503"),
        pytest.param(a_refusal("x", type="invalid input"), Rejected, id="invalid input"),
        pytest.param(a_refusal("x", type="user error"), Rejected, id="user error"),
        pytest.param(a_refusal("x", type="graphql error"), Rejected, id="graphql error"),
        pytest.param(a_refusal("x", type="usage limit exceeded"), Rejected, id="usage limit"),
        pytest.param(
            a_refusal("x", type="feature not accessible"), Rejected, id="feature not accessible"
        ),
        pytest.param(
            a_refusal("x", 400, code="GRAPHQL_VALIDATION_FAILED"), Rejected, id="bad document"
        ),
        pytest.param(a_refusal("x", 500, type="invalid input"), Rejected, id="final, status 500"),
        pytest.param(a_refusal("Argument Validation Error"), Rejected, id="no kind at all"),
        pytest.param(not_found("Project"), NotFound, id="entity not found"),
        pytest.param({"viewer": None}, NotFound, id="null without an error"),
        pytest.param(a_refusal("x", type="authentication error"), NotAllowed, id="authentication"),
        pytest.param(a_refusal("x", type="forbidden"), NotAllowed, id="forbidden"),
        pytest.param(
            a_refusal("x", 401, code="AUTHENTICATION_ERROR"), NotAllowed, id="authentication code"
        ),
        pytest.param(Reply("who?", 401), NotAllowed, id="status 401 without JSON"),
        pytest.param(Reply("<html>", 200), Unreachable, id="HTML with status 200"),
        pytest.param(Reply("<html>", 404), Unreachable, id="HTML with status 404"),
        pytest.param(Reply("<html>", 407), Unreachable, id="a proxy's page"),
        pytest.param(Reply("<html>", 302, {"Location": URL}), Unreachable, id="a redirect"),
        pytest.param(Reply('{"data": {"vie', 200), Unreachable, id="cut off"),
        pytest.param(Reply("{}"), Unreachable, id="an empty object"),
        pytest.param(Reply("[]"), Unreachable, id="a list"),
        pytest.param(Reply("7"), Unreachable, id="a number"),
        pytest.param(Reply("null"), Unreachable, id="null"),
        pytest.param(Reply('{"data": null}'), Unreachable, id="no data"),
        pytest.param(Reply('{"data": {"viewer": NaN}}'), Unreachable, id="not a number"),
        pytest.param(Reply('{"errors": "no"}'), Unreachable, id="errors that are no list"),
        pytest.param(Reply({"data": {}}), Unavailable, id="data without what was asked"),
        pytest.param(Reply({"data": {"viewer": 7}}), Unavailable, id="data of another shape"),
        pytest.param(Reply(PARTIAL), Unavailable, id="partial data"),
    ],
)
def test_each_failure_is_told_by_whether_trying_again_helps(
    linear: ScriptedLinear, client: LinearClient, answer: object, kind: type[Exception]
) -> None:
    with pytest.raises((Unavailable, Rejected, NotAllowed)) as caught:
        _viewer(linear, client, answer)

    assert kind is type(caught.value)


@pytest.mark.parametrize("failure", [requests.ConnectionError("x"), requests.ReadTimeout("x")])
def test_no_connection_can_be_tried_again(failure: Exception) -> None:
    with responses.RequestsMock() as mock:
        mock.post(URL, body=failure)

        with pytest.raises(Unreachable, match=r"linear\.test cannot be reached"):
            LinearClient(settings()).run(queries.VIEWER)


def test_a_redirect_is_not_followed(linear: ScriptedLinear, client: LinearClient) -> None:
    with pytest.raises(Unavailable):
        _viewer(linear, client, Reply("", 307, {"Location": URL}))

    assert len(linear.calls) == 1


@pytest.mark.parametrize(
    ("headers", "extensions", "seconds"),
    [
        pytest.param({}, {}, 60, id="nothing said"),
        pytest.param(
            {
                "X-RateLimit-Requests-Remaining": "0",
                "X-RateLimit-Requests-Reset": str(NOON_MS + 90_000),
            },
            {},
            90,
            id="requests",
        ),
        pytest.param(
            {
                "X-RateLimit-Requests-Remaining": "0",
                "X-RateLimit-Requests-Reset": str(NOON_MS + 90_000),
                "X-RateLimit-Complexity-Remaining": "0",
                "X-RateLimit-Complexity-Reset": str(NOON_MS + 120_000),
            },
            {},
            120,
            id="the later of two",
        ),
        pytest.param(
            {
                "X-RateLimit-Requests-Remaining": "12",
                "X-RateLimit-Requests-Reset": str(NOON_MS + 90_000),
                "X-RateLimit-Endpoint-Requests-Remaining": "0",
                "X-RateLimit-Endpoint-Requests-Reset": str(NOON_MS + 30_000),
            },
            {},
            30,
            id="only the exhausted one",
        ),
        pytest.param(
            {},
            {"meta": {"rateLimitResult": {"remaining": 0, "reset": NOON_MS + 45_000}}},
            45,
            id="in the error",
        ),
        pytest.param({"Retry-After": "17"}, {}, 17, id="retry-after"),
        pytest.param(
            {
                "X-RateLimit-Requests-Remaining": "0",
                "X-RateLimit-Requests-Reset": str(NOON_MS - 5_000),
            },
            {},
            1,
            id="already over",
        ),
        pytest.param(
            {"Retry-After": "Fri, 20 Nov 2026 12:00:40 GMT"}, {}, 40, id="retry-after as a date"
        ),
        pytest.param({"Retry-After": "86400"}, {}, 3600, id="longer than an hour"),
        pytest.param({"Retry-After": "soon"}, {}, 60, id="not a number"),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(
    linear: ScriptedLinear,
    client: LinearClient,
    headers: dict[str, str],
    extensions: dict[str, Any],
    seconds: float,
) -> None:
    body = {"errors": [an_error("Rate limit exceeded", code="RATELIMITED", **extensions)]}

    with pytest.raises(Unavailable) as caught:
        _viewer(linear, client, Reply(body, 400, headers))

    assert timedelta(seconds=seconds) == caught.value.retry_after


@given(
    st.dictionaries(
        st.sampled_from([
            "Date", "Retry-After",
            "X-RateLimit-Requests-Remaining", "X-RateLimit-Requests-Reset",
        ]),
        st.one_of(st.text(max_size=20), st.just(DATE), st.floats().map(str)),
    )
)  # fmt: skip
def test_whatever_the_headers_hold_the_wait_is_a_second_to_an_hour(headers: dict[str, str]) -> None:
    found = errors.wait([], headers)

    assert timedelta(seconds=1) <= found <= timedelta(hours=1)


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [an_error(f"variable secret: {SECRET} key: {KEY}", type="invalid input")]},
        {"errors": [an_error("no", type="forbidden", userPresentableMessage=f"not {KEY}")]},
    ],
)
def test_no_error_text_holds_a_secret(
    linear: ScriptedLinear, client: LinearClient, body: object
) -> None:
    with pytest.raises((Rejected, NotAllowed)) as caught:
        _viewer(linear, client, Reply(body))

    assert KEY not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_list_is_read_to_its_last_page(linear: ScriptedLinear, client: LinearClient) -> None:
    linear.on(
        "Teams",
        {"teams": nodes(a_team("A"), cursor="1")},
        {"teams": nodes(a_team("B"), cursor="2")},
        {"teams": nodes(a_team("C"))},
    )

    found = list(client.nodes(queries.TEAMS, "teams", first=1))

    assert [raw["key"] for raw in found] == ["A", "B", "C"]
    assert [asked["after"] for asked in linear.asked("Teams")] == [None, "1", "2"]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param({}, id="neither nodes nor page info"),
        pytest.param({"nodes": []}, id="no page info"),
        pytest.param({"nodes": None, "pageInfo": {"hasNextPage": False}}, id="null nodes"),
        pytest.param({"nodes": [], "pageInfo": {"hasNextPage": True}}, id="no cursor"),
        pytest.param({"nodes": [7], "pageInfo": {"hasNextPage": False}}, id="no objects"),
    ],
)
def test_a_page_that_cannot_be_read_is_never_an_empty_one(
    linear: ScriptedLinear, client: LinearClient, page: object
) -> None:
    linear.on("Teams", {"teams": page})

    with pytest.raises(Unavailable):
        list(client.nodes(queries.TEAMS, "teams", first=50))


def test_a_cursor_that_comes_again_ends_the_reading(
    linear: ScriptedLinear, client: LinearClient
) -> None:
    linear.on("Teams", {"teams": nodes(a_team("A"), cursor="1")})

    with pytest.raises(Unavailable, match="same page"):
        list(client.nodes(queries.TEAMS, "teams", first=50))


def test_too_complex_a_query_is_halved_at_the_same_cursor(
    linear: ScriptedLinear, client: LinearClient
) -> None:
    too_complex = a_refusal(
        "Query too complex. Complexity: 24855. Maximum allowed complexity: 10000.",
        400,
        type="invalid input",
    )
    linear.on(
        "Teams",
        {"teams": nodes(a_team("A"), cursor="1")},
        too_complex,
        too_complex,
        {"teams": nodes(a_team("B"), cursor="2")},
        {"teams": nodes(a_team("C"))},
    )

    found = list(client.nodes(queries.TEAMS, "teams", first=50))

    assert [raw["key"] for raw in found] == ["A", "B", "C"]
    assert [(asked["first"], asked["after"]) for asked in linear.asked("Teams")] == [
        (50, None),
        (50, "1"),
        (25, "1"),
        (12, "1"),
        (12, "2"),
    ]


def test_a_query_too_complex_for_a_single_one_is_refused(
    linear: ScriptedLinear, client: LinearClient
) -> None:
    linear.on("Teams", a_refusal("Query too complex. Complexity: 10001."))

    with pytest.raises(TooComplex):
        list(client.nodes(queries.TEAMS, "teams", first=50))

    sizes = [asked["first"] for asked in linear.asked("Teams")]
    assert all(after == before // 2 for before, after in pairwise(sizes))


def test_a_taken_id_of_ours_means_that_it_is_there(
    linear: ScriptedLinear, client: LinearClient
) -> None:
    linear.on("CommentCreate", a_conflict("Comment", MARKER.upper()))

    assert client.create(queries.COMMENT_CREATE, "commentCreate", {"id": MARKER}) is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_conflict("Comment", "another-id"), id="another id"),
        pytest.param(a_refusal("conflict on insert of DocumentContent"), id="no id named"),
    ],
)
def test_any_other_conflict_is_a_refusal(
    linear: ScriptedLinear, client: LinearClient, answer: Reply
) -> None:
    linear.on("CommentCreate", answer)

    with pytest.raises(AlreadyThere):
        client.create(queries.COMMENT_CREATE, "commentCreate", {"id": MARKER})


def test_a_mutation_without_success_is_a_refusal(
    linear: ScriptedLinear, client: LinearClient
) -> None:
    linear.on("CommentCreate", {"commentCreate": {"success": False, "comment": {"id": MARKER}}})

    with pytest.raises(Rejected):
        client.create(queries.COMMENT_CREATE, "commentCreate", {"id": MARKER})


def test_one_session_serves_every_call(linear: ScriptedLinear, client: LinearClient) -> None:
    linear.on("Viewer", {"viewer": {"id": "ada"}})
    client.entity(queries.VIEWER, "viewer")
    session = client._session

    client.entity(queries.VIEWER, "viewer")

    assert session is not None
    assert session is client._session
