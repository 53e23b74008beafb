"""The rules of workflows: which transitions are hidden from whom, and which are refused and why.

Conditions hide a transition, validators refuse it with a sentence. The parameters of every rule
are strings, as the vendor's `GET /workflows/capabilities` documents them; rules of apps, which
nobody here has installed, always let pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from connectors._standin.messages import Value
from connectors.jira.standin.entities import Field, Issue, User
from connectors.jira.standin.world import World

Rule = dict[str, Any]
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody trying a transition, with what its screen brings."""

    world: World
    issue: Issue
    actor: User
    fields: Mapping[str, Value]

    def value(self, field_id: str) -> Value:
        """Return what a field will hold."""
        return self.fields.get(field_id, self.issue.values.get(field_id))


def hidden(
    world: World, workflow: dict[str, Any], transition: dict[str, Any], issue: Issue, actor: User
) -> bool:
    """Say whether a condition keeps the transition from an account."""
    del workflow
    return not _met(transition.get("conditions"), Try(world, issue, actor, {}))


def refusal(
    world: World,
    workflow: dict[str, Any],
    transition: dict[str, Any],
    issue: Issue,
    actor: User,
    fields: Mapping[str, Value],
) -> str | None:
    """Return the sentence of the validator that refuses the transition, None for no such."""
    del workflow
    attempt = Try(world, issue, actor, fields)
    for rule in transition.get("validators") or ():
        check = _VALIDATORS.get(str(rule.get("ruleKey")))
        sentence = check(rule.get("parameters") or {}, attempt) if check else None
        if sentence is not None:
            return sentence
    return None


def _met(group: dict[str, Any] | None, attempt: Try) -> bool:
    """Say whether a group of conditions is met; one without any is."""
    if not group:
        return True
    found = [_holds(one, attempt) for one in group.get("conditions") or ()]
    found += [_met(one, attempt) for one in group.get("conditionGroups") or ()]
    if not found:
        return True
    return any(found) if group.get("operation") == "ANY" else all(found)


def _holds(rule: Rule, attempt: Try) -> bool:
    check = _CONDITIONS.get(str(rule.get("ruleKey")))
    return check is None or check(rule.get("parameters") or {}, attempt)


# Conditions.


def _restricted(given: Given, attempt: Try) -> bool:
    """Any criterion suffices."""
    world, issue, actor = attempt.world, attempt.issue, attempt.actor
    project = world.projects[issue.project_id]
    accounts = _words(given, "accountIds") if project.style == "next-gen" else []
    users = [issue.values.get(one) for one in _words(given, "allowUserCustomFields")]
    groups = {*_words(given, "groupIds")}
    groups |= {str(issue.values.get(one)) for one in _words(given, "groupCustomFields")}
    denied = [issue.values.get(one) for one in _words(given, "denyUserCustomFields")]
    return any(
        (
            actor.id in accounts,
            "allow-reporter" in accounts and issue.values.get("reporter") == actor.id,
            "allow-assignee" in accounts and issue.values.get("assignee") == actor.id,
            any(_in_role(attempt, role) for role in _words(given, "roleIds")),
            bool(groups & set(actor.groups)),
            any(_permitted(actor, one) for one in _words(given, "permissionKeys")),
            actor.id in users,
            bool(denied) and actor.id not in denied,
        )
    )


def _in_role(attempt: Try, role_id: str) -> bool:
    members = attempt.world.projects[attempt.issue.project_id].actors.get(role_id, [])
    actor = attempt.actor
    return any(ref == actor.id if kind == "user" else ref in actor.groups for kind, ref in members)


def _permitted(actor: User, permission: str) -> bool:
    return permission not in actor.denied and (actor.admin or not permission.startswith("ADMIN"))


def _from_all(given: Given, attempt: Try) -> bool:
    """`users` keeps people away; through the REST interface it goes on."""
    return given.get("restrictMode") == "users" and attempt.actor.app


def _field_is(given: Given, attempt: Try) -> bool:
    wanted = orjson.loads(given.get("fieldValue") or "[]")
    kind, comparator = given.get("comparisonType", "STRING"), given.get("comparator", "=")
    found = attempt.issue.values.get(given.get("fieldId", ""))
    values = found if isinstance(found, list) else [] if found in (None, "") else [found]
    if not wanted:
        return bool(values) if comparator == "!=" else not values
    same = any(_compared(one, other, kind, "=") for one in values for other in wanted)
    if comparator in ("=", "!="):
        return same if comparator == "=" else not same
    return any(_compared(one, other, kind, comparator) for one in values for other in wanted)


def _compared(found: Value, wanted: Value, kind: str, comparator: str) -> bool:
    try:
        left, right = _COMPARABLE[kind](found), _COMPARABLE[kind](wanted)
    except ValueError:
        return False
    return bool(_COMPARATORS[comparator](left, right))


def _was_in(given: Given, attempt: Try) -> bool:
    wanted = set(_words(given, "previousStatusIds"))
    left = [
        str(item.old)
        for change in attempt.issue.history
        for item in change.items
        if item.field == "status"
        and not (given.get("ignoreLoopTransitions") == "true" and item.old == item.new)
    ]
    if given.get("mostRecentStatusOnly") == "true":
        left = left[-1:]
    if given.get("includeCurrentStatus") == "true":
        left = [*left, attempt.issue.status_id]
    return bool(wanted & set(left)) != (given.get("not") == "true")


def _children_in(given: Given, attempt: Try) -> bool:
    allowed = _words(given, "statusIds")
    return all(one.status_id in allowed for one in attempt.world.children(attempt.issue.id))


def _separated(given: Given, attempt: Try) -> bool:
    """Whoever already made that one move may not make this one."""
    moves = {
        (str(item.old), str(item.new))
        for change in attempt.issue.history
        if change.author_id == attempt.actor.id
        for item in change.items
        if item.field == "status"
    }
    return (given.get("fromStatusId", ""), given.get("toStatusId", "")) not in moves


# Validators.


def _permission(given: Given, attempt: Try) -> str | None:
    if _permitted(attempt.actor, given.get("permissionKey", "")):
        return None
    return "You do not have the permission that this transition needs."


def _previous(given: Given, attempt: Try) -> str | None:
    if _was_in(given, attempt):
        return None
    names = [_status_name(attempt, one) for one in _words(given, "previousStatusIds")]
    return f"The work item must have been in {', '.join(names)} before."


def _parent_in(given: Given, attempt: Try) -> str | None:
    parent = attempt.world.issues.get(attempt.issue.parent_id or "")
    allowed = _words(given, "statusIds")
    if parent is None or parent.status_id in allowed:
        return None
    return f"The parent must be in {', '.join(_status_name(attempt, one) for one in allowed)}."


def _status_name(attempt: Try, status_id: str) -> str:
    found = attempt.world.statuses.get(status_id)
    return found.name if found is not None else status_id


def _field_value(given: Given, attempt: Try) -> str | None:
    check = _FIELD_RULES.get(given.get("ruleType", ""))
    return check(given, attempt) if check else None


def _required(given: Given, attempt: Try) -> str | None:
    for field_id in _words(given, "fieldsRequired"):
        field = attempt.world.fields.get(field_id)
        looks_away = given.get("ignoreContext") == "true"
        if looks_away and (field is None or not exists(field, attempt.issue)):
            continue
        if attempt.value(field_id) in (None, "", []):
            name = field.name if field is not None else field_id
            return given.get("errorMessage") or f"{name} is required."
    return None


def exists(field: Field, issue: Issue) -> bool:
    """Say whether an issue has a field: by the project's own context, else by that for all."""
    if field.custom is None:
        return True
    own = [c for c in field.contexts if issue.project_id in c.project_ids]
    context = next(iter((*own, *(c for c in field.contexts if not c.project_ids))), None)
    if context is None:
        return False
    return not context.issue_type_ids or issue.type_id in context.issue_type_ids


def _changed(given: Given, attempt: Try) -> str | None:
    field_id = given.get("fieldKey", "")
    exempt = set(_words(given, "groupsExemptFromValidation")) & set(attempt.actor.groups)
    if exempt or attempt.value(field_id) != attempt.issue.values.get(field_id):
        return None
    return given.get("errorMessage") or f"{_name(attempt, field_id)} must be changed."


def _single(given: Given, attempt: Try) -> str | None:
    found = attempt.value(given.get("fieldKey", ""))
    if not isinstance(found, list) or len(found) == 1:
        return None
    return f"{_name(attempt, given.get('fieldKey', ''))} must have a single value."


def _matching(given: Given, attempt: Try) -> str | None:
    found = attempt.value(given.get("fieldKey", ""))
    if isinstance(found, str) and re.search(given.get("regexp", ""), found):
        return None
    return f"{_name(attempt, given.get('fieldKey', ''))} does not match the pattern."


def _dates(given: Given, attempt: Try) -> str | None:
    first, second = given.get("date1FieldKey", ""), given.get("date2FieldKey", "")
    comparator = given.get("conditionSelected", "=")
    if _compared(attempt.value(first), attempt.value(second), "DATE_WITHOUT_TIME", comparator):
        return None
    return f"{_name(attempt, first)} must be {comparator} {_name(attempt, second)}."


def _window(given: Given, attempt: Try) -> str | None:
    first, second = given.get("date1FieldKey", ""), given.get("date2FieldKey", "")
    try:
        apart = _day(attempt.value(first)) - _day(attempt.value(second))
    except ValueError:
        return f"{_name(attempt, first)} and {_name(attempt, second)} are both needed."
    if apart.days <= int(given.get("numberOfDays", "0")):
        return None
    return f"{_name(attempt, first)} is too long after {_name(attempt, second)}."


def _name(attempt: Try, field_id: str) -> str:
    field = attempt.world.fields.get(field_id)
    return field.name if field is not None else field_id


def _words(given: Given, name: str) -> list[str]:
    return [word.strip() for word in given.get(name, "").split(",") if word.strip()]


def _day(value: Value) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


_COMPARABLE: dict[str, Callable[[Value], Any]] = {
    "STRING": str,
    "OPTIONID": str,
    "NUMBER": float,
    "DATE": _day,
    "DATE_WITHOUT_TIME": _day,
}
_COMPARATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    "<": lambda left, right: left < right,
    "!=": lambda left, right: left != right,
}
_CONDITIONS: dict[str, Callable[[Given, Try], bool]] = {
    "system:restrict-issue-transition": _restricted,
    "system:restrict-from-all-users": _from_all,
    "system:check-field-value": _field_is,
    "system:previous-status-condition": _was_in,
    "system:parent-or-child-blocking-condition": _children_in,
    "system:separation-of-duties": _separated,
}
_VALIDATORS: dict[str, Callable[[Given, Try], str | None]] = {
    "system:validate-field-value": _field_value,
    "system:check-permission-validator": _permission,
    "system:previous-status-validator": _previous,
    "system:parent-or-child-blocking-validator": _parent_in,
}
_FIELD_RULES: dict[str, Callable[[Given, Try], str | None]] = {
    "fieldRequired": _required,
    "fieldChanged": _changed,
    "fieldHasSingleValue": _single,
    "fieldMatchesRegularExpression": _matching,
    "dateFieldComparison": _dates,
    "windowDateComparison": _window,
}
