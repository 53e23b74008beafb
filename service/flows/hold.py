"""Hold a closed project open: move it back, at most so often an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from service.domain.closeout import CloseoutStatus
from service.flows.effects import Attempt, once
from service.ports import NoWayBack
from service.records import EffectState, Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.domain.closeout import Closeout, Hold
    from service.domain.tracking import Project, Status
    from service.flows.tools import Tools
    from service.records import Effect

log = structlog.get_logger()

HOUR = timedelta(hours=1)


def hold(closeout: Closeout, project: Project, *, tools: Tools) -> Project:
    """Move a closed project back and record it; return the project as it stands afterwards.

    It is left closed in the modes observe and warn, after `holds_per_hour` holds within an hour,
    and where the tool offers no way back. The tool's own answer is believed before a second look
    at it, which may lag behind.
    """
    if not tools.holds or free_at(tools.store.holds(closeout.id), tools) is not None:
        return project
    tools.store.save_closeout(replace(closeout, closing_into=project.status))
    try:
        moved_to = _move_back(closeout, project, tools)
    except NoWayBack as refusal:
        log.warning("hold.no_way_back", reason=str(refusal))
        return project
    _record(closeout, project.status, moved_to, tools)
    return replace(project, status=moved_to, closed_at=None)


def finish_hold(closeout: Closeout, project: Project, *, tools: Tools) -> None:
    """Record a hold that a killed process began: its effect is there, its record is not.

    Where the project stands closed and no answer came, the hold may never have happened: whether
    it is still wanted is decided anew.
    """
    effect = _begun(closeout, tools)
    if effect is None or effect.state is EffectState.FAILED:
        return
    if project.closed and effect.state is EffectState.INTENDED:
        return
    moved_from = closeout.closing_into or project.status
    moved_to = _move_back(closeout, project, tools)
    _record(closeout, moved_from, moved_to, tools)


def drop_hold(closeout: Closeout, *, tools: Tools) -> None:
    """Give up a hold that was begun and never happened: everything is met by now."""
    effect = _begun(closeout, tools)
    if effect is not None and effect.state is EffectState.INTENDED:
        note = "not needed any more: everything was met before it happened"
        tools.store.record(effect, EffectState.FAILED, tools.now(), note=note)


def free_at(holds: Sequence[Hold], tools: Tools) -> datetime | None:
    """Return when the next hold is allowed, None where it is allowed now."""
    recent = [done.at for done in holds if tools.now() - done.at < HOUR]
    if len(recent) < tools.holds_per_hour:
        return None
    return recent[-tools.holds_per_hour] + HOUR


def obstacle(closeout: Closeout, tools: Tools) -> str | None:
    """Return why the next hold was refused by the tool when it was last tried, None otherwise."""
    effect = _begun(closeout, tools)
    return effect.note if effect is not None and effect.state is EffectState.FAILED else None


def _begun(closeout: Closeout, tools: Tools) -> Effect | None:
    """Return the effect of the hold that follows those on record, None where none was begun."""
    number = len(tools.store.holds(closeout.id)) + 1
    return tools.store.effect(closeout.id, "hold", str(number))


def _move_back(closeout: Closeout, project: Project, tools: Tools) -> Status:
    found: list[Status] = []

    def write(_attempt: Attempt) -> Status:
        found.append(tools.tracker.ensure_open(project.ref.key, closeout.return_to))
        return found[0]

    once(
        closeout,
        "hold",
        str(len(tools.store.holds(closeout.id)) + 1),
        write,
        lambda status: (status.id, project.url),
        tools=tools,
    )
    return found[0] if found else project.status


def _record(closeout: Closeout, moved_from: Status, moved_to: Status, tools: Tools) -> None:
    done = tools.store.add_hold(closeout.id, tools.now(), moved_from, moved_to)
    reason = f"moved back from {moved_from.name} to {moved_to.name}"
    tools.store.move(closeout, CloseoutStatus.IN_REVIEW, reason=reason, at=tools.now())
    tools.store.note(Note(tools.now(), f"Hold {done.number}: {reason}", closeout.id))
