"""Alive, ready and Prometheus text; and what an uninvited visitor sees of the whole door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.ports import Unavailable
from service.web.app import create_app
from tests.web.desk import a_delivery, signed
from tests.web.house import NOW, TOKEN, House, a_judged_case

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_it_is_alive_without_asking_anybody(client: FlaskClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_ready_tells_how_long_the_oldest_delivery_waits(client: FlaskClient, house: House) -> None:
    body = a_delivery()
    client.post("/webhooks/acme", data=body, headers=signed(body))
    house.now = NOW + timedelta(seconds=90)

    answer = client.get("/readyz", headers=BEARER)

    assert answer.status_code == 200
    assert (
        answer.get_json()["status"],
        answer.get_json()["database"],
        answer.get_json()["oldest_unread_delivery_seconds"],
    ) == ("ready", "ok", 90.0)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("", "in this process", id="embedded"),
        pytest.param("redis://127.0.0.1:1/0", "Redis does not answer", id="redis away"),
    ],
)
def test_it_is_ready_whatever_the_queue_is_and_says_how_it_is(
    url: str, words: str, house: House
) -> None:
    settings = house.services.settings
    with_redis = settings.closeout.model_copy(update={"redis_url": url})
    house.services.settings = replace(settings, closeout=with_redis)

    answer = create_app(house.services).test_client().get("/readyz", headers=BEARER)

    assert answer.status_code == 200
    assert words in answer.get_json()["queue"]


def test_ready_counts_the_workers_of_a_queue(house: House, redis_database: str) -> None:
    settings = house.services.settings
    with_redis = settings.closeout.model_copy(update={"redis_url": redis_database})
    house.services.settings = replace(settings, closeout=with_redis)

    answer = create_app(house.services).test_client().get("/readyz", headers=BEARER)

    assert answer.get_json()["queue"] == "ok, 0 workers"


def test_it_is_not_ready_without_its_database(
    client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("the database does not answer")

    monkeypatch.setattr(house.store, "oldest_new_delivery_at", fail)

    answer = client.get("/readyz", headers=BEARER)

    assert answer.status_code == 503
    assert answer.get_json()["database"] == "the database does not answer"


def test_the_metrics_tell_the_backlog_and_how_fast_deliveries_are_answered(
    client: FlaskClient, house: House
) -> None:
    body = a_delivery()
    client.post("/webhooks/acme", data=body, headers=signed(body, "d-1"))
    client.post("/webhooks/acme", data=body, headers=signed(body, "d-2"))
    client.post("/webhooks/acme", data=body)
    house.now = NOW + timedelta(seconds=90)

    text = client.get("/metrics", headers=BEARER).get_data(as_text=True)

    assert 'closeout_deliveries{state="new"} 2.0' in text
    assert "closeout_due_projects 0.0" in text
    assert "closeout_oldest_unread_delivery_seconds 90.0" in text
    assert "closeout_delivery_ack_seconds_count 2.0" in text


def test_two_applications_do_not_share_their_numbers(app: Flask, house: House) -> None:
    other = create_app(house.services).test_client()
    body = a_delivery()
    app.test_client().post("/webhooks/acme", data=body, headers=signed(body))

    text = other.get("/metrics", headers=BEARER).get_data(as_text=True)

    assert "closeout_delivery_ack_seconds_count 0.0" in text


def test_an_uninvited_visitor_reads_nothing_but_the_way_in(app: Flask, house: House) -> None:
    """Every route is asked; a new one fails here until it is decided who may read it."""
    case = a_judged_case(house)
    client = app.test_client()
    names = {"workspace": "acme", "key": "nova", "action_id": f"{case.id}-1", "token": "guess"}

    answers = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.endpoint != "static":
            path = rule.rule.replace("path:", "")
            for name, value in names.items():
                path = path.replace(f"<{name}>", value)
            answers[rule.rule] = client.get(path)

    open_to_all = {rule for rule, answer in answers.items() if answer.status_code == 200}
    assert {"/healthz", "/signin"} == open_to_all
    assert {200, 303, 401, 403} == {answer.status_code for answer in answers.values()}
    assert not [rule for rule, answer in answers.items() if b"Nova" in answer.get_data()]


def test_an_uninvited_visitor_changes_nothing(app: Flask, house: House) -> None:
    case = a_judged_case(house)
    client = app.test_client()
    names = {"workspace": "acme", "key": "nova", "action_id": f"{case.id}-3"}

    statuses = set()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            path = rule.rule.replace("path:", "")
            for name, value in names.items():
                path = path.replace(f"<{name}>", value)
            statuses.add(client.post(path, data={"who": "Lee", "evidence": "x"}).status_code)

    assert statuses <= {303, 401, 403}
    assert len(house.store.verifications(case.id)) == 2
    assert len(house.store.waivers(case.id)) == 1


@pytest.mark.parametrize("path", ["/", "/signin", "/healthz", "/nothing", "/api/v1/x", "/metrics"])
def test_every_answer_keeps_to_itself(path: str, client: FlaskClient) -> None:
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
