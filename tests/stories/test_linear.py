"""What a story can only tell of Linear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.closeout import CloseoutStatus
from service.records import DeliveryState
from tests.stories.stage import LEAD, Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as found:
        yield found


def test_an_edited_page_is_read_as_soon_as_it_stands(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.works()

    stage.passes(seconds=15)

    assert 3 == len(stage.tickets)


def test_the_same_event_to_two_subscriptions_is_ignored_the_second_time(stage: Stage) -> None:
    stage.registers_the_webhook()
    stage.presses_done()
    stage.works()

    ignored = stage.services.store.deliveries(DeliveryState.IGNORED, 10)
    assert "the same event was delivered before" in [one.reason for one in ignored]


def test_a_hold_is_one_write_and_the_first_one(stage: Stage) -> None:
    stage.presses_done()
    stage.works()

    assert "started" == stage.status
    files = {"fileUpload", "filePut"}
    made = [one.action for one in stage.standin.world.log if one.via == "api"]
    assert [one for one in made if one not in files] == [
        "projectUpdate",
        "documentCreate",
        "entityExternalLinkCreate",
        "commentCreate",
    ]


def test_a_trashed_project_withdraws_its_closeout_and_restored_it_goes_on(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    stage.tool.trashes(stage.project.id, by=LEAD)
    stage.works()

    withdrawn = stage.closeout

    assert withdrawn.status is CloseoutStatus.WITHDRAWN
    assert "trash" in stage.services.store.status_changes(stage.closeout.id)[-1].reason

    stage.passes(hours=1)
    stage.tool.restores(stage.project.id, by=LEAD)
    stage.works()

    assert stage.closeout.status is CloseoutStatus.IN_REVIEW


def test_a_quiet_look_costs_three_requests(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.works()
    stage.passes(seconds=15)
    before = len(stage.standin.calls)

    stage.passes(minutes=2)

    assert [call.name for call in stage.standin.calls[before:]] == [
        "Project",
        "Document",
        "Tickets",
    ]
