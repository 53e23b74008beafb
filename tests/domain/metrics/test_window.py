"""From when to when the figures look, always with the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from service.domain.metrics import Snapshot
from tests.domain.builders import KICK_OFF, a_project, an_issue, day, joined, left
from tests.domain.metrics.report import NOW, report, value

NEVER_STARTED = a_project(started=None)


def baseline(found: Snapshot) -> tuple[datetime | None, str]:
    return found.window.baseline, found.window.baseline_reason


def close(found: Snapshot) -> tuple[datetime, str]:
    return found.window.close, found.window.close_reason


def test_a_chosen_kick_off_goes_before_every_other() -> None:
    found = report(an_issue(), baseline=day(2), close=5)

    assert baseline(found) == (day(2), "chosen for this report")


def test_the_kick_off_is_the_start_of_the_project() -> None:
    found = report(an_issue(), project=a_project(started=1, start_on=date(2024, 3, 1)), close=5)

    assert baseline(found) == (day(1), "the project was started then")


def test_without_it_the_kick_off_is_the_beginning_of_the_start_day_in_the_projects_zone() -> None:
    project = a_project(started=None, start_on=date(2024, 3, 5))

    found = report(an_issue(), project=project, close=5, timezone=ZoneInfo("Europe/Berlin"))

    midnight = datetime(2024, 3, 4, 23, tzinfo=UTC)
    assert baseline(found) == (midnight, "the project's start date")


def test_without_any_start_the_kick_off_is_the_first_progress_of_a_member() -> None:
    elsewhere = an_issue("APOLLO-1", "todo 1d, in_progress", changes=[joined(3)])
    here = an_issue("APOLLO-2", "todo 2d, in_progress")

    found = report(elsewhere, here, project=NEVER_STARTED, close=5)

    assert baseline(found) == (day(2), "the first of its issues went into progress")


def test_without_any_progress_the_kick_off_is_when_a_tenth_of_the_final_scope_was_there() -> None:
    issues = [an_issue(f"APOLLO-{n}", created=n) for n in range(1, 12)]
    leaver = an_issue("APOLLO-12", created=0, changes=[left(4)])

    found = report(*issues, leaver, project=NEVER_STARTED, close=20)

    # A tenth of eleven is reached with the second.
    assert baseline(found) == (day(2), "10 % of the final scope was present")


def test_a_tenth_must_be_there_at_once_and_those_who_went_away_again_do_not_help() -> None:
    """Of twenty, one came and went before the second and third came: two are there on day 5."""
    first = an_issue("APOLLO-1", created=0, changes=[left(2), joined(20)])
    others = [an_issue(f"APOLLO-{n}", created=n + 2) for n in range(2, 21)]

    found = report(first, *others, project=NEVER_STARTED, close=30)

    assert baseline(found) == (day(5), "10 % of the final scope was present")


def test_the_start_of_a_sprint_is_the_kick_off_of_its_closing_and_later_joiners_are_added() -> None:
    """The tracker gives the start of a sprint as that of the closing object. Edge case 20."""
    planned = an_issue("APOLLO-1", created=-3, changes=[joined(-1)])
    later = an_issue("APOLLO-2", created=-3, changes=[joined(1)])

    found = report(planned, later, project=a_project(started=0, closed=14))

    assert found["scope.base"].issues == ("APOLLO-1",)
    assert found["scope.added"].issues == ("APOLLO-2",)


def test_a_start_after_the_close_is_passed_over() -> None:
    found = report(an_issue(created=0), project=a_project(started=9), close=5)

    assert baseline(found) == (day(0), "10 % of the final scope was present")


def test_a_chosen_kick_off_after_the_close_leaves_its_figures_unknown_with_the_reason() -> None:
    found = report(an_issue(estimate=3), baseline=day(9), close=5)

    reason = "the chosen kick-off 2024-03-13T09:00:00Z lies after the close 2024-03-09T09:00:00Z"
    assert baseline(found) == (None, reason)
    for name in ("scope.base", "scope.added", "scope.removed_points", "scope.reestimated_points"):
        assert found[name].value is None
        assert found[name].reason == reason
    assert found["schedule.planned_finish"].reason == reason
    assert found["schedule.replans"].reason == reason
    assert value(found, "scope.final") == 1


def test_an_empty_project_that_was_never_started_has_no_kick_off() -> None:
    """Edge case 18."""
    found = report(project=NEVER_STARTED, close=5)

    reason = "the project was never started, nothing in it was, and it is empty at the close"
    assert baseline(found) == (None, reason)
    assert value(found, "scope.final") == 0


def test_the_close_is_the_instant_of_the_closure() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, done"), project=a_project(closed=4))

    assert close(found) == (day(4), "the project was closed then")


def test_a_chosen_close_goes_before_the_closure() -> None:
    found = report(an_issue(), project=a_project(closed=4), close=3)

    assert close(found) == (day(3), "chosen for this report")


def test_of_an_open_project_the_close_is_the_last_completion() -> None:
    found = report(an_issue("APOLLO-1", "todo 2d, done"), an_issue("APOLLO-2", "todo 1d, done"))

    assert close(found) == (day(2), "last completion; the project is not closed")


def test_of_an_open_project_without_completions_the_close_is_now() -> None:
    found = report(an_issue())

    assert close(found) == (NOW, "now; the project is not closed and nothing in it is completed")


def test_kick_off_and_close_at_one_instant_change_nothing_and_do_not_fail() -> None:
    """Edge case 18."""
    found = report(an_issue("APOLLO-1", "done", estimate=2), baseline=day(0), close=0)

    assert (value(found, "scope.base"), value(found, "scope.final")) == (1, 1)
    assert value(found, "scope.reestimated_points") == 0


def test_all_added_after_the_kick_off_leaves_an_empty_base() -> None:
    """Edge case 18."""
    found = report(an_issue("APOLLO-1", created=1), close=5)

    assert (value(found, "scope.base"), value(found, "scope.added")) == (0, 1)


def test_the_window_is_published_in_utc_with_its_reasons() -> None:
    east = timezone(timedelta(hours=2))

    found = report(an_issue(), baseline=KICK_OFF.astimezone(east), close=5)

    assert found.as_json()["window"] == {
        "baseline": "2024-03-04T09:00:00Z",
        "close": "2024-03-09T09:00:00Z",
        "reasons": {"baseline": "chosen for this report", "close": "chosen for this report"},
    }
