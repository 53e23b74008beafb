"""`/api/v1`: who may call it, what it answers, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.domain.policy import KNOWN
from service.domain.tracking import ProjectRef
from service.domain.verdict import Outcome
from service.ports import NotAllowed, Refused, Rejected, Unavailable
from service.records import LeaseLost
from service.settings import General
from service.web import bodies
from service.web.app import create_app
from tests.web.house import (
    ACME,
    HOSTILE,
    NOW,
    TOKEN,
    House,
    a_closed_case,
    a_closeout,
    a_judged_case,
    a_record,
)

BEARER = {"Authorization": f"Bearer {TOKEN}"}
NOVA = "/api/v1/projects/acme/nova"
MOVED = "The client moved the session to April, as agreed with the delivery lead."


def get(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, headers=BEARER)


def post(client: FlaskClient, path: str, body: object = None) -> TestResponse:
    return client.post(path, json=body, headers=BEARER)


class TestWhoMayCall:
    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({}, id="no token"),
            pytest.param({"Authorization": "Bearer wrong"}, id="a wrong one"),
            pytest.param({"Authorization": f"Bearer {TOKEN}x"}, id="a longer one"),
            pytest.param({"Authorization": f"Basic {TOKEN}"}, id="another scheme"),
            pytest.param({"Authorization": "Bearer "}, id="an empty one"),
            pytest.param({"Authorization": "Bearer é"}, id="not ascii"),
        ],
    )
    def test_without_a_token_it_answers_401(
        self, headers: dict[str, str], client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        response = client.get(f"{NOVA}/gate", headers=headers)

        assert response.status_code == 401
        assert "Bearer" in response.get_json()["do"]

    def test_a_signed_in_browser_is_not_enough(self, visitor: FlaskClient, house: House) -> None:
        a_judged_case(house)

        assert visitor.post(f"{NOVA}/gate").status_code == 401

    def test_with_no_token_configured_it_is_closed_and_says_what_to_set(self, house: House) -> None:
        settings = house.services.settings
        house.services.settings = replace(settings, closeout=General(api_tokens=()))
        client = create_app(house.services).test_client()

        response = client.get(f"{NOVA}/gate", headers={"Authorization": "Bearer "})

        assert response.status_code == 403
        assert "closeout.api_tokens" in response.get_json()["do"]

    def test_each_of_several_tokens_counts(self, house: House) -> None:
        a_judged_case(house)
        settings = house.services.settings
        both = replace(settings, closeout=General(api_tokens=("older", "newer")))
        house.services.settings = both
        client = create_app(house.services).test_client()

        answers = [
            client.get(f"{NOVA}/gate", headers={"Authorization": f"bearer {token}"}).status_code
            for token in ("older", "newer", "other")
        ]

        assert answers == [200, 200, 401]


class TestGate:
    def test_it_answers_the_verdict_that_was_found_last(
        self, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        body = get(client, f"{NOVA}/gate").get_json()

        assert list(body) == [
            "project",
            "outcome",
            "summary",
            "checks",
            "enforcement",
            "mode",
            "evaluated_at",
            "policy_version",
        ]
        assert (
            body["project"],
            body["outcome"],
            body["enforcement"],
            body["mode"],
            body["policy_version"],
        ) == ("acme/nova", "blocked", "undo", "enforce", "default, version 7")
        assert body["evaluated_at"] == "2027-03-19T13:02:00+00:00"
        verified = next(one for one in body["checks"] if one["name"] == "actions-verified")
        assert verified["outcome"] == "blocked"
        assert verified["since"] == "2027-03-13T13:02:00+00:00"
        assert {"what", "who", "url"} == set(verified["needs"][0])
        assert len(verified["children"]) == 4

    def test_a_waived_check_says_so(self, client: FlaskClient, house: House) -> None:
        a_judged_case(house)

        checks = get(client, f"{NOVA}/gate").get_json()["checks"]

        waived = {one["name"]: one["waived"] for one in checks if one["waived"]}
        assert list(waived) == ["sections-filled"]
        assert "Robin Vega until 26 Mar 2027" in waived["sections-filled"]

    def test_a_project_that_was_never_closed_is_judged_now(
        self, client: FlaskClient, house: House
    ) -> None:
        house.desks["acme"].add("orion", "Orion")

        body = get(client, "/api/v1/projects/acme/orion/gate").get_json()

        assert body["outcome"] == "blocked"
        assert house.store.closeout(ProjectRef("acme", "orion")) is None

    def test_any_way_to_write_the_key_finds_the_project(
        self, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        house.desks["acme"].short_names["audit-portal"] = "nova"

        body = get(client, "/api/v1/projects/acme/audit-portal/gate").get_json()

        assert body["project"] == "acme/nova"

    def test_a_key_with_a_colon_or_a_slash_is_one_key(
        self, client: FlaskClient, house: House
    ) -> None:
        for key in ("NOVA:1.4", "teams/a/nova"):
            house.desks["acme"].add(key, "Nova 1.4")

        answers = [
            get(client, f"/api/v1/projects/acme/{key}/gate").get_json()["project"]
            for key in ("NOVA:1.4", "teams/a/nova")
        ]

        assert answers == ["acme/NOVA:1.4", "acme/teams/a/nova"]

    def test_a_kept_verdict_is_answered_while_the_tool_is_away(
        self, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        house.desks["acme"].away = "Desk does not answer."

        assert get(client, f"{NOVA}/gate").get_json()["outcome"] == "blocked"

    def test_with_nothing_kept_and_the_tool_away_it_asks_to_come_again(
        self, client: FlaskClient, house: House
    ) -> None:
        house.desks["acme"].add("orion", "Orion")
        house.desks["acme"].away = "Desk does not answer."

        response = get(client, "/api/v1/projects/acme/orion/gate")

        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert response.get_json()["error"] == "Desk does not answer."

    def test_a_post_judges_again_and_acts(self, client: FlaskClient, house: House) -> None:
        house.desks["acme"].add("orion", "Orion", closed=True)

        body = post(client, "/api/v1/projects/acme/orion/gate").get_json()

        assert body["outcome"] == "blocked"
        assert not house.desks["acme"].projects["orion"].closed
        assert house.store.closeout(ProjectRef("acme", "orion")) is not None

    def test_a_post_after_the_closing_answers_what_is_found_now(
        self, client: FlaskClient, house: House
    ) -> None:
        a_closed_case(house, ACME, "Nova")
        kept = get(client, f"{NOVA}/gate").get_json()
        house.desks["acme"].pages.clear()
        house.now += timedelta(days=1)

        body = post(client, f"{NOVA}/gate").get_json()

        assert ("passed", NOW.isoformat()) == (kept["outcome"], kept["evaluated_at"])
        assert ("blocked", house.now.isoformat()) == (body["outcome"], body["evaluated_at"])

    def test_a_post_that_cannot_reach_the_tool_says_unknown_and_what_it_knows(
        self, client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_judged_case(house)
        monkeypatch.setattr(house.services, "act", _raising(Unavailable("Desk is away.")))

        response = post(client, f"{NOVA}/gate")

        body = response.get_json()
        assert (response.status_code, body["outcome"]) == (200, "unknown")
        assert "Desk is away." in body["summary"]
        assert "cannot close yet" in body["summary"]
        assert body["checks"]


class TestErrors:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            pytest.param("/api/v1/projects/nobody/nova/gate", 404, id="no workspace"),
            pytest.param("/api/v1/projects/acme/orion/gate", 404, id="no project"),
            pytest.param("/api/v1/projects/acme/a%00b/gate", 404, id="nul in the key"),
            pytest.param("/api/v1/projects/acme/a%0ab/gate", 404, id="newline in the key"),
            pytest.param(f"/api/v1/projects/acme/{'k' * 600}/gate", 404, id="an endless key"),
            pytest.param("/api/v1/nothing", 404, id="no route"),
        ],
    )
    def test_what_is_not_there_is_a_404_in_json(
        self, path: str, status: int, client: FlaskClient
    ) -> None:
        response = get(client, path)

        assert (status, "application/json") == (response.status_code, response.mimetype)
        assert response.get_json()["error"]

    def test_an_unknown_workspace_names_those_there_are(self, client: FlaskClient) -> None:
        error = get(client, "/api/v1/projects/acne/nova/gate").get_json()["error"]

        assert "acme, other" in error

    @pytest.mark.parametrize(
        ("failure", "status", "words"),
        [
            pytest.param(Unavailable("Away.", timedelta(minutes=2)), 503, "Away.", id="away"),
            pytest.param(NotAllowed("The key was revoked."), 503, "The key was revoked.", id="key"),
            pytest.param(Rejected("No such field."), 502, "No such field.", id="rejected"),
            pytest.param(Refused("Against a rule."), 409, "Against a rule.", id="refused"),
            pytest.param(LeaseLost(), 503, "being worked on", id="busy"),
        ],
    )
    def test_each_failure_has_its_answer(
        self,
        failure: Exception,
        status: int,
        words: str,
        client: FlaskClient,
        house: House,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        house.desks["acme"].add("orion", "Orion")
        monkeypatch.setattr(house.services, "act", _raising(failure))

        response = post(client, "/api/v1/projects/acme/orion/gate")

        assert response.status_code == status
        assert words in response.get_json()["error"]

    def test_it_waits_as_long_as_the_tool_asked(
        self, client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house.desks["acme"].add("orion", "Orion")
        away = Unavailable("Away.", timedelta(minutes=2))
        monkeypatch.setattr(house.services, "look", _raising(away))

        response = get(client, "/api/v1/projects/acme/orion/gate")

        assert response.headers["Retry-After"] == "120"


class TestActions:
    def test_each_action_says_how_far_it_is(self, client: FlaskClient, house: House) -> None:
        a_judged_case(house)

        found = get(client, f"{NOVA}/actions").get_json()["actions"]

        assert [one["state"] for one in found] == ["verified", "verified", "done", "open"]
        assert found[0]["ticket"] == "OPS-1"

    def test_a_project_that_was_never_closed_has_none(
        self, client: FlaskClient, house: House
    ) -> None:
        house.desks["acme"].add("orion", "Orion")

        body = get(client, "/api/v1/projects/acme/orion/actions").get_json()

        assert body == {"project": "acme/orion", "actions": []}


class TestVerification:
    def test_it_is_recorded_with_who_when_and_evidence(
        self, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)

        response = post(
            client,
            f"{NOVA}/actions/{case.id}-3/verification",
            {"who": "Lee Wong", "evidence": "https://evidence.example/sow"},
        )

        assert response.status_code == 201
        assert {
            "action": f"{case.id}-3",
            "who": "Lee Wong",
            "at": NOW.isoformat(),
            "evidence": "https://evidence.example/sow",
            "source": "api",
        } == response.get_json()
        assert f"{case.id}-3" in {one.action_id for one in house.store.verifications(case.id)}

    def test_the_owners_own_word_is_refused_and_says_why(
        self, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        owner = house.store.action(f"{case.id}-3")
        assert owner is not None

        response = post(
            client,
            f"{NOVA}/actions/{case.id}-3/verification",
            {"who": owner.owner_name, "evidence": "I did it"},
        )

        assert response.status_code == 409
        assert "nobody verifies their own" in response.get_json()["error"]

    def test_an_action_of_another_workspace_is_not_there(
        self, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        theirs = a_judged_case(house, ProjectRef("other", "vega"))
        path = f"{NOVA}/actions/{theirs.id}-3/verification"

        response = post(client, path, {"who": "Lee Wong", "evidence": "seen"})

        assert response.status_code == 404
        given = {one.action_id for one in house.store.verifications(theirs.id)}
        assert f"{theirs.id}-3" not in given

    @pytest.mark.parametrize("name", ["3", "action-3", "OPS-3", "ops-3", "%20Action-3"])
    def test_an_action_goes_by_its_number_its_name_in_the_gate_and_its_ticket(
        self, name: str, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        path = f"{NOVA}/actions/{name}/verification"

        response = post(client, path, {"who": "Lee Wong", "evidence": "seen"})

        assert response.status_code == 201, response.get_json()
        assert f"{case.id}-3" == response.get_json()["action"]

    @pytest.mark.parametrize(
        "name", ["9", "OPS-9", "action-", "action", "3x", "%C2%B3", "9" * 5000]
    )
    def test_an_unknown_action_is_told_which_there_are(
        self, name: str, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        action = house.store.action(f"{case.id}-4")
        assert action is not None

        response = post(
            client, f"{NOVA}/actions/{name}/verification", {"who": "Lee Wong", "evidence": "seen"}
        )

        assert response.status_code == 404
        assert f"4 (OPS-4) “{action.change}”" in response.get_json()["error"]
        assert len(house.store.verifications(case.id)) == 2

    def test_where_no_action_is_agreed_it_says_how_one_comes_to_be(
        self, client: FlaskClient, house: House
    ) -> None:
        a_closeout(house)
        path = f"{NOVA}/actions/1/verification"

        response = post(client, path, {"who": "Lee Wong", "evidence": "seen"})

        assert response.status_code == 404
        assert "none is agreed yet: complete a row" in response.get_json()["error"]

    def test_a_ticket_key_that_reads_like_another_actions_name_verifies_neither(
        self, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        house.store.save_action(a_record(case, 4, ticket_key="ACTION-3"))
        path = f"{NOVA}/actions/action-3/verification"

        response = post(client, path, {"who": "Lee Wong", "evidence": "seen"})

        assert response.status_code == 404
        assert "4 (ACTION-3)" in response.get_json()["error"]

    @pytest.mark.parametrize(
        ("raw", "kind", "status"),
        [
            pytest.param(b"{", "application/json", 400, id="cut off"),
            pytest.param(b"", "application/json", 400, id="empty"),
            pytest.param(b"[]", "application/json", 400, id="a list"),
            pytest.param(b'{"who": "Lee"}', "application/json", 400, id="no evidence"),
            pytest.param(b'{"who": 5, "evidence": "x"}', "application/json", 400, id="a number"),
            pytest.param(b'{"who": " ", "evidence": "x"}', "application/json", 400, id="blank"),
            pytest.param(
                b'{"who": "Lee", "evidence": "x", "also": 1}', "application/json", 400, id="more"
            ),
            pytest.param(
                b'{"who": "\\ud800", "evidence": "x"}', "application/json", 400, id="surrogate"
            ),
            pytest.param(b"[" * 60_000, "application/json", 400, id="bottomless"),
            pytest.param(b"x" * 70_000, "application/json", 413, id="too large"),
            pytest.param(
                b"who=Lee&evidence=x", "application/x-www-form-urlencoded", 415, id="a form"
            ),
            pytest.param(b'{"who": "Lee", "evidence": "x"}', "text/plain", 415, id="as text"),
        ],
    )
    def test_what_cannot_be_understood_says_what_is_allowed(
        self, raw: bytes, kind: str, status: int, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)

        response = client.post(
            f"{NOVA}/actions/{case.id}-3/verification",
            data=raw,
            headers=BEARER | {"Content-Type": kind},
        )

        assert response.status_code == status
        assert {"error", "allowed"} == set(response.get_json())

    def test_hostile_words_are_kept_as_text(self, client: FlaskClient, house: House) -> None:
        case = a_judged_case(house)
        words = HOSTILE.replace("\ud800", "")
        path = f"{NOVA}/actions/{case.id}-3/verification"

        response = post(client, path, {"who": "Lee Wong", "evidence": words})

        assert response.status_code == 201
        assert "<script>alert(1)</script>" in response.get_json()["evidence"]
        assert "\x00" not in response.get_json()["evidence"]


class TestWaivers:
    def test_it_is_recorded_with_its_reason_and_last_day(
        self, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        sent = {
            "check": "session-held",
            "who": "Kim Okafor",
            "reason": MOVED,
            "until": "2027-03-31",
        }

        response = post(client, f"{NOVA}/waivers", sent)

        assert response.status_code == 201
        assert sent == {key: response.get_json()[key] for key in sent}
        assert "session-held" in {one.check for one in house.store.waivers(case.id)}

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            pytest.param({"until": "2027-03-18"}, 400, id="a day that is past"),
            pytest.param({"check": "no-such-check"}, 400, id="no such check"),
            pytest.param({"until": "2027-02-29"}, 400, id="a day that no calendar has"),
            pytest.param({"until": "2027-03-31T10:00:00"}, 400, id="an instant"),
            pytest.param({"who": "Sara Lindt", "check": "actions-verified"}, 409, id="their own"),
            pytest.param({"until": "soon"}, 400, id="no day"),
            pytest.param({"until": 1}, 400, id="a number"),
            pytest.param({"reason": ""}, 400, id="no reason"),
        ],
    )
    def test_a_waiver_against_the_rules_is_refused(
        self, change: dict[str, object], status: int, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        before = len(house.store.waivers(case.id))
        good: dict[str, object] = {
            "check": "session-held",
            "who": "Kim Okafor",
            "reason": MOVED,
            "until": "2027-03-31",
        }

        response = post(client, f"{NOVA}/waivers", good | change)

        assert response.status_code == status
        assert response.get_json()["error"]
        assert before == len(house.store.waivers(case.id))

    def test_an_unknown_check_is_told_which_there_are(
        self, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        sent = {"check": "session", "who": "Kim Okafor", "reason": MOVED, "until": "2027-03-31"}

        body = post(client, f"{NOVA}/waivers", sent).get_json()

        assert "there is no check “session”" == body["error"]
        assert set(KNOWN) == set(body["allowed"].split(", "))

    def test_a_waiver_may_end_today_where_it_is_today_in_the_configured_zone(
        self, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        house.now = datetime(2027, 3, 19, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
        sent = {"check": "session-held", "who": "Kim Okafor", "reason": MOVED}

        answers = [
            post(client, f"{NOVA}/waivers", sent | {"until": day}).status_code
            for day in ("2027-03-19", "2027-03-20")
        ]

        assert [400, 201] == answers


def test_the_metrics_are_the_kept_snapshot(client: FlaskClient, house: House) -> None:
    a_judged_case(house)

    body = get(client, f"{NOVA}/metrics").get_json()

    leaf = body["metrics"]["scope"]["base"]
    assert (leaf["value"], leaf["unit"], leaf["n"]) == (38, "issues", 38)
    assert {"window", "catalogue", "quality", "metrics"} == set(body)


def test_every_outcome_has_its_place_in_the_description() -> None:
    described = bodies.GateBody.model_json_schema()["properties"]["outcome"]["enum"]

    assert {outcome.value for outcome in Outcome} == set(described)


def _raising(failure: Exception) -> Callable[..., NoReturn]:
    def fail(*_: object) -> NoReturn:
        raise failure

    return fail
