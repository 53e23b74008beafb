"""A person and an automation that close a project in turns, again and again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.closeout import CloseoutStatus
from service.records import EffectState
from tests.stories.stage import LEAD, a_stage
from tests.stories.tools import tools

TURNS = 1_000
IN_A_BURST = 10  # closings between two looks: events are taken together
AUTOMATION = "Dev Emre"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("name", ["linear", "jira-cloud"])
def test_a_thousand_closings_in_turns_are_held_three_times_an_hour_and_never_pass(
    name: str, tmp_path: Path
) -> None:
    with a_stage(tmp_path, tools()[name]) as stage:
        stage.presses_done()
        stage.works()
        closings = 0
        while closings < TURNS:
            if stage.closed:
                stage.reopens()
            stage.tool.closes(stage.project.id, by=AUTOMATION if closings % 2 else LEAD)
            closings += 1
            stage.now += timedelta(seconds=15)
            if closings % IN_A_BURST == 0:
                stage.works()

        holds = [hold.at for hold in stage.services.store.holds(stage.closeout.id)]
        busiest = max(sum(at <= other < at + HOUR for other in holds) for at in holds)
        contested = [text for text in stage.comments if "was closed again and again" in text]
        statuses = stage.services.store.status_changes(stage.closeout.id)

        assert busiest == 3
        assert 12 <= len(holds) <= 18  # of the four hours and more that it takes
        assert 1 <= len(contested) <= 6
        assert CloseoutStatus.CLOSED not in [change.after for change in statuses]
        assert EffectState.FAILED not in [
            effect.state for effect in stage.services.store.effects(stage.closeout.id)
        ]
