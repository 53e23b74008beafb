"""The story in the figures: key events and warning signs, told only where the history shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.domain.metrics import Snapshot
from service.domain.metrics.story.events import Event
from service.domain.metrics.story.signs import Sign
from service.domain.tracking import Field, Issue, Milestone, TimeEntry
from tests.domain.builders import (
    KICK_OFF,
    a_change,
    a_plan_change,
    a_project,
    an_issue,
    assigned,
    day,
    issues_of,
    joined,
    left,
)
from tests.domain.lives import PEOPLE
from tests.domain.metrics.report import report


def told(found: Snapshot, kind: str) -> list[Event]:
    return [event for event in found.story.events if event.kind == kind]


def sign(found: Snapshot, name: str) -> Sign:
    return next(one for one in found.story.signs if one.id == name)


def about(key: str, topic: str, history: str = "todo 1d, in_progress 1d, done") -> Issue:
    return an_issue(key, history, labels=[topic])


def test_the_ends_of_a_project_are_told_in_order() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, in_progress 2d, done"), close=10)

    assert [
        ("kick-off", day(0), "Kick-off: the project was started then."),
        ("completion", day(3), "The last of 1 issue was done."),
        ("close", day(10), "Close: chosen for this report."),
    ] == [(event.kind, event.at, event.text) for event in found.story.events]


def test_only_the_first_re_plan_is_a_key_event() -> None:
    project = a_project(
        target="2024-05-01",
        plan_changes=[
            a_plan_change("2024-03-31", "2024-04-15", 1),
            a_plan_change("2024-04-15", "2024-05-01", 4),
        ],
    )

    found = report(an_issue(), project=project, close=10)

    assert [(event.at, event.text) for event in told(found, "first re-plan")] == [
        (day(1), "The planned finish was moved for the first time: 31 Mar 2024 → 15 Apr 2024.")
    ]


def test_the_first_planned_finish_that_passes_is_told_with_what_was_not_done() -> None:
    project = a_project(target="2024-03-10")

    found = report(
        an_issue("APOLLO-1", "todo 1d, done"),
        an_issue("APOLLO-2", "todo 20d, done"),
        project=project,
        close=30,
    )

    [overdue] = told(found, "first overdue")
    assert overdue.text == "The planned finish of 10 Mar 2024 passed with 1 of 2 issues not done."
    assert (overdue.at.date(), overdue.issues) == (date(2024, 3, 11), ("APOLLO-2",))


def test_a_finish_in_time_is_no_event() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, done"), project=a_project(), close=60)

    assert told(found, "first overdue") == []


@pytest.mark.parametrize(("number", "jumps"), [(2, 0), (3, 1)])
def test_many_issues_on_one_day_are_a_jump_of_the_scope(number: int, jumps: int) -> None:
    base = [an_issue(f"APOLLO-{n}") for n in range(1, 11)]
    late = [
        an_issue(f"APOLLO-{20 + n}", changes=[joined(5 + n / 24)], created=-1)
        for n in range(number)
    ]

    found = report(*base, *late, close=10)

    events = told(found, "scope joined")
    assert jumps == len(events)
    if events:
        assert events[0].text == (
            "3 issues joined the scope on one day, 30 % of the scope at kick-off."
        )
        assert events[0].at == day(5)


def test_a_large_scope_needs_a_larger_jump() -> None:
    base = [an_issue(f"APOLLO-{n}") for n in range(1, 41)]
    late = [an_issue(f"APOLLO-{50 + n}", changes=[joined(5)], created=-1) for n in range(3)]

    assert told(report(*base, *late, close=10), "scope joined") == []


def test_many_issues_that_leave_on_one_day_are_a_jump_too() -> None:
    issues = [an_issue(f"APOLLO-{n}", changes=[left(5)] if n < 4 else ()) for n in range(1, 11)]

    [event] = told(report(*issues, close=10), "scope left")

    assert event.issues == ("APOLLO-1", "APOLLO-2", "APOLLO-3")


def test_a_long_blocked_stretch_is_told_and_a_short_one_is_not() -> None:
    def flagged(key: str, days: float) -> Issue:
        raised = a_change(Field.FLAGGED, None, "true", 2)
        lowered = a_change(Field.FLAGGED, "true", None, 2 + days)
        return an_issue(key, "todo 1d, in_progress 20d, done", changes=[raised, lowered])

    found = report(flagged("APOLLO-1", 4.5), flagged("APOLLO-2", 0.5), close=30)

    assert [(day(2), "APOLLO-1 was blocked for 4.5 days.")] == [
        (event.at, event.text) for event in told(found, "blocked")
    ]


@pytest.mark.parametrize(("days_apart", "bursts"), [(1, 1), (5, 0)])
def test_reopenings_close_together_are_a_burst(days_apart: int, bursts: int) -> None:
    issues = [
        an_issue(f"APOLLO-{n}", f"done {1 + n * days_apart}d, in_progress 1h, done")
        for n in range(3)
    ]

    found = told(report(*issues, close=40), "reopenings")

    assert bursts == len(found)
    if found:
        assert found[0].text == "3 reopenings within 7 days, of 3 issues."


def test_growth_of_the_scope_is_shown_by_its_figure() -> None:
    base = [an_issue(f"APOLLO-{n}") for n in range(1, 5)]
    late = [an_issue(f"APOLLO-{10 + n}", changes=[joined(5)], created=-1) for n in range(2)]

    grown, steady = report(*base, *late, close=10), report(*base, close=10)

    assert sign(grown, "F3.growth").shown is True
    assert sign(grown, "F3.growth").text == "50 % of the scope at kick-off was added after it"
    assert sign(grown, "F3.growth").figure == "scope.creep"
    assert sign(steady, "F3.growth").shown is False


def test_what_the_tracker_cannot_tell_is_unknown_with_its_reason() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, done"), close=10)

    unknown = {one.id: one.text for one in found.story.signs if one.shown is None}
    assert unknown["F1.audit"] == (
        "no issue is labelled data-audit: whether the data were audited is not known"
    )
    assert unknown["F2.review"] == (
        "the project has no milestones: whether there was a review is not known"
    )
    assert unknown["F3.unagreed"] == (
        "no issue is labelled change-request: how additions were agreed is not known"
    )
    assert unknown["F4.late"] == "no issue is labelled integration: when it was begun is not known"
    assert unknown["A5.handed-over"] == "the issues carry neither labels nor components"
    assert all(unknown.values())


@pytest.mark.parametrize(
    ("audit", "shown"),
    [
        ("todo 1h, in_progress 1h, done", False),
        ("todo 5d, in_progress 1d, done", True),
        ("todo", True),
    ],
)
def test_work_before_the_data_audit_is_a_sign(audit: str, shown: bool) -> None:
    found = report(
        about("APOLLO-1", "Data audit", audit),
        an_issue("APOLLO-2", "todo 1d, in_progress 1d, done"),
        close=20,
    )

    assert shown is sign(found, "F1.audit").shown


@pytest.mark.parametrize(
    ("name", "on", "shown"),
    [
        ("Client review", date(2024, 3, 9), False),
        ("Beta", date(2024, 3, 9), True),
        ("Client review", date(2024, 3, 13), True),
    ],
)
def test_a_review_half_way_is_looked_for_among_the_milestones(
    name: str, on: date, shown: bool
) -> None:
    project = a_project(milestones=[Milestone(name, on, done=True)])

    assert shown is sign(report(an_issue(), project=project, close=10), "F2.review").shown


def test_additions_without_a_change_request_are_listed() -> None:
    agreed = replace(about("APOLLO-8", "change-request", "todo"), changes=(joined(3),))
    loose = an_issue("APOLLO-9", changes=[joined(3)], created=-1)

    found = sign(
        report(an_issue(), replace(agreed, created_at=day(-1)), loose, close=10), "F3.unagreed"
    )

    assert (True, ("APOLLO-9",)) == (found.shown, found.issues)
    assert found.text == "1 of 2 added issues carry no change request"


def test_weeks_without_recorded_time_are_counted() -> None:
    entries = tuple(
        TimeEntry(str(number), KICK_OFF + timedelta(days=days), 3600, "APOLLO-1")
        for number, days in enumerate((1, 15))
    )
    issues = replace(issues_of(an_issue("APOLLO-1", "todo 1d, done")), time=entries)

    found = sign(report(given=issues, close=18), "F3.hours")

    assert (True, "1 of 3 weeks have no recorded time") == (found.shown, found.text)


@pytest.mark.parametrize(("begun_after", "shown"), [(2, False), (8, True)])
def test_integration_that_is_begun_late_is_a_sign(begun_after: int, shown: bool) -> None:
    issue = about("APOLLO-1", "Integration", f"todo {begun_after}d, in_progress 1d, done")

    assert shown is sign(report(issue, close=10), "F4.late").shown


def test_integration_that_came_back_is_a_sign() -> None:
    again = about("APOLLO-1", "integration", "done 1d, in_progress 1d, done")

    found = sign(report(again, about("APOLLO-2", "integration"), close=10), "F4.reopened")

    assert (True, ("APOLLO-1",)) == (found.shown, found.issues)


@pytest.mark.parametrize(("hands", "shown"), [(("ada",) * 3, True), (("ada", "ada", "bo"), False)])
def test_a_component_that_one_person_did_is_a_sign_without_the_name(
    hands: tuple[str, ...], shown: bool
) -> None:
    issues = [
        replace(
            an_issue(
                f"APOLLO-{n}",
                "todo 1d, done",
                changes=[assigned(None, who, 0.5), assigned(who, None, 2)],
            ),
            components=("billing",),
        )
        for n, who in enumerate(hands)
    ]

    found = sign(report(*issues, close=10), "F5.one-holder")

    assert shown is found.shown
    assert not any(name in str(found) for name in PEOPLE)


@pytest.mark.parametrize(("topic", "shown"), [("training", False), ("backend", True)])
def test_documents_and_training_are_looked_for_before_the_end(topic: str, shown: bool) -> None:
    assert shown is sign(report(about("APOLLO-1", topic), close=10), "A5.handed-over").shown
