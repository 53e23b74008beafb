"""Our rule within a workflow, as Jira's `POST /workflows` gives one: put in, found, taken out. Pure.

A workflow goes back to Jira as a whole, so nothing here touches what it does not know: rules of
others, their ids and their order stay, and `removed(installed(w)) == w`.
Vendor's page: developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflows.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Raw = dict[str, Any]

INITIAL = "INITIAL"
GLOBAL = "GLOBAL"

_FIELD_VALUE = "system:validate-field-value"
_RESTRICTED = "system:restrict-issue-transition"

# Jira documents no limit; its text columns of this age end at 255.
LONGEST_SENTENCE = 255


@dataclass(frozen=True, slots=True)
class Approval:
    """The rule that refuses with a sentence until the approval field has a value.

    `only_where_it_exists`: the rule looks away where the field's context leaves an issue out, so
    that other issue types may share the workflow. Else it refuses there (fails closed).
    """

    field_id: str
    sentence: str = ""
    only_where_it_exists: bool = False

    key = _FIELD_VALUE
    kind = "Validator"

    def parameters(self) -> dict[str, str]:
        """Return the rule's parameters, which Jira takes as strings only."""
        return {
            "ruleType": "fieldRequired",
            "fieldsRequired": self.field_id,
            "ignoreContext": "true" if self.only_where_it_exists else "false",
            "errorMessage": shortened(self.sentence),
        }

    def is_ours(self, rule: object) -> bool:
        """Whether a rule asks for our field, whatever it says to whom it refuses."""
        given = _given(rule, _FIELD_VALUE)
        return (given.get("ruleType"), given.get("fieldsRequired")) == (
            "fieldRequired",
            self.field_id,
        )


@dataclass(frozen=True, slots=True)
class Reserved:
    """The rule that keeps a transition to us alone; others do not see it.

    - `who` is the id of our role, or of our account.
    - `by` is the parameter that takes it: `roleIds`, or `accountIds`, which only team-managed
      projects have.
    """

    who: str
    by: str = "roleIds"

    key = _RESTRICTED
    kind = "Condition"

    def parameters(self) -> dict[str, str]:
        """Return the rule's parameters, which Jira takes as strings only."""
        return {self.by: self.who}

    def is_ours(self, rule: object) -> bool:
        """Whether a rule lets us pass and nobody else: any further criterion is a way by."""
        given = {name: told for name, told in _given(rule, _RESTRICTED).items() if told}
        return given == self.parameters()


Rule = Approval | Reserved


def shortened(sentence: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return a sentence on one line that is not too long; an address at its end stays whole."""
    words = sentence.split()
    whole = " ".join(words)
    if len(whole) <= longest:
        return whole
    end = words.pop() if "://" in words[-1] else ""
    room = longest - len(end) - (2 if end else 1)
    start = " ".join(words)[: max(room, 0)].rpartition(" ")[0]
    return f"{start}… {end}".strip()[:longest]


def payload(workflow: Raw) -> Raw:
    """Return a workflow as `POST /workflows/update` takes it: without what only answers have.

    Answers hold nulls where the update takes an absent key only.
    """
    found = _without_nulls(deepcopy(workflow), *_ANSWERED_ONLY)
    found["statuses"] = [_layout(one) for one in found.get("statuses") or ()]
    found["transitions"] = [_without_nulls(one) for one in found.get("transitions") or ()]
    for transition in found["transitions"]:
        transition.setdefault("validators", [])
    return found


def into_done(workflow: Raw, categories: Mapping[str, str]) -> list[Raw]:
    """Return the transitions that lead into a status of category DONE, wherever they begin.

    `categories` maps a statusReference to its category. Creation (INITIAL) counts.
    """
    return [
        transition
        for transition in workflow.get("transitions") or ()
        if categories.get(str(transition.get("toStatusReference"))) == "DONE"
    ]


def installed(workflow: Raw, rule: Rule, transition_ids: frozenset[str]) -> Raw:
    """Return the workflow with our rule on these transitions, once each, and as it is now."""
    found = deepcopy(workflow)
    for transition in found["transitions"]:
        if transition.get("id") in transition_ids and not as_wanted(transition, rule):
            if isinstance(rule, Approval):
                _put_validator(transition, rule)
            else:
                _take_condition(transition, rule)
                _put_condition(transition, rule)
    return found


def removed(workflow: Raw, rule: Rule) -> Raw:
    """Return the workflow without our rule, wherever it stands."""
    found = deepcopy(workflow)
    for transition in found["transitions"]:
        if isinstance(rule, Approval):
            validators = transition.get("validators")
            if any(map(rule.is_ours, validators or ())):
                transition["validators"] = [v for v in validators if not rule.is_ours(v)]
        else:
            _take_condition(transition, rule)
    return found


def ours(transition: Raw, rule: Rule) -> list[Raw]:
    """Return our rule on a transition as it stands, none where it stands where it binds nobody.

    A condition binds only where every group around it asks for ALL of what is in it.
    """
    if isinstance(rule, Approval):
        return [one for one in transition.get("validators") or () if rule.is_ours(one)]
    return [one for one in _binding(transition.get("conditions")) if rule.is_ours(one)]


def mentioned(workflow: Raw, rule: Rule) -> list[Raw]:
    """Return the transitions that have our rule in any place."""
    return [
        transition
        for transition in workflow.get("transitions") or ()
        if any(map(rule.is_ours, all_rules(transition)))
    ]


def as_wanted(transition: Raw, rule: Rule) -> bool:
    """Whether our rule stands on a transition, once, as we would put it there.

    Parameters that Jira adds by itself do not matter.
    """
    standing = ours(transition, rule)
    wanted = rule.parameters().items()
    return len(standing) == 1 and wanted <= _given(standing[0], rule.key).items()


def all_rules(transition: Raw) -> Iterator[Raw]:
    """Yield every rule of a transition, of whatever kind and however deep."""
    for kind in ("validators", "actions"):
        yield from transition.get(kind) or ()
    yield from _leaves(transition.get("conditions"))


def sentence_of(rule: Raw) -> str:
    """Return what a rule of the approval kind says to whom it refuses."""
    return str(_given(rule, _FIELD_VALUE).get("errorMessage") or "")


def looks_away(rule: Raw) -> bool:
    """Whether a rule of the approval kind lets issues pass that the field's context leaves out."""
    return _given(rule, _FIELD_VALUE).get("ignoreContext") == "true"


def _put_validator(transition: Raw, rule: Approval) -> None:
    validators = transition.get("validators") or []
    standing = next((one for one in validators if rule.is_ours(one)), None)
    fresh = {"ruleKey": rule.key, "parameters": rule.parameters()}
    if standing is None:
        transition["validators"] = [*validators, fresh]
        return
    transition["validators"] = [
        {**one, **fresh} if one is standing else one
        for one in validators
        if one is standing or not rule.is_ours(one)
    ]


def _put_condition(transition: Raw, rule: Reserved) -> None:
    """Ask for our role beside everything that is asked for already.

    A group that already asks for ALL of some rules gets one more; any other goes inside a new one.
    """
    fresh = {"ruleKey": rule.key, "parameters": rule.parameters()}
    group = transition.get("conditions")
    if group is None or _empty(group):
        transition["conditions"] = {"operation": "ALL", "conditions": [fresh]}
    elif group.get("operation") == "ALL" and group.get("conditions"):
        group["conditions"] = [*group["conditions"], fresh]
    else:
        wrapped = {"operation": "ALL", "conditions": [fresh], "conditionGroups": [group]}
        transition["conditions"] = wrapped


def _take_condition(transition: Raw, rule: Reserved) -> None:
    group = transition.get("conditions")
    if group is None or not any(map(rule.is_ours, _leaves(group))):
        return
    left = _without(group, rule)
    alone = not left.get("conditions") and len(left.get("conditionGroups") or ()) == 1
    if alone and any(map(rule.is_ours, group.get("conditions") or ())):
        left = left["conditionGroups"][0]  # our own group around what had been there
    if _empty(left):
        del transition["conditions"]
    else:
        transition["conditions"] = left


def _without(group: Raw, rule: Reserved) -> Raw:
    left = dict(group)
    if "conditions" in group:
        left["conditions"] = [c for c in group["conditions"] or () if not rule.is_ours(c)]
    if "conditionGroups" in group:
        inner = [(one, _without(one, rule)) for one in group["conditionGroups"] or ()]
        left["conditionGroups"] = [new for old, new in inner if _empty(old) or not _empty(new)]
    return left


def _empty(group: Raw | None) -> bool:
    """Whether a group holds no rule: Jira reads such a group as no condition."""
    return not any(True for _ in _leaves(group))


def _leaves(group: Raw | None) -> Iterator[Raw]:
    if group:
        yield from group.get("conditions") or ()
        for inner in group.get("conditionGroups") or ():
            yield from _leaves(inner)


def _binding(group: Raw | None) -> Iterator[Raw]:
    """Yield the conditions that nobody passes by: those in groups of ALL, from the top down."""
    if group and group.get("operation") == "ALL":
        yield from group.get("conditions") or ()
        for inner in group.get("conditionGroups") or ():
            yield from _binding(inner)


def _given(rule: object, key: str) -> dict[str, str]:
    if not isinstance(rule, dict) or rule.get("ruleKey") != key:
        return {}
    found = rule.get("parameters")
    return found if isinstance(found, dict) else {}


def _layout(status: Raw) -> Raw:
    found = _without_nulls(status, "deprecated")
    place = found.get("layout")
    if isinstance(place, dict) and None in place.values():
        del found["layout"]
    return found


def _without_nulls(raw: Raw, *unwanted: str) -> Raw:
    return {name: told for name, told in raw.items() if told is not None and name not in unwanted}


_ANSWERED_ONLY = ("created", "updated", "isEditable", "name", "scope", "taskId")
