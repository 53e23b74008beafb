from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.facts import Facts, Unread
from service.domain.gate import waiver_problem
from service.domain.verdict import Outcome
from tests.domain.gate_builders import (
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
    assert "Without it: 3 of 4 verified" in check.summary
    assert check.needs == ()
    assert verdict.summary == "Nova may close: 9 of 9 met, 1 of them by waiver"


def test_a_waiver_lets_an_unknown_check_pass() -> None:
    given = facts(people=Unread("503"), waivers=(a_waiver("actions-agreed"),))

    assert Outcome.PASSED is judge(given).outcome


def test_a_waiver_touches_no_other_check() -> None:
    given = replace(unverified(linked=False), waivers=(a_waiver("page-linked"),))

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


@pytest.mark.parametrize("by", ["Sara Lindt", "sara", "SARA@acme.example", "@lee", "Noor Haddad"])
@pytest.mark.parametrize("check", ["actions-verified", "actions-agreed"])
def test_nobody_waives_a_check_on_an_action_of_their_own(by: str, check: str) -> None:
    waiver = a_waiver(check, by=by)
    given = unverified(waivers=(waiver,))

    assert "nobody waives a check on their own" in (waiver_problem(waiver, given) or "")
    assert {"actions-verified"} == blocked(judge(given))


def test_the_owner_of_a_row_that_is_not_kept_yet_cannot_waive_either() -> None:
    waiver = a_waiver("actions-agreed", by="sara@acme.example")

    assert waiver_problem(waiver, facts(actions=())) is not None


def test_an_owner_may_waive_what_is_not_about_actions() -> None:
    waiver = a_waiver("page-linked", by="Sara Lindt")

    assert waiver_problem(waiver, facts()) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"check": "actions"}, "There is no check “actions”; there are: page-exists"),
        ({"by_name": " "}, "Say who waives"),
        ({"reason": " -"}, "Say why"),
    ],
)
def test_a_waiver_is_refused_with_the_reason(fields: dict[str, str], words: str) -> None:
    waiver = replace(a_waiver(), **fields)  # type: ignore[arg-type]  # text fields only

    assert words in (waiver_problem(waiver, facts()) or "")


def test_a_new_waiver_until_yesterday_is_refused() -> None:
    assert "18 Mar 2027 is past" in (waiver_problem(a_waiver(days=-1), facts()) or "")


def test_the_waiver_that_holds_longest_is_the_one_that_is_shown() -> None:
    waivers = (a_waiver(days=9), a_waiver(days=2), a_waiver(days=-3))

    check = part(judge(unverified(waivers=waivers)), "actions-verified")

    assert "until 28 Mar 2027" in (check.waived or "")


def test_no_actions_passes_by_waiver_only() -> None:
    given = replace(with_page(rows=()), actions=())

    assert {"actions-agreed"} == blocked(judge(given))
    assert Outcome.PASSED is judge(replace(given, waivers=(a_waiver("actions-agreed"),))).outcome
