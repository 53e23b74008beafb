"""The cumulative flow: where the members stood at the end of each day.

Told in hindsight, as the cycle times are: what was reopened was not done yet, what was moved back
had begun already. So no line that is a sum of those below it ever falls (Reinertsen, The
Principles of Product Development Flow, 2009): from below removed, dropped, done, in progress, to do.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from service.domain.metrics.flow.passage import passages_of
from service.domain.metrics.flow.wip import NO_MEMBERS, begun_at
from service.domain.metrics.scope.burn_up import days_of
from service.domain.metrics.series import Lines

if TYPE_CHECKING:
    from service.domain.metrics.basis import Basis


def cumulative_flow(basis: Basis) -> Lines:
    """Return, at each local day's end, how many members were to do, in progress, done or dropped.

    Issues that left for good are in the line `removed` from then on. The last day is told as it
    was at the close.
    """
    passages, close, zone = passages_of(basis), basis.window.close, basis.calendar.timezone
    if not passages:
        return Lines("issues", reason=NO_MEMBERS)
    first = basis.window.baseline or min(passage.joined for passage in passages)
    days = days_of(first, close, basis.calendar)
    names = ("todo", "in_progress", "done", "dropped", "removed")
    changes = {name: [0] * days.count for name in names}
    for passage in passages:  # hot: once for each issue, at most four changes each
        _, joined, _, ended, left, _, dropped = passage
        place = days.place(joined.astimezone(zone).toordinal())
        at = "todo"
        changes[at][place] += 1
        for name, instant in (
            ("in_progress", begun_at(passage, close)),
            ("dropped" if dropped else "done", ended),
            ("removed", left),
        ):
            if instant is None:
                continue
            place = max(place, days.place(instant.astimezone(zone).toordinal()))
            changes[at][place] -= 1
            changes[name][place] += 1
            at = name
    lines = tuple((name, tuple(accumulate(changes[name], initial=0.0))[1:]) for name in names)
    return Lines("issues", days.dates(), lines)
