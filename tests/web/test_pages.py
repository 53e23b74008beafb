"""The pages: what stands on them, whom they let do what, and that text stays text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, NoReturn

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.domain.closeout import CloseoutStatus
from service.domain.tracking import ProjectRef, Status
from service.ports import GateAudit, Health, Unavailable
from service.records import DeliveryState, Note
from service.web.presentation import clean
from tests.domain import gate_builders as gate
from tests.web.desk import DELIVERED, STARTED, a_delivery, signed
from tests.web.house import (
    ACME,
    HOSTILE,
    NOW,
    TOKEN,
    House,
    a_closed_case,
    a_closeout,
    a_judged_case,
)

NOVA = "/projects/acme/nova"


def text(response: TestResponse) -> str:
    """Return the words of a page, tags gone, spaces folded."""
    words = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r" ([,.:;])", r"\1", " ".join(html.unescape(words).split()))


def csrf(page: TestResponse) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page.get_data(as_text=True))
    assert found
    return found[1]


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={"csrf": csrf(client.get("/")), **fields})


class TestProjects:
    def test_without_any_it_says_what_to_do(self, visitor: FlaskClient) -> None:
        page = text(visitor.get("/"))

        assert "No project is being closed." in page
        assert "Close a project in its tracker" in page

    def test_one_in_closing_says_where_it_stands_and_what_it_waits_for(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        page = text(visitor.get("/"))

        assert "Nova: audit portal for the data team acme" in page
        assert re.search(r"cannot close yet \d of \d+ met", page)
        assert "Waits for" in page
        assert "Actions verified" in page
        assert "in closing since 6 Mar 2027" in page

    def test_one_that_was_not_checked_yet_says_so(self, visitor: FlaskClient, house: House) -> None:
        a_closeout(house)

        assert "not checked yet" in text(visitor.get("/"))

    def test_an_ended_one_stands_below(self, visitor: FlaskClient, house: House) -> None:
        case = a_closeout(house)
        ended = replace(case, closed_at=NOW)
        house.store.save_closeout(ended)
        house.store.move(ended, CloseoutStatus.CLOSED, reason="met", at=NOW)

        page = text(visitor.get("/"))

        assert "No project is being closed." in page
        assert re.search(r"Ended Nova.*closed closed 19 Mar 2027", page)


class TestProject:
    def test_it_shows_each_check_with_who_what_and_since_when(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        page = text(visitor.get(NOVA))

        assert "unmet Actions verified since 13 Mar 2027" in page
        assert "somebody other than" in page
        assert "waived by Robin Vega until 26 Mar 2027" in page
        assert "Checked 19 Mar 2027, 14:02 CET, again by itself" in page
        assert "Delivered 6 Mar 2027, this date is kept" in page
        assert "undo, enforce. Nothing in the tracker refuses a closure here" in page
        assert "default, version 7" in page

    def test_what_is_waited_for_comes_before_what_is_met(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        page = visitor.get(NOVA).get_data(as_text=True)

        outcomes = re.findall(r'<li class="check (\w+)"', page)
        ranks = {"blocked": 0, "unknown": 1, "passed": 2, "waived": 2, "skipped": 3}
        assert {"blocked", "passed", "waived"} <= set(outcomes)
        assert sorted(outcomes, key=lambda outcome: ranks[outcome]) == outcomes

    def test_the_figures_say_how_and_unknown_with_its_reason(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        page = text(visitor.get(NOVA))

        assert "Slip – 6 days late" in page
        assert "Budget unknown: the tracker keeps no budget unknown: no hours were logged" in page
        assert "mdmre unknown: no issue has both a size and hours" in page
        assert "NOVA-1, NOVA-2" in page
        assert "Left out: NOVA-99 (archived)" in page
        assert "NOVA-7: closed twice within a minute" in page

    def test_the_story_is_told_newest_first_and_each_thing_once(
        self, visitor: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        hold = house.store.holds(case.id)[0]
        told = f"Hold 1: moved back from {hold.moved_from.name} to {hold.moved_to.name}"
        house.store.note(Note(hold.at, told, case.id))

        page = text(visitor.get(NOVA))

        story = page[page.index("History 7 Mar") :]
        assert story.count("Hold 1: moved back from Delivered to In progress") == 1
        assert story.index("4 actions agreed") < story.index("Post-mortem page written")

    def test_a_project_that_was_never_closed_is_judged_as_it_stands(
        self, visitor: FlaskClient, house: House
    ) -> None:
        house.desks["acme"].add("orion", "Orion")

        page = text(visitor.get("/projects/acme/orion"))

        assert "Nobody has closed this project; nothing is held." in page
        assert page.index("Nobody has closed") < page.index("cannot close yet")
        assert "Orion" in page
        assert "again by itself" not in page

    def test_one_that_stands_closed_and_was_not_taken_up_is_not_called_open(
        self, visitor: FlaskClient, house: House
    ) -> None:
        house.desks["acme"].add("orion", "Orion", closed=True)

        page = text(visitor.get("/projects/acme/orion"))

        assert "This project stands closed, and nothing is held." in page
        assert "Nobody has closed" not in page

    def test_one_that_is_in_closing_is_not_called_open(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        assert "nothing is held" not in text(visitor.get(NOVA))

    def test_a_breach_after_the_closing_is_said_as_that(
        self, visitor: FlaskClient, house: House
    ) -> None:
        case = a_closed_case(house, ACME, "Nova")
        before = text(visitor.get(NOVA))
        dateless = replace(gate.a_post_mortem(), session_on=None, session_text=None)
        found = gate.judge(gate.facts(post_mortem=dateless))
        house.store.save_verdict(case.id, found, NOW, "default")

        page, projects = text(visitor.get(NOVA)), text(visitor.get("/"))

        assert "since then" not in before
        assert "closed, and since then: not met any more" in page
        assert "cannot close yet" not in page
        assert re.search(r"Nova acme closed, and since then: .* closed 18 Mar 2027", projects)

    def test_another_way_to_write_the_key_leads_to_the_one_page(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        house.desks["acme"].short_names["audit"] = "nova"

        response = visitor.get("/projects/acme/audit")

        assert (response.status_code, response.headers["Location"]) == (303, NOVA)

    @pytest.mark.parametrize(
        "path", ["/projects/nobody/nova", "/projects/acme/missing", "/projects/other/nova"]
    )
    def test_what_is_not_in_that_workspace_is_not_found(
        self, path: str, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        response = visitor.get(path)

        assert response.status_code == 404
        assert "Nova" not in text(response)

    def test_a_tool_that_is_away_is_said(self, visitor: FlaskClient, house: House) -> None:
        house.desks["acme"].away = "Desk does not answer."

        response = visitor.get("/projects/acme/orion")

        assert response.status_code == 503
        assert "Desk does not answer." in text(response)


class TestPrograms:
    """Who comes with an API token reads the pages; forms are for people."""

    BEARER: ClassVar = {"Authorization": f"Bearer {TOKEN}"}

    @pytest.mark.parametrize("path", ["/", NOVA, "/projects/acme/orion", "/operations"])
    def test_a_token_reads_every_page_and_is_shown_no_form(
        self, path: str, client: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        house.desks["acme"].add("orion", "Orion")

        response = client.get(path, headers=self.BEARER)

        assert response.status_code == 200
        assert "<form" not in response.get_data(as_text=True)
        assert "Set-Cookie" not in response.headers

    @pytest.mark.parametrize("token", ["wrong", "", f"{TOKEN}x"])
    def test_another_token_leads_to_the_way_in(self, token: str, client: FlaskClient) -> None:
        response = client.get("/", headers={"Authorization": f"Bearer {token}"})

        assert (303, "/signin?next=/") == (response.status_code, response.headers["Location"])

    @pytest.mark.parametrize("path", ["check", "verify", "waive"])
    @pytest.mark.parametrize("csrf", ["", "None", "f" * 64])
    def test_a_token_sends_no_form(
        self, path: str, csrf: str, client: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        fields = {"action": f"{case.id}-3", "who": "Lee Wong", "evidence": "seen", "csrf": csrf}

        response = client.post(f"{NOVA}/{path}", data=fields, headers=self.BEARER)

        assert (303, "/signin") == (response.status_code, response.headers["Location"])
        assert len(house.store.verifications(case.id)) == 2

    def test_a_signed_in_person_keeps_their_forms_beside_a_token(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        page = visitor.get(NOVA, headers=self.BEARER)

        assert csrf(page)


class TestForms:
    @pytest.mark.parametrize("path", ["check", "verify", "waive"])
    @pytest.mark.parametrize("sent", [{}, {"csrf": ""}, {"csrf": "f" * 64}])
    def test_a_form_without_its_token_is_refused(
        self, path: str, sent: dict[str, str], visitor: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        fields = {"action": f"{case.id}-3", "who": "Lee Wong", "evidence": "seen", **sent}

        response = visitor.post(f"{NOVA}/{path}", data=fields)

        assert response.status_code == 403
        assert len(house.store.verifications(case.id)) == 2

    def test_check_again_acts_and_comes_back(self, visitor: FlaskClient, house: House) -> None:
        house.desks["acme"].add("orion", "Orion", closed=True)

        response = send(visitor, "/projects/acme/orion/check")

        assert response.headers["Location"] == "/projects/acme/orion?said=checked"
        assert not house.desks["acme"].projects["orion"].closed
        assert "Checked just now." in text(visitor.get(response.headers["Location"]))

    @pytest.mark.parametrize(
        "status", [pytest.param(DELIVERED, id="still closed"), pytest.param(STARTED, id="reopened")]
    )
    def test_check_again_shows_what_is_found_after_the_closing(
        self, status: Status, visitor: FlaskClient, house: House
    ) -> None:
        a_closed_case(house, ACME, "Nova")
        desk = house.desks["acme"]
        desk.projects["nova"] = replace(desk.projects["nova"], status=status)
        desk.pages.clear()
        house.now += timedelta(hours=2)

        response = send(visitor, f"{NOVA}/check")

        page = text(visitor.get(response.headers["Location"]))
        assert "Checked just now." in page
        assert "closed, and since then: not met any more" in page
        assert "Checked 19 Mar 2027, 16:02 CET" in page

    def test_a_verification_is_recorded(self, visitor: FlaskClient, house: House) -> None:
        case = a_judged_case(house)

        response = send(
            visitor,
            f"{NOVA}/verify",
            action=f"{case.id}-3",
            who="Lee Wong",
            evidence="https://evidence.example/sow",
        )

        assert f"{NOVA}?said=verified" == response.headers["Location"]
        latest = house.store.verifications(case.id)[-1]
        assert (latest.by_name, latest.source) == ("Lee Wong", "web")
        assert "https://evidence.example/sow" in text(visitor.get(NOVA))

    def test_the_owners_own_is_refused_on_the_page_itself(
        self, visitor: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        owner = house.store.actions(case.id)[2].owner_name

        response = send(
            visitor, f"{NOVA}/verify", action=f"{case.id}-3", who=owner, evidence="I did it"
        )

        assert response.status_code == 409
        assert "nobody verifies their own" in text(response)
        assert "Nova: audit portal" in text(response)

    def test_an_action_of_another_workspace_cannot_be_verified_here(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)
        theirs = a_judged_case(house, ProjectRef("other", "vega"))

        response = send(
            visitor, f"{NOVA}/verify", action=f"{theirs.id}-3", who="Lee Wong", evidence="seen"
        )

        assert response.status_code == 404
        assert len(house.store.verifications(theirs.id)) == 2

    def test_a_waiver_is_recorded_and_always_shown(
        self, visitor: FlaskClient, house: House
    ) -> None:
        a_judged_case(house)

        send(
            visitor,
            f"{NOVA}/waive",
            check="session-held",
            who="Kim Okafor",
            reason="The client moved the session.",
            until="2027-03-31",
        )

        page = text(visitor.get(NOVA))
        assert "until 31 Mar 2027, by Kim Okafor: The client moved the session." in page

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            pytest.param({"who": ""}, "please say your name", id="no name"),
            pytest.param({"reason": " "}, "why it is waived", id="no reason"),
            pytest.param({"until": "soon"}, "the last day", id="no day"),
            pytest.param({"reason": "x" * 5000}, "at most 4000 characters", id="too long"),
        ],
    )
    def test_an_incomplete_form_says_what_is_missing(
        self, fields: dict[str, str], words: str, visitor: FlaskClient, house: House
    ) -> None:
        case = a_judged_case(house)
        good = {
            "check": "session-held",
            "who": "Kim Okafor",
            "reason": "The client moved the session.",
            "until": "2027-03-31",
        }

        response = send(visitor, f"{NOVA}/waive", **{**good, **fields})

        assert response.status_code == 400
        assert words in text(response)
        assert len(house.store.waivers(case.id)) == 1

    def test_a_failed_check_says_why_on_the_page(
        self, visitor: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_judged_case(house)

        def fail(*_: object) -> NoReturn:
            raise Unavailable("Desk does not answer.")

        monkeypatch.setattr(house.services, "act", fail)

        response = send(visitor, f"{NOVA}/check")

        assert response.status_code == 503
        assert "Desk does not answer. Closeout tries again by itself." in text(response)

    def test_a_form_of_a_megabyte_is_refused(self, visitor: FlaskClient, house: House) -> None:
        a_judged_case(house)

        response = send(visitor, f"{NOVA}/waive", reason="x" * 1_000_000)

        assert response.status_code == 413


class TestOperations:
    def test_it_shows_workspaces_deliveries_and_what_is_due(
        self, visitor: FlaskClient, house: House
    ) -> None:
        body = a_delivery()
        visitor.post("/webhooks/acme", data=body, headers=signed(body))
        house.store.mark_due(ACME, NOW, "asked for")
        trouble = "Desk refuses our key: make a new one and set ACME_KEY."
        house.store.trouble("acme", trouble)

        page = text(visitor.get("/operations"))

        assert "Deliveries new 1" in page
        assert "Projects due now 1" in page
        assert f"acme desk needs an operator {trouble}" in page
        assert "Mode enforce Firmness undo" in page

    def test_it_shows_where_the_tools_own_rule_stands_and_what_the_audit_found(
        self, visitor: FlaskClient, house: House
    ) -> None:
        made = dict(house.services.connectors)
        made["acme"] = replace(made["acme"], gate=lambda _options: pytest.fail("nothing is asked"))
        house.services.connectors = made
        hole = Health("gate NOVA", good=False, finding="a new way into Done", mend="install again")
        house.store.save_audit("acme", GateAudit(frozenset({"1:2", "1:3"}), (hole,)), NOW)

        page = text(visitor.get("/operations"))

        assert "undo, and veto where the tool's own rule stands" in page
        assert "refuses closings in 2 places" in page
        assert "a new way into Done (install again)" in page

    def test_a_quarantined_body_is_shown_as_text_and_in_part(
        self, visitor: FlaskClient, house: House
    ) -> None:
        body = b"<script>alert(1)</script>" + b"x" * 5000 + b"the end"
        visitor.post("/webhooks/acme", data=body, headers=signed(body))
        (delivery,) = house.store.new_deliveries(1)
        house.store.settle_delivery(
            delivery.number, DeliveryState.QUARANTINED, "not JSON: unexpected character"
        )

        page = visitor.get("/operations").get_data(as_text=True)

        assert "not JSON: unexpected character" in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;xxx" in page
        assert "<script" not in page
        assert "the end" not in page
        assert "5.0 kB" in page

    def test_without_workspaces_it_says_what_to_write(self, house: House) -> None:
        from service.web.app import create_app
        from service.web.signin import one_time_link

        house.services.settings = replace(house.services.settings, workspaces={})
        house.services.connectors = {}
        app = create_app(house.services)
        client = app.test_client()
        client.get(one_time_link(app).removeprefix("http://localhost:8080"))

        assert "[workspaces.acme]" in text(client.get("/operations"))


def test_hostile_titles_are_text_on_every_page(visitor: FlaskClient, house: House) -> None:
    case = a_judged_case(house, name=HOSTILE)
    house.store.note(Note(NOW, HOSTILE, case.id))
    house.store.note(Note(NOW, HOSTILE, workspace="acme"))
    action = house.store.actions(case.id)[0]
    house.store.save_action(
        replace(action, change=HOSTILE, check=HOSTILE, ticket_url="javascript:alert(1)")
    )

    for path in ("/", NOVA, "/operations"):
        response = visitor.get(path)
        page = response.get_data(as_text=True)

        assert response.status_code == 200
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; @everyone" in page
        assert "{{ 7*7 }}" in page
        assert "javascript:" not in page
        assert "\x00" not in page
        assert "\u202e" not in page


def test_a_fault_of_ours_is_said_without_its_details(
    visitor: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> NoReturn:
        raise RuntimeError("secret details")

    monkeypatch.setattr(house.store, "closeouts", fail)

    response = visitor.get("/")

    assert response.status_code == 500
    assert "It is in the log" in text(response)
    assert "secret details" not in text(response)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("naïve 🚀 名前", "naïve 🚀 名前"),
        ("a\x00b\ud800c\x1b[31m", "a\ufffdb\ufffdc\ufffd[31m"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\u202eturned\u2066", "\ufffdturned\ufffd"),
    ],
)
def test_what_cannot_be_shown_is_replaced(given: str, shown: str) -> None:
    assert shown == clean(given)
