"""Read what Linear may refuse by itself, so that one refused part does not cost the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog

from connectors.linear import mapping, queries
from connectors.linear.errors import of_everything
from connectors.linear.mapping import raw as read
from service.ports import NotAllowed, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.linear.client import LinearClient, Raw
    from service.domain.tracking import Person

log = structlog.get_logger(__name__)
Value = TypeVar("Value")

A_PAGE = 50  # of small things; what is read in one go costs a few hundred points
FAILURES = (Rejected, NotAllowed, Unavailable)


def optional(what: str, reading: Callable[[], Value]) -> Value | None:
    """Return what was read, None where Linear refuses this part: the rest is good without it.

    What may pass (Unavailable) is raised: a later try will have it.
    """
    try:
        return reading()
    except (Rejected, NotAllowed) as refusal:
        log.warning("linear.part_not_read", part=what, reason=str(refusal))
        return None


class Parts:
    """The parts of one project: as they came with it, else each by a query of its own.

    - A part that fails, in whatever way, is `unknown`, with the reason, and stops nothing.
    - Once nobody answers, or asks us to wait, nothing more is asked for.
    """

    def __init__(self, client: LinearClient, raw: Raw) -> None:
        self.unknown: dict[str, str] = {}
        self._client = client
        self._raw = raw
        self._key = read.text(raw, "id")
        self._lost: Exception | None = None

    def all(self, name: str, document: str, convert: Callable[[Raw], Value]) -> list[Value]:
        """Return everything a connection of the project holds; nothing where it is unknown."""
        found = self._soft(name, lambda: [convert(one) for one in self._nodes(name, document)])
        return found or []

    def lead(self) -> Person | None:
        """Return the lead, None for nobody and where that is unknown."""
        return self._soft("lead", self._lead)

    def _lead(self) -> Person | None:
        if "lead" in self._raw:
            return mapping.maybe_person(self._raw, "lead")
        self._still_answered()
        asked = self._client.entity(queries.PROJECT_LEAD, "project", id=self._key)
        return mapping.maybe_person(asked, "lead")

    def _nodes(self, name: str, document: str) -> Iterator[Raw]:
        path = f"project.{name}"
        if name in self._raw:
            return self._client.rest(self._raw[name], document, path, first=A_PAGE, id=self._key)
        self._still_answered()
        return self._client.nodes(document, path, first=A_PAGE, id=self._key)

    def _still_answered(self) -> None:
        if self._lost is not None:
            raise self._lost

    def _soft(self, name: str, reading: Callable[[], Value]) -> Value | None:
        try:
            return reading()
        except FAILURES as failure:
            if of_everything(failure):
                self._lost = failure
            log.warning("linear.part_not_read", project=self._key, part=name, reason=str(failure))
            self.unknown[name] = str(failure)
            return None
