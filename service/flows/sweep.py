"""Ask a tracker what was closed lately, so that a lost webhook costs minutes and not a closure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.tracking import ProjectRef

if TYPE_CHECKING:
    from datetime import datetime

    from service.ports import Tracker
    from service.records import Store

# Twice the longest lag known of a tool's own index or of a late delivery.
OVERLAP = timedelta(minutes=30)


def sweep(workspace: str, *, tracker: Tracker, store: Store, now: datetime) -> int:
    """Make every project due that stands closed and that we have not dealt with; return how many.

    Looks back from the last sweep with an overlap. Raises as the tracker does; then the next
    sweep looks at the same stretch again.
    """
    state = store.enrol(workspace, now)
    found = 0
    for closure in tracker.closed_since(state.swept_until - OVERLAP):
        project = ProjectRef(workspace, closure.key)
        closeout = store.closeout(project)
        if closeout is None and closure.closed_at < state.enrolled_at:
            continue
        if closeout is not None and closeout.closed_at == closure.closed_at:
            continue
        store.mark_due(project, now, "found closed by the sweep")
        found += 1
    store.swept(workspace, now)
    return found
