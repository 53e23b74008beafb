"""What an answer over HTTP means: data, "not now", "never", or "somebody must act"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses
from requests.auth import HTTPBasicAuth

from connectors.http import Declined, Http, Unreachable, segment, wait
from service.ports import NotAllowed, NotFound, Rejected, Unavailable

BASE = "https://tool.test/context"
SECRET = "a-very-secret-token"
NOON = {"Date": "Fri, 20 Nov 2026 12:00:00 GMT"}


@pytest.fixture
def tool() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def an_http(look: Callable[[requests.Response], None] | None = None) -> Http:
    session = requests.Session()
    session.auth = HTTPBasicAuth("closeout", SECRET)
    return Http(session, f"{BASE}/", "Tool", secrets=[SECRET], look=look)


def _failure(tool: responses.RequestsMock, kind: type[Exception], **answer: object) -> Exception:
    tool.get(f"{BASE}/thing", **answer)
    with pytest.raises(kind) as caught:
        an_http().get("/thing")
    return caught.value


def test_a_path_goes_below_the_base_with_its_context_path(tool: responses.RequestsMock) -> None:
    tool.get(f"{BASE}/rest/thing", json={"id": 1})

    answer = an_http().get("/rest/thing", params={"fields": "a,b", "none": None})

    assert {"id": 1} == answer.object
    assert f"{BASE}/rest/thing?fields=a%2Cb" == tool.calls[0].request.url


def test_a_body_is_sent_as_json_and_an_answer_without_one_is_none(
    tool: responses.RequestsMock,
) -> None:
    tool.put(f"{BASE}/thing", status=204)

    answer = an_http().put("/thing", {"name": "Gänse"})

    assert answer.data is None
    assert '{"name":"Gänse"}'.encode() == tool.calls[0].request.body
    assert "application/json" == tool.calls[0].request.headers["Content-Type"]


def test_a_file_goes_as_a_form_although_the_session_says_json(tool: responses.RequestsMock) -> None:
    tool.post(f"{BASE}/files", json={})
    session = requests.Session()
    session.headers["Content-Type"] = "application/json"

    Http(session, BASE, "Tool").post("/files", files={"file": ("a.txt", b"content")})

    sent = tool.calls[0].request
    assert sent.headers["Content-Type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize("body", ["<html>busy</html>", "{", '{"a": NaN}', "[1, 2"])
def test_what_is_no_json_is_never_believed(tool: responses.RequestsMock, body: str) -> None:
    failure = _failure(tool, Unreachable, body=body)

    assert "no JSON" in str(failure)


def test_an_object_is_not_taken_for_a_list(tool: responses.RequestsMock) -> None:
    tool.get(f"{BASE}/thing", json={})
    answer = an_http().get("/thing")

    with pytest.raises(Unavailable):
        _ = answer.list


@pytest.mark.parametrize("status", [301, 302, 307])
def test_no_redirect_is_followed(tool: responses.RequestsMock, status: int) -> None:
    elsewhere = {"Location": "https://evil.test/"}

    failure = _failure(tool, Unreachable, status=status, headers=elsewhere)

    assert "is the address right?" in str(failure)
    assert 1 == len(tool.calls)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_unavailable_and_is_not_repeated(
    tool: responses.RequestsMock, status: int
) -> None:
    _failure(tool, Unavailable, status=status)

    assert 1 == len(tool.calls)


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_and_missing_rights_ask_for_an_operator(
    tool: responses.RequestsMock, status: int
) -> None:
    _failure(tool, NotAllowed, status=status, body="<html>no</html>")


def test_a_missing_thing_is_told_with_the_tools_own_words(tool: responses.RequestsMock) -> None:
    failure = _failure(tool, NotFound, status=404, json={"errorMessages": ["No such issue."]})

    assert "No such issue." in str(failure)


def test_a_404_that_is_no_json_says_nothing_about_the_thing(tool: responses.RequestsMock) -> None:
    _failure(tool, Unreachable, status=404, body="<status>null for uri</status>")


def test_a_404_in_any_form_counts_where_the_caller_says_so(tool: responses.RequestsMock) -> None:
    tool.get(f"{BASE}/thing", status=404, body="<html>no such page</html>")

    with pytest.raises(NotFound):
        an_http().get("/thing", plain=True)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param({"errorMessages": ["a", "b"]}, ("a", "b"), id="Jira's messages"),
        pytest.param({"errors": {"duedate": "c"}}, ("duedate: c",), id="Jira's fields"),
        pytest.param({"message": "d"}, ("d",), id="Confluence's message"),
        pytest.param({"errors": [{"title": "e", "detail": "f"}]}, ("e", "f"), id="a list"),
        pytest.param({"errors": [{"message": {"translation": "g"}}]}, ("g",), id="translated"),
        pytest.param({"errorMessages": [], "errors": {}}, (), id="nothing"),
    ],
)
def test_a_refusal_keeps_what_the_tool_said(
    tool: responses.RequestsMock, body: object, told: tuple[str, ...]
) -> None:
    failure = _failure(tool, Declined, status=400, json=body)

    assert isinstance(failure, Declined)
    assert (400, told) == (failure.status, failure.told)


def test_a_removed_interface_is_never_asked_again(tool: responses.RequestsMock) -> None:
    failure = _failure(tool, Rejected, status=410, json={"errorMessages": ["removed"]})

    assert not isinstance(failure, Unavailable)


def test_a_conflict_is_not_now_only_where_the_caller_says_so(tool: responses.RequestsMock) -> None:
    tool.put(f"{BASE}/thing", status=409, json={"message": "a task is running"})

    with pytest.raises(Declined):
        an_http().put("/thing", {})
    with pytest.raises(Unavailable):
        an_http().put("/thing", {}, busy=(409,))


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectionError(f"refused {SECRET}"),
        requests.Timeout(),
        requests.exceptions.ChunkedEncodingError("IncompleteRead"),
        requests.exceptions.ContentDecodingError(),
    ],
)
def test_an_exchange_without_an_end_is_unreachable_and_quotes_nothing(
    tool: responses.RequestsMock, error: Exception
) -> None:
    failure = _failure(tool, Unreachable, body=error)

    assert f"tool.test cannot be reached ({type(error).__name__})" == str(failure)


def test_no_text_holds_a_secret(tool: responses.RequestsMock) -> None:
    failure = _failure(tool, Declined, status=400, json={"message": f"bad token {SECRET}"})

    assert SECRET not in str(failure)
    assert isinstance(failure, Declined)
    assert ("bad token …",) == failure.told


def test_every_answer_is_looked_at_before_it_is_believed(tool: responses.RequestsMock) -> None:
    tool.get(f"{BASE}/thing", json=[], headers={"X-Nobody": "yes"})

    def look(response: requests.Response) -> None:
        if response.headers.get("X-Nobody"):
            raise NotAllowed("we are nobody")

    with pytest.raises(NotAllowed):
        an_http(look=look).get("/thing")


def test_the_tools_own_time_is_kept(tool: responses.RequestsMock) -> None:
    tool.get(f"{BASE}/thing", json={}, headers=NOON)
    http = an_http()

    http.get("/thing")

    assert datetime(2026, 11, 20, 12, tzinfo=UTC) == http.server_time


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry-After": "1847"}, 1847, id="seconds"),
        pytest.param({"Retry-After": "0"}, 1, id="at least one second"),
        pytest.param({"Retry-After": "999999"}, 3600, id="at most an hour"),
        pytest.param({"Retry-After": "Fri, 20 Nov 2026 12:05:00 GMT", **NOON}, 300, id="a date"),
        pytest.param({"X-RateLimit-Reset": "2026-11-20T12:10Z", **NOON}, 600, id="no seconds"),
        pytest.param({"X-RateLimit-Reset": "2026-11-20T12:00:30Z", **NOON}, 30, id="reset"),
        pytest.param({"Retry-After": "soon", **NOON}, 10, id="unreadable"),
        pytest.param({"Retry-After": "nan"}, 10, id="no number"),
        pytest.param({"X-RateLimit-Reset": "2026-11-20T12:10Z"}, 10, id="nobody knows the time"),
        pytest.param({}, 10, id="nothing said"),
    ],
)
def test_a_limit_says_how_long_to_wait(
    tool: responses.RequestsMock, headers: dict[str, str], seconds: int
) -> None:
    failure = _failure(tool, Unavailable, status=429, headers=headers)

    assert isinstance(failure, Unavailable)
    assert timedelta(seconds=seconds) == failure.retry_after


def test_a_server_error_says_how_long_only_where_the_tool_does() -> None:
    assert wait({}) is None
    assert timedelta(seconds=7) == wait({"Retry-After": "7"})


@pytest.mark.parametrize(
    ("reason", "everything"),
    [("jira-cost-based", True), ("jira-quota-tenant-based", True), ("jira-burst-based", False)],
)
def test_a_limit_names_its_reason_and_whether_all_must_wait(
    tool: responses.RequestsMock, reason: str, everything: bool
) -> None:
    failure = _failure(tool, Unavailable, status=429, headers={"RateLimit-Reason": reason})

    assert reason in str(failure)
    assert everything is ("everything" in str(failure))


def test_a_segment_of_a_path_stays_one_whatever_is_in_it() -> None:
    assert "a%2F..%2Fb%3Fc%23d" == segment("a/../b?c#d")


def test_a_path_that_does_not_start_with_a_slash_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="starts with a slash"):
        an_http().get("https://evil.test/")
