"""`/openapi.json` says what there is: every route of the API, and bodies as they really are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import TypeAdapter

from service.web import bodies
from tests.web.house import TOKEN, House, a_judged_case

BEARER = {"Authorization": f"Bearer {TOKEN}"}
PREFIX = "/api/v1/projects/acme/nova"


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    body: dict[str, Any] = client.get("/openapi.json", headers=BEARER).get_json()
    return body


def test_it_describes_every_route_of_the_api_and_no_other(
    app: Flask, described: dict[str, Any]
) -> None:
    routes = {
        (_braced(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    written = {
        (path, method)
        for path, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }

    assert routes == written


def test_each_operation_is_named_by_its_view(app: Flask, described: dict[str, Any]) -> None:
    views = {
        (_braced(rule.rule), method.lower()): rule.endpoint.removeprefix("api.")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    named = {
        (path, method): operation["operationId"]
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }

    assert views == named


def test_each_path_describes_exactly_its_parameters(described: dict[str, Any]) -> None:
    wanted = {path: set(re.findall(r"{(\w+)}", path)) for path in described["paths"]}

    given = {
        path: {parameter["name"] for parameter in item["parameters"]}
        for path, item in described["paths"].items()
    }

    assert wanted == given


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    references = set(re.findall(r"#/components/schemas/(\w+)", str(described)))

    assert references
    assert references <= set(described["components"]["schemas"])


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        pytest.param("get", "/gate", None, id="gate"),
        pytest.param("post", "/gate", None, id="evaluate"),
        pytest.param("get", "/metrics", None, id="metrics"),
        pytest.param("get", "/actions", None, id="actions"),
        pytest.param(
            "post",
            "/actions/{action_id}/verification",
            {"who": "Lee Wong", "evidence": "seen"},
            id="verification",
        ),
        pytest.param(
            "post",
            "/waivers",
            {
                "check": "session-held",
                "who": "Kim Okafor",
                "reason": "The client moved the session to April.",
                "until": "2027-04-01",
            },
            id="waiver",
        ),
        pytest.param(
            "put",
            "/baseline",
            {"at": "2027-01-04", "reason": "the contract", "who": "Robin Vega"},
            id="baseline",
        ),
        pytest.param("put", "/budget", {"budget": "120000 EUR", "who": "Robin Vega"}, id="budget"),
        pytest.param(
            "post",
            "/costs",
            {"cost": "5 EUR", "on": "2027-01-08", "what": "a licence", "who": "Robin Vega"},
            id="cost",
        ),
        pytest.param("post", "/waivers", {"check": "session-held"}, id="an error"),
    ],
)
def test_a_real_answer_is_as_described(
    method: str,
    path: str,
    sent: object,
    client: FlaskClient,
    house: House,
    described: dict[str, Any],
) -> None:
    case = a_judged_case(house)

    response = client.open(
        PREFIX + path.format(action_id=f"{case.id}-3"), method=method, json=sent, headers=BEARER
    )

    operation = described["paths"]["/api/v1/projects/{workspace}/{key}" + path][method]
    content = operation["responses"][str(response.status_code)]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    model = getattr(bodies, name)
    assert TypeAdapter(model).validate_json(response.get_data(), strict=True)


def _braced(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
