"""Our rule within the JSON of a workflow, and nothing else of it touched."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.gate import rules
from connectors.jira.gate.rules import Approval, Reserved
from tests.connectors.jira.gate.building import (
    APPROVAL,
    CATEGORIES,
    FIELD,
    OTHERS_CONDITION,
    OTHERS_VALIDATOR,
    RESERVED,
    SENTENCE,
    a_rule,
    a_transition,
    a_workflow,
)

KEYS = st.sampled_from(["system:check-field-value", "forge:expression-condition", "connect:x"])
WORDS = st.text(max_size=8)
LEAVES = st.builds(
    lambda key, number, given: {"id": number, "ruleKey": key, "parameters": given},
    KEYS,
    WORDS,
    st.dictionaries(WORDS, WORDS, max_size=2),
)


def _group(operation: str, leaves: list[Any], groups: list[Any]) -> dict[str, Any]:
    return {"operation": operation, "conditions": leaves, "conditionGroups": groups}


# Jira keeps no group without any rule in it, so none is generated.
GROUPS = st.recursive(
    st.builds(
        _group,
        st.sampled_from(["ANY", "ALL"]),
        st.lists(LEAVES, min_size=1, max_size=3),
        st.just([]),
    ),
    lambda inner: st.builds(
        _group,
        st.sampled_from(["ANY", "ALL"]),
        st.lists(LEAVES, max_size=2),
        st.lists(inner, min_size=1, max_size=2),
    ),
    max_leaves=4,
)
TRANSITIONS = st.builds(
    lambda to, sources, validators, group, extra: a_transition(
        "0",
        to,
        *sources,
        validators=validators,
        **({"conditions": group} if group else {}),
        **extra,
    ),
    st.sampled_from(["1", "2", "3"]),
    st.lists(st.sampled_from(["1", "2", "3"]), max_size=2),
    st.lists(LEAVES, max_size=3),
    st.none() | GROUPS,
    st.dictionaries(st.sampled_from(["someNewKey", "customIssueEventId"]), WORDS, max_size=2),
)
WORKFLOWS = st.lists(TRANSITIONS, max_size=5).map(
    lambda found: a_workflow(
        *({**one, "id": str(number)} for number, one in enumerate(found, 11)),
        anotherNewKey={"a": 1},
    )
)
RULES = st.sampled_from([APPROVAL, RESERVED, Reserved("712020:us", "accountIds")])


def _into_done(workflow: dict[str, Any]) -> frozenset[str]:
    return frozenset(one["id"] for one in rules.into_done(workflow, CATEGORIES))


@given(WORKFLOWS, RULES)
def test_taking_the_rule_away_restores_any_workflow(
    workflow: dict[str, Any], rule: rules.Rule
) -> None:
    before = deepcopy(workflow)

    with_rule = rules.installed(workflow, rule, _into_done(workflow))

    assert before == rules.removed(with_rule, rule)
    assert before == workflow


@given(WORKFLOWS, RULES)
def test_the_rule_stands_on_every_way_into_done_and_installing_twice_is_installing_once(
    workflow: dict[str, Any], rule: rules.Rule
) -> None:
    ways = _into_done(workflow)

    once = rules.installed(workflow, rule, ways)

    standing = {one["id"] for one in once["transitions"] if rules.as_wanted(one, rule)}
    assert ways == standing
    assert once == rules.installed(once, rule, ways)


@given(WORKFLOWS, RULES)
def test_rules_of_others_stay_as_they_are_in_their_order(
    workflow: dict[str, Any], rule: rules.Rule
) -> None:
    after = rules.installed(workflow, rule, _into_done(workflow))

    for old, new in zip(workflow["transitions"], after["transitions"], strict=True):
        others = [one for one in rules.all_rules(new) if not rule.is_ours(one)]
        key = repr
        assert sorted(map(key, rules.all_rules(old))) == sorted(map(key, others))
        assert old["validators"] == [one for one in new["validators"] if not rule.is_ours(one)]


@pytest.mark.parametrize(
    "transition",
    [
        a_transition("31", "3", "2", name="a directed one"),
        a_transition("31", "3", name="one from any status"),
        a_transition("31", "3", type="INITIAL", name="creation"),
        a_transition("31", "3", "3", name="from one done status to another"),
    ],
    ids=lambda one: str(one["name"]),
)
def test_a_way_into_done_is_found_wherever_it_begins(transition: dict[str, Any]) -> None:
    workflow = a_workflow(a_transition("21", "2", "1"), transition)

    found = rules.into_done(workflow, CATEGORIES)

    assert ["31"] == [one["id"] for one in found]


def test_an_any_group_of_others_goes_inside_a_group_of_all() -> None:
    theirs = {"operation": "ANY", "conditions": [OTHERS_CONDITION], "conditionGroups": []}
    workflow = a_workflow(a_transition("31", "3", "2", conditions=theirs))

    found = rules.installed(workflow, RESERVED, frozenset({"31"}))["transitions"][-1]["conditions"]

    assert {
        "operation": "ALL",
        "conditions": [{"ruleKey": RESERVED.key, "parameters": {"roleIds": "10400"}}],
        "conditionGroups": [theirs],
    } == found


def test_a_condition_that_somebody_moved_into_an_any_group_binds_nobody_and_is_put_back() -> None:
    ours = {"id": "r", "ruleKey": RESERVED.key, "parameters": {"roleIds": "10400"}}
    moved = {"operation": "ANY", "conditions": [OTHERS_CONDITION, ours], "conditionGroups": []}
    workflow = a_workflow(a_transition("31", "3", "2", conditions=moved))

    standing = rules.ours(workflow["transitions"][-1], RESERVED)
    mended = rules.installed(workflow, RESERVED, frozenset({"31"}))["transitions"][-1]

    assert [] == standing
    assert rules.as_wanted(mended, RESERVED)
    assert [OTHERS_CONDITION] == mended["conditions"]["conditionGroups"][0]["conditions"]


def test_a_changed_sentence_keeps_the_rules_id_and_place() -> None:
    old = {"id": "r9", "ruleKey": APPROVAL.key, "parameters": Approval(FIELD, "old").parameters()}
    workflow = a_workflow(a_transition("31", "3", "2", validators=[old, OTHERS_VALIDATOR]))

    found = rules.installed(workflow, APPROVAL, frozenset({"31"}))["transitions"][-1]["validators"]

    assert [{**old, "parameters": APPROVAL.parameters()}, OTHERS_VALIDATOR] == found


def test_a_rule_of_others_on_another_field_or_with_a_further_criterion_is_not_ours() -> None:
    other_field = a_rule(APPROVAL.key, ruleType="fieldRequired", fieldsRequired="assignee")
    wider = a_rule(RESERVED.key, roleIds="10400", groupIds="admins")

    found = APPROVAL.is_ours(other_field), RESERVED.is_ours(wider), RESERVED.is_ours(None)

    assert (False, False, False) == found


def test_what_only_answers_have_is_not_sent_back() -> None:
    transition = a_transition("31", "3", "2", customIssueEventId=None, newKey="kept")
    layout = {"statusReference": "1", "properties": {}, "layout": {"x": None, "y": None}}
    workflow = a_workflow(transition, created="2026-01-01", taskId=None, newKey=1)
    workflow["statuses"] = [layout]

    sent = rules.payload(workflow)

    assert {"id", "statuses", "transitions", "version", "newKey"} == sent.keys()
    assert [{"statusReference": "1", "properties": {}}] == sent["statuses"]
    assert "customIssueEventId" not in sent["transitions"][-1]
    assert "kept" == sent["transitions"][-1]["newKey"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Short enough.", "Short enough."),
        ("on\ntwo  lines", "on two lines"),
        ("one two three four https://x.example/p", "one… https://x.example/p"),
        ("one two three four five six seven", "one two three four five…"),
    ],
)
def test_a_sentence_fits_and_keeps_the_address_at_its_end(sentence: str, expected: str) -> None:
    found = rules.shortened(sentence, 25 if "https" not in sentence else 26)

    assert expected == found


def test_every_parameter_is_a_text_as_jira_wants_it() -> None:
    given = Approval(FIELD, SENTENCE * 9, only_where_it_exists=True).parameters()

    assert {str} == {type(value) for value in given.values()}
    assert len(given["errorMessage"]) <= rules.LONGEST_SENTENCE
    assert "true" == given["ignoreContext"]
    assert "false" == APPROVAL.parameters()["ignoreContext"]
