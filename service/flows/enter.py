"""Find the closeout that the project's present state belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.closeout import CloseoutStatus
from service.records import Note

if TYPE_CHECKING:
    from datetime import datetime

    from service.domain.closeout import Closeout
    from service.domain.tracking import Project, Status
    from service.flows.tools import Tools


def enter(project: Project, *, came_from: Status | None, tools: Tools) -> Closeout | None:
    """Return the live closeout of a project, opening one where it was closed; None for neither.

    - A project that was closed before its workspace was enrolled is left alone, unless a delivery
      just told of the move (`came_from`).
    - A project closed again soon after its closeout ended goes on with that closeout; later, the
      closure is a new one.
    - One that was trashed or archived while its closeout was live is withdrawn, and goes on when
      it is restored.
    """
    closeout = tools.store.closeout(project.ref)
    if closeout is not None and closeout.status.live:
        if project.gone:
            _withdraw(closeout, project, tools)
            return None
        return _learn(closeout, came_from, tools)
    if closeout is not None and closeout.status is CloseoutStatus.WITHDRAWN and not project.gone:
        return tools.store.move(
            closeout, CloseoutStatus.IN_REVIEW, reason="the project is back", at=tools.now()
        )
    if not project.closed or project.gone:
        return None
    closed_at = project.closed_at or tools.now()
    if closeout is None:
        return _first(project, closed_at, came_from, tools)
    if closeout.closed_at is None or closed_at <= closeout.closed_at:
        return None
    if closed_at - closeout.closed_at < timedelta(days=tools.policy.reopened_within_days):
        reason = "closed again soon after; the same closeout goes on"
        return tools.store.move(closeout, CloseoutStatus.IN_REVIEW, reason=reason, at=tools.now())
    return _open(project, closed_at, came_from, tools)


def _first(
    project: Project, closed_at: datetime, came_from: Status | None, tools: Tools
) -> Closeout | None:
    enrolled_at = tools.store.enrol(project.ref.workspace, tools.now()).enrolled_at
    if closed_at < enrolled_at and came_from is None:
        return None
    return _open(project, closed_at, came_from, tools)


def _open(
    project: Project, closed_at: datetime, came_from: Status | None, tools: Tools
) -> Closeout:
    reason = f"{project.name} was moved to {project.status.name}"
    closeout = tools.store.open_closeout(
        project.ref,
        name=project.name,
        url=project.url,
        delivered_at=closed_at,
        closing_into=project.status,
        return_to=came_from,
        at=tools.now(),
        reason=reason,
    )
    tools.store.note(Note(tools.now(), f"{reason}: closeout opened", closeout.id))
    return closeout


def _learn(closeout: Closeout, came_from: Status | None, tools: Tools) -> Closeout:
    """Keep the way back where a later delivery tells it."""
    if came_from is None or closeout.return_to is not None:
        return closeout
    known = replace(closeout, return_to=came_from)
    tools.store.save_closeout(known)
    return known


def _withdraw(closeout: Closeout, project: Project, tools: Tools) -> None:
    reason = f"the project was {project.gone} in the tracker"
    tools.store.move(closeout, CloseoutStatus.WITHDRAWN, reason=reason, at=tools.now())
    tools.store.note(
        Note(tools.now(), f"{reason}; it goes on if the project is restored", closeout.id)
    )
