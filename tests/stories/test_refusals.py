"""What the person who closes too early gets to read, and what does not count."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.closeout import CloseoutStatus
from service.domain.verdict import Outcome
from service.ports import Refused
from tests.stories.stage import ACTIONS, LEAD, OWNER, VERIFIER, Stage


@pytest.fixture
def reviewed(stage: Stage) -> Stage:
    """A held project whose page is filled, and whose tickets are made."""
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.settles()
    assert len(stage.tickets) == 3
    return stage


def unmet(stage: Stage) -> list[str]:
    """Name the checks that the last comment calls unmet."""
    lines = stage.comments[-1].splitlines()
    return [line.split("Unmet: ")[1].split(".")[0] for line in lines if "**Unmet: " in line]


def test_a_second_closure_is_refused_with_just_what_is_missing(stage: Stage) -> None:
    stage.presses_done()
    stage.works()
    without_a_date = ACTIONS.replace("2027-04-02", "")
    stage.fills_the_page(session="", actions=without_a_date)
    stage.settles()

    stage.passes(minutes=5)
    stage.presses_done()
    stage.works()

    assert not stage.closed
    assert unmet(stage) == ["Session set", "Actions agreed", "Actions verified"]
    assert "Write the day of the session on the page" in stage.comments[-1]
    assert len(stage.tickets) == 2


def test_done_is_not_verified(reviewed: Stage) -> None:
    for ticket in reviewed.tickets:
        reviewed.finishes(ticket)
    reviewed.works()
    reviewed.passes(minutes=5)

    reviewed.presses_done()
    reviewed.works()

    assert not reviewed.closed
    assert unmet(reviewed) == ["Actions verified"]


def test_the_owners_own_label_does_not_count(reviewed: Stage) -> None:
    for ticket in reviewed.tickets:
        reviewed.finishes(ticket)
        reviewed.verifies(ticket, by=ticket.owner)
    reviewed.works()

    verdict, _, _ = reviewed.services.store.verdict(reviewed.closeout.id) or (None, None, None)

    assert not reviewed.closed
    assert verdict is not None
    assert verdict.outcome is Outcome.BLOCKED


def test_reopening_a_ticket_takes_its_verification_back(reviewed: Stage) -> None:
    first, second, third = reviewed.tickets
    for ticket in (first, second, third):
        reviewed.finishes(ticket)
    for ticket in (first, second):
        reviewed.verifies(ticket)
    reviewed.works()
    reviewed.passes(hours=1)
    reviewed.tool.moves(first.id, "progress", by=OWNER)
    reviewed.passes(hours=1)
    reviewed.finishes(first)
    reviewed.verifies(third)
    reviewed.works()

    assert not reviewed.closed

    reviewed.passes(minutes=1)
    reviewed.tool.unlabels(first.id, "verified", by=VERIFIER)
    reviewed.passes(hours=1)  # Linear folds quick edits of one person into one entry
    reviewed.verifies(first)
    reviewed.works()

    assert reviewed.closed


def test_a_cancelled_ticket_is_not_done(reviewed: Stage) -> None:
    first, *others = reviewed.tickets
    reviewed.tool.moves(first.id, "cancelled", by=OWNER)
    for ticket in others:
        reviewed.finishes(ticket)
        reviewed.verifies(ticket)
    reviewed.verifies(first)
    reviewed.works()

    assert not reviewed.closed


def test_a_reworded_and_moved_row_makes_no_second_ticket(reviewed: Stage) -> None:
    content = reviewed.page.content
    lines = content.splitlines()
    rows = [number for number, line in enumerate(lines) if "Kickoff checklist gains" in line]
    moved = lines.pop(rows[0]).replace("gains a line for", "gets one more line about")
    last = max(number for number, line in enumerate(lines) if "Release runbook" in line)
    lines.insert(last + 1, moved)

    reviewed.tool.writes_page(reviewed.page.id, "\n".join(lines), by=LEAD)
    reviewed.settles()

    assert len(reviewed.tickets) == 3
    assert 3 == reviewed.tool.written().count("ticket")


def test_a_verification_by_word_counts_and_the_owners_is_refused(reviewed: Stage) -> None:
    actions = reviewed.services.store.actions(reviewed.closeout.id)
    for ticket in reviewed.tickets:
        reviewed.finishes(ticket)
    reviewed.works()

    with pytest.raises(Refused, match="nobody verifies their own"):
        reviewed.services.verify(actions[0].id, OWNER, "I looked at it", "api")
    for action in actions:
        reviewed.services.verify(action.id, VERIFIER, "https://wiki.example/checklist", "api")
    reviewed.works()

    assert reviewed.closed


def test_a_waiver_lets_a_check_pass_and_is_shown(reviewed: Stage) -> None:
    until = date(2027, 3, 31)
    reviewed.services.waive(
        reviewed.ref, "actions-verified", VERIFIER, "verified at the next audit", until
    )

    reviewed.works()

    assert reviewed.closed
    assert "verified at the next audit" in reviewed.comments[-1]
    assert VERIFIER in reviewed.comments[-1]


def test_an_expired_waiver_blocks_again(reviewed: Stage) -> None:
    for ticket in reviewed.tickets[1:]:
        reviewed.finishes(ticket)
        reviewed.verifies(ticket)
    with pytest.raises(Refused):
        reviewed.services.waive(
            reviewed.ref, "actions-verified", VERIFIER, "soon", date(2027, 3, 1)
        )
    reviewed.works()

    assert not reviewed.closed


def test_every_comment_is_written_once_however_often_we_look(reviewed: Stage) -> None:
    before = list(reviewed.comments)

    for _ in range(5):
        reviewed.passes(minutes=3)

    assert before == reviewed.comments
    assert len(set(before)) == len(before)


def test_a_page_in_the_trash_blocks_and_no_second_one_is_made(reviewed: Stage) -> None:
    page = reviewed.page
    reviewed.tool.trashes_page(page.id, by=LEAD)
    reviewed.passes(minutes=5)
    reviewed.presses_done()
    reviewed.works()

    assert not reviewed.closed
    assert reviewed.tool.without_a_page in reviewed.comments[-1]
    assert 1 == reviewed.tool.written().count("page")


def test_a_deleted_ticket_blocks_and_is_not_made_again(reviewed: Stage) -> None:
    first = reviewed.tickets[0]
    reviewed.tool.deletes(first.id, by=LEAD)
    reviewed.passes(minutes=5)
    reviewed.presses_done()
    reviewed.works()

    assert not reviewed.closed
    assert first.key in reviewed.comments[-1]
    assert len(reviewed.tickets) == 2


def test_a_deactivated_owner_is_said(reviewed: Stage) -> None:
    reviewed.tool.deactivates(OWNER)
    reviewed.passes(minutes=5)

    found = reviewed.services.look(reviewed.ref)

    agreed = next(one for one in found.verdict.children if one.name == "actions-agreed")
    assert agreed.outcome is Outcome.BLOCKED
    assert "has no active account any more" in agreed.summary


def test_a_ticket_moved_to_another_team_keeps_its_identity(reviewed: Stage) -> None:
    for ticket in reviewed.tickets:
        reviewed.tool.moves_elsewhere(ticket.id, by=LEAD)
    reviewed.passes(minutes=3)
    for ticket in reviewed.tickets:
        reviewed.finishes(ticket)
        reviewed.verifies(ticket)
    reviewed.works()

    assert reviewed.closed
    assert reviewed.closeout.status is CloseoutStatus.CLOSED


def test_the_verdict_is_known_under_every_name_of_the_project(reviewed: Stage) -> None:
    for name in reviewed.tool.ways_to_write(reviewed.project.id):
        assert reviewed.ref == reviewed.services.find(reviewed.tool.workspace, name), name
