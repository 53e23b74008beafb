"""Finds what an address names, inside its own workspace only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.closeout import ActionRecord
from service.domain.tracking import ProjectRef
from service.web.presentation import clean

if TYPE_CHECKING:
    from service.bootstrap import Services

LONGEST_KEY = 500


class NotOurs(Exception):
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


def action_of(services: Services, project: ProjectRef, action_id: str) -> ActionRecord:
    """Return an action of this very project. Raises NotOurs."""
    action = None if clean(action_id) != action_id else services.store.action(action_id)
    closeout = services.store.closeout_by_id(action.closeout_id) if action else None
    if action is None or closeout is None or closeout.project != project:
        raise NotOurs(f"{project} has no action {clean(action_id)!r}")
    return action
