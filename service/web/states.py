"""How far each agreed action is, as the last check found it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.closeout import ActionRecord, Verification
from service.domain.verdict import Outcome, Verdict
from service.records import Store

CHECK = "actions-verified"
# What the check asks for once a ticket is done; a test holds this against the check itself.
ASKS_TO_VERIFY = "Verify "


class ActionState(StrEnum):
    """`done` is what the owner says, `verified` what another found; `unknown`: not known yet."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KnownAction:
    """An action with its state, the check's own sentence about it, and its latest verification."""

    action: ActionRecord
    state: ActionState
    sentence: str | None
    verification: Verification | None


def states(store: Store, closeout_id: str) -> Sequence[KnownAction]:
    """List the actions of a closeout by number, each as far as the last check found it."""
    kept = store.verdict(closeout_id)
    found = _parts(kept[0]) if kept else {}
    latest = {given.action_id: given for given in store.verifications(closeout_id)}
    return [
        _known(action, found.get(f"action-{action.number}"), latest.get(action.id))
        for action in store.actions(closeout_id)
    ]


def _known(
    action: ActionRecord, part: Verdict | None, verification: Verification | None
) -> KnownAction:
    if part is None:
        return KnownAction(action, ActionState.UNKNOWN, None, verification)
    return KnownAction(action, _state(part), part.summary, verification)


def _state(part: Verdict) -> ActionState:
    if part.outcome is Outcome.PASSED:
        return ActionState.VERIFIED
    if any(need.what.startswith(ASKS_TO_VERIFY) for need in part.needs):
        return ActionState.DONE
    return ActionState.OPEN if part.outcome is Outcome.BLOCKED else ActionState.UNKNOWN


def _parts(verdict: Verdict) -> Mapping[str, Verdict]:
    check = next((child for child in verdict.children if child.name == CHECK), None)
    return {part.name: part for part in check.children} if check else {}
