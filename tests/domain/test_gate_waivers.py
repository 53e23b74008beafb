from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.facts import Facts, Unread
from service.domain.gate import waiver_problem
from service.domain.policy import KNOWN, CheckSpec, Policy
from service.domain.tracking import Person
from service.domain.verdict import Outcome
from tests.domain.gate_builders import (
    ENGLISH,
    PEOPLE,
    ROBIN,
    a_waiver,
    an_action,
    blocked,
    facts,
    judge,
    part,
    with_action,
    with_page,
)


def unverified(**fields: object) -> Facts:
    return with_action(an_action(), **fields)


def test_a_waiver_lets_its_check_pass_and_is_shown() -> None:
    verdict = judge(unverified(waivers=(a_waiver(),)))

    check = part(verdict, "actions-verified")
    assert Outcome.PASSED is verdict.outcome
    assert Outcome.PASSED is check.outcome
    assert check.waived == "waived by Robin Vega until 26 Mar 2027: The client moved the audit."
    assert check.summary == (
        "Without the waiver: 3 of 4 verified; OPS-1 done, waits for somebody other than Sara Lindt "
        "to verify."
    )
    assert check.needs == ()
    assert verdict.summary == "Nova may close: 9 of 9 met, 1 of them by waiver"


def test_a_waiver_lets_an_unknown_check_pass() -> None:
    given = facts(people=Unread("503"), waivers=(a_waiver("actions-agreed"),))

    assert Outcome.PASSED is judge(given).outcome


def test_a_waiver_touches_no_other_check() -> None:
    given = replace(unverified(), waivers=(a_waiver("session-set"),))

    assert {"actions-verified"} == blocked(judge(given))


def test_a_waiver_of_a_check_that_passes_by_itself_is_not_mentioned() -> None:
    verdict = judge(facts(waivers=(a_waiver(),)))

    assert part(verdict, "actions-verified").waived is None


def test_a_waiver_holds_on_its_last_day() -> None:
    assert Outcome.PASSED is judge(unverified(waivers=(a_waiver(days=0),))).outcome


def test_a_waiver_that_has_ended_blocks_again_and_says_so() -> None:
    verdict = judge(unverified(waivers=(a_waiver(days=-1),)))

    check = part(verdict, "actions-verified")
    assert {"actions-verified"} == blocked(verdict)
    assert check.summary.endswith("A waiver ended on 18 Mar 2027.")
    assert check.waived is None
    assert check.needs


@pytest.mark.parametrize(
    "by", ["Sara Lindt (PM)", "sara", "SARA@acme.example", "@lee", "Noor Haddad"]
)
@pytest.mark.parametrize("check", ["actions-verified", "tickets-exist", "actions-agreed"])
def test_nobody_waives_a_check_on_an_action_of_their_own(by: str, check: str) -> None:
    waiver = a_waiver(check, by=by)
    given = unverified(waivers=(waiver,))

    assert "nobody waives a check on their own" in (waiver_problem(waiver, given) or "")
    assert {"actions-verified"} == blocked(judge(given))


def test_the_owner_of_a_row_that_is_not_kept_yet_cannot_waive_either() -> None:
    waiver = a_waiver("actions-agreed", by="sara@acme.example")

    assert waiver_problem(waiver, facts(actions=())) is not None


def test_an_owner_may_waive_what_is_not_about_actions() -> None:
    waiver = a_waiver("session-set", by="Sara Lindt")

    assert waiver_problem(waiver, facts()) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"check": "actions"}, "There is no check “actions”; there are: page-exists"),
        ({"by_name": " "}, "Say who waives"),
        ({"reason": " -"}, "Say why"),
        ({"reason": "because"}, "“because” does not say why: write in a sentence"),
        ({"reason": "no budget"}, "“no budget” does not say why"),
        ({"reason": "Just because we have to, really."}, "does not say why"),
        ({"check": "page-exists"}, "“page-exists” cannot be waived; these can: session-set, "),
        ({"check": "page-linked"}, "“page-linked” cannot be waived"),
        ({"by_name": "the boss"}, "No single active person is called “the boss”: write the full"),
        ({"by_name": "Robyn Vega"}, "Do you mean Robin Vega (robin)?"),
    ],
)
def test_a_waiver_is_refused_with_the_reason(fields: dict[str, str], words: str) -> None:
    waiver = replace(a_waiver(), **fields)  # type: ignore[arg-type]  # text fields only

    assert words in (waiver_problem(waiver, facts(), Policy(), ENGLISH) or "")


def test_a_new_waiver_until_yesterday_is_refused() -> None:
    assert "18 Mar 2027 is past" in (waiver_problem(a_waiver(days=-1), facts()) or "")


def test_a_waiver_holds_for_so_many_days_at_most() -> None:
    longest, longer = a_waiver("session-set", days=92), a_waiver("session-set", days=93)
    short = Policy(waiver_days=7)

    assert waiver_problem(longest, facts()) is None
    assert waiver_problem(longer, facts()) == (
        "20 Jun 2027 is 93 days ahead: a waiver holds for at most 92 days, write a day up to "
        "19 Jun 2027."
    )
    assert "at most 7 days" in (waiver_problem(longest, facts(), short) or "")


@pytest.mark.parametrize("active", [True, False])
def test_only_an_active_account_waives(active: bool) -> None:
    people = (*PEOPLE[:-1], replace(ROBIN, active=active))

    problem = waiver_problem(a_waiver("session-set"), facts(people=people))

    assert active == (problem is None)


@pytest.mark.parametrize("people", [Unread("503"), ()])
def test_a_name_is_believed_where_the_accounts_could_not_be_read(
    people: tuple[Person, ...] | Unread,
) -> None:
    waiver = a_waiver("session-set", by="Somebody Else")

    assert waiver_problem(waiver, facts(people=people)) is None


def test_what_was_waived_stays_waived_when_the_person_leaves() -> None:
    people = (*PEOPLE[:-1], replace(ROBIN, active=False))

    assert Outcome.PASSED is judge(unverified(people=people, waivers=(a_waiver(),))).outcome


def test_a_waiver_of_a_check_that_may_not_be_waived_lets_nothing_pass() -> None:
    policy = Policy(checks=(CheckSpec("session-set", waivable=False), CheckSpec("actions-agreed")))
    given = replace(with_page(session_on=None), waivers=(a_waiver("session-set"),))

    check = part(judge(given, policy), "session-set")

    assert Outcome.BLOCKED is check.outcome
    assert check.summary.endswith(
        "A waiver does not count: “session-set” cannot be waived; these can: actions-agreed."
    )


def test_a_waiver_by_somebody_who_has_become_an_owner_is_said_not_to_count() -> None:
    check = part(judge(unverified(waivers=(a_waiver(by="Sara Lindt"),))), "actions-verified")

    assert Outcome.BLOCKED is check.outcome
    assert "A waiver does not count: Sara Lindt owns one of these actions" in check.summary


def test_no_waiver_makes_up_for_a_page_that_is_not_there() -> None:
    waivers = tuple(replace(a_waiver(name), id=name) for name in KNOWN)

    verdict = judge(facts(page=None, post_mortem=None, actions=(), waivers=waivers))

    assert {"page-exists", "page-linked"} == blocked(verdict)
    assert verdict.summary == "Nova cannot close yet: 7 of 9 met, 7 of them by waiver"


@pytest.mark.parametrize("end", ["", ".", "..", " "])
def test_the_reason_ends_as_one_sentence(end: str) -> None:
    waiver = replace(a_waiver(), reason=f"The client moved the audit{end}")

    check = part(judge(unverified(waivers=(waiver,))), "actions-verified")

    assert (check.waived or "").endswith("until 26 Mar 2027: The client moved the audit.")


def test_the_waiver_that_holds_longest_is_the_one_that_is_shown() -> None:
    waivers = (a_waiver(days=9), a_waiver(days=2), a_waiver(days=-3))

    check = part(judge(unverified(waivers=waivers)), "actions-verified")

    assert "until 28 Mar 2027" in (check.waived or "")


def test_no_actions_passes_by_waiver_only() -> None:
    given = replace(with_page(rows=()), actions=())

    assert {"actions-agreed"} == blocked(judge(given))
    assert Outcome.PASSED is judge(replace(given, waivers=(a_waiver("actions-agreed"),))).outcome
