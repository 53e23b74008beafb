"""Somebody presses Done in Jira, and Jira itself answers."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from connectors.jira.standin import Standin
from service.ports import NotFound, Rejected
from tests.connectors.jira.gate.building import SENTENCE, a_gate, a_site

EPIC = "NOVA-1"


class Person:
    """Somebody at Jira's own interface, with a token of their own."""

    def __init__(self, site: Standin, name: str) -> None:
        user, token = site.control.person(name), site.control.new_api_key(name)["api_key"]
        self._auth = (user.email, token) if site.world.cloud else None
        self._headers = {} if site.world.cloud else {"Authorization": f"Bearer {token}"}
        self._base = f"{site.url}/rest/api/{3 if site.world.cloud else 2}/issue"

    def offered(self, key: str = EPIC) -> dict[str, str]:
        """Return the ids of the transitions that Jira offers, by name."""
        found = self._call("GET", f"/{key}/transitions").json()["transitions"]
        return {one["name"]: one["id"] for one in found}

    def press(self, number: str, key: str = EPIC) -> requests.Response:
        return self._call("POST", f"/{key}/transitions", {"transition": {"id": number}})

    def write(self, key: str, fields: dict[str, Any]) -> requests.Response:
        return self._call("PUT", f"/{key}", {"fields": fields})

    def read(self, key: str, field: str) -> str | None:
        found: str | None = self._call("GET", f"/{key}").json()["fields"].get(field)
        return found

    def _call(self, method: str, path: str, json: object = None) -> requests.Response:
        return requests.request(
            method,
            f"{self._base}{path}",
            json=json,
            auth=self._auth,
            headers=self._headers,
            timeout=10,
        )


def _key(site: Standin, key: str = EPIC) -> str:
    issue = site.world.issue(key)
    assert issue is not None
    return f"issue:{issue.id}"


def _field(site: Standin) -> str:
    return next(f.id for f in site.world.fields.values() if f.name == "Closeout approval")


def test_done_is_refused_with_our_sentence_until_closeout_approves_and_again_after() -> None:
    with a_site() as site:
        gate, ada = a_gate(site), Person(site, "Ada")
        gate.apply(SENTENCE)

        refused = ada.press(ada.offered()["Done"])
        gate.ensure_approval(_key(site), approved=True)
        gate.ensure_approval(_key(site), approved=True)
        passed = ada.press(ada.offered()["Done"])
        ada.press(ada.offered()["Reopen"])
        gate.ensure_approval(_key(site), approved=False)
        again = ada.press(ada.offered()["Done"])

        assert (400, [SENTENCE]) == (refused.status_code, refused.json()["errorMessages"])
        assert 204 == passed.status_code
        assert (400, [SENTENCE]) == (again.status_code, again.json()["errorMessages"])
        assert 2 == sum(one.name == "edit_issue" for one in site.calls if one.status == 204)


def test_the_approval_says_who_gave_it_and_when() -> None:
    with a_site() as site:
        gate, ada = a_gate(site), Person(site, "Ada")
        gate.apply(SENTENCE)

        gate.ensure_approval(_key(site), approved=True)

        assert "Approved by Closeout 2026-11-20" == ada.read(EPIC, _field(site))


def test_what_a_person_wrote_into_the_field_is_replaced_or_cleared() -> None:
    with a_site() as site:
        gate, ada = a_gate(site), Person(site, "Ada")
        gate.apply(SENTENCE)

        ada.write(EPIC, {_field(site): "me too"})
        gate.ensure_approval(_key(site), approved=False)
        cleared = ada.read(EPIC, _field(site))
        ada.write(EPIC, {_field(site): "me too"})
        gate.ensure_approval(_key(site), approved=True)

        assert cleared is None
        assert "Approved by Closeout 2026-11-20" == ada.read(EPIC, _field(site))


def test_after_removing_the_gate_done_works_as_before() -> None:
    with a_site() as site:
        gate, ada = a_gate(site), Person(site, "Ada")
        gate.apply(SENTENCE)
        gate.apply(SENTENCE, remove=True)

        passed = ada.press(ada.offered()["Done"])

        assert 204 == passed.status_code


def test_with_the_role_people_do_not_see_done_and_closeout_presses_it() -> None:
    with a_site() as site:
        gate, ada = a_gate(site, gate="role"), Person(site, "Ada")
        number = ada.offered()["Done"]
        gate.apply(SENTENCE)

        seen, forced = ada.offered(), ada.press(number)
        ours = Person(site, "Closeout").press(number)

        assert gate.closes_alone
        assert "Done" not in seen
        assert 400 == forced.status_code
        assert 204 == ours.status_code


def test_in_a_team_managed_project_the_role_is_our_account() -> None:
    with a_site("cloud-team") as site:
        gate, ada = a_gate(site, gate="role"), Person(site, "Ada")
        for project in site.world.projects.values():
            project.issue_type_ids = [
                one for one in project.issue_type_ids if site.world.issue_types[one].name == "Epic"
            ]
        number = ada.offered()["Done"]

        gate.apply(SENTENCE)

        assert "Done" not in ada.offered()
        assert 204 == Person(site, "Closeout").press(number).status_code


@pytest.mark.parametrize("key", ["version:10500", "project:10000"])
def test_a_version_or_a_project_has_no_rule_to_let_pass(key: str) -> None:
    with a_site() as site:
        gate = a_gate(site)
        before = len(site.calls)

        gate.ensure_approval(key, approved=True)

        assert before == len(site.calls)


def test_without_the_field_there_is_nothing_to_write() -> None:
    with a_site() as site:
        gate = a_gate(site)

        gate.ensure_approval(_key(site), approved=True)

        assert not any(call.writes for call in site.calls)


def test_an_approval_that_jira_does_not_take_says_what_the_field_needs() -> None:
    with a_site() as site:
        gate = a_gate(site)
        gate.apply(SENTENCE)
        site.control.archive("NOVA")

        with pytest.raises(Rejected) as raised:
            gate.ensure_approval(_key(site), approved=True)

        assert "the approval could not be written: Jira refused: " in str(raised.value)
        assert "must exist for this project and issue type" in str(raised.value)


def test_an_unknown_key_is_not_found() -> None:
    with a_site() as site, pytest.raises(NotFound):
        a_gate(site).ensure_approval("NOVA-1 or so", approved=True)
