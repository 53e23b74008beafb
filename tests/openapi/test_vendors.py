"""A wrong call goes red: what the harness finds, shown on the vendors' own files."""

from __future__ import annotations

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import requests

from connectors._standin.exchange import Exchange, observers
from tests.conftest import PROJECT
from tests.openapi.check import Vendors
from tests.openapi.watch import found_wrong

AT = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
ISSUE = {"id": "10001", "key": "NOVA-1", "self": "https://acme.example/rest/api/3/issue/10001"}


@pytest.fixture(scope="module")
def vendors(vendor_specs: Path) -> Vendors:
    return Vendors(vendor_specs)


def an_exchange(
    asked: str,
    body: object = None,
    *,
    answer: object = None,
    status: int | None = 200,
    tool: str = "jira",
    flavour: str = "cloud-company",
    kind: str = "application/json",
) -> Exchange:
    """Build one from `METHOD /path?query`."""
    method, _, address = asked.partition(" ")
    path, _, query = address.partition("?")
    return Exchange(
        tool=tool,
        flavour=flavour,
        method=method,
        path=path,
        query=tuple((k, v) for k, _, v in (one.partition("=") for one in query.split("&") if one)),
        request_body=b"" if body is None else orjson.dumps(body),
        content_type="" if body is None else kind,
        status=status,
        response_body=b"" if answer is None else orjson.dumps(answer),
        at=AT,
    )


SEARCH = "POST /rest/api/3/search/jql"
RIGHT = {
    "a search": an_exchange(
        SEARCH,
        {"jql": "parent = NOVA-1", "fields": ["status"], "maxResults": 5000},
        answer={"issues": [ISSUE], "isLast": True},
    ),
    "through the gateway": an_exchange("GET /ex/jira/some-cloud-id/rest/api/3/myself", answer={}),
    "the second version": an_exchange("GET /rest/api/2/serverInfo", answer={}),
    "an answer without a body": an_exchange(
        "POST /rest/api/3/issue/NOVA-1/transitions", {"transition": {"id": "31"}}, status=204
    ),
    "a refusal": an_exchange(SEARCH, {"jql": ""}, status=400, answer={"errorMessages": ["no"]}),
    "a fault in its place": an_exchange("GET /rest/api/3/myself", status=None),
    "a property that the answer has beyond": an_exchange(
        "GET /rest/api/3/project/NOVA", answer={"id": "1", "flair": 3}
    ),
    "a word that the enumeration has not": an_exchange(
        "GET /rest/api/3/project/NOVA", answer={"projectTypeKey": "product_discovery"}
    ),
    "an admin webhook": an_exchange("GET /rest/webhooks/1.0/webhook", answer=[]),
    "Data Center": an_exchange(
        "GET /rest/api/2/issue/NOVA-1?expand=changelog", flavour="data-center", answer=ISSUE
    ),
    "a page": an_exchange(
        "GET /wiki/api/v2/pages?id=1,2&limit=250", tool="confluence", answer={"results": []}
    ),
    "a label on a page": an_exchange(
        "POST /wiki/rest/api/content/17/label",
        [{"prefix": "global", "name": "post-mortem"}],
        tool="confluence",
        answer={"results": [], "size": 0},
    ),
}  # fmt: skip
WRONG = {
    "an unknown path": (
        an_exchange("GET /rest/api/3/isue/NOVA-1"),
        "no file has this path",
    ),
    "a retired listing by another method": (
        an_exchange("DELETE /rest/api/3/myself"),
        "it has GET",
    ),
    "an unknown parameter": (
        an_exchange("GET /rest/api/3/issue/NOVA-1?expnd=names", answer=ISSUE),
        "it has no parameter 'expnd'",
    ),
    "a parameter of another kind": (
        an_exchange("GET /rest/api/3/project/search?maxResults=all", answer={}),
        "the parameter 'maxResults' is no integer: 'all'",
    ),
    "a truth in capitals": (
        an_exchange("GET /rest/api/3/issue/NOVA-1?updateHistory=True", answer=ISSUE),
        "the parameter 'updateHistory' is no boolean",
    ),
    "a parameter out of its words": (
        an_exchange("GET /rest/api/3/project/search?status=closed", answer={}),
        "the parameter 'status': 'closed' is not one of",
    ),
    "a parameter that is needed": (
        an_exchange("GET /rest/api/3/user/bulk", answer={}),
        "it needs the parameter 'accountId'",
    ),
    "a further property": (
        an_exchange(SEARCH, {"jql": "project = NOVA", "startAt": 50}, answer={}),
        "'startAt' was unexpected",
    ),
    "a missing property": (
        an_exchange("POST /rest/api/3/changelog/bulkfetch", {"maxResults": 10}, answer={}),
        "'issueIdsOrKeys' is a required property",
    ),
    "a property of another kind": (
        an_exchange(SEARCH, {"jql": "project = NOVA", "maxResults": "50"}, answer={}),
        "maxResults: '50' is not of type 'integer'",
    ),
    "a body that is no JSON": (
        an_exchange(SEARCH, {}, kind="text/plain", answer={}),
        "it takes application/json, not text/plain",
    ),
    "no body": (an_exchange(SEARCH, answer={}), "it needs a body"),
    "a body to read with": (
        an_exchange("GET /rest/api/3/myself", {"expand": "groups"}, answer={}),
        "it takes no body",
    ),
    "an answer of another kind": (
        an_exchange(SEARCH, {"jql": "project = NOVA"}, answer={"issues": {}}),
        "issues: {} is not of type 'array'",
    ),
    "an answer with another status": (
        an_exchange("GET /rest/api/3/myself", status=201, answer={}),
        "it never answers 201",
    ),
    "an answer that lacks its body": (
        an_exchange("GET /rest/api/3/myself"),
        "the answer is no JSON",
    ),
    "Cloud's own operation on Data Center": (
        an_exchange(SEARCH, {"jql": "project = NOVA"}, flavour="data-center", answer={}),
        "no documented operation of jira (data-center)",
    ),
    "a page without its space": (
        an_exchange("POST /wiki/api/v2/pages", {"title": "A"}, tool="confluence", answer={}),
        "'spaceId' is a required property",
    ),
    "a page with a word too many": (
        an_exchange(
            "POST /wiki/api/v2/pages", {"spaceId": "1", "labels": ["a"]}, tool="confluence",
            answer={},
        ),
        "'labels' was unexpected",
    ),
}  # fmt: skip


@pytest.mark.parametrize("exchange", RIGHT.values(), ids=RIGHT)
def test_what_is_documented_is_found_right(exchange: Exchange, vendors: Vendors) -> None:
    assert [] == found_wrong(vendors, exchange, may_ask=False)


@pytest.mark.parametrize(("exchange", "words"), WRONG.values(), ids=WRONG)
def test_what_is_not_documented_is_found(exchange: Exchange, words: str, vendors: Vendors) -> None:
    found = found_wrong(vendors, exchange, may_ask=False)

    assert 1 == len(found), found
    assert words in found[0]


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        pytest.param(400, False, id="refused"),
        pytest.param(200, True, id="answered as if it were right"),
    ],
)
def test_who_asks_wrongly_on_purpose_must_be_refused(
    status: int, wrong: bool, vendors: Vendors
) -> None:
    exchange = an_exchange(SEARCH, {"jql": "a", "startAt": 1}, status=status, answer={})

    assert wrong == bool(found_wrong(vendors, exchange, may_ask=True))


def test_what_was_found_once_is_found_again_in_every_body_of_that_shape(vendors: Vendors) -> None:
    first, second = (
        an_exchange(SEARCH, {"jql": "project = NOVA"}, answer={"issues": [{"id": number}]})
        for number in (1, 2)
    )

    found = [found_wrong(vendors, one, may_ask=False) for one in (first, second)]

    assert found[0]
    assert found[0] == found[1]


@pytest.mark.asks_wrongly
@pytest.mark.parametrize("flavour", ["cloud", "data-center"])
@pytest.mark.parametrize("tool", ["jira", "confluence"])
def test_a_call_that_no_operation_answers_is_seen_as_well(tool: str, flavour: str) -> None:
    seen: list[Exchange] = []
    kind = "cloud-company" if (tool, flavour) == ("jira", "cloud") else flavour
    module = importlib.import_module(f"connectors.{tool}.standin")
    with module.Standin.seeded(lambda: AT, flavour=kind) as standin:
        observers.append(seen.append)
        try:
            requests.put(f"{standin.url}/rest/api/2/no/such/thing", json={}, timeout=10)
        finally:
            observers.remove(seen.append)

    assert [("PUT", 404)] == [(one.method, one.status) for one in seen]
    assert seen[0].path.endswith("/rest/api/2/no/such/thing")


A_TEST = """
from connectors._standin.exchange import tell
from tests.openapi.test_vendors import RIGHT, WRONG

def test_right():
    tell(RIGHT["a search"])

def test_wrong():
    tell(WRONG["a further property"][0])
"""


def test_a_test_with_an_undocumented_call_fails(tmp_path: Path, vendor_specs: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.openapi.watch import install as pytest_configure\n"
    )
    (tmp_path / "test_it.py").write_text(A_TEST)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "/dev/null", "-p", "no:cacheprovider", tmp_path],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "1 failed, 1 passed" in run.stdout, run.stdout
    assert "FAILED" in run.stdout
    assert "'startAt' was unexpected" in run.stdout
    assert f"held against {vendor_specs}" in run.stdout
