"""What the gate says while there is no page, no closeout, or nobody to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.facts import Facts
from service.domain.policy import Level, Policy
from service.domain.remote import Presence
from service.domain.verdict import Outcome
from tests.domain.gate_builders import (
    ADA,
    DELIVERED,
    PEOPLE,
    TODAY,
    a_page,
    facts,
    judge,
    part,
    walk,
    with_page,
)


def without_page(**fields: object) -> Facts:
    return facts(**({"page": None, "post_mortem": None, "actions": ()} | fields))


def not_closing(given: Facts, **project: object) -> Facts:
    named = replace(given.project, **project)  # type: ignore[arg-type]  # a builder
    return replace(given, closeout=None, project=named)


def led_by_ada(given: Facts) -> Facts:
    return replace(given, project=replace(given.project, lead=ADA))


TRASHED = a_page(presence=Presence.TRASHED, content=None)


@pytest.mark.parametrize("given", [without_page(), without_page(page=TRASHED)])
def test_one_check_asks_for_the_page_and_all_others_follow_from_it(given: Facts) -> None:
    first, *others = judge(given).children

    assert first.name == "page-exists"
    assert not any(need.follows for need in first.needs)
    for check in others:
        asked = check.outcome is Outcome.BLOCKED
        assert asked == bool(check.needs), check.name
        assert all(need.follows for need in check.needs), check.name


def test_why_the_page_could_not_be_written_is_said_to_who_can_mend_it() -> None:
    check = part(judge(without_page(page_trouble="the space PM is read-only")), "page-exists")

    assert Outcome.BLOCKED is check.outcome
    assert check.summary == "The page could not be written: the space PM is read-only."
    assert [("the process owner", False)] == [(need.who, need.follows) for need in check.needs]


def test_trouble_that_is_over_is_not_said_of_a_page_that_is_there() -> None:
    assert Outcome.PASSED is judge(facts(page_trouble="the space PM was read-only")).outcome


def test_nothing_is_asked_of_a_project_that_nobody_closes() -> None:
    verdict = judge(not_closing(without_page()))

    assert Outcome.BLOCKED is verdict.outcome
    assert verdict.summary == (
        "Nova is not being closed: nothing is asked of it yet; when it is closed, 9 checks apply"
    )
    assert part(verdict, "page-exists").summary == (
        "Closeout makes the page when the project is closed."
    )
    assert [] == [need for each in walk(verdict) for need in each.needs]


def test_a_project_that_was_closed_without_a_closeout_is_not_said_to_be_open() -> None:
    verdict = judge(not_closing(without_page(), status=DELIVERED))

    assert verdict.summary == (
        "Nova was closed before Closeout asked anything of it; of a closure, 9 checks apply"
    )


def test_a_project_without_a_name_is_called_so() -> None:
    given = facts()

    verdict = judge(replace(given, project=replace(given.project, name=" ")))

    assert verdict.title == "(project without a name) may close"
    assert verdict.summary == "(project without a name) may close: 9 of 9 met"


def test_the_lead_is_asked_by_name_where_the_facilitator_would_be() -> None:
    given = with_page(session_on=None)

    assert part(judge(given), "session-set").needs[0].who == "the facilitator"
    assert part(judge(led_by_ada(given)), "session-set").needs[0].who == "Ada Berg, project lead"


def test_a_lead_who_left_is_asked_for_nothing() -> None:
    given = led_by_ada(with_page(session_on=None))
    people = tuple(replace(person, active=person != ADA) for person in PEOPLE)

    check = part(judge(replace(given, people=people)), "session-set")

    assert check.needs[0].who == "the facilitator"


def test_links_that_could_not_be_read_are_unknown_and_not_missing() -> None:
    given = facts(linked=False)
    project = replace(given.project, links_unknown="the tracker answered 503")

    check = part(judge(replace(given, project=project)), "page-linked")

    assert Outcome.UNKNOWN is check.outcome
    assert "503" in check.summary


@pytest.mark.parametrize(("ahead", "outcome"), [(60, Outcome.PASSED), (61, Outcome.BLOCKED)])
def test_a_session_far_ahead_is_doubtful(ahead: int, outcome: Outcome) -> None:
    given = with_page(session_on=TODAY + timedelta(days=ahead))

    check = part(judge(given), "session-set")

    assert outcome is check.outcome
    assert (ahead > 60) == ("61 days ahead, which is doubtful: write the day" in check.summary)


def test_a_day_that_is_missing_is_asked_for_once() -> None:
    verdict = judge(with_page(session_on=None), Policy(level=Level.HELD))

    assert [False] == [need.follows for need in part(verdict, "session-set").needs]
    assert [True] == [need.follows for need in part(verdict, "session-held").needs]
