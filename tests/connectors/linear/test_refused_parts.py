"""A closure is held whichever part of its project Linear refuses: the whole line, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLObjectType

from connectors.linear import queries
from connectors.linear.client import LinearClient
from connectors.linear.settings import LinearSettings
from connectors.linear.standin.errors import Refused, forbidden
from connectors.linear.standin.schema import schema
from connectors.linear.tracker.statuses import Statuses
from service.domain.tracking import StatusCategory
from tests.stories.stage import Stage, a_stage

PARTS = (
    "Project.projectUpdates",
    "Project.history",
    "Project.projectMilestones",
    "Project.externalLinks",
    "Project.members",
    "Project.lead",
    "Project.teams",
    "Query.projectStatuses",
)
INTERNAL = Refused("it broke", {"type": "internal error", "code": "INTERNAL_SERVER_ERROR"})
NOT_BOUGHT = Refused("not in your plan", {"type": "feature not accessible"})


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with a_stage(tmp_path) as found:
        yield found


def refuse(monkeypatch: pytest.MonkeyPatch, *parts: str, refusal: Refused) -> None:
    """Make the stand-in refuse fields of its types, whoever asks for them."""

    def resolve(*_given: object, **_arguments: object) -> object:
        raise refusal

    for part in parts:
        kind_name, name = part.split(".")
        kind = schema().type_map[kind_name]
        assert isinstance(kind, GraphQLObjectType)
        monkeypatch.setattr(kind.fields[name], "resolve", resolve)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(forbidden("Ask an admin."), id="forbidden"),
        pytest.param(NOT_BOUGHT, id="feature not accessible"),
        pytest.param(INTERNAL, id="internal error"),
    ],
)
def test_a_closure_is_held_whichever_part_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, part: str, refusal: Refused
) -> None:
    refuse(monkeypatch, part, refusal=refusal)

    stage.presses_done()
    stage.works()

    assert stage.status == "started"


def test_a_closure_is_held_where_every_part_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, *PARTS, refusal=forbidden("Ask an admin."))

    stage.presses_done()
    stage.works()

    assert stage.status == "started"


def test_without_any_status_shown_it_goes_back_where_it_came_from(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.standin.control.set_project_status(stage.project.id, "Paused")
    refuse(monkeypatch, "Query.projectStatuses", refusal=forbidden("Ask an admin."))

    stage.presses_done()
    stage.works()

    assert stage.status == "paused"


def test_statuses_are_read_once_before_a_hold(stage: Stage) -> None:
    stage.presses_done()
    stage.works()

    asked = [call.name for call in stage.standin.calls]
    assert asked[: asked.index("ProjectUpdate")].count("ProjectStatuses") == 1


def test_what_is_asked_where_parts_are_refused_is_answered(stage: Stage) -> None:
    client = LinearClient(LinearSettings(api_url=stage.standin.url, api_key=stage.standin.api_key))
    key, statuses = stage.project.id, Statuses(client)

    alone = client.entity(queries.PROJECT_ALONE, "project", id=key)
    lead = client.entity(queries.PROJECT_LEAD, "project", id=key)["lead"]
    (in_use,) = {row.status.category for row in statuses.in_use()}
    asked = client.entity(queries.PROJECT_STATUS, "projectStatus", id=alone["status"]["id"])

    assert alone["name"] == stage.project.name
    assert lead["id"] == stage.standin.control.project(stage.project.id).lead_id
    assert in_use is StatusCategory.IN_PROGRESS
    assert asked == alone["status"]
