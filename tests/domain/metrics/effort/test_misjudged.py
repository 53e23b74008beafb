"""Which kinds of work were misjudged, and by what factor."""

from __future__ import annotations

from dataclasses import replace

from service.domain.metrics import Snapshot
from service.domain.tracking import Issue, Team
from tests.domain.builders import an_issue
from tests.domain.metrics.report import report
from tests.domain.metrics.timesheet import hours, with_time


def finished(number: int, days: float = 2, **more: object) -> Issue:
    history = f"todo 1h, in_progress {days}d, done"
    return an_issue(f"APOLLO-{number}", history, **more)  # type: ignore[arg-type]


def told(found: Snapshot) -> list[tuple[str, str, int, float]]:
    return [(one.by, one.name, one.n, round(one.ratio, 6)) for one in found.story.misjudged]


def test_with_hours_kinds_are_told_by_what_they_took_of_what_was_expected() -> None:
    """Bugs of 2 h took 4, 6 and 8: factor 3; stories of 10 h took 8, 10 and 12: 1."""
    bugs = [finished(number, kind="Bug", hours=2) for number in (1, 2, 3)]
    stories = [finished(number, kind="Story", hours=10) for number in (4, 5, 6)]
    took = {1: 4, 2: 6, 3: 8, 4: 8, 5: 10, 6: 12}
    entries = [hours(one, f"APOLLO-{number}") for number, one in took.items()]

    found = report(given=with_time([*bugs, *stories], *entries), close=20)

    assert told(found) == [
        ("size", "up to 4 hours", 3, 3),
        ("type", "Bug", 3, 3),
        ("size", "over 8 to 16 hours", 3, 1),
        ("type", "Story", 3, 1),
    ]
    assert found.story.misjudged[1].as_json() == {
        "by": "type",
        "name": "Bug",
        "n": 3,
        "ratio": 3,
        "measure": "recorded hours by estimated hours",
        "issues": ["APOLLO-1", "APOLLO-2", "APOLLO-3"],
    }


def test_half_as_long_is_as_far_off_as_twice() -> None:
    quick = [finished(number, kind="Chore", hours=8) for number in (1, 2, 3)]
    slow = [finished(number, kind="Bug", hours=5) for number in (4, 5, 6)]
    entries = [
        *(hours(2, issue.key) for issue in quick),
        *(hours(15, issue.key) for issue in slow),
    ]

    found = report(given=with_time([*quick, *slow], *entries), close=20)

    assert [("Chore", 0.25), ("Bug", 3)] == [
        (name, ratio) for by, name, _, ratio in told(found) if by == "type"
    ]


def test_two_issues_are_no_kind_of_work() -> None:
    issues = [finished(number, kind="Bug", hours=2) for number in (1, 2)]
    entries = [hours(9, issue.key) for issue in issues]

    found = report(given=with_time(issues, *entries), close=20)

    assert told(found) == []


def test_without_hours_cycle_times_are_compared_with_the_projects() -> None:
    """The median of 1 1 1 2 4 4 4 days is 2; what is about the database took 4, twice that."""
    others = [finished(number, 1, labels=["ui"]) for number in (1, 2, 3)]
    middle = finished(4, 2)
    database = [
        replace(finished(number, 4), components=("database",), kind="Bug") for number in (5, 6, 7)
    ]

    found = report(*others, middle, *database, close=20)

    assert told(found) == [
        ("component", "database", 3, 2),
        ("label", "ui", 3, 0.5),
        ("type", "Bug", 3, 2),
    ]
    measures = {one.measure for one in found.story.misjudged}
    assert measures == {"cycle time by the project's median cycle time"}


def test_sizes_in_points_are_told_by_what_a_point_took() -> None:
    """A point of the ones took 2 days, one of the fours half a day: 2 and 0.5 of the median of 1."""
    ones = [finished(number, 2, estimate=1) for number in (1, 2, 3)]
    middle = finished(4, 2, estimate=2)
    fours = [finished(number, 2, estimate=4) for number in (5, 6, 7)]

    found = report(*ones, middle, *fours, close=20)

    assert told(found) == [("size", "1 point", 3, 2), ("size", "4 points", 3, 0.5)]


def test_points_of_several_teams_make_no_sizes() -> None:
    """Edge case 19."""
    teams = [Team("core", "CORE", "Core"), Team("infra", "INFRA", "Infra")]
    issues = [finished(number, 2, estimate=1, team=teams[number % 2]) for number in range(1, 8)]

    found = report(*issues, close=20)

    assert told(found) == []


def test_a_project_in_which_nothing_was_finished_tells_nothing() -> None:
    assert told(report(an_issue(), close=20)) == []
