"""The same project told in every tool: the same figures, and the same verdicts word for word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from service.domain.tracking import ProjectRef
from service.domain.verdict import Verdict
from tests.stories.stage import BEGINS, LEAD, OWNER, Stage, a_stage
from tests.stories.tools import Tool, tools
from tests.stories.tools.linear import Linear

NAME = "Orion: exports"
OTHERS = [name for name in tools() if name != "linear"]

# D was given up: Linear has a status for that, Jira a done status with a resolution that says so.
# What counts done work whatever its resolution has D in it in Jira only (`scope.done` and what is
# defined by it); what counts delivered work is the same.
WHATEVER_THE_RESOLUTION = {
    "scope.done",
    "scope.done_points",
    "schedule.actual_finish",
    "schedule.slip_days",
    "schedule.slip_percent",
    "schedule.slip_working_days",
    "flow.never_started_n",
    "flow.reopen_rate",
    "flow.rework_days",
}
# The statuses have other names, and only Jira's issues have types.
IN_THE_TOOLS_OWN_WORDS = {
    "flow.time_in_status_days",
    "flow.time_in_status_median_days",
    "flow.time_in_status_share",
    "flow.visits",
    "scope.unplanned_share_bugs",
    "scope.unplanned_share_rest",
}
APART = WHATEVER_THE_RESOLUTION | IN_THE_TOOLS_OWN_WORDS
SAMPLED = "forecast"  # by a chance that the project's id decides
CHARTS_IN_OWN_WORDS = {"time_in_status"}


@dataclass
class Told:
    """What came of the story, free of names, keys and ids."""

    figures: dict[str, Any] = field(default_factory=dict)
    verdicts: list[list[str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


class Teller:
    """Tells the story in one tool, and takes its names out of what is found."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.tool = stage, stage.tool
        self.ids: dict[str, str] = {}
        self.named: dict[str, str] = {}
        made = self.tool.another_project(NAME)
        stage.project = self.tool.board.project(made)
        stage.ref = ProjectRef(self.tool.workspace, stage.project.id)
        self.url = stage.services.tracker(self.tool.workspace).project(stage.project.id).url

    def at(self, day: int, hour: int = 9) -> None:
        """Let the time come."""
        self.stage.works()
        self.stage.now = BEGINS + timedelta(days=day, hours=hour - BEGINS.hour)

    def creates(self, title: str, points: float | None = None, *, outside: bool = False) -> None:
        """Somebody creates an issue."""
        inside = None if outside else self.stage.project.id
        self.ids[title] = self.tool.creates(title, inside, points, by=LEAD)

    def moves(self, title: str, to: str) -> None:
        """Its owner moves it."""
        self.tool.moves(self.ids[title], to, by=OWNER)

    def plan(self, target: date) -> None:
        """The lead plans the last day."""
        self.tool.plans(self.stage.project.id, BEGINS.date(), target, by=LEAD)

    def goes_on_to_the_close(self) -> None:
        """From the kick-off to the day on which Done is pressed."""
        self.plan(date(2027, 3, 19))
        for title, points in (("A", 3), ("B", 5), ("C", 2), ("D", 8), ("E", None), ("F", 1)):
            self.creates(title, points)
        for day, deed in self._deeds():
            self.at(day)
            deed()

    def _deeds(self) -> Iterator[tuple[int, Callable[[], None]]]:
        ids, tool, project = self.ids, self.tool, self.stage.project.id
        yield 1, lambda: tool.assigns(ids["A"], OWNER, by=LEAD)
        yield 1, lambda: self.moves("A", "progress")
        yield 2, lambda: self.moves("A", "done")
        yield 3, lambda: tool.estimates(ids["B"], 8, by=LEAD)
        yield 3, lambda: self.creates("G", 3)
        yield 4, lambda: tool.puts(ids["C"], None, by=LEAD)
        yield 5, lambda: self.moves("B", "progress")
        yield 5, lambda: self.plan(date(2027, 3, 24))
        yield 6, lambda: self.moves("D", "cancelled")
        yield 6, lambda: self.creates("H", 5, outside=True)
        yield 7, lambda: tool.puts(ids["H"], project, by=LEAD)
        yield 8, lambda: self.moves("B", "done")
        yield 9, lambda: self.moves("B", "progress")
        yield 9, lambda: tool.puts(ids["H"], None, by=LEAD)
        yield 10, lambda: self.moves("B", "done")
        yield 11, lambda: self.moves("F", "done")
        yield 12, lambda: self.moves("E", "progress")
        yield 13, lambda: tool.assigns(ids["G"], "Dev Emre", by=LEAD)
        yield 13, lambda: self.moves("G", "progress")
        yield 14, lambda: self.moves("G", "done")
        yield 15, lambda: None

    def presses_done(self) -> None:
        """The lead closes it; from then on it is known what an open and a closed one is called."""
        self.named[f"“{self.stage.shown.status}”"] = "“OPEN”"
        self.stage.presses_done()
        self.named[f"“{self.stage.shown.status}”"] = "“CLOSED”"
        self.stage.works()

    def nameless(self, text: str) -> str:
        """Put words in the place of what each tool has its own of."""
        stage, closeout, tickets = self.stage, self.stage.closeout, self.tool.tickets()
        named = self.named | {tickets[one].key: f"ISSUE-{t}" for t, one in self.ids.items()}
        for action in stage.services.store.actions(closeout.id):
            named[action.ticket_url or ""] = f"TICKET-{action.number}-URL"
            named[action.ticket_key or ""] = f"TICKET-{action.number}"
        named |= {closeout.page_url or "": "PAGE-URL", self.url: "PROJECT-URL"}
        named |= {stage.shown.name: "PROJECT", stage.tool.workspace: "WORKSPACE"}
        named |= {stage.ref.key: "PROJECT-KEY", quote(stage.ref.key): "PROJECT-KEY"}
        for name in sorted(filter(None, named), key=len, reverse=True):
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", named[name], text)
        return re.sub(r"\(<([^>]*)>\)", r"(\1)", text)  # Markdown has both ways to write a link


def tell(folder: Path, tool: type[Tool]) -> Told:
    """Tell the story from the kick-off to the closing."""
    told = Told()
    with a_stage(folder, tool) as stage:
        teller = Teller(stage)

        def verdict() -> None:
            found = stage.services.look(stage.ref).verdict
            told.verdicts.append([teller.nameless(one) for one in sentences(found)])

        teller.goes_on_to_the_close()
        teller.presses_done()
        verdict()
        stage.fills_the_page(session="")
        stage.settles()
        verdict()
        stage.tool.writes_page(
            stage.page.id,
            stage.page.content.replace("Session date:", "Session date: 2027-03-24", 1),
            by=LEAD,
        )
        stage.settles()
        verdict()
        for ticket in stage.tickets:
            stage.finishes(ticket)
        stage.works()
        verdict()
        for ticket in stage.tickets:
            stage.verifies(ticket)
        stage.works()
        assert stage.closed
        verdict()
        told.comments = [teller.nameless(one) for one in stage.comments]
        figures = json.dumps(stage.services.metrics(stage.ref), indent=1, default=str)
        told.figures = json.loads(teller.nameless(figures))
    return told


def sentences(verdict: Verdict) -> Iterator[str]:
    """Return everything that a verdict says."""
    yield f"{verdict.name}: {verdict.outcome}: {verdict.summary}"
    for need in verdict.needs:
        yield f"{verdict.name} needs {need}"
    for child in verdict.children:
        yield from sentences(child)


@pytest.fixture(scope="module")
def in_linear(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp("linear"), Linear)


def test_the_story_has_figures_and_verdicts_worth_comparing(in_linear: Told) -> None:
    def value(name: str) -> object:
        return _leaves(in_linear)[name]["value"]

    # A, B, C, D, E, F at the kick-off; G came late; C left; H came and left.
    assert (6, 1, 1, 1, 6) == tuple(
        value(f"scope.{one}") for one in ("base", "added", "removed", "transient", "final")
    )
    assert 1 == value("flow.reopened")
    assert 5 == len(in_linear.verdicts)
    assert not any(
        re.search(r"APO-|OPS-|Orion", line) for one in in_linear.verdicts for line in one
    )
    assert not any(re.search(r"APO-|OPS-|Orion", line) for line in in_linear.comments)


@pytest.fixture(scope="module", params=OTHERS)
def elsewhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(tmp_path_factory.mktemp(request.param), tools()[request.param])


def test_the_same_project_has_the_same_figures_and_verdicts(
    in_linear: Told, elsewhere: Told
) -> None:
    assert _figures(in_linear) == _figures(elsewhere)
    assert _charts(in_linear) == _charts(elsewhere)
    assert in_linear.figures["window"] == elsewhere.figures["window"]
    assert in_linear.figures["quality"] == elsewhere.figures["quality"]
    assert in_linear.verdicts == elsewhere.verdicts
    assert in_linear.comments == elsewhere.comments


def test_dropped_work_is_done_where_a_resolution_dropped_it_and_delivered_nowhere(
    in_linear: Told, elsewhere: Told
) -> None:
    done_here, done_there = (_leaves(one)["scope.done"]["issues"] for one in (in_linear, elsewhere))

    assert ["ISSUE-D"] == sorted({*done_there} - {*done_here})
    for told in (in_linear, elsewhere):
        assert ["ISSUE-D"] == _leaves(told)["scope.dropped"]["issues"]
        assert 4 == _leaves(told)["scope.delivered"]["value"]


def _leaves(told: Told) -> dict[str, dict[str, Any]]:
    metrics = told.figures["metrics"]
    return {f"{area}.{name}": leaf for area in metrics for name, leaf in metrics[area].items()}


def _figures(told: Told) -> dict[str, object]:
    """Return what the figures are and are made of; why one is not known is each tool's own."""
    return {
        name: [leaf[part] for part in ("value", "unit", "n", "issues", "formula")]
        for name, leaf in _leaves(told).items()
        if name not in APART and not name.startswith(f"{SAMPLED}.")
    }


def _charts(told: Told) -> dict[str, object]:
    series = told.figures["series"]
    return {name: one for name, one in series.items() if name not in CHARTS_IN_OWN_WORDS}
