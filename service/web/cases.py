"""Finds what an address names, inside its own workspace only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.closeout import ActionRecord
from service.domain.tracking import ProjectRef
from service.domain.words import quoted
from service.ports import NotFound
from service.web.presentation import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bootstrap import Services

LONGEST_KEY = 500
NO_ACTION = (
    "none is agreed yet: complete a row of the actions table on its post-mortem page, and Closeout "
    "makes its ticket"
)


class NotOurs(NotFound):
    """There is no such thing in that workspace, whether or not it exists in another one."""


def find_project(services: Services, workspace: str, key: str) -> ProjectRef:
    """Return the project an address names; a known canonical key is found without the tool.

    Raises NotOurs, NotFound, Unavailable or NotAllowed.
    """
    if workspace not in services.sweepable:
        there = ", ".join(services.sweepable) or "none"
        raise NotOurs(f"no workspace {clean(workspace)!r} that holds projects; there are: {there}")
    if len(key) > LONGEST_KEY or clean(key) != key or "\n" in key or "\t" in key:
        raise NotOurs("that cannot be the key of a project")
    literal = ProjectRef(workspace, key)
    if services.store.closeout(literal) is not None:
        return literal
    return services.find(workspace, key)


def action_of(services: Services, project: ProjectRef, given: str) -> ActionRecord:
    """Return an action of this very project, named by our id, its number or its ticket's key.

    - A number may be written as the gate names its part: `action-1`.
    - Numbers and ticket keys are those of the latest closeout, the case of letters aside.

    Raises NotOurs, which lists the actions there are.
    """
    action = services.store.action(given) if clean(given) == given else None
    closeout = services.store.closeout_by_id(action.closeout_id) if action else None
    if action is not None and closeout is not None and closeout.project == project:
        return action
    latest = services.store.closeout(project)
    actions = services.store.actions(latest.id) if latest else ()
    found = [action for action in actions if given.strip().casefold() in _names(action)]
    if len(found) == 1:
        return found[0]
    raise NotOurs(f"{project} has no one action {quoted(clean(given))}; {_listed(actions)}")


def _names(action: ActionRecord) -> set[str]:
    number = str(action.number)
    return {number, f"action-{number}", (action.ticket_key or number).casefold()}


def _listed(actions: Sequence[ActionRecord]) -> str:
    if not actions:
        return NO_ACTION
    return f"there are: {'; '.join(_described(action) for action in actions)}"


def _described(action: ActionRecord) -> str:
    return f"{action.number} ({action.ticket_key or 'no ticket yet'}) {quoted(action.change)}"
