"""Let the tool's own rule pass when everything is met, and take that back when it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.flows.audit import audit
from service.flows.effects import once
from service.ports import Enforcement, NotAllowed, Rejected, Unavailable
from service.records import EffectState, Note

if TYPE_CHECKING:
    from service.domain.closeout import Closeout
    from service.flows.tools import Tools

log = structlog.get_logger()


def approve(closeout: Closeout, *, tools: Tools) -> None:
    """Approve the closing in the tool, where a rule of its own asks for it."""
    if not _asks(closeout, tools):
        return
    number = str(_withdrawn(closeout, tools))
    before = tools.store.effect(closeout.id, "approval", number)
    if before is None or before.state is not EffectState.DONE:
        _set(closeout, "approval", number, approved=True, tools=tools)
        tools.store.note(Note(tools.now(), "Approved: the tool lets it close now", closeout.id))


def withdraw_approval(closeout: Closeout, *, tools: Tools) -> None:
    """Take an approval back that was given: it was used, or something is unmet again.

    - After each hold it is taken back whether we gave it or not: somebody got past the rule.
    - A refusal is logged and keeps nothing else from happening: many workflows let nobody edit
      what is closed. It is tried again once the project is taken up again.
    """
    if not tools.writes:
        return
    try:
        _take_back(closeout, tools)
    except (NotAllowed, Rejected) as refusal:
        log.warning("gate.approval_stays", reason=str(refusal))


def _take_back(closeout: Closeout, tools: Tools) -> None:
    number = str(_withdrawn(closeout, tools))
    if tools.store.effect(closeout.id, "approval", number) is not None:
        _set(closeout, "withdrawal", number, approved=False, tools=tools)
    holds = tools.store.holds(closeout.id)
    if holds and _asks(closeout, tools):
        after = f"after hold {holds[-1].number}"
        _set(closeout, "withdrawal", after, approved=False, tools=tools)


def look_at_the_rule(closeout: Closeout, *, tools: Tools) -> None:
    """Audit the tool's own rule where a closing came through that it should have refused.

    What cannot be read now is looked at again by the clock.
    """
    if tools.gate is None or not _asks(closeout, tools):
        return
    workspace = closeout.project.workspace
    try:
        audit(workspace, gate=tools.gate, store=tools.store, now=tools.now())
    except (Unavailable, NotAllowed, Rejected) as failure:
        log.warning("gate.not_audited", reason=str(failure))


def closes_alone(closeout: Closeout, tools: Tools) -> bool:
    """Whether nobody but us may do the last step, by the tool's own rule."""
    return tools.gate is not None and tools.gate.closes_alone and _asks(closeout, tools)


def _asks(closeout: Closeout, tools: Tools) -> bool:
    """Whether the tool refuses the closing until we approve."""
    veto = tools.enforcement(closeout.gate_scope) is Enforcement.VETO
    return tools.gate is not None and tools.writes and veto


def _withdrawn(closeout: Closeout, tools: Tools) -> int:
    """Count the approvals that were taken back: the next one is another write."""
    done = (EffectState.DONE, "withdrawal")
    return sum((one.state, one.purpose) == done for one in tools.store.effects(closeout.id))


def _set(closeout: Closeout, purpose: str, number: str, *, approved: bool, tools: Tools) -> None:
    gate, key = tools.gate, closeout.project.key
    if gate is None:
        return
    once(
        closeout,
        purpose,
        number,
        lambda _attempt: gate.ensure_approval(key, approved=approved),
        lambda _none: (key, closeout.project_url),
        tools=tools,
    )
