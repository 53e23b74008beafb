"""Look whether a tool's own rule stands, and keep what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.records import Note

if TYPE_CHECKING:
    from datetime import datetime

    from service.ports import GateAudit, Gatekeeper
    from service.records import Store


def audit(workspace: str, *, gate: Gatekeeper, store: Store, now: datetime) -> GateAudit:
    """Audit the rule of a workspace's tool; what it covered before and does not now is told.

    Raises Unavailable, NotAllowed or Rejected; what was found last is kept then.
    """
    before, found = store.audit(workspace), gate.audit()
    if before is not None and (lost := before[0].covered - found.covered):
        words = (
            f"The tool's own rule does not hold everything any more ({len(lost)} lost): "
            "Closeout moves closed projects back there. `closeout doctor` says what to do"
        )
        store.note(Note(now, words, workspace=workspace))
    store.save_audit(workspace, found, now)
    return found
