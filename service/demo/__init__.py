"""The whole story on local stand-ins of the tools, with the real connectors talking HTTP to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from service.demo.live import Live
from service.demo.stage import Part, Stage
from service.demo.story import Story, hand_over
from service.demo.telling import StoryStopped, Telling
from service.demo.tool import trackers
from service.settings import connector

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from service.demo.telling import Step

__all__ = ["Part", "StoryStopped", "Telling", "parts", "play", "run_once", "trackers"]


def parts(tracker: str | None = None, *, undo: bool = False) -> tuple[Part, ...]:
    """Return the stories to play: of one tracker, or of each there is a stand-in of.

    A tracker that can refuse by a rule of its own does so, unless `undo` is wanted.
    """
    wanted = (tracker,) if tracker else trackers()
    return tuple(Part(name, connector(name).gate is not None and not undo) for name in wanted)


def run_once(
    wanted: Sequence[Part], tell: Callable[[str], None], clock: Callable[[], datetime]
) -> Mapping[Part, tuple[Step, ...]]:
    """Play the stories to their ends, telling them line by line; return what was told, by step.

    Raises StoryStopped where a step did not happen within its time.
    """
    told = {}
    for part in wanted:
        tell(f"\n== {part.title} ==")
        telling = Telling(tell)
        with Stage((part,), clock) as stage:
            Story(stage, stage.scenes[0], telling).to_the_end()
        told[part] = telling.steps
    return told


def play(
    wanted: Sequence[Part],
    tell: Callable[[str], None],
    clock: Callable[[], datetime],
    told_to_stop: Callable[[], threading.Event],
) -> None:
    """Play the stories until somebody must act, then leave them to whoever sits in front of it.

    What is done from then on is told as it happens, until the event that `told_to_stop` gives is
    set. Raises StoryStopped.
    """
    telling = Telling(tell)
    with Stage(wanted, clock) as stage:
        for scene in stage.scenes:
            tell(f"\n== {scene.part.title} ==")
            telling = Telling(tell)
            Story(stage, scene, telling).to_the_refusal()
        hand_over(stage, telling)
        Live([scene.tool for scene in stage.scenes], telling).follow(told_to_stop())
