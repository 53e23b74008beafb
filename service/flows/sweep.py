"""Ask a tracker what was closed lately, so that a lost webhook costs minutes and not a closure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.domain.tracking import ProjectRef

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.ports import Closure, Tracker
    from service.records import Store, WorkspaceState

# Twice the longest lag known of a tool's own index or of a late delivery.
OVERLAP = timedelta(minutes=30)


def sweep(workspace: str, *, tracker: Tracker, store: Store, now: datetime) -> int:
    """Make every project due that stands closed and that we have not dealt with; return how many.

    Looks back from the last sweep with an overlap. Raises as the tracker does; then the next
    sweep looks at the same stretch again.
    """
    state = store.enrol(workspace, now)
    closures = tracker.closed_since(state.swept_until - OVERLAP)
    undated = {closure.key: closure for closure in closures if closure.closed_at is None}
    first = state.swept_until == state.enrolled_at
    found = _since_last_time(workspace, undated, store, now, first=first)
    found += [closure for closure in closures if _is_news(workspace, closure, state, store)]
    for closure in found:
        project = ProjectRef(workspace, closure.key)
        store.mark_due(project, now, "found closed by the sweep", closure.left_status_id)
    store.swept(workspace, now)
    return len(found)


def _is_news(workspace: str, closure: Closure, state: WorkspaceState, store: Store) -> bool:
    """Whether a closing with an instant is one that no closeout was about."""
    if closure.closed_at is None:
        return False
    closeout = store.closeout(ProjectRef(workspace, closure.key))
    if closeout is None:
        return closure.closed_at >= state.enrolled_at
    return closeout.closed_at != closure.closed_at


def _since_last_time(
    workspace: str, undated: Mapping[str, Closure], store: Store, now: datetime, *, first: bool
) -> list[Closure]:
    """Return what stands closed now and did not before, where the tool does not say since when.

    At the first sweep all of it was closed before we came. What is not listed any more may be open
    again or only be hidden from us: a look at it tells.
    """
    if first:
        store.stand(workspace, undated)
        return []
    known = store.standing(workspace)
    for key in known - undated.keys():
        store.mark_due(ProjectRef(workspace, key), now, "does not stand closed any more")
    return [closure for key, closure in undated.items() if key not in known]
