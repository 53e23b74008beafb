from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.domain.facts import ActionFacts, Unread
from service.domain.gate import verification_problem
from service.domain.remote import Presence, Ticket
from service.domain.tracking import Person, Status, StatusCategory, Team
from service.domain.verdict import Outcome, Verdict
from tests.domain.gate_builders import (
    CANCELLED,
    DAY,
    DONE,
    KIM,
    LEE,
    NOW,
    OPEN,
    PEOPLE,
    SARA,
    a_label,
    a_move,
    a_record,
    a_ticket,
    a_verification,
    an_action,
    facts,
    judge,
    part,
    with_action,
)

DONE_AT = NOW - 3 * DAY


def verified(action: ActionFacts, **fields: object) -> Verdict:
    """Return the verdict on action 1 among the verified others."""
    return part(judge(with_action(action, **fields)), "actions-verified", "action-1")


def ticketed(action: ActionFacts) -> Verdict:
    return part(judge(with_action(action)), "tickets-exist", "action-1")


def said(verdict: Verdict) -> str:
    return " ".join((verdict.summary, *(f"{need.what} ({need.who})" for need in verdict.needs)))


def test_done_is_not_verified() -> None:
    verdict = verified(an_action())

    assert Outcome.BLOCKED is verdict.outcome
    assert verdict.summary == "OPS-1 done, waits for somebody other than Sara Lindt to verify"
    assert verdict.needs[0].who == "somebody other than Sara Lindt"
    assert verdict.needs[0].url == "https://tracker.example/OPS-1"


def test_an_open_action_names_its_owner_its_day_and_its_ticket() -> None:
    verdict = verified(an_action(status=OPEN, status_moves=()))

    assert Outcome.BLOCKED is verdict.outcome
    assert verdict.summary == "OPS-1 open (In progress), due 28 Mar 2027, owner Sara Lindt"
    assert verdict.needs[0].who == "Sara Lindt"


def test_an_overdue_action_says_for_how_long() -> None:
    verdict = verified(an_action(status=OPEN, status_moves=(), due_on=date(2027, 3, 12)))

    assert "due 12 Mar 2027, 7 days ago" in verdict.summary


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"presence": Presence.MISSING}, "ticket was deleted"),
        ({"presence": Presence.TRASHED}, "ticket was deleted"),
        ({"status": CANCELLED}, "was cancelled, which is not done"),
        ({"duplicate": True}, "was closed as a duplicate, which is not done"),
        ({"duplicate": True, "status": CANCELLED}, "was closed as a duplicate"),
        ({"presence": Presence.ARCHIVED, "status": OPEN}, "was archived before it was done"),
    ],
)
def test_every_end_but_done_blocks_even_with_a_verification(
    fields: dict[str, object], words: str
) -> None:
    action = replace(an_action(1, **fields), verification=a_verification())

    verdict = verified(action)

    assert Outcome.BLOCKED is verdict.outcome
    assert words in verdict.summary
    assert verdict.needs[0].who == "the process owner"


@pytest.mark.parametrize("category", [StatusCategory.TODO, StatusCategory.IN_PROGRESS])
def test_an_open_ticket_blocks_even_with_a_verification(category: StatusCategory) -> None:
    ticket = an_action(status=Status("x", "Doing", category), status_moves=())

    verdict = verified(replace(ticket, verification=a_verification()))

    assert Outcome.BLOCKED is verdict.outcome


@pytest.mark.parametrize(
    ("ticket", "outcome", "words"),
    [
        (a_ticket(), Outcome.PASSED, "is there"),
        (a_ticket(presence=Presence.ARCHIVED), Outcome.PASSED, "is there"),
        (a_ticket(status=CANCELLED), Outcome.PASSED, "is there"),
        (a_ticket(presence=Presence.ARCHIVED, status=OPEN), Outcome.BLOCKED, "out of the archive"),
        (a_ticket(presence=Presence.MISSING), Outcome.BLOCKED, "ticket was deleted, restore it"),
        (a_ticket(presence=Presence.TRASHED), Outcome.BLOCKED, "ticket was deleted, restore it"),
        (Unread("503"), Outcome.UNKNOWN, "could not be read: 503"),
        (None, Outcome.BLOCKED, "has no ticket yet"),
    ],
)
def test_a_ticket_exists_while_it_is_in_place(
    ticket: Ticket | Unread | None, outcome: Outcome, words: str
) -> None:
    verdict = ticketed(ActionFacts(a_record(), ticket, a_verification()))

    assert outcome is verdict.outcome
    assert words in verdict.summary


def test_a_ticket_that_could_not_be_read_is_unknown_and_never_verified() -> None:
    action = ActionFacts(a_record(), Unread("the tracker answered 503"), a_verification())

    verdict = judge(with_action(action))

    assert Outcome.UNKNOWN is verdict.outcome
    found = part(verdict, "actions-verified", "action-1")
    assert found.summary == "OPS-1 could not be read: the tracker answered 503"


def test_an_archived_ticket_that_was_done_and_verified_stays_verified() -> None:
    action = replace(an_action(presence=Presence.ARCHIVED), verification=a_verification())

    assert Outcome.PASSED is verified(action).outcome


def test_a_ticket_moved_to_another_team_is_the_same_one() -> None:
    moved = an_action(key="DEV-77", project_key="dev")

    verdict = verified(replace(moved, verification=a_verification()))

    assert Outcome.PASSED is verdict.outcome
    assert verdict.title == "DEV-77"
    assert Team("1", "DEV", "Dev").key in verdict.summary


def test_another_persons_word_verifies() -> None:
    assert Outcome.PASSED is verified(replace(an_action(), verification=a_verification())).outcome


def test_reopening_takes_the_verification_back() -> None:
    reopened = an_action(
        status=OPEN,
        status_moves=(a_move(DONE, DONE_AT), a_move(OPEN, NOW - DAY, DONE)),
    )

    verdict = verified(replace(reopened, verification=a_verification(at=NOW - 2 * DAY)))

    assert Outcome.BLOCKED is verdict.outcome
    assert "open again since 18 Mar 2027" in verdict.summary


def test_done_again_after_reopening_waits_for_a_new_verification() -> None:
    moves = (
        a_move(DONE, DONE_AT),
        a_move(OPEN, NOW - DAY, DONE),
        a_move(DONE, NOW - DAY / 2),
    )
    again = an_action(status_moves=moves)

    before = verified(replace(again, verification=a_verification(at=NOW - 2 * DAY)))
    after = verified(replace(again, verification=a_verification(at=NOW)))

    assert Outcome.BLOCKED is before.outcome
    assert "was reopened after it was verified" in before.summary
    assert Outcome.PASSED is after.outcome


def test_moving_between_two_done_statuses_takes_nothing_back() -> None:
    released = Status("s-released", "Released", StatusCategory.DONE)
    moves = (a_move(DONE, DONE_AT), a_move(released, NOW - DAY / 2, DONE))

    verdict = verified(
        replace(an_action(status=released, status_moves=moves), verification=a_verification())
    )

    assert Outcome.PASSED is verdict.outcome


def test_moves_without_a_status_before_are_read_from_the_move_before() -> None:
    moves = (
        a_move(DONE, DONE_AT, None),
        a_move(OPEN, NOW - DAY, None),
        a_move(DONE, NOW - DAY / 2, None),
    )

    verdict = verified(
        replace(an_action(status_moves=moves), verification=a_verification(at=NOW - 2 * DAY))
    )

    assert "was reopened after it was verified" in verdict.summary


@pytest.mark.parametrize("label", ["verified", "Verified", "VERIFIED"])
def test_a_label_by_another_person_after_it_was_done_verifies(label: str) -> None:
    verdict = verified(an_action(**a_label(KIM, NOW - DAY, label)))

    assert Outcome.PASSED is verdict.outcome


@pytest.mark.parametrize("owner", [SARA, Person("p-other", "S. Lindt", email="SARA@acme.example")])
def test_a_label_by_the_owner_blocks_also_from_a_second_account(owner: Person) -> None:
    verdict = verified(an_action(**a_label(owner, NOW - DAY)))

    assert Outcome.BLOCKED is verdict.outcome
    assert "its own owner verified it: waits for somebody other than" in verdict.summary


def test_a_label_by_whoever_has_the_ticket_blocks() -> None:
    verdict = verified(an_action(assignee=LEE, **a_label(LEE, NOW - DAY)))

    assert Outcome.BLOCKED is verdict.outcome


def test_a_label_by_nobody_known_is_unknown() -> None:
    verdict = verified(an_action(**a_label(None, NOW - DAY)))

    assert Outcome.UNKNOWN is verdict.outcome
    assert "does not say who set the label" in verdict.summary


def test_a_label_without_any_record_of_its_setting_is_unknown() -> None:
    assert Outcome.UNKNOWN is verified(an_action(labels=("verified",))).outcome


def test_a_label_set_before_the_ticket_was_done_does_not_count() -> None:
    verdict = verified(an_action(**a_label(KIM, DONE_AT - DAY)))

    assert Outcome.BLOCKED is verdict.outcome
    assert "the label “verified” is older than that" in verdict.summary


def test_a_label_that_was_taken_off_does_not_count() -> None:
    fields = a_label(KIM, NOW - DAY) | {"labels": ()}

    assert Outcome.BLOCKED is verified(an_action(**fields)).outcome


def test_the_latest_setting_of_a_label_counts() -> None:
    first, last = a_label(KIM, NOW - 2 * DAY), a_label(SARA, NOW - DAY)
    changes = (*_changes(first), *_changes(last))

    verdict = verified(an_action(labels=("Verified",), label_changes=changes))

    assert Outcome.BLOCKED is verdict.outcome


def test_another_persons_word_counts_beside_the_owners_label() -> None:
    action = an_action(**a_label(SARA, NOW - DAY))

    assert Outcome.PASSED is verified(replace(action, verification=a_verification())).outcome


def test_a_kept_word_of_the_owner_does_not_verify() -> None:
    by_id = replace(an_action(), verification=a_verification(by=SARA))
    by_name = replace(by_id, verification=replace(a_verification(by=SARA), by_id=None))

    assert Outcome.BLOCKED is verified(by_id).outcome
    assert Outcome.BLOCKED is verified(by_name).outcome


GONE = (replace(SARA, active=False), *PEOPLE[1:])


def test_an_open_action_whose_owner_left_goes_to_whoever_has_the_ticket() -> None:
    verdict = verified(an_action(status=OPEN, status_moves=(), assignee=LEE), people=GONE)

    assert verdict.needs[0].who == "Lee Wong"


def test_an_open_action_whose_owner_left_asks_for_another_owner() -> None:
    action = an_action(status=OPEN, status_moves=())

    verdict = judge(with_action(action, people=GONE))

    found = part(verdict, "actions-verified", "action-1")
    assert "its owner has no active account any more: name another owner" in found.summary
    assert found.needs[0].who == "the process owner"
    assert Outcome.BLOCKED is part(verdict, "actions-agreed", "action-1").outcome


def test_an_owner_who_left_after_the_work_was_verified_blocks_nothing() -> None:
    verdict = judge(facts(people=GONE))

    assert Outcome.PASSED is verdict.outcome


@pytest.mark.parametrize(
    ("by", "evidence", "words"),
    [
        (SARA, "https://evidence.example", "nobody verifies their own"),
        ("Sara Lindt", "seen", "nobody verifies their own"),
        (" sara ", "seen", "nobody verifies their own"),
        ("@sara", "seen", "nobody verifies their own"),
        ("sara@acme.example", "seen", "nobody verifies their own"),
        ("Sara Lindt (delivery)", "seen", "nobody verifies their own"),
        (Person("p-2", "S. L.", "Sara@acme.example"), "seen", "nobody verifies their own"),
        (KIM, " - ", "Say what you saw"),
        ("", "seen", "Say who verifies"),
        ("myself", "seen", "No single active person is called “myself”: write the full name, "),
        ("Kimm Okafor", "seen", "handle or e-mail. Do you mean Kim Okafor (kim)?"),
        ("Kim, Lee", "seen", "Do you mean Kim Okafor (kim) or Lee Wong (lee)?"),
    ],
)
def test_a_verification_is_refused_with_the_reason(
    by: Person | str, evidence: str, words: str
) -> None:
    problem = verification_problem(by, evidence, an_action(), PEOPLE)

    assert words in (problem or "")


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (None, "has no ticket yet"),
        (Unread("503"), "could not be read, so it is not known to be done: 503"),
        (a_ticket(status=OPEN), "OPS-1 is not done yet (In progress)"),
        (a_ticket(status=CANCELLED), "reopen it first"),
        (a_ticket(duplicate=True), "reopen it first"),
        (a_ticket(presence=Presence.MISSING), "was deleted"),
        (a_ticket(assignee=KIM), "OPS-1 is assigned to Kim Okafor"),
    ],
)
def test_what_is_not_done_cannot_be_verified(ticket: Ticket | Unread | None, words: str) -> None:
    problem = verification_problem(KIM, "seen", ActionFacts(a_record(), ticket), PEOPLE)

    assert words in (problem or "")


@pytest.mark.parametrize("by", [KIM, "Kim Okafor", "kim@acme.example"])
def test_another_person_with_evidence_may_verify(by: Person | str) -> None:
    assert verification_problem(by, "https://evidence.example", an_action(), PEOPLE) is None


def test_a_deactivated_account_verifies_nothing() -> None:
    left = replace(KIM, active=False)
    people = (left, *(person for person in PEOPLE if person != KIM))

    by_name = verification_problem("Kim Okafor", "seen", an_action(), people)
    by_account = verification_problem(KIM, "seen", an_action(), people)

    assert "that account was deactivated" in (by_name or "")
    assert "Kim Okafor has no active account any more" in (by_account or "")


@pytest.mark.parametrize("people", [PEOPLE, (), Unread("503")])
@pytest.mark.parametrize("by", [KIM, "Kim Okafor", "kim@acme.example"])
def test_the_account_closeout_acts_as_verifies_nothing(
    by: Person | str, people: tuple[Person, ...] | Unread
) -> None:
    problem = verification_problem(by, "seen", an_action(), people, own=KIM)

    assert "Closeout acts as Kim Okafor" in (problem or "")


@pytest.mark.parametrize("people", [(), Unread("503")])
def test_a_name_is_believed_where_the_accounts_could_not_be_read(
    people: tuple[Person, ...] | Unread,
) -> None:
    assert verification_problem("Robin Vega", "seen", an_action(), people, own=KIM) is None


def _changes(fields: dict[str, object]) -> tuple[object, ...]:
    changes = fields["label_changes"]
    assert isinstance(changes, tuple)
    return changes
