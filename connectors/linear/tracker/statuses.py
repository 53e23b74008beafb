"""The statuses projects can have: asked for once in a run, and done without where refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import structlog

from connectors.linear import mapping, queries
from connectors.linear.errors import of_everything
from connectors.linear.mapping import raw as read
from connectors.linear.tracker.parts import A_PAGE, FAILURES
from service.domain.tracking import Status
from service.ports import NotFound

if TYPE_CHECKING:
    from connectors.linear.client import LinearClient, Raw

log = structlog.get_logger(__name__)

PROJECTS_LOOKED_AT = 250


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A project status with what the choice of a way back needs."""

    status: Status
    kind: str
    position: float = 0.0
    archived: bool = False


class Statuses(Mapping[str, Status]):
    """Every project status by its id, those no longer in use included.

    - The list is asked for when it is first needed and kept: one tracker serves one run.
    - Where Linear refuses it, a status that is looked up is asked for by its id; one that is
      refused too is not in the mapping. Listing and counting them raise.
    - Everything raises Unavailable where nobody answers, or we are asked to wait.
    """

    def __init__(self, client: LinearClient) -> None:
        self._client = client
        self._rows: tuple[StatusRow, ...] | None = None

    def rows(self) -> tuple[StatusRow, ...]:
        """List the statuses. Raises Unavailable, Rejected or NotAllowed."""
        if self._rows is None:
            nodes = self._client.nodes(queries.PROJECT_STATUSES, "projectStatuses", first=A_PAGE)
            self._rows = tuple(_row(raw) for raw in nodes)
        return self._rows

    def in_use(self) -> tuple[StatusRow, ...]:
        """List the statuses that open projects stand in, the latest touched first.

        None where these are refused too.
        """
        nodes = self._client.nodes(queries.STATUSES_IN_USE, "projects", first=PROJECTS_LOOKED_AT)
        try:
            rows = [
                StatusRow(mapping.project_status(status), read.text(status, "type"))
                for raw in islice(nodes, PROJECTS_LOOKED_AT)
                for status in [read.part(raw, "status")]
            ]
        except FAILURES as failure:
            _refused("statuses in use", failure)
            return ()
        return tuple({row.status.id: row for row in rows}.values())

    def __getitem__(self, status_id: str) -> Status:
        try:
            return {row.status.id: row.status for row in self.rows()}[status_id]
        except FAILURES as failure:
            _refused("projectStatuses", failure)
        try:
            raw = self._client.entity(queries.PROJECT_STATUS, "projectStatus", id=status_id)
            return mapping.project_status(raw)
        except NotFound:
            raise KeyError(status_id) from None
        except FAILURES as failure:
            _refused("projectStatus", failure)
            raise KeyError(status_id) from failure

    def __iter__(self) -> Iterator[str]:
        return iter([row.status.id for row in self.rows()])

    def __len__(self) -> int:
        return len(self.rows())


def _refused(part: str, failure: Exception) -> None:
    """Do without a part that failed; raise what would fail everything else too."""
    if of_everything(failure):
        raise failure
    log.warning("linear.part_not_read", part=part, reason=str(failure))


def _row(raw: Raw) -> StatusRow:
    return StatusRow(
        status=mapping.project_status(raw),
        kind=read.text(raw, "type"),
        position=read.maybe_number(raw, "position") or 0.0,
        archived=read.maybe_instant(raw, "archivedAt") is not None,
    )
