"""The stand-in's rules of workflows do what the vendor says of them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.jira.standin import Standin, workflows
from connectors.jira.standin.entities import Field, Issue, User
from tests.connectors.jira.gate.building import a_rule, a_site

EPIC = "NOVA-1"


def _issue(site: Standin) -> Issue:
    found = site.world.issue(EPIC)
    assert found is not None
    return found


def _hidden(site: Standin, by: User, *conditions: dict[str, Any], operation: str = "ALL") -> bool:
    group = {"operation": operation, "conditions": list(conditions), "conditionGroups": []}
    return workflows.hidden(site.world, {}, {"conditions": group}, _issue(site), by)


def _refusal(site: Standin, validator: dict[str, Any], **fields: object) -> str | None:
    ada = site.control.person("Ada")
    return workflows.refusal(site.world, {}, {"validators": [validator]}, _issue(site), ada, fields)


def _restrict(**given: str) -> dict[str, Any]:
    return a_rule("system:restrict-issue-transition", **given)


def test_any_criterion_of_a_restriction_suffices() -> None:
    with a_site() as site:
        ada, ben = site.control.person("Ada"), site.control.person("Ben")
        rule = _restrict(roleIds="10002", groupIds="nobody")

        found = _hidden(site, ada, rule), _hidden(site, ben, rule)

    assert (False, True) == found


def test_accounts_count_in_team_managed_projects_only() -> None:
    for flavour, expected in (("cloud-company", True), ("cloud-team", False)):
        with a_site(flavour) as site:
            ben = site.control.person("Ben")

            assert expected == _hidden(site, ben, _restrict(accountIds=ben.id))


def test_users_are_kept_away_and_programs_are_not() -> None:
    with a_site() as site:
        ada, bot = site.control.person("Ada"), site.world.bot
        users = a_rule("system:restrict-from-all-users", restrictMode="users")
        everybody = a_rule("system:restrict-from-all-users", restrictMode="usersAndAPI")

        found = [_hidden(site, who, one) for one in (users, everybody) for who in (ada, bot)]

    assert [True, False, True, True] == found


def test_groups_nest_and_any_needs_one_and_all_needs_each() -> None:
    with a_site() as site:
        ada = site.control.person("Ada")
        yes, no = _restrict(roleIds="10002"), _restrict(roleIds="99999")
        nested = {
            "operation": "ALL",
            "conditions": [yes],
            "conditionGroups": [{"operation": "ANY", "conditions": [no, yes]}],
        }

        found = (
            _hidden(site, ada, yes, no),
            _hidden(site, ada, yes, no, operation="ANY"),
            workflows.hidden(site.world, {}, {"conditions": nested}, _issue(site), ada),
        )

    assert (True, False, False) == found


@pytest.mark.parametrize(
    ("comparator", "kind", "wanted", "expected"),
    [
        ("=", "STRING", '["Approved"]', False),
        ("!=", "STRING", '["Approved"]', True),
        ("=", "STRING", '["Other"]', True),
        ("!=", "STRING", "[]", False),
        ("=", "STRING", "[]", True),
        (">", "NUMBER", "[3]", True),
    ],
)
def test_a_field_is_compared(comparator: str, kind: str, wanted: str, expected: bool) -> None:
    with a_site() as site:
        _issue(site).values["summary"] = "Approved"
        rule = a_rule(
            "system:check-field-value",
            fieldId="summary",
            fieldValue=wanted,
            comparator=comparator,
            comparisonType=kind,
        )

        found = _hidden(site, site.control.person("Ada"), rule)

    assert expected == found


def test_whoever_made_one_move_does_not_see_the_other() -> None:
    with a_site() as site:
        ada, ben = site.control.person("Ada"), site.control.person("Ben")
        issue = _issue(site)
        site.control.move_issue(EPIC, "Ready to close", by="Ben")
        move = next(
            item
            for change in issue.history
            if change.author_id == ben.id
            for item in change.items
            if item.field == "status"
        )
        rule = a_rule(
            "system:separation-of-duties", fromStatusId=str(move.old), toStatusId=str(move.new)
        )

        found = _hidden(site, ada, rule), _hidden(site, ben, rule)

    assert (False, True) == found


def test_an_earlier_status_is_asked_for() -> None:
    with a_site() as site:
        issue, ada = _issue(site), site.control.person("Ada")
        was = issue.status_id
        site.control.move_issue(EPIC, "Ready to close", by="Ben")
        rule = a_rule("system:previous-status-condition", previousStatusIds=was)
        turned = a_rule(
            "system:previous-status-condition", previousStatusIds=was, **{"not": "true"}
        )
        validator = a_rule("system:previous-status-validator", previousStatusIds="99")

        found = _hidden(site, ada, rule), _hidden(site, ada, turned)
        refused = _refusal(site, validator)

    assert (False, True) == found
    assert refused is not None


def test_a_required_field_is_refused_with_the_rules_own_words() -> None:
    with a_site() as site:
        rule = a_rule(
            "system:validate-field-value",
            ruleType="fieldRequired",
            fieldsRequired="components",
            ignoreContext="true",
            errorMessage="Name a component.",
        )

        found = _refusal(site, rule), _refusal(site, rule, components=["10000"])

    assert ("Name a component.", None) == found


@pytest.mark.parametrize(("ignore", "expected"), [("true", None), ("false", "Fill it in.")])
def test_a_field_that_does_not_exist_here_is_asked_for_only_when_context_counts(
    ignore: str, expected: str | None
) -> None:
    with a_site() as site:
        site.world.fields["customfield_1"] = Field(
            "customfield_1", "Elsewhere", "text", "string", custom="a:b"
        )
        rule = a_rule(
            "system:validate-field-value",
            ruleType="fieldRequired",
            fieldsRequired="customfield_1",
            ignoreContext=ignore,
            errorMessage="Fill it in.",
        )

        found = _refusal(site, rule)

    assert expected == found


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        (
            {"ruleType": "fieldMatchesRegularExpression", "fieldKey": "summary", "regexp": "x+"},
            False,
        ),
        ({"ruleType": "fieldMatchesRegularExpression", "fieldKey": "summary", "regexp": "."}, True),
        ({"ruleType": "fieldChanged", "fieldKey": "summary"}, False),
        ({"ruleType": "fieldHasSingleValue", "fieldKey": "labels"}, False),
        (
            {
                "ruleType": "dateFieldComparison",
                "date1FieldKey": "duedate",
                "date2FieldKey": "duedate",
                "conditionSelected": "=",
                "includeTime": "false",
            },
            True,
        ),
        (
            {
                "ruleType": "windowDateComparison",
                "date1FieldKey": "duedate",
                "date2FieldKey": "duedate",
                "numberOfDays": "1",
            },
            True,
        ),
    ],
)
def test_field_values_are_validated(given: dict[str, str], passes: bool) -> None:
    with a_site() as site:
        _issue(site).values |= {"summary": "Checkout", "labels": []}

        found = _refusal(site, a_rule("system:validate-field-value", **given))

    assert passes == (found is None)


def test_a_permission_is_asked_for() -> None:
    with a_site() as site:
        rule = a_rule("system:check-permission-validator", permissionKey="CLOSE_ISSUES")
        before = _refusal(site, rule)
        site.control.person("Ada").denied.add("CLOSE_ISSUES")

        after = _refusal(site, rule)

    assert before is None
    assert after is not None


def test_rules_of_apps_that_nobody_installed_let_pass() -> None:
    with a_site() as site:
        ada = site.control.person("Ada")

        found = _hidden(site, ada, a_rule("forge:expression-condition"))

    assert not found
