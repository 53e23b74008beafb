"""What closes in Jira besides epics: a version is released, a whole Jira project is archived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.domain.closeout import CloseoutStatus
from service.domain.tracking import ProjectRef
from tests.stories.stage import LEAD, Stage, a_stage
from tests.stories.tools.jira import JiraCloud, JiraDataCenter

EVERYTHING = [{"issue_types": ["Epic"]}, {"versions": True}, {"projects": True}]
VERSION, PROJECT = "NOVA:1.4", "NOVA"


@pytest.fixture(params=[JiraCloud, JiraDataCenter], ids=["cloud", "data-center"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path, request.param, closes=EVERYTHING) as found:
        yield found


def told_of(stage: Stage, name: str) -> None:
    """Let the story be about a version or a project instead of the epic."""
    stage.project = next(one for one in stage.tool.board.projects() if one.key == name)
    stage.ref = ProjectRef(stage.tool.workspace, stage.project.id)
    stage.passes(minutes=1)
    stage.services.sweep(stage.tool.workspace)  # what stands closed already is known from now on


def conversation(stage: Stage) -> str:
    """The title of the issue in which Closeout says what it cannot say on the thing itself."""
    tickets = stage.tool.board.tickets().values()
    (found,) = [one.title for one in tickets if one.title.startswith("Closeout of")]
    return found


@pytest.mark.parametrize("name", [VERSION, PROJECT])
@pytest.mark.parametrize("how", ["told", "swept"])
def test_it_is_held_and_told_why(stage: Stage, name: str, how: str) -> None:
    told_of(stage, name)
    before = stage.status
    stage.tool.tells(on=how == "told")

    stage.presses_done()
    if how == "swept":
        stage.services.sweep(stage.tool.workspace)
    stage.works()

    assert before == stage.status
    assert 1 == len(stage.services.store.holds(stage.closeout.id))
    assert f"Closeout of {stage.closeout.project_name}" == conversation(stage)
    assert any(stage.page.id in url for url in stage.shown.links)


def test_a_version_is_followed_to_its_release(stage: Stage) -> None:
    told_of(stage, VERSION)
    stage.presses_done()
    stage.works()
    stage.fills_the_page()
    stage.settles()
    for ticket in stage.tickets:
        stage.finishes(ticket)
        stage.verifies(ticket)

    stage.works()

    assert stage.closed
    assert stage.closeout.status is CloseoutStatus.CLOSED


def test_a_version_released_before_we_came_stays_released_however_it_is_edited(
    stage: Stage,
) -> None:
    stage.project = next(one for one in stage.tool.board.projects() if one.key == VERSION)
    stage.ref = ProjectRef(stage.tool.workspace, stage.project.id)
    stage.tool.tells(on=False)
    stage.presses_done()
    stage.passes(minutes=1)
    stage.services.sweep(stage.tool.workspace)
    stage.tool.tells(on=True)

    stage.tool.renames(stage.project.id, "1.4 final", by=LEAD)
    stage.works()

    assert stage.closed
    assert stage.services.store.closeout(stage.ref) is None


def test_a_version_released_anew_after_its_closing_is_found_by_the_sweep(stage: Stage) -> None:
    test_a_version_is_followed_to_its_release(stage)
    stage.reopens()
    stage.works()
    stage.tool.tells(on=False)
    stage.passes(days=60)
    stage.services.sweep(stage.tool.workspace)

    stage.presses_done()
    stage.services.sweep(stage.tool.workspace)
    stage.works()

    assert 2 == stage.closeout.ordinal
    assert not stage.closed
