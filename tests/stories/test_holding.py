"""When a project is held, when it is left alone, and how often."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service.domain.closeout import CloseoutStatus
from service.domain.verdict import Outcome
from tests.stories.stage import LEAD, VERIFIER, Stage, a_stage
from tests.stories.tools import Tool


def test_the_hold_comes_before_everything_slow(stage: Stage) -> None:
    stage.presses_done()
    stage.works()

    written = stage.tool.written()
    assert written[0] == "move"
    assert written[-1] == "comment"
    assert [1, 1, 1] == [written.count(one) for one in ("move", "page", "comment")]


def test_the_project_goes_back_to_the_status_it_came_from(stage: Stage) -> None:
    paused = stage.tool.pauses(stage.project.id, by=LEAD)
    stage.works()

    stage.presses_done()
    stage.works()

    assert paused == stage.status
    assert not stage.closed


def test_a_cancelled_project_is_held_and_later_closed_as_cancelled(stage: Stage) -> None:
    stage.tool.cancels(stage.project.id, by=LEAD)
    cancelled = stage.status
    stage.works()

    assert not stage.closed

    stage.fills_the_page()
    stage.settles()
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)
    stage.works()

    assert cancelled == stage.status
    assert stage.closed


def test_without_webhooks_the_sweep_holds_it(stage: Stage) -> None:
    stage.tool.tells(on=False)
    stage.now += timedelta(minutes=1)
    stage.presses_done()

    stage.services.sweep(stage.tool.workspace)
    stage.works()

    assert not stage.closed


def test_a_project_closed_before_the_workspace_was_connected_is_left_alone(stage: Stage) -> None:
    stage.tool.tells(on=False)
    stage.presses_done()
    stage.now += timedelta(hours=1)
    stage.services.store.close()
    stage.database_url = stage.database_url.replace("closeout.db", "connected-later.db")
    stage.restart()
    stage.now += timedelta(minutes=5)

    stage.services.sweep(stage.tool.workspace)
    stage.works()

    assert stage.closed
    assert [] == stage.tool.written()


def test_at_most_three_holds_an_hour_then_it_says_so_and_waits(stage: Stage) -> None:
    for _ in range(4):
        stage.passes(minutes=5)
        stage.presses_done()
        stage.works()

    assert stage.closed
    assert len(stage.services.store.holds(stage.closeout.id)) == 3
    assert "was closed again and again" in stage.comments[-1]
    assert stage.closeout.status is not CloseoutStatus.CLOSED

    stage.passes(minutes=5)

    assert sum("was closed again and again" in comment for comment in stage.comments) == 1

    stage.passes(hours=1)

    assert not stage.closed


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
    stage.registers_the_webhook()
    stage.presses_done()
    stage.works()

    assert len(stage.services.store.holds(stage.closeout.id)) == 1
    assert len(stage.comments) == 1


def test_our_own_move_is_no_new_closure(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    told = len(stage.comments)

    stage.passes(minutes=10)

    assert told == len(stage.comments)
    assert len(stage.services.store.holds(stage.closeout.id)) == 1


def test_a_deleted_project_is_unknown_and_says_so(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    stage.tool.deletes(stage.project.id, by=LEAD)
    stage.passes(minutes=5)

    found = stage.services.stored(stage.ref)

    assert stage.closeout.status.live
    assert found is not None
    assert found.verdict.outcome is Outcome.UNKNOWN
    assert "does not show it" in found.verdict.summary


def test_closing_again_soon_after_is_the_same_closeout(stage: Stage) -> None:
    close_with_everything_met(stage)
    first = stage.closeout
    stage.passes(days=1)
    stage.reopens()
    stage.passes(hours=1)

    stage.presses_done()
    stage.works()

    assert first.id == stage.closeout.id
    assert stage.closed
    assert stage.closeout.status is CloseoutStatus.CLOSED


def test_closing_again_much_later_is_a_new_closeout_with_a_page_of_its_own(stage: Stage) -> None:
    close_with_everything_met(stage)
    first = stage.closeout
    stage.passes(days=60)
    stage.reopens()
    stage.passes(hours=1)

    stage.presses_done()
    stage.works()

    assert first.ordinal + 1 == stage.closeout.ordinal
    assert not stage.closed
    assert len(stage.pages) == 2


def test_observing_writes_nothing_and_records_what_it_would_have_done(
    tmp_path: Path, tool: type[Tool]
) -> None:
    with a_stage(tmp_path, tool, mode="observe") as stage:
        stage.presses_done()
        stage.works()
        stage.passes(minutes=5)

        notes = [note.text for note in stage.services.store.notes(stage.closeout.id)]
        assert stage.closed
        assert [] == stage.tool.written()
        assert sum("would have moved it back" in note for note in notes) == 1


def test_warning_comments_and_leaves_it_closed(tmp_path: Path, tool: type[Tool]) -> None:
    with a_stage(tmp_path, tool, mode="warn") as stage:
        stage.presses_done()
        stage.works()
        stage.passes(minutes=5)

        assert stage.closed
        assert len(stage.comments) == 1
        assert "only warns" in stage.comments[0]


def test_a_project_with_a_hostile_name_is_held_like_any_other(stage: Stage) -> None:
    name = "# Nova | <script>alert(1)</script> @everyone\n- x \x00 [a](javascript:b)"
    stage.tool.renames(stage.project.id, name, by=LEAD)
    stage.works()

    stage.presses_done()
    stage.works()

    assert not stage.closed
    assert "cannot close yet" in stage.comments[-1]
    verdict = stage.services.look(stage.ref).verdict
    assert verdict.outcome is Outcome.BLOCKED


def close_with_everything_met(stage: Stage) -> None:
    """Go the whole way once."""
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.settles()
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)
    stage.works()
    assert stage.closed


def test_a_ticket_reopened_after_the_closing_is_a_breach_that_is_not_hidden(stage: Stage) -> None:
    close_with_everything_met(stage)
    stage.passes(hours=1)
    stage.tool.moves(stage.tickets[0].id, "progress", by=LEAD)
    stage.works()

    found = stage.services.stored(stage.ref)
    notes = [note.text for note in stage.services.store.notes(stage.closeout.id)]

    assert found is not None
    assert found.verdict.outcome is Outcome.BLOCKED
    assert stage.closed
    assert sum(note.startswith("Breach: ") for note in notes) == 1


def test_what_is_taken_up_again_after_its_closing_is_judged_as_it_is_now(stage: Stage) -> None:
    close_with_everything_met(stage)
    stage.passes(hours=1)

    stage.reopens()
    stage.tool.unlabels(stage.tickets[0].id, "verified", by=VERIFIER)
    stage.works()

    found = stage.services.stored(stage.ref)
    notes = [note.text for note in stage.services.store.notes(stage.closeout.id)]
    assert found is not None
    assert found.verdict.outcome is Outcome.BLOCKED
    assert not any(note.startswith("Breach: ") for note in notes)


def test_of_many_closed_at_once_every_hold_comes_before_any_page(stage: Stage) -> None:
    others = [stage.another_project(f"Twin {number}") for number in range(4)]
    stage.passes(seconds=5)
    stage.passes(seconds=5)
    begun = len(stage.tool.written())

    for key in (stage.project.id, *others):
        stage.tool.closes(key, by=LEAD)
    stage.works()

    written = stage.tool.written()[begun:]
    holds_and_pages = [one for one in written if one in ("move", "page")]
    assert ["move"] * 5 + ["page"] * 5 == holds_and_pages
