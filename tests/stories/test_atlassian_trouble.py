"""What goes wrong at Jira in the middle of the line: nothing doubled, lost or passed by mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.closeout import CloseoutStatus
from service.domain.verdict import Outcome
from tests.stories.stage import Stage, a_stage
from tests.stories.tools.jira import JiraCloud, JiraDataCenter

CREATE = "POST *api/*/issue"
WRITES = (CREATE, "POST */comment", "POST */remotelink", "POST */transitions", "POST */issueLink")


@pytest.fixture(params=[JiraCloud, JiraDataCenter], ids=["cloud", "data-center"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path, request.param) as found:
        yield found


def outcome(stage: Stage) -> Outcome:
    kept = stage.services.store.verdict(stage.closeout.id)
    assert kept is not None
    return kept[0].outcome


def everything_once(stage: Stage) -> None:
    """The line is walked to its end, and each thing is there once."""
    for _ in range(5):
        stage.passes(minutes=3)
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)
    for _ in range(3):
        stage.passes(minutes=3)

    assert stage.closed
    assert stage.closeout.status is CloseoutStatus.CLOSED
    titles = Counter(one.title for one in stage.tool.tickets().values())
    made = [ticket.title for ticket in stage.tickets]
    assert [1, 1, 1] == [titles[title] for title in made]
    assert 1 == len(stage.pages)
    assert 1 == sum("Post-mortem" in one.title for one in stage.tool.all_pages() if one.project)
    assert len(set(stage.comments)) == len(stage.comments)


def test_a_token_revoked_in_the_middle_leaves_everything_unknown_until_a_new_one_comes(
    stage: Stage,
) -> None:
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.tool.standin.control.revoke_api_key()

    stage.passes(minutes=10)

    assert outcome(stage) is Outcome.UNKNOWN
    assert not stage.closed
    assert [] == stage.tickets

    stage.tool.standin.control.new_api_key()
    stage.restart()
    everything_once(stage)


@pytest.mark.parametrize("write", WRITES)
def test_an_answer_lost_after_any_write_while_the_index_lags_makes_nothing_twice(
    write: str, stage: Stage
) -> None:
    stage.tool.standin.control.lag(lists=120)
    stage.tool.standin.control.fail("do-then-reset", times=1, only=write)
    stage.presses_done()
    stage.works()
    stage.passes(minutes=3)
    stage.fills_the_page()

    everything_once(stage)


def test_every_second_answer_to_a_write_is_lost(stage: Stage) -> None:
    stage.tool.standin.control.lag(lists=60)
    for skip in range(1, 40, 2):
        stage.tool.standin.control.fail("do-then-500", times=1, only="write", skip=skip)
    stage.presses_done()
    stage.works()
    for _ in range(3):
        stage.passes(minutes=3)
    stage.fills_the_page()

    everything_once(stage)
