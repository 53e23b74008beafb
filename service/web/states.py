"""The agreed actions of a closeout, each with what the last check said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.closeout import ActionRecord, Verification
from service.domain.verdict import Verdict
from service.records import Store

CHECK = "actions-verified"


@dataclass(frozen=True, slots=True)
class KnownAction:
    """An action, the check's own sentence about it, and its latest verification."""

    action: ActionRecord
    sentence: str | None
    verification: Verification | None


def states(store: Store, closeout_id: str) -> Sequence[KnownAction]:
    """List the actions of a closeout by number, each as far as the last check found it."""
    kept = store.verdict(closeout_id)
    found = _parts(kept[0]) if kept else {}
    latest = {given.action_id: given for given in store.verifications(closeout_id)}
    return [
        KnownAction(
            action,
            part.summary if (part := found.get(f"action-{action.number}")) else None,
            latest.get(action.id),
        )
        for action in store.actions(closeout_id)
    ]


def _parts(verdict: Verdict) -> Mapping[str, Verdict]:
    check = next((child for child in verdict.children if child.name == CHECK), None)
    return {part.name: part for part in check.children} if check else {}
