"""What installing or removing our rule changes in each workflow. Pure but for what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.jira.gate import rules, words
from connectors.jira.gate.rules import Approval, Reserved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.jira.gate.field import ApprovalField
    from connectors.jira.gate.rules import Rule
    from connectors.jira.gate.survey import Flow, Place, Survey

    Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """What the gate is made with: the approval field, or our role and account.

    An id is None where the thing is still to be made.
    """

    mode: str
    field: ApprovalField | None = None
    role_id: str | None = None
    account_id: str = ""

    def rule(self, sentence: str, *, shared: bool, team_managed: bool) -> Rule:
        """Return the rule as it has to stand in a workflow.

        `shared` tells that further issue types or projects follow it.
        """
        if self.mode == "approval":
            # No field has an empty id, so a rule for one still to be made stands nowhere.
            return Approval(self.field.id if self.field else "", sentence, shared)
        if team_managed:
            return Reserved(self.account_id, "accountIds")
        return Reserved(self.role_id or "")


@dataclass(frozen=True, slots=True)
class Drawing:
    """One workflow as it is to be.

    - `steps` say what changes, `obstacles` what cannot; `changed` is the whole workflow for
      `POST /workflows/update`, None where nothing changes.
    - `confines` tells that the approval field may exist for the closing issue types only.
    """

    flow: Flow
    steps: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    changed: Raw | None = None
    confines: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that is to change, and what it is changed with.

    - `unseen` are the ids of projects that follow a workflow and are not shown to us.
    - `joining` are the projects in which we are not in our role yet.
    """

    survey: Survey
    tool: Tool
    drawings: tuple[Drawing, ...]
    unseen: dict[str, tuple[str, ...]]
    joining: tuple[Place, ...] = ()

    @property
    def confined(self) -> tuple[list[str], set[str]]:
        """The projects in which the field may exist for some issue types only, and for which."""
        flows = [one.flow for one in self.drawings if one.confines]
        projects = [
            project
            for flow in flows
            for project in (*(p.id for p in flow.places), *self.unseen.get(flow.id, ()))
        ]
        return list(dict.fromkeys(projects)), {s.type_id for f in flows for s in f.scopes}


def installation(
    flow: Flow,
    survey: Survey,
    rule: Rule,
    capabilities: Mapping[str, Raw],
    *,
    shared: bool,
) -> Drawing:
    """Draw a workflow with our rule on every transition into Done that takes it.

    `capabilities` maps the key of each rule that Jira offers for this workflow to what it says of
    it; `shared` tells that further issue types or projects follow the workflow.
    """
    obstacle = _impossible(flow, rule, capabilities, shared=shared)
    if obstacle:
        return Drawing(flow, obstacles=(obstacle,))
    steps, obstacles, chosen = [], [], []
    for transition in rules.into_done(flow.raw, survey.categories):
        way = f"{words.flow(flow)}, transition {words.transition(transition, survey)}"
        if reason := _refused_there(transition, rule, capabilities):
            obstacles.append(f"{way}: {reason}")
            continue
        if not rules.as_wanted(transition, rule):
            chosen.append(str(transition["id"]))
            steps.append(f"{way}: {_step(transition, rule)}")
    if not chosen:
        return Drawing(flow, obstacles=tuple(obstacles), confines=shared)
    changed = rules.installed(rules.payload(flow.raw), rule, frozenset(chosen))
    return Drawing(flow, tuple(steps), tuple(obstacles), changed, confines=shared)


def removal(flow: Flow, survey: Survey, rule: Rule) -> Drawing:
    """Draw a workflow without our rule."""
    steps = tuple(
        f"{flow}, transition {words.transition(one, survey)}: take the rule away"
        for one in rules.mentioned(flow.raw, rule)
    )
    if not steps:
        return Drawing(flow)
    if not flow.editable:
        return Drawing(flow, obstacles=(f"{flow} holds the rule, but Jira lets nobody edit it",))
    return Drawing(flow, steps, changed=rules.removed(rules.payload(flow.raw), rule))


def statuses_of(drawings: Sequence[Drawing], survey: Survey) -> list[Raw]:
    """Return the statuses of these workflows as `POST /workflows/update` takes them."""
    used = dict.fromkeys(
        str(status.get("statusReference"))
        for one in drawings
        for status in (one.changed or {}).get("statuses", ())
    )
    return [
        {name: told for name, told in survey.statuses[ref].items() if name in _STATUS_KEYS}
        for ref in used
        if ref in survey.statuses
    ]


def _impossible(
    flow: Flow, rule: Rule, capabilities: Mapping[str, Raw], *, shared: bool
) -> str | None:
    """Return why a workflow cannot have the rule at all, and what an admin does instead."""
    if not flow.editable:
        mend = words.own_workflow(flow)
        return f"{words.flow(flow)} is Jira's own and cannot be edited: {mend}"
    if shared and flow.others and (isinstance(rule, Reserved) or flow.team_managed):
        others, mend = words.scopes(flow.others), words.own_workflow(flow)
        return f"{words.flow(flow)} is followed by {others} too, which nobody could close any more: {mend}"
    offered = capabilities.get(rule.key)
    if offered is None or offered.get("ruleType") != rule.kind:
        return (
            f"{words.flow(flow)}: Jira does not offer the rule {rule.key} here; "
            "closing is undone afterwards instead"
        )
    return None


def _refused_there(transition: Raw, rule: Rule, capabilities: Mapping[str, Raw]) -> str | None:
    """Return why a transition cannot have the rule, None where it can."""
    offered = capabilities[rule.key]
    initial = transition.get("type") == rules.INITIAL
    if initial and not offered.get("isAvailableForInitialTransition"):
        return (
            "Jira does not take the rule on creation, so new ones can be made straight into a "
            "done status: let the workflow begin in an open status"
        )
    there = {str(one.get("ruleKey")) for one in rules.all_rules(transition)} - {rule.key}
    clashing = there & set(offered.get("incompatibleRuleKeys") or ())
    clashing |= {
        key
        for key in there
        if rule.key in (capabilities.get(key, {}).get("incompatibleRuleKeys") or ())
    }
    if clashing:
        return (
            f"Jira does not take our rule beside {words.listed(sorted(clashing))}: "
            "take that rule away, then install the gate again"
        )
    return None


def _step(transition: Raw, rule: Rule) -> str:
    standing = rules.ours(transition, rule)
    if isinstance(rule, Reserved):
        return "keep it to Closeout, which does this step when everything is met"
    sentence = rule.parameters()["errorMessage"]
    if not standing:
        return f"refuse with “{sentence}” until Closeout has approved"
    if len(standing) == 1 and rules.sentence_of(standing[0]) != sentence:
        return f"say “{sentence}” instead of “{rules.sentence_of(standing[0])}”"
    if rule.only_where_it_exists:
        return "let issue types pass that have no approval field, as they share the workflow"
    return "refuse also where the approval field is missing, and ask only once"


_STATUS_KEYS = ("id", "name", "description", "statusCategory", "statusReference")
