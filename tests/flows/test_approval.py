"""A rule of the tool's own: who asks for a closing, and when the rule lets it pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from service.domain.closeout import Closeout
from service.domain.tracking import Project
from service.flows import approve, enter
from service.flows.tools import Tools
from service.ports import Enforcement, GateAudit, GatePlan, Health, Rejected
from tests.web.house import NOW, House, a_closeout

SCOPE = "10000:10001"
MINUTE = timedelta(minutes=1)


@dataclass
class Rule:
    """A tool's own rule that remembers what it was told to let pass."""

    closes_alone: bool = False
    how_to_ask: str = "add the label"
    approvals: list[bool] = field(default_factory=list)

    def plan(self, sentence: str, *, remove: bool = False) -> GatePlan:
        return GatePlan(())

    def apply(self, sentence: str, *, remove: bool = False) -> Sequence[Health]:
        return ()

    def audit(self) -> GateAudit:
        return GateAudit(frozenset({SCOPE}), ())

    def ensure_approval(self, key: str, *, approved: bool) -> None:
        self.approvals.append(approved)


@pytest.fixture
def rule() -> Rule:
    return Rule()


@pytest.fixture
def tools(house: House, rule: Rule) -> Tools:
    return replace(house.services.tools("acme"), gate=rule, covered=frozenset({SCOPE}))


@pytest.fixture
def closeout(house: House) -> Closeout:
    return replace(a_closeout(house), gate_scope=SCOPE)


@pytest.mark.parametrize(
    ("scope", "firmly"),
    [
        pytest.param(SCOPE, Enforcement.VETO, id="the rule stands"),
        pytest.param("10000:10002", Enforcement.UNDO, id="another kind of issue"),
        pytest.param(None, Enforcement.UNDO, id="nothing that has rules"),
    ],
)
def test_a_veto_is_claimed_only_where_an_audit_found_the_rule(
    scope: str | None, firmly: Enforcement, tools: Tools
) -> None:
    assert tools.enforcement(scope) is firmly


def test_what_is_met_is_approved_once(closeout: Closeout, tools: Tools, rule: Rule) -> None:
    approve.approve(closeout, tools=tools)
    approve.approve(closeout, tools=tools)

    assert [True] == rule.approvals


def test_an_approval_is_withdrawn_and_given_again_as_the_verdict_turns(
    closeout: Closeout, tools: Tools, rule: Rule
) -> None:
    approve.withdraw_approval(closeout, tools=tools)
    rule.approvals.clear()

    approve.approve(closeout, tools=tools)
    for _ in range(2):
        approve.withdraw_approval(closeout, tools=tools)
    approve.approve(closeout, tools=tools)

    assert [True, False, True] == rule.approvals


def test_after_a_hold_the_approval_is_taken_back_once_whoever_gave_it(
    closeout: Closeout, tools: Tools, rule: Rule
) -> None:
    for _ in range(2):
        approve.withdraw_approval(closeout, tools=tools)

    assert [False] == rule.approvals


def test_an_approval_that_may_not_be_taken_back_now_keeps_nothing_from_happening(
    closeout: Closeout, tools: Tools, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve.approve(closeout, tools=tools)

    def refuses(key: str, *, approved: bool) -> None:
        raise Rejected("a closed issue cannot be edited")

    with monkeypatch.context() as closed:
        closed.setattr(rule, "ensure_approval", refuses)
        approve.withdraw_approval(closeout, tools=tools)
    approve.withdraw_approval(closeout, tools=tools)

    assert [True, False, False] == rule.approvals  # and once for the hold on record


def test_without_a_rule_nothing_is_withdrawn(closeout: Closeout, tools: Tools, rule: Rule) -> None:
    approve.withdraw_approval(replace(closeout, gate_scope=None), tools=tools)

    assert [] == rule.approvals


def test_a_closing_that_came_through_is_a_reason_to_look_at_the_rule(
    house: House, closeout: Closeout, tools: Tools
) -> None:
    approve.look_at_the_rule(closeout, tools=tools)

    kept = house.store.audit("acme")
    assert kept is not None
    assert frozenset({SCOPE}) == kept[0].covered


def test_nothing_is_approved_where_no_rule_stands(
    closeout: Closeout, tools: Tools, rule: Rule
) -> None:
    approve.approve(replace(closeout, gate_scope=None), tools=tools)

    assert [] == rule.approvals


def test_an_observed_workspace_approves_nothing(
    closeout: Closeout, tools: Tools, rule: Rule
) -> None:
    approve.approve(closeout, tools=replace(tools, mode="observe"))

    assert [] == rule.approvals


def an_asked_project(house: House) -> Project:
    desk = house.desks["acme"]
    project = desk.add("nova", "Nova: audit portal", workspace="acme")
    return replace(project, closing_asked_at=NOW - MINUTE, gate_scope=SCOPE)


def test_asking_for_the_closing_opens_a_closeout_while_the_project_is_open(
    house: House, tools: Tools
) -> None:
    project = an_asked_project(house)

    opened = enter.enter(project, came_from=None, tools=tools)

    assert opened is not None
    assert (NOW - MINUTE, None, SCOPE) == (
        opened.delivered_at,
        opened.closing_into,
        opened.gate_scope,
    )
    assert opened == house.store.closeout_by_id(opened.id)


def test_an_asking_from_before_it_was_closed_for_good_opens_nothing(
    house: House, tools: Tools
) -> None:
    project = an_asked_project(house)
    opened = enter.enter(project, came_from=None, tools=tools)
    assert opened is not None
    house.store.save_closeout(replace(opened, closed_at=NOW))
    house.store.move(opened, opened.status.CLOSED, reason="all met", at=NOW)

    assert enter.enter(project, came_from=None, tools=tools) is None


def test_the_audit_is_kept_and_a_lost_rule_is_told(house: House) -> None:
    rule = Rule()
    manifest = replace(house.services.connectors["acme"], gate=lambda _options: rule)
    house.services.connectors = {**house.services.connectors, "acme": manifest}
    house.services.audit("acme")
    assert house.services.enforcement("acme", SCOPE) is Enforcement.VETO

    rule.audit = lambda: GateAudit(frozenset(), ())  # type: ignore[method-assign]  # it was lost
    house.services.audit("acme")

    assert house.services.enforcement("acme", SCOPE) is Enforcement.UNDO
    assert any("does not hold everything any more" in note.text for note in house.store.notes())
