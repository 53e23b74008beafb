"""Reading projects: keys, nested pages, the record of the plan, the sweep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.linear.tracker import LinearTracker, projects
from service.domain.tracking import Link, Milestone, PlanChange, StatusCategory
from service.ports import Closure, NotFound
from tests.connectors.linear.answers import (
    OTHER_PROJECT,
    PROJECT,
    ScriptedLinear,
    a_project,
    a_refusal,
    a_status,
    a_team,
    a_user,
    nodes,
    not_found,
)

AT = "2026-02-01T10:00:00.000Z"
MOVED = {"targetDate": {"from": "2026-02-27", "to": "2026-03-31"}}
A_CHANGE = PlanChange(datetime(2026, 2, 1, 10, tzinfo=UTC), date(2026, 2, 27), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("key", "argument"),
    [
        pytest.param(PROJECT, PROJECT, id="UUID"),
        pytest.param(PROJECT.upper(), PROJECT, id="UUID in capitals"),
        pytest.param("0123456789ab", "0123456789ab", id="slug id"),
        pytest.param("apollo-0123456789ab", "0123456789ab", id="end of a URL"),
        pytest.param("APOLLO-0123456789AB", "0123456789ab", id="end of a URL in capitals"),
        pytest.param("0123456789AB", "0123456789ab", id="slug id in capitals"),
        pytest.param("apollo-2-0123abcd", "0123abcd", id="a name with dashes"),
        pytest.param(
            "https://linear.app/acme/project/apollo-0123456789ab", "0123456789ab", id="URL"
        ),
        pytest.param(
            "https://linear.app/acme/project/apollo-0123456789ab/issues?x=1",
            "0123456789ab",
            id="URL of a tab",
        ),
        pytest.param(
            "linear.app/acme/project/apollo-0123456789ab/", "0123456789ab", id="no scheme"
        ),
        pytest.param(" 0123456789ab\n", "0123456789ab", id="spaces around"),
        pytest.param("P-LIN-123", "P-LIN-123", id="project identifier"),
        pytest.param(
            "https://linear.app/acme/project/", "https://linear.app/acme/project/", id="?"
        ),
    ],
)
def test_every_way_to_write_a_project_is_understood(key: str, argument: str) -> None:
    assert argument == projects.as_argument(key)


def test_the_canonical_key_is_the_uuid(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on("ProjectId", {"project": {"id": PROJECT}})

    assert tracker.canonical_key("apollo-0123456789ab") == PROJECT


@pytest.mark.parametrize("key", ["APOLLO-SHARED-VIEWS", "P-LIN-123"])
def test_a_word_in_capitals_is_tried_as_it_is_and_in_small_letters(
    linear: ScriptedLinear, tracker: LinearTracker, key: str
) -> None:
    linear.on("ProjectId", not_found("Project"), {"project": {"id": PROJECT}})

    assert PROJECT == tracker.canonical_key(key)
    assert [{"id": key}, {"id": key.lower()}] == linear.asked("ProjectId")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(not_found("Project"), id="not there"),
        pytest.param(a_refusal("Argument Validation Error", code="INVALID_INPUT"), id="no id"),
        pytest.param({"project": None}, id="null"),
    ],
)
def test_a_key_of_no_project_is_not_found(
    linear: ScriptedLinear, tracker: LinearTracker, answer: object
) -> None:
    linear.on("ProjectId", answer)

    with pytest.raises(NotFound):
        tracker.canonical_key("nonsense")


def test_a_project_is_read_with_one_request(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on(
        "Project",
        {
            "project": a_project(
                externalLinks=nodes({"id": "x", "url": "https://a.example", "label": "Plan"})
            )
        },
    )

    found = tracker.project(PROJECT)

    assert linear.operations == ["Project"]
    assert (
        found.ref.key,
        found.name,
        found.status.category,
    ) == (PROJECT, "Apollo", StatusCategory.DONE)
    assert (
        found.lead.id if found.lead else None,
        [person.id for person in found.members],
        [team.key for team in found.teams],
    ) == ("grace", ["ada"], ["ENG"])
    expected = Milestone("Lift-off", date(2026, 2, 27), done=True, id="m1")
    assert (expected,) == found.milestones
    assert (Link("https://a.example", "Plan"),) == found.links


def test_what_is_nested_is_read_to_its_last_page(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    links = nodes({"id": "1", "url": "https://a.example", "label": "A"}, cursor="c1")
    more = nodes({"id": "2", "url": "https://b.example", "label": "B"}, cursor="c2")
    last = nodes({"id": "3", "url": "https://c.example", "label": "C"})
    linear.on("Project", {"project": a_project(externalLinks=links)})
    linear.on(
        "ProjectLinks", {"project": {"externalLinks": more}}, {"project": {"externalLinks": last}}
    )

    found = tracker.project(PROJECT)

    assert [link.label for link in found.links] == ["A", "B", "C"]
    assert [asked["after"] for asked in linear.asked("ProjectLinks")] == ["c1", "c2"]


def test_teams_are_in_the_order_of_their_keys(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    teams = nodes(a_team("OPS"), a_team("ENG"))
    linear.on("Project", {"project": a_project(teams=teams)})

    assert [team.key for team in tracker.project(PROJECT).teams] == ["ENG", "OPS"]


@pytest.mark.parametrize(
    ("history", "updates", "expected"),
    [
        pytest.param([MOVED], [], (A_CHANGE,), id="in the history"),
        pytest.param([{"leadId": {"from": "a", "to": "b"}}], [MOVED], (), id="history has none"),
        pytest.param(["words"], [MOVED], (A_CHANGE,), id="in the status updates"),
        pytest.param([], [MOVED], (A_CHANGE,), id="no history kept"),
        pytest.param(["words"], ["words"], None, id="neither can be read"),
        pytest.param(["words"], [{}], None, id="silent updates prove nothing"),
        pytest.param([], [], None, id="nothing recorded at all"),
    ],
)
def test_the_plan_is_what_was_recorded_or_unknown(
    linear: ScriptedLinear,
    tracker: LinearTracker,
    history: list[object],
    updates: list[object],
    expected: tuple[PlanChange, ...] | None,
) -> None:
    linear.on(
        "Project",
        {
            "project": a_project(
                history=nodes(
                    *({"id": str(n), "createdAt": AT, "entries": e} for n, e in enumerate(history))
                ),
                projectUpdates=nodes(
                    *({"id": str(n), "createdAt": AT, "diff": d} for n, d in enumerate(updates))
                ),
            )
        },
    )

    assert expected == tracker.project(PROJECT).plan_changes


def _closed(key: str, kind: str = "completed", **changes: object) -> dict[str, Any]:
    return {
        "id": key,
        "name": f"Project {key}",
        "updatedAt": "2026-04-05T10:00:00Z",
        "completedAt": "2026-04-02T10:00:00Z",
        "status": a_status(kind),
        **changes,
    }


def test_a_sweep_lists_closed_projects_over_all_pages_each_once(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    linear.on(
        "ClosedProjects",
        {"projects": nodes(_closed("a"), _closed("b"), cursor="1")},
        {"projects": nodes(_closed("b"), _closed("c", completedAt=None))},
    )

    found = tracker.closed_since(datetime(2026, 4, 1, 12, tzinfo=timezone(timedelta(hours=2))))

    second = datetime(2026, 4, 2, 10, tzinfo=UTC)
    assert [
        Closure("a", "Project a", second),
        Closure("b", "Project b", second),
        Closure("c", "Project c", datetime(2026, 4, 5, 10, tzinfo=UTC)),
    ] == found
    assert linear.asked("ClosedProjects")[0]["since"] == "2026-04-01T12:00:00+02:00"


def test_a_sweep_does_not_trust_the_filter(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on("ClosedProjects", {"projects": nodes(_closed(OTHER_PROJECT, "started"))})

    assert list(tracker.closed_since(datetime(2026, 4, 1, tzinfo=UTC))) == []


def test_statuses_no_longer_in_use_are_listed_too(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    archived = a_status("completed", id="old", archivedAt=AT)
    linear.on(
        "ProjectStatuses",
        {"projectStatuses": nodes(a_status("started"), cursor="1")},
        {"projectStatuses": nodes(archived)},
    )

    found = tracker.statuses()

    assert len(found) == 2
    assert {key: status.category for key, status in found.items()} == {
        "status-started": StatusCategory.IN_PROGRESS,
        "old": StatusCategory.DONE,
    }


def test_people_who_left_are_listed_too(linear: ScriptedLinear, tracker: LinearTracker) -> None:
    linear.on("People", {"users": nodes(a_user("Ada"), a_user("Lee", active=False))})

    assert [(one.id, one.active) for one in tracker.people()] == [("ada", True), ("lee", False)]
    assert "includeDisabled: true" in linear.calls[0].query
