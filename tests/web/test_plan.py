"""The part of the API that tells plan and money: what it takes, answers and refuses."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.domain.closeout import CloseoutStatus
from service.domain.plan_facts import FactName, FactSource
from tests.web.house import ACME, HOSTILE, NOW, TOKEN, House, a_closeout, a_judged_case

BEARER = {"Authorization": f"Bearer {TOKEN}"}
NOVA = "/api/v1/projects/acme/nova"
BASELINE = {"at": "2027-01-04", "reason": "the contract", "who": "Robin Vega"}
BUDGET = {"budget": "120000 EUR", "approved_at": "2027-01-04", "who": "Robin Vega"}
COST = {"cost": "4500 EUR", "on": "2027-02-01", "what": "a licence", "who": "Robin Vega"}


def put(client: FlaskClient, path: str, **body: object) -> TestResponse:
    return client.put(f"{NOVA}/{path}", json=body, headers=BEARER)


def test_a_kick_off_is_chosen_and_the_kept_figures_are_worked_out_anew(
    client: FlaskClient, house: House
) -> None:
    a_judged_case(house)

    response = put(client, "baseline", **BASELINE)

    assert 200 == response.status_code
    # The beginning of the day in Berlin.
    assert {
        "project": "acme/nova",
        "recorded": "the kick-off is 2027-01-03T23:00:00Z",
        "who": "Robin Vega",
        "figures_worked_out_anew": True,
    } == response.get_json()
    metrics = client.get(f"{NOVA}/metrics", headers=BEARER).get_json()
    assert "2027-01-03T23:00:00Z" == metrics["window"]["baseline"]
    assert "chosen on 19 Mar 2027: the contract" == metrics["window"]["reasons"]["baseline"]
    assert {"frozen_at", "closed_at", "baseline", "close", "catalogue", "digests"} == set(
        metrics["report"]
    )


def test_a_choice_is_taken_back_with_null(client: FlaskClient, house: House) -> None:
    a_closeout(house)
    put(client, "baseline", **BASELINE)

    response = put(client, "baseline", **{**BASELINE, "at": None, "reason": "a mistake"})

    body = response.get_json()
    assert ("the kick-off goes by the rules again", False) == (
        body["recorded"],
        body["figures_worked_out_anew"],
    )


def test_budget_and_cost_are_kept_with_who_told_them(client: FlaskClient, house: House) -> None:
    a_closeout(house)

    budget = put(client, "budget", **BUDGET)
    cost = client.post(f"{NOVA}/costs", json=COST, headers=BEARER)

    facts = {fact.name: fact for fact in house.store.facts(ACME)}
    assert ((200, "the budget is 120000 EUR"), (201, "4500 EUR on 2027-02-01: a licence")) == (
        (budget.status_code, budget.get_json()["recorded"]),
        (cost.status_code, cost.get_json()["recorded"]),
    )
    assert "2027-01-03T23:00:00Z" == facts[FactName.BUDGET].value["approved_at"]
    assert [("Robin Vega", FactSource.API, NOW)] * 2 == [
        (facts[name].by, facts[name].source, facts[name].at)
        for name in (FactName.BUDGET, FactName.COST)
    ]


def test_a_budget_without_its_day_is_approved_now(client: FlaskClient, house: House) -> None:
    a_closeout(house)

    put(client, "budget", budget="5 EUR", who="Robin Vega")

    (fact,) = house.store.facts(ACME)
    assert "2027-03-19T13:02:00Z" == fact.value["approved_at"]


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("baseline", {**BASELINE, "at": "soon"}, "at: 'soon' is no instant"),
        ("baseline", {**BASELINE, "reason": " "}, "reason:"),
        ("baseline", {**BASELINE, "who": ""}, "who:"),
        ("baseline", {"reason": "the contract", "who": "Robin Vega"}, "at: Field required"),
        ("budget", {**BUDGET, "budget": "a lot"}, "budget: 'a lot' is no amount"),
        ("budget", {**BUDGET, "approved_at": "soon"}, "approved_at: 'soon' is no instant"),
    ],
)
def test_what_cannot_be_understood_says_what_is_allowed(
    path: str, body: dict[str, object], error: str, client: FlaskClient, house: House
) -> None:
    a_closeout(house)

    response = put(client, path, **body)

    said = response.get_json()
    assert 400 == response.status_code
    assert said["error"].startswith(error)
    assert said["allowed"]


def test_once_the_closeout_is_closed_it_is_refused_and_says_what_to_do(
    client: FlaskClient, house: House
) -> None:
    case = a_closeout(house)
    house.store.move(case, CloseoutStatus.CLOSED, reason="met", at=NOW)

    found = [
        put(client, "baseline", **BASELINE),
        put(client, "budget", **BUDGET),
        client.post(f"{NOVA}/costs", json=COST, headers=BEARER),
    ]

    assert [409] * 3 == [response.status_code for response in found]
    assert "take the project up again" in found[0].get_json()["error"]


def test_without_a_token_nothing_is_told(client: FlaskClient, house: House) -> None:
    a_closeout(house)

    response = client.put(f"{NOVA}/baseline", json=BASELINE)

    assert 401 == response.status_code
    assert [] == house.store.facts(ACME)


def test_hostile_words_are_kept_as_text(client: FlaskClient, house: House) -> None:
    a_closeout(house)

    response = put(client, "baseline", **{**BASELINE, "reason": HOSTILE.replace("\ud800", "")})

    assert 200 == response.status_code
    reasons = client.get(f"{NOVA}/metrics", headers=BEARER).get_json()["window"]["reasons"]
    assert "<script>alert(1)</script>" in reasons["baseline"]
    assert "\x00" not in reasons["baseline"]
