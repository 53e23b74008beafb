"""The contract of `POST /webhooks/<workspace>`, row by row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from service import storage
from service.ports import Unavailable
from service.records import DeliveryState
from service.web.app import create_app
from tests.web.desk import SECRET, a_delivery, connector, signature, signed
from tests.web.house import House


def test_a_delivery_is_stored_as_it_came_and_the_bell_is_rung(
    client: FlaskClient, house: House
) -> None:
    body = b'{"title": "Nova \xf0\x9f\x9a\x80",   "spaces": "kept"}'

    response = client.post("/webhooks/acme", data=body, headers=signed(body, "d-7"))

    assert response.status_code == 200
    assert response.get_json() == {"delivery": "d-7"}
    (stored,) = house.store.new_deliveries(10)
    assert ("acme", "d-7", body) == (stored.workspace, stored.id, stored.body)
    assert house.rings == 1


def test_a_delivery_we_already_have_is_answered_alike_and_stored_once(
    client: FlaskClient, house: House
) -> None:
    body = a_delivery()

    answers = [
        client.post("/webhooks/acme", data=body, headers=signed(body)).status_code for _ in range(3)
    ]

    assert answers == [200, 200, 200]
    assert len(house.store.new_deliveries(10)) == 1


def test_the_same_id_in_two_workspaces_is_two_deliveries(client: FlaskClient, house: House) -> None:
    body = a_delivery()

    client.post("/webhooks/acme", data=body, headers=signed(body))
    client.post("/webhooks/other", data=body, headers=signed(body))

    assert sorted(one.workspace for one in house.store.new_deliveries(10)) == ["acme", "other"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="unsigned"),
        pytest.param({"X-Signature": ""}, id="empty"),
        pytest.param({"X-Signature": signature(b"another body")}, id="of another body"),
        pytest.param({"X-Signature": signature(a_delivery(), b"x" * 32)}, id="with another key"),
        pytest.param({"X-Signature": signature(a_delivery()).upper()}, id="in another encoding"),
        pytest.param({"X-Signature": "é" * 64}, id="not ascii"),
    ],
)
def test_what_is_not_signed_as_agreed_gets_one_and_the_same_answer_and_is_not_stored(
    headers: dict[str, str], client: FlaskClient, house: House
) -> None:
    response = client.post("/webhooks/acme", data=a_delivery(), headers=headers)

    assert response.status_code == 401
    assert response.get_json() == {"error": "not signed as agreed"}
    assert {state: n for state, n in house.store.delivery_counts().items() if n} == {}
    assert house.rings == 0


def test_a_signature_sent_twice_is_refused(client: FlaskClient) -> None:
    body = a_delivery()

    response = client.post(
        "/webhooks/acme",
        data=body,
        headers=[("X-Signature", signature(body)), ("X-Signature", signature(body))],
    )

    assert response.status_code == 401


def test_an_unknown_workspace_is_not_found(client: FlaskClient, house: House) -> None:
    body = a_delivery()

    response = client.post("/webhooks/nobody", data=body, headers=signed(body))

    assert response.status_code == 404
    assert not house.store.new_deliveries(10)


def test_a_workspace_whose_tool_has_no_webhook_is_not_found(house: House) -> None:
    manifest = connector(house.desks["acme"])
    pages_only = type(manifest)(name="wiki", settings=manifest.settings, pages=manifest.pages)
    house.services.connectors = {**house.services.connectors, "acme": pages_only}
    body = a_delivery()

    response = (
        create_app(house.services)
        .test_client()
        .post("/webhooks/acme", data=body, headers=signed(body))
    )

    assert response.status_code == 404


@pytest.mark.parametrize("more", [1, 5_000_000])
def test_a_body_over_the_limit_is_refused(more: int, client: FlaskClient, house: House) -> None:
    body = b"x" * (100_000 + more)

    response = client.post("/webhooks/acme", data=body, headers=signed(body))

    assert response.status_code == 413
    assert not house.store.new_deliveries(10)


def test_a_body_as_large_as_the_limit_is_taken(client: FlaskClient, house: House) -> None:
    body = b"x" * 100_000

    response = client.post("/webhooks/acme", data=body, headers=signed(body))

    assert response.status_code == 200
    assert [body] == [one.body for one in house.store.new_deliveries(1)]


def test_an_encoded_body_is_refused(client: FlaskClient, house: House) -> None:
    body = a_delivery()

    response = client.post(
        "/webhooks/acme", data=body, headers=signed(body) | {"Content-Encoding": "gzip"}
    )

    assert response.status_code == 415
    assert not house.store.new_deliveries(10)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"\xff\xfe\x00\xd8", id="not utf-8"),
        pytest.param(b'{"a": NaN, "b": 1e400000}', id="not numbers"),
        pytest.param(b"[" * 50_000, id="bottomless"),
        pytest.param(b'{"a": "\\ud800\\u0000"}', id="surrogate and nul"),
        pytest.param(b'{"a": ' + b"9" * 5_000 + b"}", id="a number of 5000 digits"),
    ],
)
def test_a_rightly_signed_body_that_cannot_be_read_is_stored(
    body: bytes, client: FlaskClient, house: House
) -> None:
    response = client.post("/webhooks/acme", data=body, headers=signed(body))

    assert response.status_code == 200
    assert [body] == [one.body for one in house.store.new_deliveries(10)]


def test_a_delivery_is_new_until_somebody_reads_it(client: FlaskClient, house: House) -> None:
    body = a_delivery()

    client.post("/webhooks/acme", data=body, headers=signed(body))

    assert house.store.new_deliveries(1)[0].state is DeliveryState.NEW


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        pytest.param(Unavailable("the disk is full"), "5", id="the store says so"),
        pytest.param(
            Unavailable("busy", timedelta(seconds=42)), "42", id="the store says how long"
        ),
        pytest.param(RuntimeError("a fault of ours"), "5", id="a fault of our own"),
    ],
)
def test_a_delivery_that_cannot_be_stored_is_asked_for_again(
    failure: Exception, seconds: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise failure

    monkeypatch.setattr(house.store, "put_delivery", refuse)
    client = create_app(house.services).test_client()
    body = a_delivery()

    response = client.post("/webhooks/acme", data=body, headers=signed(body))

    assert response.status_code == 503
    assert seconds == response.headers["Retry-After"]
    assert house.rings == 0


def test_a_closed_store_is_a_503(tmp_path: Path, house: House) -> None:
    url = f"sqlite:///{tmp_path / 'no-schema.db'}"
    house.services.store = storage.open_store(url)
    client = create_app(house.services).test_client()
    body = a_delivery()

    response = client.post("/webhooks/acme", data=body, headers=signed(body))
    house.services.store.close()

    assert response.status_code == 503


def test_a_flood_of_forged_deliveries_writes_one_line_a_second(
    client: FlaskClient, house: House
) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(100):
            client.post("/webhooks/acme", data=b"{}")
        house.now += timedelta(seconds=2)
        client.post("/webhooks/acme", data=b"{}")

    assert [(line["event"], line["deliveries"]) for line in lines] == [
        ("webhook.refused", 1),
        ("webhook.refused", 100),
    ]


def test_a_good_delivery_writes_no_line_and_sets_no_cookie(client: FlaskClient) -> None:
    body = a_delivery()

    with structlog.testing.capture_logs() as lines:
        response = client.post("/webhooks/acme", data=body, headers=signed(body))

    assert lines == []
    assert "Set-Cookie" not in response.headers
    assert SECRET.decode() not in response.get_data(as_text=True)


def test_only_post_is_taken(client: FlaskClient) -> None:
    assert client.get("/webhooks/acme").status_code == 405


def test_every_webhook_route_refuses_an_unsigned_post(app: Flask) -> None:
    routes = [rule.rule for rule in app.url_map.iter_rules() if "webhook" in rule.rule]

    answers = {
        app.test_client().post(route.replace("<workspace>", "acme")).status_code for route in routes
    }

    assert {401} == answers
