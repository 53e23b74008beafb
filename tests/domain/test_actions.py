from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.domain.actions import Part, ResolvedAction, resolve
from service.domain.closeout import ActionRecord
from service.domain.facts import Unread
from service.domain.postmortem import ActionRow
from tests.domain.gate_builders import ENGLISH, PEOPLE, SARA, TODAY, a_record, a_row

TEAMS = frozenset({"Platform"})


def resolved(
    *rows: ActionRow, records: tuple[ActionRecord, ...] = ()
) -> tuple[ResolvedAction, ...]:
    return resolve(rows, PEOPLE, TEAMS, TODAY, ENGLISH, records=records)


def parts(action: ResolvedAction) -> list[Part]:
    return [problem.part for problem in action.problems]


def said(action: ResolvedAction) -> str:
    return " ".join(problem.text for problem in action.problems)


def test_a_complete_row_has_its_owner_and_its_day() -> None:
    (action,) = resolved(a_row(1))

    assert action.complete
    assert action.owner == SARA
    assert date(2027, 3, 28) == action.due_on


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"change": "Communicate better"}, Part.CHANGE),
        ({"owner": "Platform"}, Part.OWNER),
        ({"due": "03/04/2027"}, Part.DUE),
        ({"check": "n/a"}, Part.CHECK),
    ],
)
def test_each_missing_part_is_named_alone(cells: dict[str, str], part: Part) -> None:
    (action,) = resolved(a_row(1, **cells))

    assert [part] == parts(action)


def test_a_team_with_a_good_change_fails_on_its_owner_alone() -> None:
    change = "Team Alpha sets a database-memory alert (over 80% for 5 minutes) with runbook"

    (action,) = resolved(a_row(1, change=change, owner="Team Alpha", due="end of Q2 2027"))

    assert parts(action) == [Part.OWNER]
    assert action.notes == ("“end of Q2 2027” is read as 30 Jun 2027.",)


def test_without_the_list_of_accounts_an_owner_is_unknown_and_not_wrong() -> None:
    (action,) = resolve([a_row(1)], Unread("503"), TEAMS, TODAY, ENGLISH)

    assert [problem.unknown for problem in action.problems] == [True]
    assert "503" in said(action)


def test_a_past_day_is_refused_for_a_new_action() -> None:
    (action,) = resolved(a_row(1, due="2027-03-01"))

    assert parts(action) == [Part.DUE]


def test_a_past_day_is_no_problem_for_an_action_with_its_ticket() -> None:
    (action,) = resolved(a_row(1, due="2027-03-01"), records=(a_record(1),))

    assert action.complete
    assert a_record(1) == action.record


def test_a_past_day_is_refused_for_a_kept_action_without_a_ticket() -> None:
    kept = a_record(1, ticket_id=None, ticket_key=None, ticket_url=None)

    (action,) = resolved(a_row(1, due="2027-03-01"), records=(kept,))

    assert parts(action) == [Part.DUE]


SIX = tuple(
    a_row(number, change=change, owner="Sara", due=f"2027-04-0{number}")
    for number, change in enumerate(
        (
            "Kickoff checklist asks for a data sample",
            "Load tests run against production data",
            "The client signs each addition",
            "Memory alert over 80% with a runbook",
            "Demo every second Friday for the sponsor",
            "Rollback script is rehearsed before launch",
        ),
        1,
    )
)


def test_a_sixth_complete_row_is_to_be_parked_as_a_lesson() -> None:
    actions = resolved(*SIX)

    assert [action.row.number for action in actions if not action.complete] == [6]
    assert "park it as a lesson" in said(actions[5])


def test_a_row_put_before_five_tickets_is_the_sixth() -> None:
    records = tuple(
        a_record(row.number, change=row.change, ticket_key=f"OPS-{row.number}") for row in SIX[1:]
    )

    actions = resolved(*SIX, records=records)

    assert [action.row.number for action in actions if not action.complete] == [1]


def test_an_incomplete_sixth_row_is_not_counted_against_the_complete_ones() -> None:
    actions = resolved(replace(SIX[0], owner=""), *SIX[1:])

    assert parts(actions[0]) == [Part.OWNER]
    assert all(action.complete for action in actions[1:])


def test_a_row_that_says_the_same_as_another_makes_no_second_ticket() -> None:
    actions = resolved(a_row(1), a_row(2, change=a_row(1).change.upper() + "!"))

    assert actions[0].complete
    assert "says the same as row 1" in said(actions[1])


def test_the_copy_is_refused_and_not_the_row_with_the_ticket() -> None:
    first = replace(a_row(1), number=2, ticket="OPS-1")

    actions = resolved(replace(a_row(1), owner="Lee"), first, records=(a_record(1),))

    assert "says the same as row 2" in said(actions[0])
    assert actions[1].complete


def test_a_reworded_copy_that_still_carries_the_ticket_is_refused() -> None:
    copy = a_row(2, change="The client signs each addition to the SOW", ticket="OPS-1")

    actions = resolved(a_row(1, ticket="OPS-1"), copy, records=(a_record(1),))

    assert actions[0].complete
    assert "carries the ticket OPS-1 of row 1" in said(actions[1])
