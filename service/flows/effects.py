"""Every write outside has a row before it has a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from service.ports import NotYet, Rejected
from service.records import EffectState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from service.domain.closeout import Closeout
    from service.flows.tools import Tools
    from service.records import Effect

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a write: its marker, and how long ago it was first tried in vain (None: never)."""

    marker: str
    tried: timedelta | None


def once(
    closeout: Closeout,
    purpose: str,
    subject: str,
    write: Callable[[Attempt], Result],
    identify: Callable[[Result], tuple[str, str | None]],
    *,
    tools: Tools,
) -> Effect:
    """Do a write outside once: intend it, call it with its marker, record what came of it.

    - An effect that is done is returned as it is, without a call.
    - One that was intended and has no result is called again: the write itself looks for the
      marker first, so an answer that was lost makes nothing twice.
    - A refusal is recorded with the tool's own message and raised: asking again will not help.
    - `NotYet` says that nothing was written: the effect stays as old as it was.
    - A worker that has lost its lease intends and records nothing: whoever has it now looks.
    """
    tools.still_ours()
    before = tools.store.effect(closeout.id, purpose, subject)
    if before is not None and before.state is EffectState.DONE:
        return before
    effect, tried = _begin(closeout, purpose, subject, before, tools)
    try:
        result = write(Attempt(effect.marker, tried))
    except NotYet:
        tools.still_ours()
        if before is not None:
            tools.store.record(effect, EffectState.INTENDED, before.intended_at)
        raise
    except Rejected as refusal:
        tools.still_ours()
        tools.store.record(effect, EffectState.FAILED, tools.now(), note=str(refusal))
        raise
    tools.still_ours()
    remote_id, remote_url = identify(result)
    return tools.store.record(
        effect, EffectState.DONE, tools.now(), remote_id=remote_id, remote_url=remote_url
    )


def _begin(
    closeout: Closeout, purpose: str, subject: str, before: Effect | None, tools: Tools
) -> tuple[Effect, timedelta | None]:
    """Intend a write, anew where it was intended before; also how long ago its answer was lost."""
    now = tools.now()
    if before is None:
        return tools.store.intend(closeout.id, purpose, subject, now), None
    tried = now - before.intended_at if before.state is EffectState.INTENDED else None
    return tools.store.record(before, EffectState.INTENDED, now, note=before.note), tried
