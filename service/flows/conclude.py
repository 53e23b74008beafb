"""Act on a verdict: refuse, let close, or explain that it is unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service import rendering
from service.domain.closeout import CloseoutStatus
from service.domain.verdict import Outcome
from service.flows.approve import approve, closes_alone, withdraw_approval
from service.flows.effects import once
from service.flows.hold import drop_hold, free_at, hold, obstacle
from service.records import EffectState, Note

if TYPE_CHECKING:
    from service.domain.closeout import Closeout
    from service.domain.document import Document
    from service.domain.tracking import Project
    from service.domain.verdict import Verdict
    from service.flows.tools import Tools


def blocked(closeout: Closeout, project: Project, verdict: Verdict, *, tools: Tools) -> None:
    """Hold a closed project again, and explain each hold and each asking once."""
    if project.closed:
        project = hold(closeout, project, tools=tools)
    withdraw_approval(closeout, tools=tools)
    case = _case(closeout, verdict, tools)
    if project.closed:
        _left_closed(closeout, project, case, tools)
    else:
        reason = "held open until the gate passes"
        tools.store.move(closeout, CloseoutStatus.IN_REVIEW, reason=reason, at=tools.now())
    _explain_hold(closeout, case, tools)
    if project.closing_asked_at is not None:
        asked = f"asked-{project.closing_asked_at.isoformat()}"
        _say(closeout, asked, rendering.not_yet(case), tools)
    _tell_tickets(closeout, case, tools)


def passed(closeout: Closeout, project: Project, verdict: Verdict, *, tools: Tools) -> None:
    """Let the project close, or close it where the policy says so."""
    closeout = tools.store.move(
        closeout, CloseoutStatus.CLEARED, reason=verdict.summary, at=tools.now()
    )
    drop_hold(closeout, tools=tools)
    approve(closeout, tools=tools)
    case = _case(closeout, verdict, tools)
    closing = _closing(closeout, tools)
    by_itself = not project.closed or tools.store.effect(closeout.id, "close", closing) is not None
    if by_itself:
        if not case.closes_itself:
            _say(closeout, f"may-close-{closing}", rendering.may_close(case), tools)
            return
        project = _close(closeout, project, tools)
    withdraw_approval(closeout, tools=tools)  # so that it serves no second closing
    _say(closeout, f"closed-{closing}", rendering.closing(case, by_itself=by_itself), tools)
    tools.store.save_closeout(replace(closeout, closed_at=project.closed_at or tools.now()))
    if project.closed_at is None:
        tools.store.stand(closeout.project.workspace, [closeout.project.key])
    reason = "closed by Closeout when met" if by_itself else "closed with everything met"
    tools.store.move(closeout, CloseoutStatus.CLOSED, reason=reason, at=tools.now())
    tools.store.note(Note(tools.now(), f"Closed: {verdict.summary}", closeout.id))


def unknown(closeout: Closeout, project: Project, verdict: Verdict, *, tools: Tools) -> None:
    """Keep everything as it is, and explain."""
    case = _case(closeout, verdict, tools)
    _explain_hold(closeout, case, tools)
    if project.closed and _say(
        closeout, f"unknown-{_stamp(project)}", rendering.undecided(case), tools
    ):
        tools.store.note(Note(tools.now(), f"Undecided: {verdict.summary}", closeout.id))


def _left_closed(closeout: Closeout, project: Project, case: rendering.Case, tools: Tools) -> None:
    """Say why a closed project was not moved back: no way, contested, or by the mode."""
    holds = tools.store.holds(closeout.id)
    if tools.holds and (reason := obstacle(closeout, tools)) is not None:
        document = rendering.stuck(case, reason)
        if _say(closeout, f"stuck-{_stamp(project)}", document, tools):
            tools.store.note(Note(tools.now(), f"Not moved back: {reason}", closeout.id))
    elif tools.holds and free_at(holds, tools) is not None:
        document = rendering.contested(case, tools.holds_per_hour)
        if _say(closeout, f"contested-{holds[-1].number}", document, tools):
            words = f"Contested: moved back {tools.holds_per_hour} times within an hour; waiting"
            tools.store.note(Note(tools.now(), words, closeout.id))
    elif tools.writes:
        _say(closeout, f"warning-{_stamp(project)}", rendering.warning(case), tools)
    else:
        _would_hold(closeout, project, case, tools)


def _would_hold(closeout: Closeout, project: Project, case: rendering.Case, tools: Tools) -> None:
    """Record, once for each closure, what enforcing would have done."""
    effect = tools.store.intend(closeout.id, "would-hold", _stamp(project), tools.now())
    if effect.state is EffectState.INTENDED:
        words = f"Observing only: would have moved it back. {case.verdict.summary}"
        tools.store.note(Note(tools.now(), words, closeout.id))
        tools.store.record(effect, EffectState.DONE, tools.now(), note="nothing was written")


def _explain_hold(closeout: Closeout, case: rendering.Case, tools: Tools) -> None:
    """Comment on the latest hold; earlier ones have their comment or are overtaken by it."""
    holds = tools.store.holds(closeout.id)
    if holds:
        _say(closeout, f"refusal-{holds[-1].number}", rendering.refusal(case, holds[-1]), tools)


def _tell_tickets(closeout: Closeout, case: rendering.Case, tools: Tools) -> None:
    """Comment once when the agreed actions have all become tickets."""
    actions = tools.store.actions(closeout.id)
    exist = next((c for c in case.verdict.children if c.name == "tickets-exist"), None)
    if actions and exist is not None and exist.outcome is Outcome.PASSED:
        _say(closeout, "ticketed", rendering.ticketed(case, actions), tools)


def _close(closeout: Closeout, project: Project, tools: Tools) -> Project:
    key = project.ref.key
    once(
        closeout,
        "close",
        _closing(closeout, tools),
        lambda _attempt: tools.tracker.ensure_closed(key, closeout.closing_into),
        lambda status: (status.id, project.url),
        tools=tools,
    )
    return tools.project(project.ref)


def _closing(closeout: Closeout, tools: Tools) -> str:
    """Name the closing after the holds before it: closed, reopened and closed again is another."""
    return str(len(tools.store.holds(closeout.id)))


def _say(closeout: Closeout, subject: str, body: Document, tools: Tools) -> bool:
    """Put a comment on the project once; True where it was put now."""
    before = tools.store.effect(closeout.id, "comment", subject)
    if not tools.writes or (before is not None and before.state is EffectState.DONE):
        return False
    once(
        closeout,
        "comment",
        subject,
        lambda attempt: tools.tracker.ensure_comment(closeout.project.key, attempt.marker, body),
        lambda comment_id: (comment_id, None),
        tools=tools,
    )
    return True


def _stamp(project: Project) -> str:
    return project.closed_at.isoformat() if project.closed_at else project.updated_at.isoformat()


def _case(closeout: Closeout, verdict: Verdict, tools: Tools) -> rendering.Case:
    return rendering.Case(
        name=closeout.project_name,
        verdict=verdict,
        at=tools.now(),
        timezone=tools.timezone,
        enforcement=tools.enforcement(closeout.gate_scope),
        policy=tools.policy_label,
        delivered_at=closeout.delivered_at,
        page_url=closeout.page_url,
        case_url=tools.case_url(str(closeout.project)),
        closes_itself=tools.closes_itself or closes_alone(closeout, tools),
    )
