"""What storage tests begin with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from service.domain.closeout import ActionRecord, Closeout, Verification, Waiver
from service.domain.tracking import ProjectRef, Status, StatusCategory
from service.domain.verdict import Need, Outcome, Verdict
from service.records import Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 123_457, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

APOLLO = ProjectRef("acme", "APOLLO")
BEACON = ProjectRef("acme", "BEACON")
CASTOR = ProjectRef("other", "CASTOR")

COMPLETED = Status("s-9", "Completed", StatusCategory.DONE)
STARTED = Status("s-2", "In Progress", StatusCategory.IN_PROGRESS)

Result = TypeVar("Result")


def a_closeout(
    store: Store,
    project: ProjectRef = APOLLO,
    *,
    at: datetime = NOON,
    return_to: Status | None = STARTED,
) -> Closeout:
    return store.open_closeout(
        project,
        name="Apollo",
        url="https://tracker.example/apollo",
        delivered_at=at,
        closing_into=COMPLETED,
        return_to=return_to,
        at=at,
        reason="the project was closed",
    )


def an_action(closeout: Closeout, number: int = 1, *, ticket_id: str | None = None) -> ActionRecord:
    return ActionRecord(
        id=f"{closeout.id}-{number}",
        closeout_id=closeout.id,
        number=number,
        change="Name who decides on scope",
        owner_id="u-1",
        owner_name="Ada",
        due_on=date(2026, 4, 1),
        check="The charter names one person",
        ticket_id=ticket_id,
    )


def a_verification(action: ActionRecord, *, at: datetime = NOON) -> Verification:
    return Verification(action.id, "u-2", "Grace", at, "the charter, page 1", "web")


def a_waiver(closeout: Closeout, waiver_id: str = "w-1", *, at: datetime = NOON) -> Waiver:
    return Waiver(
        waiver_id, closeout.id, "actions-verified", "Grace", "a freeze", date(2026, 5, 1), at
    )


def a_verdict(summary: str = "2 of 3 verified; waiting for OPS-91") -> Verdict:
    waiting = Verdict(
        "action-3",
        "Action 3",
        Outcome.BLOCKED,
        summary,
        needs=(Need("verify it", "Grace", "https://tracker.example/OPS-91"), Need("close it")),
        url="https://tracker.example/OPS-91",
        since=NOON,
    )
    waived = Verdict("page-complete", "The page", Outcome.PASSED, "waived", waived="by Grace")
    return Verdict("gate", "Apollo", Outcome.BLOCKED, summary, children=(waiting, waived))


def at_once(times: int, call: Callable[[int], Result]) -> list[Result]:
    """Call from as many threads, all let go at the same moment."""
    barrier = threading.Barrier(times)

    def run(number: int) -> Result:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))
