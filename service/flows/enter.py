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

    - Asking in the tool for the closing opens one too, while the project is still open.
    - A project that was closed before its workspace was enrolled is left alone, unless a delivery
      just told of the move (`came_from`).
    - Where the tool does not say since when it stands closed, what stood closed before is known.
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
        return _learn(closeout, project, came_from, tools)
    if closeout is not None and closeout.status is CloseoutStatus.WITHDRAWN and not project.gone:
        return tools.store.move(
            closeout, CloseoutStatus.IN_REVIEW, reason="the project is back", at=tools.now()
        )
    asked_at = _asked_at(project, tools)
    if asked_at is None:
        _is_open(project, tools)
    if asked_at is None or project.gone or _stood_closed(project, tools):
        return None
    if closeout is None:
        return _first(project, asked_at, came_from, tools)
    if closeout.closed_at is None or asked_at <= closeout.closed_at:
        return None
    if asked_at - closeout.closed_at < timedelta(days=tools.policy.reopened_within_days):
        reason = "closed again soon after; the same closeout goes on"
        return tools.store.move(closeout, CloseoutStatus.IN_REVIEW, reason=reason, at=tools.now())
    return _open(project, asked_at, came_from, tools)


def _asked_at(project: Project, tools: Tools) -> datetime | None:
    """Return when the project was closed, or when somebody asked for that; None for neither."""
    return (project.closed_at or tools.now()) if project.closed else project.closing_asked_at


def _stood_closed(project: Project, tools: Tools) -> bool:
    """Whether a closing without an instant is one we know of: an edit of it is no closing."""
    undated = project.closed and project.closed_at is None
    return undated and project.ref.key in tools.store.standing(project.ref.workspace)


def _is_open(project: Project, tools: Tools) -> None:
    """Forget that a project stood closed: the next closing is a new one."""
    if project.ref.key in tools.store.standing(project.ref.workspace):
        tools.store.stand_no_more(project.ref.workspace, [project.ref.key])


def _first(
    project: Project, asked_at: datetime, came_from: Status | None, tools: Tools
) -> Closeout | None:
    enrolled_at = tools.store.enrol(project.ref.workspace, tools.now()).enrolled_at
    if project.closed and asked_at < enrolled_at and came_from is None:
        return None
    return _open(project, asked_at, came_from, tools)


def _open(project: Project, asked_at: datetime, came_from: Status | None, tools: Tools) -> Closeout:
    reason = f"{project.name} was moved to {project.status.name}"
    if not project.closed:
        reason = f"the closing of {project.name} was asked for"
    closeout = tools.store.open_closeout(
        project.ref,
        name=project.name,
        url=project.url,
        delivered_at=asked_at,
        closing_into=project.status if project.closed else None,
        return_to=came_from,
        at=tools.now(),
        reason=reason,
    )
    tools.store.note(Note(tools.now(), f"{reason}: closeout opened", closeout.id))
    return _learn(closeout, project, came_from, tools)


def _learn(
    closeout: Closeout, project: Project, came_from: Status | None, tools: Tools
) -> Closeout:
    """Keep what this look shows anew: the way back, the tool's rules, its key and its keepers."""
    known = replace(
        closeout,
        return_to=closeout.return_to or came_from,
        gate_scope=project.gate_scope,
        known_as=project.known_as,
        pages_workspace=closeout.pages_workspace or tools.pages_workspace,
        tickets_workspace=closeout.tickets_workspace or tools.tickets_workspace,
    )
    if known != closeout:
        tools.store.save_closeout(known)
    return known


def _withdraw(closeout: Closeout, project: Project, tools: Tools) -> None:
    reason = f"the project was {project.gone} in the tracker"
    tools.store.move(closeout, CloseoutStatus.WITHDRAWN, reason=reason, at=tools.now())
    tools.store.note(
        Note(tools.now(), f"{reason}; it goes on if the project is restored", closeout.id)
    )
