"""What became known of the plans of projects: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from service.domain.plan_facts import FactName, FactSource, PlanFact
from service.domain.tracking import ProjectRef
from service.storage.columns import KeyText, as_kept
from service.storage.part import Part
from service.storage.tables import plan_facts
from service.storage.upserts import on_each_engine

if TYPE_CHECKING:
    from sqlalchemy import Row

_OF_PROJECT = (
    plan_facts.c.workspace == bindparam("of_workspace", type_=KeyText()),
    plan_facts.c.key == bindparam("of_key", type_=KeyText()),
)
_LIST = select(plan_facts).where(*_OF_PROJECT).order_by(plan_facts.c.name, plan_facts.c.ordinal)
_LAST = (
    select(plan_facts.c.ordinal, plan_facts.c.value)
    .where(*_OF_PROJECT, plan_facts.c.name == bindparam("of_name", type_=KeyText()))
    .order_by(plan_facts.c.ordinal.desc())
    .limit(1)
)
_ADD = on_each_engine(
    plan_facts, lambda insert: insert.on_conflict_do_nothing().returning(plan_facts.c.ordinal)
)


class PlanFacts(Part):
    """Facts by project and name, numbered within the name."""

    def facts(self, project: ProjectRef) -> Sequence[PlanFact]:
        of = {"of_workspace": project.workspace, "of_key": project.key}
        with self._database.reading() as connection:
            return [_fact(row, project) for row in connection.execute(_LIST, of)]

    def keep_fact(self, fact: PlanFact) -> bool:
        """Add a fact under the next number of its name, unless the last one says the same.

        Where somebody takes that number a moment earlier, what they kept is looked at first.
        """
        told = as_kept(fact.value)
        while True:
            number, value = self._last(fact)
            if value == told:
                return False
            row = {
                "workspace": fact.project.workspace,
                "key": fact.project.key,
                "name": fact.name.value,
                "ordinal": number + 1,
                "at": fact.at,
                "value": fact.value,
                "source": fact.source.value,
                "by": fact.by,
            }
            with self._database.writing() as connection:
                if connection.execute(_ADD[self._database.dialect], row).all():
                    return True

    def _last(self, fact: PlanFact) -> tuple[int, object]:
        of = {
            "of_workspace": fact.project.workspace,
            "of_key": fact.project.key,
            "of_name": fact.name.value,
        }
        with self._database.reading() as connection:
            row = connection.execute(_LAST, of).one_or_none()
        return (0, None) if row is None else (row.ordinal, row.value)


def _fact(row: Row[Any], project: ProjectRef) -> PlanFact:
    return PlanFact(
        project=project,
        name=FactName(row.name),
        at=row.at,
        value=row.value,
        source=FactSource(row.source),
        by=row.by,
    )
