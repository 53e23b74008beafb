"""How much the scope moved after the kick-off, and when."""

from __future__ import annotations

import pytest

from service.domain.metrics.values import Part
from service.domain.tracking import Field, Issue
from tests.domain.builders import a_change, a_project, an_issue, estimated, joined, left
from tests.domain.metrics.report import report, value


def moved() -> list[Issue]:
    """Return a base of four, two of which leave, and three that come: 3, 5 and 2 points."""
    return [
        an_issue("APOLLO-1", estimate=3),
        an_issue("APOLLO-2", estimate=5),
        an_issue("APOLLO-3", estimate=8, changes=[left(1)]),
        an_issue("APOLLO-4", estimate=4, changes=[left(2)]),
        an_issue("APOLLO-5", estimate=3, created=1),
        an_issue("APOLLO-6", estimate=5, created=2),
        an_issue("APOLLO-7", estimate=2, created=-9, changes=[joined(3)]),
    ]


def test_growth_creep_and_shrink_are_parts_of_the_scope_at_the_kick_off() -> None:
    """Items: 4 + 3 - 2 = 5. Points: 20 + 10 - 12 = 18."""
    found = report(*moved(), close=6)

    names = ("growth", "creep", "shrink")
    assert [value(found, f"scope.{name}") for name in names] == [0.25, 0.75, 0.5]
    assert [value(found, f"scope.{name}_points") for name in names] == [-0.1, 0.5, 0.6]
    assert found["scope.creep"].n == 4
    assert found["scope.creep"].issues == ("APOLLO-5", "APOLLO-6", "APOLLO-7")
    assert found["scope.shrink_points"].issues == ("APOLLO-3", "APOLLO-4")


def test_growth_opens_to_what_came_and_went() -> None:
    found = report(*moved(), close=6)

    assert found["scope.growth"].issues == tuple(f"APOLLO-{n}" for n in (5, 6, 7, 3, 4))


def test_an_unsized_issue_is_left_out_of_a_ratio_of_points_once() -> None:
    found = report(
        an_issue("APOLLO-1", estimate=2),
        an_issue("APOLLO-2"),
        an_issue("APOLLO-3", created=1),
        close=5,
    )

    assert [one.issue for one in found["scope.growth_points"].excluded] == ["APOLLO-2", "APOLLO-3"]


def test_a_scope_of_nothing_at_the_kick_off_can_be_compared_with_nothing() -> None:
    """Edge case 18."""
    found = report(an_issue("APOLLO-1", created=1, estimate=3), close=5)

    for name in ("growth", "creep", "shrink", "volatility"):
        reason = "nothing to compare with: the scope at the kick-off is 0 issues"
        assert found[f"scope.{name}"].reason == reason
    reason = "nothing to compare with: the scope at the kick-off is 0 points"
    assert found["scope.creep_points"].reason == reason


def test_a_base_of_zero_points_is_a_size_and_no_divisor() -> None:
    found = report(an_issue("APOLLO-1", estimate=0), close=5)

    assert value(found, "scope.base_points") == 0
    assert found["scope.growth_points"].value is None
    assert value(found, "scope.growth") == 0


def test_volatility_adds_what_came_what_went_and_what_became_other_work() -> None:
    """Of four, two leave and one becomes another type; three come: 6 of 4."""
    issues = moved()
    issues[0] = an_issue(
        "APOLLO-1", estimate=3, kind="Bug", changes=[a_change(Field.KIND, "Story", "Bug", 2)]
    )

    found = report(*issues, close=6)

    assert found["scope.changed"].issues == ("APOLLO-1",)
    assert value(found, "scope.volatility") == 1.5
    assert found["scope.volatility"].n == 4


@pytest.mark.parametrize(
    ("field", "before", "after", "at", "counts"),
    [
        pytest.param(Field.KIND, "Story", "Bug", 2, True, id="another type"),
        pytest.param(Field.ESTIMATE, "3", "5", 2, True, id="another estimate"),
        pytest.param(Field.ESTIMATE, "3", None, 2, True, id="no estimate any more"),
        pytest.param(Field.HOURS, None, "0", 2, True, id="zero hours are not none"),
        pytest.param(Field.ESTIMATE, "3", "3", 2, False, id="the same estimate"),
        pytest.param(Field.ESTIMATE, "3", "5", 0, False, id="at the very kick-off"),
        pytest.param(Field.ESTIMATE, "3", "5", 5, True, id="at the very close"),
        pytest.param(Field.ESTIMATE, "3", "5", 6, False, id="after the close"),
        pytest.param(Field.TEXT, None, None, 2, False, id="other words"),
        pytest.param(Field.ASSIGNEE, "a", "b", 2, False, id="another assignee"),
    ],
)
def test_type_and_estimate_make_other_work_of_an_issue_and_nothing_else_does(
    field: Field, before: str | None, after: str | None, at: float, counts: bool
) -> None:
    found = report(an_issue("APOLLO-1", changes=[a_change(field, before, after, at)]), close=5)

    assert value(found, "scope.changed") == int(counts)
    assert value(found, "scope.volatility") == int(counts)


def test_edits_of_the_words_are_counted_apart() -> None:
    edits = [a_change(Field.TEXT, None, None, at) for at in (-1, 1, 2, 9)]
    found = report(an_issue("APOLLO-1", created=-2, changes=edits), an_issue("APOLLO-2"), close=5)

    assert value(found, "scope.text_edits") == 2
    assert found["scope.text_edits"].issues == ("APOLLO-1",)
    assert value(found, "scope.volatility") == 0


def test_what_was_changed_and_left_counts_once_as_removed() -> None:
    leaver = an_issue("APOLLO-1", estimate=5, changes=[estimated("3", "5", 1), left(2)])

    found = report(leaver, close=5)

    assert value(found, "scope.changed") == 0
    assert value(found, "scope.volatility") == 1


def test_late_creep_is_what_joined_in_the_last_third() -> None:
    """Of nine days the last third begins with the sixth."""
    found = report(
        an_issue("APOLLO-1", created=5.9),
        an_issue("APOLLO-2", created=6),
        an_issue("APOLLO-3", created=-1, changes=[joined(8)]),
        an_issue("APOLLO-4", created=-1, changes=[joined(1), left(2), joined(7)]),
        close=9,
    )

    late = found["scope.late_creep"]
    assert (late.value, late.n) == (0.75, 4)
    assert late.issues == ("APOLLO-2", "APOLLO-3", "APOLLO-4")


def test_where_nothing_was_added_nothing_was_added_late() -> None:
    found = report(an_issue(), close=5)

    assert found["scope.late_creep"].reason == "nothing was added after the kick-off"


def test_what_came_and_what_went_is_told_week_by_week() -> None:
    """The kick-off is a Monday, 4 March."""
    found = report(
        an_issue("APOLLO-1", created=1),
        an_issue("APOLLO-2", created=6),
        an_issue("APOLLO-3", created=15),
        an_issue("APOLLO-4", changes=[left(7)]),
        close=20,
    )

    assert found["scope.added_by_week"].value == (
        Part("2024-03-04", 2, 2, ("APOLLO-1", "APOLLO-2")),
        Part("2024-03-18", 1, 1, ("APOLLO-3",)),
    )
    assert found["scope.removed_by_week"].value == (Part("2024-03-11", 1, 1, ("APOLLO-4",)),)


def test_without_a_kick_off_no_change_of_scope_is_known() -> None:
    found = report(project=a_project(started=None), close=5)

    reason = found.window.baseline_reason
    for name in (
        *("growth", "creep_points", "shrink_hours", "volatility", "changed", "text_edits"),
        *("late_creep", "added_by_week", "removed_by_week"),
    ):
        assert found[f"scope.{name}"].reason in {
            reason,
            "no points: not one issue of the project carries an estimate",
        }
