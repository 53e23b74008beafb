"""The rules Jira offers for workflows, and what is wrong with one that is sent.

From the vendor's description of `GET /workflows/capabilities`; which rule goes on creation and
which do not go together is not documented there, so what stands here is what the kinds suggest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offered:
    """A rule: its kind, its parameters, the values some of these may have, who has it.

    `only`: `company` or `team`, where not both kinds of projects have it.
    """

    key: str
    kind: str
    name: str
    parameters: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    values: tuple[tuple[str, frozenset[str]], ...] = ()
    only: str | None = None
    clashing: tuple[str, ...] = ()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BOOLEAN = _words("true false")
_APPROVED = "system:jsd-approvals-block-until-approved"
_REJECTED = "system:jsd-approvals-block-until-rejected"
_FIELD_RULES = {
    "fieldRequired": _words("ruleType fieldsRequired ignoreContext errorMessage"),
    "fieldChanged": _words("ruleType fieldKey groupsExemptFromValidation errorMessage"),
    "fieldHasSingleValue": _words("ruleType fieldKey excludeSubtasks"),
    "fieldMatchesRegularExpression": _words("ruleType fieldKey regexp"),
    "dateFieldComparison": _words(
        "ruleType date1FieldKey date2FieldKey includeTime conditionSelected"
    ),
    "windowDateComparison": _words("ruleType date1FieldKey date2FieldKey numberOfDays"),
}
_FIELD_NEEDS = {
    "fieldRequired": _words("fieldsRequired ignoreContext"),
    "fieldChanged": _words("fieldKey"),
    "fieldHasSingleValue": _words("fieldKey"),
    "fieldMatchesRegularExpression": _words("fieldKey regexp"),
    "dateFieldComparison": _words("date1FieldKey date2FieldKey conditionSelected"),
    "windowDateComparison": _words("date1FieldKey date2FieldKey numberOfDays"),
}
_COMPARATORS = _words("> >= = <= < !=")

RULES = {
    one.key: one
    for one in (
        Offered(
            "system:validate-field-value",
            "Validator",
            "Validate a field",
            frozenset().union(*_FIELD_RULES.values()),
            _words("ruleType"),
            (("ruleType", frozenset(_FIELD_RULES)), ("ignoreContext", _BOOLEAN)),
        ),
        Offered(
            "system:check-permission-validator",
            "Validator",
            "Check permission",
            _words("permissionKey"),
            _words("permissionKey"),
        ),
        Offered(
            "system:parent-or-child-blocking-validator",
            "Validator",
            "Block by the parent's status",
            _words("blocker statusIds"),
            _words("blocker statusIds"),
            (("blocker", _words("PARENT")),),
        ),
        Offered(
            "system:previous-status-validator",
            "Validator",
            "Check that it was in a status",
            _words("previousStatusIds mostRecentStatusOnly"),
            _words("previousStatusIds"),
            (("mostRecentStatusOnly", _BOOLEAN),),
        ),
        Offered("system:proforma-forms-attached", "Validator", "Forms attached"),
        Offered("system:proforma-forms-submitted", "Validator", "Forms submitted"),
        Offered(
            "system:check-field-value",
            "Condition",
            "Restrict by a field's value",
            _words("fieldId fieldValue comparator comparisonType"),
            _words("fieldId fieldValue comparator comparisonType"),
            (
                ("comparator", _COMPARATORS),
                ("comparisonType", _words("STRING NUMBER DATE DATE_WITHOUT_TIME OPTIONID")),
            ),
        ),
        Offered(
            "system:restrict-issue-transition",
            "Condition",
            "Restrict who can move a work item",
            _words(
                "accountIds roleIds groupIds permissionKeys groupCustomFields "
                "allowUserCustomFields denyUserCustomFields"
            ),
        ),
        Offered(
            "system:restrict-from-all-users",
            "Condition",
            "Hide from everybody",
            _words("restrictMode"),
            _words("restrictMode"),
            (("restrictMode", _words("users usersAndAPI")),),
        ),
        Offered(
            "system:parent-or-child-blocking-condition",
            "Condition",
            "Block by the children's status",
            _words("blocker statusIds"),
            _words("blocker statusIds"),
            (("blocker", _words("CHILD")),),
        ),
        Offered(
            "system:previous-status-condition",
            "Condition",
            "Restrict by an earlier status",
            _words(
                "previousStatusIds not mostRecentStatusOnly includeCurrentStatus "
                "ignoreLoopTransitions"
            ),
            _words("previousStatusIds"),
        ),
        Offered(
            "system:separation-of-duties",
            "Condition",
            "Restrict from whoever made a move",
            _words("fromStatusId toStatusId"),
            _words("fromStatusId toStatusId"),
        ),
        Offered(
            _APPROVED,
            "Condition",
            "Block until approved",
            _words("approvalConfigurationJson"),
            only="team",
            clashing=(_REJECTED,),
        ),
        Offered(
            _REJECTED,
            "Condition",
            "Block until rejected",
            _words("approvalConfigurationJson"),
            only="team",
            clashing=(_APPROVED,),
        ),
        Offered(
            "system:block-in-progress-approval",
            "Condition",
            "Block while an approval is pending",
            only="company",
        ),
        Offered(
            "system:change-assignee",
            "Function",
            "Assign a work item",
            _words("type accountId"),
            _words("type"),
        ),
        Offered(
            "system:copy-value-from-other-field",
            "Function",
            "Copy the value of one field to another",
            _words("sourceFieldKey targetFieldKey issueSource"),
            _words("sourceFieldKey targetFieldKey"),
        ),
        Offered(
            "system:update-field",
            "Function",
            "Update a field",
            _words("field value mode"),
            _words("field"),
            (("mode", _words("append replace")),),
        ),
        Offered(
            "system:trigger-webhook",
            "Function",
            "Trigger a webhook",
            _words("webhookId"),
            _words("webhookId"),
        ),
        Offered("system:transition-screen", "Screen", "Show a screen", _words("screenId")),
        Offered(
            "system:remind-people-to-update-fields",
            "Screen",
            "Remind people to update fields",
            _words("remindingFieldIds remindingMessage remindingAlwaysAsk"),
        ),
    )
}
_PREFIXES = ("connect:", "forge:")


def offered(team_managed: bool) -> list[Raw]:  # noqa: FBT001 (one of two kinds of projects)
    """Return the rules for a workflow, as `systemRules` of the capabilities shows them."""
    return [
        {
            "ruleKey": one.key,
            "ruleType": one.kind,
            "name": one.name,
            "description": f"{one.name}.",
            "incompatibleRuleKeys": list(one.clashing),
            "isAvailableForInitialTransition": one.kind in ("Validator", "Function"),
            "isVisible": True,
        }
        for one in RULES.values()
        if _has(one, team_managed=team_managed)
    ]


def problems(rule: Raw, kind: str, *, team_managed: bool) -> Iterator[str]:
    """Yield what is wrong with a rule that stands where rules of a kind stand."""
    key = str(rule.get("ruleKey"))
    if key.startswith(_PREFIXES):
        return
    known = RULES.get(key)
    if known is None or not _has(known, team_managed=team_managed):
        yield f"The rule {key} does not exist or is not available for this workflow."
        return
    if known.kind != kind:
        yield f"The rule {key} is a {known.kind.lower()}, not a {kind.lower()}."
        return
    given = rule.get("parameters") or {}
    allowed, needed = known.parameters, known.needed
    if key == "system:validate-field-value":
        field_rule = given.get("ruleType", "")
        allowed = _FIELD_RULES.get(field_rule, allowed)
        needed = needed | _FIELD_NEEDS.get(field_rule, frozenset())
    if not team_managed:
        allowed = allowed - {"accountIds"}
    for name in sorted(given.keys() - allowed - {"fieldIds", "required"}):
        yield f"The parameter {name} is not valid for the rule {key}."
    for name in sorted(one for one in needed if not given.get(one)):
        yield f"The parameter {name} of the rule {key} is missing."
    for name, values in known.values:
        if name in given and given[name] not in values:
            yield f"The value of the parameter {name} of the rule {key} is not valid."


def _has(rule: Offered, *, team_managed: bool) -> bool:
    return rule.only in (None, "team" if team_managed else "company")
