"""The story of a project: its key events, its hand-offs, its warning signs, what was misjudged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.metrics.effort.misjudged import Misjudged, misjudged
from service.domain.metrics.flow.edges import Edge, edges
from service.domain.metrics.story.events import Event, events
from service.domain.metrics.story.signs import Sign, signs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.metrics.basis import Basis
    from service.domain.metrics.values import Value


@dataclass(frozen=True, slots=True)
class Story:
    """What the figures tell when they are read together."""

    events: tuple[Event, ...]
    handoffs: tuple[Edge, ...]
    signs: tuple[Sign, ...]
    misjudged: tuple[Misjudged, ...]

    def as_json(self) -> dict[str, object]:
        """Return the story as it is published."""
        return {
            "events": [one.as_json() for one in self.events],
            "handoffs": [one.as_json() for one in self.handoffs],
            "signs": [one.as_json() for one in self.signs],
            "misjudged": [one.as_json() for one in self.misjudged],
        }


def story(basis: Basis, figures: Mapping[str, Mapping[str, Value]]) -> Story:
    """Return the story of a project; `figures` are all areas of the catalogue."""
    return Story(
        events=events(basis, figures["schedule"]),
        handoffs=edges(basis),
        signs=signs(basis, figures),
        misjudged=misjudged(basis),
    )
