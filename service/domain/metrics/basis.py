"""What every area of the catalogue is worked out from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from service.domain.metrics.calendar import Calendar
from service.domain.metrics.statuses import StatusSets
from service.domain.money import Finances

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.domain.metrics.past import Sizes
    from service.domain.metrics.scope.members import Scope
    from service.domain.metrics.window import Window
    from service.domain.tracking import Project, ProjectIssues, Status

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Basis:
    """One project over one window: its issues sorted out, its plan, its time and its money.

    - `issues` is all that the tracker gave, `scope` what of it can be counted.
    - `statuses` are the statuses by id, `sets` what somebody said they count as.
    """

    project: Project
    issues: ProjectIssues
    scope: Scope
    sizes: Sizes
    calendar: Calendar = field(default_factory=Calendar)
    sets: StatusSets = field(default_factory=StatusSets)
    finances: Finances = field(default_factory=Finances)
    _kept: dict[Callable[[Basis], Any], Any] = field(
        default_factory=dict, compare=False, repr=False
    )

    def once(self, work_out: Callable[[Basis], T]) -> T:
        """Return what a function makes of this basis; several areas that ask share one answer."""
        if work_out not in self._kept:
            self._kept[work_out] = work_out(self)
        known: T = self._kept[work_out]
        return known

    @property
    def window(self) -> Window:
        """From when to when the figures look."""
        return self.scope.window

    @property
    def statuses(self) -> Mapping[str, Status]:
        """Every status that occurs, by id."""
        return self.issues.statuses
