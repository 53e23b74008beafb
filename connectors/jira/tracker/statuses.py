"""The statuses closing objects can have: those of issues, and what stands for them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from connectors.http import segment
from connectors.jira.mapping import statuses as mapping
from service.domain.tracking import Status
from service.ports import NotFound

if TYPE_CHECKING:
    from connectors.jira.client import JiraClient


def known(client: JiraClient) -> dict[str, Status]:
    """Map the statuses of issues that are in use, by id."""
    return {status.id: status for raw in client.statuses() for status in [mapping.status(raw)]}


class Statuses(Mapping[str, Status]):
    """Every status by its id: those of issues in use, and the pseudo ones of versions and projects.

    One that is looked up and not in use any more is asked for by its id.
    """

    def __init__(self, client: JiraClient) -> None:
        self._client = client

    def __getitem__(self, status_id: str) -> Status:
        every = self._every()
        if status_id not in every:
            try:
                path = f"{self._client.api}/status/{segment(status_id)}"
                return mapping.status(self._client.http.get(path).object)
            except NotFound:
                raise KeyError(status_id) from None
        return every[status_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._every())

    def __len__(self) -> int:
        return len(self._every())

    def _every(self) -> dict[str, Status]:
        return mapping.PSEUDO | known(self._client)
