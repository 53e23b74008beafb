"""Data Center: words for an admin, and a look from outside whether they were followed."""

from __future__ import annotations

import pytest

from connectors.jira.standin import Standin
from connectors.jira.standin.entities import Issue
from tests.connectors.jira.gate.building import (
    SENTENCE,
    a_client,
    a_gate,
    a_site,
    transition_named,
    workflow_named,
    writes,
)

NOT_EMPTY = {
    "fieldValue": "[]",
    "comparator": "!=",
    "comparisonType": "STRING",
}


def _with_the_field(site: Standin) -> str:
    """Do what the words say: the field, and the condition on Done."""
    client = a_client(site)
    made = client.http.post(
        f"{client.api}/field",
        json={
            "name": "Closeout approval",
            "type": "com.atlassian.jira.plugin.system.customfieldtypes:textfield",
        },
    ).object
    field = str(made["id"])
    site.world.fields[field].on_screen = True
    rule = {"ruleKey": "system:check-field-value", "parameters": {"fieldId": field, **NOT_EMPTY}}
    done = transition_named(workflow_named(site, "Epic workflow"), "Done")
    done["conditions"] = {"operation": "ALL", "conditions": [rule], "conditionGroups": []}
    return field


def _epics_everywhere(site: Standin) -> None:
    """Have an epic in each open status of each project."""
    for key in ("NOVA", "OPS"):
        for states in ((), ("In Progress",), ("In Progress", "Ready to close")):
            epic = site.control.create_epic(key, f"An epic in {states}", by="Ada")
            for state in ("To Do",) if not states else states[1:]:
                site.control.move_issue(epic.key, state, by="Ada")


@pytest.mark.parametrize("mode", ["approval", "role"])
def test_the_plan_is_a_list_of_what_an_admin_does_by_hand(mode: str) -> None:
    with a_site("data-center") as site:
        plan = a_gate(site, gate=mode).plan(SENTENCE)

    told = " ".join(plan.obstacles)
    assert () == plan.steps
    assert "lets no program change the rules of a workflow" in told
    assert "edit the workflow that Epic follow" in told
    expected = "Value Field > “Closeout approval”" if mode == "approval" else "In Project Role"
    assert expected in told


@pytest.mark.parametrize("remove", [False, True])
def test_applying_writes_nothing_and_says_what_to_do(remove: bool) -> None:
    with a_site("data-center") as site:
        done = a_gate(site).apply(SENTENCE, remove=remove)

        assert [] == writes(site)
    assert [False] == [one.good for one in done]
    assert "“Closeout approval”" in str(done[0].mend) or remove


def test_a_way_into_done_that_is_offered_for_an_unapproved_epic_is_a_hole() -> None:
    with a_site("data-center") as site:
        audit = a_gate(site).audit()

    nova = next(one for one in audit.findings if "NOVA" in one.name)
    assert frozenset() == audit.covered
    assert "Jira offers “Done” for NOVA-" in nova.finding


def test_a_status_without_an_open_epic_cannot_be_known() -> None:
    with a_site("data-center") as site:
        _with_the_field(site)

        audit = a_gate(site).audit()

    assert frozenset() == audit.covered
    assert [None, None] == [one.good for one in audit.findings]
    assert "no open issue stands in" in audit.findings[0].finding


def test_a_gate_that_an_admin_made_is_proved_by_an_epic_in_every_open_status() -> None:
    with a_site("data-center") as site:
        _with_the_field(site)
        _epics_everywhere(site)

        audit = a_gate(site).audit()

    assert [True, True] == [one.good for one in audit.findings]
    assert 2 == len(audit.covered)


def test_an_approved_epic_proves_nothing_against_the_gate() -> None:
    with a_site("data-center") as site:
        field = _with_the_field(site)
        _epics_everywhere(site)
        site.world.issues[_epic(site).id].values[field] = "Approved by Closeout 2026-11-20"

        audit = a_gate(site).audit()

    assert all(one.good is not False for one in audit.findings)


def test_with_the_role_our_own_account_cannot_tell() -> None:
    with a_site("data-center") as site:
        audit = a_gate(site, gate="role").audit()

    assert frozenset() == audit.covered
    assert {None} == {one.good for one in audit.findings}
    assert "press Done with another account" in str(audit.findings[0].mend)


def test_the_approval_opens_the_condition_and_closes_it_again() -> None:
    with a_site("data-center") as site:
        _with_the_field(site)
        gate, epic = a_gate(site), _epic(site)

        gate.ensure_approval(f"issue:{epic.id}", approved=True)
        site.control.close_project(epic.key, by="Ada")

        assert "done" == site.world.statuses[epic.status_id].category


def _epic(site: Standin) -> Issue:
    found = site.world.issue("NOVA-1")
    assert found is not None
    return found
