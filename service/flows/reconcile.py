"""Make the tools agree with the verdict: the one function that carries the product.

What is done is decided from what the tools say now, never from what an event said then, so that
lost, doubled, late and reordered events are all harmless.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from service.domain import gate
from service.domain.checks.standing import status_of
from service.domain.closeout import CloseoutStatus
from service.domain.verdict import Outcome
from service.flows import conclude
from service.flows.approve import look_at_the_rule, withdraw_approval
from service.flows.enter import enter
from service.flows.facts import keep_plan
from service.flows.gather import gather, remember_page, without_page
from service.flows.hold import finish_hold, hold
from service.flows.prepare import prepare
from service.flows.tickets import agree, settles_at
from service.ports import NotAllowed, Rejected, Unavailable
from service.records import Note

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.closeout import Closeout
    from service.domain.facts import Facts
    from service.domain.tracking import Project, ProjectRef, Status
    from service.domain.verdict import Verdict
    from service.flows.tools import Tools

# A look without any event costs three requests. All looks of a workspace together may use a quarter
# of the tightest limit we know (Linear: 2,500 an hour), so that holding never waits for a limit.
SHARE = timedelta(seconds=15)

# Where more projects are due, what is slow comes after their holds.
AFTER_OTHERS = timedelta(seconds=1)


def reconcile(project: ProjectRef, *, left_status_id: str | None, tools: Tools) -> datetime | None:
    """Look at a project and do what its verdict asks for; return when to look again, if ever.

    The hold comes before everything that is slow. Raises Unavailable, NotAllowed or Rejected
    where a tool failed; what was done until then is recorded, and the next run goes on from it.
    """
    came_from = _came_from(left_status_id, tools) if left_status_id else None
    shown = tools.project(project)
    closeout = enter(shown, came_from=came_from, tools=tools)
    if closeout is None:
        keep_plan(shown, tools=tools)
        _watch_closed(shown, tools)
        return None

    finish_hold(closeout, shown, tools=tools)
    was_closed = shown.closed
    shown = _hold_at_once(closeout, shown, tools)
    keep_plan(shown, tools=tools)
    if was_closed and not shown.closed and tools.store.due_count(tools.now()):
        return tools.now() + AFTER_OTHERS
    try:
        shown = prepare(_fresh(closeout, tools), shown, tools=tools)
    except (Unavailable, NotAllowed, Rejected) as failure:
        # Whoever closed the project learns of the hold in any case.
        _decide(closeout, shown, tools, page_trouble=str(failure))
        raise
    facts = _decide(closeout, shown, tools)
    if was_closed and not shown.closed:
        look_at_the_rule(closeout, tools=tools)
    return _next_look(facts, tools)


def assess(project: ProjectRef, *, tools: Tools) -> tuple[Verdict, Project, Closeout | None]:
    """Judge a project as it stands now, writing nothing outside. Raises as reconcile does."""
    shown = tools.project(project)
    closeout = tools.store.closeout(project)
    return _judge(gather(shown, closeout, tools=tools), tools), shown, closeout


def _watch_closed(project: Project, tools: Tools) -> None:
    """Keep the verdict true after a project was closed with all met, and record a breach.

    A closed project stays closed: what was cleared is not undone, it is only not hidden. One that
    was taken up again is judged, because whoever asks must not read what was true before, and its
    approval serves no second closing.
    """
    closeout = tools.store.closeout(project.ref)
    if closeout is None or closeout.status is not CloseoutStatus.CLOSED:
        return
    if not project.closed:
        withdraw_approval(closeout, tools=tools)
    facts = gather(project, closeout, tools=tools)
    verdict = _judge(facts, tools)
    before = tools.store.verdict(closeout.id)
    tools.store.save_verdict(closeout.id, verdict, facts.now, tools.policy_label)
    _follow_actions(facts, tools)
    worse = before is not None and before[0].outcome is Outcome.PASSED
    if project.closed and worse and verdict.outcome is Outcome.BLOCKED:
        words = f"Breach: closed with everything met, and since then: {verdict.summary}"
        tools.store.note(Note(facts.now, words, closeout.id))


def _hold_at_once(closeout: Closeout, project: Project, tools: Tools) -> Project:
    """Hold before anything slow: before there is a page nothing can have passed but by waiver."""
    if not project.closed or closeout.page_id is not None:
        return project
    verdict = _judge(without_page(project, closeout, tools=tools), tools)
    return hold(closeout, project, tools=tools) if verdict.outcome is Outcome.BLOCKED else project


def _decide(
    closeout: Closeout, project: Project, tools: Tools, *, page_trouble: str | None = None
) -> Facts:
    """Judge what is there now and act on it; a tool that failed over tickets is raised last."""
    facts = gather(project, _fresh(closeout, tools), tools=tools)
    facts = replace(facts, page_trouble=page_trouble)
    tools.still_ours()
    facts, failure = agree(remember_page(facts, tools=tools), tools=tools)

    verdict = _judge(facts, tools)
    tools.store.save_verdict(closeout.id, verdict, facts.now, tools.policy_label)
    _follow_actions(facts, tools)

    match verdict.outcome:
        case Outcome.BLOCKED:
            conclude.blocked(_fresh(closeout, tools), project, verdict, tools=tools)
        case Outcome.PASSED:
            conclude.passed(_fresh(closeout, tools), project, verdict, tools=tools)
        case Outcome.UNKNOWN | Outcome.SKIPPED:
            conclude.unknown(_fresh(closeout, tools), project, verdict, tools=tools)
        case never:
            assert_never(never)
    if failure is not None:
        raise failure
    return facts


def _follow_actions(facts: Facts, tools: Tools) -> None:
    """Keep how far each action is now."""
    for action in facts.actions:
        status = status_of(action, facts, tools.policy.verified_label)
        if status is not action.record.status:
            tools.store.save_action(replace(action.record, status=status))


def _judge(facts: Facts, tools: Tools) -> Verdict:
    found = gate.evaluate(tools.policy, facts, tools.language)
    before = tools.store.verdict(facts.closeout.id) if facts.closeout else None
    return gate.carry(before[0] if before else None, found, facts.now)


def _came_from(status_id: str, tools: Tools) -> Status | None:
    """Translate the status a delivery says the project left; a closed one is no way back."""
    status = tools.tracker.statuses().get(status_id)
    return status if status is not None and not status.category.closed else None


def _fresh(closeout: Closeout, tools: Tools) -> Closeout:
    return tools.store.closeout_by_id(closeout.id) or closeout


def _next_look(facts: Facts, tools: Tools) -> datetime | None:
    closeout = _fresh(facts.closeout, tools) if facts.closeout else None
    if closeout is None or not closeout.status.live:
        return None
    live = tools.store.live_count(closeout.project.workspace)
    regular = tools.now() + max(tools.look_again, live * SHARE)
    settles = settles_at(facts, tools)
    return min(regular, settles) if settles and settles > tools.now() else regular
