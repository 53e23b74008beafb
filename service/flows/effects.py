"""Every write outside has a row before it has a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from service.ports import Rejected
from service.records import EffectState

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.domain.closeout import Closeout
    from service.flows.tools import Tools
    from service.records import Effect

Result = TypeVar("Result")


def once(
    closeout: Closeout,
    purpose: str,
    subject: str,
    write: Callable[[str], Result],
    identify: Callable[[Result], tuple[str, str | None]],
    *,
    tools: Tools,
) -> Effect:
    """Do a write outside once: intend it, call it with its marker, record what came of it.

    - An effect that is done is returned as it is, without a call.
    - One that was intended and has no result is called again: the write itself looks for the
      marker first, so an answer that was lost makes nothing twice.
    - A refusal is recorded with the tool's own message and raised: asking again will not help.
    - A worker that has lost its lease intends and records nothing: whoever has it now looks.
    """
    tools.still_ours()
    effect = tools.store.intend(closeout.id, purpose, subject, tools.now())
    if effect.state is EffectState.DONE:
        return effect
    try:
        result = write(effect.marker)
    except Rejected as refusal:
        tools.still_ours()
        tools.store.record(effect, EffectState.FAILED, tools.now(), note=str(refusal))
        raise
    tools.still_ours()
    remote_id, remote_url = identify(result)
    return tools.store.record(
        effect, EffectState.DONE, tools.now(), remote_id=remote_id, remote_url=remote_url
    )
