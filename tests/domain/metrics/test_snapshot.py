"""The shape in which the figures are published, and what is said about the data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.metrics import CATALOGUE, StatusSets
from service.domain.tracking import Field, Status, StatusCategory
from tests.domain.builders import STATUSES, a_change, a_project, an_issue, day, issues_of
from tests.domain.metrics.report import report, texts

FIXED_NAMES = [
    *(
        f"scope.{name}{unit}"
        for name in ("base", "added", "removed", "transient", "final", "done")
        for unit in ("", "_points", "_hours")
    ),
    "scope.reestimated_points",
    "schedule.slip_days",
    "schedule.slip_days_95",
    "flow.cycle_time_p50_days",
    "flow.cycle_time_p85_days",
    "flow.cycle_time_n",
    "flow.never_started_n",
    "flow.reopened",
    "flow.handoffs",
]


def test_a_snapshot_is_published_with_all_its_parts() -> None:
    published = report(an_issue(), close=5).as_json()

    assert list(published) == ["window", "catalogue", "quality", "metrics", "series", "story"]
    assert published["catalogue"] == CATALOGUE


@pytest.mark.parametrize("name", FIXED_NAMES)
def test_every_fixed_name_is_there_with_all_its_parts(name: str) -> None:
    leaf = report(an_issue(), close=5)[name].as_json()

    assert list(leaf) == ["value", "unit", "n", "excluded", "issues", "formula", "reason"]
    assert leaf["unit"]
    assert leaf["formula"]


def test_an_excluded_issue_is_published_with_its_reason() -> None:
    leaf = report(an_issue("APOLLO-1", "todo 1d, done"), close=5)["flow.cycle_time_n"].as_json()

    assert leaf["excluded"] == [
        {"issue": "APOLLO-1", "reason": "was never in progress before it was done"}
    ]


def test_a_finding_is_published_with_issue_and_field() -> None:
    broken = an_issue("APOLLO-1", [a_change(Field.STATUS, "todo", "review", 1)], status="done")

    published = report(broken, close=5).as_json()

    assert published["quality"] == [
        {
            "issue": "APOLLO-1",
            "field": "status",
            "finding": "the last recorded change of its status does not lead to what it is today",
        }
    ]


def test_what_never_belonged_to_the_window_gives_no_findings() -> None:
    broken = an_issue(
        "APOLLO-1",
        [a_change(Field.STATUS, "todo", "review", 1)],
        status="done",
        projects={"gemini"},
    )

    assert texts(report(broken, close=5)) == []


@pytest.mark.parametrize(
    ("unaccounted", "expected"),
    [
        (0, []),
        (2, ["2 removals unaccounted: more issues left the project than can be followed"]),
        (None, ["whether issues left the project without a trace is not known"]),
    ],
)
def test_removals_without_a_trace_are_named(unaccounted: int | None, expected: list[str]) -> None:
    """Edge case 9."""
    given = issues_of(an_issue(), unaccounted_removals=unaccounted)

    assert expected == texts(report(given=given, close=5))


def test_a_kick_off_before_the_planning_ended_is_named() -> None:
    issues = [
        an_issue("APOLLO-1"),
        an_issue("APOLLO-2", created=1),
        an_issue("APOLLO-3", created=1),
    ]

    text = "added scope is 200 % of the scope at the kick-off: it was probably taken early"
    assert text in texts(report(*issues, close=5))


@pytest.mark.parametrize(("count", "named"), [(19, False), (20, True)])
def test_twenty_completions_by_one_account_in_one_minute_are_named(count: int, named: bool) -> None:
    """Edge case 14."""
    issues = [
        an_issue(
            f"APOLLO-{number}", [a_change(Field.STATUS, "todo", "done", 1 + number / 86400, by="r")]
        )
        for number in range(count)
    ]

    found = texts(report(*issues, close=5))

    text = (
        f"{count} issues became done within one minute, 2024-03-05 09:00 UTC, "
        "as a script does it: that instant is when they were released"
    )
    assert (text in found) is named


def test_twenty_people_who_finish_in_one_minute_are_no_script() -> None:
    """Edge case 14."""
    issues = [
        an_issue(f"APOLLO-{number}", [a_change(Field.STATUS, "todo", "done", 1, by=f"p{number}")])
        for number in range(20)
    ]

    assert texts(report(*issues, close=5)) == []


def test_a_parent_that_was_done_before_its_sub_task_is_named() -> None:
    """Edge case 4."""
    parent = an_issue("APOLLO-1", "todo 1d, done")
    late = an_issue("APOLLO-2", "todo 2d, done", parent="APOLLO-1")
    dropped = an_issue("APOLLO-3", "todo 2d, cancelled", parent="APOLLO-1")

    assert texts(report(parent, late, dropped, close=5)) == [
        "APOLLO-1: was done before its sub-task APOLLO-2"
    ]


def test_a_status_that_is_not_known_counts_as_not_started_and_is_named() -> None:
    """Edge case 12."""
    changes = [
        a_change(Field.STATUS, "deleted-7", "in_progress", 1),
        a_change(Field.STATUS, "in_progress", "deleted-7", 2),
        a_change(Field.STATUS, "deleted-7", "done", 3),
    ]

    found = report(an_issue("APOLLO-1", changes, status="done"), close=5)

    text = "the status 'deleted-7' is no longer known and counts as not started"
    assert texts(found) == [f"APOLLO-1: {text}"]
    assert found["flow.cycle_time_n"].value == 1


def test_a_renamed_status_is_known_by_its_id() -> None:
    """Edge case 12."""
    issue = an_issue("APOLLO-1", "todo 1d, in_progress 1d, done")
    renamed = {**STATUSES, "done": Status("done", "Erledigt", StatusCategory.DONE)}

    found = report(given=replace(issues_of(issue), statuses=renamed), close=5)

    assert found["scope.done"].issues == ("APOLLO-1",)


def test_a_status_named_by_its_id_is_one_of_several_with_that_name() -> None:
    """Edge case 12."""
    statuses = {
        "10": Status("10", "Ready", StatusCategory.TODO),
        "20": Status("20", "Ready", StatusCategory.TODO),
    }

    kinds = StatusSets(done=frozenset({"20"})).categories(statuses)

    assert kinds["10"] is StatusCategory.TODO
    assert kinds["20"] is StatusCategory.DONE


def test_a_status_cannot_be_named_twice() -> None:
    expected = "the status 'closed' is named in both done and dropped; keep it in one"

    with pytest.raises(ValueError, match=expected):
        StatusSets(done=frozenset({"Closed"}), dropped=frozenset({"closed"}))


def test_a_report_of_then_is_the_same_after_later_edits() -> None:
    issue = an_issue("APOLLO-1", "todo 1d, in_progress 1d, done", estimate=3)
    later = replace(
        issue,
        estimate=8,
        status=STATUSES["todo"],
        changes=(
            *issue.changes,
            a_change(Field.ESTIMATE, "3", "8", 20),
            a_change(Field.STATUS, "done", "todo", 21),
        ),
    )
    project = a_project(closed=10)

    before, after = report(issue, project=project), report(later, project=project, close=day(10))

    assert before.as_json()["metrics"] == after.as_json()["metrics"]
