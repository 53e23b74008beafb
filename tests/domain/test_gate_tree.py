from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.domain.gate import carry, to_json
from service.domain.verdict import Outcome, Verdict, all_of
from tests.domain.gate_builders import (
    DAY,
    NOW,
    a_verified_action,
    an_action,
    facts,
    judge,
    part,
    walk,
    with_action,
)

BEFORE = NOW - 5 * DAY


def test_a_first_verdict_is_since_now_in_every_part() -> None:
    verdict = carry(None, judge(facts()), NOW)

    assert {NOW} == {each.since for each in walk(verdict)}


def test_what_is_unchanged_keeps_its_since_and_what_changed_gets_now() -> None:
    first = carry(None, judge(with_action(an_action())), BEFORE)

    second = carry(first, judge(facts(linked=False)), NOW)

    assert second.since == BEFORE
    assert part(second, "page-exists").since == BEFORE
    assert part(second, "page-linked").since == NOW
    assert part(second, "actions-verified").since == NOW
    assert part(second, "actions-verified", "action-1").since == NOW
    assert part(second, "actions-verified", "action-2").since == BEFORE


def test_a_reworded_summary_keeps_its_since() -> None:
    first = carry(None, judge(facts()), BEFORE)

    second = carry(first, replace(judge(facts()), summary="other words"), NOW)

    assert second.since == BEFORE
    assert second.summary == "other words"


def test_a_part_that_was_not_there_before_is_since_now() -> None:
    first = carry(None, judge(facts(actions=())), BEFORE)

    second = carry(first, judge(facts(actions=(a_verified_action(1),))), NOW)

    assert part(second, "tickets-exist", "action-1").since == NOW
    assert part(second, "tickets-exist", "row-2").since == BEFORE


def test_a_verdict_of_another_name_lends_nothing() -> None:
    other = replace(carry(None, judge(facts()), BEFORE), name="other")

    assert carry(other, judge(facts()), NOW).since == NOW


def test_parts_of_one_check_have_names_of_their_own() -> None:
    for given_facts in (facts(), facts(actions=()), facts(actions=(an_action(3),))):
        for each in walk(judge(given_facts)):
            names = [child.name for child in each.children]
            assert len(names) == len(set(names))


def test_a_check_as_json_has_all_that_the_interface_promises() -> None:
    verdict = carry(None, judge(with_action(an_action())), NOW)

    shown = json.loads(json.dumps(to_json(part(verdict, "actions-verified"))))

    assert {
        "name", "title", "outcome", "summary", "needs", "url", "since", "waived", "children"
    } == set(shown)  # fmt: skip
    assert shown["outcome"] == "blocked"
    assert NOW.isoformat() == shown["since"]
    assert shown["needs"][0] == {
        "what": "Verify OPS-1 against its check: “Page version, read by the delivery lead”",
        "who": "somebody other than Sara Lindt",
        "url": "https://tracker.example/OPS-1",
    }
    assert shown["children"][0]["name"] == "action-1"


def _leaf(outcome: Outcome) -> Verdict:
    return Verdict("x", "X", outcome, "x")


@given(st.lists(st.sampled_from(Outcome)))
def test_blocked_beats_unknown_beats_passed_and_nothing_live_is_unknown(
    outcomes: list[Outcome],
) -> None:
    live = {_leaf(outcome).outcome for outcome in outcomes} - {Outcome.SKIPPED}

    found = all_of(outcomes)

    if Outcome.BLOCKED in live:
        assert Outcome.BLOCKED is found
    elif live == {Outcome.PASSED}:
        assert Outcome.PASSED is found
    else:
        assert Outcome.UNKNOWN is found
