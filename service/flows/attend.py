"""Work on one project under its lease, and decide what a failure means for the next look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from service.domain.verdict import Outcome, Verdict
from service.flows.reconcile import reconcile
from service.ports import Limited, NotAllowed, NotFound, Rejected, Unavailable
from service.records import LeaseLost, Note

if TYPE_CHECKING:
    from datetime import datetime

    from service.flows.tools import Tools
    from service.records import Lease

log = structlog.get_logger()

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)
OPERATOR_RETRY = timedelta(minutes=5)
ABSENT_RETRY = timedelta(hours=1)


def attend(lease: Lease, *, tools: Tools) -> None:
    """Reconcile a project and give it back, due again when its next look is.

    - A tool that does not answer: again after what it asked for, else after a growing pause.
    - A rate limit parks the whole workspace until it is over; nothing sleeps meanwhile.
    - Credentials that do not work: the verdict is unknown, the operator is told, and one try
      every five minutes finds out when they work again.
    - A failure of our own is logged and tried again; it never looks like a pass.
    """
    started = tools.now()
    with structlog.contextvars.bound_contextvars(project=str(lease.project)):
        try:
            next_look = reconcile(lease.project, left_status_id=lease.left_status_id, tools=tools)
        except LeaseLost:
            log.info("project.lease_lost")
            return
        except (Unavailable, NotAllowed, Rejected) as failure:
            log.warning("project.unread", kind=type(failure).__name__, reason=str(failure))
            tools.store.release(lease, _after(failure, lease, tools), failed=True)
            _undecided(lease, str(failure), started, tools)
        except Exception:
            log.exception("project.failed", attempts=lease.attempts)
            # First, because what broke the run may break the note about it too.
            tools.store.release(lease, tools.now() + _pause(lease.attempts), failed=True)
            _undecided(lease, "Closeout itself failed; its log says why", started, tools)
        else:
            tools.store.trouble(lease.project.workspace, None)
            tools.store.release(lease, next_look)


def _after(failure: Exception, lease: Lease, tools: Tools) -> datetime | None:
    """Return when to try again, and tell whoever must act before that helps.

    What is not there and has no closeout is nobody's business any more.
    """
    now = tools.now()
    if isinstance(failure, NotAllowed):
        _trouble(lease, str(failure), tools)
        return now + OPERATOR_RETRY
    if isinstance(failure, Unavailable) and failure.retry_after is not None:
        if isinstance(failure, Limited):
            tools.store.park(lease.project.workspace, now + failure.retry_after)
        return now + failure.retry_after
    if isinstance(failure, NotFound):
        return now + ABSENT_RETRY if tools.store.closeout(lease.project) else None
    return now + _pause(lease.attempts)


def _pause(attempts: int) -> timedelta:
    """Double the pause with each failed attempt, up to five minutes."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 10)
    return min(LONGEST_RETRY, doubled)


def _undecided(lease: Lease, reason: str, started: datetime, tools: Tools) -> None:
    """Keep that nothing is known now: an earlier verdict must not look like today's.

    What was missing when it was last known stays readable below it.
    """
    closeout = tools.store.closeout(lease.project)
    if closeout is None or not closeout.status.live:
        return
    kept = tools.store.verdict(closeout.id)
    if kept is not None and kept[1] >= started:
        return  # judged in this very run: the failure came after the verdict
    summary = f"Whether {closeout.project_name} may close is not known: {reason}"
    unknown = Verdict(
        "gate",
        closeout.project_name,
        Outcome.UNKNOWN,
        summary,
        since=tools.now(),
        children=kept[0].children if kept else (),
    )
    tools.store.save_verdict(closeout.id, unknown, tools.now(), tools.policy_label)
    if kept is None or kept[0].summary != summary:
        tools.store.note(Note(tools.now(), summary, closeout.id))


def _trouble(lease: Lease, sentence: str, tools: Tools) -> None:
    workspace = lease.project.workspace
    if tools.store.trouble(workspace, sentence):
        tools.store.note(Note(tools.now(), sentence, workspace=workspace))
