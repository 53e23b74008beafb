"""A Linear project is closed, held, reviewed, and closed when all is met."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.closeout import CloseoutStatus
from tests.stories.stage import Stage, a_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as found:
        yield found


def test_the_line_from_closed_to_verified(stage: Stage) -> None:
    stage.presses_done()
    stage.works()

    assert stage.status == "started"
    assert "Post-mortem" in stage.page.title
    assert "cannot close yet" in stage.comments[-1]

    stage.fills_the_page()
    stage.works()
    stage.passes(seconds=15)

    assert [str(issue.due_date) for issue in stage.tickets] == [
        "2027-03-28",
        "2027-03-30",
        "2027-04-02",
    ]
    assert stage.status == "started"

    for ticket in stage.tickets:
        stage.finishes(ticket)
    stage.works()

    assert stage.status == "started"

    for ticket in stage.tickets:
        stage.verifies(ticket)
    stage.works()

    assert stage.status == "completed"
    assert stage.closeout.status is CloseoutStatus.CLOSED
    assert "is closed" in stage.comments[-1]
