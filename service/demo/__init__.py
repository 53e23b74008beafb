"""The whole story on a local stand-in of the tool, with the real connector talking HTTP to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from service.demo.live import Live
from service.demo.stage import Stage
from service.demo.story import Story
from service.demo.telling import StoryStopped, Telling

if TYPE_CHECKING:
    import threading
    from datetime import datetime

    from service.demo.telling import Step

__all__ = ["StoryStopped", "Telling", "play", "run_once"]


def run_once(tell: Callable[[str], None], clock: Callable[[], datetime]) -> tuple[Step, ...]:
    """Play the story to its end, telling it line by line; return what was told, by step.

    Raises StoryStopped where a step did not happen within its time.
    """
    telling = Telling(tell)
    with Stage(clock) as stage:
        Story(stage, telling).to_the_end()
    return telling.steps


def play(
    tell: Callable[[str], None],
    clock: Callable[[], datetime],
    told_to_stop: Callable[[], threading.Event],
) -> None:
    """Play the story until somebody must act, then leave it to whoever sits in front of it.

    What is done from then on is told as it happens, until the event that `told_to_stop` gives is
    set. Raises StoryStopped.
    """
    telling = Telling(tell)
    with Stage(clock) as stage:
        story = Story(stage, telling)
        story.to_the_refusal()
        story.hand_over()
        Live(stage.tool, telling).follow(told_to_stop())
