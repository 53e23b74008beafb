"""Who belonged to the project when: its issues sorted out by kick-off and close."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.domain.tracking import Field, StatusCategory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.domain.metrics.past import Past
    from service.domain.metrics.values import Excluded
    from service.domain.metrics.window import Window

#: What an issue of the window may be in the end; one may be several of these.
GROUPS = (
    *("base", "added", "removed", "transient", "final"),
    *("done", "delivered", "dropped", "carried_over"),
)

#: Groups without a figure of their own: members at the kick-off and at the close, and all that
#: were in the project at some instant of the window.
STAYED, TOUCHED = "stayed", "touched"

#: Groups of those that ever carried a size, by its unit.
_SIZED = {"points": Field.ESTIMATE, "hours": Field.HOURS}


@dataclass(frozen=True, slots=True)
class Scope:
    """The issues of a window by what became of them; one may stand in several lists.

    - `counted` are all that were ever in the project and can be counted.
    - `excluded` are those that cannot, with the reason.
    """

    window: Window
    counted: Sequence[Past]
    excluded: tuple[Excluded, ...] = ()
    groups: dict[str, list[Past]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> list[Past]:
        return self.groups[name]


def scope_of(window: Window, counted: Sequence[Past], excluded: Sequence[Excluded]) -> Scope:
    """Sort the issues out by their membership at the kick-off and at the close."""
    groups: dict[str, list[Past]] = {name: [] for name in (*GROUPS, STAYED, TOUCHED)}
    groups |= {
        unit: [past for past in counted if past.ever_sized(field)] for unit, field in _SIZED.items()
    }
    start, end = window.baseline, window.close
    for past in counted:
        for name in _groups(past, start, end):
            groups[name].append(past)
    return Scope(window, counted, tuple(excluded), groups)


def _groups(past: Past, start: datetime | None, end: datetime) -> tuple[str, ...]:
    at_start = start is not None and past.member_at(start)
    if past.member_at(end):
        fates = _fates(past, end)
        if start is None:
            return (TOUCHED, "final", *fates)
        came = ("base", STAYED) if at_start else ("added",)
        return (TOUCHED, *came, "final", *fates)
    if at_start:
        return (TOUCHED, "base", "removed")
    if start is not None and past.member_between(start, end):
        return (TOUCHED, "transient")
    return ()


def _fates(past: Past, end: datetime) -> tuple[str, ...]:
    """Return what became of a member; one that was done to give it up is done and dropped."""
    match past.kind_at(end):
        case StatusCategory.DONE:
            return ("done", "dropped" if past.dropped.at(end) else "delivered")
        case StatusCategory.CANCELLED:
            return ("dropped",)
        case _:
            return ("carried_over",)
