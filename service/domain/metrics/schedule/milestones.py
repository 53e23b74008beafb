"""How late each milestone was: the last completion of its issues against its target date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.metrics.values import Part, Value, unknown
from service.domain.tracking import Field
from service.domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.past import Past
    from service.domain.tracking import Milestone

NO_MILESTONES = "the project has no milestones"
NO_LINK = "the tracker does not say which issues belong to it"
NO_TARGET = "it has no target date"
NO_ISSUES = "no issue that was in the project at the close belonged to it then"

_FORMULA = (
    "for each milestone: day of the last completion of the issues that belonged to it at the "
    "close, dropped ones left out, minus its target date as it is today; positive is late"
)


def milestone_slips(basis: Basis) -> Value:
    """Return the slip of each milestone in calendar days, in the project's order."""
    scope, milestones = basis.scope, basis.project.milestones
    if not milestones:
        return unknown("days", _FORMULA, NO_MILESTONES, scope.excluded)
    members = _members(basis)
    parts = tuple(_slip(basis, one, members.get(one.id or "", ())) for one in milestones)
    keys = tuple(key for part in parts for key in part.issues)
    return Value(parts, "days", len(keys), _FORMULA, keys, scope.excluded)


def _members(basis: Basis) -> dict[str, list[Past]]:
    """Return the issues of each milestone at the close, by its id, without the dropped ones."""
    close = basis.window.close
    found: dict[str, list[Past]] = {}
    for past in (*basis.scope["delivered"], *basis.scope["carried_over"]):
        one = past.issue.milestone_id
        if Field.MILESTONE in past.history.changes:
            one = past.history.milestone.at(close)
        if one is not None:
            found.setdefault(one, []).append(past)
    return found


def _slip(basis: Basis, milestone: Milestone, members: Sequence[Past]) -> Part:
    close, calendar = basis.window.close, basis.calendar
    keys = tuple(past.key for past in members)
    done = [at for past in members if (at := past.delivered_at(close)) is not None]
    reason = _why_not(milestone, len(members), len(done))
    if reason is not None or milestone.target_on is None:
        return Part(milestone.name, None, len(keys), keys, reason)
    days = (calendar.day_of(max(done)) - milestone.target_on).days
    return Part(milestone.name, days, len(keys), keys)


def _why_not(milestone: Milestone, members: int, done: int) -> str | None:
    if milestone.id is None:
        return NO_LINK
    if milestone.target_on is None:
        return NO_TARGET
    if not members:
        return NO_ISSUES
    if done < members:
        return f"{members - done} of its {counted(members, 'issue')} not done at the close"
    return None
