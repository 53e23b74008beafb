"""The stand-in's interface of workflows refuses what Jira's would."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from connectors.http import Declined
from connectors.jira.gate.rules import payload
from connectors.jira.standin import Standin
from service.ports import NotAllowed, NotFound
from tests.connectors.jira.gate.building import a_client, a_site, a_workflow, workflow_named

API = "/rest/api/3"


def _update(site: Standin) -> dict[str, Any]:
    """Return a body that changes nothing, as Jira would take it."""
    found = workflow_named(site, "Epic workflow")
    read = a_client(site).http.post(f"{API}/workflows", json={"workflowIds": [found["id"]]}).object
    statuses = [{k: v for k, v in one.items() if k != "scope"} for one in read["statuses"]]
    return {"statuses": statuses, "workflows": [payload(read["workflows"][0])]}


def _errors(site: Standin, body: dict[str, Any]) -> list[str]:
    asked = {"payload": body}
    found = a_client(site).http.post(f"{API}/workflows/update/validation", json=asked).object
    return [one["message"] for one in found["errors"]]


def _done(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in body["workflows"][0]["transitions"] if one["name"] == "Done"
    )
    return found


def test_what_was_read_is_taken_back_and_makes_a_new_version() -> None:
    with a_site() as site:
        body = _update(site)
        before = deepcopy(workflow_named(site, "Epic workflow"))

        errors = _errors(site, body)
        a_client(site).http.post(f"{API}/workflows/update", json=body)

        after = workflow_named(site, "Epic workflow")
        number = before["version"]["versionNumber"] + 1
        assert [] == errors
        assert {**before, "version": {**before["version"], "versionNumber": number}} == after


def test_statuses_are_updated_along() -> None:
    with a_site() as site:
        body = _update(site)
        body["statuses"][0]["name"] = "Renamed"

        a_client(site).http.post(f"{API}/workflows/update", json=body)

        assert "Renamed" == site.world.statuses[body["statuses"][0]["id"]].name


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"ruleKey": "system:no-such-rule"}, "does not exist or is not available"),
        ({"ruleKey": "system:check-field-value", "parameters": {}}, "is a condition, not a"),
        (
            {"ruleKey": "system:validate-field-value", "parameters": {"ruleType": "fieldRequired"}},
            "The parameter fieldsRequired of the rule",
        ),
        (
            {"ruleKey": "system:check-permission-validator", "parameters": {"x": "1"}},
            "The parameter x is not valid",
        ),
        (
            {
                "ruleKey": "system:validate-field-value",
                "parameters": {
                    "ruleType": "fieldRequired",
                    "fieldsRequired": "assignee",
                    "ignoreContext": "perhaps",
                },
            },
            "The value of the parameter ignoreContext",
        ),
    ],
)
def test_a_wrong_rule_is_found_by_the_check_and_refused_by_the_update(
    rule: dict[str, Any], expected: str
) -> None:
    with a_site() as site:
        body = _update(site)
        _done(body)["validators"] = [rule]

        errors = _errors(site, body)
        with pytest.raises(Declined) as raised:
            a_client(site).http.post(f"{API}/workflows/update", json=body)

        assert any(expected in one for one in errors)
        assert 400 == raised.value.status


def test_rules_that_do_not_go_together_and_conditions_on_creation_are_found() -> None:
    with a_site("cloud-team") as site:
        found = next(iter(site.world.workflows.values()))
        read = a_client(site).http.post(f"{API}/workflows", json={"workflowIds": [found["id"]]})
        body = {
            "statuses": read.object["statuses"],
            "workflows": [payload(read.object["workflows"][0])],
        }
        rules = [
            {"ruleKey": f"system:jsd-approvals-block-until-{one}"}
            for one in ("approved", "rejected")
        ]
        create = body["workflows"][0]["transitions"][0]
        create["conditions"] = {"operation": "ALL", "conditions": rules}

        errors = " ".join(_errors(site, body))

        assert "are incompatible" in errors
        assert "The initial transition takes no conditions." in errors


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.update(more=1),
        lambda body: body["workflows"][0].pop("version"),
        lambda body: body["workflows"][0]["version"].update(more=1),
        lambda body: _done(body).update(validators=[{"ruleKey": "x", "more": 1}]),
        lambda body: _done(body).update(conditions={"operation": "ALL", "more": []}),
        lambda body: _done(body).update(links=[{"from": "1"}]),
    ],
    ids=["body", "no version", "version", "rule", "group", "link"],
)
@pytest.mark.asks_wrongly
def test_a_key_that_a_closed_object_does_not_have_is_refused(
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    with a_site() as site:
        body = _update(site)
        spoil(body)

        with pytest.raises(Declined) as raised:
            a_client(site).http.post(f"{API}/workflows/update", json=body)

        assert "Invalid request payload" in str(raised.value)


def test_an_old_version_is_a_conflict() -> None:
    with a_site() as site:
        body = _update(site)
        a_client(site).http.post(f"{API}/workflows/update", json=body)

        with pytest.raises(Declined) as raised:
            a_client(site).http.post(f"{API}/workflows/update", json=body)

        assert 409 == raised.value.status


def test_a_status_in_which_issues_stand_is_not_lost_without_a_mapping() -> None:
    with a_site() as site:
        body, issue = _update(site), site.world.issue("NOVA-1")
        assert issue is not None
        held = body["workflows"][0]
        held["statuses"] = [
            one for one in held["statuses"] if one["statusReference"] != issue.status_id
        ]

        errors = _errors(site, body)

        assert any("that the workflow would lose" in one for one in errors)


def test_team_managed_workflows_offer_other_rules() -> None:
    with a_site() as company, a_site("cloud-team") as team:
        found = [_offered(company), _offered(team)]

    assert {"system:block-in-progress-approval"} == found[0] - found[1]
    assert {
        "system:jsd-approvals-block-until-approved",
        "system:jsd-approvals-block-until-rejected",
    } == found[1] - found[0]


def _offered(site: Standin) -> set[str]:
    params = {"workflowId": next(iter(site.world.workflows))}
    found = a_client(site).http.get(f"{API}/workflows/capabilities", params=params).object
    return {one["ruleKey"] for one in found["systemRules"]}


def test_usages_are_paged_by_token() -> None:
    with a_site() as site:
        number = workflow_named(site, "Epic workflow")["id"]
        path, params = f"{API}/workflow/{number}/projectUsages", {"maxResults": 1}

        first = a_client(site).http.get(path, params=params).object["projects"]
        token = {**params, "nextPageToken": first["nextPageToken"]}
        second = a_client(site).http.get(path, params=token).object["projects"]

        assert [{"id": "10000"}, {"id": "10001"}] == [*first["values"], *second["values"]]
        assert "nextPageToken" not in second


def test_who_may_not_edit_workflows_gets_401_and_unknown_ones_404() -> None:
    with a_site() as site:
        client = a_client(site)
        with pytest.raises(NotFound):
            client.http.get(f"{API}/workflow/none/projectUsages")
        site.control.deny("Closeout", "ADMINISTER")

        with pytest.raises(NotAllowed):
            client.http.get(f"{API}/workflows/search")


def test_the_builders_workflow_has_what_an_update_needs() -> None:
    sent = payload(a_workflow())

    assert {"id", "version", "statuses", "transitions"} == sent.keys()
