"""The audit of a whole site, over HTTP: what changed since the gate was installed."""

from __future__ import annotations

from dataclasses import replace

from tests.connectors.jira.gate.building import (
    SENTENCE,
    a_gate,
    a_site,
    project_of,
    rules_in,
    workflow_named,
)


def test_an_audit_of_many_projects_takes_few_requests() -> None:
    with a_site() as site:
        gate, nova = a_gate(site), project_of(site, "NOVA")
        for number in range(60):
            place = f"30{number:03}"
            site.world.projects[place] = replace(nova, id=place, key=f"Q{number}", actors={})
        gate.apply(SENTENCE)
        before = len(site.calls)

        audit = gate.audit()

        assert 62 == len(audit.covered)
        assert len(site.calls) - before <= 12


def test_a_gate_that_nobody_installed_is_told_from_one_that_was_lost() -> None:
    with a_site() as site:
        gate = a_gate(site)
        never = gate.audit()

        gate.apply(SENTENCE)
        installed = gate.audit()

        assert (False, frozenset()) == (never.begun, never.covered)
        assert installed.begun


def test_removing_finds_the_rule_in_a_workflow_that_no_epic_follows_any_more() -> None:
    with a_site() as site:
        gate, before = a_gate(site), rules_in(site)
        gate.apply(SENTENCE)
        other = workflow_named(site, "Software workflow")
        for project in site.world.projects.values():
            project.workflows = {"": other["id"]}

        told = [one.finding for one in gate.audit().findings]
        done = gate.apply(SENTENCE, remove=True)

        assert all("another workflow scheme was assigned" in one for one in told)
        assert [True] == [one.good for one in done]
        assert before == rules_in(site)


def test_who_else_is_in_the_role_opens_the_gate() -> None:
    with a_site() as site:
        gate = a_gate(site, gate="role")
        gate.apply(SENTENCE)
        role = next(one.id for one in site.world.roles.values() if one.name == "Closeout")
        nova = project_of(site, "NOVA")
        nova.actors[role].append(("user", site.control.person("Ada").id))

        audit = gate.audit()

        assert not any(scope.startswith(f"{nova.id}:") for scope in audit.covered)
        assert any("further members in Nova (NOVA)" in one.finding for one in audit.findings)


def test_a_field_put_on_a_screen_opens_the_gate() -> None:
    with a_site() as site:
        gate = a_gate(site)
        gate.apply(SENTENCE)
        field = next(f for f in site.world.fields.values() if f.name == "Closeout approval")
        field.on_screen = True

        audit = gate.audit()

        assert frozenset() == audit.covered
        assert any("is on Default Screen" in one.finding for one in audit.findings)


def test_a_project_that_comes_to_share_the_workflow_later_is_told_and_mended() -> None:
    with a_site() as site:
        epics, gate = workflow_named(site, "Epic workflow"), a_gate(site)
        for project in site.world.projects.values():
            project.workflows = {"": epics["id"]}
        gate.apply(SENTENCE)
        nova = project_of(site, "NOVA")
        site.world.projects["10777"] = replace(nova, id="10777", key="ATL", name="Atlas", actors={})

        told = [one.finding for one in gate.audit().findings if not one.good]
        gate.apply(SENTENCE)

        assert 1 == len(told)
        assert "Story, Task, Bug and Sub-task in Atlas (ATL) is refused too" in told[0]
        assert all(one.good for one in gate.audit().findings)
