"""What the store keeps that no tracker does: facts of plans, and working time from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from service.domain.plan_facts import PlanFact
    from service.domain.tracking import ProjectRef, TimeEntry


class PlanStore(Protocol):
    """The part of the store for plan, money and time."""

    def facts(self, project: ProjectRef) -> Sequence[PlanFact]:
        """List what became known of a project's plan and money: of each name, in its order."""

    def keep_fact(self, fact: PlanFact) -> bool:
        """Add a fact; False where the last one of its name says the same, and nothing is added.

        Of several workers who saw the same change one adds it.
        """

    def imported_time(self, project: ProjectRef) -> Sequence[TimeEntry]:
        """List the working time that was imported for a project, oldest first."""

    def import_time(
        self,
        project: ProjectRef,
        entries: Sequence[TimeEntry],
        at: datetime,
        *,
        instead_of: Iterable[str] = (),
    ) -> int:
        """Keep imported working time, all of it or nothing; return how many entries were new.

        Those with the ids `instead_of` are taken out.
        """
