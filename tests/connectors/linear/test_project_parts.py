"""What is left of a project where Linear refuses a part of it: everything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import requests
import responses
from structlog.testing import capture_logs

from connectors.linear.tracker import LinearTracker
from service.domain.tracking import Link, PlanChange, Project, StatusCategory
from service.ports import NotAllowed, NotFound, Unavailable
from tests.connectors.linear.answers import (
    PARTS,
    PROJECT,
    URL,
    Call,
    Reply,
    ScriptedLinear,
    a_project,
    a_refusal,
    nodes,
    not_found,
    settings,
)

AT = "2026-02-01T10:00:00.000Z"
MOVED = {"targetDate": {"from": "2026-02-27", "to": "2026-03-31"}}
A_CHANGE = PlanChange(datetime(2026, 2, 1, 10, tzinfo=UTC), date(2026, 2, 27), date(2026, 3, 31))
APOLLO = a_project(
    externalLinks=nodes({"id": "x", "url": "https://a.example", "label": "Plan"}),
    history=nodes({"id": "h", "createdAt": AT, "entries": MOVED}),
    projectUpdates=nodes({"id": "u", "createdAt": AT, "diff": MOVED}),
)
QUERIES = (
    "Project",
    "ProjectWithoutPlan",
    "ProjectAlone",
    "ProjectLead",
    "ProjectMembers",
    "ProjectTeams",
    "ProjectMilestones",
    "ProjectLinks",
    "ProjectHistory",
    "ProjectUpdates",
)
FORBIDDEN = a_refusal("not for you", type="forbidden", userPresentableMessage="Ask an admin.")
NOT_BOUGHT = a_refusal("not in your plan", type="feature not accessible")
BROKEN = a_refusal("it broke", 500, type="internal error", code="INTERNAL_SERVER_ERROR")
REFUSALS = [
    pytest.param(FORBIDDEN, id="forbidden"),
    pytest.param(NOT_BOUGHT, id="feature not accessible"),
    pytest.param(BROKEN, id="internal error"),
    pytest.param(not_found("ProjectUpdate"), id="something else is not found"),
]


def lay_down(linear: ScriptedLinear, *refused: str, refusal: Reply = FORBIDDEN) -> None:
    """Lay down a project of which every query fails that asks for one of the refused parts."""

    def answer(call: Call) -> object:
        asked = {part for part in PARTS if re.search(rf"\b{part}\b", call.query)}
        if asked & set(refused):
            return refusal
        shown = {key: value for key, value in APOLLO.items() if key in asked or key not in PARTS}
        return {"project": shown}

    for query in QUERIES:
        linear.on(query, answer)


WITHOUT: dict[str, Callable[[Project], object]] = {
    "lead": lambda found: found.lead,
    "members": lambda found: found.members or None,
    "teams": lambda found: found.teams or None,
    "projectMilestones": lambda found: found.milestones or None,
    "externalLinks": lambda found: found.links or None,
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("part", WITHOUT)
def test_a_part_that_is_refused_is_unknown_and_everything_else_is_read(
    linear: ScriptedLinear, tracker: LinearTracker, part: str, refusal: Reply
) -> None:
    lay_down(linear, part, refusal=refusal)

    found = tracker.project(PROJECT)

    unknown = {name for name, read in WITHOUT.items() if read(found) is None}
    assert (found.name, found.status.category) == ("Apollo", StatusCategory.DONE)
    assert found.closed_at == datetime(2026, 4, 2, 10, tzinfo=UTC)
    assert unknown == {part}
    assert found.plan_changes == (A_CHANGE,)
    assert (found.links_unknown is not None) == (part == "externalLinks")


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (("history",), (A_CHANGE,)),
        (("projectUpdates",), (A_CHANGE,)),
        (("history", "projectUpdates"), None),
    ],
)
def test_either_record_of_the_plan_does_and_without_both_it_is_unknown(
    linear: ScriptedLinear,
    tracker: LinearTracker,
    refused: tuple[str, ...],
    expected: object,
    refusal: Reply,
) -> None:
    lay_down(linear, *refused, refusal=refusal)

    found = tracker.project(PROJECT)

    assert expected == found.plan_changes
    assert (Link("https://a.example", "Plan"),) == found.links
    assert [team.key for team in found.teams] == ["ENG"]
    assert "ProjectAlone" not in linear.operations


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_project_is_read_where_nothing_but_the_project_itself_may_be(
    linear: ScriptedLinear, tracker: LinearTracker, refusal: Reply
) -> None:
    lay_down(linear, *PARTS, refusal=refusal)

    found = tracker.project(PROJECT)

    assert (found.ref.key, found.url) == (PROJECT, APOLLO["url"])
    assert found.target_on == date(2026, 3, 31)
    assert (found.members, found.teams, found.plan_changes) == ((), (), None)


def test_why_links_are_unknown_is_told_and_every_refused_part_is_logged(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    lay_down(linear, "externalLinks", "teams")

    with capture_logs() as logged:
        found = tracker.project(PROJECT)

    lines = [line for line in logged if line["event"] == "linear.part_not_read"]
    assert (
        found.links_unknown == "Linear does not allow it with this key: not for you (Ask an admin.)"
    )
    assert {line["part"] for line in lines} == {"externalLinks", "teams"}
    assert {line["log_level"] for line in logged} == {"warning"}
    assert all("not for you" in line["reason"] for line in lines)


def test_a_later_page_that_is_refused_makes_the_whole_part_unknown(
    linear: ScriptedLinear, tracker: LinearTracker
) -> None:
    link = {"id": "1", "url": "https://a.example", "label": "A"}
    linear.on("Project", {"project": a_project(externalLinks=nodes(link, cursor="c1"))})
    linear.on("ProjectLinks", FORBIDDEN)

    found = tracker.project(PROJECT)

    assert found.links == ()
    assert "not for you" in (found.links_unknown or "")


@pytest.mark.parametrize(
    ("part", "odd"),
    [
        ("externalLinks", None),
        ("externalLinks", nodes({"id": "1", "label": "no address"})),
        ("members", nodes({"name": "nobody"})),
        ("teams", {"nodes": "ENG"}),
        ("projectMilestones", nodes({"name": 7})),
        ("lead", "Ada"),
        ("history", nodes({"id": "1", "entries": MOVED})),
    ],
)
def test_a_part_in_no_shape_we_know_is_unknown_alone(
    linear: ScriptedLinear, tracker: LinearTracker, part: str, odd: object
) -> None:
    linear.on("Project", {"project": {**APOLLO, part: odd}})

    found = tracker.project(PROJECT)

    assert found.name == "Apollo"
    assert (found.links_unknown is not None) == (part == "externalLinks")


@pytest.mark.parametrize("query", ["Project", "ProjectWithoutPlan"])
def test_a_failure_that_passes_costs_nothing_but_requests(
    linear: ScriptedLinear, tracker: LinearTracker, query: str
) -> None:
    lay_down(linear)
    whole = tracker.project(PROJECT)
    linear.on("Project", BROKEN)
    linear.on(query, BROKEN)

    assert tracker.project(PROJECT) == whole


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (FORBIDDEN, NotAllowed),
        (a_refusal("no key", 401, type="authentication error"), NotAllowed),
        (BROKEN, Unavailable),
        (not_found("Project"), NotFound),
    ],
)
def test_what_the_project_alone_is_refused_with_is_raised(
    linear: ScriptedLinear, tracker: LinearTracker, refusal: Reply, kind: type[Exception]
) -> None:
    for query in QUERIES:
        linear.on(query, refusal)

    with pytest.raises(kind):
        tracker.project(PROJECT)
    assert linear.operations == ["Project", "ProjectWithoutPlan", "ProjectAlone"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_refusal("slow down", 400, type="ratelimited"), id="asked to wait"),
        pytest.param(Reply("<html>Bad gateway</html>", 502), id="nobody who speaks GraphQL"),
        pytest.param(Reply("<html>Welcome</html>"), id="something else altogether"),
    ],
)
def test_where_everything_fails_nothing_less_is_asked_for(
    linear: ScriptedLinear, tracker: LinearTracker, answer: Reply
) -> None:
    linear.on("Project", answer)

    with pytest.raises(Unavailable):
        tracker.project(PROJECT)
    assert linear.operations == ["Project"]


def test_once_nobody_answers_no_further_part_is_waited_for() -> None:
    alone = {key: value for key, value in APOLLO.items() if key not in PARTS}
    with responses.RequestsMock() as mock:
        mock.post(URL, json=FORBIDDEN.body)
        mock.post(URL, json=FORBIDDEN.body)
        mock.post(URL, json={"data": {"project": alone}})
        mock.post(URL, body=requests.ReadTimeout("read timed out"))

        found = LinearTracker(settings()).project(PROJECT)

        assert "cannot be reached (ReadTimeout)" in (found.links_unknown or "")
        assert (found.name, found.plan_changes) == ("Apollo", None)
        assert len(mock.calls) == 4
