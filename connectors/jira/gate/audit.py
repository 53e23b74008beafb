"""Which scopes the rule covers without a hole, and every hole as a sentence. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.jira.gate import rules, words
from connectors.jira.gate.rules import Approval
from service.ports import GateAudit, Health

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.jira.gate.drawing import Tool
    from connectors.jira.gate.field import ApprovalField
    from connectors.jira.gate.role import Members
    from connectors.jira.gate.survey import Flow, Scope, Survey

    Raw = dict[str, Any]

AGAIN = "install the gate again with `closeout connect --install-gate`"


def judged(survey: Survey, tool: Tool, members: Mapping[str, Members]) -> GateAudit:
    """Say of each scope whether every way into Done has our rule, and the rule binds everybody.

    `members` tells who is in our role, by project id.
    """
    covered, findings = set(), list(_of_field(tool.field) if tool.field else ())
    for flow in survey.flows:
        holes = [*_holes(flow, survey, tool)]
        for scope in flow.scopes:
            found = [*holes, *_beside(flow, scope, tool, members)]
            if not found:
                covered.add(scope.id)
            findings.append(_of_scope(flow, scope, found, tool))
        findings += _of_others(flow, tool)
    for scope in survey.lost:
        told = "Jira does not say which workflow it follows"
        findings.append(Health(_name(scope), good=None, finding=told))
    return GateAudit(frozenset(covered), tuple(findings))


def _holes(flow: Flow, survey: Survey, tool: Tool) -> Iterator[str]:
    """Yield what lets every scope of a workflow pass."""
    rule = tool.rule("", shared=False, team_managed=flow.team_managed)
    ways = rules.into_done(flow.raw, survey.categories)
    bare = [one for one in ways if not rules.ours(one, rule)]
    if ways and bare == ways and not rules.mentioned(flow.raw, rule):
        yield (
            f"{flow} does not have the rule: it was never installed or was taken away, or "
            "another workflow scheme was assigned to the project"
        )
        return
    for one in bare:
        name = f"transition {words.transition(one, survey)} of {flow}"
        if any(map(rule.is_ours, rules.all_rules(one))):
            yield f"{name} has the rule in a group of which ANY suffices, so it binds nobody"
        elif one.get("type") == rules.INITIAL:
            yield f"new ones can be made straight into a done status by {name}"
        else:
            yield f"{name} leads into Done without the rule: it is new, or lost it"


def _beside(flow: Flow, scope: Scope, tool: Tool, members: Mapping[str, Members]) -> Iterator[str]:
    """Yield what makes the rule useless for one scope though it stands."""
    if tool.mode == "approval":
        if tool.field is not None and not tool.field.exists_for(scope):
            yield (
                f"the field “{tool.field.name}” does not exist for {scope}, so nothing can be "
                "approved there"
            )
        if tool.field is not None and tool.field.screens:
            yield f"people can fill in the field “{tool.field.name}” on a screen themselves"
    elif not flow.team_managed:
        there = members.get(scope.place.id)
        if there is None or not there.us:
            yield f"our account is not in the role in {scope.place}, so nobody can close there"
        if there is not None and there.others:
            yield f"the role has further members in {scope.place}, who can close past Closeout"


def _of_scope(flow: Flow, scope: Scope, holes: list[str], tool: Tool) -> Health:
    if not holes:
        how = "asks for Closeout's approval" if tool.mode == "approval" else "is kept to Closeout"
        told = f"every way into Done of {flow} {how}"
        return Health(_name(scope), good=True, finding=told)
    return Health(_name(scope), good=False, finding="; ".join(holes), mend=AGAIN)


def _of_others(flow: Flow, tool: Tool) -> Iterator[Health]:
    """Yield what the rule does to issue types that only share the workflow, and to its sentences."""
    rule = tool.rule("", shared=False, team_managed=flow.team_managed)
    standing = [one for t in flow.raw.get("transitions") or () for one in rules.ours(t, rule)]
    if not standing or not isinstance(rule, Approval):
        return
    sentences = {rules.sentence_of(one) for one in standing}
    if len(sentences) > 1 or sentences == {""}:
        told = f"the rule does not say the same on every way into Done of {flow}: it was edited"
        yield Health("workflow rule", good=False, finding=told, mend=AGAIN)
    strict = not all(map(rules.looks_away, standing))
    refused = [s for s in flow.others if strict or (tool.field and tool.field.exists_for(s))]
    if refused:
        told = f"{words.scopes(refused)} is refused too by the rule in {flow}"
        yield Health("workflow rule", good=False, finding=told, mend=AGAIN)


def _of_field(field: ApprovalField) -> Iterator[Health]:
    name = "approval field"
    if field.screens is None:
        told = "whether people see it on a screen cannot be read: that takes Administer Jira"
        yield Health(name, good=None, finding=told)
    elif field.screens:
        told = f"“{field.name}” is on {words.listed(field.screens)}: people can fill it in"
        mend = "take it off these screens: Settings > Work items > Screens"
        yield Health(name, good=False, finding=told, mend=mend)


def _name(scope: Scope) -> str:
    return f"gate {scope.place.key} {scope.type_name}"
