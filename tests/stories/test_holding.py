"""When a project is held, when it is left alone, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.closeout import CloseoutStatus
from service.domain.verdict import Outcome
from service.records import DeliveryState
from tests.stories.stage import LEAD, WORKSPACE, Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as found:
        yield found


def writes(stage: Stage) -> list[str]:
    """Name what Closeout wrote in the tool, in order."""
    return [one.action for one in stage.standin.world.log if one.via == "api"]


def test_the_hold_comes_before_everything_slow(stage: Stage) -> None:
    stage.presses_done()
    stage.works()

    assert writes(stage) == [
        "projectUpdate",
        "documentCreate",
        "entityExternalLinkCreate",
        "commentCreate",
    ]


def test_the_project_goes_back_to_the_status_it_came_from(stage: Stage) -> None:
    stage.standin.control.set_project_status(stage.project.id, "Paused", by=LEAD)
    stage.works()

    stage.presses_done()
    stage.works()

    assert stage.status == "paused"


def test_a_cancelled_project_is_held_and_later_closed_as_cancelled(stage: Stage) -> None:
    stage.standin.control.cancel_project(stage.project.id, by=LEAD)
    stage.works()

    assert stage.status == "started"

    stage.fills_the_page()
    stage.works()
    stage.passes(seconds=15)
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)
    stage.works()

    assert stage.status == "canceled"


def test_without_webhooks_the_sweep_holds_it(stage: Stage) -> None:
    stage.standin.control.webhooks(on=False)
    stage.now += timedelta(minutes=1)
    stage.presses_done()

    stage.services.sweep(WORKSPACE)
    stage.works()

    assert stage.status == "started"


def test_a_project_closed_before_the_workspace_was_connected_is_left_alone(stage: Stage) -> None:
    stage.standin.control.webhooks(on=False)
    stage.presses_done()
    stage.now += timedelta(hours=1)
    stage.services.store.close()
    stage.database_url = stage.database_url.replace("closeout.db", "connected-later.db")
    stage.restart()
    stage.now += timedelta(minutes=5)

    stage.services.sweep(WORKSPACE)
    stage.works()

    assert stage.status == "completed"
    assert writes(stage) == []


def test_at_most_three_holds_an_hour_then_it_says_so_and_waits(stage: Stage) -> None:
    for _ in range(4):
        stage.passes(minutes=5)
        stage.presses_done()
        stage.works()

    assert stage.status == "completed"
    assert len(stage.services.store.holds(stage.closeout.id)) == 3
    assert "was closed again and again" in stage.comments[-1]
    assert stage.closeout.status is not CloseoutStatus.CLOSED

    stage.passes(minutes=5)

    assert sum("was closed again and again" in comment for comment in stage.comments) == 1

    stage.passes(hours=1)

    assert stage.status == "started"


def test_an_automation_that_closes_at_once_never_wins(stage: Stage) -> None:
    for _ in range(60):
        stage.passes(minutes=1)
        stage.presses_done()
        stage.works()

    assert len(stage.services.store.holds(stage.closeout.id)) <= 4
    assert stage.closeout.status is not CloseoutStatus.CLOSED
    assert not any("is closed." in comment for comment in stage.comments)


def test_the_same_delivery_twice_is_one_hold(stage: Stage) -> None:
    stage.presses_done()
    stage.standin.settle()
    stage.standin.control.redeliver(stage.standin.deliveries[0].id)
    stage.works()

    assert len(stage.services.store.holds(stage.closeout.id)) == 1
    assert len(stage.comments) == 1


def test_the_webhook_registered_twice_is_one_hold(stage: Stage) -> None:
    stage.standin.control.register_webhook(stage.webhook.url or "", stage.webhook.secret)
    stage.presses_done()
    stage.works()

    ignored = stage.services.store.deliveries(DeliveryState.IGNORED, 10)
    assert len(stage.services.store.holds(stage.closeout.id)) == 1
    assert "the same event was delivered before" in [one.reason for one in ignored]


def test_our_own_move_is_no_new_closure(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    told = len(stage.comments)

    stage.passes(minutes=10)

    assert told == len(stage.comments)
    assert len(stage.services.store.holds(stage.closeout.id)) == 1


def test_a_trashed_project_withdraws_its_closeout_and_restored_it_goes_on(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    stage.standin.control.trash(stage.project.id, by=LEAD)
    stage.works()

    withdrawn = stage.closeout

    assert withdrawn.status is CloseoutStatus.WITHDRAWN
    assert "trash" in stage.services.store.status_changes(stage.closeout.id)[-1].reason

    stage.passes(hours=1)
    stage.standin.control.restore(stage.project.id, by=LEAD)
    stage.works()

    assert stage.closeout.status is CloseoutStatus.IN_REVIEW


def test_a_deleted_project_is_unknown_and_says_so(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    stage.standin.control.delete(stage.project.id, by=LEAD)
    stage.passes(minutes=5)

    found = stage.services.stored(stage.ref)

    assert stage.closeout.status.live
    assert found is not None
    assert found.verdict.outcome is Outcome.UNKNOWN
    assert "Linear has no such thing, or does not show it" in found.verdict.summary


def test_closing_again_soon_after_is_the_same_closeout(stage: Stage) -> None:
    close_with_everything_met(stage)
    first = stage.closeout
    stage.passes(days=1)
    stage.standin.control.reopen_project(stage.project.id, by=LEAD)
    stage.passes(hours=1)

    stage.presses_done()
    stage.works()

    assert first.id == stage.closeout.id
    assert stage.status == "completed"
    assert stage.closeout.status is CloseoutStatus.CLOSED


def test_closing_again_much_later_is_a_new_closeout_with_a_page_of_its_own(stage: Stage) -> None:
    close_with_everything_met(stage)
    first = stage.closeout
    stage.passes(days=60)
    stage.standin.control.reopen_project(stage.project.id, by=LEAD)
    stage.passes(hours=1)

    stage.presses_done()
    stage.works()

    assert first.ordinal + 1 == stage.closeout.ordinal
    assert stage.status == "started"
    assert len(stage.pages) == 2


def test_observing_writes_nothing_and_records_what_it_would_have_done(tmp_path: Path) -> None:
    with a_stage(tmp_path, mode="observe") as stage:
        stage.presses_done()
        stage.works()
        stage.passes(minutes=5)

        notes = [note.text for note in stage.services.store.notes(stage.closeout.id)]
        assert stage.status == "completed"
        assert writes(stage) == []
        assert sum("would have moved it back" in note for note in notes) == 1


def test_warning_comments_and_leaves_it_closed(tmp_path: Path) -> None:
    with a_stage(tmp_path, mode="warn") as stage:
        stage.presses_done()
        stage.works()
        stage.passes(minutes=5)

        assert stage.status == "completed"
        assert len(stage.comments) == 1
        assert "only warns" in stage.comments[0]


def test_a_project_with_a_hostile_name_is_held_like_any_other(stage: Stage) -> None:
    name = "# Nova | <script>alert(1)</script> @everyone\n- x \x00 [a](javascript:b)"
    stage.standin.control.rename_project(stage.project.id, name, by=LEAD)
    stage.works()

    stage.presses_done()
    stage.works()

    assert stage.status == "started"
    assert "cannot close yet" in stage.comments[-1]
    verdict = stage.services.look(stage.ref).verdict
    assert verdict.outcome is Outcome.BLOCKED


def close_with_everything_met(stage: Stage) -> None:
    """Go the whole way once."""
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.works()
    stage.passes(seconds=15)
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)
    stage.works()
    assert stage.status == "completed"


def test_a_ticket_reopened_after_the_closing_is_a_breach_that_is_not_hidden(stage: Stage) -> None:
    close_with_everything_met(stage)
    stage.passes(hours=1)
    stage.standin.control.move_issue(stage.tickets[0].id, "In Progress", by=LEAD)
    stage.works()

    found = stage.services.stored(stage.ref)
    notes = [note.text for note in stage.services.store.notes(stage.closeout.id)]

    assert found is not None
    assert found.verdict.outcome is Outcome.BLOCKED
    assert stage.status == "completed"
    assert sum(note.startswith("Breach: ") for note in notes) == 1


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


def test_of_many_closed_at_once_every_hold_comes_before_any_page(stage: Stage) -> None:
    others = [stage.another_project(f"Twin {number}") for number in range(4)]
    stage.passes(seconds=5)
    stage.passes(seconds=5)
    begun = len(writes(stage))

    for key in (stage.project.id, *others):
        stage.standin.control.close_project(key, by=LEAD)
    stage.works()

    holds_and_pages = [one for one in writes(stage)[begun:] if one[:4] in ("proj", "docu")]
    assert holds_and_pages == ["projectUpdate"] * 5 + ["documentCreate"] * 5
