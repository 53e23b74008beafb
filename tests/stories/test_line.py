"""A project is closed, held, reviewed, and closed when all is met, whatever the tool is."""

from __future__ import annotations

import pytest

from service.domain.closeout import CloseoutStatus
from tests.stories.stage import Stage
from tests.stories.tools import every_tool


@pytest.mark.parametrize("tool", every_tool(), indirect=True)
def test_the_line_from_closed_to_verified(stage: Stage) -> None:
    before = stage.status

    stage.presses_done()
    stage.works()

    assert before == stage.status
    assert "Post-mortem" in stage.page.title
    assert "cannot close yet" in stage.comments[-1]

    stage.fills_the_page()
    stage.settles()

    assert [str(ticket.due_on) for ticket in stage.tickets] == [
        "2027-03-28",
        "2027-03-30",
        "2027-04-02",
    ]
    assert before == stage.status

    for ticket in stage.tickets:
        stage.finishes(ticket)
    stage.works()

    assert before == stage.status

    for ticket in stage.tickets:
        stage.verifies(ticket)
    stage.works()

    assert stage.closed
    assert stage.closeout.status is CloseoutStatus.CLOSED
    assert "is closed" in stage.comments[-1]
