"""How late each milestone was."""

from __future__ import annotations

from datetime import date

from service.domain.metrics.values import Part
from service.domain.tracking import Field, Milestone
from tests.domain.builders import a_change, a_project, an_issue
from tests.domain.metrics.report import report, value

ALPHA = Milestone("Alpha", date(2024, 3, 15), done=True, id="m1")
BETA = Milestone("Beta", date(2024, 3, 22), done=False, id="m2")


def test_a_milestone_is_as_late_as_the_last_of_its_issues() -> None:
    project = a_project(milestones=[ALPHA, BETA])

    found = report(
        an_issue("APOLLO-1", done_on="2024-03-12", milestone="m1"),
        an_issue("APOLLO-2", done_on="2024-03-18", milestone="m1"),
        an_issue("APOLLO-3", done_on="2024-03-20", milestone="m2"),
        an_issue("APOLLO-4", done_on="2024-04-20"),
        project=project,
        close=60,
    )

    assert found["schedule.milestone_slips"].value == (
        Part("Alpha", 3, 2, ("APOLLO-1", "APOLLO-2")),
        Part("Beta", -2, 1, ("APOLLO-3",)),
    )
    assert found["schedule.milestone_slips"].n == 3


def test_an_issue_belongs_to_the_milestone_it_had_at_the_close() -> None:
    moved_on = an_issue(
        "APOLLO-1",
        done_on="2024-03-12",
        milestone="m2",
        changes=[a_change(Field.MILESTONE, "m1", "m2", 40)],
    )

    found = report(moved_on, project=a_project(milestones=[ALPHA, BETA]), close=30)

    slips = found["schedule.milestone_slips"].value
    assert isinstance(slips, tuple)
    assert slips[0] == Part("Alpha", -3, 1, ("APOLLO-1",))


def test_dropped_issues_do_not_hold_a_milestone_up() -> None:
    found = report(
        an_issue("APOLLO-1", done_on="2024-03-15", milestone="m1"),
        an_issue("APOLLO-2", "todo 1d, cancelled", milestone="m1"),
        project=a_project(milestones=[ALPHA]),
        close=30,
    )

    assert found["schedule.milestone_slips"].value == (Part("Alpha", 0, 1, ("APOLLO-1",)),)


def test_a_milestone_that_cannot_be_measured_says_why() -> None:
    found = report(
        an_issue("APOLLO-1", done_on="2024-03-15", milestone="m1"),
        an_issue("APOLLO-2", milestone="m1"),
        project=a_project(
            milestones=[
                ALPHA,
                BETA,
                Milestone("Gamma", None, done=False, id="m3"),
                Milestone("Delta", date(2024, 3, 1), done=False),
            ]
        ),
        close=30,
    )

    assert value(found, "schedule.milestone_slips") == [
        {
            "name": name,
            "value": None,
            "n": len(issues),
            "issues": issues,
            "reason": reason,
        }
        for name, issues, reason in [
            ("Alpha", ["APOLLO-1", "APOLLO-2"], "1 of its 2 issues not done at the close"),
            ("Beta", [], "no issue that was in the project at the close belonged to it then"),
            ("Gamma", [], "it has no target date"),
            ("Delta", [], "the tracker does not say which issues belong to it"),
        ]
    ]


def test_a_project_without_milestones_says_so() -> None:
    found = report(an_issue(), close=30)

    assert found["schedule.milestone_slips"].reason == "the project has no milestones"
