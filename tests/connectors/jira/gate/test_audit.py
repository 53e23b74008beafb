"""Every hole is found, named, and takes the scope out of what is covered."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.jira.gate import audit
from connectors.jira.gate.drawing import Tool
from connectors.jira.gate.field import Context
from connectors.jira.gate.role import Members
from connectors.jira.gate.rules import Approval
from connectors.jira.gate.survey import Survey
from tests.connectors.jira.gate.building import (
    EPIC,
    EVERYWHERE,
    FIELD,
    NOVA,
    SENTENCE,
    STORY,
    a_survey,
    a_transition,
    a_workflow,
    an_approval_tool,
)


def _asks(sentence: str = SENTENCE, *, shared: bool = False) -> dict[str, Any]:
    rule = Approval(FIELD, sentence, shared)
    return {"id": "r", "ruleKey": rule.key, "parameters": rule.parameters()}


def _done(*validators: dict[str, Any], number: str = "31", **more: object) -> dict[str, Any]:
    return a_transition(number, "3", "2", name="Finish", validators=list(validators), **more)


def _text(survey: Survey, tool: Tool, members: dict[str, Members] | None = None) -> str:
    found = audit.judged(survey, tool, members or {})
    assert frozenset() == found.covered
    return "; ".join(one.finding for one in found.findings)


def test_a_scope_whose_every_way_into_done_asks_is_covered() -> None:
    survey = a_survey(a_workflow(_done(_asks())))

    found = audit.judged(survey, an_approval_tool(), {})

    assert frozenset({"100:7"}) == found.covered
    assert [True] == [one.good for one in found.findings]


def test_a_new_way_into_done_is_named_with_where_it_begins() -> None:
    survey = a_survey(a_workflow(_done(_asks()), a_transition("41", "3", name="Reject")))

    text = _text(survey, an_approval_tool())

    assert "transition “Reject” (any status → Done) of workflow “Epic flow”" in text
    assert "it is new, or lost it" in text


def test_a_workflow_without_the_rule_may_have_come_with_another_scheme() -> None:
    survey = a_survey(a_workflow(_done()))

    text = _text(survey, an_approval_tool())

    assert "workflow “Epic flow” does not have the rule" in text
    assert "another workflow scheme was assigned to the project" in text


def test_creation_straight_into_done_is_a_hole_of_its_own() -> None:
    survey = a_survey(
        a_workflow(_done(_asks()), a_transition("5", "3", type="INITIAL", name="New"))
    )

    text = _text(survey, an_approval_tool())

    assert "made straight into a done status by transition “New” (creation → Done)" in text


def test_a_sentence_that_somebody_changed_is_told_and_the_scope_stays_covered() -> None:
    survey = a_survey(a_workflow(_done(_asks()), _done(_asks("other words"), number="41")))

    found = audit.judged(survey, an_approval_tool(), {})

    assert frozenset({"100:7"}) == found.covered
    assert ["it was edited" in one.finding for one in found.findings if one.good is False] == [True]


def test_a_field_on_a_screen_covers_nothing_because_people_can_fill_it_in() -> None:
    survey = a_survey(a_workflow(_done(_asks())))

    text = _text(survey, an_approval_tool(screens=("Epic screen",)))

    assert "is on Epic screen: people can fill it in" in text


def test_screens_that_cannot_be_read_are_unknown() -> None:
    survey = a_survey(a_workflow(_done(_asks())))

    found = audit.judged(survey, an_approval_tool(screens=None), {})

    assert [None, True] == [one.good for one in found.findings]


def test_a_field_that_does_not_exist_for_the_type_covers_nothing() -> None:
    survey = a_survey(a_workflow(_done(_asks(shared=True))))
    elsewhere = Context("2", "Other", frozenset({"100"}), frozenset({"99"}))

    text = _text(survey, an_approval_tool(EVERYWHERE, elsewhere))

    assert "does not exist for Epic in Nova (NOVA)" in text


@pytest.mark.parametrize("shared", [False, True], ids=["strict", "looking away"])
def test_types_that_only_share_the_workflow_and_are_refused_too_are_named(shared: bool) -> None:
    survey = a_survey(a_workflow(_done(_asks(shared=shared))), STORY)

    found = audit.judged(survey, an_approval_tool(), {})

    assert frozenset({"100:7"}) == found.covered
    assert "Story in Nova (NOVA) is refused too" in found.findings[-1].finding


def test_types_without_the_field_pass_where_the_rule_looks_away() -> None:
    survey = a_survey(a_workflow(_done(_asks(shared=True))), STORY)
    only_epics = Context("2", "Closeout", frozenset({NOVA.id}), frozenset({EPIC.type_id}))

    found = audit.judged(survey, an_approval_tool(EVERYWHERE, only_epics), {})

    assert [True] == [one.good for one in found.findings]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (Members(us=False, others=0), "our account is not in the role in Nova (NOVA)"),
        (Members(us=True, others=1), "the role has further members in Nova (NOVA)"),
        (None, "our account is not in the role"),
    ],
)
def test_a_role_with_others_or_without_us_covers_nothing(
    members: Members | None, expected: str
) -> None:
    reserved = {"ruleKey": "system:restrict-issue-transition", "parameters": {"roleIds": "10400"}}
    survey = a_survey(a_workflow(_done(conditions={"operation": "ALL", "conditions": [reserved]})))

    text = _text(survey, Tool("role", role_id="10400"), {"100": members} if members else {})

    assert expected in text


def test_a_condition_in_a_group_of_any_is_a_hole() -> None:
    reserved = {"ruleKey": "system:restrict-issue-transition", "parameters": {"roleIds": "10400"}}
    group = {"operation": "ANY", "conditions": [reserved]}
    survey = a_survey(a_workflow(_done(conditions=group), _done(number="41")))

    text = _text(survey, Tool("role", role_id="10400"), {"100": Members(us=True, others=0)})

    assert "in a group of which ANY suffices, so it binds nobody" in text
    assert "“Finish” (Busy → Done) of workflow “Epic flow” leads into Done without" in text


def test_a_scope_whose_workflow_jira_does_not_tell_is_unknown() -> None:
    survey = Survey((), (NOVA,), {}, lost=(EPIC,))

    found = audit.judged(survey, an_approval_tool(), {})

    assert frozenset() == found.covered
    assert [None] == [one.good for one in found.findings]
