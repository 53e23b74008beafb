"""A report that was frozen at the closing: what happens in the tracker afterwards changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from service.domain.metrics.comparison import Difference
from service.domain.plan_facts import FactSource
from service.flows.facts import Told
from service.ports import Refused
from tests.stories.stage import BEGINS, LEAD, OWNER, Stage, a_stage


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Stage]:
    """A project that was closed with everything met."""
    with a_stage(tmp_path) as stage:
        stage.presses_done()
        stage.works()
        stage.fills_the_page()
        stage.settles()
        for ticket in stage.tickets:
            stage.finishes(ticket)
            stage.verifies(ticket)
        stage.works()
        assert stage.closed
        yield stage


def differs(stage: Stage) -> list[Difference]:
    return list(stage.services.planning.against_report(stage.ref))


def test_nothing_differs_right_after_the_closing(closed: Stage) -> None:
    assert [] == differs(closed)


def test_later_edits_in_the_tracker_change_nothing_on_it(closed: Stage) -> None:
    before = closed.services.metrics(closed.ref)
    page = closed.page.content
    (first, second, *_) = before["metrics"]["scope"]["final"]["issues"]  # type: ignore[index]  # JSON
    closed.passes(days=3)

    closed.tool.another_issue("Afterthought")
    closed.tool.moves(_id(closed, first), "todo", by=OWNER)
    closed.tool.puts(_id(closed, second), None, by=OWNER)
    closed.tool.plans(closed.project.id, date(2027, 1, 1), date(2027, 6, 30), by=LEAD)
    closed.works()

    assert before == closed.services.metrics(closed.ref)
    assert page == closed.page.content


def test_what_changed_since_is_told_to_whoever_asks(closed: Stage) -> None:
    closed.passes(days=3)
    closed.tool.another_issue("Afterthought")
    closed.tool.plans(closed.project.id, date(2027, 1, 1), date(2027, 6, 30), by=LEAD)
    closed.works()

    found = {(one.kind, one.name) for one in differs(closed)}

    assert {("input", "issues"), ("input", "plan")} <= found
    assert ("figure", "scope.final") not in found


def test_a_restart_finds_the_same_fingerprints(closed: Stage) -> None:
    before = closed.services.metrics(closed.ref)
    closed.services.store.close()

    closed.restart()

    assert before == closed.services.metrics(closed.ref)
    assert [] == differs(closed)


def test_a_kick_off_is_not_chosen_any_more(closed: Stage) -> None:
    with pytest.raises(Refused, match="take the project up again in its tracker first"):
        closed.services.planning.choose_baseline(
            closed.ref, BEGINS, reason="the contract", told=Told(LEAD, FactSource.CLI)
        )


def _id(stage: Stage, key: str) -> str:
    project = stage.services.tools(stage.ref.workspace).project(stage.ref)
    issues = stage.services.tracker(stage.ref.workspace).issues(project).issues
    return next(issue.id for issue in issues if issue.key == key)
