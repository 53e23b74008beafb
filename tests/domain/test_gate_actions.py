"""What the page and the tickets say of the same actions, and where they part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.domain.facts import ActionFacts, Facts, Unread
from service.domain.postmortem import Section, SectionText
from service.domain.remote import Presence
from service.domain.verdict import Outcome, Verdict
from tests.domain.gate_builders import (
    ADA,
    CANCELLED,
    DAY,
    NOW,
    OPEN,
    PEOPLE,
    a_move,
    a_post_mortem,
    a_row,
    a_ticket,
    a_verified_action,
    an_action,
    blocked,
    facts,
    judge,
    part,
)

ROWS = tuple(a_row(number) for number in (1, 2, 3, 4))


def an_open_action(number: int, **ticket: object) -> ActionFacts:
    return an_action(number, **({"status": OPEN, "status_moves": ()} | ticket))


def page_of(rows: object, *actions: ActionFacts, **fields: object) -> Facts:
    return facts(post_mortem=a_post_mortem(rows=rows), actions=actions, **fields)


def agreed(given: Facts) -> Verdict:
    return part(judge(given), "actions-agreed")


def saying(line: str) -> Facts:
    page = a_post_mortem(rows=())
    page.sections[Section.ACTIONS] = SectionText("Actions", (line,))
    return facts(post_mortem=page, actions=())


@pytest.mark.parametrize("line", ["No actions", "No actions: all went to plan.", "None"])
def test_a_page_that_says_no_actions_is_told_what_that_takes(line: str) -> None:
    check = agreed(saying(line))

    assert Outcome.BLOCKED is check.outcome
    assert check.summary == (
        "The page says that no action is needed: that takes a waiver of “Actions agreed” by the "
        "process owner."
    )
    assert [("the process owner", False)] == [(need.who, need.follows) for need in check.needs]


def test_a_page_that_says_nothing_of_actions_is_asked_for_them() -> None:
    check = agreed(saying("We talked about this for an hour."))

    assert check.summary == "No action is agreed; at least 3 are needed."


def test_a_kept_action_whose_row_left_the_page_is_named() -> None:
    actions = (*(a_verified_action(number) for number in (1, 2, 3)), an_open_action(4))

    verdict = judge(page_of(ROWS[:3], *actions))

    check = part(verdict, "actions-agreed")
    gone = (
        "OPS-4 “Memory alert over 80% for 5 minutes, with a runbook” is no longer on the page: "
        "put its row back, or ask for a waiver"
    )
    assert {"actions-agreed", "actions-verified"} == blocked(verdict)
    assert check.summary == f"3 of 3 actions complete. {gone}."
    assert [gone] == [need.what for need in check.needs]
    assert part(check, "action-4").title == "OPS-4"


@pytest.mark.parametrize("ticket", [None, Unread("503")])
def test_a_row_that_left_is_named_whatever_is_known_of_its_ticket(ticket: Unread | None) -> None:
    fourth = replace(an_action(4), ticket=ticket)

    check = agreed(page_of(ROWS[:3], *(a_verified_action(n) for n in (1, 2, 3)), fourth))

    assert Outcome.BLOCKED is check.outcome
    assert "OPS-4 “Memory alert" in check.summary


@pytest.mark.parametrize(
    "ticket",
    [{}, {"status": CANCELLED}, {"duplicate": True}, {"presence": Presence.MISSING}],
    ids=["done", "cancelled", "duplicate", "deleted"],
)
def test_a_row_that_left_after_its_ticket_ended_is_named_and_blocks_nothing(
    ticket: dict[str, object],
) -> None:
    actions = (*(a_verified_action(number) for number in (1, 2, 3)), an_action(4, **ticket))

    check = agreed(page_of(ROWS[:3], *actions))

    assert Outcome.PASSED is check.outcome
    assert "is no longer on the page; its ticket has ended." in check.summary


def test_while_lines_could_not_be_read_no_row_is_said_to_be_gone() -> None:
    page = a_post_mortem(rows=ROWS[:3], not_understood=("“Memory alert” is not read.",))

    check = agreed(facts(post_mortem=page, actions=tuple(map(an_open_action, (1, 2, 3, 4)))))

    assert "no longer on the page" not in check.summary


def test_another_day_on_the_page_than_in_the_ticket_is_said_and_blocks_nothing() -> None:
    rows = (a_row(1, due="2027-09-30"), *ROWS[1:])

    check = agreed(page_of(rows, *map(an_open_action, (1, 2, 3, 4))))

    said = "OPS-1: page says 30 Sep 2027, ticket says 28 Mar 2027: change the ticket too."
    assert Outcome.PASSED is check.outcome
    assert check.summary == f"4 of 4 actions complete. {said}"
    assert part(check, "action-1").summary == f"Complete, due 30 Sep 2027. {said}"
    assert () == check.needs


@pytest.mark.parametrize(
    ("ticket", "said"),
    [
        ({"assignee": ADA}, "page says Sara Lindt, ticket says Ada Berg: change"),
        ({"assignee": None}, "page says Sara Lindt, ticket says nobody: change"),
        ({"due_on": None}, "page says 28 Mar 2027, ticket says no day: change"),
        (
            {"assignee": ADA, "due_on": date(2027, 3, 29)},
            "page says Sara Lindt and 28 Mar 2027, ticket says Ada Berg and 29 Mar 2027: change",
        ),
    ],
)
def test_another_owner_or_day_is_said_together(ticket: dict[str, object], said: str) -> None:
    first = an_open_action(1, **ticket)

    check = agreed(page_of(ROWS, first, *map(an_open_action, (2, 3, 4))))

    assert said in part(check, "action-1").summary


def test_of_a_ticket_that_is_done_no_difference_is_said() -> None:
    rows = (a_row(1, due="2027-09-30"), *ROWS[1:])

    check = agreed(page_of(rows, *(a_verified_action(number) for number in (1, 2, 3, 4))))

    assert check.summary == "4 of 4 actions complete."


def test_what_one_wrong_owner_leaves_undone_follows_from_it() -> None:
    rows = (a_row(1, owner="Platform"), *ROWS[1:])

    verdict = judge(page_of(rows))

    assert {"actions-agreed", "tickets-exist", "actions-verified"} == blocked(verdict)
    for name in ("tickets-exist", "actions-verified"):
        needs = part(verdict, name).needs
        assert needs, name
        assert all(need.follows for need in needs), name


def test_an_owner_who_left_is_asked_for_where_the_row_is() -> None:
    people = tuple(replace(person, active=person.name != "Sara Lindt") for person in PEOPLE)
    done = (a_verified_action(number) for number in (2, 3, 4))

    verdict = judge(page_of(ROWS, an_open_action(1), *done, people=people))

    assert [False] == [need.follows for need in part(verdict, "actions-agreed").needs]
    assert [True] == [need.follows for need in part(verdict, "actions-verified").needs]


def test_a_deleted_ticket_is_asked_for_once() -> None:
    moves = (a_move(OPEN, NOW - DAY, None),)
    first = replace(
        an_action(), ticket=a_ticket(presence=Presence.TRASHED, status=OPEN, status_moves=moves)
    )

    verdict = judge(page_of(ROWS, first, *(a_verified_action(number) for number in (2, 3, 4))))

    assert [False] == [need.follows for need in part(verdict, "tickets-exist").needs]
    assert [True] == [need.follows for need in part(verdict, "actions-verified").needs]
