"""The store: all its parts over one database."""

from __future__ import annotations

from service.storage.actions import Actions
from service.storage.audits import Audits
from service.storage.closeouts import Closeouts
from service.storage.deliveries import Deliveries
from service.storage.due import DueProjects
from service.storage.effects import Effects
from service.storage.engine import Database
from service.storage.imported_time import ImportedTime
from service.storage.notes import Notes
from service.storage.plan_facts import PlanFacts
from service.storage.standing import Standing
from service.storage.verdicts import Verdicts


class SqlStore(
    Deliveries,
    DueProjects,
    Closeouts,
    Effects,
    Actions,
    Verdicts,
    Notes,
    Audits,
    Standing,
    PlanFacts,
    ImportedTime,
):
    """Everything Closeout remembers, over SQLite or PostgreSQL.

    - May be used by any number of threads.
    - Every method raises Unavailable where the database does not answer in time; what a method
      writes is then either kept whole or not at all.
    - Text comes back without NUL and lone surrogates: U+FFFD stands in their place.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)

    def close(self) -> None:
        """Keep what is still waiting, and close every connection."""
        super().close()
        self._database.close()
