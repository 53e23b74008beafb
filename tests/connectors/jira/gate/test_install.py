"""Installing the rule at a site, over HTTP, and taking it away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from connectors._standin.exchange import Exchange, observers
from connectors.jira.standin import Standin
from connectors.jira.standin.catalogue import transition, workflow
from connectors.jira.standin.entities import Issue
from service.ports import NotAllowed, Unavailable
from tests.connectors.jira.gate.building import (
    OTHERS_CONDITION,
    OTHERS_VALIDATOR,
    SENTENCE,
    a_gate,
    a_site,
    epic_type,
    project_of,
    rules_in,
    transition_named,
    workflow_named,
    writes,
)

ANY_OF_OTHERS = {
    "operation": "ANY",
    "conditions": [OTHERS_CONDITION],
    "conditionGroups": [
        {
            "operation": "ALL",
            "conditions": [{**OTHERS_CONDITION, "id": "deep"}],
            "conditionGroups": [],
        }
    ],
}
MODES = ("approval", "role")


def _busy(site: Standin, name: str = "Epic workflow") -> dict[str, Any]:
    """Return a workflow with rules of others, and with a way into Done from any status."""
    found = workflow_named(site, name)
    done = transition_named(found, "Done")
    done["validators"] = [OTHERS_VALIDATOR]
    done["conditions"] = deepcopy(ANY_OF_OTHERS)
    found["transitions"].append({**deepcopy(done), "id": "71", "name": "Reject", "links": []})
    found["transitions"][-1] |= {"type": "GLOBAL", "conditions": None, "keyOfTomorrow": "kept"}
    del found["transitions"][-1]["conditions"]
    return found


def _own_epic_workflow(site: Standin, key: str) -> dict[str, Any]:
    """Give the epics of a team-managed project a workflow of their own."""
    project = project_of(site, key)
    shared = site.world.workflows[project.workflows[""]]
    states = [str(one["statusReference"]) for one in shared["statuses"]]
    ways = [transition(1, "Create", states[0], initial=True), transition(31, "Done", states[-1])]
    own = workflow(site.world, f"Epics of {key}", states, ways, project.id)
    project.workflows[epic_type(site, project)] = own
    return site.world.workflows[own]


def _story(site: Standin) -> Issue:
    site.control.create_issue("NOVA", "A story", by="Ada")
    return list(site.world.issues.values())[-1]


@contextmanager
def _changed_after_the_check(found: dict[str, Any]) -> Iterator[None]:
    """Let somebody else publish the workflow between Jira's check of our change and the change."""

    def publish(exchange: Exchange) -> None:
        if exchange.name == "validate_update_workflows":
            found["version"] = {**found["version"], "versionNumber": 99}

    observers.append(publish)
    try:
        yield
    finally:
        observers.remove(publish)


@pytest.mark.parametrize("flavour", ["cloud-company", "cloud-team", "data-center"])
@pytest.mark.parametrize("mode", MODES)
def test_a_dry_run_writes_nothing(flavour: str, mode: str) -> None:
    with a_site(flavour) as site:
        before = rules_in(site)

        plan = a_gate(site, gate=mode).plan(SENTENCE)

        assert [] == writes(site)
        assert before == rules_in(site)
        assert plan.steps or plan.obstacles


def test_the_plan_names_field_workflow_transition_projects_and_sentence() -> None:
    with a_site() as site:
        plan = a_gate(site).plan(SENTENCE)

    rule = (
        "workflow “Epic workflow” (Epic in Nova (NOVA); Epic in Operations (OPS)), transition "
        f"“Done” (In Progress, Ready to close → Done): refuse with “{SENTENCE}” until Closeout "
        "has approved"
    )
    field = "Create the field 'Closeout approval', a line of text on no screen"
    assert (field, rule) == plan.steps
    shared = ("workflow “Epic workflow” is followed by Nova (NOVA) and Operations (OPS)",)
    assert shared == plan.shared_with
    assert () == plan.obstacles


@pytest.mark.parametrize("mode", MODES)
def test_every_way_into_done_gets_the_rule_and_removing_restores_all_of_it(mode: str) -> None:
    with a_site() as site:
        _busy(site)
        before, gate = rules_in(site), a_gate(site, gate=mode)

        done = gate.apply(SENTENCE)
        covered = gate.audit().covered
        again = gate.plan(SENTENCE)
        gate.apply(SENTENCE, remove=True)

        assert all(one.good for one in done)
        assert 2 == len(covered)
        assert () == again.steps
        assert before == rules_in(site)
        assert frozenset() == gate.audit().covered


def test_the_any_group_of_others_stands_inside_a_group_of_all() -> None:
    with a_site() as site:
        found = _busy(site)

        a_gate(site, gate="role").apply(SENTENCE)

        conditions = transition_named(found, "Done")["conditions"]
        assert "ALL" == conditions["operation"]
        assert [ANY_OF_OTHERS] == conditions["conditionGroups"]
        assert [OTHERS_VALIDATOR] == transition_named(found, "Done")["validators"]
        assert "kept" == transition_named(found, "Reject")["keyOfTomorrow"]


def test_a_new_sentence_is_put_in_the_same_rule() -> None:
    with a_site() as site:
        gate = a_gate(site)
        gate.apply("Old words.")
        rule = transition_named(workflow_named(site, "Epic workflow"), "Done")["validators"][0]

        steps = gate.plan(SENTENCE).steps
        gate.apply(SENTENCE)

        found = transition_named(workflow_named(site, "Epic workflow"), "Done")["validators"]
        assert 1 == len(steps)
        assert f"say “{SENTENCE}” instead of “Old words.”" in steps[0]
        assert [rule["id"]] == [one["id"] for one in found]
        assert SENTENCE == found[0]["parameters"]["errorMessage"]


def test_in_a_workflow_that_stories_share_only_epics_are_refused() -> None:
    with a_site() as site:
        epics = workflow_named(site, "Epic workflow")
        for project in site.world.projects.values():
            project.workflows = {"": epics["id"]}
        gate, story = a_gate(site), _story(site)

        plan = gate.plan(SENTENCE)
        done = gate.apply(SENTENCE)
        audit = gate.audit()

        kept = "Let the field exist only for Epic in Nova (NOVA); Epic in Operations (OPS)"
        assert any(step.startswith(kept) for step in plan.steps)
        assert any("Story, Task, Bug" in one and "which pass" in one for one in plan.shared_with)
        assert all(one.good for one in done)
        assert 2 == len(audit.covered)
        assert all(one.good for one in audit.findings)
        site.control.move_issue(story.key, "In Progress", by="Ada")
        site.control.move_issue(story.key, "Done", by="Ada")
        assert () == gate.plan(SENTENCE).steps


def test_with_the_role_a_workflow_that_stories_share_is_left_and_the_way_out_is_told() -> None:
    with a_site() as site:
        epics = workflow_named(site, "Epic workflow")
        for project in site.world.projects.values():
            project.workflows = {"": epics["id"]}
        before, gate = rules_in(site), a_gate(site, gate="role")

        plan = gate.plan(SENTENCE)
        done = gate.apply(SENTENCE)

        assert () == plan.steps
        assert "which nobody could close any more" in plan.obstacles[0]
        assert "copy “Epic workflow”, then assign the copy to Epic" in plan.obstacles[0]
        assert [False] == [one.good for one in done]
        assert before == rules_in(site)


def test_projects_that_are_not_shown_to_us_are_named_before_anything_is_done() -> None:
    with a_site() as site:
        site.control.deny("Closeout", "BROWSE:OPS")

        plan = a_gate(site).plan(SENTENCE)

        ops = project_of(site, "OPS").id
        assert any(f"project {ops} (not shown to us)" in one for one in plan.shared_with)
        assert any("nobody could approve Epic there" in one for one in plan.shared_with)


@pytest.mark.parametrize("mode", MODES)
def test_a_team_managed_workflow_of_epics_gets_the_rule(mode: str) -> None:
    with a_site("cloud-team") as site:
        own = [_own_epic_workflow(site, key) for key in ("NOVA", "OPS")]
        before, gate = rules_in(site), a_gate(site, gate=mode)

        gate.apply(SENTENCE)
        audit = gate.audit()

        done = transition_named(own[0], "Done")
        by_account = {"accountIds": site.world.bot.id}
        assert 2 == len(audit.covered)
        if mode == "role":
            assert by_account == done["conditions"]["conditions"][0]["parameters"]
        gate.apply(SENTENCE, remove=True)
        assert before == rules_in(site)


def test_a_team_managed_workflow_that_stories_share_is_left_and_the_way_out_is_told() -> None:
    with a_site("cloud-team") as site:
        gate = a_gate(site)

        plan = gate.plan(SENTENCE)

        assert () == plan.steps
        assert "open Project settings > Work types > Epic > Edit workflow" in plan.obstacles[0]
        assert frozenset() == gate.audit().covered


def test_jiras_own_workflow_that_nobody_edits_is_an_obstacle() -> None:
    with a_site() as site:
        workflow_named(site, "Epic workflow")["isEditable"] = False

        plan = a_gate(site).plan(SENTENCE)

        assert () == plan.steps
        assert "is Jira's own and cannot be edited" in plan.obstacles[0]


def test_creation_into_done_takes_the_validator_and_not_the_condition() -> None:
    with a_site() as site:
        found = workflow_named(site, "Epic workflow")
        done = transition_named(found, "Done")["toStatusReference"]
        transition_named(found, "Create")["toStatusReference"] = done

        asked = a_gate(site).plan(SENTENCE)
        kept = a_gate(site, gate="role").plan(SENTENCE)

        assert any("“Create” (creation → Done): refuse" in one for one in asked.steps)
        assert not any("“Create”" in one for one in kept.steps)
        assert any("Jira does not take the rule on creation" in one for one in kept.obstacles)


def test_a_workflow_changed_meanwhile_is_unavailable_and_stays_as_it_is() -> None:
    with a_site() as site:
        gate = a_gate(site)
        gate.apply(SENTENCE)
        found = workflow_named(site, "Epic workflow")

        before = rules_in(site)
        with _changed_after_the_check(found), pytest.raises(Unavailable) as raised:
            gate.apply("Newer words.")

        assert "“Epic workflow” changed since we read it: nothing was changed there" in str(
            raised.value
        )
        assert raised.value.retry_after is not None
        assert before == rules_in(site)


def test_many_workflows_are_changed_twenty_at_a_time() -> None:
    with a_site() as site:
        epics, nova = workflow_named(site, "Epic workflow"), project_of(site, "NOVA")
        kind = epic_type(site, nova)
        for number in range(24):
            own = {**deepcopy(epics), "id": f"flow-{number}", "name": f"Epic flow {number}"}
            site.world.workflows[own["id"]] = own
            held = {**nova.workflows, kind: own["id"]}
            key = f"P{number}"
            site.world.projects[key] = replace(
                nova, id=f"20{number:03}", key=key, name=key, workflows=held, actors={}
            )
            site.world.projects[f"20{number:03}"] = site.world.projects.pop(key)

        done = a_gate(site).apply(SENTENCE)

        assert 25 == sum("Epic" in one.name for one in done if one.good)
        assert 2 == writes(site).count("update_workflows")


def test_an_account_that_may_not_edit_workflows_is_told_so() -> None:
    with a_site() as site:
        site.control.deny("Closeout", "ADMINISTER")

        with pytest.raises(NotAllowed):
            a_gate(site).plan(SENTENCE)


def test_a_field_that_may_not_be_made_leaves_every_workflow_as_it_is() -> None:
    with a_site() as site:
        before = rules_in(site)
        site.control.fail("500", only="POST /rest/api/3/field")

        with pytest.raises(Unavailable):
            a_gate(site).apply(SENTENCE)

        assert before == rules_in(site)


def test_without_configured_issue_types_there_is_nothing_to_gate_and_the_reason_is_told() -> None:
    with a_site() as site:
        gate = a_gate(site, closes=[{"versions": True}])

        plan = gate.plan(SENTENCE)

        assert () == plan.steps
        assert "no rule that could refuse the release of a version" in plan.obstacles[0]
        assert frozenset() == gate.audit().covered
