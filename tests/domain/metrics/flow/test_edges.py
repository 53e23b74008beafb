"""From where to where the work went, against its direction too, and how long it had waited."""

from __future__ import annotations

from dataclasses import replace

from service.domain.metrics import Snapshot
from service.domain.metrics.basis import Basis
from service.domain.metrics.flow.edges import Edge, edges
from service.domain.metrics.past import Sizes, past_of
from service.domain.metrics.scope.members import scope_of
from service.domain.metrics.statuses import StatusSets
from service.domain.metrics.values import Part
from service.domain.metrics.window import Window
from service.domain.tracking import Field, Issue, Team
from tests.domain.builders import APOLLO, a_change, a_project, an_issue, day, issues_of, left
from tests.domain.metrics.report import report, value

ROCKETS, PROBES = Team("t1", "ROC", "Rockets"), Team("t2", "PRO", "Probes")


def edges_of(*issues: Issue, close: float = 30) -> list[Edge]:
    given = issues_of(*issues)
    kinds = StatusSets().categories(given.statuses)
    pasts = [past_of(issue, APOLLO, kinds) for issue in given.issues]
    window = Window(day(0), day(close), "", "")
    scope = scope_of(window, pasts, [])
    return list(edges(Basis(a_project(teams=[ROCKETS]), given, scope, Sizes(pasts))))


def backward(found: Snapshot) -> dict[str, object]:
    told = found["flow.backward_moves"].value
    assert isinstance(told, tuple)
    return {one.name: one.value for one in told if isinstance(one, Part)}


def test_an_edge_tells_how_often_work_went_there_and_how_long_it_had_waited() -> None:
    issues = [
        an_issue("APOLLO-1", "todo 1d, in_progress 2d, done"),
        an_issue("APOLLO-2", "todo 3d, in_progress 5d, done"),
        an_issue("APOLLO-3", "todo 8d, in_progress"),
    ]

    found = edges_of(*issues)

    assert [
        Edge("To do", "In progress", 3, 3.0, 12.0, ("APOLLO-1", "APOLLO-2", "APOLLO-3")),
        Edge("In progress", "Done", 2, 2.0, 7.0, ("APOLLO-1", "APOLLO-2")),
    ] == found


def test_an_edge_is_published_with_all_its_parts() -> None:
    found = edges_of(an_issue("APOLLO-1", "todo 100m, done"))

    assert {
        "between": "status",
        "before": "To do",
        "after": "Done",
        "n": 1,
        "waiting_median_days": 0.069444,
        "waiting_days": 0.069444,
        "issues": ["APOLLO-1"],
    } == found[0].as_json()


def test_what_happened_after_completion_or_close_or_elsewhere_is_no_edge() -> None:
    issues = [
        an_issue("APOLLO-1", "todo 1d, done 2d, verified"),
        an_issue("APOLLO-2", "todo 40d, in_progress"),
        an_issue("APOLLO-3", "todo 1d, in_progress", changes=[left(9)]),
    ]

    found = edges_of(*issues)

    assert [("To do", "Done", 1)] == [(one.before, one.after, one.n) for one in found]


def test_teams_hand_over_too() -> None:
    moves = [
        a_change(Field.TEAM, "t1", "t2", 2),
        a_change(Field.TEAM, "t2", "t2", 4),  # no move, and no end to the waiting
        a_change(Field.TEAM, "t2", "t1", 5),
    ]
    issue = an_issue("APOLLO-1", "in_progress 9d, done", changes=moves, team=ROCKETS)

    found = edges_of(issue, an_issue("APOLLO-2", team=PROBES))

    assert [
        Edge("Probes", "Rockets", 1, 3.0, 3.0, ("APOLLO-1",), "team"),
        Edge("Rockets", "Probes", 1, 2.0, 2.0, ("APOLLO-1",), "team"),
    ] == [one for one in found if one.between == "team"]


def test_backward_moves_are_told_by_pair_the_most_frequent_first() -> None:
    issues = [
        an_issue("APOLLO-1", "todo 1d, in_progress 1d, review 1d, in_progress 1d, review 1d, done"),
        an_issue("APOLLO-2", "todo 2d, in_progress 1d, review 1d, in_progress 1d, todo"),
        an_issue("APOLLO-3", "todo 9d, done 1d, in_progress"),
    ]

    found = report(*issues, close=30)

    assert {
        "In review → In progress": 2,
        "Done → In progress": 1,
        "In progress → To do": 1,
    } == backward(found)
    assert ["In review → In progress"] == list(backward(found))[:1]


def test_of_two_statuses_in_progress_the_one_that_was_used_first_comes_first() -> None:
    issues = [
        an_issue("APOLLO-1", "review 1d, in_progress 1d, done", created=5),
        an_issue("APOLLO-2", "in_progress 1d, review 1d, done"),
    ]

    found = report(*issues, close=30)

    assert {"In review → In progress": 1} == backward(found)


def test_out_of_dropped_is_not_backward() -> None:
    found = report(an_issue("APOLLO-1", "todo 1d, cancelled 1d, todo 1d, done"), close=30)

    assert {} == backward(found)


def test_ping_pong_is_back_to_where_it_had_just_come_from() -> None:
    issues = [
        an_issue("APOLLO-1", "todo 1d, in_progress 1d, review 1d, in_progress 1d, review 1d, done"),
        an_issue("APOLLO-2", "todo 1d, in_progress 1d, review 1d, on_hold 1d, in_progress"),
    ]

    found = report(*issues, close=30)

    assert 2 == value(found, "flow.ping_pong")
    assert ("APOLLO-1",) == found["flow.ping_pong"].issues


def test_a_change_to_the_same_status_is_no_move() -> None:
    moved = an_issue("APOLLO-1", "in_progress 2d, review 2d, done")
    again = a_change(Field.STATUS, "in_progress", "in_progress", 1)

    found = edges_of(replace(moved, changes=(again, *moved.changes)))

    assert [2.0, 2.0] == [one.waiting_days for one in found]


def test_an_empty_project_has_no_moves() -> None:
    found = report(close=5)

    reason = "no issue was in the project at the close"
    assert reason == found["flow.backward_moves"].reason
    assert reason == found["flow.ping_pong"].reason
    assert [] == edges_of()
