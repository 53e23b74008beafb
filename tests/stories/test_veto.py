"""Jira itself refuses: the rule in its workflow, what people read there, and when it lets go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors._standin.control import Unclear
from service.domain.closeout import CloseoutStatus
from service.ports import Enforcement
from tests.stories.stage import LEAD, Stage, a_stage
from tests.stories.tools.jira import JiraCloud

ASKING = "ready-to-close"
BY_HAND = "close_when_met = false\n"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "by-hand.toml").write_text(BY_HAND, encoding="utf-8")
    with a_stage(tmp_path, JiraCloud, policy="by-hand") as found:
        installs(found)
        yield found


def installs(stage: Stage) -> None:
    """An operator lets Jira refuse closings that are not approved."""
    gate = stage.services.gate(stage.tool.workspace)
    assert gate is not None
    assert all(health.good for health in gate.apply(stage.services.gate_sentence(gate)))
    stage.services.audit(stage.tool.workspace)


def removes(stage: Stage) -> None:
    gate = stage.services.gate(stage.tool.workspace)
    assert gate is not None
    gate.apply(stage.services.gate_sentence(gate), remove=True)


def refusal(stage: Stage) -> str:
    """The project manager presses Done, and reads what Jira says."""
    with pytest.raises(Unclear) as refused:
        stage.presses_done()
    return str(refused.value)


def asks(stage: Stage) -> None:
    stage.tool.labels(stage.project.id, ASKING, by=LEAD)
    stage.works()


def is_all_met(stage: Stage) -> None:
    asks(stage)
    stage.fills_the_page()
    stage.settles()
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)
    stage.works()


def test_done_is_refused_with_our_sentence_and_nothing_moves(stage: Stage) -> None:
    before = stage.status

    said = refusal(stage)
    stage.works()

    assert "post-mortem is complete" in said
    assert f"add the label {ASKING}" in said
    assert (before, []) == (stage.status, stage.comments)
    assert stage.services.store.closeout(stage.ref) is None


def test_asking_with_the_label_brings_page_and_comment_and_still_refuses(stage: Stage) -> None:
    asks(stage)

    assert "Post-mortem" in stage.page.title
    (comment,) = stage.comments
    assert "cannot close yet" in comment
    assert "the tracker itself refuses the closure" in comment
    assert "post-mortem is complete" in refusal(stage)
    assert stage.services.look(stage.ref).enforcement is Enforcement.VETO


def test_asking_once_is_answered_once_however_often_the_project_is_looked_at(stage: Stage) -> None:
    asks(stage)
    stage.passes(minutes=30)

    assert 1 == len(stage.comments)


def test_when_all_is_met_done_works(stage: Stage) -> None:
    is_all_met(stage)
    before = (stage.closed, stage.comments[-1])

    stage.presses_done()
    stage.works()

    assert (False, True) == (before[0], stage.closed)
    assert "may be closed now" in before[1]
    assert stage.closeout.status is CloseoutStatus.CLOSED
    assert [] == stage.services.store.holds(stage.closeout.id)


def test_a_ticket_reopened_before_the_closing_takes_the_approval_back(stage: Stage) -> None:
    is_all_met(stage)

    stage.tool.moves(stage.tickets[0].id, "progress", by=LEAD)
    stage.works()

    assert "post-mortem is complete" in refusal(stage)


def test_whoever_fills_the_approval_by_hand_is_undone_and_has_to_be_approved_again(
    stage: Stage,
) -> None:
    before = stage.status
    asks(stage)
    key = stage.project.id
    gate = stage.services.gate(stage.tool.workspace)
    assert gate is not None
    gate.ensure_approval(key, approved=True)  # as anybody may who can edit the issue

    stage.presses_done()
    stage.works()

    assert before == stage.status
    assert "the tracker's own rule let it through" in stage.comments[-1]
    assert "post-mortem is complete" in refusal(stage)


def test_an_approval_serves_one_closing_only(stage: Stage) -> None:
    is_all_met(stage)
    stage.presses_done()
    stage.works()

    stage.reopens()
    stage.works()

    assert "post-mortem is complete" in refusal(stage)


def test_where_closeout_closes_by_itself_the_rule_lets_it(tmp_path: Path) -> None:
    with a_stage(tmp_path, JiraCloud) as stage:
        installs(stage)

        is_all_met(stage)

        assert stage.closed
        assert stage.closeout.status is CloseoutStatus.CLOSED


def test_a_lost_rule_is_told_and_the_closing_undone_instead(stage: Stage) -> None:
    before = stage.status
    removes(stage)
    stage.services.audit(stage.tool.workspace)

    stage.presses_done()
    stage.works()

    assert before == stage.status
    assert stage.services.look(stage.ref).enforcement is Enforcement.UNDO
    assert "nothing in this tracker refuses a closure" in stage.comments[-1]
    notes = stage.services.store.notes()
    assert any("does not hold everything any more" in note.text for note in notes)


def test_what_was_only_asked_for_is_told_from_what_was_closed(stage: Stage) -> None:
    stage.tool.labels(stage.project.id, ASKING, by=LEAD)

    tracker = stage.services.tracker(stage.tool.workspace)
    (found,) = tracker.closed_since(stage.now - timedelta(days=1))

    assert (stage.project.id, True) == (found.key, found.asked)


def test_an_asking_is_found_by_the_sweep_where_no_webhook_tells(stage: Stage) -> None:
    stage.tool.tells(on=False)
    asks(stage)
    assert [] == stage.comments

    stage.services.sweep(stage.tool.workspace)
    stage.works()

    assert "cannot close yet" in stage.comments[-1]
