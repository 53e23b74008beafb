"""What doors ask of a project's plan, money and time: to tell something, to see the frozen report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.metrics.comparison import differences
from service.flows import facts, hours, prepare
from service.ports import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from service.domain.metrics.comparison import Difference
    from service.domain.money import Money
    from service.domain.recorded_time import Choice, TimeImport, TimeSheet
    from service.domain.tracking import ProjectRef
    from service.flows.facts import Told
    from service.flows.tools import Tools
    from service.records import Store


@dataclass(frozen=True, slots=True)
class Planning:
    """The figures of projects, and what people tell that these are worked out from.

    - Each telling is Refused where the closeout is closed. While it is open the figures that are
      kept for it are worked out anew, True where that was so; the page is never touched.
    - All raise NotFound, Unavailable or NotAllowed where the project cannot be read.
    """

    store: Store
    tools: Callable[[str], Tools]

    def metrics(self, project: ProjectRef) -> Mapping[str, object]:
        """Return the metrics snapshot, ready for JSON: the frozen one of a closeout, else now's."""
        found = self.figures(project)
        frozen = {"report": found["report"]} if "report" in found else {}
        return {**_snapshot_of(found), **frozen}

    def figures(self, project: ProjectRef) -> Mapping[str, object]:
        """Return the figures in words and as values: the frozen ones of a closeout, else now's."""
        tools = self.tools(project.workspace)
        return self.report(project) or prepare.work_out(tools.project(project), tools=tools)

    def report(self, project: ProjectRef) -> Mapping[str, object] | None:
        """Return the frozen figures of a project's latest closeout, None where there are none."""
        closeout = self.store.closeout(project)
        kept = self.store.figures(closeout.id) if closeout else None
        return kept[0] if kept else None

    def against_report(self, project: ProjectRef) -> tuple[Difference, ...]:
        """Return how the figures worked out now differ from the frozen ones, which stay.

        Raises Refused where nothing is frozen yet.
        """
        closeout, kept = self.store.closeout(project), self.report(project)
        if closeout is None or kept is None:
            raise Refused(
                f"{project} has no report to compare with: its figures are frozen at the closing"
            )
        tools = self.tools(project.workspace)
        return differences(kept, prepare.report(closeout, tools.project(project), tools=tools))

    def choose_baseline(
        self, project: ProjectRef, at: datetime | None, *, reason: str, told: Told
    ) -> bool:
        """Take an instant as the kick-off, None to go by the rules again."""
        tools = self.tools(project.workspace)
        shown = tools.project(project)
        facts.choose_baseline(shown, at, reason=reason, told=told, tools=tools)
        return prepare.work_out_anew(shown, tools=tools)

    def approve_budget(
        self, project: ProjectRef, money: Money, approved_at: datetime | None, *, told: Told
    ) -> bool:
        """Take an amount as the budget from an instant on, None for now."""
        tools = self.tools(project.workspace)
        shown = tools.project(project)
        since = approved_at or tools.now()
        facts.approve_budget(shown, money, since, told=told, tools=tools)
        return prepare.work_out_anew(shown, tools=tools)

    def add_cost(
        self, project: ProjectRef, money: Money, *, on: date, what: str, told: Told
    ) -> bool:
        """Add a cost besides working time."""
        tools = self.tools(project.workspace)
        shown = tools.project(project)
        facts.add_cost(shown, money, on=on, what=what, told=told, tools=tools)
        return prepare.work_out_anew(shown, tools=tools)

    def import_hours(
        self, project: ProjectRef, sheet: TimeSheet, choice: Choice, *, apply: bool
    ) -> TimeImport:
        """Sort a time sheet out, and keep what is new of it with `apply`."""
        tools = self.tools(project.workspace)
        shown = tools.project(project)
        found = hours.import_hours(shown, sheet, choice, apply=apply, tools=tools)
        if apply and found.added:
            prepare.work_out_anew(shown, tools=tools)
        return found


def _snapshot_of(figures: Mapping[str, object]) -> Mapping[str, object]:
    snapshot = figures["snapshot"]
    return snapshot if isinstance(snapshot, dict) else {}
