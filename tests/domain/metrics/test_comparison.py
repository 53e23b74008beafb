"""What a frozen report says otherwise than today's figures, and what of their inputs changed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from service.domain.metrics import Calendar, Chosen, StatusSets
from service.domain.metrics.comparison import ABSENT, Difference, differences
from service.domain.metrics.inputs import INPUTS, fingerprints
from service.domain.money import Budget, Finances, Money
from service.domain.tracking import Field, Project, ProjectIssues, TimeEntry
from tests.domain.builders import a_change, a_project, an_issue, day, estimated, issues_of
from tests.domain.metrics.report import report

PROJECT = a_project(target="2024-04-05")
ISSUES = issues_of(
    an_issue("APOLLO-1", "todo 1d, in_progress 3d, done", labels=("ui", "api")),
    an_issue(
        "APOLLO-2",
        "todo 2d, in_progress 1d, done",
        estimate=3,
        changes=[estimated(str(number), str(number + 1), 2 + number) for number in range(40)],
    ),
)
TIME = (TimeEntry("t-1", day(2), 3600, "APOLLO-1"), TimeEntry("t-2", day(3), 60, "APOLLO-1"))


def printed(
    project: Project = PROJECT,
    issues: ProjectIssues = ISSUES,
    *,
    calendar: Calendar | None = None,
    chosen: Chosen | None = None,
    sets: StatusSets | None = None,
    finances: Finances | None = None,
) -> dict[str, str]:
    """Return the fingerprints of a project as it is in these tests but for what is named."""
    window = report(project=PROJECT, given=ISSUES).window
    return fingerprints(
        project,
        issues,
        window,
        calendar=calendar or Calendar(),
        chosen=chosen,
        status_sets=sets or StatusSets(),
        finances=finances or Finances(),
    )


def changed(other: dict[str, str]) -> list[str]:
    usual = printed()
    return [name for name in usual if usual[name] != other[name]]


def frozen(**metrics: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    """Return kept figures: each `area__name` with its value."""
    areas: dict[str, dict[str, object]] = {}
    for name, value in metrics.items():
        area, _, leaf = name.partition("__")
        reason = "nobody knows" if value is None else None
        areas.setdefault(area, {})[leaf] = {"value": value, "unit": "items", "reason": reason}
    window = {"baseline": "2024-03-04T09:00:00Z", "close": "2024-04-05T09:00:00Z"}
    return {
        "snapshot": {"window": window, "catalogue": "2", "metrics": areas},
        "report": {"digests": dict.fromkeys(INPUTS, "0")},
    }


def test_every_input_has_a_fingerprint() -> None:
    assert list(INPUTS) == list(printed())
    assert all(len(digest) == 64 for digest in printed().values())


def test_the_order_in_which_a_tracker_gives_things_changes_no_fingerprint() -> None:
    first, second = ISSUES.issues
    turned = replace(second, changes=tuple(reversed(second.changes)))
    timed = replace(ISSUES, time=TIME)
    other = ProjectIssues(
        (turned, first, first), dict(reversed(ISSUES.statuses.items())), time=TIME[::-1]
    )

    assert printed(issues=replace(timed, unaccounted_removals=None)) == printed(issues=other)


def test_what_no_figure_looks_at_changes_no_fingerprint() -> None:
    first, second = ISSUES.issues
    renamed = replace(ISSUES, issues=(replace(first, title="Another"), second))

    assert [] == changed(printed(replace(PROJECT, name="Another", links=()), renamed))


def test_each_input_changes_its_own_fingerprint() -> None:
    first, second = ISSUES.issues
    edited = replace(second, changes=(*second.changes, a_change(Field.ESTIMATE, "2", "3", 9)))
    budget = Budget(day(0), Money(Decimal(100), "EUR"))
    found = {
        "issues": printed(issues=replace(ISSUES, issues=(first, edited))),
        "plan": printed(replace(PROJECT, target_on=date(2024, 4, 12))),
        "time": printed(issues=replace(ISSUES, time=TIME)),
        "money": printed(finances=Finances(budgets=(budget,))),
        "statuses": printed(sets=StatusSets(done=frozenset({"In review"}))),
        "calendar": printed(calendar=Calendar(holidays=frozenset({date(2024, 3, 29)}))),
    }

    assert {name: [name] for name in INPUTS} == {
        name: changed(other) for name, other in found.items()
    }


def test_a_chosen_kick_off_is_a_part_of_the_plan() -> None:
    chosen = Chosen(datetime(2024, 3, 1, tzinfo=UTC), "chosen on 5 Mar 2024: the contract")

    assert ["plan"] == changed(printed(chosen=chosen))


def test_the_sets_of_an_issue_have_no_order() -> None:
    names = [f"sprint-{number}" for number in range(20)]
    shuffled = random.Random(1).sample(names, 20)
    issues = [
        replace(ISSUES, issues=(replace(ISSUES.issues[0], sprints=frozenset(one)),))
        for one in (names, shuffled)
    ]

    assert printed(issues=issues[0]) == printed(issues=issues[1])


def test_a_report_does_not_differ_from_itself() -> None:
    kept = frozen(scope__base=3, flow__cycle_time_p50_days=None)

    assert () == differences(kept, frozen(scope__base=3, flow__cycle_time_p50_days=None))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param(3, 4, (3, 4), id="another value"),
        pytest.param(None, 4, ("unknown: nobody knows", 4), id="known since"),
        pytest.param(3, None, (3, "unknown: nobody knows"), id="not known any more"),
    ],
)
def test_a_figure_that_differs_is_named_with_both_values(
    before: object, after: object, shown: tuple[object, object]
) -> None:
    found = differences(frozen(scope__base=before), frozen(scope__base=after))

    assert (Difference("figure", "scope.base", *shown),) == found


def test_a_figure_that_only_one_side_has_is_named() -> None:
    found = differences(frozen(scope__base=3), frozen(cost__actual=5))

    assert (
        Difference("figure", "scope.base", 3, ABSENT),
        Difference("figure", "cost.actual", ABSENT, 5),
    ) == found


def test_another_reason_for_the_same_nothing_is_a_difference() -> None:
    now = frozen(scope__base=None)
    now["snapshot"]["metrics"]["scope"]["base"]["reason"] = "it is lost"

    (found,) = differences(frozen(scope__base=None), now)

    assert ("unknown: nobody knows", "unknown: it is lost") == (found.before, found.after)


def test_catalogue_inputs_and_window_come_before_the_figures() -> None:
    now = frozen(scope__base=4)
    now["snapshot"]["catalogue"] = "3"
    now["snapshot"]["window"]["baseline"] = "2024-03-01T00:00:00Z"
    now["report"]["digests"]["plan"] = "1"

    found = differences(frozen(scope__base=3), now)

    assert (
        Difference("catalogue", "catalogue", "2", "3"),
        Difference("input", "plan"),
        Difference("window", "baseline", "2024-03-04T09:00:00Z", "2024-03-01T00:00:00Z"),
        Difference("figure", "scope.base", 3, 4),
    ) == found


def test_a_report_without_fingerprints_says_nothing_of_its_inputs() -> None:
    old = frozen(scope__base=3)
    del old["report"]

    assert () == differences(old, frozen(scope__base=3))


def test_a_difference_is_published_with_all_its_parts() -> None:
    expected = {"kind": "input", "name": "plan", "before": None, "after": None}

    assert expected == Difference("input", "plan").as_json()
